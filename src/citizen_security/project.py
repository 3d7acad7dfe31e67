"""Where the compendium lives on this machine."""

import os
from collections.abc import Iterator
from pathlib import Path

MARKER = Path("data") / "datapackage.json"


class ProjectNotFound(RuntimeError):
    """No folder with the compendium's tables was found."""


class WorkFailed(RuntimeError):
    """Work that was begun and could not be finished; the message is one line and says where to look."""


def root() -> Path:
    """Folder of the checkout that holds the tables, the notebooks and the book.

    The environment variable `CITIZEN_SECURITY_ROOT` wins; then the nearest folder above the current one, so that a
    second checkout is used when one works in it; then the checkout that this package was installed from.

    Returns
    -------
    pathlib.Path
        An absolute path.

    Raises
    ------
    ProjectNotFound
        If none of these holds `data/datapackage.json`.
    """
    candidates = list(_candidates())
    for candidate in candidates:
        if (candidate / MARKER).is_file():
            return candidate
    tried = ", ".join(str(candidate) for candidate in candidates[:3])
    raise ProjectNotFound(
        f"no compendium found: no folder of {tried}, … holds {MARKER}. "
        "Run the command inside a checkout or set CITIZEN_SECURITY_ROOT to one."
    )


def results() -> Path:
    """Folder in which runs leave their results; `CITIZEN_SECURITY_RESULTS` moves it."""
    chosen = os.environ.get("CITIZEN_SECURITY_RESULTS")
    return _resolved(Path(chosen)) if chosen else root() / "results"


def _resolved(path: Path) -> Path:
    """An absolute path without links, or with them where they lead in a circle: whoever uses it says so."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return Path(os.path.abspath(path))  # noqa: PTH100  # the library's own way follows links


def _candidates() -> Iterator[Path]:
    if chosen := os.environ.get("CITIZEN_SECURITY_ROOT"):
        yield _resolved(Path(chosen))
        return
    here = Path.cwd().resolve()
    yield here
    yield from here.parents
    yield from Path(__file__).resolve().parents
