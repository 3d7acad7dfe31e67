"""What the designs come to, in sentences that follow the table whatever it holds."""

import numpy as np
import pandas as pd

from citizen_security.programmes.your_own_programme.battery import Battery
from citizen_security.programmes.your_own_programme.labels import (
    DESCRIBES,
    DESIGNS,
    FALL,
    FEW_TREATED,
    NOT_POSSIBLE,
    RISE,
    TOO_FEW,
    UNCLEAR,
)
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme
from citizen_security.programmes.your_own_programme.programme_panel import ProgrammePanel
from citizen_security.programmes.your_own_programme.several_units import LEAST_CLUSTERED
from citizen_security.programmes.your_own_programme.source import Source
from citizen_security.programmes.your_own_programme.verdicts import ROUNDING
from citizen_security.words import counted, listed, number_in_words, out_of, p_in_words, sentences, signed

# A fall by so much in percent, or a logarithm of nothing, is no limit.
NOTHING_LEFT = -100.0


def change(value: float, panel: ProgrammePanel) -> str:
    """A change with its sign, in percent or in units of the outcome; in words where nothing limits it, or none is."""
    if np.isnan(value):
        return "no change that can be put in percent"
    if np.isinf(value):
        return "no limit"
    if not panel.in_units:
        return f"{signed(value, '.0f')}%"
    # As many decimals as tell a hundredth of the usual difference between cells.
    decimals = int(np.clip(2 - np.floor(np.log10(float(panel.values.std()) or 1.0)), 0, 9))
    return f"{signed(value, f',.{decimals}f')} units of the outcome"


def limits(lower: float, upper: float, panel: ProgrammePanel) -> str:
    """Both ends of an interval: `−12% to +3%`; in words where nothing is ruled out on either side."""
    if np.isposinf(upper) and (np.isneginf(lower) or (panel.scale == "log" and lower <= NOTHING_LEFT)):
        return "rule out no change"
    ends = (change(end, panel).removesuffix(" units of the outcome") for end in (lower, upper))
    return " to ".join(ends)


def cell(value: float) -> str:
    """A number of the table on the page: what nothing limits in words."""
    return "no limit" if np.isinf(value) else f"{value:.2f}"


def subject(battery: Battery) -> str:
    """The treated unit, or how many there are."""
    treated = battery.panel.treated
    return treated[0] if len(treated) == 1 else f"the {len(treated)} treated units"


def how_sure(row: "pd.Series[float]", level: float, panel: ProgrammePanel) -> str:
    """Interval, p-value and floor of a design, as far as it has them."""
    parts = []
    if not np.isnan(row["lower"]) and not np.isnan(row["upper"]):
        parts.append(f"{100 * level:g}% limits {limits(row['lower'], row['upper'], panel)}")
    if not np.isnan(row["p_value"]):
        least = f", where {row['floor']:.2g} is the least possible" if np.isfinite(row["floor"]) else ""
        parts.append(f"{p_in_words(float(row['p_value']))}{least}")
    return "; ".join(parts)


def table_sentence(source: Source, battery: Battery) -> str:
    """Which table, how large, who is treated when."""
    panel = battery.panel
    noun, treated, donors = panel.calendar.noun, panel.treated, panel.donors
    starts = [panel.calendar.label(int(start)) for start in panel.starts[: len(treated)]]
    different = list(dict.fromkeys(starts))
    when = f"from {different[0]} on" if len(different) == 1 else f"from {different[0]} to {different[-1]} on"
    who = treated[0] if len(treated) == 1 else counted(len(treated), "unit")
    if panel.counts is None:
        holds = "an outcome that is taken as it stands"
    elif panel.exposure is not None and (panel.exposure != 1).any():
        holds = "counts with a population"
    else:
        holds = "counts without a population, which is taken for constant in each unit"
    notes = source.brought.notes
    return sentences(
        [
            f"{source.name}: {counted(len(panel.units), 'unit')} over {counted(panel.periods, noun)}, "
            f"{panel.calendar.label(0)} to {panel.calendar.label(panel.periods - 1)}, with {holds}",
            f"{who} {'is' if len(treated) == 1 else 'are'} treated {when}; "
            + (f"never treated: {counted(len(donors), 'unit')}" if donors else "no unit is never treated"),
            f"normalised when read: {'; '.join(notes)}" if notes else "",
        ]
    )


def number_of(battery: Battery, finding: str) -> int:
    """How many designs come to a finding."""
    return int((battery.verdicts["finding"] == finding).sum())


def answer_sentence(battery: Battery, parameters: YourOwnProgramme) -> str:
    """What the main design finds, and how many designs find what."""
    row = battery.main_row
    told = f"{subject(battery)} changed by {change(float(row['change']), battery.panel)} against {row['label']}"
    if str(row["finding"]) == NOT_POSSIBLE:
        told = f"{row['label']} cannot be computed for {subject(battery)}"
    sure = how_sure(row, parameters.confidence_level, battery.panel)
    return sentences([f"{told} ({sure})" if sure else told, counts_of_findings(battery)])


