"""What the checks of the part share: the countries that parameters choose, or why they cannot be used."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from citizen_security.paradox.countries import chosen_countries
from citizen_security.paradox.panel.specification import MINIMUM_COUNTRIES
from citizen_security.parameters import ParameterError, unknown


def chosen_panel(countries: Literal["lac"] | list[str]) -> tuple[pd.DataFrame, list[str]]:
    """The table of country-years, and the countries that the parameters choose of it, or a refusal."""
    from citizen_security.tables import catalog

    country_year = catalog.load("country_year")
    refuse_unknown(countries, country_year)
    return country_year, chosen_countries(catalog.load("countries"), countries)


def refuse_unknown(chosen: Literal["lac"] | list[str], country_year: pd.DataFrame) -> None:
    """Refuse countries that the table of country-years does not have, each with the nearest match.

    Raises
    ------
    ParameterError
    """
    if chosen == "lac":
        return
    known = sorted(country_year["iso3"].unique())
    problems = [unknown("country", iso3, known, "countries") for iso3 in chosen if iso3 not in known]
    if problems:
        raise ParameterError(problems)


def too_few(chosen: Sequence[str]) -> str:
    """Sentence for countries too few to say how uncertain an effect is."""
    return (
        f"countries names {len(chosen)} ({', '.join(chosen) or 'none'}), too few to say how uncertain an effect is: "
        f"errors clustered by country need {MINIMUM_COUNTRIES}. Allowed: lac, or at least {MINIMUM_COUNTRIES} "
        "countries. Add some, or look at few countries with poverty_and_violence."
    )
