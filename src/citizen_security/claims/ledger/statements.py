"""What statements and published figures say of a claim: the document's own arithmetic, and figures of others."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from citizen_security.claims.ledger.about_measures import COUNTRY, FIGURE, STATEMENT, gives, kind_of_facts
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.kinds import (
    GUARDS,
    NONNEGATIVE,
    STATED,
    Kind,
    difference,
    kind_of_unit,
    over,
    scaled,
)
from citizen_security.methods.verdicts.regions import Estimate


def _of_figure(arguments: Mapping[str, Any], tables: Tables) -> Kind:
    """That of the figure, by what it is multiplied with."""
    return scaled(kind_of_facts(tables, arguments["fact"]), arguments["times"])


def _of_figures(arguments: Mapping[str, Any], tables: Tables) -> Kind:
    """Times, ratio or share where both sides are of one kind, and % of a hundred times that."""
    sides = (kind_of_facts(tables, arguments[side]) for side in ("above", "below"))
    return scaled(over(*sides), arguments["times"])


def kind_of_statement(tables: Tables, claim: str) -> Kind:
    """Kind of quantity that a claim states; that of any where it says no unit."""
    unit = tables["claims"].set_index("claim_id")["unit"][claim]
    return STATED if pd.isna(unit) or not unit else kind_of_unit(str(unit))


def _of_total(arguments: Mapping[str, Any], tables: Tables) -> Kind:
    """That of the stated total."""
    return difference(kind_of_statement(tables, arguments["total"]))


def _of_spread(arguments: Mapping[str, Any], tables: Tables) -> Kind:
    """That of the stated figures."""
    return replace(difference(kind_of_statement(tables, arguments["claim"])), no_effect=None)


def _of_exceptions(arguments: Mapping[str, Any], tables: Tables) -> Kind:
    """That of what is reported."""
    return kind_of_statement(tables, arguments["exceptions"])


@gives(_of_total, STATEMENT, own_numbers=True)
def total_less_parts(tables: Tables, level: float, *, total: str, parts: str) -> Estimate:
    """A stated total less the sum of its stated parts.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `claims`.
    level : float
        Not used.
    total : str
        Claim.
    parts : str
        Claims joined by +.

    Returns
    -------
    Estimate
    """
    whole, *those = (_stated(tables, claim, "value") for claim in (total, *parts.split("+")))
    return Estimate.exact(whole - sum(those), 1 + len(those))


@gives(_of_spread, ("stated figure", "stated figures"), reach=NONNEGATIVE, own_numbers=True)
def spread(tables: Tables, level: float, *, claim: str) -> Estimate:
    """How far the figures lie apart that one document gives for one quantity.

    Parameters
    ----------
    tables, level
        As `total_less_parts`.
    claim : str
        Its `low` and `high` are the smallest and largest figure.

    Returns
    -------
    Estimate
    """
    return Estimate.exact(_stated(tables, claim, "high") - _stated(tables, claim, "low"), 2)


@gives(_of_exceptions, STATEMENT, reach=NONNEGATIVE, own_numbers=True)
def exceptions_to_inclusion(tables: Tables, level: float, *, exceptions: str) -> Estimate:
    """Cases that a document reports and that its own rule of inclusion leaves out; parameters as `total_less_parts`.

    Parameters
    ----------
    exceptions : str
        Claim that counts them.
    """
    return Estimate.exact(_stated(tables, exceptions, "value"), 1)


@gives(_of_figure, FIGURE)
def figure(tables: Tables, level: float, *, fact: str, times: float = 1.0, upper: bool = False) -> Estimate:
    """A published figure.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `claim_facts`.
    level : float
        Not used.
    fact : str
    times : float
        What it is multiplied by, such as 100 for a share.
    upper : bool
        Whether the figure is of a whole of which the quantity is a part, so that it can be anything down to zero.

    Returns
    -------
    Estimate
    """
    value = times * _fact(tables, fact)
    return Estimate(value, 0.0 if upper else value, value, 1)


@gives(_of_figures, FIGURE)
def ratio_of_figures(tables: Tables, level: float, *, above: str, below: str, times: float = 1.0) -> Estimate:
    """Sum of some published figures over that of others.

    Parameters
    ----------
    tables, level, times
        As `figure`.
    above, below : str
        Facts joined by +.

    Returns
    -------
    Estimate
    """
    top, bottom = (sum(_fact(tables, fact) for fact in side.split("+")) for side in (above, below))
    return Estimate.exact(times * top / bottom, len(above.split("+")) + len(below.split("+")))


@gives(GUARDS, COUNTRY)
def guards_per_officer(tables: Tables, level: float, *, pairs: str) -> Estimate:
    """Registered guards of the document's table over police officers, in countries with both.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `private_security_personnel` and `claim_facts`.
    level : float
        Not used.
    pairs : str
        Country and the fact with its police, joined by :, pairs joined by +.

    Returns
    -------
    Estimate
    """
    guards = tables["private_security_personnel"].set_index("iso3")["registered_private_security_personnel"]
    chosen = dict(pair.split(":") for pair in pairs.split("+"))
    police = sum(_fact(tables, fact) for fact in chosen.values())
    return Estimate.exact(float(guards[list(chosen)].sum()) / police, len(chosen))


def _stated(tables: Tables, claim: str, column: str) -> float:
    """Number that a claim states: one that is not there is no zero."""
    number = float(tables["claims"].set_index("claim_id")[column][claim])
    if math.isnan(number):
        raise ValueError(f"claim {claim} has no number in the column {column}; fill it in")
    return number


def _fact(tables: Tables, fact: str) -> float:
    return float(tables["claim_facts"].set_index("fact_id")["value"][fact])
