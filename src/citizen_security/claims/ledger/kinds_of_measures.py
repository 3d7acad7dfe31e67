"""Whether what a way of measuring gives is of the type and unit of its rule, and of the quantity of the main way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from citizen_security.claims.ledger.about_measures import About
from citizen_security.claims.ledger.arguments import SEVERAL, names_in
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.kinds import (
    CHANGE,
    CORRELATION,
    EFFECT_PERCENT,
    EFFECT_RATE,
    LOST,
    RANK,
    SHARE,
    STATED,
    Kind,
)  # fmt: skip
from citizen_security.claims.ledger.registry import ABOUT
from citizen_security.words import listed


@dataclass(frozen=True)
class Given:
    """What a way of measuring gives with some arguments.

    Attributes
    ----------
    about : About
        What it says of itself.
    kind : Kind
    arguments : mapping
        Those that can be read, and those at their defaults.
    """

    about: About
    kind: Kind
    arguments: Mapping[str, Any]

    @property
    def counts(self) -> bool:
        """Whether it is a number of things, and no difference between two such numbers."""
        return self.kind.counts and (self.about.reach or self.kind.reach)[0] >= 0

    @property
    def is_smaller(self) -> bool:
        """Whether it is the smaller of two amounts."""
        return self.about.is_smaller(self.arguments)

    @property
    def has_no_effect(self) -> bool:
        """Whether zero is no change, no difference or no effect, missed on either side."""
        return self.kind.no_effect == 0 and not self.is_smaller

    @property
    def has_interval(self) -> bool:
        """Whether it has an interval of confidence, or bounds for what has no figure."""
        return bool(self.about.interval) or bool(self.about.stand_in)

    @property
    def named(self) -> str:
        """What it gives, in words."""
        kind = f"the smaller of two amounts, {self.kind.name}" if self.is_smaller else self.kind.name
        return f"{kind}, and counts a fall as positive" if self.about.direction == "fall" else kind


@dataclass(frozen=True)
class Takes:
    """What a type of rule is on.

    Attributes
    ----------
    words : str
    fits : callable
        Whether a way of measuring gives it.
    """

    words: str
    fits: Callable[[Given], bool]


def _any(_: Given) -> bool:
    return True


# What every type takes. The absence of an effect is looked for within percent of the homicide rate or of a change.
TYPES: Mapping[str, Takes] = {
    "number": Takes("any quantity", _any),
    "at_least": Takes("any quantity", _any),
    "at_most": Takes("any quantity", _any),
    "range": Takes("any quantity", _any),
    "count": Takes("a count", lambda it: it.counts),
    "direction": Takes(
        "a change, a difference or an effect, which lies on either side of zero",
        lambda it: it.kind.no_effect == 0 or it.is_smaller,
    ),
    "not_fallen": Takes(
        "a change in % that keeps its sign",
        lambda it: it.kind == CHANGE and it.has_no_effect and it.about.direction != "fall",
    ),
    "null": Takes(
        "an effect or a change in %, with an interval, that is near zero where nothing changed and nowhere else",
        lambda it: it.kind in (EFFECT_PERCENT, CHANGE) and it.has_no_effect and it.has_interval,
    ),
    "coefficient": Takes(
        "an effect or a correlation, with a confidence interval",
        lambda it: it.kind in (EFFECT_PERCENT, EFFECT_RATE, CORRELATION) and it.about.interval == "confidence",
    ),
    "share": Takes("a share in %", lambda it: it.kind == SHARE),
    "ranking": Takes("a rank, or a share of pairs in order", lambda it: it.kind == RANK or it.about.in_order),
    "set": Takes("a count of members that the way names", lambda it: it.counts and it.about.counted in SEVERAL),
    "attenuation": Takes("what is lost of a link in %", lambda it: it.kind == LOST),
    "existence": Takes("a count", lambda it: it.counts),
    "identity": Takes("numbers of one document beside each other", lambda it: it.about.own_numbers),
}


def types_taken(measure: str, kind: Kind, arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """Types of rules that take what a way of measuring gives.

    Parameters
    ----------
    measure : str
        Of the registry.
    kind : Kind
        From `kind_of`.
    arguments : mapping
        Those that can be read, and those at their defaults.

    Returns
    -------
    tuple of str
        In the order of `TYPES`.
    """
    given = Given(ABOUT[measure], kind, arguments)
    return tuple(name for name, takes in TYPES.items() if takes.fits(given))


def kind_of(measure: str, arguments: Mapping[str, Any], tables: Tables) -> Kind:
    """Kind of quantity that a way of measuring gives.

    Parameters
    ----------
    measure : str
        Of the registry.
    arguments : mapping
        All of them, those at their defaults too.
    tables : mapping of str to pandas.DataFrame
        `claim_facts` and `claims`, whose figures and statements have units.

    Returns
    -------
    Kind
    """
    return ABOUT[measure].kind_with(arguments, tables)


def kind_problems(measure: str, kind: Kind, claim_type: str, unit: str, arguments: Mapping[str, Any]) -> list[str]:
    """Why what a way of measuring gives is not of a rule's type, or not of its unit.

    Parameters
    ----------
    measure : str
    kind : Kind
        From `kind_of`.
    claim_type, unit : str
        Of the rule; blank where they cannot be read.
    arguments : mapping
        As `types_taken`.

    Returns
    -------
    list of str
        A clause for each problem.
    """
    problems = []
    given = Given(ABOUT[measure], kind, arguments)
    takes = TYPES.get(claim_type)
    # Of a statement without a unit nobody knows what it counts.
    if takes and not takes.fits(given) and (kind != STATED or claim_type == "identity"):
        others = listed(types_taken(measure, kind, arguments), "or")
        problems.append(
            f"{measure} gives {given.named}, and type {claim_type} of the rule needs {takes.words}. Take a way of "
            f"measuring that gives it, or type {others}"
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
    if kind.is_of_other_whole(main_kind):
        return (
            f"{measure} gives a share of {kind.whole}, and the main way, {main}, one of {main_kind.whole}. Allowed: "
            "shares of the same whole"
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
