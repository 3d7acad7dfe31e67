"""What the counts say without a model: bounds, hidden studies that would overturn a conclusion, and a simulation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.evidence.selection_on_outcome.outcome_selection import Beliefs, Counts, Filter, fit, shown_share
from citizen_security.evidence.selection_on_outcome.parameters import SelectionOnOutcome
from citizen_security.evidence.studies.coded_studies import in_lac, positive_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

CURVE_POINTS = 60


def worst_case_bounds(parameters: SelectionOnOutcome) -> pd.DataFrame:
    """Lowest and highest share of what works, with every unknown result taken as bad as possible, then as good.

    Parameters
    ----------
    parameters : SelectionOnOutcome

    Returns
    -------
    pandas.DataFrame
        population, assumption, n, lower, upper, width; the width is the share of results that are unknown, except
        where an assumption narrows it.

    References
    ----------
    Manski (2003), Partial Identification of Probability Distributions; Manski and Pepper (2000), Econometrica 68(4),
    for the assumption that what was evaluated works at least as often as what was not.
    """
    every, found, formal = parameters.interventions, parameters.evaluations, parameters.formal
    positive, formal_positive = parameters.evaluations_positive, parameters.formal_positive
    rows = [_bounded("evaluations found", "all results believed", positive, found, found)]
    if formal:
        rows.insert(0, _bounded("formal evaluations", "all results believed", formal_positive, formal, formal))
        rows.append(_bounded("evaluations found", "formal results believed", formal_positive, formal, found))
    ordered = {"population": "interventions listed", "assumption": "evaluated work at least as often", "n": every}
    rows += [
        _bounded("interventions listed", "all results believed", positive, found, every),
        {**ordered, "lower": positive / every, "upper": positive / found},
        _bounded("interventions listed", "formal results believed", formal_positive, formal, every),
        _bounded("interventions listed", "no result believed", 0, 0, every),
    ]
    return pd.DataFrame(rows).assign(width=lambda frame: frame["upper"] - frame["lower"])


def _bounded(population: str, assumption: str, positive: int, known: int, total: int) -> dict[str, object]:
    """The unknown ones all fail, or all work."""
    shares = {"lower": positive / total, "upper": (positive + total - known) / total}
    return {"population": population, "assumption": assumption, "n": total, **shares}


@dataclass(frozen=True)
class Overturn:
    """Hidden non-positive evaluations that would overturn a conclusion, by each rule; None if even the most do not.

    Attributes
    ----------
    share : int or None
        The share positive is no longer above the threshold.
    interval : int or None
        The lower end of its exact (Clopper–Pearson) interval is not.
    posterior : int or None
        The model that ignores the filter gives less than the level to a share effective above the threshold.
    most : int
        The largest number tried: every intervention that is not among the evaluations.
    """

    share: int | None
    interval: int | None
    posterior: int | None
    most: int


def studies_to_overturn(parameters: SelectionOnOutcome) -> Overturn:
    """Smallest number of hidden non-positive evaluations that overturns `more than the threshold`.

    Parameters
    ----------
    parameters : SelectionOnOutcome

    Returns
    -------
    Overturn
    """
    most = parameters.interventions - parameters.evaluations
    measures = _measures(parameters)
    limits = {"share": parameters.threshold, "interval": parameters.threshold, "posterior": parameters.interval_level}
    return Overturn(
        **{name: _smallest(measure, limits[name], most) for name, measure in measures.items()},
        most=most,
    )


def overturning_curve(parameters: SelectionOnOutcome, furthest: int) -> pd.DataFrame:
    """What is left of the conclusion as hidden non-positive evaluations are added.

    Parameters
    ----------
    parameters : SelectionOnOutcome
    furthest : int
        Largest number of hidden evaluations.

    Returns
    -------
    pandas.DataFrame
        hidden, share, interval (lower end), posterior (probability of a share effective above the threshold).
    """
    hidden = np.unique(np.linspace(0, furthest, CURVE_POINTS).round().astype(int))
    measures = _measures(parameters)
    return pd.DataFrame(
        {"hidden": hidden, **{name: [measure(int(number)) for number in hidden] for name, measure in measures.items()}}
    )


def _measures(parameters: SelectionOnOutcome) -> dict[str, Callable[[int], float]]:
    """Three answers to "is it more than the threshold", each falling in the number of hidden evaluations."""
    positive, total = parameters.evaluations_positive, parameters.evaluations
    beliefs, ignored = Beliefs.of(parameters), Filter("ignored", "filter ignored", 1.0)

    def lower_end(hidden: int) -> float:
        found = stats.binomtest(positive, total + hidden).proportion_ci(parameters.interval_level, method="exact")
        return float(found.low)

    def above(hidden: int) -> float:
        return fit(Counts(positive, total + hidden), ignored, beliefs).above(parameters.threshold)

    return {"share": lambda hidden: positive / (total + hidden), "interval": lower_end, "posterior": above}


def _smallest(measure: Callable[[int], float], limit: float, most: int) -> int | None:
    """Smallest number at which a falling measure is no longer above the limit, by bisection."""
    if measure(0) <= limit:
        return 0
    if measure(most) > limit:
        return None
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if measure(middle) <= limit else (middle, high)
    return high


def simulate_filter(parameters: SelectionOnOutcome, ratios: dict[str, float], draws: int) -> pd.DataFrame:
    """Share positive that a collection shows, for every true share effective and every filter.

    Each programme is effective or not, is evaluated or not, its evaluation errs at the prior means, and is let in or
    left out.

    Parameters
    ----------
    parameters : SelectionOnOutcome
    ratios : dict of str to float
        r by the label of the filter.
    draws : int
        Simulated collections for each point.

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
            positive, other = _collections(parameters, float(effective), ratio, draws, rng)
            counted = positive + other
            shown = positive[counted > 0] / counted[counted > 0]
            ends = (1 - parameters.interval_level) / 2, (1 + parameters.interval_level) / 2
            lower, upper = np.quantile(shown, ends) if len(shown) else (np.nan, np.nan)
            share = effective * parameters.power + (1 - effective) * parameters.false_positive
            summary = {"shown": shown.mean() if len(shown) else np.nan, "lower": lower, "upper": upper}
            truth = {"expected": float(shown_share(share, ratio)), "counted": counted.mean()}
            rows.append({"label": label, "ratio": ratio, "effective": effective, **summary, **truth})
    return pd.DataFrame(rows)


