"""The curve of every driver, each with its joint test."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from citizen_security.methods.regression.multiplicity import holm
from citizen_security.paradox.specification_curve.fast_fits import Curve, fit_curve
from citizen_security.paradox.specification_curve.joint_test import (
    NotTestable,
    PermutationTest,
    median_interval,
    permutation_test,
)
from citizen_security.paradox.specification_curve.multiverse import (
    DRIVERS,
    Grid,
    Multiverse,
    NoSpecification,
    build_multiverse,
    choices_of,
)
from citizen_security.paradox.specification_curve.parameters import SpecificationCurve
from citizen_security.paradox.specification_curve.permuted_fits import draw_cells
from citizen_security.paradox.specification_curve.thinning import CurveSize, thin_multiverse


@dataclass(frozen=True)
class DriverCurve:
    """A driver's curve, the interval of its median, and its joint test.

    Attributes
    ----------
    curve : Curve
    interval : tuple of float
        Of the median effect.
    test : PermutationTest
    """

    curve: Curve
    interval: tuple[float, float]
    test: PermutationTest


def joint_curve(
    grid: Grid, curve: Curve, multiverse: Multiverse, size: CurveSize, parameters: SpecificationCurve,
    progress: Callable[[int, int], object] | None = None,
) -> DriverCurve:  # fmt: skip
    """Test a fitted curve jointly.

    Parameters
    ----------
    grid : Grid
        On which paths are exchanged: what is imputed in it must come from the paths alone.
    curve : Curve
    multiverse : Multiverse
        From which the part of the joint test is drawn.
    size : CurveSize
    parameters : SpecificationCurve
    progress : callable, optional

    Returns
    -------
    DriverCurve
    """
    test = permutation_test(
        grid, draw_cells(multiverse, size.permuted, parameters.seed), permutations=size.permutations,
        seed=parameters.seed, confidence_level=parameters.confidence_level, progress=progress,
    )  # fmt: skip
    return DriverCurve(curve, median_interval(curve, seed=parameters.seed), test)


def fit_other_drivers(
    grid: Grid, exchanged: Grid, choices: pd.DataFrame, size: CurveSize, parameters: SpecificationCurve
) -> tuple[dict[str, DriverCurve], dict[str, str]]:
    """Curves of the drivers that the parameters do not name, with the options that they share with it.

    Parameters
    ----------
    grid, exchanged : Grid
        For the curves, and for the exchange of paths.
    choices : pandas.DataFrame
        The table `specification_choices`.
    size : CurveSize
    parameters : SpecificationCurve

    Returns
    -------
    curves : dict of str to DriverCurve
    reasons : dict of str to str
        Why a driver has none, as a clause.
    """
    curves, reasons = {}, {}
    for driver in DRIVERS:
        if driver == parameters.driver:
            continue
        try:
            leave_out = _left_out(choices, driver, parameters.leave_out)
            multiverse = build_multiverse(grid, choices, driver, leave_out)
            multiverse = thin_multiverse(multiverse, size.specifications, parameters.seed)
            curve = fit_curve(grid, multiverse, confidence_level=parameters.confidence_level)
            if curve.estimates.empty:
                raise NotTestable("no specification can be estimated")
            curves[driver] = joint_curve(exchanged, curve, multiverse, size, parameters)
        except (NoSpecification, NotTestable) as error:
            reasons[driver] = str(error).rstrip(".")
    return curves, reasons


def tabulate_drivers(curves: dict[str, DriverCurve]) -> pd.DataFrame:
    """One row a driver, in the order of `multiverse.DRIVERS`.

    Parameters
    ----------
    curves : dict of str to DriverCurve

    Returns
    -------
    pandas.DataFrame
        driver, specifications, median_effect, lower, upper, low, high (5th and 95th percentile of the effects),
        share_positive and share_outside (% of specifications above zero, and whose interval leaves out zero),
        permutation_p, permutation_lower, permutation_upper, holm_p (for the drivers of the table together),
        permutations, tested (specifications of the joint test), share_positive_low and share_positive_high (% above
        zero with exchanged paths, central 95%).
    """
    rows = [_row(driver, curves[driver]) for driver in DRIVERS if driver in curves]
    table = pd.DataFrame(rows)
    return table.assign(holm_p=holm(table["permutation_p"]))


def _row(driver: str, found: DriverCurve) -> dict[str, object]:
    estimates, test = found.curve.estimates, found.test
    (median,) = test.p_values[test.p_values["statistic"] == "median_effect"].to_dict("records")
    positive = 100 * test.permuted["share_positive"].quantile([0.025, 0.975])
    return {
        "driver": driver,
        "specifications": len(estimates),
        "median_effect": float(estimates["effect"].median()),
        "lower": found.interval[0],
        "upper": found.interval[1],
        "low": float(estimates["effect"].quantile(0.05)),
        "high": float(estimates["effect"].quantile(0.95)),
        "share_positive": 100 * float((estimates["effect"] > 0).mean()),
        "share_outside": 100 * float((estimates["p_value"] < 1 - found.curve.confidence_level).mean()),
        "permutation_p": float(median["p_value"]),
        "permutation_lower": float(median["lower"]),
        "permutation_upper": float(median["upper"]),
        "permutations": len(test.permuted),
        "tested": test.specifications,
        "share_positive_low": float(positive.iloc[0]),
        "share_positive_high": float(positive.iloc[1]),
    }


def _left_out(choices: pd.DataFrame, driver: str, leave_out: Iterable[str]) -> list[str]:
    """Options to leave out that the driver's curve has; those of another driver's series are not among them."""
    own = choices_of(choices, driver)
    return [name for name in leave_out if name in set(own["choice"] + "=" + own["option"])]
