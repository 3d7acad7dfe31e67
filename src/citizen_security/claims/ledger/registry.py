"""The functions that a way of measuring may name, and their arguments read from text."""

import inspect
import math
import re
from collections.abc import Callable, Mapping
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
from citizen_security.claims.ledger.about_measures import About
from citizen_security.claims.ledger.arguments import argument_of, argument_problems, joined
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.plain_numbers import number_in, number_problem
from citizen_security.methods.verdicts.regions import Estimate
from citizen_security.parameters import unknown

type Measure = Callable[..., Estimate]

MODULES = (
    city_series, country_panel, homicide_levels, panel_effects, programme_series, statements, study_counts,
)  # fmt: skip
WORDS = {"true": True, "false": False}
WHERE_MEASURES_ARE = "The page claims/measures.html of the book tells what each of them gives and takes"
# What a measure raises where the tables lack a year, a place or a column, hold no figure where one is asked for, or
# leave too little to compute with.
NO_ESTIMATE = (ValueError, LookupError, ArithmeticError)
# What is said where a library refused, whose words tell of arrays and keys, and of no table.
NOTHING_FOUND = "the tables have no figure, or too few, of what is asked for"


class BadChoice(ValueError):
    """A way of measuring that names no function, or arguments that it has not."""


# Ways of measuring are the functions that say so of themselves (`gives`), each in the module where it is defined.
MEASURES: Mapping[str, Measure] = {
    name: function
    for module in MODULES
    for name, function in vars(module).items()
    if inspect.isfunction(function) and function.__module__ == module.__name__ and "about" in vars(function)
}
ABOUT: Mapping[str, About] = {name: vars(function)["about"] for name, function in MEASURES.items()}


# A comma, a name and a sign of equality: another argument, parted by the wrong sign.
_COMMAS = re.compile(r"\s*,\s*(?=[a-z_]+\s*=)")


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
    values, problems = read_arguments(measure, text)
    if problems:
        raise BadChoice("; ".join(problems))
    return values


def read_arguments(measure: str, text: str) -> tuple[dict[str, Any], list[str]]:
    """Arguments that can be read, and all that is wrong with the others; parameters as `arguments_of`.

    Returns
    -------
    dict
        By name.
    list of str
        A clause for each problem: what was given, what is allowed.
    """
    if measure not in MEASURES:
        return {}, [f"{unknown('measure', measure, MEASURES)}. {WHERE_MEASURES_ARE}"]
    declared = {
        name: it
        for name, it in inspect.signature(MEASURES[measure], eval_str=True).parameters.items()
        if it.kind is inspect.Parameter.KEYWORD_ONLY
    }
    if _COMMAS.search(text):
        written = _COMMAS.sub(";", text)
        return {}, [f"commas stand between arguments. Write {written}"]
    given: dict[str, str] = {}
    problems = []
    for part in text.split(";") if text else []:
        # A semicolon at the end parts nothing.
        if not part.strip():
            continue
        name, sign, value = (it.strip() for it in part.partition("="))
        if not sign or not name or not value:
            problems.append(f"{part!r} is no argument. Allowed: name=value, separated by a semicolon")
        elif name in given:
            problems.append(f"argument {name!r} stands there twice. Allowed: each once")
        elif name not in declared:
            problems.append(unknown("argument", name, declared))
        given.setdefault(name, value)
    needed = [name for name, it in declared.items() if it.default is it.empty and name not in given]
    problems += [f"{measure} needs {name}; give {name}=…" for name in needed]
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in declared or not value:
            continue
        kind = declared[name].annotation
        try:
            values[name] = _typed(joined(measure, name, value), kind)
        except (ValueError, KeyError):
            problems.append(_mistyped(measure, name, value, kind))
    # What is wrong elsewhere in the row is said too.
    return values, [*problems, *argument_problems(measure, with_defaults(measure, values))]


def with_defaults(measure: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """All arguments of a way of measuring, those that were not given at their defaults.

    Parameters
    ----------
    measure : str
    values : mapping
        Those that were given.

    Returns
    -------
    dict
    """
    declared = inspect.signature(MEASURES[measure]).parameters.values()
    defaults = {it.name: it.default for it in declared if it.kind is it.KEYWORD_ONLY and it.default is not it.empty}
    return {**defaults, **values}


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
        As `arguments_of`; or if the tables hold nothing that the arguments ask for.
    """
    arguments = arguments_of(measure, text)
    remedy = "Choose years, places and columns that the tables have"
    try:
        found = MEASURES[measure](tables, confidence_level, **arguments)
    except NO_ESTIMATE as error:
        reason = str(error).rstrip(".") if _said_by_us(error) else NOTHING_FOUND
        raise BadChoice(f"{measure} gives no estimate with {text or 'no arguments'} ({reason}). {remedy}") from error
    if not all(math.isfinite(it) for it in (found.value, found.low, found.high)):
        raise BadChoice(
            f"{measure} gives {found.value:g} ({found.low:g} to {found.high:g}) with {text or 'no arguments'}, "
            "which is not finite. Allowed: arguments that give finite numbers. Choose a smaller multiple, or other "
            "years and places"
        )
    if not found.n:
        raise BadChoice(
            f"{measure} gives {found.value:g} with {text or 'no arguments'}, of nothing: no unit has a figure. {remedy}"
        )
    return found


def _said_by_us(error: Exception) -> bool:
    """Whether this package raised an error with words of its own; a key that is not found has none."""
    step = error.__traceback__
    while step and step.tb_next:
        step = step.tb_next
    package = __name__.partition(".")[0]
    own = step is None or str(step.tb_frame.f_globals.get("__name__", "")).partition(".")[0] == package
    return own and not isinstance(error, LookupError)


def _typed(text: str, kind: Any) -> Any:
    if get_origin(kind := getattr(kind, "__value__", kind)) is Literal:
        return {name: name for name in get_args(kind)}[text]
    if kind is bool:
        # A spreadsheet writes its own in capitals.
        return WORDS[text.casefold()]
    if kind is str:
        return text
    value = number_in(text)
    if value is None or (kind is int and value % 1):
        raise ValueError(f"{text} is no number of type {kind.__name__}")
    return kind(value)


def _mistyped(measure: str, name: str, text: str, kind: Any) -> str:
    """Why a text is no value of an argument, and what is."""
    if kind not in (int, float):
        return f"{name} = {text!r} of {measure}. Allowed: {_names(kind)}"
    problem, _, remedy = (number_problem(text, whole=kind is int) or "is no whole number").partition(". ")
    written = f". {remedy}" if remedy.startswith("Write ") else ""
    allowed = argument_of(measure, name).allowed or ("a whole number" if kind is int else "a number")
    return f"{name} = {text!r} of {measure} {problem}{written}. Allowed: {allowed}"


def _names(kind: Any) -> str:
    return ", ".join(get_args(getattr(kind, "__value__", kind))) if kind is not bool else "true or false"
