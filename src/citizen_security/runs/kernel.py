"""The kernels that runs use."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.paths import jupyter_runtime_dir

# Notebooks run side by side on the cores there are: a process that starts a thread a core for its linear algebra
# would make all of them slower.
ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
)


class SocketFileKernelManager(AsyncKernelManager):
    """Kernel spoken to through socket files: TCP ports collide when many kernels start at once."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**settings)
        self.transport = "ipc"
        # The library's own choice is one name in the current folder, which two runs at once would share.
        self.ip = str(Path(jupyter_runtime_dir()) / uuid.uuid4().hex[:8])


@contextmanager
def kernel_environment(root: Path) -> Iterator[None]:
    """Environment that kernels started within inherit.

    One thread for linear algebra, a fixed hash seed, and a runtime folder of their own with a short path, since the
    path of a socket file may have about a hundred characters only.

    Parameters
    ----------
    root : pathlib.Path
        The checkout whose tables the notebook reads.
    """
    with tempfile.TemporaryDirectory(prefix="kernel-", ignore_cleanup_errors=True) as runtime:
        settings = {
            **dict.fromkeys(ONE_THREAD, "1"),
            "PYTHONHASHSEED": "0",
            "JUPYTER_RUNTIME_DIR": runtime,
            "CITIZEN_SECURITY_ROOT": str(root),
        }
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
