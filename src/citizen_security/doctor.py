"""What is wrong with this machine for making the book, and how to mend it."""

import fcntl
import importlib.metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from citizen_security.runs.environment import LONGEST_TEMPORARY_PATH
from citizen_security.runs.store import WORKING, Store

# The book, its runs and the environment's caches take about a gigabyte; what is fitted needs as much memory.
MINIMUM_DISK_BYTES = 2 * 2**30
MINIMUM_MEMORY_BYTES = 2 * 2**30
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

OK, NOTE, WRONG = "ok", "note", "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what : str
        What was looked at.
    state : str
        `ok`; `note`, which one may live with; `wrong`, without whose mending the book or its tests fail.
    found : str
        What is there.
    remedy : str
        What to do; empty where nothing is to be done.
    """

    what: str
    state: str
    found: str
    remedy: str = ""


def examine(root: Path, results: Path) -> list[Finding]:
    """Look at everything the book needs of a machine.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    results : pathlib.Path
        Folder of its runs.

    Returns
    -------
    list of Finding
        In the order of what depends on what; nothing is changed.
    """
    temporary = Path(tempfile.gettempdir())
    return [
        python_release(root),
        locked_packages(root),
        *[folder_to_write(what, place) for what, place in (("results", results), ("site", root / "_build"))],
        folder_to_write("temporary folder", temporary),
        socket_path(temporary),
        memory(),
        locale(),
        browser(),
        fonts(),
        version_control(root),
        *locks(root, results),
        *broken_runs(results),
    ]


def python_release(root: Path) -> Finding:
    """Whether Python is the release that the checkout names."""
    wanted, found = (root / ".python-version").read_text(encoding="utf-8").strip(), platform.python_version()
    if found.startswith(f"{wanted}."):
        return Finding("Python", OK, f"{found} ({sys.executable})")
    return Finding(
        "Python",
        WRONG,
        f"{found} ({sys.executable}), where {wanted} is meant",
        "make test sets up the right one in .venv",
    )


def locked_packages(root: Path) -> Finding:
    """Whether the installed packages are those of the lock."""
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", lock, flags=re.MULTILINE))
    conditional = set(re.findall(r"^([a-z0-9-]+)==[^ ]+ ;", lock, flags=re.MULTILINE))
    # Where packages are installed, and not wherever a library (setuptools) has put copies of its own on the path.
    places = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    installed = {
        re.sub(r"[-_.]+", "-", it.metadata["Name"]).lower(): it.version
        for it in importlib.metadata.distributions(path=places)
    }
    missing = sorted(locked.keys() - installed.keys() - conditional)
    other = [
        f"{name} {installed[name]} for {locked[name]}"
        for name in sorted(locked.keys() & installed.keys())
        if installed[name] != locked[name]
    ]
    if not missing and not other:
        return Finding("packages", OK, f"{len(locked)} as locked")
    found = "; ".join(
        [
            *([f"{len(missing)} missing ({_some(missing)})"] if missing else []),
            *([f"{len(other)} of another release ({_some(other)})"] if other else []),
        ]
    )
    return Finding(
        "packages", WRONG, found, "remove .venv/complete and run make test, which installs what the lock says"
    )


def folder_to_write(what: str, folder: Path) -> Finding:
    """Whether a folder, or the nearest one above it that is there, can be written to and has room."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir():
        return Finding(what, WRONG, f"{there} is no folder", f"move {there} away")
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return Finding(what, WRONG, f"{there} cannot be written to ({error.strerror})", _move(what, there))
    free = shutil.disk_usage(there).free
    if free < MINIMUM_DISK_BYTES:
        return Finding(
            what,
            WRONG,
            f"{free / 2**30:.1f} GiB free on {there}, where {MINIMUM_DISK_BYTES >> 30} are needed",
            f"free space there; make clean removes what can be made again. {_move(what, there)}",
        )
    return Finding(what, OK, f"{folder}, {free / 2**30:.0f} GiB free")


def socket_path(temporary: Path) -> Finding:
    """Whether kernels can be spoken to through socket files in the temporary folder."""
    length, most = len(os.fsencode(temporary)), LONGEST_TEMPORARY_PATH
    if length <= most:
        return Finding("path of sockets", OK, f"{length} of {most} bytes")
    return Finding(
        "path of sockets",
        WRONG,
        f"{temporary} has {length} bytes; a kernel's sockets allow {most}",
        "set TMPDIR to a folder with a shorter path, such as /tmp",
    )


def memory() -> Finding:
    """Whether there is memory for a fit."""
    import psutil

    free = psutil.virtual_memory().available
    state, remedy = (
        (OK, "")
        if free >= MINIMUM_MEMORY_BYTES
        else (NOTE, "close what else runs, or use citizen-security book --cores 1")
    )
    return Finding("memory", state, f"{free / 2**30:.1f} GiB available", remedy)


