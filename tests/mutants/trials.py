"""What the tests of a module say of each change: a fork has the libraries, a copy of the sources the change."""

import ast
import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mutants.changes import Change

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = "citizen_security"
# These fixtures wait for a book, a browser or a compiled sampler, or copy a checkout that has no change in it.
UNFIT = {"site", "built", "browser", "checkout", "alone"}
NO_TESTS = 5


@dataclass
class Trial:
    """One change under test: whose, by which process, and how long it may take."""

    change: Change
    file: Path
    folder: Path
    process: int
    until: float


def module_file(name: str) -> Path:
    """File of a module, given as `methods/ranks.py`, `methods.ranks` or the whole path, from the sources' folder."""
    path = name.removesuffix(".py").replace(".", "/").removeprefix("src/").removeprefix(f"{PACKAGE}/")
    return Path(PACKAGE) / f"{path}.py"


def tests_of(file: Path) -> list[Path]:
    """Tests that mirror a module, then those of its folder and the ones around it; else whoever imports it by name."""
    within = file.relative_to(PACKAGE)
    mirror = ROOT / "tests" / within.parent / f"test_{within.name}"
    name = ".".join(file.with_suffix("").parts)
    others = [path for path in sorted((ROOT / "tests").rglob("test_*.py")) if path != mirror and name in _imports(path)]
    others.sort(key=lambda path: (path.parent != mirror.parent, len(_imports(path))))
    near = [path for path in others if path.parent in mirror.parents]
    # Tests of other rooms notice much by accident; they are asked where a module has none of its own.
    return [mirror] * mirror.is_file() + near or others or _tests_of_users(file, mirror.parent)


def _tests_of_users(file: Path, folder: Path) -> list[Path]:
    """Tests beside those of a module that nobody names, of the neighbours that use it: its own are in theirs."""
    name = ".".join(file.with_suffix("").parts)
    users = [path for path in sorted((ROOT / "src" / file.parent).glob("*.py")) if name in _imports(path)]
    return [test for path in users if (test := folder / f"test_{path.name}").is_file()]


def _imports(path: Path) -> set[str]:
    """Modules that a file names, wherever it imports them."""
    within = path.relative_to(ROOT / "src").parent.parts if path.is_relative_to(ROOT / "src") else ()
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            # One dot is the folder itself.
            above = within[: len(within) + 1 - node.level] if node.level else ()
            module = ".".join([*above, *([node.module] if node.module else [])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def warm(file: Path, tests: list[Path], folder: Path) -> float:
    """Pass the tests without a change; import here what they imported but the package; return the seconds it took."""
    seconds, loaded = time.monotonic(), folder / "loaded.txt"
    process = _fork(folder, tests, loaded)
    _, status = os.waitpid(process, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise SystemExit(f"the tests of {file} do not pass without a change (code {code}); mend them first")
    seconds = time.monotonic() - seconds
    for name in loaded.read_text().split():
        with suppress(Exception):
            importlib.import_module(name)
    return seconds


def unnoticed(
    file: Path, chosen: list[Change], tests: list[Path], folders: list[Path], patience: float
) -> list[Change]:
    """Changes with which every test passes; as many at a time as there are copies of the sources."""
    waiting, free, running, found = list(chosen), list(folders), [], []
    while waiting or running:
        while waiting and free:
            running.append(_start(file, waiting.pop(0), tests, free.pop(), patience))
        time.sleep(0.02)
        for trial in list(running):
            noticed = _outcome(trial)
            if noticed is None:
                continue
            running.remove(trial)
            free.append(trial.folder)
            shutil.copy2(ROOT / "src" / file, trial.folder / file)
            found += [] if noticed else [trial.change]
    return sorted(found, key=lambda it: it.start)


def copies(place: Path, number: int) -> Iterator[Path]:
    """Copies of the sources; a change is never made where they are edited."""
    for turn in range(number):
        folder = place / str(turn)
        shutil.copytree(ROOT / "src", folder, ignore=shutil.ignore_patterns("*.egg-info"))
        yield folder


def _start(file: Path, change: Change, tests: list[Path], folder: Path, patience: float) -> Trial:
    source = (ROOT / "src" / file).read_text("utf-8")
    (folder / file).write_text(change.applied(source), "utf-8")
    # Compiled files go by second and size, and a change may have both of another.
    for compiled in (folder / file).parent.glob(f"__pycache__/{file.stem}.*.pyc"):
        compiled.unlink()
    return Trial(change, file, folder, _fork(folder, tests, None), time.monotonic() + patience)


def _outcome(trial: Trial) -> bool | None:
    """Whether a test failed or took far too long; none while it runs."""
    ended, status = os.waitpid(trial.process, os.WNOHANG)
    if ended:
        return os.waitstatus_to_exitcode(status) != 0
    if time.monotonic() < trial.until:
        return None
    # Its whole group: a test may have started others.
    os.killpg(trial.process, signal.SIGKILL)
    os.waitpid(trial.process, 0)
    return True


def _fork(folder: Path, tests: list[Path], loaded: Path | None) -> int:
    """Start tests on the sources of a folder in a process of its own; return its number."""
    sys.stdout.flush()
    if process := os.fork():
        return process
    code = 1
    try:
        os.setpgid(0, 0)
        code = _run(folder, tests, loaded)
    finally:
        os._exit(code)


def _run(folder: Path, tests: list[Path], loaded: Path | None) -> int:
    """The quick tests; zero where all pass."""
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = loaded is None
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.environ |= {"PYTHONPATH": str(folder), "CITIZEN_SECURITY_ROOT": str(ROOT), "CITIZEN_SECURITY_WARM_KERNELS": "no"}
    import pytest  # the parent has it too, from the first module on

    arguments = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:xdist", "--rootdir", str(ROOT)]
    code = pytest.main([*arguments, "-m", "not slow", *map(str, tests)], plugins=[_WithoutTheUnfit()])
    if code not in (0, NO_TESTS):
        return int(code)
    if loaded is not None:
        loaded.write_text("\n".join(name for name, it in sys.modules.items() if _of_a_library(it)))
    return 0


class _WithoutTheUnfit:
    def pytest_collection_modifyitems(self, items: list) -> None:
        items[:] = [item for item in items if not UNFIT & _shared_fixtures(item)]


def _shared_fixtures(item: object) -> set[str]:
    """Names of the fixtures of a test, but those of its own file: a copy of the tables may be called a checkout too."""
    definitions = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return {name for name, found in definitions.items() if name != "checkout" or not found[-1].baseid.endswith(".py")}


def _of_a_library(module: object) -> bool:
    return "site-packages" in (getattr(module, "__file__", None) or "")
