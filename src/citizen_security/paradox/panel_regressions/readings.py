"""What a run of the panel regressions says, in sentences that follow it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from citizen_security.measures import MEASURES, OUTCOMES, effect_unit, spoken
from citizen_security.methods.regression.multiplicity import holm
from citizen_security.methods.regression.quoted import QUOTED, TRUSTED_DEGREES
from citizen_security.paradox.panel.published import PUBLISHED
from citizen_security.paradox.panel.specification import REFERENCE_INCOME
from citizen_security.paradox.panel_regressions.parameters import PanelRegressions
from citizen_security.paradox.panel_regressions.scales import COUNTS, FIRST, LEVELS, LOG, LONG, RATE, TOO_WIDE, WIDEST
from citizen_security.paradox.parameters import FixedEffects
from citizen_security.words import (
    counted,
    leaves_out_zero,
    listed,
    out_of,
    p_in_words,
    sentences,
    signed,
    with_interval,
)

METHOD_WORDS = {
    "clustered": "the clustered interval",
    "jackknife": "the jackknife's",
    "wild bootstrap": "the wild bootstrap's",
    "Driscoll–Kraay": "Driscoll and Kraay's",
}

# What a run compares, by the fixed effects that are chosen.
HELD_CONSTANT: Mapping[FixedEffects, str] = {
    "two_way": "this run holds constant what is peculiar to a country and what is common to a year: it compares a "
    "country with itself, beyond what moves all countries in a year",
    "country": "this run holds constant what is peculiar to a country, and not what is common to a year: it compares a "
    "country with itself, what moves all countries included",
    "year": "this run holds constant what is common to a year, and not what is peculiar to a country: it compares "
    "countries with each other, too",
    "none": "this run holds neither country nor year constant: it compares countries with each other, and years",
}


def family(coefficients: pd.DataFrame) -> pd.DataFrame:
    """Drivers alone, each a line, with p-values adjusted for their number by Holm's method.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        From `tabulate_coefficients`.

    Returns
    -------
    pandas.DataFrame
        Its rows of one driver alone, with holm_p_value.
    """
    alone = coefficients[
        (coefficients["specification"] == "alone") & (coefficients["regressors"] == coefficients["regressor"])
    ].reset_index(drop=True)
    return alone.assign(holm_p_value=holm(alone["p_value"]))


def all_readings(
    coefficients: pd.DataFrame,
    intervals: pd.DataFrame,
    scales: pd.DataFrame,
    estimators: pd.DataFrame,
    compared: pd.DataFrame,
    parameters: PanelRegressions,
) -> dict[str, str]:
    """Every sentence that the notebook records, by name.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        From `tabulate_coefficients`.
    intervals : pandas.DataFrame
        From `intervals_side_by_side`.
    scales : pandas.DataFrame
        From `compare_scales`.
    estimators : pandas.DataFrame
        From `compare_estimators`, of every driver.
    compared : pandas.DataFrame
        From `compare_with_published`.
    parameters : PanelRegressions

    Returns
    -------
    dict of str
    """
    alone = family(coefficients)
    return {
        "held_constant_sentence": held_constant_sentence(parameters.fixed_effects),
        "answer_sentence": answer_sentence(alone, parameters),
        "percent_sentence": percent_sentence(scales, parameters.confidence_level),
        "family_reading": family_reading(alone),
        "clusters_reading": clusters_reading(alone),
        "rules_sentence": rules_sentence(intervals),
        "intervals_reading": intervals_reading(intervals),
        "scales_reading": scales_reading(scales),
        "differences_reading": differences_reading(scales),
        "published_reading": published_reading(compared, parameters.outcome, estimators),
        "estimators_sentence": estimators_sentence(estimators),
        "together_reading": together_reading(coefficients),
        "drivers_sentence": drivers_sentence(parameters.regressors),
    }


def held_constant_sentence(fixed_effects: FixedEffects) -> str:
    """What the run's fixed effects hold constant, and what is then compared."""
    return sentences([HELD_CONSTANT[fixed_effects]])


