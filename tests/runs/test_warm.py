"""A forked kernel is what a started one would be, and lives no longer; a reader could not tell which made a number."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from runs.test_execute import RECORD, SLOW, job, start, wait_until

from citizen_security.runs import warm
from citizen_security.runs.execute import RunFailed, execute
from citizen_security.runs.store import Store

# Each starts kernels.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone"),
]

# What could differ between the two ways to start: where modules come from, variables, folder, hashes, figures.
SURROUNDINGS = """
import os, sys, json, signal, hashlib
import citizen_security, numpy as np, matplotlib
from citizen_security.values import record
left_out = ("JPY_PARENT_PID", "JUPYTER_RUNTIME_DIR", "JE_ARROW_MALLOC_CONF", "CITIZEN_SECURITY_WARM_KERNELS", "SHLVL")
kept = {name: value for name, value in sorted(os.environ.items()) if name not in left_out}
record("environment", json.dumps(kept))
record("package", citizen_security.__file__)
record("path", json.dumps(sys.path))
record("folder", os.getcwd())
record("hash", hash("a text"))
record("backend", matplotlib.get_backend())
record("interrupts", str(signal.getsignal(signal.SIGINT)).split(" at ")[0])
record("drawn", float(np.random.default_rng(1).standard_normal()))
record("solved", float(np.linalg.solve(np.vander([1.0, 2, 3]), [1.0, 5, 2]).sum()))
record("leads", os.getsid(0) == os.getpid())
"""
FIGURE = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
WHO = "import psutil\nrecord('parent', ' '.join(psutil.Process().parent().cmdline()))\nrecord('pid', os.getpid())"
CHANCE = "record('chance', float(np.random.random()))"


@pytest.fixture(scope="module")
def address():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(warm.VARIABLE, raising=False)
        with warm.warm_kernels():
            found = os.environ[warm.VARIABLE]
            patch.delenv(warm.VARIABLE)
            yield found


@pytest.fixture
def warmed(address, monkeypatch):
    monkeypatch.setenv(warm.VARIABLE, address)


@pytest.fixture
def store(checkout):
    return Store(checkout / "results")


def execute_twice(checkout, monkeypatch, address, *cells):
    """The same notebook on a started and on a forked kernel."""
    work = job(checkout, *cells)
    started = execute(work, Store(checkout / "results"), progress=False)
    monkeypatch.setenv(warm.VARIABLE, address)
    return started, execute(work, Store(checkout / "forked"), progress=False)


def test_a_forked_kernel_finds_itself_where_a_started_one_does(checkout, monkeypatch, address):
    started, forked = execute_twice(checkout, monkeypatch, address, SURROUNDINGS)
    assert forked.values == started.values
    assert str(checkout) in forked.values["package"]["value"]


def test_it_is_forked_from_the_warm_process_and_draws_a_picture(checkout, warmed, store):
    run = execute(job(checkout, SURROUNDINGS, WHO, FIGURE), store, progress=False)
    assert "warm_server" in run.values["parent"]["value"]
    assert '"image/png"' in (run.folder / "notebook.ipynb").read_text()
    assert run.manifest["peak_memory_mebibytes"] > 10


def test_chance_differs_from_kernel_to_kernel(checkout, warmed):
    stores = [Store(checkout / name) for name in ("one", "other")]
    values = [execute(job(checkout, SURROUNDINGS, CHANCE), store, progress=False).values for store in stores]
    assert values[0]["chance"]["value"] != values[1]["chance"]["value"]
    assert values[0]["drawn"] == values[1]["drawn"]


def test_a_cell_that_fails_and_a_kernel_that_dies_are_told(checkout, warmed, store):
    with pytest.raises(RunFailed, match="ZeroDivisionError"):
        execute(job(checkout, "1 / 0"), store, progress=False)
    with pytest.raises(RunFailed, match=r"paradox/example failed .*Dead"):
        execute(job(checkout, "import os; os.kill(os.getpid(), 9)"), store, progress=False)


def test_a_kernel_whose_libraries_would_read_something_else_is_started(checkout, warmed, store, monkeypatch, tmp_path):
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    run = execute(job(checkout, SURROUNDINGS, WHO), store, progress=False)
    assert "warm_server" not in run.values["parent"]["value"]


def test_where_nothing_is_warm_any_more_kernels_are_started(checkout, store, monkeypatch, tmp_path):
    monkeypatch.setenv(warm.VARIABLE, str(tmp_path / "gone"))
    assert execute(job(checkout, RECORD), store, progress=False).values["length"]["value"] == 5


PID = "import os; from pathlib import Path; Path('kernel-pid').write_text(str(os.getpid()))"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_kernel_of_a_killed_run_ends(checkout, warmed, store, number):
    job(checkout, PID, SLOW, RECORD)
    process = start(checkout)
    wait_until((checkout / "cell-runs").exists)
    kernel = psutil.Process(int((checkout / "kernel-pid").read_text()))
    assert "warm_server" in " ".join(kernel.parent().cmdline())
    process.send_signal(number)
    assert process.wait(timeout=120) != 0
    process.stdout.close()
    process.stderr.close()
    assert store.runs() == []
    psutil.wait_procs([kernel], timeout=60)
    assert not kernel.is_running()


HOLDER = """
import os, time
from citizen_security.runs.warm import VARIABLE, warm_kernels
with warm_kernels():
    print(os.environ[VARIABLE], flush=True)
    time.sleep(600)
"""


def test_the_warm_process_ends_when_whoever_started_it_is_killed(checkout):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
    holder.stdout.readline()
    (server,) = psutil.Process(holder.pid).children()
    holder.kill()
    holder.wait()
    holder.stdout.close()
    psutil.wait_procs([server], timeout=60)
    assert not server.is_running()


def test_nothing_is_imported_before_a_kernel_is_asked_for():
    before = set(psutil.Process().children())
    with warm.warm_kernels():
        (server,) = set(psutil.Process().children()) - before
        time.sleep(1)
        # The libraries take five seconds and more of a processor.
        assert sum(server.cpu_times()[:2]) < 1
