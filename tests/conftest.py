"""What tests of several rooms share: a checkout of their own, the built book, and a worker's only browser."""

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import browser as chromium
import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings
from support import ROOT, copy_checkout
from threadpoolctl import threadpool_limits

from citizen_security.book.workflow import with_own_commands
from citizen_security.doctor import find_browser
from citizen_security.runs.warm import warm_kernels

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Tests run side by side and so do their kernels. Plugins may have loaded numpy before it could be asked for one thread.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
threadpool_limits(1)
# As the book puts it for its steps, whose kernels are then forked from the same process as those of the tests.
os.environ["PATH"] = with_own_commands(os.environ["PATH"])

# A shell that puts the suite in the background has it ignore Ctrl-C, and every run that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples at every run, however busy the machine: a property that fails once in a while tells nobody anything.
settings.register_profile(
    "same", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("same")


def pytest_configure(config):
    # The plugin that shuffles would also reseed before every test: each has generators of its own.
    config.option.randomly_reset_seed = False
    # One process that has imported the libraries for all workers, which find it in their environment.
    if not hasattr(config, "workerinput"):
        session = ExitStack()
        session.enter_context(warm_kernels())
        config.add_cleanup(session.close)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage: what is collected stays, and looking at it again and again takes a third.

    Nor is it looked at while the tests run.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


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


# What waits for the book, for a browser, or for a sampler to be compiled is slow by that alone, whichever test waits
# first; `make test-fast` leaves out whatever is marked slow.
WAITING = {"site", "built", "browser", "compiled", "fits"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if WAITING & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The only browser of a worker: a second session of Playwright in one process is refused by its library.

    Without a Chromium the tests that look at pages fail, since nobody has then seen them.
    """
    # Its own import takes a third of a second, which workers and runs of a single file need not wait for.
    from playwright.sync_api import expect, sync_playwright

    # A worker shares its processors with others; a page that never shows what is expected fails all the same.
    expect.set_options(timeout=20_000)
    path = find_browser()
    if path is None:
        pytest.fail("no Chromium on the path; install it with: sudo apt-get install --yes chromium", pytrace=False)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def readers(browser: "Browser") -> chromium.Readers:
    """Readers who open pages in a worker's only browser."""
    return chromium.Readers(browser)
