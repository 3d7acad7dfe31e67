"""Headline values of the notebook `paradox/specification_curve`."""

import pandas as pd

from citizen_security.paradox.specification_curve import readings
from citizen_security.paradox.specification_curve.every_driver import DriverCurve
from citizen_security.paradox.specification_curve.joint_test import PermutationTest
from citizen_security.paradox.specification_curve.multiverse import DRIVERS, REPEATED, Multiverse
from citizen_security.values import Missing, Value
from citizen_security.words import p_in_words

STANDARDIZED = "standard deviations of homicide per standard deviation of the driver, within countries"


def curve_values(found: DriverCurve, multiplier_p: float) -> list[Value]:
    """The median of the effects, how many lie where, and how far they spread.

    Parameters
    ----------
    found : DriverCurve
    multiplier_p : float
        From `joint_test.multiplier_test`.

    Returns
    -------
    list of Value
    """
    curve = found.curve
    estimates, count = curve.estimates, len(curve.estimates)
    return [
        Value(name="specification_count", value=count, unit="specifications", format=",", label="Curve"),
        Value(name="driver_name", value=readings.NAMES[curve.multiverse.driver], label="Whose effect the curve is of"),
        Value(
            name="median_effect",
            value=float(estimates["effect"].median()),
            unit=STANDARDIZED,
            interval=found.interval,
            n=count,
            format=".3f",
            label=f"Median effect; {100 * curve.confidence_level:g}% interval over countries (multiplier bootstrap); n "
            "counts specifications",
        ),
        *_share_values(estimates, curve.confidence_level),
        Value(
            name="multiplier_reading",
            value=p_in_words(multiplier_p),
            label="p-value of the median against all coefficients being zero, in words",
        ),
        Value(
            name="multiplier_p",
            value=multiplier_p,
            unit="probability",
            n=count,
            format=".3f",
            label="p-value of the median against all coefficients being zero: countries' errors redrawn on the whole "
            "curve",
        ),
        *_spread_values(estimates),
        Value(
            name="countries_reading",
            value=readings.countries_reading(curve),
            label="Countries that the specifications stand on",
        ),
    ]


