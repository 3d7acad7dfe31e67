"""Whether the figures of a row of the table of effects can be: each alone, and all that say the same thing together."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from scipy.stats import norm, t

from citizen_security.evidence.studies.metrics import (
    MEAN_DIFFERENCES,
    MEASURES,
    NO_COMMON_SCALE,
    PERCENTS,
    RATIOS,
    half_unit,
    halves_blur,
    on_scale,
    slope,
)
from citizen_security.evidence.studies.row_findings import Finding, Row, number
from citizen_security.methods.meta_analysis.effect_sizes import log_odds_ratio, size_from_interval

CONTRADICTION = "error, interval and p value"
SHARE = "share or percentage"
LOPSIDED = "asymmetric interval"
LEVEL = "interval without a level"
SIZE = "size of the effect"
SAMPLE = "error and sample"
COUNTS = "counts and sample"
COUNTS_ERROR = "error and counts"
COUNTS_ESTIMATE = "estimate and counts"
CERTAIN = "p value of one"

FIGURES = (
    "estimate",
    "confidence_low",
    "confidence_high",
    "confidence_level",
    "standard_error",
    "p_value",
    "effect_size",
    "effect_size_standard_error",
)

# Log odds ratios are kept with six decimals.
PRINTED = 2e-6
# An effect size is no further from the transform of its estimate than this, however few its digits.
OF_TRANSFORM = 1e-3
# By so much an error may differ from the one that follows, as the table's own derivations do in their last digit.
OF_ERROR = 0.01
# So many errors apart a ratio and that of its counts are of different counts, whatever it was adjusted for.
SURE = 1.96
# A log odds ratio as a difference in standard deviations of a logistic distribution (Chinn 2000).
DIFFERENCE_OF_ODDS = math.sqrt(3) / math.pi
# An exact interval of an odds ratio is longer than the one of its log, by less than this unless cells are few.
ERROR_OF_COUNTS = 0.25

# With few clusters t is used, whose quantiles are longer than normal ones: at 95% 2.57 for 1.96, at 99% 4.03 for 2.58.
# Nobody has fewer degrees of freedom than these and calls it an estimate with an error.
FEWEST_DEGREES = 5
# An interval shorter than its error allows has no such reason; resampling may make it somewhat shorter.
SHORTER = 0.8
BEYOND_ROUNDING = 1.02
# What another test, as a permutation or a likelihood ratio, can make of a z, beside t: so much, and so much of it more.
OF_Z = (0.25, 0.25)
OF_Z_ROUNDED = (0.02, 0.02)

LOWEST_LEVEL = 50
# Halves of an interval that differ by more than this share of their mean, beyond rounding.
ASYMMETRY = 0.05
IMPLAUSIBLE = 3.0
IMPOSSIBLE = 10.0
# No programme makes crime so many times as frequent, and few make its odds: 15 is 15 % more often than 15 times.
MANY_TIMES = {"rate_ratio": 5.0, "odds_ratio": 10.0}
# An error on the scale of pooling beyond which an interval of a ratio spans a factor of 2,500, and beyond which no
# study has one.
WIDE, IMPOSSIBLY_WIDE = 2.0, 10.0
# An estimate so many of its own errors from none is a figure in another unit.
PRECISE, IMPOSSIBLY_PRECISE = 20.0, 50.0
# The least error of a sample, split in two halves and without a residual, and by how much less may have a reason.
LESS_THAN_SAMPLE, FAR_LESS_THAN_SAMPLE = 0.97, 0.7

_COUNTS_SAID = re.compile(r"\bcounts?\b")
_PAIR = re.compile(r"(-?\d[\d.,]*)/(-?\d[\d.,]*)")
_EVENTS_AND_OTHERS = "rec/non"
_PEOPLE = re.compile(r"^(?:n ?= ?)?(\d{1,3}(?:,\d{3})+|\d+)$", re.IGNORECASE)


def figure_findings(row: Row) -> Iterator[Finding]:
    """What is wrong or doubtful in the figures of one effect.

    Parameters
    ----------
    row : Row
        Of the table of effects.

    Yields
    ------
    Finding
    """
    endless = [column for column in FIGURES if row.is_endless(column)]
    for column in endless:
        advice = "write the figure that was printed, in digits, or leave the cell empty"
        yield row.error("no number", column, f"{row.text(column)!r} is none", "a finite number", advice)
    read = replace(row, unread=row.unread.union(endless))
    # What follows from a figure that was not read is no second fault.
    yield from (it for it in _of_figures(read) if read.unread.isdisjoint(it.columns))


def _of_figures(row: Row) -> Iterator[Finding]:
    metric = row.text("metric")
    if metric not in (*MEASURES, *NO_COMMON_SCALE):
        known = (*MEASURES, *NO_COMMON_SCALE)
        yield row.unknown("unknown metric", "metric", "metric", metric, known, "write one of them")
        return
    faults = [*_of_estimate(row), *_of_interval(row), *_of_error(row), *_of_p_value(row)]
    faults = [it for it in faults if row.unread.isdisjoint(it.columns)]
    yield from faults
    yield from _of_counts(row)
    # What is compared has to be there: a fault of one figure is not said again by every comparison.
    if not any(fault.is_error for fault in faults):
        figures = Figures.of(row)
        yield from _of_transform(row, figures)
        yield from _of_level(row)
        if figures.estimate is not None:
            yield from _of_agreement(row, figures)
            yield from _of_symmetry(row, figures)
            yield from _of_size(row, figures)
            yield from _of_sample(row, figures)


@dataclass(frozen=True)
class Figures:
    """The figures of a row, each of them None where it is missing.

    Attributes
    ----------
    metric : str
    estimate, low, high, level, error, p_value : float or None
        As printed; the level in per cent.
    is_bound : bool
        Whether p is only said to lie below the figure.
    """

    metric: str
    estimate: float | None
    low: float | None
    high: float | None
    level: float | None
    error: float | None
    p_value: float | None
    is_bound: bool

    @classmethod
    def of(cls, row: Row) -> "Figures":
        """Those of a row."""
        names = ("estimate", "confidence_low", "confidence_high", "confidence_level", "standard_error", "p_value")
        estimate, low, high, level, error, p_value = map(row.number, names)
        is_bound = row.text("p_value_relation") == "below"
        return cls(row.text("metric"), estimate, low, high, level, error, p_value, is_bound)

    @property
    def interval(self) -> tuple[float, float, float] | None:
        """Bounds and level of a confidence interval."""
        if self.low is None or self.high is None or self.level is None:
            return None
        return self.low, self.high, self.level

    @property
    def has_logarithm(self) -> bool:
        """Whether every figure has a place on the scale of pooling."""
        figures = [value for value in (self.estimate, self.low, self.high) if value is not None]
        if self.metric in RATIOS:
            return all(value > 0 for value in figures)
        return self.metric not in PERCENTS or all(value > -100 for value in figures)


# --- each figure alone ------------------------------------------------------------------------------------------------


def _of_estimate(row: Row) -> Iterator[Finding]:
    metric, estimate = row.text("metric"), row.number("estimate")
    if estimate is None:
        if metric != "direction":
            advice = "give it, or the metric direction"
            yield row.error(
                "no estimate", "estimate", f"there is no estimate on the metric {metric}", "a number", advice
            )
        return
    if metric == "direction":
        given = f"the metric is direction and the estimate {number(estimate)}"
        yield row.error(
            "no estimate", "estimate", given, "a direction has no figure", "give the metric of the estimate"
        )
    columns = ("estimate", "confidence_low", "confidence_high")
    figures = {column: value for column in columns if (value := row.number(column)) is not None}
    worst, least = min(figures.items(), key=lambda item: item[1])
    if metric in RATIOS and least <= 0:
        said = f"a ratio is {number(least)}"
        advice = "write it as a ratio, such as 0.8 for 20% less, or give the metric percent_change"
        yield row.error(SHARE, worst, said, "a ratio is above 0", advice)
    said = f"a change is {number(least)} %"
    if metric in (*PERCENTS, "percent_change_bound") and least < -100:
        yield row.error(SHARE, worst, said, "nothing falls by more than 100 %", "write it as printed, in per cent")
    elif metric in PERCENTS and least == -100 < estimate and row.number("confidence_level") is not None:
        # An estimate of nothing left is said to be unusable on the page; the interval of another gives its error.
        advice = "give more digits, or leave the interval out and give the standard error or the p-value"
        yield row.error(SHARE, worst, said, "above −100 %: what leaves nothing has no logarithm", advice)
    yield from _of_magnitude(row, metric, estimate)


def _of_magnitude(row: Row, metric: str, estimate: float) -> Iterator[Finding]:
    """Figures so large that they are in per cent, or so small that they are no percentage."""
    size = abs(estimate)
    if metric == "rate_ratio" and estimate > math.exp(IMPLAUSIBLE):
        given = f"a rate ratio is {number(estimate)}"
        yield row.error(SHARE, "estimate", given, f"at most {math.exp(IMPLAUSIBLE):.0f}", _as_ratio(estimate))
    elif metric in RATIOS and MANY_TIMES[metric] < estimate <= math.exp(IMPLAUSIBLE):
        given = f"the {metric} is {number(estimate)}"
        yield row.doubt(SHARE, "estimate", given, f"few are beyond {MANY_TIMES[metric]:g}", _as_ratio(estimate))
    elif metric in PERCENTS and estimate > 100 * (MANY_TIMES["rate_ratio"] - 1):
        given = f"a change of {number(estimate)} %"
        advice = f"write {number(estimate - 100)} if {number(estimate)} % of what was expected is meant"
        yield row.doubt(SHARE, "estimate", given, f"few are beyond {100 * (MANY_TIMES['rate_ratio'] - 1):g}", advice)
    elif metric in (*MEAN_DIFFERENCES, "log_odds_ratio") and size > IMPOSSIBLE:
        given = f"the {metric} is {number(estimate)}"
        yield row.error(
            SHARE, "estimate", given, f"at most {IMPOSSIBLE:g} either way", "write it in units of the metric"
        )
    elif metric == "percentage_points" and size > 100:
        given = f"a difference of {number(estimate)} percentage points"
        yield row.error(SHARE, "estimate", given, "at most 100 either way", "give the metric of the estimate")
    elif metric in (*PERCENTS, "percentage_points") and 0 < size < 1:
        given = f"{number(estimate)} is less than one per cent"
        advice = f"write {number(100 * estimate)} if the share is meant"
        yield row.doubt(SHARE, "estimate", given, "per cent, such as −31 for 31% less", advice)


def _as_ratio(estimate: float) -> str:
    """What to do with a ratio that looks like one, or a change, in per cent."""
    return f"write {number(estimate / 100)} if {number(estimate)} % is meant, or give the metric percent_change"


def _of_interval(row: Row) -> Iterator[Finding]:
    estimate, low, high, level = (
        row.number(name) for name in ("estimate", "confidence_low", "confidence_high", "confidence_level")
    )
    bounds = ("confidence_low", "confidence_high")
    if (low is None) != (high is None):
        yield row.error("interval", bounds, "there is one bound of an interval", "two bounds or none", "give both")
    elif low is not None and high is not None:
        outside = estimate is not None and not low <= estimate <= high
        if low >= high:
            given = f"the interval runs from {number(low)} to {number(high)}"
            yield row.error("interval", bounds, given, "the lower bound is below the upper", "write them as printed")
        elif outside and estimate is not None and (row.text("metric") not in RATIOS or low > 0):
            given = (
                f"the interval from {number(low)} to {number(high)} does not contain the estimate {number(estimate)}"
            )
            yield row.error("interval", bounds, given, "an interval contains it", _unit_of(row, estimate, low, high))
    elif level is not None:
        given = f"there is a level of {number(level)} % and no interval"
        yield row.error(
            "interval", ("confidence_level", *bounds), given, "a level belongs to an interval", "give the two bounds"
        )
    if level is not None and not LOWEST_LEVEL <= level < 100:
        advice = f"write {number(100 * level)}" if 0 < level < 1 else "write it as printed, in per cent"
        allowed = f"from {LOWEST_LEVEL} to below 100"
        yield row.error(SHARE, "confidence_level", f"the level is {number(level)} %", allowed, advice)


def _unit_of(row: Row, estimate: float, low: float, high: float) -> str:
    """What to do where the bounds fit the estimate once they are read in another unit."""
    readings = {
        "the bounds look like per cent: write them as ratios": (low / 100, high / 100),
        "the bounds look like changes in per cent: write them as ratios": (1 + low / 100, 1 + high / 100),
        "the bounds look like shares: write them in per cent": (100 * low, 100 * high),
    }
    fits = [advice for advice, (lower, upper) in readings.items() if lower <= estimate <= upper]
    is_percent = row.text("metric") not in RATIOS
    fits = [advice for advice in fits if advice.endswith("per cent") == is_percent]
    return fits[0] if fits else "write all three as printed"


def _of_error(row: Row) -> Iterator[Finding]:
    for column in ("standard_error", "effect_size_standard_error"):
        error = row.number(column)
        if error is not None and not error > 0:
            given = f"a standard error is {number(error)}"
            yield row.error("no error", column, given, "it is above 0", "write it as printed, or leave it blank")


def _of_p_value(row: Row) -> Iterator[Finding]:
    p_value, relation = row.number("p_value"), row.text("p_value_relation")
    if p_value is None:
        return
    given = f"a p-value is {number(p_value)}"
    if not 0 < p_value <= 1:
        advice = (
            f"write {number(p_value / 100)} if {number(p_value)} % is meant"
            if 1 < p_value <= 100
            else "write the bound that was printed, such as 0.001, with the relation below"
        )
        yield row.error("p value", "p_value", given, "above 0 and at most 1", advice)
    elif p_value == 1 and relation == "below":
        yield row.error("p value", "p_value", f"{given} or less", "a bound below 1", "leave it blank: it says nothing")
    elif p_value == 1 and _effect(row):
        advice = "look whether a rounded 1.00 was printed; no error can follow from it"
        yield row.doubt(CERTAIN, "p_value", f"{given} of an estimate that is not none", "below 1", advice)


def _effect(row: Row) -> float | None:
    """The estimate on the scale of pooling; None where it has no place there."""
    figures = Figures.of(row)
    if figures.estimate is None or not figures.has_logarithm:
        return None
    return on_scale(figures.metric, figures.estimate)


# --- counts of a derivation -------------------------------------------------------------------------------------------


def _of_counts(row: Row) -> Iterator[Finding]:
    """Whether the counts of a derivation can be, and give the log odds ratio of the row."""
    derivation = row.text("derivation")
    pairs = _PAIR.findall(derivation)
    # What would be pooled as counts is looked at whatever it is called.
    if not pairs or not (_COUNTS_SAID.search(derivation) or _EVENTS_AND_OTHERS in derivation):
        return
    text = " and ".join("/".join(pair) for pair in pairs)
    figures = [figure.rstrip(".,").replace(",", "") for pair in pairs for figure in pair]
    if len(pairs) != 2 or not all(re.fullmatch(r"-?\d+(\.0+)?", figure) for figure in figures):
        allowed = "two pairs of whole numbers, such as 10/19 and 23/29"
        yield row.error("counts", "derivation", f"the counts are {text}", allowed, "write the table as printed")
        return
    treated, treated_others, control, control_others = (int(float(figure)) for figure in figures)
    if _EVENTS_AND_OTHERS not in derivation:
        if treated > treated_others or control > control_others:
            allowed = "no more events than persons in a group"
            yield row.error("counts", "derivation", f"the counts are {text}", allowed, "write events/all as printed")
            return
        treated_others, control_others = treated_others - treated, control_others - control
    cells = (treated, treated_others, control, control_others)
    if min(cells) <= 0:
        given = f"a cell of the counts is {number(min(cells))}"
        advice = "leave the derivation out, or give the metric and the published figures"
        yield row.error("counts", "derivation", given, "every cell is above 0", advice)
        return
    yield from _of_cells(row, cells)


def _of_cells(row: Row, cells: tuple[int, int, int, int]) -> Iterator[Finding]:
    estimate, error = row.number("estimate"), row.number("standard_error")
    computed = log_odds_ratio(*cells)
    pairs = ((computed.effect, estimate), (computed.standard_error, error))
    differ = any(printed is not None and abs(ours - printed) > PRINTED for ours, printed in pairs)
    if row.text("metric") == "log_odds_ratio" and differ and row.unread.isdisjoint(("estimate", "standard_error")):
        said = " with ".join("none" if it is None else number(it) for it in (estimate, error))
        allowed = f"the counts give {number(computed.effect)} with error {number(computed.standard_error)}"
        yield row.error(
            "counts", ("derivation", "estimate"), f"the row says {said}", allowed, "correct counts or figures"
        )
    yield from _of_odds_ratio(row, cells)
    yield from _beside_counts(row, cells)
    people = _people(row)
    if people is not None and people != sum(cells):
        given = f"the counts are of {sum(cells)} and the sample is {number(people)}"
        yield row.doubt(COUNTS, "sample_size_text", given, "one number", "say in the answers who was left out")


def _of_odds_ratio(row: Row, cells: tuple[int, int, int, int]) -> Iterator[Finding]:
    """Whether an odds ratio is that of its counts, since both are pooled."""
    figures, computed = Figures.of(row), log_odds_ratio(*cells)
    if figures.metric != "odds_ratio" or figures.estimate is None or not figures.has_logarithm:
        return
    span = _span(figures, figures.estimate, logs=True)
    if not span.low - PRINTED <= computed.effect <= span.high + PRINTED:
        given = f"the odds ratio is {number(figures.estimate)}"
        allowed = f"the counts give {number(math.exp(computed.effect))}"
        advice = "correct counts or figures; leave counts out of the derivation of a ratio that was adjusted"
        yield row.error("counts", ("derivation", "estimate"), given, allowed, advice)
        return
    error, source = expected_error(figures, math.log(figures.estimate))
    if error and not 1 - ERROR_OF_COUNTS <= error / computed.standard_error <= 1 + ERROR_OF_COUNTS:
        given = f"the {source} gives the error {number(error)} of the log odds ratio"
        allowed = f"the counts give {number(computed.standard_error)}"
        advice = "look whether the counts are of persons, and whether places were drawn"
        yield row.doubt(COUNTS_ERROR, ("derivation", _COLUMN_OF[source]), given, allowed, advice)


def _beside_counts(row: Row, cells: tuple[int, int, int, int]) -> Iterator[Finding]:
    """Whether a figure of another metric can be of the counts: near their ratio of risks, or difference of logits."""
    figures, effect = Figures.of(row), _effect(row)
    if effect is None or figures.metric not in MEASURES or figures.metric in ("log_odds_ratio", "odds_ratio"):
        return
    if figures.metric in MEAN_DIFFERENCES:
        odds = log_odds_ratio(*cells)
        computed, error = odds.effect * DIFFERENCE_OF_ODDS, odds.standard_error * DIFFERENCE_OF_ODDS
        told = f"a difference of about {number(round(computed, 2))}"
    else:
        treated, treated_others, control, control_others = cells
        risks = treated / (treated + treated_others), control / (control + control_others)
        computed = math.log(risks[0] / risks[1])
        error = math.sqrt((1 - risks[0]) / treated + (1 - risks[1]) / control)
        told = f"the ratio of risks {number(round(risks[0] / risks[1], 2))}"
    if abs(effect - computed) > SURE * error:
        given = f"the {figures.metric} is {number(figures.estimate or 0.0)}"
        advice = "correct counts or figure, or say in the answers what was adjusted"
        yield row.doubt(COUNTS_ESTIMATE, ("derivation", "estimate"), given, f"the counts give {told}", advice)


def _people(row: Row) -> float | None:
    """Size of a sample where it is printed as a number alone; words may count places."""
    match = _PEOPLE.match(row.text("sample_size_text"))
    return float(match[1].replace(",", "")) if match else None


# --- figures that say the same thing ----------------------------------------------------------------------------------


def _of_transform(row: Row, figures: Figures) -> Iterator[Finding]:
    """Whether effect_size and its error are what the printed figures give on the scale of pooling."""
    size, size_error = row.number("effect_size"), row.number("effect_size_standard_error")
    effect = _effect(row)
    if size is not None and figures.metric not in MEASURES:
        given = f"there is an effect size, and the metric is {figures.metric}"
        yield row.error("effect size", "effect_size", given, "blank, since no scale is common to it", "leave it blank")
    elif size is not None and effect is not None:
        tolerance = min(OF_TRANSFORM, half_unit(size) + PRINTED)
        if abs(size - effect) > tolerance:
            given = f"{number(size)} for the {figures.metric} {number(figures.estimate or 0.0)}"
            allowed = f"{_rule(figures.metric)} is {number(effect)}"
            advice = _reread(figures, size)
            yield row.error("effect size", ("effect_size", "estimate"), given, allowed, advice)
            if advice != CORRECT_ONE:
                # In the other unit the error may well be right.
                return
    if size_error is not None and figures.metric in MEASURES and effect is not None:
        yield from _of_transformed_error(row, figures, effect, size_error)


def _rule(metric: str) -> str:
    if metric in RATIOS:
        return "its logarithm"
    return "log(1 + per cent/100)" if metric in PERCENTS else "the estimate itself"


def _reread(figures: Figures, size: float) -> str:
    """What to do; where a share was typed for a percentage, just that."""
    estimate = figures.estimate or 0.0
    if figures.metric in PERCENTS and estimate > -1 and abs(size - math.log1p(estimate)) <= OF_TRANSFORM:
        return f"write the change in per cent, {number(100 * estimate)}, and its interval too"
    if figures.metric in RATIOS and abs(size - math.log(estimate / 100)) <= OF_TRANSFORM:
        return f"write the ratio, {number(estimate / 100)}, and its interval too"
    return CORRECT_ONE


CORRECT_ONE = "correct the one that is wrong, or leave effect_size blank"


def _of_transformed_error(row: Row, figures: Figures, effect: float, given: float) -> Iterator[Finding]:
    if not row.unread.isdisjoint(_SOURCES):
        # Which of them says most is not known.
        return
    expected, source = expected_error(figures, effect)
    column = "effect_size_standard_error"
    if expected is None:
        said = f"an error of {number(given)} without standard error, interval and p-value"
        yield row.error(
            "effect size", column, said, "an error follows from one of them", "give it, or leave this blank"
        )
    elif abs(given - expected) > max(OF_ERROR * expected, PRINTED):
        advice = "correct the one that is wrong, or leave this blank"
        allowed = f"the {source} gives {number(expected)}"
        said = f"an error of {number(given)}"
        yield row.error("effect size", (column, _COLUMN_OF[source]), said, allowed, advice)


# What an error may follow from.
_SOURCES = ("confidence_low", "confidence_high", "confidence_level", "standard_error", "p_value")
_COLUMN_OF = {"interval": "confidence_level", "standard error": "standard_error", "p-value": "p_value"}


def expected_error(figures: Figures, effect: float) -> tuple[float | None, str]:
    """Error on the scale of pooling that follows from what was printed, in the order of what says most.

    Parameters
    ----------
    figures : Figures
        All of them with a place on that scale.
    effect : float
        The estimate there.

    Returns
    -------
    error : float or None
        None where nothing gives one.
    source : str
        What it follows from.
    """
    if figures.interval:
        low, high, level = figures.interval
        width = on_scale(figures.metric, high) - on_scale(figures.metric, low)
        return width / (2 * _quantile(level)), "interval"
    if figures.error is not None and figures.estimate is not None:
        return figures.error * slope(figures.metric, figures.estimate), "standard error"
    if figures.p_value is not None and 0 < figures.p_value < 1 and effect != 0:
        return abs(effect) / float(norm.isf(figures.p_value / 2)), "p-value"
    return None, ""


def _quantile(level: float) -> float:
    return float(norm.isf((1 - level / 100) / 2))


def _of_level(row: Row) -> Iterator[Finding]:
    low, high, level = (row.number(name) for name in ("confidence_low", "confidence_high", "confidence_level"))
    if low is not None and high is not None and level is None:
        given = f"an interval from {number(low)} to {number(high)} without a level"
        advice = "give the level, or say in the answers what kind of range it is"
        yield row.doubt(LEVEL, "confidence_level", given, "an interval has one, and without it gives no error", advice)


@dataclass(frozen=True)
class Span:
    """Values that a figure may have had before it was rounded, and the one that was printed."""

    low: float
    high: float
    middle: float = math.nan

    def beyond(self, other: "Span") -> float:
        """By which factor it lies above (more than 1) or below (less than 1) another; 1 where the two meet."""
        if self.low > other.high:
            return self.low / other.high if other.high > 0 else math.inf
        if self.high < other.low:
            return self.high / other.low
        return 1.0


def _of_agreement(row: Row, figures: Figures) -> Iterator[Finding]:
    """Whether standard error, interval and p-value can be of one estimate, on the scale on which they fit best."""
    scales = [True, False] if figures.metric in PERCENTS else [figures.metric in RATIOS]
    scales = [logs for logs in scales if not logs or figures.has_logarithm]
    if not scales:
        return
    yield from _of_interval_and_error(row, figures, scales)
    if figures.p_value is not None and 0 < figures.p_value < 1 and figures.metric != "percent_change_bound":
        yield from _of_p_and_z(row, figures, scales)


def _of_interval_and_error(row: Row, figures: Figures, scales: Sequence[bool]) -> Iterator[Finding]:
    factors = [
        interval.beyond(error)
        for logs in scales
        if (interval := _error_of_interval(figures, logs=logs)) and (error := _error_printed(figures, logs=logs))
    ]
    if not factors:
        return
    factor = min(factors, key=lambda it: abs(math.log(it)) if it > 0 else math.inf)
    given = f"the interval gives {factor:.2f} times the standard error {number(figures.error or 0.0)}, beyond rounding"
    columns = ("standard_error", "confidence_low", "confidence_high", "confidence_level")
    if not SHORTER <= factor <= BEYOND_ROUNDING * _longest(figures.level or 0.0):
        yield row.error(CONTRADICTION, columns, given, "the two agree", "write level, bounds and error as printed")
    elif not 1 / BEYOND_ROUNDING <= factor <= BEYOND_ROUNDING:
        yield row.doubt(CONTRADICTION, columns, given, "the two agree", "look for a t distribution, or another level")


def _longest(level: float) -> float:
    """How much longer an interval of t with fewest degrees of freedom is than the normal one."""
    return float(t.isf((1 - level / 100) / 2, FEWEST_DEGREES)) / _quantile(level)


def _of_p_and_z(row: Row, figures: Figures, scales: Sequence[bool]) -> Iterator[Finding]:
    tests = [
        (error, column, _z(figures, error, logs=logs))
        for logs in scales
        for error, column in (
            (_error_printed(figures, logs=logs), "standard_error"),
            (_error_of_interval(figures, logs=logs), "confidence_low"),
        )
        if error
    ]
    wanted = _z_of_p(figures)
    for column in ("standard_error", "confidence_low"):
        spans = [z for _, name, z in tests if name == column]
        if not spans:
            continue
        gap, nearest, z = min((*_gap(span, wanted), span.middle) for span in spans)
        said = "below " if figures.is_bound else ""
        source = "standard error" if column == "standard_error" else "interval"
        given = (
            f"the {source} puts the estimate {z:.2f} errors from none (p about {2 * norm.sf(z):.2g}), and p is "
            f"{said}{number(figures.p_value or 0.0)}"
        )
        least = float(norm.isf(t.sf(nearest, FEWEST_DEGREES))) - OF_Z[0]
        if gap > 0 and (wanted.high < least or wanted.low > OF_Z[0] + (1 + OF_Z[1]) * nearest):
            yield row.error(CONTRADICTION, ("p_value", column), given, "the two agree", "write both as printed")
        elif gap > OF_Z_ROUNDED[0] + OF_Z_ROUNDED[1] * nearest:
            yield row.doubt(CONTRADICTION, ("p_value", column), given, "the two agree", "look for a t or another test")


def _gap(span: Span, other: Span) -> tuple[float, float]:
    """How far two spans are apart, and the end of the first that is nearest to the second."""
    if other.low > span.high:
        return other.low - span.high, span.high
    return max(0.0, span.low - other.high), span.low


def _span(figures: Figures, value: float, *, logs: bool) -> Span:
    """A printed figure before rounding, on the natural scale or that of logarithms."""
    together = [it for it in (figures.estimate, figures.low, figures.high) if it is not None]
    half = half_unit(*together)
    if not logs:
        return Span(value - half, value + half)
    least = 0.0 if figures.metric in RATIOS else -100.0
    # A ratio of 0.01 may be anything from 0.005 on; of 0.00 nothing can be said, and half of itself is as good.
    low = value - half if value - half > least else (value + least) / 2
    return Span(on_scale(figures.metric, low), on_scale(figures.metric, value + half))


def _error_of_interval(figures: Figures, *, logs: bool) -> Span | None:
    if not figures.interval:
        return None
    low, high, level = figures.interval
    lower, upper = _span(figures, low, logs=logs), _span(figures, high, logs=logs)
    halves = 2 * _quantile(level)
    return Span(max(0.0, upper.low - lower.high) / halves, (upper.high - lower.low) / halves)


def _error_printed(figures: Figures, *, logs: bool) -> Span | None:
    if figures.error is None or figures.estimate is None:
        return None
    half = half_unit(figures.error)
    times = slope(figures.metric, figures.estimate) if logs else 1.0
    return Span(max(figures.error / 2, figures.error - half) * times, (figures.error + half) * times)


def _z(figures: Figures, error: Span, *, logs: bool) -> Span:
    """How many errors an estimate may lie from no effect."""
    # A ratio comes in logarithms always, so that no effect is 0.
    span = _span(figures, figures.estimate or 0.0, logs=logs)
    least = 0.0 if span.low <= 0 <= span.high else min(abs(span.low), abs(span.high))
    most = max(abs(span.low), abs(span.high)) / error.low if error.low > 0 else math.inf
    middle = on_scale(figures.metric, figures.estimate or 0.0) if logs else figures.estimate or 0.0
    return Span(least / error.high, most, abs(middle) * 2 / (error.low + error.high))


def _z_of_p(figures: Figures) -> Span:
    p_value = figures.p_value or 0.0
    if figures.is_bound:
        return Span(float(norm.isf(p_value / 2)), math.inf)
    half = half_unit(p_value)
    high = math.inf if p_value <= half else float(norm.isf((p_value - half) / 2))
    return Span(float(norm.isf(min(1.0, p_value + half) / 2)), high)


# --- whether a figure is plausible ------------------------------------------------------------------------------------


def _of_symmetry(row: Row, figures: Figures) -> Iterator[Finding]:
    if not figures.interval or figures.metric not in MEASURES or not figures.has_logarithm:
        return
    low, high, level = figures.interval
    estimate = figures.estimate or 0.0
    effect, lower, upper = (on_scale(figures.metric, value) for value in (estimate, low, high))
    blur = halves_blur(figures.metric, estimate, low, high)
    size = size_from_interval(effect, lower, upper, level / 100, blur)
    if size.asymmetry > ASYMMETRY:
        halves = sorted((effect - lower, upper - effect))
        given = f"the halves of the interval are {halves[0]:.3g} and {halves[1]:.3g} on the scale of pooling"
        advice = "write all three as printed, or say in the answers how the interval was made"
        columns = ("confidence_low", "estimate", "confidence_high")
        yield row.doubt(LOPSIDED, columns, given, "halves that differ by rounding alone", advice)


def _of_size(row: Row, figures: Figures) -> Iterator[Finding]:
    if figures.metric not in MEASURES or not figures.has_logarithm:
        return
    effect = on_scale(figures.metric, figures.estimate or 0.0)
    if abs(effect) > IMPLAUSIBLE:
        given = f"the effect is {number(effect)} on the scale of pooling"
        allowed = f"few are beyond {IMPLAUSIBLE:g} either way"
        yield row.doubt(SIZE, "estimate", given, allowed, "look whether estimate and metric are as printed")
    logs = figures.metric in RATIOS
    for column, error in (
        ("standard_error", _error_printed(figures, logs=logs)),
        ("confidence_low", _error_of_interval(figures, logs=logs)),
    ):
        if error and error.high > 0:
            yield from _of_precision(row, figures, column, error)
    expected, source = expected_error(figures, effect)
    if expected is not None:
        yield from _of_width(row, _COLUMN_OF[source], expected)


def _of_width(row: Row, column: str, error: float) -> Iterator[Finding]:
    """An error so large that the estimate says nothing: it is in another unit, or of another quantity."""
    given = f"the error is {number(error)} on the scale of pooling"
    if error > IMPOSSIBLY_WIDE:
        allowed = f"at most {IMPOSSIBLY_WIDE:g}"
        yield row.error(SIZE, (column, "metric"), given, allowed, "write it as printed, in the unit of the estimate")
    elif error > WIDE:
        allowed = f"few are beyond {WIDE:g}"
        yield row.doubt(SIZE, (column, "metric"), given, allowed, "look whether unit and metric are as printed")


def _of_precision(row: Row, figures: Figures, column: str, error: Span) -> Iterator[Finding]:
    """An estimate that its own error makes more certain than any study is: the two are in different units."""
    estimate = figures.estimate or 0.0
    z = abs(estimate if figures.metric in PERCENTS else on_scale(figures.metric, estimate)) / error.high
    given = f"the estimate {number(estimate)} is {z:.0f} times its error, of at most {error.high:.2g}"
    if z > IMPOSSIBLY_PRECISE:
        yield row.error(SHARE, (column, "estimate"), given, "both in one unit", "write both as printed")
    elif z > PRECISE:
        yield row.doubt(SHARE, (column, "estimate"), given, "both in one unit", "look whether they are")


def _of_sample(row: Row, figures: Figures) -> Iterator[Finding]:
    """An error smaller than a sample of this size allows: 2/√n of a difference of means, 4/√n of log odds."""
    people = _people(row)
    effect = _effect(row)
    if not people or effect is None or figures.metric not in (*MEAN_DIFFERENCES, "log_odds_ratio", "odds_ratio"):
        return
    error, _ = expected_error(figures, effect)
    if error is None or (figures.interval is None and figures.error is None):
        return
    least = (2 if figures.metric in MEAN_DIFFERENCES else 4) / math.sqrt(people)
    given = f"the standard error {number(error)} of a sample of {number(people)}"
    allowed = f"at least {number(least)} in two groups of that many together"
    if error < FAR_LESS_THAN_SAMPLE * least:
        yield row.error(SAMPLE, ("standard_error", "sample_size_text"), given, allowed, "write both as printed")
    elif error < LESS_THAN_SAMPLE * least:
        advice = "say in the answers what made it smaller, such as covariates"
        yield row.doubt(SAMPLE, ("standard_error", "sample_size_text"), given, allowed, advice)
