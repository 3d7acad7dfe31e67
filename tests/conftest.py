"""What tests of several rooms share: a checkout of their own, and the built book."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from support import ROOT, copy_checkout

# Tests run side by side and so do their kernels.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

# A shell that puts the suite in the background has it ignore Ctrl-C, and every run that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """A checkout of the test's own, used instead of the one the tests are in."""
    folder = copy_checkout(tmp_path / "checkout")
    monkeypatch.setenv("CITIZEN_SECURITY_ROOT", str(folder))
    monkeypatch.delenv("CITIZEN_SECURITY_RESULTS", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(folder / "src"))
    return folder


@pytest.fixture(scope="session")
def site() -> Path:
    """Folder of the built site; it is built first where it is not up to date."""
    with FileLock(ROOT / ".pytest-site.lock"):
        command = [sys.executable, "-m", "citizen_security.cli", "book"]
        made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, f"the book does not build:\n{made.stdout[-4000:]}\n{made.stderr[-8000:]}"
    return ROOT / "_build" / "html"


# What waits for the book or a browser is slow by that alone; `make test-fast` leaves out whatever is marked slow.
WAITING = {"site", "built", "browser"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if WAITING & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
