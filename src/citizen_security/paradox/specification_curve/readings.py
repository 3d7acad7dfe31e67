"""What a specification curve found, in sentences that follow the run."""

from typing import TYPE_CHECKING

import pandas as pd

from citizen_security.paradox.specification_curve.fast_fits import Curve
from citizen_security.paradox.specification_curve.joint_test import PermutationTest
from citizen_security.words import (
    compared,
    counted,
    listed,
    p_in_words,
    p_with_limits,
    sentences,
    signed,
    with_interval,
)

if TYPE_CHECKING:
    from citizen_security.paradox.specification_curve.every_driver import DriverCurve

NAMES = {
    "poverty": "poverty",
    "inequality": "inequality",
    "youth_unemployment": "youth unemployment",
    "growth": "growth",
}

STATISTICS = {
    "median_effect": "by the median effect",
    "share_significant": "by the share of intervals that leave out zero on one side",
    "mean_t": "by the mean t statistic",
}

# Widths whose ratio is this near to one are alike.
ALIKE = 0.02


def test_reading(test: PermutationTest, confidence_level: float) -> str:
    """What the joint test says of the curve, statistic by statistic.

    Parameters
    ----------
    test : PermutationTest
    confidence_level : float
        A curve whose p-value is at most one minus this is told from those of exchanged paths.

    Returns
    -------
    str
    """
    p_values = dict(zip(test.p_values["statistic"], test.p_values["p_value"].astype(float), strict=True))
    told = [words for name, words in STATISTICS.items() if p_values[name] <= 1 - confidence_level]
    numbers = [f"{words} {p_in_words(p_values[name])}" for name, words in STATISTICS.items()]
    level = f"at the {100 * (1 - confidence_level):.3g}% level"
    if impossible := _never_told(len(test.permuted), confidence_level):
        verdict = impossible
    elif len(told) == len(STATISTICS):
        verdict = f"{level} the curve is told from curves of exchanged paths by each statistic"
    elif told:
        verdict = f"{level} the curve is told from curves of exchanged paths {listed(told)}, and not by the rest"
    else:
        verdict = f"{level} the curve is not told from curves of exchanged paths by any statistic"
    return sentences([listed(numbers), verdict])


def _never_told(exchanges: int, confidence_level: float) -> str:
    """That no curve could be told at this level by so few exchanges; empty where one could."""
    least, level = 1 / (exchanges + 1), 1 - confidence_level
    if least <= level + 1e-12:
        return ""
    return (
        f"with {counted(exchanges, 'exchange')} no p-value can be below {least:.3g}, so that none could tell the curve "
        f"from curves of exchanged paths at the {100 * level:.3g}% level"
    )


def part_sentence(estimated: int, allowed: int) -> str:
    """How many of the specifications that the choices allow are estimated."""
    if estimated == allowed:
        return sentences([f"the choices allow {counted(allowed, 'specification')}, and each is estimated"])
    return sentences(
        [f"of {allowed:,} specifications that the choices allow, a random part of {estimated:,} is estimated"]
    )


def series_sentence(series: pd.DataFrame, driver: str, confidence_level: float) -> str:
    """Median effect with each series of the driver, and whether its sign hangs on the series.

    Parameters
    ----------
    series : pandas.DataFrame
        From `series.by_series`; at least one row.
    driver : str
    confidence_level : float

    Returns
    -------
    str
    """
    found = [
        f"{row['label']} {with_interval(row['median_effect'], row['lower'], row['upper'], '.3f')}, "
        f"{row['share_positive']:.0f}% of effects above zero"
        for _, row in series.iterrows()
    ]
    opening = f"the median effect of {NAMES[driver]} by series, with {100 * confidence_level:g}% intervals: "
    return sentences([opening + "; ".join(found), _signs(series, "median_effect", "median")])


def main_series_sentence(main: pd.DataFrame, confidence_level: float) -> str:
    """The main specification with each series of the driver, and whether its sign hangs on the series.

    Parameters
    ----------
    main : pandas.DataFrame
        From `series.main_by_series`, with the options' label; at least one row.
    confidence_level : float

    Returns
    -------
    str
    """
    found = [
        f"{row['label']} {with_interval(row['estimate'], row['estimate_lower'], row['estimate_upper'])}, "
        f"{counted(row['main_observations'], 'country-year')} of "
        f"{counted(row['main_countries'], 'country', 'countries')}"
        for _, row in main.iterrows()
    ]
    opening = (
        "the main specification, fitted by itself beside the curve, in homicides per 100,000 for each unit of the "
        "driver, with "
        f"{100 * confidence_level:g}% intervals by CR2: "
    )
    return sentences([opening + "; ".join(found), _signs(main, "estimate", "estimate")])


def _signs(table: pd.DataFrame, column: str, what: str) -> str:
    positive = table[column] > 0
    if len(table) == 1:
        return "there is one series"
    if positive.nunique() == 1:
        return f"the {what} lies {'above' if positive.iloc[0] else 'below'} zero with each of them"
    above, below = list(table.loc[positive, "label"]), list(table.loc[~positive, "label"])
    return f"the sign of the {what} hangs on the series: above zero with {listed(above)}, not with {listed(below)}"