def counts_of_findings(battery: Battery) -> str:
    """N of M designs find a fall, a rise, no clear change; others cannot tell."""
    falls, rises, unclear = (number_of(battery, finding) for finding in (FALL, RISE, UNCLEAR))
    few, none = number_of(battery, TOO_FEW), number_of(battery, NOT_POSSIBLE)
    parts = [
        f"{_how_many(falls)} find{'s' * (falls < 2)} a fall",
        f"{_how_many(rises)} a rise",
        f"{_how_many(unclear)} no clear change",
    ]
    beside = []
    overlapping, clustered = number_of(battery, DESCRIBES), number_of(battery, FEW_TREATED)
    if overlapping:
        beside.append(f"{number_in_words(overlapping)} only describe{'s' * (overlapping == 1)}, as placebos overlap")
    if clustered:
        beside.append(
            f"{number_in_words(clustered)} {'has an error' if clustered == 1 else 'have errors'} that few units make "
            "too small"
        )
    if few:
        beside.append(f"{number_in_words(few)} {'has' if few == 1 else 'have'} too few placebos to tell")
    if none:
        beside.append(f"{number_in_words(none)} cannot be computed")
    total = len(battery.verdicts)
    return f"of {counted(total, 'design')}, {listed(parts)}" + (f"; {listed(beside)}" if beside else "")


def _how_many(number: int) -> str:
    return number_in_words(number) if number else "none"


def peak_sentence(battery: Battery) -> str:
    """At its k-th highest of n windows, or how many units at their highest."""
    ranks, noun = battery.ranks, battery.panel.calendar.noun
    row = battery.verdicts[battery.verdicts["looks_at_peak"]].iloc[0]
    if str(row["reason"]):
        others = f"what others did at equally high moments cannot be said: {row['reason']}"
    else:
        others = (
            f"beyond what others did from equally high moments of their own, the change is "
            f"{change(float(row['change']), battery.panel)} ({how_sure(row, 0.5, battery.panel)})"
        )
    if len(ranks) == 1:
        one = ranks.iloc[0]
        width, windows = counted(int(one["window"]), noun), counted(int(one["windows"]), "window")
        return sentences(
            [
                f"{one['unit']} was treated at its {ordinal(int(one['rank']))} of {windows} of {width}",
                others,
            ]
        )
    highest = int((ranks["rank"] == 1).sum())
    expected = float((1 / ranks["windows"]).sum())
    return sentences(
        [
            f"{out_of(highest, len(ranks), 'treated units')} {'was' if highest == 1 else 'were'} treated at the "
            f"highest of their windows of {_span(ranks['window'], noun)}, where chance lets one expect {expected:.1f}",
            others,
        ]
    )


def _span(windows: "pd.Series[int]", noun: str) -> str:
    """How long windows are: `two years`, or `6 to 9 years` where early starts leave no room for longer ones."""
    shortest, longest = int(windows.min()), int(windows.max())
    return counted(longest, noun) if shortest == longest else f"{shortest} to {longest} {noun}s"


def ordinal(rank: int) -> str:
    """A place from the top: `highest`, `second highest`, `5th highest`."""
    words = {1: "highest", 2: "second highest", 3: "third highest"}
    ends = {1: "st", 2: "nd", 3: "rd"}
    suffix = "th" if rank % 100 in (11, 12, 13) else ends.get(rank % 10, "th")
    return words.get(rank, f"{rank}{suffix} highest")


def verdict(battery: Battery) -> str:
    """What the designs come to together, with an eye on selection at a peak."""
    table = battery.verdicts
    usable = table[table["finding"].isin([FALL, RISE, UNCLEAR])]
    others, at_peak = usable[~usable["looks_at_peak"]], usable[usable["looks_at_peak"]]
    falls, rises = (int((others["finding"] == finding).sum()) for finding in (FALL, RISE))
    who = subject(battery)
    if not falls and not rises and not at_peak["finding"].isin([FALL, RISE]).any():
        return sentences(
            [
                f"no design that can tell finds that {who} changed beyond chance"
                if len(usable)
                else "no design can tell anything with so few units and periods",
                "that is no proof that nothing happened: the limits in the table say which changes are not ruled out",
            ]
        )
    if falls and rises:
        return sentences([f"designs contradict each other: {falls} of {len(others)} find a fall and {rises} a rise"])
    direction = FALL if falls or (at_peak["finding"] == FALL).any() else RISE
    found = max(falls, rises)
    told = (
        f"{out_of(found, len(others), 'designs', 'design')} that can tell, peaks aside, "
        f"find{'s' * (found == 1)} {direction}"
    )
    if 0 < found < len(others):
        told += ", so that the choice of the design decides"
    ranks = battery.ranks
    at_highest = int((ranks["rank"] == 1).sum()) > len(ranks) / 2
    if at_peak.empty:
        last = "whether units that stood as high would have gone that way by themselves, this table cannot say"
    elif (at_peak["finding"] == direction).all():
        last = f"{direction} remains beside others at equally high moments"
    elif at_peak["finding"].isin([FALL, RISE]).any():
        last = "beside others at equally high moments the change has the other sign"
    else:
        why = "and it may be a return from a peak" if at_highest else "but no peak explains it either"
        last = f"beside others at equally high moments {direction} is not clear, {why}"
    return sentences([told, last])


