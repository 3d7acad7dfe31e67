"""Tables of effects that are valid row by row, and hostile as a whole; and what a method may make of them."""

import math
import warnings
from dataclasses import fields, is_dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from citizen_security.methods.publication_bias.selection_models import NotMaximised
from citizen_security.methods.publication_bias.trim_and_fill import NotSettled


class Studies(NamedTuple):
    """Effects, their sampling variances, and what else the methods ask for."""

    effect: np.ndarray
    variance: np.ndarray
    group: np.ndarray
    design: np.ndarray


KINDS = {
    "ordinary": lambda rng, k: (rng.normal(0.2, 0.5, k), rng.uniform(0.01, 0.3, k)),
    "one size": lambda rng, k: (rng.normal(0, 1, k), np.full(k, 0.1)),
    "all zero": lambda rng, k: (np.zeros(k), rng.uniform(0.01, 0.3, k)),
    "all zero, one size": lambda rng, k: (np.zeros(k), np.full(k, 0.04)),
    "all equal": lambda rng, k: (np.full(k, rng.choice([0.1, -1 / 3, 0.7])), rng.uniform(0.01, 0.3, k)),
    "all equal, one size": lambda rng, k: (np.full(k, -0.22), np.full(k, 0.01)),
    "equal but one": lambda rng, k: (np.where(np.arange(k), 0.1, -0.4), rng.uniform(0.01, 0.3, k)),
    "on a line of their errors": lambda rng, k: (lambda v: (0.1 - 2 * np.sqrt(v), v))(rng.uniform(0.01, 0.3, k)),
    "all significant": lambda rng, k: (-rng.uniform(0.5, 2, k), rng.uniform(0.001, 0.01, k)),
    "another unit": lambda rng, k: (lambda u: (rng.normal(0, u, k), rng.uniform(0.01, 0.3, k) * u**2))(
        10 ** rng.uniform(-24, 24)
    ),
    "variances apart": lambda rng, k: (lambda s: (s * rng.normal(0, 1, k), s**2))(10 ** rng.uniform(-1.45, 1.45, k)),
    "far from zero": lambda rng, k: (10 ** rng.uniform(0, 7) + rng.normal(0, 1, k), rng.uniform(0.1, 1, k)),
    "far from each other": lambda rng, k: (10 ** rng.uniform(0, 7, k) * rng.choice([-1, 1], k), np.ones(k)),
    "one far off": lambda rng, k: (np.where(np.arange(k), rng.normal(0, 1, k), 1e7), rng.uniform(0.1, 1, k)),
    "beyond": lambda rng, k: (rng.normal(0, 1, k) * 10 ** rng.uniform(-300, 300), 10 ** rng.uniform(-300, 300, k)),
    "variances beyond": lambda rng, k: (rng.normal(0, 1, k), 10 ** rng.uniform(-16, 16, k)),
    "effects beyond": lambda rng, k: (rng.normal(0, 1e22, k), rng.uniform(0.1, 1, k)),
}  # fmt: skip


def studies(kind: str, seed: int) -> Studies:
    """A table of a kind: from two to nine studies, some of one publication, and a moderator."""
    rng = np.random.default_rng(seed)
    number = int(rng.integers(2, 10))
    effect, variance = KINDS[kind](rng, number)
    return Studies(
        effect,
        variance,
        rng.integers(0, max(2, number // 2), number),
        np.column_stack([np.ones(number), rng.normal(0, 1, number)]),
    )


def numbers(result: object, may_be_missing: frozenset[str], name: str = "result"):
    """Every number of a result by name, but those that are documented as missing where nothing says them."""
    if name.rpartition(".")[2] in may_be_missing:
        return
    if is_dataclass(result) and not isinstance(result, type):
        for field in fields(result):
            if not field.name.startswith("_"):
                yield from numbers(getattr(result, field.name), may_be_missing, f"{name}.{field.name}")
    elif isinstance(result, pd.DataFrame):
        for column in result:
            yield from numbers(result[column].to_numpy(), may_be_missing, f"{name}.{column}")
    elif isinstance(result, np.ndarray):
        if result.dtype.kind == "f":
            yield from ((name, float(value)) for value in result.ravel())
    elif isinstance(result, tuple | list):
        for one in result:
            yield from numbers(one, may_be_missing, name)
    elif isinstance(result, float):
        yield name, result


def problem_of(call, given: Studies, may_be_missing: frozenset[str] = frozenset()) -> str:
    """What is wrong with what a method makes of studies: a warning, a crash, or a number that is none; else nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = call(given)
        except np.linalg.LinAlgError as crash:
            return f"crashes: {crash}"
        except (ValueError, NotMaximised, NotSettled) as refusal:
            said = str(refusal)
            is_sentence = said.endswith(".") and " " in said and "\n" not in said and len(said) > 30
            return "" if is_sentence else f"is refused without a sentence: {said!r}"
        except Exception as crash:
            return f"{type(crash).__name__}: {crash}"
    wrong = [name for name, value in numbers(result, may_be_missing) if not math.isfinite(value)]
    return f"gives no number for {', '.join(dict.fromkeys(wrong))}" if wrong else ""
