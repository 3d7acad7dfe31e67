"""The book, from nothing and with nothing changed, against papermill one notebook after the other plus Jupyter Book."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.comparison import Comparison, of_seconds, seconds
from citizen_security import compendium, project

COPIED_FOLDERS = ("data", "src", "notebooks", "workflow", "book")
COPIED_FILES = ("requirements.lock", "Snakefile", "_config.yml", "pyproject.toml", "LICENSE", "CITATION.cff")


def comparisons() -> Iterator[Comparison]:
    """Cold, then with nothing changed."""
    with tempfile.TemporaryDirectory(prefix="bench-book-") as folder:
        checkout = copy_checkout(project.root(), Path(folder) / "checkout")
        environment = environment_of(checkout)

        def ours() -> None:
            call(environment, checkout, "citizen-security", "book")

        def peer() -> None:
            for name in compendium.NOTEBOOKS:
                output = checkout / "peer" / f"{name}.ipynb"
                output.parent.mkdir(parents=True, exist_ok=True)
                notebook = checkout / "notebooks" / f"{name}.ipynb"
                call(environment, checkout, "papermill", str(notebook), str(output), "--kernel", "python3")
            # The pages that our own build has put together are what Jupyter Book is given as well.
            source = checkout / "_build" / "source"
            words = ["build", str(source), "--config", str(checkout / "_config.yml"), "--toc", str(source / "_toc.yml")]
            call(environment, checkout, "jupyter-book", *words, "--path-output", str(checkout / "peer"))
            if not (checkout / "peer" / "_build" / "html" / "index.html").is_file():
                raise AssertionError("the peer did not build the site")

        peer_name = "papermill, one notebook after the other, and jupyter-book"
        work = f"{len(compendium.NOTEBOOKS)} notebooks at full effort and the site"
        cold, unchanged = seconds(ours), seconds(ours)
        # Papermill knows nothing of what has changed: its time is the same for both rows, and long.
        every_time = seconds(peer)
        yield of_seconds("book", f"{work}, from nothing", cold, every_time, peer_name)
        yield of_seconds("book_unchanged", f"{work}, nothing changed", unchanged, every_time, peer_name)


def copy_checkout(root: Path, folder: Path) -> Path:
    """Copy what a book is made of."""
    for name in COPIED_FOLDERS:
        shutil.copytree(root / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    for name in COPIED_FILES:
        shutil.copy2(root / name, folder / name)
    return folder


def environment_of(checkout: Path) -> dict[str, str]:
    """This process's environment, for the code and the tables of a checkout."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("CITIZEN_SECURITY_")}
    return {**own, "PYTHONPATH": str(checkout / "src"), "CITIZEN_SECURITY_ROOT": str(checkout)}


def call(environment: dict[str, str], checkout: Path, command: str, *words: str) -> None:
    """Run a command of this process's environment; what it said is told if it fails."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name(command)), *words],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"bench: {command} {' '.join(words)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
