"""Whether the model forecasts: years held out, and what anyone could have said of them.

Each origin is fitted with the years before it alone. The rivals are each place's last value, the mean of its last three
years, and empirical Bayes by group on the last year, on three and on all; the last is the model of constant risk.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.cities.every_municipality.current_risk import FEW_GROUPS, count_panel, drawn, sampled
from citizen_security.cities.every_municipality.table import MunicipalityPanel
from citizen_security.methods.arrays import Flags, Floats, Integers
from citizen_security.methods.count_panels.covariances import Deviations
from citizen_security.methods.count_panels.deviation_draws import sample_deviations
from citizen_security.methods.count_panels.deviations import START, most_likely
from citizen_security.methods.empirical_bayes import GammaPoisson, fit_gamma_poisson, last_value
from citizen_security.methods.forecasting.comparisons import mean_interval, resampled_sums
from citizen_security.methods.forecasting.scores import poisson_log_score, randomised_pit, sample_crps
from citizen_security.words import counted, listed, sentences

if TYPE_CHECKING:
    from citizen_security.cities.every_municipality.parameters import EveryMunicipality

MODEL = "risk now"
WITHOUT = "risk now, without neighbours"
CONSTANT = "empirical Bayes, all years (constant risk)"
# Rivals: number of last years that each looks at, and whether it draws places to their groups.
RIVALS: Mapping[str, tuple[int, bool]] = {
    "last value": (1, False),
    "mean of three years": (3, False),
    "empirical Bayes, last year": (1, True),
    "empirical Bayes, three years": (3, True),
    CONSTANT: (0, True),
}
# Tables of fewer years have one year held out, longer ones several.
YEARS_FOR_SEVERAL = 6
FORECAST_DRAWS = 400
# Of the draws of the deviations that a fit is worth, those of a year held out.
HELD_OUT_SHARE = 0.5
LARGEST_SHARE = 5
# Beyond, Poisson counts cannot be drawn; a draw of an expected count so large is as wrong as a larger one.
LARGEST_MEAN = 1e12
# Groups, at least, that stand for places drawn again: places of a group share what comes.
ENOUGH_GROUPS = 5
DRAWN_AGAIN = 2_000
ONE_YEAR = "One year is one shock to all places, and what another would have brought is not in this interval"
# Of the score table: what the shares covered are of.
COVERED = ("covered", "covered_largest")


@dataclass(frozen=True)
class Verdict:
    """How the model's forecasts compare with those of the best rival.

    Attributes
    ----------
    rival : str
        With the highest mean log score.
    gain : float
        Mean log score of the model over that of the rival, for each place and year.
    interval : tuple of float
    years : tuple of int
        That were held out. Of one year the interval does not know what another would have brought.
    groups : int
        Of places. Of few groups the interval does not know what others would have brought.
    wins, loses : bool
        Whether the interval lies above or below zero.
    """

    rival: str
    gain: float
    interval: tuple[float, float]
    years: tuple[int, ...]
    groups: int

    @property
    def said_years(self) -> str:
        """The years that were held out, to say what came of them, as the beginning of a sentence in the plural."""
        if len(self.years) == 1:
            return f"the counts of {self.years[0]}, the one year held out,"
        return f"the counts of {listed([str(year) for year in self.years])}, held out in turn,"

    @property
    def said_limit(self) -> str:
        """What the interval leaves out, as sentences without the last point; empty where it leaves out nothing."""
        return sentences([ONE_YEAR if len(self.years) == 1 else "", say_few_groups(self.groups)]).removesuffix(".")

    @property
    def wins(self) -> bool:
        """Whether the whole interval is above zero."""
        return self.interval[0] > 0

    @property
    def loses(self) -> bool:
        """Whether the whole interval is below zero."""
        return self.interval[1] < 0


def say_few_groups(groups: int) -> str:
    """What is in doubt where groups are few, as a sentence without its point; empty where they are one or many.

    Parameters
    ----------
    groups : int
        Of places.

    Returns
    -------
    str
    """
    if not 1 < groups < FEW_GROUPS:
        return ""
    few = counted(groups, "group")
    if groups < ENOUGH_GROUPS:
        return (
            f"{few} are too few to be drawn again, so places are: what the places of a group have in common is not in "
            "this interval, which may be too short"
        )
    return f"places of a group share what comes, and {few} are few to draw again: this interval may be too short"


def held_out_years(panel: MunicipalityPanel, most: int) -> list[int]:
    """Positions of the years that are held out, the last one first; none in a table of one year.

    Parameters
    ----------
    panel : MunicipalityPanel
    most : int

    Returns
    -------
    list of int
    """
    years = len(panel.years)
    if years < 2:
        return []
    return list(range(years - 1, max(0, years - 1 - (most if years >= YEARS_FOR_SEVERAL else 1)), -1))


def forecast_scores(
    panel: MunicipalityPanel, parameters: "EveryMunicipality", start: Deviations = START
) -> pd.DataFrame:
    """Scores of the model and its rivals for every place and year held out.

    Parameters
    ----------
    panel : MunicipalityPanel
    parameters : EveryMunicipality
        `origins`, `credible_level`, `overall_rate_centre`, `effort` and `seed`.
    start : Deviations
        To climb from.

    Returns
    -------
    pandas.DataFrame, one row for each forecaster, place and year held out; the model without neighbours is one of them
    where the panel has neighbours
        `forecaster`, `place`, `group` (positions), `year`, `largest` (whether the place is of the largest fifth),
        `log_score`, `crps` (homicides), `position` (randomised, of the count in its forecast, 0 to 1). Empty where
        nothing can be held out.
    """
    parts = []
    starts = {MODEL: start, WITHOUT: start}
    for target in held_out_years(panel, parameters.origins_at_effort):
        known = (panel.exposure[:, :target] > 0).any(axis=1)
        there = (panel.exposure[:, target] > 0) & known
        if not there.any() or panel.homicides[:, :target].sum() == 0:
            continue
        held_out = _HeldOut.of(panel, target, there)
        for name, given in models(panel).items():
            # The same random numbers for both models: what differs between them is the map.
            own = np.random.default_rng([parameters.seed, target])
            expected, starts[name] = expected_counts(given, target, parameters, starts[name], own)
            drawn_counts = own.poisson(expected[:, there].clip(max=LARGEST_MEAN))
            log_score = poisson_log_score(expected[:, there], held_out.homicides)
            parts.append(held_out.scored(name, drawn_counts, log_score, own))
        for number, (name, (years, pooled)) in enumerate(RIVALS.items(), start=1):
            # A rival has random numbers of its own: what it scores does not depend on who else is scored.
            own = np.random.default_rng([parameters.seed, target, number])
            rival = _rival(panel.until(target), there, years, pooled=pooled)
            drawn_counts = rival.draw_counts(held_out.exposure, FORECAST_DRAWS, own)
            log_score = rival.predictive_log_score(held_out.homicides, held_out.exposure)
            parts.append(held_out.scored(name, drawn_counts, log_score, own))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def forecast_table(scores: pd.DataFrame, credible_level: float, seed: int) -> pd.DataFrame:
    """Scores of each forecaster over all places and years held out.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `forecast_scores`, not empty.
    credible_level : float
    seed : int

    Returns
    -------
    pandas.DataFrame, one row for each forecaster
        `forecaster`, `log_score`, `crps`, `covered` and `covered_largest`: shares of the counts that lie in the
        central part of their forecast that has the level, ties spread; and the ends of the shares' intervals, as
        `covered_lower` and `covered_upper`, from drawing groups and years again as in `gain_over`, the same ones for
        every forecaster.
    """
    tail = (1 - credible_level) / 2
    inside = scores.assign(inside=scores["position"].between(tail, 1 - tail).astype(float))
    means = inside.groupby("forecaster", sort=False)[["log_score", "crps"]].mean()
    index = ["year", "place", "group", "largest"]
    wide = inside.pivot(index=index, columns="forecaster", values="inside")[list(means.index)]
    labels = wide.index.to_frame(index=False)
    largest = labels["largest"].to_numpy(dtype=float)[:, np.newaxis]
    held = wide.to_numpy()
    columns = np.hstack([held, held * largest, np.ones_like(largest), largest])
    shares = [_shares(sums) for sums in (columns.sum(axis=0)[np.newaxis], _sums_drawn_again(columns, labels, seed))]
    ends = np.nanquantile(shares[1], [tail, 1 - tail], axis=0)
    # In the order in which they are read: a share, then its ends.
    found = {
        f"{name}{suffix}": values[which]
        for which, name in enumerate(COVERED)
        for suffix, values in (("", shares[0][0]), ("_lower", ends[0]), ("_upper", ends[1]))
    }
    return means.assign(**found).reset_index()


def _shares(sums: Floats) -> Floats:
    """Shares of all places and of the largest that are covered, shape (n, 2, n_forecasters), of summed columns."""
    covered = sums[:, :-2].reshape(len(sums), 2, -1)
    # No place of the largest may be drawn where places are few.
    with np.errstate(invalid="ignore"):
        shares: Floats = covered / sums[:, -2:, np.newaxis]
    return shares


def _sums_drawn_again(columns: Floats, labels: pd.DataFrame, seed: int) -> Floats:
    """Sums of columns over places and years, with groups and years drawn again; places where groups are too few."""
    return resampled_sums(columns, np.zeros(len(columns), int), _unit(labels), labels["year"], DRAWN_AGAIN, seed)


def _unit(labels: pd.DataFrame) -> pd.Series:
    """What is drawn again of places: groups, or places where groups are too few to be."""
    return labels["group"] if labels["group"].nunique() >= ENOUGH_GROUPS else labels["place"]


def judge(scores: pd.DataFrame, credible_level: float, seed: int) -> Verdict:
    """Hold the model against the rival that did best.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `forecast_scores`, not empty.
    credible_level : float
    seed : int

    Returns
    -------
    Verdict
    """
    means = scores.groupby("forecaster")["log_score"].mean()
    return gain_over(scores, MODEL, str(means[list(RIVALS)].idxmax()), credible_level, seed)


def gain_over(scores: pd.DataFrame, forecaster: str, rival: str, credible_level: float, seed: int) -> Verdict:
    """Hold one forecaster against another.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `forecast_scores`, not empty.
    forecaster, rival : str
        As `scores` names them.
    credible_level : float
    seed : int

    Returns
    -------
    Verdict
        Of the forecaster: its gain is below zero where the rival forecasts better.

    References
    ----------
    Owen (2007), Annals of Applied Statistics 1(2): groups and years are drawn again, each by itself.
    """
    wide = scores.pivot(index=["year", "place", "group"], columns="forecaster", values="log_score")
    gains = (wide[forecaster] - wide[rival]).to_numpy()
    years = tuple(sorted(int(year) for year in scores["year"].unique()))
    labels = wide.index.to_frame(index=False)
    gain, interval = drawn_again(gains, labels, credible_level, seed)
    return Verdict(rival, gain, interval, years, int(labels["group"].nunique()))


def drawn_again(
    values: Floats, labels: pd.DataFrame, credible_level: float, seed: int
) -> tuple[float, tuple[float, float]]:
    """A mean over places and years, with its interval from drawing groups and years again, each by itself.

    Parameters
    ----------
    values : numpy.ndarray, shape (n_rows,)
    labels : pandas.DataFrame
        `year`, `place` and `group` of each; places are drawn where groups are too few to be.
    credible_level : float
    seed : int

    Returns
    -------
    float, tuple of float

    References
    ----------
    Owen (2007), Annals of Applied Statistics 1(2).
    """
    alike = np.zeros(len(values), int)
    return mean_interval(values, alike, _unit(labels), labels["year"], credible_level, DRAWN_AGAIN, seed)


def judge_neighbours(scores: pd.DataFrame, credible_level: float, seed: int) -> Verdict | None:
    """Hold the model against the same model that does not know neighbours.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `forecast_scores`.
    credible_level : float
    seed : int

    Returns
    -------
    Verdict or None
        None where no neighbours are known or nothing could be held out.
    """
    if scores.empty or WITHOUT not in set(scores["forecaster"]):
        return None
    return gain_over(scores, MODEL, WITHOUT, credible_level, seed)


def models(panel: MunicipalityPanel) -> dict[str, MunicipalityPanel]:
    """What the model is given to forecast with, by name: the panel and, where it has neighbours, one without.

    Parameters
    ----------
    panel : MunicipalityPanel

    Returns
    -------
    dict
    """
    if panel.neighbours is None:
        return {MODEL: panel}
    return {MODEL: panel, WITHOUT: replace(panel, neighbours=None)}


def expected_counts(
    panel: MunicipalityPanel, target: int, parameters: "EveryMunicipality", start: Deviations,
    generator: np.random.Generator, *, draws: int = FORECAST_DRAWS, deviations_drawn: bool = True,
) -> tuple[Floats, Deviations]:  # fmt: skip
    """Draws of the expected counts of a year, from those before it.

    Parameters
    ----------
    panel : MunicipalityPanel
    target : int
        Position of the year.
    parameters : EveryMunicipality
        `overall_rate_centre` and `seed`.
    start : Deviations
        To climb from.
    generator : numpy.random.Generator
    draws : int
    deviations_drawn : bool
        Whether the deviations that are not known are drawn; where not, all are at their most likely values.

    Returns
    -------
    expected : numpy.ndarray, shape (n_draws, n_places)
    deviations : Deviations
        The most likely ones.
    """
    counts = count_panel(panel.until(target), parameters.overall_rate_centre)
    at = most_likely(counts, start)
    likely = sample_deviations(counts, at, 0, parameters.seed)
    sample = sampled(counts, at, parameters.seed, share=HELD_OUT_SHARE) if deviations_drawn else likely
    asked = np.array([panel.years[target]], dtype=np.float64)
    rates, noise = drawn(counts, sample, asked, draws, generator)
    logs = rates[..., 0] + noise * generator.standard_normal(noise.shape)
    return np.exp(logs) * panel.exposure[:, target], at.deviations


def _rival(before: MunicipalityPanel, there: Flags, years: int, *, pooled: bool) -> GammaPoisson:
    """A rival that looks at each place's last so many years; at all of them where the number is zero."""
    seen = before.exposure[there] > 0
    since_last = seen[:, ::-1].cumsum(axis=1)[:, ::-1]
    used = seen & ((since_last <= years) if years else True)
    homicides = np.where(used, before.homicides[there], 0).sum(axis=1)
    exposure = np.where(used, before.exposure[there], 0.0).sum(axis=1)
    if pooled:
        return fit_gamma_poisson(homicides, exposure, before.group_index[there])
    return last_value(homicides, exposure)


@dataclass(frozen=True)
class _HeldOut:
    """What came in a year in the places that are forecast; `place` and `group` are positions in the panel."""

    year: int
    place: Integers
    group: Integers
    homicides: Integers
    exposure: Floats

    @classmethod
    def of(cls, panel: MunicipalityPanel, target: int, there: Flags) -> "_HeldOut":
        counted = (panel.homicides[there, target], panel.exposure[there, target])
        return cls(panel.years[target], np.nonzero(there)[0], panel.group_index[there], *counted)

    def scored(self, name: str, counts: Integers, log_score: Floats, generator: np.random.Generator) -> pd.DataFrame:
        came, drawn_counts = self.homicides.astype(np.float64), counts.astype(np.float64)
        largest = pd.Series(self.exposure).rank(method="first") > len(came) * (1 - 1 / LARGEST_SHARE)
        return pd.DataFrame(
            {
                "forecaster": name,
                "place": self.place,
                "group": self.group,
                "year": self.year,
                "largest": largest.to_numpy(),
                "log_score": log_score,
                "crps": sample_crps(drawn_counts, came),
                "position": randomised_pit(drawn_counts, came, generator),
            }
        )
