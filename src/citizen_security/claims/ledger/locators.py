"""Whether the places, columns and keys that a way of measuring names are in the tables."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.panel_effects import BETWEEN, CHANGES, LEVELS
from citizen_security.parameters import unknown

type Names = Callable[[Tables], Iterable[str]]

# Columns that the panel of countries has besides those of its tables.
OUTCOMES = ("rate", "percent")
DERIVED = (*OUTCOMES, "log_gdp_per_capita")


def _of(table: str, column: str) -> Names:
    return lambda tables: tables[table][column].dropna().astype(str).unique()


def _columns(table: str) -> Names:
    """Columns of numbers, without the year."""
    return lambda tables: tables[table].select_dtypes("number").columns.drop("year", errors="ignore")


def _any_of(*names: Names) -> Names:
    return lambda tables: dict.fromkeys(name for them in names for name in them(tables))


def _these(*names: str) -> Names:
    return lambda _: names


COUNTRIES = _any_of(_of("countries", "iso3"), _of("world_homicide", "iso3"))
DRIVERS = _any_of(_columns("country_year"), _columns("regime_year"), _these(*DERIVED))
MEASURES_OF_COUNTRIES = _columns("country_year")
FACTS, CLAIMS = _of("claim_facts", "fact_id"), _of("claims", "claim_id")

# What an argument names, and where its names are; those of one measure go before those of all.
KNOWN: Mapping[str, tuple[str, Names]] = {
    "cities": ("city", _of("city_year", "city_code")),
    "city_code": ("city", _of("city_year", "city_code")),
    "claim": ("claim", CLAIMS),
    "countries": ("country", COUNTRIES),
    "country": ("country", COUNTRIES),
    "driver": ("column", DRIVERS),
    "effect": ("effect", _of("effects", "effect_id")),
    "exceptions": ("claim", CLAIMS),
    "fact": ("fact", FACTS),
    "groups": ("country", COUNTRIES),
    "held": ("column", DRIVERS),
    "line": ("column", MEASURES_OF_COUNTRIES),
    "measure": ("column", MEASURES_OF_COUNTRIES),
    "other": ("country", COUNTRIES),
    "others": ("country", COUNTRIES),
    "parts": ("claim", CLAIMS),
    "places": ("fact", FACTS),
    "pooled_in": ("review", _of("studies", "pooled_in")),
    "series": ("series", _of("morelia_year", "series")),
    "state": ("state", _of("state_year", "state")),
    "total": ("claim", CLAIMS),
    "without": ("country or subregion", _any_of(COUNTRIES, _of("countries", "subregion"))),
}
KNOWN_OF_MEASURE: Mapping[tuple[str, str], tuple[str, Names]] = {
    ("curve", "estimator"): ("estimator", _these(LEVELS, CHANGES, BETWEEN)),
    ("half_year_change", "city_code"): ("city", _of("mexico_municipality_quarter", "city_code")),
    ("link", "estimator"): ("estimator", _these(LEVELS, CHANGES, BETWEEN)),
    ("link", "outcome"): ("outcome", _these(*OUTCOMES)),
    ("lost_when_held", "outcome"): ("outcome", _these(*OUTCOMES)),
    ("pacification_fall", "measure"): ("column", _these("homicides", "killings_by_police")),
    ("ratio_of_figures", "above"): ("fact", FACTS),
    ("ratio_of_figures", "below"): ("fact", FACTS),
    ("ratio_of_measures", "above"): ("column", MEASURES_OF_COUNTRIES),
    ("ratio_of_measures", "below"): ("column", MEASURES_OF_COUNTRIES),
}
# Arguments of which one holds several names, with what joins them.
SEVERAL = {"cities": "+", "countries": "+", "groups": "+/", "others": "+", "parts": "+"}
SEVERAL_FACTS = ("ratio_of_figures",)


def locator_problems(tables: Tables, measure: str, arguments: Mapping[str, Any]) -> list[str]:
    """What a way of measuring names and the tables have not, with the nearest name.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
    measure : str
        Of the registry.
    arguments : mapping
        As `registry.read_arguments` returns them.

    Returns
    -------
    list of str
        A clause for each problem.
    """
    problems = []
    for name, value in arguments.items():
        if not isinstance(value, str) or (measure, name) == ("guards_per_officer", "pairs"):
            continue
        kind, names = KNOWN_OF_MEASURE.get((measure, name)) or KNOWN.get(name) or ("", None)
        if names is None:
            continue
        allowed = [str(it) for it in names(tables)]
        problems += [
            unknown(kind, it, allowed, f"{name} of {measure}")
            for it in _split(measure, name, value)
            if it not in set(allowed)
        ]
    if "pairs" in arguments:
        problems += _pair_problems(tables, arguments["pairs"])
    first, last = arguments.get("first"), arguments.get("last")
    if isinstance(first, int) and isinstance(last, int) and first > last:
        problems.append(f"first = {first} is after last = {last} of {measure}. Allowed: the earlier year first")
    return problems


def _split(measure: str, name: str, value: str) -> list[str]:
    signs = "+" if measure in SEVERAL_FACTS else SEVERAL.get(name, "")
    for sign in signs[1:]:
        value = value.replace(sign, signs[0])
    return value.split(signs[0]) if signs else [value]


def _pair_problems(tables: Tables, pairs: str) -> list[str]:
    """Pairs of a country with registered guards and the fact with its police."""
    guarded = [str(it) for it in pd.unique(tables["private_security_personnel"]["iso3"].dropna())]
    facts, problems = [str(it) for it in FACTS(tables)], []
    for pair in pairs.split("+"):
        country, sign, fact = pair.partition(":")
        if not sign:
            problems.append(f"{pair!r} is no pair. Allowed: a country and a fact joined by :, pairs joined by +")
            continue
        problems += [unknown("country", country, guarded, "pairs")] if country not in guarded else []
        problems += [unknown("fact", fact, facts, "pairs")] if fact not in facts else []
    return problems