def interval_sentence(sample: pd.DataFrame, confidence_level: float) -> str:
    """How wide CR2 makes the intervals of a sample of the curve, and how many of both kinds leave out zero.

    Parameters
    ----------
    sample : pandas.DataFrame
        From `cautious.compare_errors`; at least one row.
    confidence_level : float

    Returns
    -------
    str
    """
    both = sample[sample["cautious_half_width"].notna()]
    alone = len(sample) - len(both)
    ratio = float((both["cautious_half_width"] / both["half_width"]).median())
    width = compared(
        ratio, 1.0, tolerance=ALIKE, larger=f"{ratio:.2f} times as wide as the curve's", alike="as wide as the curve's",
        smaller=f"{ratio:.2f} times as wide as the curve's, so narrower",
    )  # fmt: skip
    usual, cautious = int(both["outside"].sum()), int(both["cautious_outside"].sum())
    return sentences(
        [
            f"of {counted(len(both), 'specification')} drawn at random the {100 * confidence_level:g}% intervals "
            f"by CR2 are at the median {width}",
            f"the number of intervals that leave out zero is {usual} by CRV1 and {cautious} by CR2",
            f"for {counted(alone, 'specification')} more one country all but determines the estimate: CR2 gives none"
            if alone
            else "",
        ]
    )


def countries_reading(curve: Curve) -> str:
    """How many countries the specifications of a curve stand on, as a clause."""
    fewest, most = int(curve.estimates["countries"].min()), int(curve.estimates["countries"].max())
    if fewest == most:
        return f"every specification has {counted(fewest, 'country', 'countries')}"
    return f"specifications have {fewest} to {most} countries"


def choices_sentence(importance: pd.DataFrame) -> str:
    """Which choice accounts for the largest share of the variance by itself, and what lies in combinations.

    Parameters
    ----------
    importance : pandas.DataFrame
        From `importance.choice_importance`.

    Returns
    -------
    str
    """
    together = 100 * float(importance["share_of_variance"].iloc[-1])
    if len(importance) == 1:
        return "No choice has more than one option here, so none moves the answer."
    first = importance.iloc[0]
    name = str(first["choice"]).replace("_", " ")
    return sentences(
        [
            f"the choice that accounts for the largest share of the effects' variance by itself is {name}, "
            f"{100 * float(first['share_of_variance']):.0f}%",
            f"{together:.0f}% lies in combinations of choices",
        ]
    )


def answer_sentence(curve: Curve, test: PermutationTest, confidence_level: float) -> str:
    """How many specifications find that homicide rises with the driver, and whether exchanged paths find as much.

    Parameters
    ----------
    curve : Curve
    test : PermutationTest
    confidence_level : float

    Returns
    -------
    str
    """
    effects = curve.estimates["effect"]
    rising, driver = float((effects > 0).mean()), NAMES[curve.multiverse.driver]
    median = test.p_values.set_index("statistic").loc["median_effect"]
    impossible = _never_told(len(test.permuted), confidence_level)
    all_of_them = test.specifications >= len(effects)
    who = "they" if all_of_them else f"{test.specifications:,} drawn from them"
    differ = "differ from" if median["p_value"] <= 1 - confidence_level else "are not told from"
    limits = p_with_limits(*median[["p_value", "lower", "upper"]])
    chance = f"taken together {who} {differ} what chance would draw ({limits})"
    return sentences(
        [
            f"of {len(effects):,} defensible ways to ask, {100 * rising:.0f}% find that homicide rises with {driver} "
            f"and {100 * (1 - rising):.0f}% that it falls",
            impossible or chance,
        ]
    )


def medians_sentence(found: "DriverCurve") -> str:
    """That the tested part of a curve has a median of its own; empty where the whole curve was tested.

    Parameters
    ----------
    found : DriverCurve

    Returns
    -------
    str
    """
    whole, tested = float(found.curve.estimates["effect"].median()), found.test.observed["median_effect"]
    if found.test.specifications >= len(found.curve.estimates):
        return "The whole curve is tested."
    return sentences(
        [
            f"to draw every curve again would take too long, so {found.test.specifications:,} ways from all over it "
            f"are tested: their median effect is {signed(tested, '.3f')}, that of all ways {signed(whole, '.3f')}"
        ]
    )


def drivers_sentence(drivers: pd.DataFrame, reasons: dict[str, str], confidence_level: float) -> str:
    """Which drivers' curves the joint tests tell from curves of exchanged paths, alone and as a family.

    Parameters
    ----------
    drivers : pandas.DataFrame
        From `every_driver.tabulate_drivers`.
    reasons : dict of str to str
        Why a driver has no curve.
    confidence_level : float

    Returns
    -------
    str
    """
    impossible = _never_told(int(drivers["permutations"].max()), confidence_level)
    alone = _told(drivers, drivers["permutation_p"], confidence_level)
    family = _told(drivers, drivers["holm_p"], confidence_level)
    level = f"at the {100 * (1 - confidence_level):.3g}% level"
    return sentences(
        [
            *(
                [impossible]
                if impossible
                else [
                    f"taken alone, {alone} from those of exchanged paths {level}",
                    f"corrected for {counted(len(drivers), 'driver')}, {family}",
                ]
            ),
            *(f"{NAMES[driver]} has no curve: {reason}" for driver, reason in reasons.items()),
        ]
    )


def _told(drivers: pd.DataFrame, p_values: "pd.Series[float]", confidence_level: float) -> str:
    """Which drivers' curves a test tells from those of exchanged paths, with the verb."""
    names = [NAMES[driver] for driver in drivers.loc[p_values <= 1 - confidence_level, "driver"]]
    if not names:
        return "no curve differs"
    return f"{'the curve' if len(names) == 1 else 'the curves'} of {listed(names)} differ{'s' * (len(names) == 1)}"
