"""The functions that a way of measuring may name, and their arguments read from text."""

import inspect
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

from citizen_security.claims.ledger import (
    city_series,
    country_panel,
    homicide_levels,
    panel_effects,
    programme_series,
    statements,
    study_counts,
)
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.methods.verdicts.regions import Estimate
from citizen_security.parameters import unknown

type Measure = Callable[..., Estimate]

MODULES = (
    city_series, country_panel, homicide_levels, panel_effects, programme_series, statements, study_counts,
)  # fmt: skip
WORDS = {"true": True, "false": False}


class BadChoice(ValueError):
    """A way of measuring that names no function, or arguments that it has not."""


def _measures() -> dict[str, Measure]:
    return {
        name: function
        for module in MODULES
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_"
    }


MEASURES = _measures()


def arguments_of(measure: str, text: str) -> dict[str, Any]:
    """Arguments of a measure, of the types that its function declares.

    Parameters
    ----------
    measure : str
    text : str
        name=value, separated by a semicolon; blank for none.

    Returns
    -------
    dict

    Raises
    ------
    BadChoice
        If there is no such measure, an argument is unknown, missing or of another type, with all that is wrong.
    """
    if measure not in MEASURES:
        raise BadChoice(unknown("measure", measure, MEASURES))
    declared = {
        name: it
        for name, it in inspect.signature(MEASURES[measure], eval_str=True).parameters.items()
        if it.kind is inspect.Parameter.KEYWORD_ONLY
    }
    given = dict(part.split("=", 1) for part in text.split(";")) if text else {}
    problems = [unknown("argument", name, declared) for name in given if name not in declared]
    needed = [name for name, it in declared.items() if it.default is it.empty and name not in given]
    problems += [f"{measure} needs {name}; give {name}=…" for name in needed]
    values: dict[str, Any] = {}
    for name in given.keys() & declared.keys():
        try:
            values[name] = _typed(given[name], declared[name].annotation)
        except (ValueError, KeyError):
            problems.append(f"{name} = {given[name]!r} of {measure}. Allowed: {_allowed(declared[name].annotation)}")
    if problems:
        raise BadChoice("; ".join(problems))
    return values


def measured(tables: Tables, measure: str, text: str, confidence_level: float) -> Estimate:
    """What a way of measuring gives.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    measure, text
        As `arguments_of`.
    confidence_level : float

    Returns
    -------
    Estimate

    Raises
    ------
    BadChoice
        As `arguments_of`.
    """
    arguments = arguments_of(measure, text)
    return MEASURES[measure](tables, confidence_level, **arguments)


def _typed(text: str, kind: Any) -> Any:
    if get_origin(kind) is Literal:
        return {name: name for name in get_args(kind)}[text]
    return WORDS[text] if kind is bool else kind(text)


def _allowed(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(get_args(kind))
    return "true or false" if kind is bool else f"a value of type {kind.__name__}"
