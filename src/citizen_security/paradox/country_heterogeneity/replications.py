"""Data drawn from a fitted model beside the data observed."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.paradox.country_heterogeneity.fits import SlopeFit
from citizen_security.paradox.country_heterogeneity.residuals import (
    error_deviations,
    error_moments,
    fitted_means,
    news_of,
    simulate_errors,
    thinned_draws,
)
from citizen_security.paradox.country_heterogeneity.sample import SlopeSample
from citizen_security.paradox.country_heterogeneity.summaries import interval_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def check_replications(fit: SlopeFit, seed: int) -> pd.DataFrame:
    """Discrepancies between data and model, of the data observed and of data drawn from the model.

    Each is of the errors that are left at one draw of the parameters (Gelman, Meng and Stern 1996), in the sample's
    units: `autocorrelation` of errors with those of the country's year before; `spread_ratio`, the largest over the
    median country's deviation of its yearly news; `largest_news`, the largest absolute yearly news in deviations of
    its country; `lowest_outcome` in the outcome's own units.

    Parameters
    ----------
    fit : SlopeFit
    seed : int

    Returns
    -------
    pandas.DataFrame
        discrepancy, observed, replicated: one row per discrepancy and draw.

    References
    ----------
    Gelman, Meng and Stern (1996), Statistica Sinica 6.
    """
    sample, generator = fit.sample, np.random.default_rng(seed)
    thinned = thinned_draws(fit)
    mean = fitted_means(fit, thinned)
    persistence, deviation = fit.draws("persistence")[thinned], error_deviations(fit, thinned)
    replicated = simulate_errors(sample, persistence, deviation, generator)
    found = {
        kind: _discrepancies(sample, errors, mean, persistence, deviation)
        for kind, errors in {"observed": sample.outcome - mean, "replicated": replicated}.items()
    }
    long = {kind: frame.melt(var_name="discrepancy", value_name=kind) for kind, frame in found.items()}
    return long["observed"].assign(replicated=long["replicated"]["replicated"])


def tabulate_checks(replications: pd.DataFrame, credible_level: float) -> pd.DataFrame:
    """Per discrepancy: observed (median), replicated (median, lower, upper), probability_exceeded by replications."""
    rows = []
    for name, group in replications.groupby("discrepancy", sort=False):
        drawn = interval_of(group["replicated"].to_numpy(), credible_level)
        rows.append(
            {
                "discrepancy": name,
                "observed": group["observed"].median(),
                "replicated": drawn["estimate"],
                "lower": drawn["lower"],
                "upper": drawn["upper"],
                "probability_exceeded": (group["replicated"] > group["observed"]).mean(),
            }
        )
    return pd.DataFrame(rows)


def _discrepancies(
    sample: SlopeSample,
    errors: "NDArray[np.float64]",
    mean: "NDArray[np.float64]",
    persistence: "NDArray[np.float64]",
    deviation: "NDArray[np.float64]",
) -> pd.DataFrame:
    carried, variance = error_moments(sample, persistence)
    yearly = news_of(sample, errors, carried) / np.sqrt(variance)
    later = ~sample.first
    now, before = errors[:, later], errors[:, sample.previous[later]]
    together = (now * before).sum(axis=1) / np.sqrt((now**2).sum(axis=1) * (before**2).sum(axis=1))
    own = np.stack([yearly[:, sample.country_index == c].std(axis=1) for c in range(len(sample.countries))], axis=1)
    return pd.DataFrame(
        {
            "autocorrelation": together,
            "spread_ratio": own.max(axis=1) / np.median(own, axis=1),
            "largest_news": np.abs(yearly / deviation[:, sample.country_index]).max(axis=1),
            "lowest_outcome": (mean + errors).min(axis=1) * sample.outcome_scale + sample.outcome_centre,
        }
    )
