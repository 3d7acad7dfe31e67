"""What tests of several rooms call."""

import hashlib
import shutil
from pathlib import Path

import nbformat

from citizen_security.tables import catalog

ROOT = Path(__file__).resolve().parent.parent


def copy_checkout(folder: Path) -> Path:
    """Copy what a run depends on, so that a test may edit it."""
    for name in ("data", "src", "notebooks", "workflow", "book"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("requirements.lock", "Snakefile", "_config.yml", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder / name)
    return folder


def bring_compiled_code(checkout: Path) -> None:
    """Bring to a copy what Python and numba have compiled of its source, so that a run need not do it again.

    Both know it again by the time and size of the source file, which the copy keeps. Numba also looks for it under the
    path of the folder, which is another one.
    """
    unfinished = shutil.ignore_patterns("*.tmp*", "*.pyc.*")
    for kept in (ROOT / "src").rglob("__pycache__"):
        there = checkout / kept.relative_to(ROOT)
        shutil.copytree(kept, there, ignore=unfinished, dirs_exist_ok=True)
        for code in there.glob(f"*/{_under_path(kept.parent)}"):
            code.rename(code.with_name(_under_path(there.parent)))


def _under_path(folder: Path) -> str:
    """What numba calls the place of what it compiled of modules in a folder."""
    return f"{folder.name}_{hashlib.sha1(str(folder).encode()).hexdigest()}"


def write_notebook(path: Path, *cells: str) -> Path:
    """Write a notebook whose first cell holds the parameters."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    notebook.cells[0].metadata["tags"] = ["parameters"]
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def edit_table(checkout: Path, name: str, old: str, new: str) -> None:
    """Edit a table of a checkout as a person would: the first place where the text stands."""
    file = catalog.path(name, checkout)
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")
