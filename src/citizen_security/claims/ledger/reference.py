"""What whoever brings claims may write: types of rules and ways of measuring, read from what the code declares."""

import inspect
import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any, Literal, get_args, get_origin

import pandas as pd

from citizen_security.claims.ledger.about_measures import About, KindOf
from citizen_security.claims.ledger.arguments import argument_of
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.kinds import Kind
from citizen_security.claims.ledger.kinds_of_measures import TYPES as MEASURES_OF_TYPES
from citizen_security.claims.ledger.kinds_of_measures import types_taken
from citizen_security.claims.ledger.locators import YEARS, YEARS_ELSEWHERE, known_names
from citizen_security.claims.ledger.registry import ABOUT, MEASURES, with_defaults
from citizen_security.methods.verdicts.regions import Tolerances

# As many names are written out; of more a few stand for all.
WRITTEN_OUT, NAMED = 9, 3

# Arguments that decide the kind of quantity that some ways of measuring give.
DECIDING = ("measure", "fact", "above", "below", "outcome", "total", "claim", "exceptions", "times")
# Multiples that change a kind.
MULTIPLES = (1.0, 100.0)

# Ways of measuring that no claim of the book takes, with arguments to try.
TO_TRY: Mapping[str, str] = {"rank_from_safest": "country=SLV;first=2022;last=2022"}

# What an interval is, by its code.
INTERVALS = {"": "", "confidence": "a confidence interval at the claim's level", "published": "the published one"}

# Where a claim of a type holds, and what its rule must give.
TYPES: Mapping[str, tuple[str, str]] = {
    "number": ("within {number:.0%} of the claimed number", "claimed, or both ends"),
    "at_least": ("from the claimed number on", "claimed, or region_low"),
    "at_most": ("up to the claimed number", "claimed, or region_high"),
    "range": ("between the two ends", "region_low and region_high"),
    "count": ("exactly the claimed count", "claimed, a whole number from 0"),
    "direction": ("above zero, in the direction that the quantity names", "nothing"),
    "not_fallen": ("a change from −{fallen:g}% on", "nothing; the quantity is a change in %"),
    "null": (
        "within the smallest effect that matters, by two one-sided tests",
        "nothing; the parameter smallest_effect of the run decides",
    ),
    "coefficient": (
        "the claimed sign, at least {coefficient:.0%} of the claimed size, and an interval that excludes zero and "
        "holds the claimed number",
        "claimed",
    ),
    "share": ("within {share_points:g} points of the claimed share", "claimed, in %"),
    "ranking": ("from rank 1 to the claimed rank", "claimed, a whole number from 1"),
    "set": ("all members that are claimed", "claimed, how many they are"),
    "attenuation": ("at least {attenuation:g}% of a link is lost", "nothing; the quantity is what is lost in %"),
    "existence": ("one or more", "nothing; the quantity is a count"),
    "identity": ("exactly zero", "nothing; the quantity is a difference"),
}


def types_table(tables: Tables) -> pd.DataFrame:
    """One row a type of claim.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `claims` and `claim_rules` of the book.

    Returns
    -------
    pandas.DataFrame
        type, takes (what a way of measuring must give), holds (where a claim holds, unless the rule gives its own
        ends), needs (cells of the rule), example (a claim of the book), claim_id.
    """
    claims = tables["claims"].set_index("claim_id")["statement"]
    rules = tables["claim_rules"].dropna(subset=["type"])
    # A rule that takes the region of its type shows the type best.
    own = rules[["region_low", "region_high"]].notna().any(axis=1)
    first = rules.assign(own=own).sort_values(["own", "claim_id"]).drop_duplicates("type").set_index("type")["claim_id"]
    tolerances = vars(Tolerances())
    rows = [
        {
            "type": name,
            "takes": MEASURES_OF_TYPES[name].words,
            "holds": holds.format(**tolerances),
            "needs": needs,
            "example": claims[first[name]],
            "claim_id": first[name],
        }
        for name, (holds, needs) in TYPES.items()
    ]
    return pd.DataFrame(rows)


def measures_table(tables: Tables) -> pd.DataFrame:
    """One row a way of measuring.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `claim_choices` of the book.

    Returns
    -------
    pandas.DataFrame
        measure, gives (in a sentence), unit (that a rule may name), reach (values that it can give), types (of
        rules that take it), counts (what its n counts), interval (what it is), missing (what stands for units without a
        figure; blank where each needs one), example (its arguments), claim_id (that takes them; blank where no claim of
        the book does).
    """
    rows = tables["claim_choices"].sort_values(["is_main", "claim_id"], ascending=[False, True])
    first = rows.drop_duplicates("measure").set_index("measure")
    found = []
    for name, function in MEASURES.items():
        is_used = name in first.index
        arguments = first["arguments"][name] if is_used else TO_TRY[name]
        found.append(
            {
                "measure": name,
                "gives": _sentence(function.__doc__ or ""),
                "unit": _unit(ABOUT[name].kind),
                "reach": _reach(ABOUT[name]),
                "types": _types(tables, name),
                "counts": _counts(name),
                "interval": _interval(ABOUT[name]),
                "missing": ABOUT[name].missing,
                "example": "" if pd.isna(arguments) else arguments,
                "claim_id": first["claim_id"][name] if is_used else "",
            }
        )
    return pd.DataFrame(found).sort_values("measure", ignore_index=True)


