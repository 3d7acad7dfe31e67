"""Whether the fits forecast: last years held out, and what anyone could have said of them.

Each held-out year is forecast from the years before it alone. The rivals are a place's last value, the mean of its last
three years, empirical Bayes on one year and on three, and its smoothed past with the errors that the same rule made
before. A fit that is surely beaten by the best of them does not hold, and the pages of its places say so.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Flags, Floats, Integers
from citizen_security.methods.count_panels.covariances import Deviations, covariances
from citizen_security.methods.count_panels.deviations import most_likely
from citizen_security.methods.count_panels.paths import draw_paths
from citizen_security.methods.empirical_bayes import GammaPoisson, fit_gamma_poisson, last_value
from citizen_security.methods.forecasting.baselines import exponential_smoothing, recent_sums
from citizen_security.methods.forecasting.comparisons import mean_interval
from citizen_security.methods.forecasting.error_spread import spread_by_errors
from citizen_security.methods.forecasting.scores import poisson_lognormal_log_score, randomised_pit
from citizen_security.places.every_place.fitting import PlaceFit, PlacePanel
from citizen_security.words import by_interval, listed, sentences, signed

if TYPE_CHECKING:
    from citizen_security.places.every_place.parameters import EveryPlace

MODEL = "this model"
# Rivals: number of last years that each looks at, and whether it draws places to their group.
RIVALS: Mapping[str, tuple[int, bool]] = {
    "last value": (1, False),
    "mean of three years": (3, False),
    "empirical Bayes, last year": (1, True),
    "empirical Bayes, three years": (3, True),
}
SMOOTHED = "smoothed past with its errors"
HALF_AN_EVENT = 0.5
FORECAST_DRAWS = 1_000
# Beyond, Poisson counts cannot be drawn; a draw of an expected count so large is as wrong as a larger one.
LARGEST_MEAN = 1e12
# Years before, at least, that there must be something to learn from.
FEWEST_BEFORE = 4
# Groups, at least, that stand for places drawn again: places of a group share what comes.
ENOUGH_GROUPS = 5
DRAWN_AGAIN = 2_000


def held_out_scores(fits: Iterable[PlaceFit], parameters: "EveryPlace") -> pd.DataFrame:
    """Scores of the model and its rivals for every place in every year held out.

    Parameters
    ----------
    fits : iterable of PlaceFit
    parameters : EveryPlace
        `held_out_years`, `effort`, `credible_level`, `seed`.

    Returns
    -------
    pandas.DataFrame, one row for each forecaster, place and year
        `fit`, `forecaster`, `key`, `group`, `year`, `log_score`, `covered` (whether the count lies in the central part
        of its forecast that has the level, ties spread).
    """
    return pd.concat([_scores_of_fit(fit, parameters) for fit in fits], ignore_index=True)


def fit_table(scores: pd.DataFrame, parameters: "EveryPlace") -> pd.DataFrame:
    """Each fit held against the best of its rivals.

    Parameters
    ----------
    scores : pandas.DataFrame
        Of `held_out_scores`.
    parameters : EveryPlace
        `credible_level` and `seed`.

    Returns
    -------
    pandas.DataFrame, one row for each fit
        `fit`, `held_out` (places and years), `first_held_out`, `last_held_out` (years), `log_score` (mean), `rival`,
        `gain` (log score over the rival's, for each place and year), `gain_lower`, `gain_upper`, `covered`,
        `model_holds`, `verdict` (a sentence).

    References
    ----------
    Owen (2007), Annals of Applied Statistics 1(2): places, or groups where there are enough, and years are drawn again.
    """
    rows = []
    for fit, own in scores.groupby("fit", sort=False):
        wide = own.pivot(index=["year", "key", "group"], columns="forecaster", values="log_score")
        labels = wide.index.to_frame(index=False)
        rival = str(wide.drop(columns=MODEL).mean().idxmax())
        unit = labels["group"] if labels["group"].nunique() >= ENOUGH_GROUPS else labels["key"]
        gain, (lower, upper) = mean_interval(
            wide[MODEL] - wide[rival], np.zeros(len(wide), int), unit, labels["year"],
            parameters.credible_level, DRAWN_AGAIN, parameters.seed,
        )  # fmt: skip
        rows.append(
            {
                "fit": str(fit),
                "held_out": len(wide),
                "first_held_out": labels["year"].min(),
                "last_held_out": labels["year"].max(),
                "log_score": wide[MODEL].mean(),
                "rival": rival,
                "gain": gain,
                "gain_lower": lower,
                "gain_upper": upper,
                "covered": own.loc[own["forecaster"] == MODEL, "covered"].mean(),
                "model_holds": upper >= 0,
                "verdict": _verdict(str(fit), rival, gain, (lower, upper)),
            }
        )
    return pd.DataFrame(rows)


def say_fits(fits: pd.DataFrame) -> str:
    """Where the model forecasts better than the best of its rivals, where that is open, and where it is beaten.

    Parameters
    ----------
    fits : pandas.DataFrame
        Of `fit_table`.

    Returns
    -------
    str
        In sentences.
    """
    better = fits.loc[fits["gain_lower"] > 0, "fit"]
    worse = fits.loc[~fits["model_holds"], "fit"]
    open_ = fits.loc[fits["model_holds"] & (fits["gain_lower"] <= 0), "fit"]
    said = [
        (better, "the held-out years are forecast better than by the best of the simple rivals"),
        (open_, "it is open whether the model or its best rival forecasts better"),
        (worse, "a simple rival forecasts better, and the pages of these places say so"),
    ]
    return sentences([f"for {listed(list(names))} {words}" for names, words in said if len(names)])


def _verdict(fit: str, rival: str, gain: float, interval: tuple[float, float]) -> str:
    ends = f"{signed(gain, '.2f')} log units for each place and year ({signed(interval[0])} to {signed(interval[1])})"
    return by_interval(
        *interval,
        above=f"For the {fit} the model forecasts held-out years better than the best of the simple rivals, {rival}: "
        f"{ends}.",
        below=f"For the {fit} a simple rival forecasts held-out years better than the model, {rival}: {ends}.",
        neither=f"For the {fit} it is open whether the model forecasts held-out years better than the best of the "
        f"simple rivals, {rival}: {ends}.",
    )


def _scores_of_fit(fit: PlaceFit, parameters: "EveryPlace") -> pd.DataFrame:
    panel, start, parts = fit.panel, fit.at.deviations, []
    last = len(panel.years) - 1
    for target in range(last, max(FEWEST_BEFORE - 1, last - parameters.held_out_at_effort), -1):
        generator = np.random.default_rng([parameters.seed, target, *panel.fit.encode()])
        there = panel.seen[:, target] & panel.seen[:, :target].any(axis=1)
        held_out = _HeldOut(panel, target, there, parameters.credible_level, generator)
        log_rates, start = _forecast(panel, target, start, generator)
        parts.append(held_out.of_model(log_rates[:, there]))
        parts += [held_out.of_rival(name, years, pooled=pooled) for name, (years, pooled) in RIVALS.items()]
        parts.append(held_out.of_smoothed())
    return pd.concat(parts, ignore_index=True)


def _forecast(
    panel: PlacePanel, target: int, start: Deviations, generator: np.random.Generator
) -> tuple[Floats, Deviations]:
    """Draws of the log rates of a year from those before it, shape (n_draws, n_places), and the deviations."""
    before = panel.until(target).counts
    at = most_likely(before, start)
    asked = panel.counts.times[[target]]
    rates = draw_paths(before, at.deviations, at.state.sites, asked, FORECAST_DRAWS, generator)[..., 0]
    noise = at.deviations.noise * np.sqrt(covariances(at.deviations, before.times, before.size).scale)
    return rates + noise * generator.standard_normal(rates.shape), at.deviations


class _HeldOut:
    """What came in a year in the places that are forecast, and how each forecaster is scored by it."""

    def __init__(
        self, panel: PlacePanel, target: int, there: Flags, level: float, generator: np.random.Generator
    ) -> None:
        counts = panel.counts
        self.fit, self.year, self.level, self.generator = panel.fit, int(panel.years[target]), level, generator
        self.keys, self.groups = np.array(panel.keys)[there], panel.groups[there]
        self.came: Integers = counts.counts[there, target].astype(np.int64)
        self.exposure: Floats = counts.exposure[there, target]
        self.times, self.ahead = panel.years[:target], int(panel.years[target] - panel.years[target - 1])
        self.before = counts.counts[there, :target].astype(np.int64)
        self.exposed = counts.exposure[there, :target]

    def of_model(self, log_rates: Floats) -> pd.DataFrame:
        drawn = self.generator.poisson((np.exp(log_rates) * self.exposure).clip(max=LARGEST_MEAN))
        # Given the deviations, log rates are normal.
        normal = log_rates.mean(axis=0), log_rates.std(axis=0)
        log_score = poisson_lognormal_log_score(*normal, self.exposure, self.came)
        return self._scored(MODEL, drawn.astype(np.float64), log_score)

    def of_rival(self, name: str, years: int, *, pooled: bool) -> pd.DataFrame:
        recent = recent_sums(self.before, self.exposed, years)
        rival: GammaPoisson = fit_gamma_poisson(*recent, self.groups) if pooled else last_value(*recent)
        drawn = rival.draw_counts(self.exposure, FORECAST_DRAWS, self.generator)
        return self._scored(name, drawn.astype(np.float64), rival.predictive_log_score(self.came, self.exposure))

    def of_smoothed(self) -> pd.DataFrame:
        seen = self.exposed > 0
        rates = np.log((self.before + HALF_AN_EVENT) / np.where(seen, self.exposed, 1.0))
        forecast = exponential_smoothing(np.where(seen, rates, np.nan), self.times, self.ahead)
        spread = spread_by_errors(forecast.errors, centred=True)
        drawn = spread.draw_counts(forecast.centre, self.exposure, FORECAST_DRAWS, self.generator)
        return self._scored(SMOOTHED, drawn, spread.log_score(forecast.centre, self.exposure, self.came))

    def _scored(self, name: str, drawn: Floats, log_score: Floats) -> pd.DataFrame:
        position = randomised_pit(drawn, self.came, self.generator)
        tail = (1 - self.level) / 2
        return pd.DataFrame(
            {
                "fit": self.fit,
                "forecaster": name,
                "key": self.keys,
                "group": self.groups,
                "year": self.year,
                "log_score": log_score,
                "covered": (position >= tail) & (position <= 1 - tail),
            }
        )
