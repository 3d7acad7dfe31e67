"""Headline values of the notebook `paradox/specification_curve`."""

import pandas as pd

from citizen_security.paradox.specification_curve.fast_fits import Curve
from citizen_security.paradox.specification_curve.joint_test import PermutationTest
from citizen_security.paradox.specification_curve.multiverse import REPEATED, Multiverse
from citizen_security.values import Value

STANDARDIZED = "standard deviations of homicide per standard deviation of the driver, within countries"

# Names under which the p-values of the joint test are recorded, by statistic.
TEST_NAMES = {
    "median_effect": "permutation_p",
    "share_significant": "permutation_p_significant",
    "mean_t": "permutation_p_t",
}


def curve_values(curve: Curve, median_interval: tuple[float, float], multiplier_p: float) -> list[Value]:
    """The median of the effects, how many lie where, and how far they spread.

    Parameters
    ----------
    curve : Curve
    median_interval : tuple of float
        From `joint_test.median_interval`.
    multiplier_p : float
        From `joint_test.multiplier_test`.

    Returns
    -------
    list of Value
    """
    estimates, count = curve.estimates, len(curve.estimates)
    level = f"{100 * curve.confidence_level:g}%"
    return [
        Value(name="specification_count", value=count, unit="specifications", format=",", label="Curve"),
        Value(
            name="median_effect",
            value=float(estimates["effect"].median()),
            unit=STANDARDIZED,
            interval=median_interval,
            n=count,
            format=".3f",
            label=f"Median effect; {level} interval over countries (multiplier bootstrap); n counts specifications",
        ),
        *_share_values(estimates, curve.confidence_level),
        Value(
            name="multiplier_p",
            value=multiplier_p,
            unit="probability",
            n=count,
            format=".3f",
            label="Median as far from zero if all coefficients were zero: countries' errors redrawn on the whole curve",
        ),
        *_spread_values(estimates),
    ]


def permutation_values(test: PermutationTest) -> list[Value]:
    """What the joint test says of the curve.

    Parameters
    ----------
    test : PermutationTest

    Returns
    -------
    list of Value
    """
    count = len(test.permuted)
    tested = [
        Value(
            name=TEST_NAMES[row["statistic"]],
            value=float(row["p_value"]),
            unit="probability",
            interval=(float(row["lower"]), float(row["upper"])),
            n=count,
            format=".3f",
            label=f"Joint test by {row['statistic']}, paths exchanged between countries; 95% limits for the number of "
            "permutations, which n counts",
        )
        for _, row in test.p_values.iterrows()
    ]
    low, middle, high = (100 * float(test.permuted["share_positive"].quantile(at)) for at in (0.025, 0.5, 0.975))
    return [
        *tested,
        Value(
            name="share_positive_permuted",
            value=middle,
            interval=(low, high),
            unit="% of specifications",
            n=count,
            format=".0f",
            label="Share above zero with exchanged paths: median and central 95% of the permutations",
        ),
        Value(
            name="permuted_specification_count",
            value=test.specifications,
            unit="specifications",
            format=",",
            label="Specifications of the curve that was permuted",
        ),
    ]


def choice_values(importance: pd.DataFrame, multiverse: Multiverse) -> list[Value]:
    """Which choice moves the answer most, and how many combinations were repetitions.

    Parameters
    ----------
    importance : pandas.DataFrame
        From `choice_importance`.
    multiverse : Multiverse

    Returns
    -------
    list of Value
    """
    first, together = importance.iloc[0], importance.iloc[-1]
    removed = multiverse.removed.set_index("rule")["specifications"]
    return [
        Value(
            name="most_moving_choice",
            value=str(first["choice"]),
            label="Choice that accounts for most of the effects' variance",
        ),
        Value(
            name="most_moving_share",
            value=100 * float(first["share_of_variance"]),
            unit="% of the variance",
            format=".0f",
            label="Its share of the variance of the effects",
        ),
        Value(
            name="together_share",
            value=100 * float(together["share_of_variance"]),
            unit="% of the variance",
            format=".0f",
            label="Share that no choice explains alone",
        ),
        Value(
            name="repeated_count",
            value=int(removed[REPEATED]),
            unit="specifications",
            format=",",
            label="Combinations removed as repetitions",
        ),
    ]


def _share_values(estimates: pd.DataFrame, confidence_level: float) -> list[Value]:
    level = f"{100 * confidence_level:g}%"
    significant, positive = estimates["p_value"] < 1 - confidence_level, estimates["effect"] > 0
    shares = {
        "share_positive": (positive, "above zero"),
        "share_significant": (significant, f"whose {level} interval leaves out zero"),
        "share_significant_positive": (significant & positive, f"whose {level} interval lies above zero"),
        "share_significant_negative": (significant & ~positive, f"whose {level} interval lies below zero"),
    }
    return [
        Value(
            name=name,
            value=100 * float(counted.mean()),
            unit="% of specifications",
            n=len(estimates),
            format=".1f",
            label=f"Specifications {words}; they share data, so no interval",
        )
        for name, (counted, words) in shares.items()
    ]


def _spread_values(estimates: pd.DataFrame) -> list[Value]:
    low, high = estimates["effect"].quantile([0.05, 0.95])
    spread = Value(
        name="effect_spread",
        value=float(high - low),
        format=".2f",
        n=len(estimates),
        unit="standard deviations",
        label="From the 5th to the 95th percentile of the effects",
    )
    units = {"observations": "country-years", "countries": "countries"}
    ends = {"least": "min", "most": "max"}
    return [
        spread,
        *(
            Value(
                name=f"{name}_{word}",
                value=int(estimates[name].agg(end)),
                unit=unit,
                format=",",
                label=f"{word} {unit} of a specification",
            )
            for name, unit in units.items()
            for word, end in ends.items()
        ),
    ]
