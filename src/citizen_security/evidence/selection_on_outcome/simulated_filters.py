"""Simulated collections that a filter lets through: what share positive they show."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from citizen_security.evidence.selection_on_outcome.filters import Filter, shown_share
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome

if TYPE_CHECKING:
    from numpy.typing import NDArray


def mean_ratios(stories: Iterable[Filter]) -> dict[str, float]:
    """The mean of r by the label of the filter."""
    return {story.label: story.mean_ratio for story in stories}


def simulate_filter(parameters: SelectionOnOutcome, ratios: dict[str, float], collections: int) -> pd.DataFrame:
    """Share positive that a collection shows, for every true share effective and every filter.

    Each programme is effective or not, is evaluated or not, its evaluation errs at the prior means, and is let in or
    left out.

    Parameters
    ----------
    parameters : SelectionOnOutcome
    ratios : dict of str to float
        r by the label of the filter.
    collections : int
        Simulated for each point.

    Returns
    -------
    pandas.DataFrame
        label, ratio, effective (true share), shown (mean), lower, upper, expected (closed form), counted (mean number
        of evaluations let in). Collections that let in none show nothing and are left out; where all are, nan.
    """
    rng = np.random.default_rng(parameters.seed)
    rows = []
    for label, ratio in ratios.items():
        for effective in np.linspace(0, 1, 21):
            positive, other = _collections(parameters, float(effective), ratio, collections, rng)
            counted = positive + other
            shown = positive[counted > 0] / counted[counted > 0]
            ends = (1 - parameters.confidence_level) / 2, (1 + parameters.confidence_level) / 2
            lower, upper = np.quantile(shown, ends) if len(shown) else (np.nan, np.nan)
            share = effective * parameters.power + (1 - effective) * parameters.false_positive
            summary = {"shown": shown.mean() if len(shown) else np.nan, "lower": lower, "upper": upper}
            truth = {"expected": float(shown_share(share, ratio)), "counted": counted.mean()}
            rows.append({"label": label, "ratio": ratio, "effective": effective, **summary, **truth})
    return pd.DataFrame(rows)


def _collections(
    parameters: SelectionOnOutcome, effective: float, ratio: float, collections: int, rng: np.random.Generator
) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Positive and other evaluations in simulated collections."""
    working = rng.binomial(parameters.interventions, effective, size=collections)
    evaluated = rng.binomial(working, parameters.evaluated_share)
    idle = rng.binomial(parameters.interventions - working, parameters.evaluated_share)
    positive = rng.binomial(evaluated, parameters.power) + rng.binomial(idle, parameters.false_positive)
    return positive, rng.binomial(evaluated + idle - positive, ratio)
