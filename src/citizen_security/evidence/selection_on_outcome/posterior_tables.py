"""Posteriors of the share effective as tables: summaries, densities, and other priors."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from citizen_security.evidence.selection_on_outcome.beliefs import Beliefs, other_beliefs
from citizen_security.evidence.selection_on_outcome.filters import Counts, counts_of, filters
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.selection_on_outcome.posterior import Posterior, fit


def posteriors_by_counts(parameters: SelectionOnOutcome) -> dict[str, list[Posterior]]:
    """The posterior under every filter, for each set of evaluations that a reader could count.

    Parameters
    ----------
    parameters : SelectionOnOutcome

    Returns
    -------
    dict of str to list of Posterior
        `all` and `formal`, in the order of `filters`; a set without an evaluation is left out.
    """
    beliefs, stories = Beliefs.of(parameters), filters(parameters)
    counted = {name: counts for name, counts in counts_of(parameters).items() if counts.total}
    return {name: [fit(counts, story, beliefs) for story in stories] for name, counts in counted.items()}


def summaries_by_counts(
    posteriors: Mapping[str, Iterable[Posterior]], parameters: SelectionOnOutcome
) -> dict[str, pd.DataFrame]:
    """A summary of every posterior, for each set of evaluations.

    Parameters
    ----------
    posteriors : mapping of str to iterable of Posterior
    parameters : SelectionOnOutcome

    Returns
    -------
    dict of str to pandas.DataFrame
        As `summarise`.
    """
    asked = {"credible_level": parameters.credible_level, "threshold": parameters.threshold}
    return {name: summarise(several, **asked) for name, several in posteriors.items()}


def summarise(posteriors: Iterable[Posterior], *, credible_level: float, threshold: float) -> pd.DataFrame:
    """One row for each posterior.

    Parameters
    ----------
    posteriors : iterable of Posterior
    credible_level : float
    threshold : float

    Returns
    -------
    pandas.DataFrame
        filter, label, positive, total (as counted), median, lower, upper, above (probability of more than the
        threshold).
    """
    rows = []
    for posterior in posteriors:
        lower, upper = posterior.interval(credible_level)
        shape = {"median": posterior.quantile(0.5), "lower": lower, "upper": upper, "above": posterior.above(threshold)}
        counted = {"positive": posterior.counts.positive, "total": posterior.counts.total}
        rows.append({"filter": posterior.filter.name, "label": posterior.filter.label, **counted, **shape})
    return pd.DataFrame(rows)


def density_table(posteriors: Iterable[Posterior], bins: int = 25) -> pd.DataFrame:
    """Posterior densities of the share effective, as averages over bins of equal width.

    Parameters
    ----------
    posteriors : iterable of Posterior
    bins : int

    Returns
    -------
    pandas.DataFrame
        filter, label, theta (middle of the bin), density, prior.
    """
    edges = np.linspace(0, 1, bins + 1)
    frames = []
    for posterior in posteriors:
        columns = {
            name: bins * np.diff(np.interp(edges, posterior.theta, np.cumsum(weights) - weights / 2, left=0, right=1))
            for name, weights in (("density", posterior.weights), ("prior", posterior.prior))
        }
        labels = {"filter": posterior.filter.name, "label": posterior.filter.label}
        frames.append(pd.DataFrame({**labels, "theta": (edges[1:] + edges[:-1]) / 2, **columns}))
    return pd.concat(frames, ignore_index=True)


def prior_sensitivity(parameters: SelectionOnOutcome, counts: Counts) -> pd.DataFrame:
    """The posterior under other priors, one change at a time, for each filter.

    Parameters
    ----------
    parameters : SelectionOnOutcome
    counts : Counts

    Returns
    -------
    pandas.DataFrame
        prior (which one was changed, and to what), and the columns of `summarise`.
    """
    frames = []
    for words, beliefs in other_beliefs(Beliefs.of(parameters)).items():
        posteriors = [fit(counts, outcome_filter, beliefs) for outcome_filter in filters(parameters)]
        summary = summarise(posteriors, credible_level=parameters.credible_level, threshold=parameters.threshold)
        frames.append(summary.assign(prior=words))
    return pd.concat(frames, ignore_index=True)
