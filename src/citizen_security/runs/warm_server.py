"""The process that warm kernels are forked from: a script of the standard library alone, run by its path.

It imports nothing of this package, since each kernel must import it from the checkout of its own run. It listens before
it has imported the libraries and imports them when the first kernel is asked for, so that a book in which nothing
changed does not pay for them. It stays single-threaded: a thread that is not there after the fork would keep its locks.

A client sends one message (see `Request`) with its standard output and error beside it, and is sent its kernel's
number, then the exit code and the peak memory. A client that hangs up has died, and its kernel is killed. A client that
asks for what this process is not, says nothing or says what is no request is hung up on: it starts its own kernel.
"""

import gc
import hashlib
import importlib
import json
import os
import selectors
import signal
import site
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, TypedDict

# What cells of the notebooks import, directly or not. A library that a kernel does not need costs it no time.
LIBRARIES = (
    "ipykernel.kernelapp",
    "numpy",
    "pandas",
    "scipy.stats",
    "scipy.optimize",
    "matplotlib.pyplot",
    "seaborn",
    "altair",
    "statsmodels.api",
    "sklearn.linear_model",
    "numba",
    "pymc",
    "nutpie",
    "arviz",
)

# Variables that may differ between this process and a kernel forked from it, which gets its own. Any other may be read
# by a library as it is imported, so a kernel with another value, one more or one fewer is not forked.
MAY_DIFFER = frozenset(
    {
        # Applied in the kernel: where modules and temporary files are.
        *("PYTHONPATH", "TMPDIR", "TMP", "TEMP", "TEMPDIR"),
        # Read by the package alone, which is imported in the kernel.
        *("CITIZEN_SECURITY_ROOT", "CITIZEN_SECURITY_RESULTS", "CITIZEN_SECURITY_KEPT"),
        *("CITIZEN_SECURITY_WARM_KERNELS", "CITIZEN_SECURITY_JOBS"),
        # Read by the kernel as it starts.
        *("JUPYTER_RUNTIME_DIR", "JPY_PARENT_PID", "JPY_SESSION_NAME"),
        # Kept by shells for themselves; Snakemake starts one for each run.
        *("PWD", "OLDPWD", "SHLVL", "_"),
        # Set by pytest in its workers and for each test.
        *("PYTEST_CURRENT_TEST", "PYTEST_VERSION"),
        *("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"),
    }
)

# What an installation leaves beside the packages: their descriptions, and additions to the path.
INSTALLED = (".dist-info", ".egg-info", ".egg-link", ".pth")

LARGEST_REQUEST = 1 << 20
REQUEST_SECONDS = 10


class Request(TypedDict):
    """A kernel to start.

    Attributes
    ----------
    arguments : list of str
        Of the kernel's command line, from the connection file on.
    environment : dict of str to str
        The whole of it.
    folder : str
        Where it works.
    interpreter : dict of str to str
        The Python that would start it otherwise (see `interpreter`).
    """

    arguments: list[str]
    environment: dict[str, str]
    folder: str
    interpreter: dict[str, str]


def interpreter() -> dict[str, str]:
    """The Python of this process and what is installed for it, as far as a kernel's imports depend on them."""
    own = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    return {
        "executable": sys.executable,
        "prefix": sys.prefix,
        "version": sys.version,
        "installed": installed(site.getsitepackages() + own),
    }


def installed(folders: list[str]) -> str:
    """One hash over the names of the packages installed in some folders and when each was; it takes milliseconds."""
    digest = hashlib.sha256()
    for folder in filter(os.path.isdir, folders):
        with os.scandir(folder) as entries:
            found = [(entry.name, entry.stat().st_mtime_ns) for entry in entries if entry.name.endswith(INSTALLED)]
        digest.update(json.dumps([folder, sorted(found)]).encode())
    return digest.hexdigest()


