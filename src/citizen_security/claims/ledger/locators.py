"""Whether the places, columns, keys and years that a way of measuring names are in the tables."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from citizen_security.claims.ledger.about_measures import kind_of_column
from citizen_security.claims.ledger.arguments import OUTCOMES, is_homicide, names_in
from citizen_security.claims.ledger.given_tables import Tables
from citizen_security.claims.ledger.homicide_levels import NORTH_AMERICA
from citizen_security.claims.ledger.kinds import STATED, kind_of_unit
from citizen_security.claims.ledger.panel_effects import BETWEEN, CHANGES, LEVELS
from citizen_security.claims.ledger.programme_series import BOTH, KILLINGS
from citizen_security.claims.ledger.registry import ABOUT
from citizen_security.claims.ledger.statements import kind_of_statement
from citizen_security.parameters import nearest, unknown

# Units of places in which a homicide can have been.
PLACES = ("segments", "streets", "blocks", "corners", "addresses", "places")

type Names = Callable[[Tables], Iterable[str]]

# Columns that the panel of countries has besides those of its tables.
DERIVED = (*OUTCOMES, "log_gdp_per_capita")


# What joins names elsewhere, and here +.
_OTHER_JOINTS = re.compile(r"[\s,&|]+")


def _of(table: str, column: str) -> Names:
    return lambda tables: tables[table][column].dropna().astype(str).unique()


def _columns(table: str) -> Names:
    """Columns of numbers, without the year."""
    return lambda tables: tables[table].select_dtypes("number").columns.drop("year", errors="ignore")


def _any_of(*names: Names) -> Names:
    return lambda tables: dict.fromkeys(name for them in names for name in them(tables))


def _these(*names: str) -> Names:
    return lambda _: names


def _where(names: Names, fits: Callable[[str], bool]) -> Names:
    """Columns of a table that fit."""
    return lambda tables: [it for it in names(tables) if fits(it)]


def _explaining(names: Names) -> Names:
    """Columns that can explain homicide: those that are not homicide itself."""
    return _where(names, lambda column: not is_homicide(column))


def _of_region(column: str) -> Names:
    return lambda tables: tables["countries"].query("is_lac")[column].dropna().unique()


REGION, PANEL = _of_region("iso3"), _of("country_year", "iso3")
HEMISPHERE = _any_of(REGION, _these(*NORTH_AMERICA))
COUNTRIES = _any_of(_of("countries", "iso3"), _of("world_homicide", "iso3"))
# Means over people are of what each of them has a share in: a country's number of homicides is not that.
_NOT_COUNTED = _where(_columns("country_year"), lambda column: not kind_of_column(column).counts)
POVERTY_LINES = _where(_columns("country_year"), lambda column: column.startswith("poverty_"))
DRIVERS = _explaining(_any_of(_columns("country_year"), _columns("regime_year"), _these(*DERIVED)))
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
    "line": ("column of a poverty line", POVERTY_LINES),
    "measure": ("column", MEASURES_OF_COUNTRIES),
    "other": ("country", COUNTRIES),
    "others": ("country", COUNTRIES),
    "parts": ("claim", CLAIMS),
    "places": ("fact", FACTS),
    "pooled_in": ("review", _of("studies", "pooled_in")),
    "series": ("series", _of("morelia_year", "series")),
    "state": ("state", _of("state_year", "state")),
    "total": ("claim", CLAIMS),
    "without": ("country or subregion of the region", _any_of(REGION, _of_region("subregion"))),
}
KNOWN_OF_MEASURE: Mapping[tuple[str, str], tuple[str, Names]] = {
    ("below_median", "countries"): ("country of the panel", PANEL),
    ("below_regional_median", "countries"): ("country of the region", REGION),
    ("claimed_among_most_studied", "countries"): ("country of the region", REGION),
    ("convictions_per_hundred", "without"): ("country of the panel", PANEL),
    ("curve", "estimator"): ("estimator", _these(LEVELS, CHANGES, BETWEEN)),
    ("evaluations", "country"): ("country of the region", REGION),
    ("growth_link", "countries"): ("country with cities", _of("city_year", "iso3")),
    ("half_year_change", "city_code"): ("city", _of("mexico_municipality_quarter", "city_code")),
    ("link", "estimator"): ("estimator", _these(LEVELS, CHANGES, BETWEEN)),
    ("link", "outcome"): ("outcome", _these(*OUTCOMES)),
    ("link", "without"): ("country of the panel", PANEL),
    ("lost_when_held", "outcome"): ("outcome", _these(*OUTCOMES)),
    ("one_country_link", "country"): ("country of the panel", PANEL),
    ("pacification_fall", "measure"): ("measure", _these(*KILLINGS, BOTH)),
    ("rank_from_safest", "country"): ("country of the Western Hemisphere", HEMISPHERE),
    ("rank_persistence", "country"): ("country with cities", _of("city_year", "iso3")),
    ("ratio_of_figures", "above"): ("fact", FACTS),
    ("ratio_of_figures", "below"): ("fact", FACTS),
    ("ratio_of_measures", "above"): ("column that is no count", _NOT_COUNTED),
    ("ratio_of_measures", "below"): ("column that is no count", _NOT_COUNTED),
    ("risers", "groups"): ("country of the panel", PANEL),
    ("state_rank", "country"): ("country with states", _of("state_year", "iso3")),
    ("weighted_mean", "measure"): ("column that is no count", _NOT_COUNTED),
}
# Arguments that are years, of the table whose years a way of measuring takes; those of another table.
YEARS = ("first", "turn", "last", "year", "since", "before_year")
YEARS_ELSEWHERE = {"other_first": "world_homicide", "other_last": "world_homicide"}


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
        kind, names = known_names(measure, name)
        if names is None:
            continue
        allowed = [str(it) for it in names(tables)]
        given = [it for group in names_in(measure, name, value) for it in group]
        if names is DRIVERS:
            # Homicide itself is refused with its own words, by what the arguments say to each other.
            given = [it for it in given if not is_homicide(it)]
        for it in given:
            parts = [part for part in _OTHER_JOINTS.split(it) if part]
            if it not in allowed and len(parts) > 1 and set(parts) <= set(allowed):
                problems.append(f"{name} = {it!r} of {measure}. Names are joined by +. Write {'+'.join(parts)}")
            elif it not in allowed and names is DRIVERS and (meant := _homicide_meant(tables, it, allowed)):
                problems.append(
                    f"unknown {kind} {it!r} in {name} of {measure}; did you mean {meant!r}? That is homicide itself. "
                    "Allowed: a column of something else"
                )
            elif it not in allowed:
                problems.append(unknown(kind, it, allowed, f"{name} of {measure}"))
    if not problems:
        problems += _unlike_facts(tables, measure, arguments)
        problems += _unlike_statements(tables, measure, arguments)
        problems += _other_figures(tables, measure, arguments)
    if "pairs" in arguments:
        problems += _pair_problems(tables, arguments["pairs"])
    if measure == "state_rank" and not problems and {"country", "state"} <= set(arguments):
        own = tables["state_year"].query("iso3 == @country", local_dict={"country": arguments["country"]})
        states = [str(it) for it in own["state"].unique()]
        if arguments["state"] not in states:
            problems.append(unknown("state", arguments["state"], states, f"state of {arguments['country']}"))
    return [*problems, *_year_problems(tables, measure, arguments)]


def known_names(measure: str, name: str) -> tuple[str, Names | None]:
    """What an argument of a way of measuring names, and where its names are; none where it names nothing.

    Parameters
    ----------
    measure, name : str

    Returns
    -------
    str
        Kind of what is named.
    callable or None
        Names of tables.
    """
    return KNOWN_OF_MEASURE.get((measure, name)) or KNOWN.get(name) or ("", None)


def _year_problems(tables: Tables, measure: str, arguments: Mapping[str, Any]) -> list[str]:
    """Years that the table of a way of measuring does not reach."""
    problems = []
    for name, value in arguments.items():
        table = YEARS_ELSEWHERE.get(name) or (ABOUT[measure].years_of if name in YEARS else "")
        if not table or not isinstance(value, int):
            continue
        years = tables[table]["year"]
        # A year of the printed list may be none, for all of it.
        none = measure == "cities_in_region"
        if not years.min() <= value <= years.max() and not (none and value == 0):
            problems.append(
                f"{name} = {value} of {measure}, and {table} has {years.min()} to {years.max()}. Allowed: these years"
                f"{', or 0 for all' if none else ''}"
            )
    return problems


def _unlike_facts(tables: Tables, measure: str, arguments: Mapping[str, Any]) -> list[str]:
    """Published figures that are added and are of different units."""
    if measure != "ratio_of_figures":
        return []
    units = tables["claim_facts"].set_index("fact_id")["unit"]
    problems = []
    for side in ("above", "below"):
        named = [it for it in str(arguments.get(side, "")).split("+") if it in units.index]
        if len({kind_of_unit(units[it]) for it in named}) > 1:
            told = ", ".join(f"{it} in {units[it]}" for it in named)
            problems.append(f"{side} of {measure} adds what is unlike: {told}. Allowed: figures of one unit")
    return problems


def _other_figures(tables: Tables, measure: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Published figures and stated numbers of another thing than a way of measuring counts."""
    if measure == "homicides_over_places" and "places" in arguments:
        unit = str(tables["claim_facts"].set_index("fact_id")["unit"][arguments["places"]])
        if unit not in PLACES:
            yield f"places = {arguments['places']} of {measure} is in {unit}. Allowed: a figure in {', '.join(PLACES)}"
    stated = tables["claims"].set_index("claim_id")
    if measure == "exceptions_to_inclusion" and "exceptions" in arguments:
        number, unit = (stated[it][arguments["exceptions"]] for it in ("value", "unit"))
        if number % 1 or not _counts_things(unit):
            yield (
                f"exceptions = {arguments['exceptions']} of {measure} states {number:g} {unit}. Allowed: a claim that "
                "states a number of things"
            )