def estimators_sentence(estimators: pd.DataFrame) -> str:
    """Which drivers' intervals have too few degrees of freedom, estimator by estimator.

    Parameters
    ----------
    estimators : pandas.DataFrame
        From `compare_estimators`, of every driver.

    Returns
    -------
    str
    """
    doubted = estimators[estimators["degrees_of_freedom"] < TRUSTED_DEGREES]
    if doubted.empty:
        return f"No estimator's interval has fewer than {TRUSTED_DEGREES:g} degrees of freedom."
    by_estimator = doubted.groupby("estimator", sort=False)["regressor"]
    said = [f"{name} ({listed([spoken(regressor) for regressor in drivers])})" for name, drivers in by_estimator]
    return sentences(
        [f"fewer than {TRUSTED_DEGREES:g} degrees of freedom, too few to be trusted, stand behind {listed(said)}"]
    )


def family_reading(alone: pd.DataFrame) -> str:
    """Which drivers' quoted intervals leave out zero, and what is left of it once their number is counted.

    Parameters
    ----------
    alone : pandas.DataFrame
        From `family`.

    Returns
    -------
    str
    """
    return sentences([f"each driver alone, {_about_zero(alone)}", _least(alone), _distrusted(alone)])


def answer_sentence(alone: pd.DataFrame, parameters: PanelRegressions) -> str:
    """The answer for a reader: which drivers move with homicide beyond chance, each alone and as one of several.

    Parameters
    ----------
    alone : pandas.DataFrame
        From `family`.
    parameters : PanelRegressions

    Returns
    -------
    str
    """
    known = alone.dropna(subset=["lower", "upper", "p_value"])
    known = known[known["degrees_of_freedom"] >= TRUSTED_DEGREES]
    unit = OUTCOMES[parameters.outcome].unit
    if known.empty:
        return "No driver's interval can be trusted, so none is said to move with homicide."
    out = known[known["regressor"].isin(_leaving_out(known))]
    sure = out[out["holm_p_value"] < 1 - parameters.confidence_level]
    if out.empty:
        return _none_moves(known, parameters.outcome)
    if sure.empty:
        moves = "moves" if len(out) == 1 else "move"
        drivers = listed([spoken(name) for name in out["regressor"]])
        family = f"looked at as one of {counted(len(alone), 'driver')}, none is told from chance"
        return sentences([f"counted in {unit}, {drivers} {moves} with homicide, each taken alone; {family}"])
    effects = [f"{spoken(row['regressor'])} ({_effect(row, parameters.outcome)})" for _, row in sure.iterrows()]
    moves = "moves" if len(sure) == 1 else "move"
    counting = f", even when {counted(len(alone), 'driver')} are counted" if len(alone) > 1 else ""
    return sentences(
        [f"counted in {unit}, {listed(effects)} {moves} with homicide more than chance explains{counting}"]
    )


def _none_moves(known: pd.DataFrame, outcome: str) -> str:
    closest, several = known.sort_values("p_value").iloc[0], len(known) > 1
    name = spoken(closest["regressor"])
    none = f"none of {counted(len(known), 'driver')} moves" if several else f"{name} does not move"
    return sentences(
        [
            f"counted in {OUTCOMES[outcome].unit}, {none} with homicide so clearly that chance is ruled out",
            f"{f'{name} comes closest' if several else 'The estimate'}: {_effect(closest, outcome)}",
        ]
    )


