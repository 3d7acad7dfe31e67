"""What the model of risk now says: of each place, of groups, and beside the truth of a simulated country."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.cities.every_municipality.current_risk import CurrentRisk
from citizen_security.cities.every_municipality.forecasts import drawn_again
from citizen_security.cities.every_municipality.simulation import Truth
from citizen_security.cities.every_municipality.summaries import recovery_by_size
from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.arrays import Floats
from citizen_security.methods.ranks import rank_from_highest, summarise_ranks
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality

COMPARED, LAST, NEXT = 0, 1, 2


def current_risks(current: CurrentRisk, panel: MunicipalityPanel, parameters: "EveryMunicipality") -> pd.DataFrame:
    """The risk of each place in the last year and the next, its rank and its movement.

    Parameters
    ----------
    current : CurrentRisk
    panel : MunicipalityPanel
    parameters : EveryMunicipality
        `credible_level`, `threshold_rate` and `top_of`.

    Returns
    -------
    pandas.DataFrame, one row for each place in the order of the panel
        `place`, `group`; `homicides`, `person_years` and `raw_rate` of the last year, not known where the table lacks
        it; `rate`, `lower`, `upper` (posterior median and interval of the last year's risk), `next_rate`,
        `next_lower`, `next_upper` (all per 100,000 person-years); `probability_above` the threshold,
        `probability_top`; `rank`, `rank_lower`, `rank_upper` (1 is the highest); `change`, `change_lower`,
        `change_upper` (percent, since the year compared with) and `probability_fell`.
    """
    level = parameters.credible_level
    rates = np.exp(current.log_rates)
    moved = current.log_rates[..., LAST] - current.log_rates[..., COMPARED]
    top = parameters.top_of(len(panel.places))
    ranked = summarise_ranks(rank_from_highest(current.log_rates[..., LAST]), level, top)
    exposure = panel.exposure[:, -1]
    seen = exposure > 0
    homicides = pd.Series(panel.homicides[:, -1]).where(seen)
    columns: dict[str, Any] = {
        "homicides": homicides,
        "person_years": pd.Series(exposure * PERSON_YEARS_OF_A_RATE).where(seen),
        "raw_rate": homicides / pd.Series(exposure).where(seen),
        **_interval("rate", "lower", "upper", rates[..., LAST], level),
        **_interval("next_rate", "next_lower", "next_upper", rates[..., NEXT], level),
        "probability_above": (rates[..., LAST] > parameters.threshold_rate).mean(axis=0),
        "probability_top": ranked["probability_top"].to_numpy(),
        "rank": ranked["rank_median"].to_numpy(),
        "rank_lower": ranked["rank_lower"].to_numpy(),
        "rank_upper": ranked["rank_upper"].to_numpy(),
        **_interval("change", "change_lower", "change_upper", 100 * np.expm1(moved), level),
        "probability_fell": (moved < 0).mean(axis=0),
    }
    return panel.places.assign(**columns)


def current_groups(current: CurrentRisk, panel: MunicipalityPanel, credible_level: float) -> pd.DataFrame:
    """Risk of each group in the last year: that of its places, weighted by their people.

    Parameters
    ----------
    current : CurrentRisk
    panel : MunicipalityPanel
    credible_level : float

    Returns
    -------
    pandas.DataFrame, one row for each group
        `group`, `places`, `rate`, `lower`, `upper` (per 100,000 person-years), `change`, `change_lower`,
        `change_upper` (percent, since the year compared with, people as in the last year).
    """
    people = latest_exposure(panel)
    member = np.equal.outer(np.arange(len(panel.groups)), panel.group_index) * people
    share = member / member.sum(axis=1, keepdims=True)
    of_groups = {year: np.exp(current.log_rates[..., year]) @ share.T for year in (COMPARED, LAST)}
    changed = 100 * (of_groups[LAST] / of_groups[COMPARED] - 1)
    return pd.DataFrame(
        {
            "group": panel.groups,
            "places": np.bincount(panel.group_index, minlength=len(panel.groups)),
            **_interval("rate", "lower", "upper", of_groups[LAST], credible_level),
            **_interval("change", "change_lower", "change_upper", changed, credible_level),
        }
    )


def country_draws(current: CurrentRisk, panel: MunicipalityPanel) -> "Floats":
    """Draws of the risk of all places together, weighted by their people.

    Parameters
    ----------
    current : CurrentRisk
    panel : MunicipalityPanel

    Returns
    -------
    numpy.ndarray, shape (n_draws, 3)
        Of the year compared with, the last and the next, per 100,000 person-years; people as in the last year.
    """
    people = latest_exposure(panel)
    drawn: Floats = np.einsum("dpy,p->dy", np.exp(current.log_rates), people / people.sum(), optimize=True)
    return drawn


def latest_exposure(panel: MunicipalityPanel) -> "Floats":
    """Exposure of each place in its last year of the table, shape (n_places,).

    Parameters
    ----------
    panel : MunicipalityPanel

    Returns
    -------
    numpy.ndarray, shape (n_places,)
        In hundred thousand person-years.
    """
    seen = panel.exposure > 0
    last = seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    latest: Floats = panel.exposure[np.arange(len(seen)), last]
    return latest


def recovery_now(risks: pd.DataFrame, panel: MunicipalityPanel, truth: Truth) -> pd.DataFrame:
    """How near raw and modelled rates of the last year come to the truth of a simulated country, by size of place.

    Parameters
    ----------
    risks : pandas.DataFrame
        Of `current_risks`.
    panel : MunicipalityPanel
    truth : Truth

    Returns
    -------
    pandas.DataFrame, one row for each fifth of the places, smallest first
        Of `recovery_by_size`.
    """
    persons = pd.Series(latest_exposure(panel) * PERSON_YEARS_OF_A_RATE)
    return recovery_by_size(risks, persons, truth.yearly_rates[:, -1])


def covered_now(
    risks: pd.DataFrame, panel: MunicipalityPanel, truth: Truth, credible_level: float, seed: int
) -> tuple[float, tuple[float, float]]:
    """Share of the places of a simulated country whose interval holds their true risk of the last year.

    Parameters
    ----------
    risks : pandas.DataFrame
        Of `current_risks`.
    panel : MunicipalityPanel
    truth : Truth
    credible_level : float
        Of the interval of the share.
    seed : int

    Returns
    -------
    float, tuple of float
        The share, and its interval from drawing groups again: places of a group are wrong together.
    """
    true = truth.yearly_rates[:, -1]
    inside: Floats = ((risks["lower"] <= true) & (true <= risks["upper"])).to_numpy().astype(np.float64)
    labels = pd.DataFrame({"year": panel.years[-1], "place": np.arange(len(inside)), "group": panel.group_index})
    return drawn_again(inside, labels, credible_level, seed)


def _interval(middle: str, lower: str, upper: str, draws: "Floats", level: float) -> "dict[str, Floats]":
    """Median and interval of each column of draws, under three names."""
    ends = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2], axis=0)
    return {middle: ends[1], lower: ends[0], upper: ends[2]}
