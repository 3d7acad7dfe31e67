"""What chance alone makes of equal risk, and how concentrated risk itself is once chance is taken out.

Equal risk: a fixed number of events falls on places independently, each place as likely as its exposure is large (a
multinomial). Unequal risk: the risk of each place is its exposure times a gamma draw of mean 1, and the counts are
Poisson (together: negative binomial). The gamma distribution has one shape; its Gini and Lorenz curve are exact
functions of it.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .. import require
from .equal_risk import draw_equal_risk, expected_generalised_gini, expected_gini
from .gamma_risk import GammaRisk, draw_risks, fit_gamma_risk
from .measures import measure_concentration

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def compare_with_chance(
    counts: "ArrayLike",
    weights: "ArrayLike | None",
    *,
    share: float,
    credible_level: float,
    draws: int,
    seed: int,
    chance: "ArrayLike | None" = None,
) -> pd.DataFrame:
    """Observed concentration beside what equal risk gives, and beside the concentration of risk itself.

    Parameters
    ----------
    counts : array_like of int, shape (n_places,)
    weights : array_like, shape (n_places,), optional
        Populations, to measure by persons; without them, by places.
    share : float
        Share of the events of `place_share`.
    credible_level : float
        Probability of the intervals.
    draws, seed : int
    chance : array_like, shape (n_places,), optional
        What equal risk is proportional to, if not the weights.

    Returns
    -------
    pandas.DataFrame, indexed by measure
        `observed`; `chance`, `chance_lower`, `chance_upper` (mean and interval at equal risk); `risk`, `risk_lower`,
        `risk_upper` (median and interval of the underlying risks of these places); `repeat_lower`, `repeat_upper`
        (interval of another period with the same risks); `excess` (observed less mean at equal risk).

    Raises
    ------
    ValueError
        If a count is no whole number from 0, there is no event, a weight or chance is not above zero or belongs to no
        place, the share is none, or the level is no probability.
    """
    require.level("credible_level", credible_level)
    events = require.whole("counts", counts)
    generator = np.random.default_rng(seed)
    exposure = np.ones(len(events)) if weights is None else np.asarray(weights, dtype=np.float64)
    equal = exposure if chance is None else np.asarray(chance, dtype=np.float64)
    by_chance = draw_equal_risk(int(events.sum()), equal, draws, generator)
    risks = draw_risks(fit_gamma_risk(events, exposure), draws, generator)
    again = generator.poisson(risks)
    observed = measure_concentration(events, share, weights).iloc[0]
    tail = (1 - credible_level) / 2
    table = pd.DataFrame({"observed": observed})
    for name, rows in {"chance": by_chance, "risk": risks, "repeat": again[again.sum(axis=1) > 0]}.items():
        measured = measure_concentration(rows, share, weights)
        if name == "risk" and weights is None:
            # Risks are no whole events: nothing is sparse, and the two coefficients are one.
            measured["generalised_gini"] = measured["gini"]
        table[name] = measured.mean() if name == "chance" else measured.median()
        table[f"{name}_lower"], table[f"{name}_upper"] = measured.quantile(tail), measured.quantile(1 - tail)
    return table.assign(excess=table["observed"] - table["chance"]).drop(columns="repeat")


def measure_equal_risk(
    events: int, exposure: "ArrayLike", *, share: float, credible_level: float, draws: int, seed: int
) -> pd.DataFrame:
    """Concentration among places, each counted once, where risk is equal for each unit of exposure.

    With populations as exposure it is what the size of the places alone would give.

    Parameters
    ----------
    events : int
        Events to fall, at least one.
    exposure : array_like, shape (n_places,)
        What risk is proportional to: ones, or populations.
    share : float
        Share of the events of `place_share`.
    credible_level : float
        Probability of the interval.
    draws, seed : int

    Returns
    -------
    pandas.DataFrame, indexed by measure
        `mean`, `lower`, `upper`.

    Raises
    ------
    ValueError
        If there is no event, an exposure is missing or negative, the share is none, or the level is no probability.
    """
    require.level("credible_level", credible_level)
    counts = draw_equal_risk(int(require.whole("events", events, 1)), exposure, draws, np.random.default_rng(seed))
    measured, tail = measure_concentration(counts, share), (1 - credible_level) / 2
    return pd.DataFrame(
        {"mean": measured.mean(), "lower": measured.quantile(tail), "upper": measured.quantile(1 - tail)}
    )


def concentration_by_window(
    counts: "ArrayLike", windows: "list[int]", *, confidence_level: float, draws: int, seed: int
) -> pd.DataFrame:
    """One panel measured over longer and longer windows: the risk stays, what chance adds goes.

    Parameters
    ----------
    counts : array_like of int, shape (n_periods, n_places)
    windows : list of int
        Lengths of the windows in periods; what is left over at the start is dropped.
    confidence_level : float
        Probability of the interval of the risk, from a bootstrap of places.
    draws, seed : int
        Of the bootstrap.

    Returns
    -------
    pandas.DataFrame, one row for each length
        `window`, `windows` (number), `events` (mean of a window), means over windows of `gini`,
        `generalised_gini`, `chance_gini` and `chance_generalised_gini` (exact, at equal risk), and the Gini of risk
        within windows with its interval: `risk_gini`, `risk_lower`, `risk_upper`.

    Raises
    ------
    ValueError
        If a count is no whole number from 0, a window is longer than the panel, or the level is no probability.
    """
    require.level("confidence_level", confidence_level)
    panel = require.whole("counts", counts)
    if not all(1 <= window <= len(panel) for window in windows):
        raise ValueError(f"windows = {windows} of {len(panel)} periods. Allowed: from 1 to {len(panel)}.")
    tails = [(1 - confidence_level) / 2, (1 + confidence_level) / 2]
    rows = []
    for window in windows:
        row, fit = _one_window(panel, window)
        lower, upper = np.quantile(fit.bootstrap(draws, np.random.default_rng(seed)), tails)
        rows.append({**row, "risk_gini": fit.mode, "risk_lower": lower, "risk_upper": upper})
    return pd.DataFrame(rows)


def _one_window(panel: "NDArray[np.int64]", window: int) -> tuple[dict[str, float], GammaRisk]:
    number, places = len(panel) // window, panel.shape[1]
    sums = panel[len(panel) - number * window :].reshape(number, window, places).sum(axis=1)
    sums = sums[sums.sum(axis=1) > 0]
    totals = [int(total) for total in sums.sum(axis=1)]
    measured = measure_concentration(sums)
    row = {
        "window": window,
        "windows": number,
        "events": float(np.mean(totals)),
        "gini": float(measured["gini"].mean()),
        "generalised_gini": float(measured["generalised_gini"].mean()),
        "chance_gini": float(np.mean([expected_gini(places, total) for total in totals])),
        "chance_generalised_gini": float(np.mean([expected_generalised_gini(places, total) for total in totals])),
    }
    return row, fit_gamma_risk(sums)