def leads_sentence(battery: Battery, parameters: YourOwnProgramme) -> str:
    """What the design finds before anything was done."""
    if battery.leads is None:
        return sentences(
            [f"too few {battery.panel.calendar.noun}s lie before the first start to move it to before the programme"]
        )
    answer, moved = battery.leads
    noun = battery.panel.calendar.noun
    design = battery.main_row["label"] if battery.panel.is_single else DESIGNS["permuted_starts"]
    sure = f"{p_in_words(answer.p_value)}, where {answer.floor:.2g} is the least possible"
    if answer.floor > parameters.significance + ROUNDING:
        last = "so few placebos could not have told a change from chance"
    elif answer.p_value <= parameters.significance + ROUNDING:
        last = "it finds a change before there was anything to find, so that its answer after the start is in doubt"
    else:
        last = "it finds no clear change, as it should"
    return sentences(
        [
            f"with the start moved {counted(moved, noun)} earlier and nothing looked at after the true one, "
            f"{design} finds {change(answer.change, battery.panel)} ({sure})",
            last,
        ]
    )


def uncounted_sentence(battery: Battery) -> str:
    """What records would have to miss."""
    missed = battery.missed
    if battery.panel.in_units:
        return sentences(["changes are in units of the outcome, of which records have no share that they could miss"])
    if missed is None:
        return sentences(["no change in percent can be given, and so none that records could hide"])
    if round(100 * missed.turning) == 0:
        last = "no change is recorded, so that whatever records miss after the start hides a rise"
    elif missed.turning > 0:
        last = f"for no change at all, records would have to miss {100 * missed.turning:.0f}% after the start"
    else:
        last = "what records miss after the start makes the change larger, and no share of it makes it none"
    told = [change(value, battery.panel) for value in (missed.change, missed.lower, missed.upper)]
    return sentences(
        [
            f"if records miss up to {100 * missed.share:.0f}% after the start beyond what they missed before, the "
            f"change of {told[0]} is between {told[1]} and {told[2]}",
            last,
        ]
    )


def floor_sentence(battery: Battery, parameters: YourOwnProgramme) -> str:
    """How small a p-value could be at all, and what two-way fixed effects are made of."""
    # Of placebos that overlap no number of them is a number of chances.
    table = battery.verdicts[battery.verdicts["finding"] != DESCRIBES]
    floors = table["floor"].dropna()
    told = "no design here has placebos"
    if len(floors):
        least, most = float(floors.min()), float(floors.max())
        between = f"{least:.2g}" if f"{least:.2g}" == f"{most:.2g}" else f"between {least:.2g} and {most:.2g}"
        told = f"by the number of placebos, the least possible p-value is {between}"
        blind = int((floors > parameters.significance + ROUNDING).sum())
        if blind:
            told += f"; {number_in_words(blind)} of these designs cannot reach {parameters.significance:.2g}"
    share = ""
    if not battery.panel.is_single:
        share = (
            f"two-way fixed effects put {100 * battery.forbidden:.0f}% of their weight on comparisons with units that "
            "are treated already"
        )
    return sentences([told, share, _few_sentence(battery)])


def _few_sentence(battery: Battery) -> str:
    """Why errors that are clustered by unit are not counted."""
    if not number_of(battery, FEW_TREATED):
        return ""
    treated, never = len(battery.panel.treated), len(battery.panel.donors)
    return (
        f"with {counted(treated, 'treated unit')} and {counted(never, 'unit')} never treated, errors that are "
        f"clustered by unit are too small: below {LEAST_CLUSTERED} of each, such designs find what is not there more "
        "often than their level says, and their limits and p-values are no test here"
    )


def reasons_sentence(battery: Battery) -> str:
    """Which designs cannot be computed, and why."""
    rows = battery.verdicts[battery.verdicts["reason"] != ""]
    if rows.empty:
        return sentences(["every design can be computed"])
    return sentences([f"{row['label']} cannot be computed: {row['reason']}" for _, row in rows.iterrows()])