def _counts_things(unit: Any) -> bool:
    """Whether a stated number counts; a brought one, whose unit nobody says, is taken to."""
    return pd.isna(unit) or kind_of_unit(str(unit)).counts


def document_problems(tables: Tables, measure: str, arguments: Mapping[str, Any], document: str) -> list[str]:
    """Statements of another document, which contradict nothing of this one.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        `claims`.
    measure : str
    arguments : mapping
        Those whose names the tables have.
    document : str
        Of the claim that is measured.

    Returns
    -------
    list of str
        A clause, where there are any.
    """
    named = [
        key
        for name in ("total", "parts", "claim", "exceptions")
        if known_names(measure, name)[1] is CLAIMS and isinstance(arguments.get(name), str)
        for key in arguments[name].split("+")
    ]
    documents = tables["claims"].set_index("claim_id")["document"]
    others = [f"{key} of {documents[key]}" for key in named if documents[key] != document]
    if not others:
        return []
    return [
        f"{measure} holds statements of one document against each other, and the claim is of {document}: "
        f"{', '.join(others)}. Allowed: claims of {document}"
    ]


def _unlike_statements(tables: Tables, measure: str, arguments: Mapping[str, Any]) -> list[str]:
    """Stated parts that are of another unit than the total, of those that say their unit."""
    if measure != "total_less_parts":
        return []
    known = set(tables["claims"]["claim_id"])
    named = [it for name in ("total", "parts") for it in str(arguments.get(name, "")).split("+") if it in known]
    kinds = {it: kind for it in named if (kind := kind_of_statement(tables, it)) != STATED}
    if len(set(kinds.values())) < 2:
        return []
    told = ", ".join(f"{it} in {kind.name}" for it, kind in kinds.items())
    return [f"{measure} takes from each other what is unlike: {told}. Allowed: statements of one unit"]


