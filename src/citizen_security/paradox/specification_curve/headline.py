"""Headline values of the notebook `paradox/specification_curve`."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from citizen_security.paradox.specification_curve.fast_fits import Curve
from citizen_security.paradox.specification_curve.joint_test import PermutationTest


def headline_values(
    curve: Curve, test: PermutationTest, interval: tuple[float, float], multiplier_p: float
) -> Iterator[dict[str, Any]]:
    """What the notebook records of a curve.

    Parameters
    ----------
    curve : Curve
    test : PermutationTest
    interval : tuple of float
        From `median_interval`.
    multiplier_p : float
        From `multiplier_test`.

    Yields
    ------
    dict
        Keyword arguments of `citizen_security.values.record`.
    """
    estimates, level = curve.estimates, f"{100 * curve.confidence_level:g}%"
    significant = estimates["p_value"] < 1 - curve.confidence_level
    positive = estimates["effect"] > 0
    count = len(estimates)
    per = "standard deviations of homicide per standard deviation of the driver, within countries"
    yield {"name": "specification_count", "value": count, "unit": "specifications", "format": ",", "label": "Curve"}
    yield {
        "name": "median_effect",
        "value": float(estimates["effect"].median()),
        "unit": per,
        "interval": interval,
        "n": count,
        "format": ".3f",
        "label": f"Median effect; {level} interval over countries (multiplier bootstrap); n counts specifications",
    }
    shares = {
        "share_positive": (positive, "above zero"),
        "share_significant": (significant, f"whose {level} interval leaves out zero"),
        "share_significant_positive": (significant & positive, f"whose {level} interval lies above zero"),
        "share_significant_negative": (significant & ~positive, f"whose {level} interval lies below zero"),
    }
    for name, (chosen, words) in shares.items():
        label = f"Specifications {words}; they share data, so no interval"
        yield {"name": name, "value": 100 * float(chosen.mean()), "unit": "% of specifications", "n": count,
               "format": ".1f", "label": label}  # fmt: skip
    yield from _test_values(test)
    label = "Median as far from zero if all coefficients were zero: countries' errors redrawn on the whole curve"
    yield {"name": "multiplier_p", "value": multiplier_p, "unit": "probability", "n": count, "format": ".3f",
           "label": label}  # fmt: skip
    yield from _spread_values(estimates)


def _test_values(test: PermutationTest) -> Iterator[dict[str, Any]]:
    names = {
        "median_effect": "permutation_p",
        "share_significant": "permutation_p_significant",
        "mean_t": "permutation_p_t",
    }
    row: Any
    for row in test.p_values.itertuples(index=False):
        yield {
            "name": names[str(row.statistic)],
            "value": float(row.p_value),
            "unit": "probability",
            "interval": (float(row.lower), float(row.upper)),
            "n": len(test.permuted),
            "format": ".3f",
            "label": f"Joint test by {row.statistic}, paths exchanged between countries; 95% limits for the number of "
            "permutations, which n counts",
        }
    low, middle, high = (100 * test.permuted["share_positive"].quantile(level) for level in (0.025, 0.5, 0.975))
    yield {"name": "share_positive_permuted", "value": float(middle), "interval": (float(low), float(high)),
           "unit": "% of specifications", "n": len(test.permuted), "format": ".0f",
           "label": "Share above zero with exchanged paths: median and central 95% of the permutations"}  # fmt: skip
    yield {"name": "permuted_specification_count", "value": test.specifications, "unit": "specifications",
           "format": ",", "label": "Specifications of the curve that was permuted"}  # fmt: skip


def _spread_values(estimates: pd.DataFrame) -> Iterator[dict[str, Any]]:
    low, high = estimates["effect"].quantile([0.05, 0.95])
    yield {"name": "effect_spread", "value": float(high - low), "format": ".2f", "n": len(estimates),
           "unit": "standard deviations", "label": "From the 5th to the 95th percentile of the effects"}  # fmt: skip
    for name in ("observations", "countries"):
        for word, value in (("least", estimates[name].min()), ("most", estimates[name].max())):
            unit = "country-years" if name == "observations" else "countries"
            label = f"{word} {unit} of a specification"
            yield {"name": f"{name}_{word}", "value": int(value), "unit": unit, "format": ",", "label": label}
