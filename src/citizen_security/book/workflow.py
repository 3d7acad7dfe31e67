"""Make the book: Snakemake decides what is not up to date, and one book is made at a time."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from citizen_security.book.alone import run_with_children
from citizen_security.locks import alone, one_of_several
from citizen_security.project import WorkFailed
from citizen_security.runs.warm import warm_kernels

# Where the steps of a book find the lock that they hold while they work.
JOBS = "CITIZEN_SECURITY_JOBS"
JOBS_LOCK = ".jobs.lock"


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
    (root / "_build").mkdir(exist_ok=True)
    with alone(root / "_build" / ".book.lock", "`citizen-security book`") as lock:
        # Jobs of an earlier book may outlive it, if it and Snakemake were killed.
        jobs = root / "_build" / JOBS_LOCK
        with alone(jobs, "`citizen-security book`"):
            pass
        command = [sys.executable, "-m", "snakemake", "--directory", str(root), "--snakefile", str(root / "Snakefile")]
        command += ["--workflow-profile", str(root / "workflow" / "profiles" / "default")]
        command += ["--cores", str(cores or "all")]
        # The steps call `citizen-security`, which the shell does not find where the environment is not activated.
        found = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
        # Snakemake inherits the lock: if this process is killed, it works on and nobody else begins.
        with warm_kernels():
            status = run_with_children(command, {**os.environ, "PATH": found, JOBS: str(jobs)}, [lock])
    if status:
        raise BookFailed(
            f"the book was not made: see the message above; Snakemake's log is in {root / '.snakemake' / 'log'}"
        )
    return root / "_build" / "html" / "index.html"


@contextmanager
def step_of_a_book(work: str) -> Iterator[None]:
    """Hold what the next book waits for, if this process is a step of one; nothing otherwise.

    Parameters
    ----------
    work : str
        What is being done, for those who wait.
    """
    lock = os.environ.get(JOBS)
    with one_of_several(Path(lock), work) if lock else nullcontext():
        yield


def typeset_book(root: Path) -> None:
    """Assemble the sources of the book from the runs there are, and build the website.

    Raises
    ------
    BookFailed
        If a run is missing or Jupyter Book warns or fails.
    """
    from citizen_security.book.assemble import assemble
    from citizen_security.book.build import build

    (root / "_build").mkdir(exist_ok=True)
    with step_of_a_book("the website's assembly"), alone(root / "_build" / ".typeset.lock", "the website's assembly"):
        assemble(root / "_build" / "source")
        build(root / "_build" / "source", root / "_build")
