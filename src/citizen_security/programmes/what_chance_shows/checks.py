"""Whether the panels of `programmes/what_chance_shows` hold the years and places that are asked for."""

from collections.abc import Iterator

from citizen_security.parameters import ParameterError
from citizen_security.programmes.what_chance_shows.panels import places_of
from citizen_security.programmes.what_chance_shows.parameters import WhatChanceShows


def check(parameters: WhatChanceShows) -> None:
    """Refuse more years or places than a panel has.

    Parameters
    ----------
    parameters : WhatChanceShows

    Raises
    ------
    ParameterError
        With one sentence for each problem of each panel.
    """
    problems = list(_problems(parameters))
    if problems:
        raise ParameterError(problems)


def _problems(parameters: WhatChanceShows) -> Iterator[str]:
    from citizen_security.tables import catalog

    cities, quarters = catalog.load("city_year"), catalog.load("mexico_municipality_quarter")
    asked = max(parameters.years_before) + parameters.years_after
    for panel in parameters.panels:
        places = places_of(panel, cities, quarters)
        if asked > len(places.years):
            yield (
                f"years_before = {max(parameters.years_before)} and years_after = {parameters.years_after} are {asked} "
                f"years; {panel} has {len(places.years)} in a row, {places.years[0]} to {places.years[-1]}. Give fewer."
            )
        if parameters.other_places >= len(places.names):
            yield (
                f"other_places = {parameters.other_places}; {panel} has {len(places.names)} places. Give at most "
                f"{len(places.names) - 1}."
            )
