"""A forked kernel is what a started one would be, and lives no longer; a reader could not tell which made a number."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from runs.test_execute import RECORD, SLOW, job, start, wait_until

from citizen_security.book.workflow import make_book
from citizen_security.runs import warm, warm_server
from citizen_security.runs.environment import SAME_IN_ALL
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
own = {"JPY_PARENT_PID", "JUPYTER_RUNTIME_DIR", "TMPDIR", "CITIZEN_SECURITY_WARM_KERNELS"}
left_out = {*own, "JE_ARROW_MALLOC_CONF", "SHLVL"}
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
WHO = "import os, psutil\nrecord('parent', ' '.join(psutil.Process().parent().cmdline()))\nrecord('pid', os.getpid())"
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


def is_forked(folder, **variables):
    """Whether a kernel with these variables, beside what is usual, is forked; it is ended at once."""
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", str(folder / "connection.json")]
    environment = {**os.environ, **SAME_IN_ALL, **{name: str(value) for name, value in variables.items()}}
    kernel = warm.fork_kernel(command, environment, str(folder))
    if kernel is None:
        return False
    kernel.kill()
    return kernel.wait(timeout=60) == -signal.SIGKILL


@pytest.mark.parametrize("name", ["NPY_DISABLE_CPU_FEATURES", "KMP_BLOCKTIME", "GOTO_NUM_THREADS", "PATH", "CC", "NEW"])
def test_it_is_forked_only_where_every_variable_is_the_same(warmed, tmp_path, name):
    assert not is_forked(tmp_path, **{name: "4"})


def test_variables_of_one_run_alone_may_differ(warmed, tmp_path):
    variables = dict.fromkeys(("TMPDIR", "PWD", "OLDPWD", "JUPYTER_RUNTIME_DIR", "CITIZEN_SECURITY_ROOT"), tmp_path)
    assert is_forked(tmp_path, SHLVL=9, PYTEST_CURRENT_TEST="another", **variables)


@pytest.mark.parametrize("fact", ["executable", "prefix", "version", "installed"])
def test_it_is_forked_only_from_the_same_python_with_the_same_packages(warmed, tmp_path, monkeypatch, fact):
    other = {**warm_server.interpreter(), fact: "another"}
    monkeypatch.setattr(warm_server, "interpreter", lambda: other)
    assert not is_forked(tmp_path)


def test_what_is_installed_is_told_by_names_and_times_in_milliseconds(tmp_path):
    told = [warm_server.installed([str(tmp_path)])]
    for change in (Path.mkdir, lambda path: os.utime(path, (1, 1)), lambda path: path.rename(tmp_path / "b.dist-info")):
        change(tmp_path / "a.dist-info")
        told.append(warm_server.installed([str(tmp_path)]))
    (tmp_path / "module.py").touch()
    assert warm_server.installed([str(tmp_path)]) == told[-1]
    assert len(set(told)) == 4
    durations = []
    for _ in range(5):
        start = time.perf_counter()
        warm_server.interpreter()
        durations.append(time.perf_counter() - start)
    assert min(durations) < 0.02


STEP = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from runs.test_execute import Example, Job, Store, execute
root = Path.cwd()
job = Job(root, "paradox/example", root / "notebooks/paradox/example.ipynb", ("countries",), Example())
print(execute(job, Store(root / "results"), progress=False).values["parent"]["value"])
"""


def test_kernels_of_the_book_are_forked(checkout, monkeypatch):
    # The book puts its own commands first.
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    job(checkout, RECORD, WHO)
    (checkout / "step.py").write_text(STEP)
    step = f"{sys.executable} step.py {Path(__file__).parent.parent} > {{output}}"
    (checkout / "Snakefile").write_text(f'rule book:\n    output: "found"\n    shell: "{step}"\n')
    make_book(checkout)
    assert "warm_server" in (checkout / "found").read_text()


@pytest.fixture
def connection(address):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as opened:
        opened.settimeout(120)
        opened.connect(address)
        yield opened


REQUEST = {"arguments": ["ipykernel_launcher"], "environment": {}, "folder": "/", "interpreter": {}}


@pytest.mark.parametrize(
    "message",
    [
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b"[" * 100_000,
        json.dumps(REQUEST).encode(),
        json.dumps({**REQUEST, "arguments": None}).encode(),
        json.dumps({**REQUEST, "environment": [1]}).encode(),
        json.dumps({**REQUEST, "environment": {"a": 1}}).encode(),
        json.dumps({**REQUEST, "folder": 1}).encode(),
    ],
    ids=range(10),
)
def test_what_is_no_request_is_hung_up_on_and_others_are_answered(warmed, connection, tmp_path, message):
    socket.send_fds(connection, [message], [1, 2])
    # A reset, where it was not read to its end.
    with suppress(ConnectionResetError):
        assert connection.recv(4096) == b""
    assert is_forked(tmp_path)


def test_a_request_without_streams_is_hung_up_on(warmed, connection, tmp_path):
    fitting = {**REQUEST, "environment": {**os.environ, **SAME_IN_ALL}, "interpreter": warm_server.interpreter()}
    connection.send(json.dumps(fitting).encode())
    assert connection.recv(4096) == b""
    assert is_forked(tmp_path)


def test_a_kernel_that_cannot_start_ends_alone(warmed, tmp_path):
    command = [sys.executable, "-m", "ipykernel_launcher"]
    kernel = warm.fork_kernel(command, {**os.environ, **SAME_IN_ALL}, str(tmp_path / "nowhere"))
    assert kernel.wait(timeout=60) == 1
    assert is_forked(tmp_path)


def test_a_silent_client_is_hung_up_on_and_keeps_nobody_waiting(warmed, connection, tmp_path):
    assert is_forked(tmp_path)
    start = time.monotonic()
    assert is_forked(tmp_path)
    assert time.monotonic() - start < warm_server.REQUEST_SECONDS / 2
    assert connection.recv(4096) == b""


KILL_THE_WARM = """
import os, signal, time
from pathlib import Path
if "warm_server" in Path(f"/proc/{os.getppid()}/cmdline").read_text():
    Path("forked-pid").write_text(str(os.getpid()))
    os.kill(os.getppid(), signal.SIGKILL)
    # Nothing but a signal ends it now.
    while sum(range(10**10)):
        pass
"""


def test_a_run_whose_warm_process_is_killed_starts_once_more_with_a_kernel_of_its_own(checkout, store):
    with warm.warm_kernels():
        address = os.environ[warm.VARIABLE]
        run = execute(job(checkout, "print('said')", KILL_THE_WARM, RECORD, WHO), store, progress=False)
        assert os.environ[warm.VARIABLE] == address
    assert run.values["length"]["value"] == 5
    assert "warm_server" not in run.values["parent"]["value"]
    log = (run.folder / "log.txt").read_text()
    assert log.count("every cell is run once more") == 1
    assert log.count("said") == 2
    assert [it.manifest["state"] for it in store.runs()] == ["complete"]
    # Its parent gone, whoever inherited it may not have taken note of its end yet.
    forked = int((checkout / "forked-pid").read_text())
    assert not psutil.pid_exists(forked) or psutil.Process(forked).status() == psutil.STATUS_ZOMBIE


def test_a_kernel_that_kills_itself_or_fails_is_not_started_again(checkout, warmed, store):
    for cell in ("import os; os.kill(os.getpid(), 9)", "1 / 0"):
        with pytest.raises(RunFailed):
            execute(job(checkout, "print('said')", cell), store, progress=False)
    for run in store.runs():
        assert (run.folder / "log.txt").read_text().count("said") == 1


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