def percent_sentence(scales: pd.DataFrame, confidence_level: float) -> str:
    """How many drivers' intervals leave out zero in percent of a country's own rate, and how many once corrected.

    Parameters
    ----------
    scales : pandas.DataFrame
        From `compare_scales`.
    confidence_level : float

    Returns
    -------
    str
    """
    rows = scales[(scales["scale"] == LOG) & (scales["form"] == LEVELS)].dropna(subset=["lower", "upper", "p_value"])
    rows = rows[rows["degrees_of_freedom"] >= TRUSTED_DEGREES]
    start = "in percent of a country's own rate"
    if rows.empty:
        return sentences([f"{start} no driver's interval can be trusted"])
    out = _leaving_out(rows)
    if not out:
        return sentences([f"{start} no driver's interval leaves out zero"])
    rows = rows.assign(adjusted=holm(rows["p_value"]))
    kept = rows.loc[rows["regressor"].isin(out) & (rows["adjusted"] < 1 - confidence_level), "regressor"]
    corrected = f"corrected for {counted(len(rows), 'test')}, " + (
        f"{'that' if len(kept) == 1 else 'those'} of {listed([spoken(name) for name in kept])} still "
        f"{'does' if len(kept) == 1 else 'do'}"
        if len(kept)
        else "none does"
    )
    leave = "leaves" if len(out) == 1 else "leave"
    said = f"{start} {out_of(len(out), len(rows), 'intervals', 'interval')} {leave} out zero"
    return sentences([said, corrected] if len(rows) > 1 else [said])


def _effect(row: "pd.Series[Any]", outcome: str) -> str:
    digits = ".2f" if outcome == "rate" else ".3f"
    effect = with_interval(float(row["estimate"]), float(row["lower"]), float(row["upper"]), digits)
    return f"{effect} {effect_unit(outcome, str(row['regressor']))}"


def clusters_reading(alone: pd.DataFrame) -> str:
    """How many countries stand behind the drivers alone, and how many of equal leverage these are worth.

    Parameters
    ----------
    alone : pandas.DataFrame
        From `family`.

    Returns
    -------
    str
    """
    return sentences(
        [
            f"{_from_to(alone['countries'], '.0f')} countries stand behind a driver alone; by their leverage they are "
            f"worth {_from_to(alone['effective_clusters'], '.1f')} countries that weigh alike, and the quoted "
            f"intervals have {_from_to(alone['degrees_of_freedom'], '.1f')} degrees of freedom"
        ]
    )


def intervals_reading(intervals: pd.DataFrame) -> str:
    """Where another kind of interval than the quoted one says otherwise about zero.

    Parameters
    ----------
    intervals : pandas.DataFrame
        From `intervals_side_by_side`.

    Returns
    -------
    str
    """
    found = [_otherwise(str(name), rows) for name, rows in intervals.groupby("regressor", sort=False)]
    said = [sentence for sentence in found if sentence]
    if not said:
        return "Whether zero is left out, every kind of interval says as the quoted one does, for every driver."
    return sentences(said)


def rules_sentence(intervals: pd.DataFrame) -> str:
    """For how many drivers another kind of interval than the quoted one says otherwise about zero.

    Parameters
    ----------
    intervals : pandas.DataFrame
        From `intervals_side_by_side`.

    Returns
    -------
    str
    """
    found = [_otherwise(str(name), rows) for name, rows in intervals.groupby("regressor", sort=False)]
    counts = out_of(sum(map(bool, found)), len(found), "drivers", "driver")
    return sentences([f"another rule for the error says otherwise about zero for {counts}"])


def scales_reading(scales: pd.DataFrame) -> str:
    """Which drivers' intervals leave out zero in levels of rates, of logs and by Poisson, and in changes of rates.

    Parameters
    ----------
    scales : pandas.DataFrame
        From `compare_scales`.

    Returns
    -------
    str
    """
    levels = scales[scales["form"] == LEVELS]
    on = {scale: levels[levels["scale"] == scale] for scale in (RATE, LOG, COUNTS)}
    out = {scale: _leaving_out(rows) for scale, rows in on.items()}
    percents = {row["regressor"]: _percent(row) for _, row in on[LOG].iterrows()}
    only_log = [f"{spoken(name)} ({percents[name]})" for name in out[LOG] if name not in out[RATE]]
    return sentences(
        [
            "in levels of victims per 100,000 " + _left_out_by(out[RATE]),
            "in levels of logs " + _left_out_by(out[LOG]),
            f"what looks like nothing in levels of rates and not of logs: {'; '.join(only_log)}" if only_log else "",
            "in levels of logs " + _least(on[LOG]),
            _distrusted(on[LOG], "in levels of logs "),
            "by Poisson in levels, where populous countries weigh more, " + _left_out_by(out[COUNTS]),
            _distrusted(on[COUNTS], "by Poisson "),
            _rates_in_differences(scales),
        ]
    )