def _homicide_meant(tables: Tables, given: str, allowed: Sequence[str]) -> str:
    """Column of homicide that is nearest to a name, where no allowed one is nearer; blank where none is near."""
    columns = [it for it in MEASURES_OF_COUNTRIES(tables) if is_homicide(it)]
    near = nearest(given, [*allowed, *columns])
    return near if near in columns else ""


def _pair_problems(tables: Tables, pairs: str) -> list[str]:
    """Pairs of a country with registered guards and the fact with its police."""
    names = tables["countries"].set_index("iso3")["name"]
    told = tables["claim_facts"].set_index("fact_id")
    guarded = [str(it) for it in pd.unique(tables["private_security_personnel"]["iso3"].dropna())]
    facts, problems = [str(it) for it in FACTS(tables)], []
    for pair in pairs.split("+"):
        country, sign, fact = pair.partition(":")
        if not sign:
            problems.append(f"{pair!r} is no pair. Allowed: a country and a fact joined by :, pairs joined by +")
            continue
        problems += [unknown("country", country, guarded, "pairs")] if country not in guarded else []
        problems += [unknown("fact", fact, facts, "pairs")] if fact not in facts else []
        if country in guarded and fact in facts:
            figure, unit = told["figure"][fact], told["unit"][fact]
            if unit != "persons" or not str(figure).endswith(f"of {names[country]}"):
                problems.append(
                    f"{pair} of pairs takes {fact} ({figure}, in {unit}) for the police of {names[country]}. Allowed: "
                    "a figure of persons whose words end in the country's name"
                )
    return problems