def must_agree(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables on which a process and the kernels forked from it must agree."""
    return {name: value for name, value in environment.items() if name not in MAY_DIFFER}


def read_request(message: bytes) -> Request:
    """The request in a message.

    Raises
    ------
    ValueError
        If the message is none.
    """
    request = json.loads(message)
    if not isinstance(request, dict) or request.keys() != Request.__annotations__.keys():
        raise ValueError("no request")
    arguments, folder = request["arguments"], request["folder"]
    texts = [folder, *arguments] if isinstance(arguments, list) else [None]
    for mapping in (request["environment"], request["interpreter"]):
        texts += [*mapping, *mapping.values()] if isinstance(mapping, dict) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("no request")
    return Request(
        arguments=arguments, environment=request["environment"], folder=folder, interpreter=request["interpreter"]
    )


class Server:
    """Forks a kernel for whoever asks, until its standard input ends.

    Parameters
    ----------
    address : str
        Path of the socket.
    """

    def __init__(self, address: str) -> None:
        self.agreed = must_agree(os.environ)
        self.interpreter = interpreter()
        self.path = list(sys.path)
        self.children: dict[int, socket.socket] = {}
        # Clients that have said nothing yet, and until when they may.
        self.waiting: dict[socket.socket, float] = {}
        # Whether the libraries have been imported; none before anybody asked.
        self.ready: bool | None = None
        self.selector = selectors.DefaultSelector()
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(address)
        self.listener.listen(64)
        # Whoever started this waits for the end of its output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        self.selector.register(self.listener, selectors.EVENT_READ, self._accept)
        self.selector.register(sys.stdin, selectors.EVENT_READ, self._no_more)

    def serve(self) -> None:
        """Answer until nobody can ask any more and the last kernel has ended."""
        while self.selector.get_map():
            patience = max(0.0, min(self.waiting.values()) - time.monotonic()) if self.waiting else None
            for key, _ in self.selector.select(patience):
                key.data()
            # After the answers: whoever asked while the libraries were imported has not been silent.
            for connection in [it for it, end in self.waiting.items() if end <= time.monotonic()]:
                self._stop_waiting(connection).close()

    def _no_more(self) -> None:
        # Whoever started the server has ended; kernels that run may still come to their end.
        for source in (self.listener, sys.stdin):
            self.selector.unregister(source)
        self.listener.close()
        for connection in list(self.waiting):
            self._stop_waiting(connection).close()

    def _accept(self) -> None:
        try:
            connection, _ = self.listener.accept()
        except OSError:
            # It has hung up already, or no descriptor is left: it starts its own kernel.
            return
        # Nobody else waits while a client is silent.
        connection.setblocking(False)
        self.waiting[connection] = time.monotonic() + REQUEST_SECONDS
        self.selector.register(connection, selectors.EVENT_READ, lambda: self._heard(connection))

    def _stop_waiting(self, connection: socket.socket) -> socket.socket:
        del self.waiting[connection]
        self.selector.unregister(connection)
        return connection

    def _heard(self, connection: socket.socket) -> None:
        if connection not in self.waiting:
            # The end of the server came up together with this message.
            return
        self._stop_waiting(connection)
        streams: list[int] = []
        try:
            message, streams, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 2)
            request = read_request(message)
            if len(streams) != 2 or not self._is_wanted(request) or not self._imported():
                raise ValueError("not what is forked here")
            self._fork(connection, request, streams)
        except Exception:
            # Whatever one client sent, the others are answered.
            connection.close()
        finally:
            for stream in streams:
                os.close(stream)

    def _is_wanted(self, request: Request) -> bool:
        """Whether a kernel forked here is what the request would start otherwise."""
        return request["interpreter"] == self.interpreter and must_agree(request["environment"]) == self.agreed

    def _imported(self) -> bool:
        """Import the libraries once; whether a fork is safe thereafter."""
        if self.ready is None:
            # What has failed once is not tried for every kernel.
            self.ready = False
            # The kernel's class reads this as it is imported: it ends when its parent does.
            os.environ["JPY_PARENT_PID"] = str(os.getpid())
            # What a kernel sets before its first cell.
            os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
            # Arrow's allocator would start a thread.
            os.environ["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
            for name in LIBRARIES:
                importlib.import_module(name)
            gc.collect()
            gc.freeze()
            self.ready = True
        return self.ready and sum(1 for _ in Path("/proc/self/task").iterdir()) == 1

    def _fork(self, connection: socket.socket, request: Request, streams: list[int]) -> None:
        pid = os.fork()
        if not pid:
            self._close_all(connection)
            try:
                _become_kernel(request, streams, self.path)
            except Exception:
                # Only the kernel ends: what follows here is the server's.
                traceback.print_exc()
                sys.exit(1)
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:
            # A kernel nobody could be told the end of would run beside the one that the client starts itself.
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
        self.children[pid] = connection
        self.selector.register(descriptor, selectors.EVENT_READ, lambda: self._ended(pid, descriptor))
        self.selector.register(connection, selectors.EVENT_READ, lambda: self._hung_up(pid))
        _tell(connection, pid=pid)

    def _close_all(self, connection: socket.socket) -> None:
        """In the child: nothing of the server stays open."""
        self.selector.close()
        self.listener.close()
        for other in (connection, *self.children.values(), *self.waiting):
            other.close()

    def _hung_up(self, pid: int) -> None:
        if pid not in self.children:
            # Its end came up together with this, and first.
            return
        self.selector.unregister(self.children[pid])
        os.kill(pid, signal.SIGKILL)

    def _ended(self, pid: int, descriptor: int) -> None:
        _, status, usage = os.wait4(pid, 0)
        self.selector.unregister(descriptor)
        os.close(descriptor)
        connection = self.children.pop(pid)
        if connection in self.selector.get_map():
            self.selector.unregister(connection)
        _tell(connection, exit=os.waitstatus_to_exitcode(status), peak=usage.ru_maxrss)
        connection.close()


def _tell(connection: socket.socket, **facts: int) -> None:
    # A client that has died is noticed where its connection ends.
    with suppress(OSError):
        connection.send(json.dumps(facts).encode())


def _become_kernel(request: Request, streams: list[int], path: list[str]) -> NoReturn:
    """What `python -m ipykernel_launcher` does, in a session of its own, with the environment of the run."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    empty = os.open(os.devnull, os.O_RDONLY)
    for source, target in zip((empty, *streams), (0, 1, 2), strict=True):
        os.dup2(source, target)
    os.closerange(3, max(int(entry.name) for entry in Path("/proc/self/fd").iterdir()) + 1)
    kept = {name: os.environ[name] for name in ("JPY_PARENT_PID", "MPLBACKEND")}
    os.environ.clear()
    os.environ.update({**request["environment"], **kept})
    os.chdir(request["folder"])
    own = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    sys.path[:] = [*own, *path]
    importlib.invalidate_caches()
    # Where temporary files go may have been asked for during an import, and is asked once.
    tempfile.tempdir = None
    sys.argv = request["arguments"]
    numpy: Any = sys.modules["numpy"]
    # Python reseeds its own generator in a fork; numpy would give every kernel the same one.
    numpy.random.seed()
    kernel: Any = sys.modules["ipykernel.kernelapp"]
    kernel.launch_new_instance()
    sys.exit(0)


if __name__ == "__main__":
    # Python puts the folder of a script first, whose modules are none that a kernel may import by those names.
    del sys.path[0]
    Server(str(Path(sys.argv[1]))).serve()
