"""Machine code of compiled functions, kept between runs under the name of all that it is made from.

The library that compiles keeps code too, and knows it again by the file of the function. What that function takes from
other files, it would then have as it was: a constant, a function that is called, a value that another library computed.
Here the folder of the kept code is named by a hash of all of it as it is in memory. Code made from anything else lies
in another folder, and none is found that is not this one's, whoever compiles beside it.
"""

import dis
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numba
import numpy as np

VERSIONS = (sys.version, *map(version, ("numba", "llvmlite", "numpy")))
# The library has no types for them.
SETTINGS: Any = numba.config
# Modules that a compiled function may name, since their versions are known; one of ours might hold anything.
KNOWN_MODULES = {"numpy", "math"}
# What may be told from its text.
PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic)


def keep(*functions: Any) -> None:
    """Keep the machine code of compiled functions beside their source, and take from there what an earlier run kept.

    Call it below all that the functions call. Where nothing can be written, they are compiled in each run.

    Parameters
    ----------
    *functions : numba dispatchers
        Of one file. What they call needs no keeping of its own.

    Raises
    ------
    TypeError
        If a function names something that cannot be known again.
    """
    sources = [function.py_func for function in functions if hasattr(function, "py_func")]
    if not sources:
        # Compiling is switched off, as for a debugger: these are plain functions.
        return
    folder = Path(SETTINGS.CACHE_DIR or Path(sources[0].__code__.co_filename).parent / "__pycache__")
    folder /= f"{sources[0].__module__.rpartition('.')[2]}-{recipe(*functions)[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return
    before = SETTINGS.CACHE_DIR
    SETTINGS.CACHE_DIR = str(folder)
    try:
        for function in functions:
            function.enable_caching()
    finally:
        SETTINGS.CACHE_DIR = before


def recipe(*functions: Any) -> str:
    """Hash of all that the machine code of compiled functions is made from.

    Parameters
    ----------
    *functions : numba dispatchers

    Returns
    -------
    str
        Of their code, that of what they call, the values that they name, the versions of the libraries, and what
        compiling is told by the environment. The processor is known to the library.

    Raises
    ------
    TypeError
        If a function names something that cannot be known again.
    """
    told = sorted(it for it in os.environ.items() if it[0].startswith("NUMBA_") and it[0] != "NUMBA_CACHE_DIR")
    digest = hashlib.sha256(repr((VERSIONS, told)).encode())
    waiting, known = list(functions), set()
    while waiting:
        function = waiting.pop()
        source: FunctionType = function.py_func
        if source in known:
            continue
        known.add(source)
        if source.__closure__:
            raise TypeError(f"{source.__qualname__} closes over variables. Allowed: what its module has, by its name.")
        options = sorted((name, repr(value)) for name, value in function.targetoptions.items())
        digest.update(repr((source.__qualname__, source.__defaults__, options)).encode())
        for part in _parts(source.__code__):
            digest.update(repr(part).encode())
        for name in sorted(_globals_of(source.__code__)):
            # What a module does not have is built in: its name says all, with the version of Python.
            value = source.__globals__.get(name, name)
            digest.update(f"{name}: {_described(value, name, source)}".encode())
            waiting += [value] if hasattr(value, "py_func") else []
    return digest.hexdigest()


def _parts(code: CodeType) -> Iterator[object]:
    """What a function's code says, without where it stands."""
    yield code.co_code, code.co_names, code.co_varnames, code.co_flags
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _parts(constant)
        else:
            yield constant


def _globals_of(code: CodeType) -> set[str]:
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    named = {step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL"}
    return named.union(*map(_globals_of, inner))


def _described(value: Any, name: str, source: FunctionType) -> str:
    """A value so that another one has another description."""
    if hasattr(value, "py_func"):
        return f"compiled {value.py_func.__module__}.{value.py_func.__qualname__}"
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return f"{value.dtype.str} {value.shape} {hashlib.sha256(value.tobytes()).hexdigest()}"
    if isinstance(value, PLAIN):
        return repr(value)
    if isinstance(value, tuple):
        return f"({', '.join(_described(each, name, source) for each in value)})"
    if isinstance(value, ModuleType) and value.__name__ in KNOWN_MODULES:
        return value.__name__
    if isinstance(value, type) and hasattr(value, "_fields"):
        return f"{value.__module__}.{value.__qualname__} {value._fields} {getattr(value, '_field_defaults', None)}"
    if getattr(value, "__module__", None) == "builtins":
        return str(value.__qualname__)
    raise TypeError(
        f"{source.__qualname__} names {name}, {type(value).__name__}, of which a later run could not tell whether it "
        f"is still the same. Allowed: numbers, text, arrays, tuples of these, named tuples, compiled functions, "
        f"{' and '.join(sorted(KNOWN_MODULES))}."
    )
