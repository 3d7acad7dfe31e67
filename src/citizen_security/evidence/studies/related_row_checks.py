"""Whether an effect fits its study and the other effects: its outcome, direction and sign, and nothing twice."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from statistics import median

from citizen_security.evidence.studies.coding import CodingScheme
from citizen_security.evidence.studies.direction_words import directions
from citizen_security.evidence.studies.effect_row_checks import MANY_TIMES, Figures, expected_error
from citizen_security.evidence.studies.metrics import (
    MEASURES,
    NO_COMMON_SCALE,
    PERCENTS,
    RATIOS,
    half_unit,
    on_scale,
    scale_of,
)
from citizen_security.evidence.studies.row_findings import Finding, Row, folded, number, rows_at
from citizen_security.evidence.studies.shared_sizes import size_findings
from citizen_security.evidence.studies.study_row_checks import YEARS_TO_PRINT, surnames
from citizen_security.words import listed

DIRECTION = "direction and sign"
WORDS = "rise or fall"
SIGN = "sign and outcome"
OUTCOME = "outcome of the study"
SEVERAL = "several interventions"
RESULT = "same result"
ERROR = "size of the error"

# Outcomes of which more is better; of behaviour it depends on what was asked, and of all others less is better.
BETTER_UP, EITHER_WAY = ("trust",), ("behaviour",)
_LESS_IS_BETTER_THERE = ("antisocial behaviour",)

# A slope in a dose and a bound say by their words what the dose does, not what the outcome did.
_NO_WORDS = ("elasticity", "percent_change_bound", "direction")

# So many digits of an estimate and its error do not agree by chance in one year.
TELLING_DIGITS = 5
# Errors of one result in two metrics differ by their rounding, on the log scale by less than this.
ONE_ERROR = 0.02
# Fewer studies have no usual error; beyond this many robust standard deviations one is far from it (Iglewicz and
# Hoaglin 1993, How to Detect and Handle Outliers: 3.5 on the modified z-score, whose constant is 0.6745).
FEWEST_TO_COMPARE = 8
FAR, CONSTANT = 3.5, 0.6745
# Errors that agree to the digit have no spread; a tenth of a log unit is none either.
LEAST_SPREAD = 0.1


@dataclass(frozen=True)
class Found:
    """What an effect says, once for all comparisons.

    Attributes
    ----------
    row, study : Row
    figures : Figures
    effect, error : float or None
        On the scale of pooling; the estimate as printed where there is no such scale.
    """

    row: Row
    study: Row
    figures: Figures
    effect: float | None
    error: float | None

    @property
    def sign(self) -> float:
        """Which sign of the estimate is good."""
        return self.row.number("beneficial_sign") or 0.0

    @property
    def benefit(self) -> float:
        """The effect, above 0 where it is a benefit; 0 where it is neither or missing."""
        return (self.effect or 0.0) * self.sign


def related_findings(
    effects: Sequence[Row], studies: Sequence[Row], scheme: CodingScheme, *, whole: bool
) -> Iterator[Finding]:
    """What is wrong or doubtful in effects when their studies and the other effects are looked at.

    Parameters
    ----------
    effects, studies : sequence of Row
        Rows of both tables.
    scheme : CodingScheme
        Codes of interventions, outcomes and directions.
    whole : bool
        Whether these are all the rows there are, so that an error can be compared with the usual one.

    Yields
    ------
    Finding
    """
    by_key = {row.key: row for row in studies}
    found = []
    for row in effects:
        yield from _of_outcome(row, scheme)
        name = row.text("study_id")
        if name not in by_key:
            advice = "write the key of a study, or add the study"
            yield row.unknown("unknown study", "study_id", "study_id", name, by_key, advice)
            continue
        found.append(_found(row, by_key[name]))
    for it in found:
        yield from _of_study(it, scheme)
        # What the figure is a rise of is not known where its metric is none.
        if it.figures.metric in (*MEASURES, *NO_COMMON_SCALE):
            yield from _of_words(it)
        yield from _of_sign(it, scheme)
    yield from _of_directions(found, scheme)
    yield from _of_results(found)
    yield from _of_results_in_other_words(found)
    if whole:
        yield from _of_errors(found)
        yield from size_findings(effects, studies)


def _found(row: Row, study: Row) -> Found:
    figures = Figures.of(row)
    if figures.estimate is None or figures.metric == "direction":
        return Found(row, study, figures, None, None)
    if figures.metric not in MEASURES:
        return Found(row, study, figures, figures.estimate, figures.error)
    if not figures.has_logarithm:
        return Found(row, study, figures, None, None)
    effect = on_scale(figures.metric, figures.estimate)
    error, _ = expected_error(figures, effect)
    return Found(row, study, figures, effect, error if error is not None and error > 0 else None)


# --- an effect and its study ------------------------------------------------------------------------------------------


def _of_outcome(row: Row, scheme: CodingScheme) -> Iterator[Finding]:
    if _codes(row, scheme) is None:
        column, advice = "outcome_category", "write a term of the scheme"
        yield row.unknown("unknown term", column, column, row.text(column), scheme.known_terms(column), advice)


def _codes(row: Row, scheme: CodingScheme) -> tuple[str, ...] | None:
    """Codes of the outcomes of a row; None where a word has none."""
    try:
        return scheme.outcome_codes(row.text("outcome_category"))
    except KeyError:
        return None


def _of_study(found: Found, scheme: CodingScheme) -> Iterator[Finding]:
    row, study = found.row, found.study
    mine, theirs = _codes(row, scheme), _codes(study, scheme)
    if study.text("kind") == "review":
        return
    if mine and theirs is not None and not set(mine) <= set(theirs):
        listed_there = study.text("outcome_category")
        given = f"the outcome {row.text('outcome_category')!r}, and {study.key} lists {listed_there!r}"
        advice = f"add the term to the outcomes of {study.key}, or correct it here"
        yield row.doubt(OUTCOME, "outcome_category", given, "an outcome that the study lists", advice)
    try:
        interventions = scheme.intervention_codes(study.text("intervention_category"))
    except KeyError:
        return
    if len(interventions) > 1:
        given = f"{study.key} is of {' and '.join(interventions)}"
        advice = "say in the answers of which, or split the study"
        yield row.doubt(SEVERAL, "study_id", given, "an effect is of one intervention", advice)


def _of_words(found: Found) -> Iterator[Finding]:
    """A rise in the words and a fall in the figure, or the reverse."""
    if found.effect is None or found.effect == 0 or found.figures.metric in _NO_WORDS:
        return
    rise, fall = directions(f"{found.row.text('outcome')}; {found.row.text('notes')}")
    is_up = _is_up(found, fall)
    word = rise if rise and not fall and not is_up else fall if fall and not rise and is_up else ""
    if word:
        given = f"the words say {word!r} and the estimate is {number(found.figures.estimate or 0.0)}"
        advice = "look which of the two was printed, and whether the metric's none is 0 or 1"
        yield found.row.doubt(
            WORDS, ("estimate", "outcome", "notes"), given, "words and figure of one direction", advice
        )


def _is_up(found: Found, word: str) -> bool:
    """Whether the figure is a rise of what the words are about; lives saved are counted upward where that is good."""
    is_above = (found.effect or 0.0) > 0
    return not is_above if word.casefold() in _SAVED and found.sign > 0 else is_above


_SAVED = ("saved", "averted", "avoided", "prevented")


def _of_sign(found: Found, scheme: CodingScheme) -> Iterator[Finding]:
    row, codes = found.row, _codes(found.row, scheme)
    if row.number("beneficial_sign") not in (-1, 0, 1):
        given = f"the sign is {row.text('beneficial_sign') or 'blank'}"
        yield row.error("sign", "beneficial_sign", given, "−1, 0 or 1", "say which sign of the estimate is good")
        return
    if not codes or found.sign == 0 or found.figures.metric == "elasticity":
        return
    words = row.text("outcome_category")
    if set(codes) <= set(EITHER_WAY) and words not in _LESS_IS_BETTER_THERE:
        return
    usual = 1 if set(codes) <= set(BETTER_UP) else -1
    if found.sign != usual:
        more, coded = ("more", "less") if usual > 0 else ("less", "more")
        figure = f"{found.figures.metric} {number(found.figures.estimate or 0.0)}"
        given = f"the sign {number(found.sign)} of {figure} says that {coded} {words} is better"
        advice = "turn the sign, or say in the answers what is compared with what"
        yield row.doubt(SIGN, ("beneficial_sign", "outcome_category"), given, f"{more} of it is better", advice)


def _of_directions(found: Sequence[Found], scheme: CodingScheme) -> Iterator[Finding]:
    """The direction that a study reports against the signs of its effects."""
    groups: defaultdict[str, list[Found]] = defaultdict(list)
    for it in found:
        # A sign or metric that is refused says nothing of the direction.
        is_known = it.sign in (-1, 1) and it.figures.metric in (*MEASURES, *NO_COMMON_SCALE)
        if is_known and it.benefit and it.figures.metric != "percent_change_bound":
            groups[it.study.key].append(it)
    unread = {it.study.key for it in found if not it.row.unread.isdisjoint(_TOLD_BY)}
    for key, effects in groups.items():
        try:
            direction = scheme.direction_code(effects[0].study.text("effect_direction"))
        except KeyError:
            continue
        yield from _against(effects, direction, are_all=key not in unread)


# What tells whether an effect is a benefit.
_TOLD_BY = ("estimate", "metric", "beneficial_sign", "confidence_low", "confidence_high")


def _against(effects: Sequence[Found], direction: str, *, are_all: bool) -> Iterator[Finding]:
    against = {"beneficial": -1, "harmful": 1}.get(direction, 0)
    contrary = [it for it in effects if it.benefit * against > 0]
    if not against:
        contrary = [it for it in effects if direction == "not_beneficial" and _is_sure(it) and it.benefit > 0]
    columns = ("beneficial_sign", "estimate")
    for it in contrary:
        word = "a benefit" if it.benefit > 0 else "a harm"
        study = it.study
        given = (
            f"{it.figures.metric} {number(it.figures.estimate or 0.0)} with the sign {number(it.sign)} is {word}, and "
            f"{study.key} is coded {study.text('effect_direction')!r} (row {study.line} of studies)"
        )
        advice = _unit_or_sign(it)
        if against and are_all and len(contrary) == len(effects):
            yield it.row.error(DIRECTION, columns, given, "one direction", advice, compares=True)
        else:
            yield it.row.doubt(DIRECTION, columns, given, "one direction", f"{advice}, or code the study as mixed")


def _unit_or_sign(found: Found) -> str:
    """What to correct; a ratio that looks like per cent is no reason to turn the sign."""
    estimate = found.figures.estimate or 0.0
    if estimate > MANY_TIMES.get(found.figures.metric, math.inf):
        return f"write {number(estimate / 100)} if {number(estimate)} % is meant; else correct sign or direction"
    return "correct estimate, sign or direction"


def _is_sure(found: Found) -> bool:
    """Whether an effect is beyond 1.96 of its errors."""
    return bool(found.error and abs(found.effect or 0.0) > 1.96 * found.error)


# --- nothing twice ----------------------------------------------------------------------------------------------------


def _of_results(found: Sequence[Found]) -> Iterator[Finding]:
    groups: defaultdict[tuple[object, ...], list[Found]] = defaultdict(list)
    for it in found:
        if it.figures.estimate is not None and it.figures.metric != "direction":
            groups[_typed(it.figures)].append(it)
    for alike in groups.values():
        told: set[tuple[object, ...]] = set()
        # From the last, which tells all that are before it: the rows of a group are named once.
        for place in range(len(alike) - 1, 0, -1):
            other = alike[place]
            name = (other.study.key, folded(other.row.text("outcome")), _p(other))
            if name not in told:
                told.add(name)
                yield from _same(alike[:place], other)


def _of_results_in_other_words(found: Sequence[Found]) -> Iterator[Finding]:
    """One result of a study in two metrics of one measure, or turned over with its sign."""
    groups: defaultdict[tuple[object, ...], list[Found]] = defaultdict(list)
    for it in found:
        metric = it.figures.metric
        has_error = it.figures.interval is not None or it.figures.error is not None
        if metric in MEASURES and it.effect is not None and it.figures.has_logarithm and has_error:
            groups[it.study.key, MEASURES[metric], folded(it.row.text("outcome"))].append(it)
    for alike in groups.values():
        for place, other in enumerate(alike):
            same = [it for it in alike[:place] if _typed(it.figures) != _typed(other.figures) and _agrees(it, other)]
            if same:
                figures = other.figures
                given = f"{figures.metric} {number(figures.estimate or 0.0)} says what {_listed(same, '')} says"
                columns = ("metric", "estimate", "beneficial_sign")
                advice = "keep one, or say in the answers that both were printed"
                yield other.row.doubt(RESULT, columns, given, "an effect has one row", advice)


def _agrees(first: Found, other: Found) -> bool:
    """Whether two results are one on the scale of pooling, up to rounding and which group is compared with which."""
    turned = first.sign * other.sign < 0
    if not turned and first.sign != other.sign:
        return False
    pairs = list(zip(_figures_on_scale(first), _figures_on_scale(other, turned=turned), strict=True))
    known = [(one, two) for one, two in pairs if one and two]
    if len(known) == len(pairs):
        return all(one[0] <= two[1] and two[0] <= one[1] for one, two in known)
    estimates_agree = known and known[0][0][0] <= known[0][1][1] and known[0][1][0] <= known[0][0][1]
    if not (estimates_agree and first.error and other.error):
        return False
    return abs(math.log(first.error / other.error)) < ONE_ERROR


def _figures_on_scale(found: Found, *, turned: bool = False) -> list[tuple[float, float] | None]:
    """Estimate and bounds on the scale of pooling, each as what it may have been before rounding."""
    figures = found.figures
    printed = (figures.estimate, figures.low, figures.high)
    half = half_unit(*(it for it in printed if it is not None))
    spans = [None if it is None else _before_rounding(figures.metric, it, half) for it in printed]
    if not turned:
        return spans
    estimate, low, high = (None if it is None else (-it[1], -it[0]) for it in spans)
    return [estimate, high, low]


def _before_rounding(metric: str, value: float, half: float) -> tuple[float, float]:
    least = 0.0 if metric in RATIOS else -100.0
    has_logarithm = metric in (*RATIOS, *PERCENTS)
    low = max(value - half, (value + least) / 2) if has_logarithm else value - half
    return on_scale(metric, low), on_scale(metric, value + half)


def _typed(figures: Figures) -> tuple[object, ...]:
    """What two rows of one result share: metric, estimate, interval and error; a rate ratio as a change in per cent."""
    values = (figures.estimate, figures.low, figures.high)
    if figures.metric == "rate_ratio":
        changes = [None if it is None else round(100 * (it - 1), 6) for it in values]
        return "percent_change", *changes, None if figures.error is None else round(100 * figures.error, 6)
    return figures.metric, *values, figures.error


def _same(earlier: Sequence[Found], other: Found) -> Iterator[Finding]:
    """An effect with the metric, estimate, interval and error of earlier ones."""
    figures = other.figures
    has_error = figures.error is not None or figures.low is not None
    error = "" if figures.error is None else f" with error {number(figures.error)}"
    what = f"{figures.metric} {number(figures.estimate or 0.0)}{error} is that of"
    columns = ("estimate", "standard_error", "confidence_low")
    mine = [it for it in earlier if it.study.key == other.study.key]
    if printed := [it for it in mine if _is_same_outcome(it, other) or (has_error and _p(it) == _p(other))]:
        advice = f"keep one, or say in the answers that {'both' if len(printed) == 1 else 'all'} were printed"
        yield other.row.doubt(RESULT, columns, f"{what} {_listed(printed)}", "an effect has one row", advice)
    if not has_error:
        return
    grades = {it.row.key: _grade(it, other) for it in earlier if it.study.key != other.study.key}
    for is_error in (True, False):
        # The effects of one study are told together.
        found = [it for it in earlier if grades.get(it.row.key) is is_error]
        for study, same in groupby(sorted(found, key=lambda it: it.study.key), key=lambda it: it.study.key):
            alike = list(same)
            keys = f"{study} and {other.study.key}"
            year = alike[0].study.number("year")
            when = "of the same year" if year == other.study.number("year") else f"of {year or 0:g}"
            given = f"{what} {_listed(alike)}, of {study}, {when}"
            if is_error:
                advice = f"keep one of {keys}"
                yield other.row.error(RESULT, columns, given, "a study has one key", advice, compares=True)
            else:
                yield other.row.doubt(RESULT, columns, given, "a study has one key", f"look whether {keys} are one")


def _listed(effects: Sequence[Found], also: str = " too") -> str:
    """Keys of effects with their lines."""
    rows = [it.row for it in effects]
    if len(rows) == 1:
        return f"{rows[0].key} ({rows_at([rows[0].line])}){also}"
    return f"{listed([row.key for row in rows])} ({rows_at(row.line for row in rows)}){also}"


def _is_same_outcome(first: Found, other: Found) -> bool:
    return folded(first.row.text("outcome")) == folded(other.row.text("outcome"))


def _grade(first: Found, other: Found) -> bool | None:
    """Whether one result of two studies is refused (True) or doubted (False); None where it may well be chance."""
    years = [it.study.number("year") for it in (first, other)]
    apart = abs((years[0] or 0.0) - (years[1] or 0.0))
    if apart > YEARS_TO_PRINT:
        return None
    samples = [it.row.text("sample_size_text") for it in (first, other)]
    is_sure = _digits(other.figures) >= TELLING_DIGITS or _are_alike(first, other, samples)
    is_told_alike = other.figures.low is not None and _is_same_outcome(first, other)
    is_sure = is_sure and (samples[0] == samples[1] or not all(samples))
    if is_told_alike and not is_sure:
        # Three figures and the words of the outcome are rarely those of another study.
        return False
    if apart:
        # A working paper and its article, or two studies of years that follow each other.
        return False if is_sure else None
    return is_sure


def _are_alike(first: Found, other: Found, samples: Sequence[str]) -> bool:
    authors = {surnames(it.study.text("authors")) for it in (first, other)}
    return (len(authors) == 1 and all(authors)) or bool(samples[0] and samples[0] == samples[1])


def _p(found: Found) -> tuple[float | None, bool]:
    return found.figures.p_value, found.figures.is_bound


def _digits(figures: Figures) -> int:
    """Significant digits of an estimate with its error or interval."""
    given = [value for value in (figures.estimate, figures.low, figures.high, figures.error) if value]
    return sum(len(Decimal(repr(value)).normalize().as_tuple().digits) for value in given)


# --- an error like those of others ------------------------------------------------------------------------------------


def _of_errors(found: Sequence[Found]) -> Iterator[Finding]:
    """Errors far from those of the other studies of a measure, on the log scale, by median and median deviation."""
    groups: defaultdict[tuple[str, str], list[Found]] = defaultdict(list)
    for it in found:
        metric = it.figures.metric
        if it.error and it.sign and it.study.text("kind") != "review" and metric in MEASURES:
            groups[MEASURES[metric], scale_of(metric, it.row.text("outcome"))].append(it)
    for group in groups.values():
        errors: Mapping[str, list[float]] = _by_study(group)
        for it in group:
            others = [median(values) for study, values in errors.items() if study != it.study.key]
            if len(others) >= FEWEST_TO_COMPARE:
                yield from _far(it, others)


def _by_study(group: Sequence[Found]) -> dict[str, list[float]]:
    errors: defaultdict[str, list[float]] = defaultdict(list)
    for it in group:
        errors[it.study.key].append(math.log(it.error or 1.0))
    return errors


def _far(found: Found, others: Sequence[float]) -> Iterator[Finding]:
    middle = median(others)
    spread = max(LEAST_SPREAD, median(abs(value - middle) for value in others) / CONSTANT)
    score = (math.log(found.error or 1.0) - middle) / spread
    if abs(score) > FAR:
        size = "small" if score < 0 else "large"
        given = f"an error of {number(found.error or 0.0)} is {size} beside those of the other studies"
        allowed = f"the median of {len(others)} is {number(math.exp(middle))}, {abs(score):.1f} robust deviations away"
        advice = "look whether unit, level and metric are as printed, and say so in the answers"
        columns = ("standard_error", "confidence_low", "p_value")
        yield found.row.doubt(ERROR, columns, given, allowed, advice)
