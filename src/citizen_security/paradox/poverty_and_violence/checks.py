"""Whether the parameters of `paradox/poverty_and_violence` leave anything to analyse."""

from collections.abc import Iterator

import pandas as pd

from citizen_security.measures import POVERTY_LINES
from citizen_security.paradox.checks import refuse_unknown
from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.poverty_and_violence.parameters import PovertyAndViolence
from citizen_security.parameters import ParameterError


def check(parameters: PovertyAndViolence) -> None:
    """Refuse parameters of poverty and violence that leave nothing to analyse.

    Raises
    ------
    ParameterError
        If a country is unknown, the region has no poverty or homicide figure in a window, no country can be compared
        before and after, or no year covers enough people for a comparison with the world.
    """
    from citizen_security.paradox.poverty_and_violence.region import before_and_after, comparable_years
    from citizen_security.regional import compare_with_world
    from citizen_security.tables import catalog

    countries, country_year = catalog.load("countries"), catalog.load("country_year")
    refuse_unknown(parameters.countries, country_year)
    region = chosen_countries(countries, parameters.countries)
    panel = country_year[country_year["iso3"].isin(region)]
    found = list(_empty_windows(panel, parameters))
    if not found and before_and_after(panel, parameters).empty:
        found.append(
            f"no country has {parameters.minimum_years} years of poverty and of homicide in both windows. Lengthen "
            "the windows, lower minimum_years, or choose other countries."
        )
    world = catalog.load("world_homicide")
    compared = compare_with_world(world, chosen_countries(countries, parameters.countries, territories=True))
    if comparable_years(compared, parameters).empty:
        found.append(
            f"in no year from {parameters.first_year} to {parameters.last_year} do countries with homicide figures "
            f"hold {parameters.minimum_coverage:.0%} of the people of the region and of the rest of the world. Lower "
            "minimum_coverage or lengthen the period."
        )
    if found:
        raise ParameterError(found)


def _empty_windows(panel: pd.DataFrame, parameters: PovertyAndViolence) -> Iterator[str]:
    columns = {
        "poverty": POVERTY_LINES[parameters.poverty_line].lineup,
        "homicide": "homicide_count",
        "inequality": "gini",
    }
    for subject, column in columns.items():
        for window, (first, last) in parameters.windows.items():
            if panel.loc[panel["year"].between(first, last), column].count() == 0:
                yield (
                    f"the chosen countries have no figure of {subject} ({column}) in the window {window}, {first} to "
                    f"{last}. Move the window or choose other countries."
                )