def arguments_table(tables: Tables) -> pd.DataFrame:
    """One row an argument of a way of measuring.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All that the measures need.

    Returns
    -------
    pandas.DataFrame
        measure, argument, meaning, allowed (values that it takes), default (needed where there is none).
    """
    rows = []
    for measure, function in sorted(MEASURES.items()):
        for name, it in inspect.signature(function, eval_str=True).parameters.items():
            if it.kind is not it.KEYWORD_ONLY:
                continue
            rows.append(
                {
                    "measure": measure,
                    "argument": name,
                    "meaning": argument_of(measure, name).meaning,
                    "allowed": _allowed(tables, measure, name, it.annotation),
                    "default": "needed" if it.default is it.empty else _default(it.default),
                }
            )
    return pd.DataFrame(rows)


def _allowed(tables: Tables, measure: str, name: str, kind: Any) -> str:
    if kind is bool:
        return "true or false"
    if get_origin(kind := getattr(kind, "__value__", kind)) is Literal:
        return ", ".join(get_args(kind))
    if table := YEARS_ELSEWHERE.get(name) or (ABOUT[measure].years_of if name in YEARS else ""):
        years = tables[table]["year"]
        return f"{years.min()} to {years.max()}{', or 0' if measure == 'cities_in_region' else ''}"
    if argument_of(measure, name).allowed:
        return argument_of(measure, name).allowed
    what, names = known_names(measure, name)
    if names is None:
        raise LookupError(f"nothing says what {name} of {measure} takes. Add it to arguments.py or locators.py")
    there = [str(it) for it in names(tables)]
    return _listed(what, there)


def _listed(what: str, names: Iterable[str]) -> str:
    names = list(dict.fromkeys(names))
    if len(names) <= WRITTEN_OUT:
        return ", ".join(names)
    return f"{what}: {len(names)} names, such as {', '.join(names[:NAMED])}"


def _default(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "none" if value == "" else f"{value}"


def _sentence(text: str) -> str:
    """First sentence of what a function says of itself, without where its parameters are told."""
    first = text.strip().partition("\n")[0].partition("; parameters as")[0].rstrip(".")
    return f"{first.replace('`', '')}."


def _unit(kind: Kind | KindOf) -> str:
    """Units that a rule may name; where arguments decide, the function that reads them says so."""
    if isinstance(kind, Kind):
        return kind.allowed.removeprefix("a unit that ")
    told = _sentence(kind.__doc__ or "").rstrip(".")
    return f"{told[0].lower()}{told[1:]}"


def _interval(about: About) -> str:
    """What its interval is; where arguments decide, the function that reads them says so."""
    if isinstance(about.interval, str):
        return INTERVALS[about.interval] or ("bounds of what is unknown" if about.stand_in else "none")
    told = _sentence(about.interval.__doc__ or "").rstrip(".")
    return f"{told[0].lower()}{told[1:]}"


def _reach(about: About) -> str:
    known = about.reach or (about.kind.reach if isinstance(about.kind, Kind) else None)
    if known is None:
        return "those that what it names can have"
    least, most = known
    ends = [f"from {least:g}".replace("-", "−")] if math.isfinite(least) else []
    if about.counted:
        counted = about.counted
        ends.append(f"up to {counted}" if counted == "top" else f"up to as many as {counted} names")
    elif about.ranked:
        ends.append("up to as many as there are")
    elif math.isfinite(most):
        ends.append(f"to {most:g}" if ends else f"up to {most:g}")
    return " ".join(ends) or "any number"


def possible_ways(tables: Tables, measure: str) -> Iterator[dict[str, Any]]:
    """Arguments that decide what a way of measuring gives, as many of them as make a difference.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All that the measures need.
    measure : str
        Of the registry.

    Yields
    ------
    dict
        All arguments that have defaults, with one value each of those that decide.
    """
    given = with_defaults(measure, {})
    if isinstance(ABOUT[measure].kind, Kind) and not callable(ABOUT[measure].smaller):
        yield given
        return
    declared = inspect.signature(MEASURES[measure], eval_str=True).parameters
    deciding = [name for name in DECIDING if name in declared and declared[name].kind is inspect.Parameter.KEYWORD_ONLY]
    values = [_values_of(tables, measure, name, declared[name].annotation) for name in deciding]
    for them in product(*values):
        yield given | dict(zip(deciding, them, strict=True))


def _values_of(tables: Tables, measure: str, name: str, annotation: Any) -> list[Any]:
    """Values of an argument: names that the tables have, choices, or multiples."""
    _, names = known_names(measure, name)
    if names:
        return list(dict.fromkeys(str(it) for it in names(tables)))
    return list(MULTIPLES) if name == "times" else list(get_args(getattr(annotation, "__value__", annotation)))


def _types(tables: Tables, measure: str) -> str:
    """Types of rules that take what a way of measuring gives; those that take some of it alone are told apart."""
    found = [
        set(types_taken(measure, ABOUT[measure].kind_with(arguments, tables), arguments))
        for arguments in possible_ways(tables, measure)
    ]
    always, ever = set.intersection(*found), set.union(*found)
    first, then = (", ".join(name for name in TYPES if name in them) for them in (always, ever - always))
    return f"{first}; by what it names also {then}" if then else first


def _counts(measure: str) -> str:
    about = ABOUT[measure]
    if about.by_estimator is None:
        return about.of[1]
    return ", ".join(f"{plural} ({estimator})" for estimator, (_, plural) in about.by_estimator.items())
