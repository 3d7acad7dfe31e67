"""The process that warm kernels are forked from: a script of the standard library alone, run by its path.

It imports nothing of this package, since each kernel must import it from the checkout of its own run. It listens before
it has imported the libraries and imports them when the first kernel is asked for, so that a book in which nothing
changed does not pay for them. It stays single-threaded: a thread that is not there after the fork would keep its locks.

A client sends one message (see `Request`) with its standard output and error beside it, and is sent its kernel's
number, then the exit code and the peak memory. A client that hangs up has died, and its kernel is killed.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
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

# Variables that libraries read as they are imported: a kernel with others is not forked.
READ_AT_IMPORT = (
    "PYTHON",
    "NUMBA_",
    "PYTENSOR_",
    "MPL",
    "OMP_",
    "OPENBLAS_",
    "MKL_",
    "VECLIB_",
    "BLIS_",
    "LD_",
    "LANG",
    "LC_",
    "TZ",
    "HOME",
    "XDG_",
)
# Applied in the kernel.
APPLIED = ("PYTHONPATH",)

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
    """

    arguments: list[str]
    environment: dict[str, str]
    folder: str


def read_at_import(environment: dict[str, str]) -> dict[str, str]:
    """The variables on which a process and the kernels forked from it must agree."""
    return {
        name: value for name, value in environment.items() if name.startswith(READ_AT_IMPORT) and name not in APPLIED
    }


class Server:
    """Forks a kernel for whoever asks, until its standard input ends.

    Parameters
    ----------
    address : str
        Path of the socket.
    """

    def __init__(self, address: str) -> None:
        self.agreed = read_at_import(dict(os.environ))
        self.path = list(sys.path)
        self.children: dict[int, socket.socket] = {}
        self.ready = False
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
            for key, _ in self.selector.select():
                key.data()

    def _no_more(self) -> None:
        # Whoever started the server has ended; kernels that run may still come to their end.
        for source in (self.listener, sys.stdin):
            self.selector.unregister(source)
        self.listener.close()

    def _accept(self) -> None:
        connection, _ = self.listener.accept()
        connection.settimeout(REQUEST_SECONDS)
        try:
            message, streams, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 2)
            request: Request = json.loads(message)
        except (OSError, ValueError):
            connection.close()
            return
        if read_at_import(request["environment"]) == self.agreed and self._imported():
            self._fork(connection, request, streams)
        else:
            connection.close()
        for stream in streams:
            os.close(stream)

    def _imported(self) -> bool:
        """Import the libraries once; whether a fork is safe thereafter."""
        if not self.ready:
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
        return sum(1 for _ in Path("/proc/self/task").iterdir()) == 1

    def _fork(self, connection: socket.socket, request: Request, streams: list[int]) -> None:
        pid = os.fork()
        if not pid:
            self._close_all(connection)
            _become_kernel(request, streams, self.path)
        self.children[pid] = connection
        descriptor = os.pidfd_open(pid)
        self.selector.register(descriptor, selectors.EVENT_READ, lambda: self._ended(pid, descriptor))
        self.selector.register(connection, selectors.EVENT_READ, lambda: self._hung_up(pid))
        _tell(connection, pid=pid)

    def _close_all(self, connection: socket.socket) -> None:
        """In the child: nothing of the server stays open."""
        self.selector.close()
        self.listener.close()
        for other in (connection, *self.children.values()):
            other.close()

    def _hung_up(self, pid: int) -> None:
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