def permutation_values(test: PermutationTest, confidence_level: float) -> list[Value]:
    """What the joint test says of the curve.

    Parameters
    ----------
    test : PermutationTest
    confidence_level : float

    Returns
    -------
    list of Value
    """
    count = len(test.permuted)
    (median,) = test.p_values[test.p_values["statistic"] == "median_effect"].to_dict("records")
    low, middle, high = (100 * float(test.permuted["share_positive"].quantile(at)) for at in (0.025, 0.5, 0.975))
    return [
        Value(
            name="permutation_p",
            value=float(median["p_value"]),
            unit="probability",
            interval=(float(median["lower"]), float(median["upper"])),
            n=count,
            format=".3f",
            label="Joint test by the median effect, paths exchanged between countries; 95% limits for the number of "
            "permutations, which n counts",
        ),
        Value(
            name="test_reading",
            value=readings.test_reading(test, confidence_level),
            label="What the joint test says, by each of its statistics",
        ),
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


def answer_values(found: DriverCurve, confidence_level: float) -> list[Value]:
    """The answer for a reader: how many ways of asking find a rise or a fall, and whether chance would do as much.

    Parameters
    ----------
    found : DriverCurve
    confidence_level : float

    Returns
    -------
    list of Value
    """
    said = readings.answer_sentence(found.curve, found.test, confidence_level)
    return [
        Value(name="answer_sentence", value=said, label="What the ways of asking find, and whether chance would"),
        Value(
            name="medians_sentence",
            value=readings.medians_sentence(found),
            label="Median effect of the specifications tested jointly, and of all",
        ),
    ]


def part_values(multiverse: Multiverse, every: Multiverse) -> list[Value]:
    """How many of the specifications that the choices allow are estimated.

    Parameters
    ----------
    multiverse, every : Multiverse
        What is estimated, and what could be.

    Returns
    -------
    list of Value
    """
    said = readings.part_sentence(len(multiverse.specifications), len(every.specifications))
    return [Value(name="part_sentence", value=said, label="How much of the multiverse is estimated")]


def choice_values(importance: pd.DataFrame, multiverse: Multiverse) -> list[Value]:
    """Which choice moves the answer, and how many combinations were repetitions.

    Parameters
    ----------
    importance : pandas.DataFrame
        From `choice_importance`.
    multiverse : Multiverse

    Returns
    -------
    list of Value
    """
    removed = multiverse.removed.set_index("rule")["specifications"]
    return [
        Value(
            name="choices_sentence",
            value=readings.choices_sentence(importance),
            label="How much of the effects' variance single choices account for",
        ),
        Value(
            name="repeated_count",
            value=int(removed[REPEATED]),
            unit="specifications",
            format=",",
            label="Combinations removed as repetitions",
        ),
    ]


def series_values(
    series: pd.DataFrame, main: pd.DataFrame, driver: str, confidence_level: float
) -> list[Value | Missing]:
    """What each series of the driver gives, that of the missing years of poverty for one.

    Parameters
    ----------
    series, main : pandas.DataFrame
        From `series.by_series` and `series.main_by_series`.
    driver : str
    confidence_level : float

    Returns
    -------
    list of Value or Missing
    """
    if series.empty:
        return [
            Missing(names="series_sentence", reason="no line has every series of the driver"),
            Missing(names="main_series_sentence", reason="no line has every series of the driver"),
        ]
    labelled = main.merge(series[["option", "label"]], on="option")
    found: list[Value | Missing] = [
        Value(
            name="series_sentence",
            value=readings.series_sentence(series, driver, confidence_level),
            label="Median effect with each series of the driver, alike in everything else",
        )
    ]
    if labelled.empty:
        return [*found, Missing(names="main_series_sentence", reason="the main specification is not in this curve")]
    return [
        *found,
        Value(
            name="main_series_sentence",
            value=readings.main_series_sentence(labelled, confidence_level),
            label="The main specification with each series of the driver; CR2 intervals",
        ),
    ]


def interval_values(compared: pd.DataFrame, confidence_level: float) -> list[Value | Missing]:
    """How the curve's intervals compare with those of the rule that the book quotes.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `cautious.compare_errors`.
    confidence_level : float

    Returns
    -------
    list of Value or Missing
    """
    if compared.empty or compared["cautious_half_width"].isna().all():
        return [Missing(names="interval_*", reason="no specification of the sample has an interval of both kinds")]
    return [
        Value(
            name="interval_sentence",
            value=readings.interval_sentence(compared, confidence_level),
            label="How the curve's intervals compare with CR2's",
        ),
    ]


def driver_values(drivers: pd.DataFrame, reasons: dict[str, str], confidence_level: float) -> list[Value | Missing]:
    """Each driver's curve in a few numbers, and what the family of tests says.

    Parameters
    ----------
    drivers : pandas.DataFrame
        From `every_driver.tabulate_drivers`.
    reasons : dict of str to str
        Why a driver has no curve.
    confidence_level : float

    Returns
    -------
    list of Value or Missing
    """
    values: list[Value | Missing] = [
        Value(
            name="drivers_sentence",
            value=readings.drivers_sentence(drivers, reasons, confidence_level),
            label="Joint tests of the drivers' curves, p-values by Holm",
        )
    ]
    for row in drivers.to_dict("records"):
        values += _driver_values({str(name): value for name, value in row.items()}, confidence_level)
    missing = [driver for driver in DRIVERS if driver in reasons]
    return values + [Missing(names=f"{driver}_*", reason=reasons[driver]) for driver in missing]


def _driver_values(row: dict[str, object], confidence_level: float) -> list[Value]:
    driver, count = str(row["driver"]), int(str(row["specifications"]))
    number = {name: float(str(value)) for name, value in row.items() if name != "driver"}
    name, level = readings.NAMES[driver], f"{100 * confidence_level:g}%"
    return [
        Value(
            name=f"{driver}_median_effect",
            value=number["median_effect"],
            interval=(number["lower"], number["upper"]),
            unit=STANDARDIZED,
            n=count,
            format=".3f",
            label=f"Median effect of {name}; {level} interval over countries; n counts specifications",
        ),
        Value(
            name=f"{driver}_share_positive",
            value=number["share_positive"],
            unit="% of specifications",
            n=count,
            format=".0f",
            label=f"Specifications of {name} with an effect above zero",
        ),
        Value(
            name=f"{driver}_permutation_p",
            value=number["permutation_p"],
            interval=(number["permutation_lower"], number["permutation_upper"]),
            unit="probability",
            n=int(number["permutations"]),
            format=".3f",
            label=f"Joint test of the median of {name}, paths exchanged; 95% limits for the number of permutations",
        ),
        Value(
            name=f"{driver}_holm_p",
            value=number["holm_p"],
            unit="probability",
            n=int(number["permutations"]),
            format=".3f",
            label=f"Joint test of the median of {name}, adjusted by Holm's method for the drivers together",
        ),
    ]


def _share_values(estimates: pd.DataFrame, confidence_level: float) -> list[Value]:
    level = f"{100 * confidence_level:g}%"
    significant, positive = estimates["p_value"] < 1 - confidence_level, estimates["effect"] > 0
    shares = {
        "share_positive": (positive, "above zero"),
        "share_significant": (significant, f"whose {level} CRV1 interval leaves out zero"),
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
    return [
        Value(
            name="effect_spread",
            value=float(high - low),
            format=".2f",
            n=len(estimates),
            unit="standard deviations",
            label="From the 5th to the 95th percentile of the effects",
        )
    ]
