"""Whether what a way of measuring gives is of the type and unit of its rule, and of the quantity of the main way."""

from collections.abc import Callable, Mapping
from typing import Any

from citizen_security.claims.ledger.arguments import names_in
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.kinds import CHANGE, EFFECT_PERCENT, LOST, RANK, SHARE, STATED, Kind
from citizen_security.claims.ledger.registry import ABOUT


def _one_of(*kinds: Kind) -> Callable[[Kind], bool]:
    return lambda kind: kind in kinds


def _counts(kind: Kind) -> bool:
    return kind.counts


# Types that are of some kinds alone, and those in words; an order may be told by the share of pairs that follow it.
TYPES: Mapping[str, tuple[str, Callable[[Kind], bool]]] = {
    "count": ("a count", _counts),
    "set": ("a count", _counts),
    "existence": ("a count", _counts),
    "ranking": ("a rank, or a share of pairs in order", _one_of(RANK, SHARE)),
    "share": ("a share in %", _one_of(SHARE, CHANGE, LOST)),
    "not_fallen": ("a change in %", _one_of(CHANGE)),
    "null": ("an effect or a change in %", _one_of(EFFECT_PERCENT, CHANGE)),
    "attenuation": ("what is lost of a link in %", _one_of(LOST)),
}


def kind_of(measure: str, arguments: Mapping[str, Any], tables: Tables) -> Kind:
    """Kind of quantity that a way of measuring gives.

    Parameters
    ----------
    measure : str
        Of the registry.
    arguments : mapping
        All of them, those at their defaults too.
    tables : mapping of str to pandas.DataFrame
        `claim_facts`, whose figures have units.

    Returns
    -------
    Kind
    """
    return ABOUT[measure].kind_with(arguments, tables)


def kind_problems(measure: str, kind: Kind, claim_type: str, unit: str) -> list[str]:
    """Why what a way of measuring gives is not of a rule's type, or not of its unit.

    Parameters
    ----------
    measure : str
    kind : Kind
        From `kind_of`.
    claim_type, unit : str
        Of the rule; blank where they cannot be read.

    Returns
    -------
    list of str
        A clause for each problem.
    """
    problems = []
    needed, is_of = TYPES.get(claim_type, ("", _counts))
    if needed and kind != STATED and not is_of(kind):
        problems.append(
            f"{measure} gives {kind.name}, and type {claim_type} of the rule needs {needed}. Take a way of measuring "
            "that gives it, or another type"
        )
    if claim_type == "not_fallen" and ABOUT[measure].direction == "fall":
        problems.append(
            f"{measure} counts a fall as positive, so that type not_fallen would take a fall for none. Take a way of "
            "measuring that gives the change itself, or the type at_least or at_most"
        )
    if ABOUT[measure].of_two and claim_type in ("null", "not_fallen"):
        problems.append(
            f"{measure} gives the smaller of two changes, of which zero is no absence of change. Take a way of "
            "measuring that gives one change, or the type direction"
        )
    if unit and not kind.fits(unit):
        problems.append(f"{measure} gives {kind.name}, and the unit of the rule is '{unit}'. Allowed: {kind.allowed}")
    return problems


def other_than_main(measure: str, kind: Kind, main: str, main_kind: Kind) -> str:
    """Why a way of measuring is of another quantity than the main one; blank where it is of the same.

    Parameters
    ----------
    measure : str
    kind : Kind
    main : str
        Measure of the main way.
    main_kind : Kind

    Returns
    -------
    str
    """
    if STATED not in (kind, main_kind) and kind != main_kind:
        return (
            f"{measure} gives {kind.name}, and the main way, {main}, gives {main_kind.name}. Allowed: ways of "
            "measuring the same quantity"
        )
    ways = ABOUT[measure].direction, ABOUT[main].direction
    if all(ways) and len(set(ways)) > 1:
        return (
            f"{measure} counts a {ways[0]} as positive, and the main way, {main}, a {ways[1]}. Allowed: ways of "
            "measuring the same quantity"
        )
    return ""


def same_way(measure: str, arguments: Mapping[str, Any]) -> tuple[Any, ...]:
    """What two ways of measuring have in common that measure the same, however their arguments are written.

    Parameters
    ----------
    measure : str
    arguments : mapping
        All of them, those at their defaults too.

    Returns
    -------
    tuple
        Hashable; names that are joined have no order, groups of them do.
    """
    return measure, *sorted(
        (name, tuple(tuple(sorted(it)) for it in names_in(measure, name, value)) if isinstance(value, str) else value)
        for name, value in arguments.items()
    )
