"""What the environment of every kernel has, however it is started."""

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