def differences_reading(scales: pd.DataFrame) -> str:
    """Which effects that leave out zero in levels of logs still do in first and long differences, and which only there.

    Parameters
    ----------
    scales : pandas.DataFrame
        From `compare_scales`.

    Returns
    -------
    str
    """
    logs = scales[scales["scale"] == LOG]
    found = _leaving_out(logs[logs["form"] == LEVELS])
    said = [f"in {form} of logs {_kept_and_gone(logs[logs['form'] == form], found)}" for form in (FIRST, LONG)]
    start = "" if found else "no driver's interval leaves out zero in levels of logs"
    return sentences([start, *said, *(_distrusted_form(scales, form) for form in (FIRST, LONG))])


def drivers_sentence(regressors: Sequence[str]) -> str:
    """What is to be known of how the run's drivers were made and how they enter.

    Parameters
    ----------
    regressors : sequence of str

    Returns
    -------
    str
        Of drivers in the run only.
    """
    own = "each driver enters in its own unit"
    income = f"{own}, income as the logarithm of income over {REFERENCE_INCOME:,.0f} dollars"
    slope = "so that next to its square the linear term is the slope at that income"
    whole, per_head = "gdp_growth" in regressors, "gdp_per_capita_growth" in regressors
    told = {
        own: not any(name.startswith("log_gdp_per_capita") for name in regressors),
        income: "log_gdp_per_capita" in regressors and "log_gdp_per_capita_squared" not in regressors,
        f"{income}, {slope}": "log_gdp_per_capita_squared" in regressors,
        "growth is that of the whole economy, as in the published statement; growth per head, of a later release, is "
        "another choice of the parameter regressors": whole and not per_head,
        "growth is per head, of a later release than the growth of the whole economy in the published statement": (
            per_head and not whole
        ),
        "youth unemployment is a modelled estimate of the International Labour Organization, smooth by construction": (
            "unemployment_youth" in regressors
        ),
    }
    return sentences(say for say, holds in told.items() if holds)


def published_reading(compared: pd.DataFrame, outcome: str, estimators: pd.DataFrame) -> str:
    """Which estimators' intervals hold the published value, which leave out zero, and which cannot be had, and why.

    Parameters
    ----------
    compared : pandas.DataFrame
        From `compare_with_published`.
    outcome : str
    estimators : pandas.DataFrame
        regressor, estimator, estimate, problem; from `compare_estimators`.

    Returns
    -------
    str
    """
    if outcome != "rate":
        return "The published numbers are victims per 100,000 and are not compared with log points."
    lost = estimators[estimators["regressor"].isin(PUBLISHED) & estimators["estimate"].isna()]
    if compared.empty and lost.empty:
        names = listed([spoken(name) for name in PUBLISHED], "or")
        return f"No published number is compared, since {names} would have to be a driver."
    held = [_published(str(name), rows) for name, rows in compared.groupby("regressor", sort=False)]
    return sentences([*held, *_without(lost)])


def together_reading(coefficients: pd.DataFrame) -> str:
    """How far the country-years and how far the other drivers move the first driver's effect.

    Parameters
    ----------
    coefficients : pandas.DataFrame
        From `tabulate_coefficients`.

    Returns
    -------
    str
        About the first driver that is a line in every specification.
    """
    together = coefficients[coefficients["specification"] == "all together"]
    drivers = list(together["regressor"])
    lines = [name for name in drivers if "squared" not in name and f"{name}_squared" not in drivers]
    if len(drivers) == 1:
        return "With one driver in the run there is no other to hold constant beside it."
    if not lines:
        return "Income and its square are one curve, and no other driver is in the run to be held constant beside it."
    return _with_and_without(coefficients[coefficients["regressor"] == lines[0]], lines[0])


