"""Kept machine code is known by all that it is made from."""

import os
import subprocess
import sys
from types import FunctionType

import numba
import numpy as np
import pytest

from citizen_security.methods import machine_code
from citizen_security.methods.machine_code import keep, recipe


def written(body="return x + SHIFT", options=None, **names):
    """A compiled function of a module that has these names; nothing is compiled before it is called."""
    code = compile(f"def shifted(x):\n    {body}\n", "module.py", "exec")
    module = {"np": np, "SHIFT": 1.0, "__name__": "written", **names}
    exec(code, module)
    return numba.njit(**(options or {}))(module["shifted"])


def doubled(by):
    return written("return SHIFT * x", SHIFT=by)


def test_the_same_function_has_the_same_recipe():
    assert recipe(written()) == recipe(written())


@pytest.mark.parametrize(
    "other",
    [
        {"body": "return x - SHIFT"},
        {"body": "return x + SHIFT + 0"},
        {"SHIFT": 2.0},
        {"SHIFT": 1},
        {"SHIFT": (1.0, 2.0)},
        {"SHIFT": np.array([1.0])},
        {"options": {"fastmath": True}},
    ],
    ids=str,
)
def test_whatever_changes_the_code_changes_the_recipe(other):
    assert recipe(written(**other)) != recipe(written())


def test_values_of_an_array_a_function_that_is_called_and_a_default_count():
    assert recipe(written(SHIFT=np.array([1.0, 2.0]))) != recipe(written(SHIFT=np.array([1.0, 3.0])))
    called = [written("return INNER(x)", INNER=doubled(by)) for by in (2.0, 3.0)]
    assert recipe(called[0]) != recipe(called[1])
    one, other = written(), written()
    other.py_func.__defaults__ = (3.0,)
    assert recipe(one) != recipe(other)


def test_versions_and_what_the_environment_tells_the_compiler_count(monkeypatch):
    before = recipe(written())
    monkeypatch.setenv("NUMBA_OPT", "1")
    told = recipe(written())
    monkeypatch.setenv("NUMBA_CACHE_DIR", "elsewhere")
    assert recipe(written()) == told != before
    monkeypatch.delenv("NUMBA_OPT")
    monkeypatch.setattr(machine_code, "VERSIONS", ("another",))
    assert recipe(written()) != before


@pytest.mark.parametrize("value", [os, [1.0], object(), np.array([None])], ids=["module", "list", "object", "objects"])
def test_what_cannot_be_known_again_is_refused_with_its_name(value):
    with pytest.raises(TypeError, match=r"shifted names SHIFT.*Allowed: numbers"):
        recipe(written(SHIFT=value))


def test_closed_over_variables_are_refused():
    inside = 2.0

    def outer(x):
        return x * inside

    with pytest.raises(TypeError, match="outer closes over variables"):
        recipe(numba.njit(outer))


MODULE = (
    "import numba\nfrom inner import inner\nfrom citizen_security.methods.machine_code import keep\n"
    + """
@numba.njit
def shifted(x):
    return inner(x) + 1

keep(shifted)
"""
)
INNER = "import numba\n\n@numba.njit\ndef inner(x):\n    return x * {}\n"
RUN = "import module; print(module.shifted(3), sum(module.shifted.stats.cache_hits.values()))"


def test_kept_code_is_found_again_and_never_after_a_change_in_another_file(tmp_path):
    """The library's own cache would answer 7 for 31: the file of the function is the same."""
    (tmp_path / "module.py").write_text(MODULE)

    def answer(factor):
        (tmp_path / "inner.py").write_text(INNER.format(factor))
        settings = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, "-c", RUN], cwd=tmp_path, env=settings, capture_output=True, text=True)
        return done.stdout.split()

    assert answer(2) == ["7", "0"]
    assert answer(2) == ["7", "1"]
    assert answer(10) == ["31", "0"]


def test_where_nothing_can_be_written_functions_are_compiled_in_each_run(tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("")
    monkeypatch.setattr(machine_code.SETTINGS, "CACHE_DIR", str(tmp_path / "a file"))
    function = written()
    keep(function)
    assert function.stats.cache_path is None
    assert str(tmp_path / "a file") == machine_code.SETTINGS.CACHE_DIR


def test_plain_functions_of_a_debugger_are_left_alone():
    keep(FunctionType(compile("1", "x", "eval"), {}))
