"""Two who would make the book work one after the other, and whoever is interrupted leaves nobody at work."""

import os
import signal
import subprocess
import sys

import psutil

from citizen_security.book.workflow import step_of_a_book
from citizen_security.locks import alone

# Holds the lock, starts a child that inherits it, and says so; the child sleeps until it is ended.
HOLDS = """
import sys
from pathlib import Path
from citizen_security.book.alone import run_with_children
from citizen_security.locks import alone

sleeper = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"]
with alone(Path(sys.argv[1]), "the first book") as lock:
    run_with_children(sleeper, {}, [lock])
"""
WAITS = """
import sys
from pathlib import Path
from citizen_security.locks import alone

with alone(Path(sys.argv[1]), "the second book"):
    print("alone", flush=True)
"""


def start(code, lock):
    command = [sys.executable, "-c", code, str(lock)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(number):
    """Whether a process has ended; one that nobody has waited for yet counts as ended."""
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_whoever_waits_says_for_what(tmp_path):
    lock = tmp_path / "lock"
    with alone(lock, "the first book"):
        waiting = start(WAITS, lock)
        said = waiting.stderr.readline()
    assert waiting.communicate()[0].strip() == "alone"
    assert said.startswith(f"waiting for the first book (process {os.getpid()} on ")
    assert str(lock) in said


def test_a_child_that_outlives_its_killed_parent_keeps_others_out(tmp_path):
    lock = tmp_path / "lock"
    first = start(HOLDS, lock)
    child = int(first.stdout.readline())
    first.kill()
    first.wait()
    second = start(WAITS, lock)
    assert "waiting for the first book" in second.stderr.readline()
    assert not ended(child)
    os.kill(child, signal.SIGKILL)
    assert second.communicate()[0].strip() == "alone"


def test_an_interrupt_of_the_parent_alone_ends_its_children(tmp_path):
    first = start(HOLDS, tmp_path / "lock")
    child = int(first.stdout.readline())
    os.kill(first.pid, signal.SIGINT)
    first.communicate()
    # The parent waits for its children, so that nothing is at work once it is gone.
    assert ended(child)


def test_one_that_does_not_end_is_ended(tmp_path, monkeypatch):
    from citizen_security.book import alone as module

    monkeypatch.setattr(module, "GRACE_SECONDS", 0.2)
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, process_group=0) as process:
        process.stdout.readline()
        module.end_group(process)
        assert process.returncode == -signal.SIGKILL


# Starts a leader that starts a child, and ends when the leader does.
LEADS = """
import sys
from citizen_security.book.alone import run_with_children

child = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
works = f"subprocess.run([sys.executable, '-c', {child!r}])"
leader = f"import os, subprocess, sys; print(os.getpid(), flush=True); {works}"
run_with_children([sys.executable, "-c", leader], {})
"""


def test_when_the_leader_is_killed_its_children_are_ended(tmp_path):
    with subprocess.Popen([sys.executable, "-c", LEADS], stdout=subprocess.PIPE, text=True) as first:
        leader, child = int(first.stdout.readline()), int(first.stdout.readline())
        os.kill(leader, signal.SIGKILL)
        first.wait()
    assert ended(child)


def test_the_next_book_waits_for_steps_that_outlived_theirs(tmp_path, monkeypatch):
    lock = tmp_path / "jobs"
    monkeypatch.setenv("CITIZEN_SECURITY_JOBS", str(lock))
    with step_of_a_book("the run of a/b"), step_of_a_book("the run of c/d"):
        waiting = start(WAITS, lock)
        assert waiting.stderr.readline().startswith("waiting for the run of c/d (process ")
        assert waiting.poll() is None
    assert waiting.communicate()[0].strip() == "alone"


def test_a_run_that_is_no_step_of_a_book_waits_for_nobody(monkeypatch):
    monkeypatch.delenv("CITIZEN_SECURITY_JOBS", raising=False)
    with step_of_a_book("a run"):
        pass