def _collections(
    parameters: SelectionOnOutcome, effective: float, ratio: float, draws: int, rng: np.random.Generator
) -> "tuple[NDArray[np.int64], NDArray[np.int64]]":
    """Positive and other evaluations in simulated collections."""
    working = rng.binomial(parameters.interventions, effective, size=draws)
    evaluated = rng.binomial(working, parameters.evaluated_share)
    idle = rng.binomial(parameters.interventions - working, parameters.evaluated_share)
    positive = rng.binomial(evaluated, parameters.power) + rng.binomial(idle, parameters.false_positive)
    return positive, rng.binomial(evaluated + idle - positive, ratio)


def later_counts(coded: pd.DataFrame, parameters: SelectionOnOutcome) -> dict[str, Counts]:
    """Collections that came later: a review's ratings, and this compendium's evaluations from the region.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    parameters : SelectionOnOutcome

    Returns
    -------
    dict of str to Counts
        By a name that a figure can print. The compendium's is left out if it has no evaluation in these years.
    """
    found = {f"{parameters.later_total} programmes of a later review": _later_review(parameters)}
    own = later_studies(coded, parameters)
    share = positive_share(own)
    if share.n:
        found[f"{share.n} evaluations here, {parameters.later_from} on"] = Counts(share.count, share.n)
    return found


def later_studies(coded: pd.DataFrame, parameters: SelectionOnOutcome) -> pd.DataFrame:
    """Evaluations of the compendium with a site in the region, from the year that the parameters name."""
    own = in_lac(coded)
    return own[(own["group"] != "review") & (own["year"] >= parameters.later_from)]


def last_year_with_direction(coded: pd.DataFrame) -> int:
    """Latest year of an evaluation from the region that states a direction.

    Parameters
    ----------
    coded : pandas.DataFrame

    Returns
    -------
    int
    """
    own = in_lac(coded)
    return int(own.loc[(own["group"] != "review") & (own["direction"] != "not_stated"), "year"].max())


def _later_review(parameters: SelectionOnOutcome) -> Counts:
    return Counts(parameters.later_positive, parameters.later_total)


def directions_by_year(coded: pd.DataFrame, first_later_year: int) -> pd.DataFrame:
    """Directions that the compendium's evaluations from the region report, before and from a year.

    Parameters
    ----------
    coded : pandas.DataFrame
    first_later_year : int

    Returns
    -------
    pandas.DataFrame
        One row a direction, one column for each period, and their sum.
    """
    own = in_lac(coded)
    own = own[own["group"] != "review"]
    period = np.where(own["year"] < first_later_year, f"before {first_later_year}", f"from {first_later_year}")
    return pd.crosstab(own["direction"], period, margins=True, margins_name="all").rename_axis(columns=None)
