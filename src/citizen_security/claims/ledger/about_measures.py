"""What each way of measuring counts in its n, which values it can give at all, and of which table its years are."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from citizen_security.claims.ledger.panel_effects import BETWEEN, CHANGES, LEVELS

type Direction = Literal["", "fall", "rise"]


@dataclass(frozen=True)
class About:
    """What a way of measuring gives.

    Attributes
    ----------
    nouns : tuple of str
        What its n counts, singular and plural.
    reach : tuple of float
        Smallest and largest value that it can give; infinite where there is no end.
    counted : str
        Argument that bounds it further: of a list its length, of a number the number itself; blank for none.
    years_of : str
        Table whose years its years are; blank where it takes none.
    direction : {"", "fall", "rise"}
        Whether it is named a fall or a rise, so that a negative value is told as the other; a change keeps its sign.
    by_estimator : mapping of str to tuple
        What n counts by the estimator, where that decides it.
    """

    nouns: tuple[str, str]
    reach: tuple[float, float] = (-math.inf, math.inf)
    counted: str = ""
    years_of: str = ""
    direction: Direction = ""
    by_estimator: Mapping[str, tuple[str, str]] | None = None

    def units(self, n: int, arguments: Mapping[str, Any]) -> str:
        """What an n counts, in the right number; by the estimator where that decides it."""
        names = (self.by_estimator or {}).get(arguments.get("estimator", LEVELS), self.nouns)
        return names[0] if n == 1 else names[1]

    def values(self, arguments: Mapping[str, Any]) -> tuple[float, float]:
        """Smallest and largest value that can be given with some arguments."""
        bound = arguments.get(self.counted)
        if isinstance(bound, str):
            bound = min(len(group.split("+")) for group in bound.split("/"))
        return self.reach[0], self.reach[1] if bound is None else float(bound)


COUNTRIES, PLACES = ("country", "countries"), ("country or territory", "countries and territories")
CITIES, EVALUATIONS, HOMICIDES = ("city", "cities"), ("evaluation", "evaluations"), ("homicide", "homicides")
COUNTRY_YEARS = ("country and year", "countries and years")
BY_ESTIMATOR = {LEVELS: COUNTRY_YEARS, CHANGES: ("yearly change", "yearly changes"), BETWEEN: COUNTRIES}
NONNEGATIVE, PERCENT, RISE, FALL = (0.0, math.inf), (0.0, 100.0), (-100.0, math.inf), (-math.inf, 100.0)
RANK = (1.0, math.inf)

PANEL, WORLD, CITY_YEARS = "country_year", "world_homicide", "city_year"

ABOUT: Mapping[str, About] = {
    # cities and states
    "cities_in_region": About(("row of the list", "rows of the list"), (0.0, 50.0), years_of="city_table"),
    "rows_out_of_order": About(("row of the list", "rows of the list"), NONNEGATIVE),
    "homicides_over_places": About(("place", "places"), NONNEGATIVE, years_of=CITY_YEARS),
    "growth_percentile": About(CITIES, PERCENT, years_of=CITY_YEARS),
    "growth_link": About(CITIES, years_of=CITY_YEARS),
    "rank_persistence": About(CITIES, (-1.0, 1.0), years_of=CITY_YEARS),
    "cities_fallen": About(CITIES, NONNEGATIVE, counted="cities", years_of=CITY_YEARS),
    "state_rank": About(("state", "states"), RANK, years_of="state_year"),
    # countries over years
    "weighted_mean": About(COUNTRIES, years_of=PANEL),
    "country_range": About(COUNTRIES, years_of=PANEL),
    "ratio_of_measures": About(COUNTRIES, years_of=PANEL),
    "people": About(PLACES, NONNEGATIVE, years_of=WORLD),
    "poverty_left": About(COUNTRIES, NONNEGATIVE, years_of=PANEL),
    "fewer_poor": About(COUNTRIES, direction="fall", years_of=PANEL),
    "poverty_rank": About(COUNTRIES, RANK, years_of=PANEL),
    "convictions_per_hundred": About(COUNTRIES, NONNEGATIVE, years_of=PANEL),
    "risers": About(COUNTRIES, NONNEGATIVE, counted="groups", years_of=PANEL),
    "mean_change": About(COUNTRIES, years_of=PANEL),
    "most_unequal_in_region": About(COUNTRIES, NONNEGATIVE, counted="top", years_of="world_gini"),
    "inequality_gap": About(COUNTRIES, (-100.0, 100.0), years_of="world_gini"),
    "below_median": About(COUNTRIES, NONNEGATIVE, counted="countries", years_of=PANEL),
    "regimes_between": About(COUNTRIES, PERCENT, years_of="regime_year"),
    # homicide of countries
    "regional_ratio": About(PLACES, NONNEGATIVE, years_of=WORLD),
    "share_of_world": About(PLACES, PERCENT, years_of=WORLD),
    "region_among_highest": About(PLACES, NONNEGATIVE, counted="top", years_of=WORLD),
    "share_above_world": About(COUNTRIES, PERCENT, years_of=WORLD),
    "printed_rates_of_year": About(("printed rate", "printed rates"), PERCENT, years_of=WORLD),
    "regional_change": About(PLACES, RISE, years_of=WORLD),
    "country_fall": About(HOMICIDES, FALL, direction="fall", years_of=WORLD),
    "country_rise": About(HOMICIDES, RISE, direction="rise", years_of=WORLD),
    "fall_then_rise": About(HOMICIDES, FALL, years_of=WORLD),
    "rank_from_safest": About(PLACES, RANK, years_of=WORLD),
    "lower_than_every": About(COUNTRIES, NONNEGATIVE, counted="countries", years_of=WORLD),
    "below_regional_median": About(COUNTRIES, NONNEGATIVE, counted="countries", years_of=WORLD),
    "pairs_in_order": About(("pair of countries", "pairs of countries"), PERCENT, years_of=WORLD),
    # regressions
    "link": About(COUNTRY_YEARS, by_estimator=BY_ESTIMATOR, years_of=PANEL),
    "curve": About(COUNTRY_YEARS, by_estimator=BY_ESTIMATOR, years_of=PANEL),
    "lost_when_held": About(COUNTRIES, years_of=PANEL),
    "one_country_link": About(("yearly change", "yearly changes"), years_of=PANEL),
    # programmes
    "sector_change": About(HOMICIDES, RISE, years_of="mexico_city_sector_month"),
    "fall_short": About(HOMICIDES, years_of="ecuador_province_month"),
    "morelia_down_state_up": About(HOMICIDES, FALL, years_of="morelia_year"),
    "morelia_fall_then_rise": About(HOMICIDES, FALL, years_of="morelia_year"),
    "half_year_change": About(HOMICIDES, RISE, years_of="mexico_municipality_quarter"),
    "pacification_fall": About(("pacification unit", "pacification units"), FALL, direction="fall"),
    # statements and published figures
    "total_less_parts": About(("statement", "statements")),
    "spread": About(("stated figure", "stated figures"), NONNEGATIVE),
    "exceptions_to_inclusion": About(("statement", "statements"), NONNEGATIVE),
    "figure": About(("published figure", "published figures")),
    "ratio_of_figures": About(("published figure", "published figures")),
    "guards_per_officer": About(COUNTRIES, NONNEGATIVE),
    # studies
    "evaluations": About(EVALUATIONS, NONNEGATIVE),
    "beneficial_share": About(EVALUATIONS, PERCENT),
    "harmful_share": About(EVALUATIONS, PERCENT),
    "benefit_beyond_half": About(EVALUATIONS, (-50.0, 50.0)),
    "claimed_among_most_studied": About(EVALUATIONS, NONNEGATIVE, counted="countries"),
    "average_change": About(("effect", "effects"), RISE),
    "reported_change": About(("effect", "effects"), RISE),
}


def told(measure: str, n: int, arguments: Mapping[str, Any]) -> dict[str, str]:
    """What an estimate's n counts, and the direction of its value in words.

    Parameters
    ----------
    measure : str
    n : int
    arguments : mapping
        As `registry.arguments_of` returns them.

    Returns
    -------
    dict of str to str
        `units`, such as countries; `direction`: what a positive value is, blank where it is neither fall nor rise.
    """
    about = ABOUT[measure]
    return {"units": about.units(n, arguments), "direction": about.direction}
