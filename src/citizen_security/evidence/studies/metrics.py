"""The metrics that effects are printed in: which can be pooled, on what scale, and how much rounding blurs a figure."""

import math
import re
from collections.abc import Mapping
from decimal import Decimal

from citizen_security.methods.meta_analysis.effect_sizes import log_ratio_of_percent

LOG_RATIO = "log_ratio"
# A slope in a dose is no effect of having a programme: the two must not be pooled.
LOG_RATIO_PER_DOSE = "log_ratio_per_percentage_point_of_coverage"
MEAN_DIFFERENCE = "standardised_mean_difference"

RATIOS = ("rate_ratio", "odds_ratio")
PERCENTS = ("percent_change", "percent_vs_expected")
MEAN_DIFFERENCES = ("cohens_d", "sd_units")

# What an effect is a ratio or difference of, whatever it was printed as.
MEASURES: Mapping[str, str] = {
    "rate_ratio": "rate_ratio",
    "odds_ratio": "odds_ratio",
    "log_odds_ratio": "odds_ratio",
    "percent_change": "rate_ratio",
    "percent_vs_expected": "rate_ratio",
    "cohens_d": MEAN_DIFFERENCE,
    "sd_units": MEAN_DIFFERENCE,
}

AMBIGUOUS = "did_beta_outcome_scale_ambiguous"

NO_COMMON_SCALE: Mapping[str, str] = {
    "direction": "only a direction was published",
    "percent_change_bound": "a bound on the effect, not an estimate of it",
    "percent_change_per_month": "a slope a month, which is no ratio of two levels",
    "percentage_points": "percentage points, whose base rate was not published with a standard error",
    "per_100k": "a difference of rates, whose base rate was not published with a standard error",
    "count": "a number of events, without the number to compare it with",
    "count_per_month": "a difference of counts, without the counts",
    "elasticity": "an elasticity: per cent for each per cent of a dose, not the effect of a programme",
    AMBIGUOUS: ("a regression coefficient of which it is unclear whether the outcome was the rate or its log"),
}

_DOSE = re.compile(r"\bper 1 ?%")
# “10/19, control 23/29”: events and others; “19/46 vs 4/35”: events and all.
_EVENTS_AND_OTHERS = re.compile(r"CBT rec/non (\d+)/(\d+), control rec/non (\d+)/(\d+)")
_EVENTS_AND_ALL = re.compile(r"counts (\d+)/(\d+) vs (\d+)/(\d+)")


def on_scale(metric: str, value: float) -> float:
    """A figure on the scale on which effects of its metric are pooled.

    Parameters
    ----------
    metric : str
        As printed.
    value : float
        In the unit of the metric; a ratio is above 0, a change in per cent above −100.

    Returns
    -------
    float
        The log of a ratio or of the ratio that a change in per cent amounts to; any other figure as it is.
    """
    if metric in RATIOS:
        return math.log(value)
    return log_ratio_of_percent(value) if metric in PERCENTS else value


def scale_of(metric: str, outcome: str) -> str:
    """Scale on which an effect is pooled: of log ratios, of log ratios for each unit of a dose, or of differences.

    Parameters
    ----------
    metric : str
        One that can be pooled.
    outcome : str
        The outcome in words, which tell a dose.

    Returns
    -------
    str
    """
    if metric in MEAN_DIFFERENCES:
        return MEAN_DIFFERENCE
    return LOG_RATIO_PER_DOSE if _DOSE.search(outcome) else LOG_RATIO


def slope(metric: str, value: float) -> float:
    """Change on the scale of pooling per unit of the metric: it carries a standard error over (the delta method).

    Parameters
    ----------
    metric : str
        As printed.
    value : float
        The estimate, in the unit of the metric.

    Returns
    -------
    float
    """
    if metric in RATIOS:
        return 1 / value
    return 1 / (100 + value) if metric in PERCENTS else 1.0


def half_unit(*values: float) -> float:
    """Half a unit of the last digit of figures that were printed together, such as 0.005 of 0.86 and 0.8.

    Parameters
    ----------
    *values : float
        In one unit; the one with most decimals says how far the others were printed too.

    Returns
    -------
    float
    """
    return float(0.5 * 10.0 ** -max(map(decimals, values)))


def decimals(value: float) -> int:
    """Decimals that a number needs to be written."""
    return max(0, -Decimal(repr(float(value))).normalize().as_tuple().exponent)  # type: ignore[operator]


def halves_blur(metric: str, estimate: float, low: float, high: float) -> float:
    """By how much the halves of an interval may differ only because its three figures were printed rounded.

    Parameters
    ----------
    metric : str
        As printed.
    estimate, low, high : float
        In the unit of the metric.

    Returns
    -------
    float
        On the scale of pooling.
    """
    figures = (low, high, estimate, estimate)
    return sum(slope(metric, value) for value in figures) * half_unit(*figures)


def counts_of(derivation: str) -> tuple[int, int, int, int] | None:
    """The 2×2 table that an effect was computed from, where its derivation gives one.

    Parameters
    ----------
    derivation : str
        Of the table of effects.

    Returns
    -------
    tuple of int or None
        Treated persons with and without the event, then those of the control group.
    """
    if printed := _EVENTS_AND_OTHERS.search(derivation):
        treated, treated_others, control, control_others = map(int, printed.groups())
        return treated, treated_others, control, control_others
    if printed := _EVENTS_AND_ALL.search(derivation):
        treated, treated_all, control, control_all = map(int, printed.groups())
        return treated, treated_all - treated, control, control_all - control
    return None