def _with_and_without(rows: pd.DataFrame, regressor: str) -> str:
    by_name = {row["specification"]: row for _, row in rows.iterrows()}
    alone, shared, together = (by_name[name] for name in ("alone", "alone, shared sample", "all together"))
    digits = ".2f" if together["outcome"] == "rate" else ".3f"
    own, common, beside = (
        with_interval(row["estimate"], row["lower"], row["upper"], digits) for row in (alone, shared, together)
    )
    sample = signed(shared["estimate"] - alone["estimate"], digits)
    controls = signed(together["estimate"] - shared["estimate"], digits)
    return sentences(
        [
            f"on the {int(together['observations']):,} country-years that have every driver, {spoken(regressor)} goes "
            f"with {common} alone and with {beside} beside the others, against {own} on all "
            f"{int(alone['observations']):,} of its own",
            f"the change of country-years moves the estimate by {sample}, what is held constant on them by {controls}",
        ]
    )


def _about_zero(rows: pd.DataFrame) -> str:
    """Whose quoted intervals leave out zero and whose include it."""
    out = _leaving_out(rows)
    inside = [name for name in rows["regressor"] if name not in out]
    if not out or not inside:
        return f"every quoted interval {'leaves out' if out else 'includes'} zero"
    return f"{_leave(out)} out zero and {_include(inside)} it"


def _least(rows: pd.DataFrame) -> str:
    """Whose p-value is the least, and what Holm's method for all of them makes of it."""
    known = rows.assign(adjusted=holm(rows["p_value"])).dropna(subset="p_value").sort_values("p_value")
    if known.empty:
        return "no p-value can be had"
    least, number = known.iloc[0], len(known)
    family = f" ({least['adjusted']:.2f} by Holm's method for {counted(number, 'driver')})" if number > 1 else ""
    return f"the least p-value is that of {spoken(least['regressor'])}, {p_in_words(float(least['p_value']))}{family}"


def _distrusted(rows: pd.DataFrame, where: str = "") -> str:
    """Whose intervals have too few degrees of freedom; empty where none has."""
    doubted = list(rows.loc[rows["degrees_of_freedom"] < TRUSTED_DEGREES, "regressor"])
    if not doubted:
        return ""
    have = "has" if len(doubted) == 1 else "have"
    few = f"fewer than {TRUSTED_DEGREES:g} degrees of freedom"
    return f"{where}{_intervals_of(doubted)} {have} {few} and {'is' if len(doubted) == 1 else 'are'} not to be trusted"


def _otherwise(regressor: str, rows: pd.DataFrame) -> str:
    known = rows.dropna(subset=["lower", "upper"])
    outside = {row["method"]: leaves_out_zero(row["lower"], row["upper"]) for _, row in known.iterrows()}
    if QUOTED not in outside:
        return ""
    own = outside.pop(QUOTED)
    others = [METHOD_WORDS[name] for name, out in outside.items() if out != own]
    if not others:
        return ""
    says = "leaves out zero" if own else "includes zero"
    do = ("include" if own else "leave") + ("s" if len(others) == 1 else "")
    return f"for {spoken(regressor)} the quoted interval {says}; {listed(others)} {do} it{'' if own else ' out'}"


def _leaving_out(rows: pd.DataFrame) -> list[str]:
    known = rows.dropna(subset=["lower", "upper"])
    return [
        row["regressor"] for _, row in known.iterrows() if leaves_out_zero(float(row["lower"]), float(row["upper"]))
    ]


def _left_out_by(names: list[str]) -> str:
    return f"{_leave(names)} out zero" if names else "no interval leaves out zero"


