"""Make the book: Snakemake decides what is not up to date, and one book is made at a time."""

import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from citizen_security.project import WorkFailed
from citizen_security.runs.warm import warm_kernels


class BookFailed(WorkFailed):
    """The book could not be made; the message says at which step and where to look."""


def make_book(root: Path, cores: int | None = None) -> Path:
    """Run every notebook that is not up to date and build the website.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    cores : int, optional
        Cores that Snakemake may use; all of them by default.

    Returns
    -------
    pathlib.Path
        Front page of the site.

    Raises
    ------
    BookFailed
        If a notebook or the build fails.
    """
    # The operating system gives this lock back when its holder dies; Snakemake's own would stay after a kill.
    (root / "results").mkdir(exist_ok=True)
    with FileLock(root / "results" / ".book.lock"):
        command = [sys.executable, "-m", "snakemake", "--directory", str(root), "--snakefile", str(root / "Snakefile")]
        command += ["--workflow-profile", str(root / "workflow" / "profiles" / "default")]
        command += ["--cores", str(cores or "all")]
        # The steps call `citizen-security`, which the shell does not find where the environment is not activated.
        environment = {**os.environ, "PATH": with_own_commands(os.environ.get("PATH", os.defpath))}
        # Kernels are forked for runs with the environment that the steps get.
        with warm_kernels(environment):
            finished = subprocess.run(command, env={**os.environ, "PATH": environment["PATH"]}, check=False)
    if finished.returncode:
        raise BookFailed(
            f"the book was not made: see the message above; Snakemake's log is in {root / '.snakemake' / 'log'}"
        )
    return root / "_build" / "html" / "index.html"


def with_own_commands(path: str) -> str:
    """The search path for commands, with those of this Python's environment first."""
    own = str(Path(sys.executable).parent)
    return path if path.split(os.pathsep)[0] == own else os.pathsep.join([own, path])


def typeset_book(root: Path) -> None:
    """Assemble the sources of the book from the runs there are, and build the website.

    Raises
    ------
    BookFailed
        If a run is missing or Jupyter Book warns or fails.
    """
    from citizen_security.book.assemble import assemble
    from citizen_security.book.build import build

    assemble(root / "_build" / "source")
    build(root / "_build" / "source", root / "_build")
