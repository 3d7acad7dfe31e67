"""What the months, lines, earlier dates, provinces and other countries say, in sentences that follow the numbers."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from citizen_security.methods.interrupted_series.names import Trend
from citizen_security.methods.interrupted_series.structural import Structural
from citizen_security.methods.interrupted_series.trend_bounds import TrendBounds
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.internal_armed_conflict.labels import FORMS, MONTHS
from citizen_security.programmes.internal_armed_conflict.parameters import ENDS, YEAR, InternalArmedConflict
from citizen_security.words import by_interval, counted, listed, number_in_words, out_of, sentences, signed


def window_name(parameters: InternalArmedConflict) -> str:
    """The months that are compared: `January to November`."""
    return f"{MONTHS[parameters.first_month - 1]} to {MONTHS[parameters.last_month - 1]}"


def _percent(row: "Mapping[str, float] | pd.Series[float]", prefix: str = "") -> str:
    middle, lower, upper = (float(row[f"{prefix}{name}"]) for name in ("change", "lower", "upper"))
    return f"{signed(middle, '.0f')}% ({signed(lower, '.0f')}% to {signed(upper, '.0f')}%)"


def _year(table: pd.DataFrame, year: int) -> "pd.Series[float]":
    return table[table["year"] == year].iloc[0]


def _span(numbers: "pd.Series[int]") -> str:
    """From the least to the most: `7 to 9`."""
    low, high = int(numbers.min()), int(numbers.max())
    return f"{low}" if low == high else f"{low} to {high}"


def _times(bend: float) -> str:
    """How much of a bend is allowed: `as much as`, `twice as much as`, `1.5 times as much as`."""
    return {1.0: "as much as", 2.0: "twice as much as"}.get(bend, f"{bend:g} times as much as")


def answer_sentence(years: pd.DataFrame, parameters: InternalArmedConflict) -> str:
    """The year against the one before, and against two years before."""
    before, earlier = _year(years, YEAR - 1), _year(years, YEAR - 2)
    level = f"{100 * parameters.confidence_level:g}% interval"
    low, high = signed(before["lower"], ".0f"), signed(before["upper"], ".0f")
    return sentences(
        [
            f"in {window_name(parameters)} {YEAR} Ecuador's homicides changed by {signed(before['change'], '.0f')}% "
            f"against the same months of {YEAR - 1} ({level} {low}% to {high}%)",
            f"against those of {YEAR - 2} they changed by {_percent(earlier)}",
        ]
    )


def years_sentence(years: pd.DataFrame) -> str:
    """How the same months changed from year to year before there was a decree."""
    early = years[(years["year"] < YEAR) & years["on_year_before"].notna()]["on_year_before"]
    own = float(_year(years, YEAR)["on_year_before"])
    as_low = int((early <= own).sum())
    return sentences(
        [
            f"from year to year before, the same months changed by {signed(float(early.min()), '.0f')}% to "
            f"{signed(float(early.max()), '.0f')}%, and {out_of(as_low, len(early), 'changes')} "
            f"{'was' if as_low == 1 else 'were'} as low as that of {YEAR}"
        ]
    )


def spike_sentence(years: pd.DataFrame) -> str:
    """Whether the year before was the highest, and where the last stands."""
    early = years[years["year"] < YEAR]
    top = int(early["year"].iloc[int(early["a_day"].to_numpy().argmax())])
    last = float(_year(years, YEAR)["a_day"])
    above = int((early["a_day"] < last).sum())
    highest = f"{YEAR - 1} was the highest year on file" if top == YEAR - 1 else f"the highest year on file was {top}"
    return sentences([f"{highest}, and {YEAR} lies above {out_of(above, len(early), 'earlier years')}"])


def within_sentence(within: Mapping[str, float]) -> str:
    """What the months did after the decree."""
    went = by_interval(
        within["lower"], within["upper"], above="rose again", below="fell on", neither="stayed about level"
    )
    count = number_in_words(ENDS)
    return sentences(
        [f"within {YEAR} homicide {went}: the last {count} months against the first {count}, {_percent(within)}"]
    )


def lines_sentence(lines: pd.DataFrame) -> str:
    """From which line to which the change goes."""
    low, high = (
        lines.iloc[int(place)] for place in (lines["change"].to_numpy().argmin(), lines["change"].to_numpy().argmax())
    )
    below, above = int((lines["upper"] < 0).sum()), int((lines["lower"] > 0).sum())
    if len(lines) == 1:
        line = f"the one line, from {low['line_from']}, {FORMS[low['form']]}"
        return sentences([f"against {line}, {YEAR} changed by {_percent(low)}"])
    told = [
        f"against {counted(len(lines), 'line')} {YEAR} changed by {signed(low['change'], '.0f')}% (from "
        f"{low['line_from']}, {FORMS[low['form']]}) to {signed(high['change'], '.0f')}% (from {high['line_from']}, "
        f"{FORMS[high['form']]})",
        f"the interval lies below zero against {out_of(below, len(lines), 'lines')}",
    ]
    return sentences([*told, f"it lies above zero against {above}"] if above else told)


def earlier_dates_sentence(found: TrendBounds, parameters: InternalArmedConflict) -> str:
    """The place of the start among earlier dates."""
    rank = found.dates.rank
    effects = 100 * np.expm1(found.dates.effects)
    own = 100 * float(np.expm1(found.dates.start))
    as_large = rank.rank - 1
    return sentences(
        [
            f"put to {counted(len(effects), 'earlier date')} at which nothing was decreed, the line from "
            f"{parameters.line_from} errs by {signed(float(effects.min()), '.0f')}% to "
            f"{signed(float(effects.max()), '.0f')}%, beside {signed(own, '.0f')}% at the start",
            "as a ratio, in which half and double are equally far, it errs by as much at "
            f"{out_of(as_large, len(effects), 'earlier dates')}",
        ]
    )


def bounds_sentence(found: TrendBounds, parameters: InternalArmedConflict) -> str:
    """What a bending trend leaves."""
    last = found.table.iloc[-1]
    low, high = (signed(100 * float(np.expm1(last[name])), ".0f") for name in ("lower", "upper"))
    if found.breakdown <= 0:
        gone = "with no bend at all the interval includes zero already"
    else:
        gone = f"the interval first includes zero where it may bend {found.breakdown:.2f} times its worst error before"
    bends = f"may bend after the start {_times(parameters.bend)} it erred at worst before"
    supposed = bends if parameters.bend else "does not bend after the start"
    return sentences(
        [
            f"if the trend {supposed}, the change lies from {low}% to {high}%",
            gone,
        ]
    )


def wandering_sentence(found: Mapping[Trend, Structural], parameters: InternalArmedConflict) -> str:
    """What models without a line say, and how sure they are of a fall."""

    def told(fit: Structural) -> str:
        ends = (fit.effect, *fit.interval(parameters.confidence_level))
        change, lower, upper = (f"{signed(100 * float(np.expm1(end)), '.0f')}%" for end in ends)
        fall = 100 * float(fit.probability_below()[0])
        sure = "more than 99%" if fall > 99 else "less than 1%" if fall < 1 else f"{fall:.0f}%"
        level = f"{100 * parameters.confidence_level:g}% interval"
        return f"{change} ({level} {lower} to {upper}), and a fall has a probability of {sure}"

    return sentences(
        [
            f"a level that wanders by itself, in place of a line, gives {told(found['level'])}",
            f"with a slope that wanders as well it is {told(found['slope'])}",
        ]
    )


def provinces_sentence(changes: pd.DataFrame) -> str:
    """How many provinces fell, and which rose."""
    fell, rose = changes[changes["upper"] < 0], changes[changes["lower"] > 0]
    deepest = changes.iloc[0]
    told = [
        f"of {counted(len(changes), 'province')} with enough homicides {number_in_words(len(fell))} fell beyond "
        f"chance, most of all {deepest['province']} with {_percent(deepest)}"
        if len(fell)
        else f"none of {counted(len(changes), 'province')} with enough homicides fell beyond chance"
    ]
    return sentences([*told, f"beyond chance rose {listed(list(rose['province']))}"] if len(rose) else told)


def sooner_sentence(changes: pd.DataFrame) -> str:
    """Whether the deepest fall began before the decree."""
    deepest = changes.iloc[0]
    already = float(deepest["two_years"]) < float(deepest["change"])
    began = "its count had fallen before the decree already" if already else "its count had risen into the year before"
    two = signed(float(deepest["two_years"]), ".0f")
    return sentences([f"in {deepest['province']} the change against {YEAR - 2} is {two}%: {began}"])


def height_sentence(slopes: pd.DataFrame) -> str:
    """Whether falls followed height."""
    told = slopes[slopes["slope"].notna()]
    own, early = told[told["year"] == YEAR], told[told["year"] < YEAR]
    if own.empty:
        return sentences([f"heights by odd and by even months of {YEAR - 1} agree too little for a slope"])
    row = own.iloc[0]
    went = by_interval(
        row["lower"], row["upper"],
        above="provinces rose more the higher they stood",
        below="provinces fell more the higher they stood",
        neither="the slope of change on height has an interval that includes zero",
    )  # fmt: skip
    full = "a full return to earlier levels, a slope of −1, is " + (
        "within it" if row["lower"] <= -1 <= row["upper"] else "outside it"
    )
    slope, low, high = (signed(float(row[name])) for name in ("slope", "lower", "upper"))
    before = [
        f"in {counted(len(early), 'earlier year')} in which heights can be told apart the slope went from "
        f"{signed(float(early['slope'].min()))} to {signed(float(early['slope'].max()))}"
    ]
    return sentences([f"{went}: {slope} ({low} to {high})", full, *(before if len(early) else [])])


def records_sentence(records: pd.DataFrame) -> str:
    """What followed records, before the decree and after it."""
    early, own = (records[places] for places in (records["year"] < YEAR, records["year"] == YEAR))
    parts = []
    if len(early):
        fell = int((early["change"] < 0).sum())
        parts.append(
            f"in the years before, a province's record was followed by a fall in "
            f"{out_of(fell, len(early), 'cases', 'case')}, and the median change was "
            f"{signed(float(early['change'].median()), '.0f')}%"
        )
    else:
        parts.append("in the years before no province had a record that can be followed")
    if len(own):
        fell = int((own["change"] < 0).sum())
        parts.append(
            f"in {YEAR} {out_of(fell, len(own), 'provinces', 'province')} with a record in the year before fell, with "
            f"a median change of {signed(float(own['change'].median()), '.0f')}%"
        )
    return sentences(parts)


def countries_sentence(countries: pd.DataFrame) -> str:
    """First years of three countries."""
    told = [f"{_percent(row)} in {row['country']} ({row['year']})" for _, row in countries.iterrows()]
    return sentences([f"against the year before, homicide changed by {listed(told)}"])


def own_lines_sentence(countries: pd.DataFrame, parameters: InternalArmedConflict) -> str:
    """The same against each country's own line."""
    named = countries.rename(columns={"off_line": "off_line_change"})
    told = [f"{_percent(row, 'off_line_')} in {row['country']}" for _, row in named.iterrows()]
    return sentences(
        [
            f"against the line of each country's years from {parameters.countries_from} it lay off by {listed(told)}",
            f"these lines rest on {_span(countries['line_years'])} figures each, one a year",
        ]
    )


