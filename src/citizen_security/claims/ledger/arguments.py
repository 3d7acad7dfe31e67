"""What the arguments of ways of measuring mean, which values they take, and which of them contradict each other."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from citizen_security.claims.ledger.panel_effects import BETWEEN

# Of studies, whose table may grow; all other years are those of the table that a way of measuring reads.
FIRST_YEAR, LAST_YEAR = 1900, 2100
# Of inhabitants: with a larger limit hardly a country would be left.
LARGEST_LIMIT = 1_000_000_000


@dataclass(frozen=True)
class Argument:
    """What an argument means.

    Attributes
    ----------
    meaning : str
        With its unit.
    allowed : str
        Values that it takes, in words; blank where its names are those of a table, or it is true or false.
    fits : callable
        Whether it takes a number.
    """

    meaning: str
    allowed: str = ""
    fits: Callable[[float], bool] = lambda _: True


def _between(meaning: str, least: float, most: float) -> Argument:
    return Argument(meaning, f"from {least:g} to {most:g}", lambda value: least <= value <= most)


_PUBLISHED = _between("latest year of publication", FIRST_YEAR, LAST_YEAR)
_OF_STUDIES = ("evaluations", "beneficial_share", "harmful_share", "benefit_beyond_half", "claimed_among_most_studied")


_LEVEL = _between("smallest level of the Maryland scale; a design that is not coded has level 1", 1, 5)

ARGUMENTS: Mapping[str, Argument] = {
    "above": Argument("what stands above the line of a ratio"),
    "before_half": _between("half-year that is compared with", 1, 2),
    "before_year": Argument("its year"),
    "below": Argument("what stands below the line of a ratio"),
    "beside_country": Argument("whether the country's large cities together are compared with"),
    "beside_others": Argument("whether all other sectors are compared with"),
    "category": Argument(
        "part of the intervention's category, alternatives joined by +; all where it is left out", "any text"
    ),
    "cities": Argument("codes of cities joined by +"),
    "city_code": Argument("code of a city"),
    "claim": Argument("claim whose low and high are compared"),
    "countries": Argument("ISO codes joined by +"),
    "country": Argument("ISO code"),
    "driver": Argument("column that homicide is held against"),
    "effect": Argument("key of a published effect"),
    "estimator": Argument("how countries and years are compared"),
    "exceptions": Argument("claim that counts the exceptions"),
    "fact": Argument("key of a published figure"),
    "first": Argument("first year"),
    "first_month": _between("first month", 1, 12),
    "fixed": Argument("whether the population of the last year stands for both"),
    "groups": Argument("ISO codes joined by +, groups joined by /"),
    "half": _between("half-year that is looked at", 1, 2),
    "held": Argument("column that is held constant"),
    "high": _between("upper end, on the index's scale", 0, 1),
    "last": Argument("last year"),
    "last_month": _between("last month", 1, 12),
    "least_level": _LEVEL,
    "line": Argument("column of a poverty line"),
    "low": _between("lower end, on the index's scale", 0, 1),
    "measure": Argument("column that is looked at"),
    "minimum_population": Argument(
        "inhabitants below which a place is left out",
        f"from 0 to {LARGEST_LIMIT:,}",
        lambda it: 0 <= it <= LARGEST_LIMIT,
    ),
    "other": Argument("ISO code of the country that is compared with"),
    "other_first": Argument("its first year"),
    "other_last": Argument("its last year"),
    "others": Argument("ISO codes of those compared with, joined by +"),
    "outcome": Argument("how homicide is told: per 100,000 people, or in percent of the rate"),
    "own_country": Argument("whether only cities of the same country are compared"),
    "pairs": Argument(
        "country and the fact with its police, joined by :, pairs joined by +",
        "countries with registered guards, and facts",
    ),
    "parts": Argument("claims that count the parts, joined by +"),
    "per": Argument(
        "units of the driver that the answer is for; below zero it is for fewer", "any number but 0", lambda it: it != 0
    ),
    "places": Argument("fact with the number of places"),
    "pooled_in": Argument("review whose trials are averaged"),
    "printed": _between("which of the two printed lists", 1, 2),
    "region": Argument("whether only evaluations of the region count"),
    "series": Argument("who counted in Morelia"),
    "since": Argument("first year that is looked at"),
    "state": Argument("name of a state"),
    "term": Argument("part of the intervention's name; all where it is left out", "any text"),
    "territories": Argument("whether territories that are no sovereign countries count"),
    "times": Argument("what it is multiplied by", "any number above 0", lambda it: it > 0),
    "top": _between("how many of the highest are looked at", 1, 1000),
    "total": Argument("claim that states the total"),
    "turn": Argument("year between them, at which the change turns"),
    "upper": Argument("whether the figure is of a whole of which the quantity is a part"),
    "whole": Argument("whether only studies of one country count"),
    "within": Argument("share by which rates may differ", "above 0 and below 1", lambda it: 0 < it < 1),
    "without": Argument("place that is left out; none where it is not given"),
    "without_flagged": Argument("whether rows with a remark are left out"),
    "year": Argument("year"),
    "years": _between("years of each of the two windows", 1, 30),
}
# Where a name means something else in one way of measuring.
ARGUMENTS_OF: Mapping[tuple[str, str], Argument] = {
    **{(measure, "last"): _PUBLISHED for measure in _OF_STUDIES},
    ("average_change", "estimator"): Argument("how the variance between studies is estimated"),
    ("beneficial_share", "outcome"): Argument("part of the outcome's category; all where it is left out", "any text"),
    ("benefit_beyond_half", "outcome"): Argument(
        "part of the outcome's category; all where it is left out", "any text"
    ),
    ("cities_in_region", "year"): Argument("year of the rows; all where it is 0"),
    ("morelia_down_state_up", "whole"): Argument("whether Morelia counts in its state's rise"),
    ("pacification_fall", "measure"): Argument("what is counted; of both the smaller fall"),
    ("risers", "groups"): Argument("ISO codes joined by +; of groups joined by / the one with the fewest counts"),
}
# Arguments of which one holds several names, with what joins them, and those that part groups of them.
SEVERAL = {"cities": "+", "countries": "+", "groups": "+/", "others": "+", "parts": "+"}
SEVERAL_FACTS = ("ratio_of_figures",)
_AROUND = re.compile(r"\s*([+/:])\s*")

# Ways of measuring that compare two years: a change from a year to itself is none.
OF_CHANGE = (
    "poverty_left", "fewer_poor", "risers", "mean_change", "regional_change", "country_fall", "country_rise",
    "fall_then_rise", "growth_percentile", "growth_link", "rank_persistence", "cities_fallen", "sector_change",
    "fall_short", "morelia_down_state_up", "morelia_fall_then_rise", "one_country_link",
)  # fmt: skip
# Arguments of which each must lie before the next, or at the same place where that is allowed.
IN_ORDER = (("first", "turn", "last"), ("since", "year"), ("other_first", "other_last"), ("low", "high"))
NOT_AFTER = (("first_month", "last_month"),)
WINDOWS = ("regional_change", "sector_change")
# Columns of homicide itself, which cannot explain it.
HOMICIDE, OUTCOMES = ("homicide_rate", "homicide_count"), ("rate", "percent")


def is_homicide(column: str) -> bool:
    """Whether a column is homicide itself, in a release or of a part, or an outcome that is made of it."""
    return column.startswith(HOMICIDE) or column in OUTCOMES


def argument_of(measure: str, name: str) -> Argument:
    """What an argument of a way of measuring means."""
    return ARGUMENTS_OF.get((measure, name)) or ARGUMENTS[name]


def names_in(measure: str, name: str, value: str) -> list[list[str]]:
    """Names that an argument holds, by group; one group with one name where it holds no several."""
    signs = "+" if measure in SEVERAL_FACTS else SEVERAL.get(name, "")
    groups = value.split(signs[1]) if len(signs) > 1 else [value]
    return [group.split(signs[0]) if signs else [group] for group in groups]


def joined(measure: str, name: str, value: str) -> str:
    """An argument without blanks around the signs that join its names."""
    several = name in SEVERAL or name == "pairs" or measure in SEVERAL_FACTS
    return _AROUND.sub(r"\1", value) if several else value


def argument_problems(measure: str, arguments: Mapping[str, Any]) -> list[str]:
    """What is no sense in the arguments of a way of measuring, whatever the tables have.

    Parameters
    ----------
    measure : str
        Of the registry.
    arguments : mapping
        Those that can be read, and those at their defaults.

    Returns
    -------
    list of str
        A clause for each problem: what was given, what is allowed.
    """
    return [*_out_of_bounds(measure, arguments), *_out_of_order(measure, arguments), *_against(measure, arguments)]


def _out_of_bounds(measure: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    for name, value in arguments.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            about = argument_of(measure, name)
            if not about.fits(value):
                yield f"{name} = {value:g} of {measure}. Allowed: {about.allowed}"


def _out_of_order(measure: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    for names, same in [(it, False) for it in IN_ORDER] + [(it, True) for it in NOT_AFTER]:
        given = [name for name in names if isinstance(arguments.get(name), int | float)]
        strict = not same and (names[0] != "first" or measure in OF_CHANGE)
        for earlier, later in pairwise(given):
            before, after = arguments[earlier], arguments[later]
            if before > after:
                yield f"{earlier} = {before} is after {later} = {after} of {measure}. Allowed: the earlier one first"
            elif strict and before == after:
                yield f"{earlier} and {later} of {measure} are both {after}. Allowed: {earlier} before {later}"
    if measure in WINDOWS and {"first", "last", "years"} <= set(arguments):
        first, last, years = (arguments[name] for name in ("first", "last", "years"))
        if first < last < first + 2 * years - 1:
            yield (
                f"windows of {years} years from {first} on and up to {last} of {measure} overlap. Allowed: "
                f"last from {first + 2 * years - 1} on, or fewer years"
            )
    if measure == "half_year_change" and {"year", "half", "before_year", "before_half"} <= set(arguments):
        now, before = ((arguments[f"{when}year"], arguments[f"{when}half"]) for when in ("", "before_"))
        if before >= now:
            yield (
                f"half-year {before[1]} of {before[0]} is not before half-year {now[1]} of {now[0]} in {measure}. "
                "Allowed: the earlier one as before_year and before_half"
            )


def _against(measure: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    """Names that stand twice, and arguments that leave nothing to compare."""
    for name, value in arguments.items():
        if isinstance(value, str) and (name in SEVERAL or measure in SEVERAL_FACTS):
            groups = names_in(measure, name, value)
            names = [it for group in groups for it in group]
            twice = sorted({it for it in names if names.count(it) > 1})
            if twice:
                yield f"{', '.join(twice)} stands twice in {name} of {measure}. Allowed: each once"
    if measure == "pairs_in_order" and "/" not in arguments.get("groups", "/"):
        yield "groups of pairs_in_order has one group. Allowed: two groups or more, joined by /"
    if measure == "guards_per_officer" and "pairs" in arguments:
        countries = [pair.partition(":")[0] for pair in arguments["pairs"].split("+")]
        if twice := sorted({it for it in countries if countries.count(it) > 1}):
            yield f"{', '.join(twice)} stands twice in pairs of {measure}. Allowed: each country once"
    for one, other in (("countries", "others"), ("above", "below"), ("total", "parts")):
        both = [arguments.get(it) for it in (one, other)]
        if all(isinstance(it, str) for it in both):
            shared = sorted(set(str(both[0]).split("+")) & set(str(both[1]).split("+")))
            if shared:
                yield f"{', '.join(shared)} is in {one} and in {other} of {measure}. Allowed: in one of them"
    if "driver" in arguments:
        yield from _about_drivers(measure, arguments)
    if measure == "fall_short" and arguments.get("other") == "ECU":
        yield "other = ECU of fall_short, which compares Ecuador. Allowed: another country"
    if measure == "link" and arguments["estimator"] != BETWEEN and arguments["first"] == arguments["last"]:
        yield f"one year, {arguments['first']}, of link within countries. Allowed: more years, or estimator={BETWEEN}"


def _about_drivers(measure: str, arguments: Mapping[str, Any]) -> Iterator[str]:
    for name in ("driver", "held"):
        column = arguments.get(name, "")
        if is_homicide(column):
            yield f"{name} = {column} of {measure} is homicide itself. Allowed: a column of something else"
    if arguments.get("held") == arguments["driver"]:
        yield f"driver and held of {measure} are both {arguments['driver']}. Allowed: two columns"
