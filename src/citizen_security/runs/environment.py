"""What the environment of every kernel has, however it is started."""

import sys

# Notebooks run side by side on the cores there are: a process that starts a thread a core for its linear algebra
# would make all of them slower.
ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)

SAME_IN_ALL = {**dict.fromkeys(ONE_THREAD, "1"), "PYTHONHASHSEED": "0"}

# A run's folder among temporary files; its sockets are files in it, and the system lets their whole path have so many
# bytes.
TEMPORARY_PREFIX = "kernel-"
SOCKET_BYTES = 103 if sys.platform == "darwin" else 107
LONGEST_TEMPORARY_PATH = SOCKET_BYTES - len(f"/{TEMPORARY_PREFIX}12345678/12345678-1")
