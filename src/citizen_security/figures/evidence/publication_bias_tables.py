"""Tables of the notebook on publication bias as readers see them: labels for codes, no cell without a value."""

import math
from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.figures.page_table import page_table
from citizen_security.words import p_in_words, signed

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

COMPONENTS = {"effect": "an effect", "heterogeneity": "variance between studies", "selection": "selection"}

# From here on odds are told as beyond a bound.
LARGEST_TOLD = 1000


def tests_table(tests: pd.DataFrame) -> "Styler":
    """Tests of the funnel's asymmetry.

    Parameters
    ----------
    tests : pandas.DataFrame
        From `asymmetry_tests`.
    """
    rows = {
        "Test": tests["test"],
        "Estimate": tests["estimate"].map(_number),
        "Interval": _intervals(tests["lower"], tests["upper"]),
        "P-value": tests["p_value"].map(lambda p: "" if math.isnan(p) else p_in_words(p)),
        "Note": tests["note"],
    }
    return page_table(pd.DataFrame(rows))


def adjusted_table(adjusted: pd.DataFrame) -> "Styler":
    """The effect under each method, on the scale of pooling.

    Parameters
    ----------
    adjusted : pandas.DataFrame
        From `adjusted_effects`.
    """
    rows = {
        "Method": adjusted["label"],
        "Effect": adjusted["effect"].map(_number),
        "Interval": _intervals(adjusted["lower"], adjusted["upper"]),
        "Note": adjusted["note"],
    }
    return page_table(pd.DataFrame(rows))


def averages_table(averages: pd.DataFrame) -> "Styler":
    """The Bayesian average over each ensemble of models, the one chosen marked.

    Parameters
    ----------
    averages : pandas.DataFrame
        From `averages`.
    """
    rows = {
        "Averaged over": averages["label"] + averages["is_chosen"].map({True: " (chosen)", False: ""}),
        "Effect": averages["effect"].map(_number),
        "Credible interval": _intervals(averages["lower"], averages["upper"]),
        "Probability of no effect": averages["no_effect"].map("{:.2f}".format),
    }
    return page_table(pd.DataFrame(rows), empty="No ensemble gave an average.")


def inclusion_table(inclusion: pd.DataFrame) -> "Styler":
    """How the studies change the odds that a component is in the model.

    Parameters
    ----------
    inclusion : pandas.DataFrame
        Of `Averaged`.
    """
    rows = {
        "There is": inclusion["component"].map(lambda name: COMPONENTS.get(name, name)),
        "Prior probability": inclusion["prior_probability"].map("{:.2f}".format),
        "Posterior probability": inclusion["posterior_probability"].map("{:.2f}".format),
        "Bayes factor": inclusion["bayes_factor"].map(_odds),
    }
    return page_table(pd.DataFrame(rows))


def sets_table(sets: pd.DataFrame) -> "Styler":
    """Effects of every intervention with enough studies, a row for each method; a blank where it has no result.

    Parameters
    ----------
    sets : pandas.DataFrame
        From `compare_sets`.
    """
    wide = sets.pivot_table(index="label", columns="intervention", values="effect", sort=False)
    shown = wide.map(_number).rename_axis(index=None, columns=None).reset_index(names="Method")
    return page_table(shown)


def _intervals(lower: "pd.Series[float]", upper: "pd.Series[float]") -> list[str]:
    return [_interval(low, high) for low, high in zip(lower, upper, strict=True)]


def _interval(low: float, high: float) -> str:
    if math.isnan(low) or math.isnan(high):
        return ""
    if math.isinf(low) or math.isinf(high):
        return "without an end"
    return f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return "" if math.isnan(value) else signed(value, ".2f")


def _odds(value: float) -> str:
    """A Bayes factor with three digits; what is beyond any comparison is told as such."""
    if value > LARGEST_TOLD:
        return f"above {LARGEST_TOLD:,}"
    return f"below 1/{LARGEST_TOLD:,}" if value < 1 / LARGEST_TOLD else f"{value:.3g}"