def honduras_reading(countries: pd.DataFrame) -> str:
    """Whether Honduras left its line."""
    row = countries[countries["iso3"] == "HND"].iloc[0]
    return by_interval(
        row["off_line_lower"], row["off_line_upper"],
        above="Honduras lay above the line of its years before.",
        below="Honduras lay below the line of its years before.",
        neither="Honduras' year does not leave the line of its years before.",
    )  # fmt: skip


def claim_sentence(apart: Mapping[str, float]) -> str:
    """What it says on the claim that Ecuador saw no comparable reduction."""
    more = by_interval(
        apart["lower"], apart["upper"],
        above="as counts of homicide, Ecuador's fall is the smaller one, as is claimed",
        below="Ecuador fell more, against the claim of no comparable reduction",
        neither="the two cannot be told apart",
    )  # fmt: skip
    return sentences(
        [
            f"Ecuador's change lies {signed(apart['points'], '.0f')} percentage points "
            f"({signed(apart['lower'], '.0f')} to {signed(apart['upper'], '.0f')}) from that of El Salvador's "
            f"first year: {more}"
        ]
    )


def verdict(years: pd.DataFrame, lines: pd.DataFrame, found: TrendBounds, parameters: InternalArmedConflict) -> str:
    """What the decree can be credited with, by these data."""
    before = _year(years, YEAR - 1)
    moved = by_interval(
        before["lower"], before["upper"],
        above=f"homicide rose against {YEAR - 1}",
        below=f"homicide fell against {YEAR - 1}",
        neither=f"homicide is not told apart from that of {YEAR - 1}",
    )  # fmt: skip
    below = int((lines["upper"] < 0).sum())
    against = f"it lies below {out_of(below, len(lines), 'lines', 'line')}"
    last = found.table.iloc[-1]
    bends = f"a trend that bends {_times(parameters.bend)} it did before" if parameters.bend else "a trend that goes on"
    left = by_interval(
        last["lower"], last["upper"],
        above=f"{bends} leaves a rise",
        below=f"{bends} leaves a fall",
        neither=f"{bends} leaves neither a fall nor a rise for sure",
    )  # fmt: skip
    return sentences([f"{moved}, and {against}", left])


def raw_reading(years: pd.DataFrame) -> str:
    """The year against the same months of the one before."""
    row = _year(years, YEAR - 1)
    return f"{at_a_glance.changed(row['change'], row['lower'], row['upper'])}, {YEAR} against {YEAR - 1}"


def beside_reading(found: TrendBounds) -> str:
    """What a trend leaves that bends as before: nothing else stands beside a whole country."""
    last = found.table.iloc[-1]
    low, high = (at_a_glance.percent(100 * float(np.expm1(last[name]))) for name in ("lower", "upper"))
    bend = float(last["bend"])
    bends = f", where that may bend {_times(bend)} before" if bend else " without a bend"
    return f"{low} to {high} against its own trend{bends}"


def choices_reading(lines: pd.DataFrame) -> str:
    """Against how many lines the interval lies below zero."""
    return at_a_glance.falls(int((lines["upper"] < 0).sum()), len(lines), "lines of its own", "line of its own")
