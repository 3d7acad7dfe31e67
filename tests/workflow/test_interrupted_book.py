"""Whoever ends `citizen-security book` ends all that works for it, or is waited for."""

import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest
from support import ROOT

pytestmark = pytest.mark.slow

# A step that works until it is told to go on, and publishes then.
SNAKEFILE = """
rule book:
    output: "published"
    shell: "echo $$ > step; until [ -e go ]; do sleep 0.05; done; touch {output}"
"""
MAKE = """
import sys
from pathlib import Path
from citizen_security.book.workflow import make_book

make_book(Path(sys.argv[1]))
"""


@pytest.fixture(autouse=True)
def signals_as_usual():
    """A shell may have started the tests with signals ignored (in the background, by nohup), as they would stay."""
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL, signal.SIGHUP: signal.SIG_DFL}
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def checkout(tmp_path):
    shutil.copytree(ROOT / "workflow", tmp_path / "workflow")
    (tmp_path / "Snakefile").write_text(SNAKEFILE)
    return tmp_path


def start(checkout):
    return subprocess.Popen([sys.executable, "-c", MAKE, str(checkout)], stderr=subprocess.PIPE, text=True)


def step_of(checkout):
    """The step, once it works."""
    path = checkout / "step"
    until = time.monotonic() + 60
    while not (path.is_file() and path.read_text().strip()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return psutil.Process(int(path.read_text()))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_book_alone_ends_its_steps_before_it_ends(checkout, number):
    command = [sys.executable, "-m", "citizen_security.cli", "book"]
    (checkout / "data").mkdir()
    (checkout / "data" / "datapackage.json").write_text("{}")
    settings = {**os.environ, "CITIZEN_SECURITY_ROOT": str(checkout)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=settings) as book:
        step = step_of(checkout)
        os.kill(book.pid, number)
        said = book.communicate(timeout=120)[1]
    assert book.returncode == 130
    assert "interrupted" in said
    assert not step.is_running()
    (checkout / "go").touch()
    time.sleep(0.3)
    assert not (checkout / "published").exists()


def test_a_book_that_is_started_to_outlive_its_terminal_does(checkout):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with start(checkout) as book:
        step_of(checkout)
        os.kill(book.pid, signal.SIGHUP)
        (checkout / "go").touch()
        book.communicate(timeout=120)
    assert book.returncode == 0
    assert (checkout / "published").exists()


def test_a_second_book_waits_for_the_steps_of_one_that_was_killed(checkout):
    first = start(checkout)
    step = step_of(checkout)
    first.kill()
    first.wait()
    (checkout / "step").unlink()
    second = start(checkout)
    assert second.stderr.readline().startswith("waiting for `citizen-security book` (process ")
    assert step.is_running()
    assert not (checkout / "step").exists()
    (checkout / "go").touch()
    second.communicate(timeout=120)
    assert second.returncode == 0
    assert not step.is_running()
    assert (checkout / "published").exists()
    # What the first one's steps had made was up to date.
    assert not (checkout / "step").exists()


def test_steps_end_where_snakemake_is_killed(checkout):
    book = start(checkout)
    step = step_of(checkout)
    (snakemake,) = [it for it in psutil.Process(book.pid).children() if "snakemake" in it.cmdline()]
    snakemake.kill()
    said = book.communicate(timeout=120)[1]
    assert book.returncode == 1
    assert "the book was not made" in said
    assert not step.is_running()
