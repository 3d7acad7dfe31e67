"""What the notebook `programmes/focused_deterrence` records."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.methods.interrupted_series.trend_bounds import TrendBounds
from citizen_security.programmes import at_a_glance
from citizen_security.programmes.focused_deterrence import sentences as said
from citizen_security.programmes.focused_deterrence.parameters import Design, FocusedDeterrence
from citizen_security.values import Value


def values(
    found: Mapping[str, float],
    announced: Mapping[str, float],
    both: Mapping[str, str | int],
    rank: tuple[int, int],
    lines: pd.DataFrame,
    bounds: Mapping[str, TrendBounds],
    curve: pd.DataFrame,
    parameters: FocusedDeterrence,
) -> list[Value]:
    """Sentences, and the change beside other sectors.

    Parameters
    ----------
    found : mapping
        From `announced.beside_others`.
    announced : mapping
        From `announced.announced`.
    both : mapping
        From `announced.overlap`.
    rank : tuple of int
        From `announced.peak_rank`.
    lines : pandas.DataFrame
        From `own_series.lines`.
    bounds : mapping
        From `own_series.bent`.
    curve : pandas.DataFrame
        From `designs.curve`.
    parameters : FocusedDeterrence

    Returns
    -------
    list of Value
    """
    chosen = curve[curve["start"] == parameters.start]
    peak, weighted = (_row(chosen, design) for design in ("own_peak", "synthetic"))
    texts = {
        "answer_sentence": (said.answer_sentence(found, announced, parameters), "The answer"),
        "announced_sentence": (said.announced_sentence(found, announced), "The announced fall in the files"),
        "sources_sentence": (said.sources_sentence(both, parameters), "Two sources in the same months"),
        "peak_sentence": (said.peak_sentence(rank, int(announced["first"]), peak), "The year that it is measured from"),
        "line_sentence": (said.line_sentence(lines, parameters), "Its own line, alone and beside the city"),
        "dates_sentence": (said.dates_sentence(bounds), "Earlier dates and bends"),
        "synthetic_sentence": (said.synthetic_sentence(weighted, parameters), "Against weighted sectors"),
        "curve_sentence": (said.curve_sentence(curve), "All starts and designs"),
        "verdict": (said.verdict(found, curve, parameters), "What it comes to"),
    }
    return [
        Value(
            name="relative_change",
            value=found["relative"],
            interval=(found["relative_lower"], found["relative_upper"]),
            n=int(found["before"] + found["after"]),
            format="+.0f",
            unit="%",
            label="Change of the sector's files beside those of all other sectors, between the announced years",
        ),
        *(Value(name=name, value=text, label=label) for name, (text, label) in texts.items()),
        *at_a_glance.readings(
            raw=said.raw_reading(found, announced),
            beside=said.beside_reading(found),
            choices=at_a_glance.falls(
                int(curve["found"].sum()),
                len(curve),
                "starts and designs",
                "start and design",
                able=int(curve["able"].sum()),
                risen=int(curve["risen"].sum()),
            ),
        ),
    ]


def _row(chosen: pd.DataFrame, design: Design) -> dict[str, float]:
    """Numbers of one design at the chosen start."""
    row = chosen[chosen["design"] == design].iloc[0]
    return {name: float(row[name]) for name in ("change", "p_value", "floor", "sectors")}
