"""Whether units were treated at a peak of their own, and what others did that stood as high."""

import numpy as np
import pandas as pd

from citizen_security.methods.spike_selection.designs import among_equal_moments
from citizen_security.programmes.your_own_programme.programme_panel import ProgrammePanel
from citizen_security.programmes.your_own_programme.verdicts import Answer
from citizen_security.words import counted

# Others that a unit is compared with when it is treated; with fewer nothing can be ranked.
LEAST_OTHERS = 3
# Half of so many periods before a start hold two windows of one period.
LEAST_BEFORE = 4


def window_ranks(panel: ProgrammePanel, window: int) -> pd.DataFrame:
    """How high each treated unit stood in its last window before the start, among all its windows before.

    Parameters
    ----------
    panel : ProgrammePanel
    window : int
        Periods of a window; shorter where fewer lie before a start.

    Returns
    -------
    pandas.DataFrame
        unit, start (label), window, rank (1 is the highest), windows.
    """
    rows = []
    for place, unit in enumerate(panel.treated):
        before = int(panel.starts[place])
        width = min(window, before - 1)
        means = np.lib.stride_tricks.sliding_window_view(panel.values[place, :before], width).mean(axis=1)
        rank = 1 + int((means > means[-1]).sum())
        rows.append((unit, panel.calendar.label(before), width, rank, len(means)))
    return pd.DataFrame(rows, columns=["unit", "start", "window", "rank", "windows"])


def windows_of(panel: ProgrammePanel, window: int) -> pd.DataFrame:
    """Means of every window before the start of the first treated unit.

    Parameters
    ----------
    panel : ProgrammePanel
    window : int

    Returns
    -------
    pandas.DataFrame
        last (label of the window's last period), mean, is_last.
    """
    before = int(panel.starts[0])
    width = min(window, before - 1)
    means = np.lib.stride_tricks.sliding_window_view(panel.values[0, :before], width).mean(axis=1)
    names = [panel.calendar.label(place) for place in range(width - 1, before)]
    return pd.DataFrame({"last": names, "mean": means, "is_last": np.arange(len(means)) == len(means) - 1})


def equal_moments(panel: ProgrammePanel, window: int) -> Answer:
    """Changes beyond those of others when they stood as high in their own history.

    Parameters
    ----------
    panel : ProgrammePanel
    window : int
        Periods of a window; shorter where half of the periods before a start do not hold two of them.

    Returns
    -------
    Answer
        Of several units the mean change, and twice the mean of their p-values, which holds however they depend on each
        other (Vovk and Wang 2020).

    Raises
    ------
    ValueError
        If no treated unit has enough periods before its start, or enough others.
    """
    effects, observed, p_values, floors, first_problem = [], [], [], [], ""
    for place in range(len(panel.treated)):
        start = int(panel.starts[place])
        horizon = reach(panel, place)
        others = np.flatnonzero((panel.starts >= start + horizon) & (np.arange(len(panel.units)) != place))
        if not horizon:
            first_problem = first_problem or (
                f"fewer than {LEAST_OTHERS} others are untreated when the unit is treated; add units that are treated "
                "later, or never"
            )
            continue
        width = window_at_equal_moments(start, window)
        if not width:
            noun = panel.calendar.noun
            first_problem = first_problem or (
                f"it needs {counted(LEAST_BEFORE, noun)} before the start, and the table has {counted(start, noun)}; "
                f"give earlier {noun}s"
            )
            continue
        seen = panel.outcomes[np.append(place, others), : start + horizon]
        found = among_equal_moments(seen, start, np.zeros(1), window=width)
        effects.append(float(found.effects[0]))
        observed.append(float(seen[0, start:].mean()))
        p_values.append(float(found.p_values[0]))
        floors.append(1 / (len(others) + 1))
    if not effects:
        raise ValueError(first_problem)
    mean = float(np.mean(effects))
    times = 1 if len(effects) == 1 else 2
    (change,) = panel.changes([mean], float(np.mean(observed)), mean)
    return Answer(
        change,
        p_value=min(1.0, times * float(np.mean(p_values))),
        floor=min(1.0, times * float(np.mean(floors))),
    )


def window_at_equal_moments(before: int, window: int) -> int:
    """Periods of a window, of which half of the periods before a start have to hold two; none where it cannot be."""
    return max(min(window, before // 2 - 1), 0)


def reach(panel: ProgrammePanel, place: int) -> int:
    """Periods from a unit's start on in which enough others are untreated; none where they never are."""
    start = int(panel.starts[place])
    for horizon in range(panel.periods - start, 0, -1):
        if int((panel.starts >= start + horizon).sum()) >= LEAST_OTHERS:
            return horizon
    return 0