def _kept_and_gone(rows: pd.DataFrame, found: list[str]) -> str:
    """Whose intervals leave out zero as in levels, whose no longer do or cannot be had, and whose do here alone."""
    out, known = _leaving_out(rows), list(rows.dropna(subset=["lower", "upper"])["regressor"])
    kept, new = [name for name in found if name in out], [name for name in out if name not in found]
    gone = [name for name in found if name in known and name not in out]
    lost = [name for name in found if name not in known]
    parts = [
        f"{_leave(kept)} out zero, as in levels" if kept else "",
        f"{_include(gone)} zero, unlike in levels" if gone else "",
        f"{_intervals_of(lost)} cannot be had" if lost else "",
        f"{_leave(new)} out zero, unlike in levels" if new else "",
    ]
    return "; ".join(part for part in parts if part) or "no interval leaves out zero"


def _rates_in_differences(scales: pd.DataFrame) -> str:
    """Whose intervals leave out zero in changes of the rate, over a year or several."""
    rates = scales[scales["scale"] == RATE]
    out = {form: _leaving_out(rates[rates["form"] == form]) for form in (FIRST, LONG)}
    if not any(out.values()):
        return "in differences of victims per 100,000, first or long, no interval leaves out zero"
    return "; ".join(f"in {form} of victims per 100,000 {_left_out_by(names)}" for form, names in out.items())


def _distrusted_form(scales: pd.DataFrame, form: str) -> str:
    """Whose intervals in differences have too few degrees of freedom, once where rates and logs agree."""
    rows = scales[scales["form"] == form]
    said = {scale: _distrusted(rows[rows["scale"] == scale]) for scale in (RATE, LOG)}
    if said[RATE] == said[LOG]:
        return said[RATE] and f"in {form} {said[RATE]}"
    apart = [f"in {form} of {name} {said[scale]}" for scale, name in ((RATE, "rates"), (LOG, "logs")) if said[scale]]
    return "; ".join(apart)


def _leave(names: list[str]) -> str:
    return f"{_intervals_of(names)} leave{'s' if len(names) == 1 else ''}"


def _include(names: list[str]) -> str:
    return f"{_intervals_of(names)} include{'s' if len(names) == 1 else ''}"


def _intervals_of(names: list[str]) -> str:
    return f"the interval{'' if len(names) == 1 else 's'} of {listed([spoken(name) for name in names])}"


def _without(lost: pd.DataFrame) -> list[str]:
    """Which estimators cannot be had for drivers with a published number, and why, a clause a driver and reason."""
    return [
        f"for {spoken(str(name))} {listed(list(rows['estimator']))} cannot be had: {problem}"
        for (name, problem), rows in lost.groupby(["regressor", "problem"], sort=False)
    ]


def _published(regressor: str, rows: pd.DataFrame) -> str:
    value = signed(float(rows["published"].iloc[0]))
    held = list(rows.loc[rows["holds_published"], "estimator"])
    missed = list(rows.loc[~rows["holds_published"], "estimator"])
    zero = list(rows.loc[~rows["holds_zero"], "estimator"])
    start = f"the published {value} for {spoken(regressor)} lies "
    if held and missed:
        where = f"within the intervals of {listed(held)} and outside those of {listed(missed)}"
    else:
        where = f"{'within' if held else 'outside'} the interval of every estimator ({listed(held or missed)})"
    return start + where + "; zero lies " + (f"outside those of {listed(zero)}" if zero else "within all of them")


def _percent(row: "pd.Series[Any]") -> str:
    step = MEASURES[row["regressor"]].step
    value, lower, upper = (float(row[name]) for name in ("percent", "percent_lower", "percent_upper"))
    told = f"{_change(value)}% {step}, {_change(lower)} to {_change(upper)}"
    return told if np.isfinite([value, lower, upper]).all() else f"{told}: {TOO_WIDE}"


def _change(percent: float) -> str:
    """A change in percent with its sign, `over +10,000` where it is beyond what can be told."""
    return f"over +{WIDEST:,.0f}" if percent == np.inf else signed(percent, ".1f")


def _from_to(numbers: "pd.Series[float]", form: str) -> str:
    low, high = f"{numbers.min():{form}}", f"{numbers.max():{form}}"
    return low if low == high else f"{low} to {high}"
