"""The model of constant risk put to counted cities, where it converges and may be wrong.

The compendium ships no table of all municipalities of a country, but one of a country's large ones. What a run on all
of them shows can be shown there to whoever brings no table.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.cities.every_municipality.current_risk import fit_current
from citizen_security.cities.every_municipality.fitting import fit_constant
from citizen_security.cities.every_municipality.forecasts import forecast_scores
from citizen_security.cities.every_municipality.model import MunicipalityPriors
from citizen_security.cities.every_municipality.replicates import check_current
from citizen_security.cities.every_municipality.summaries import check_model
from citizen_security.cities.every_municipality.table import MunicipalityPanel, build_panel

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality
    from citizen_security.methods.sampling import Diagnostics

COUNTRY = "BRA"


@dataclass(frozen=True)
class CountedCities:
    """Both models on the shipped panel of cities.

    Attributes
    ----------
    panel : MunicipalityPanel
    diagnostics : Diagnostics
        Of the sampler of the model of constant risk.
    constant_checks, current_checks : pandas.DataFrame
        Of `check_model` and `check_current`.
    scores : pandas.DataFrame
        Of `forecast_scores`.
    """

    panel: MunicipalityPanel
    diagnostics: "Diagnostics"
    constant_checks: pd.DataFrame
    current_checks: pd.DataFrame
    scores: pd.DataFrame

    @property
    def checks(self) -> pd.DataFrame:
        """The checks of both models, one row for each model and statistic."""
        return pd.concat(
            {"constant risk": self.constant_checks, "risk now": self.current_checks}, names=["model", "statistic"]
        )


def city_panel(city_year: pd.DataFrame) -> MunicipalityPanel:
    """Brazil's cities of the shipped panel, with the states as groups.

    Parameters
    ----------
    city_year : pandas.DataFrame
        The table of that name.

    Returns
    -------
    MunicipalityPanel
    """
    rows = city_year[city_year["iso3"] == COUNTRY].rename(columns={"city": "place", "state": "group"})
    return build_panel(rows[["place", "group", "year", "homicides", "population"]])


def put_to_cities(city_year: pd.DataFrame, parameters: "EveryMunicipality") -> tuple[CountedCities | None, str]:
    """Fit the model of constant risk to counted cities, check it, and hold it against others on years held out.

    Parameters
    ----------
    city_year : pandas.DataFrame
        The table of that name.
    parameters : EveryMunicipality
        As for the run's own table.

    Returns
    -------
    cities : CountedCities or None
    reason : str
        Why there are none, as a sentence; empty where there are.
    """
    panel = city_panel(city_year)
    fit, reason = fit_constant(panel, MunicipalityPriors.of(parameters), parameters)
    if fit is None:
        return None, reason
    current = fit_current(panel, parameters)
    cities = CountedCities(
        panel,
        fit.diagnostics,
        check_model(fit.posterior, panel, parameters.seed),
        check_current(current, panel, parameters),
        forecast_scores(panel, parameters, current.at.deviations),
    )
    return cities, ""