def locale() -> Finding:
    """Whether files and folders are named in UTF-8."""
    encoding = sys.getfilesystemencoding()
    if encoding.lower().replace("-", "") == "utf8":
        return Finding("locale", OK, encoding)
    return Finding("locale", WRONG, f"file names are in {encoding}", "set LC_ALL=C.UTF-8, or PYTHONUTF8=1")


def find_browser() -> str | None:
    """Path of the first Chromium on the path."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def browser() -> Finding:
    """Whether a Chromium starts, with which the tests open every page."""
    path = find_browser()
    if path is None:
        return Finding(
            "Chromium",
            NOTE,
            "none on the path",
            "only tests need it: apt install chromium (make test installs it where it may)",
        )
    try:
        done = subprocess.run(
            [path, "--version", "--no-sandbox"], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(
            "Chromium", WRONG, f"{path} does not start ({type(error).__name__})", "install it again; only tests need it"
        )
    return Finding("Chromium", OK, done.stdout.strip() or path)


def fonts() -> Finding:
    """Whether the system has a font, without which Chromium shows empty boxes."""
    if (command := shutil.which("fc-list")) is None:
        return Finding(
            "fonts",
            NOTE,
            "fontconfig is not installed, so they cannot be listed",
            "only tests need it: apt install fontconfig fonts-dejavu-core",
        )
    with suppress(OSError, subprocess.SubprocessError):
        listed = subprocess.run([command, ":", "family"], capture_output=True, text=True, timeout=30, check=True).stdout
        families = {line.split(",")[0] for line in listed.splitlines() if line}
        if families:
            return Finding("fonts", OK, f"{len(families)} families")
    return Finding("fonts", NOTE, "none", "only tests need them: apt install fonts-dejavu-core")


def version_control(root: Path) -> Finding:
    """Whether runs can say of which commit they are."""
    command = ["git", "-C", str(root), "rev-parse", "--short=12", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except FileNotFoundError:
        return Finding("git", NOTE, "not installed: runs cannot name their commit", "apt install git")
    except (OSError, subprocess.SubprocessError):
        return Finding(
            "git",
            NOTE,
            f"{root} is no repository that git reads: runs cannot name their commit",
            f"clone it, or git config --global --add safe.directory {root}",
        )
    return Finding("git", OK, f"commit {done.stdout.strip()}")


def locks(root: Path, results: Path) -> Iterator[Finding]:
    """Who works here, and what those who were killed left."""
    for lock in (root / "_build" / ".book.lock", root / "_build" / ".jobs.lock"):
        if _held(lock):
            yield Finding(
                "book",
                NOTE,
                f"is being made by {lock.read_text(errors='replace') or 'another process'}",
                "a second one waits for it",
            )
    if (results / WORKING).exists() and not (results / WORKING).is_dir():
        yield Finding("runs at work", WRONG, f"{results / WORKING} is no folder", f"remove {results / WORKING}")
    working = sorted((results / WORKING).glob("run-*/"))
    live = [folder for folder in working if _held(folder.with_suffix(".lock"))]
    if live:
        yield Finding("runs at work", NOTE, str(len(live)))
    if left := [folder for folder in working if folder not in live]:
        yield Finding(
            "left by killed runs", NOTE, f"{len(left)} folders in {results / WORKING}", "the next run removes them"
        )
    if replaced := list((results / WORKING / "replaced").glob("*/*/*")):
        yield Finding(
            "cut short between two renames", NOTE, f"{len(replaced)} runs", "citizen-security runs puts them back"
        )
    yield Finding("locks", OK, "none that somebody has to remove: each ends with its process")


def broken_runs(results: Path) -> Iterator[Finding]:
    """Runs that cannot be read, or are not as they were kept."""
    if not results.is_dir():
        return
    store = Store(results)
    said = store.unreadable()
    said += [
        problem for run in store.runs() if run.manifest["state"] == "complete" and (problem := store.damage(run.name))
    ]
    for sentence in said:
        yield Finding("run", NOTE, sentence, "run it again, or remove its folder")


def _held(lock: Path) -> bool:
    """Whether somebody holds a lock; looking at it does not keep anybody from it for long."""
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _move(what: str, there: Path) -> str:
    remedies = {
        "results": "Set CITIZEN_SECURITY_RESULTS to a folder that can be written to.",
        "temporary folder": "Set TMPDIR to a folder that can be written to.",
    }
    return remedies.get(what, f"Make {there} writable, or work in a clone elsewhere.")


def _some(items: list[str]) -> str:
    return ", ".join(items[:3]) + (", …" if len(items) > 3 else "")
