"""Designs for units that are treated at times of their own."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Flags
from citizen_security.methods.staggered_adoption.aggregates import average
from citizen_security.methods.staggered_adoption.effects import Effects
from citizen_security.methods.staggered_adoption.group_time import group_time_effects
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.names import Homogeneous, Imputation
from citizen_security.methods.staggered_adoption.permuted_starts import permuted_limits, permuted_starts
from citizen_security.methods.staggered_adoption.placebo_leads import earlier_starts
from citizen_security.methods.staggered_adoption.poisson_imputation import poisson_imputation
from citizen_security.methods.staggered_adoption.two_way import KINDS, two_way_fixed_effects
from citizen_security.methods.staggered_adoption.untreated_fit import imputable
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme
from citizen_security.programmes.your_own_programme.peaks import equal_moments
from citizen_security.programmes.your_own_programme.programme_panel import ProgrammePanel
from citizen_security.programmes.your_own_programme.verdicts import Answer, verdict_table

# Cells within which effects are centred for their error: the widest, since a start may have one unit.
WITHIN: Homogeneous = "overall"
# Comparisons with units that are treated already, in which their effects stand for no treatment.
FORBIDDEN = KINDS[2]
# Units that are treated, and that never are, from which on errors that are clustered by unit nearly hold their level.
# Of tables without an effect, with 16 periods and noise that persists by 0.7, five in a hundred should be rejected.
# Rejected are 22 to 28 with two of 14 units treated, 10 to 14 with six of 28, 5 to 13 with all of 38, and 4 to 8 with
# 20 of 40, 20 of 60 or 40 of 60.
LEAST_CLUSTERED = 20


def designs_of_several(panel: ProgrammePanel, parameters: YourOwnProgramme) -> pd.DataFrame:
    """Every design for units with starts of their own.

    Parameters
    ----------
    panel : ProgrammePanel
    parameters : YourOwnProgramme

    Returns
    -------
    pandas.DataFrame
        As `verdicts.verdict_table`.
    """
    level = parameters.confidence_level
    counted = panel.counts is not None
    designs: list[tuple[str, Callable[[], Answer]]] = [
        ("two_way", partial(two_way, panel, level)),
        ("group_time", partial(group_time, panel, level)),
        ("imputation", partial(imputed, panel, level)),
        *([("poisson_imputation", partial(imputed_counts, panel, level))] if counted else []),
        ("permuted_starts", partial(dealt_anew, panel, "linear", parameters)),
        *([("permuted_starts_counts", partial(dealt_anew, panel, "poisson", parameters))] if counted else []),
        ("equal_moments", partial(equal_moments, panel, parameters.peak_window)),
    ]
    return verdict_table(designs, parameters.significance, few_treated=few_treated(panel))


def few_treated(panel: ProgrammePanel) -> bool:
    """Whether units on one side are too few for errors that are clustered by unit to hold their level."""
    return min(len(panel.treated), len(panel.donors)) < LEAST_CLUSTERED


def two_way(panel: ProgrammePanel, level: float) -> Answer:
    """The coefficient of a dummy with unit and period effects."""
    return _with_interval(panel, two_way_fixed_effects(panel.staggered()).effect, level, panel.treated_cells)


def group_time(panel: ProgrammePanel, level: float) -> Answer:
    """Changes since the period before the start, against units that are not yet treated."""
    found = group_time_effects(panel.staggered(), "not_yet_treated")
    return _with_interval(panel, average(found).overall, level, panel.imputable)


def imputed(panel: ProgrammePanel, level: float) -> Answer:
    """Against unit and period effects of untreated cells."""
    found = imputation(panel.staggered(), homogeneous_within=WITHIN)
    return _with_interval(panel, found.effects, level, panel.imputable)


def imputed_counts(panel: ProgrammePanel, level: float) -> Answer:
    """Counts over those expected from unit and period factors of untreated cells."""
    row = poisson_imputation(panel.staggered(counted=True)).effects.table(level).iloc[0]
    change, lower, upper = (float(100 * np.expm1(row[name])) for name in ("estimate", "lower", "upper"))
    return Answer(change, lower, upper, float(row["p_value"]))


def _with_interval(panel: ProgrammePanel, effects: Effects, level: float, cells: Flags) -> Answer:
    row = effects.table(level).iloc[0]
    change, lower, upper = panel.changes(
        row[["estimate", "lower", "upper"]], float(panel.outcomes[cells].mean()), row["estimate"]
    )
    return Answer(change, lower, upper, float(row["p_value"]))


def dealt_anew(panel: ProgrammePanel, kind: Imputation, parameters: YourOwnProgramme) -> Answer:
    """The imputed effect ranked among those of starts dealt to the units anew, and the effects that are not rejected.

    The rank holds its level however few units are treated, where starts were dealt by chance.
    """
    counted = kind == "poisson"
    staggered, draws, seed = panel.staggered(counted=counted), parameters.draws_at_effort, parameters.seed
    test = permuted_starts(staggered, kind, draws=draws, seed=seed)
    ends = permuted_limits(staggered, kind, confidence_level=parameters.confidence_level, draws=draws, seed=seed)
    effects = (test.observed, *ends)
    if counted:
        change, lower, upper = (float(100 * np.expm1(effect)) for effect in effects)
    else:
        change, lower, upper = panel.changes(effects, float(panel.outcomes[panel.imputable].mean()), test.observed)
    return Answer(change, lower, upper, test.p_value, test.floor)


def forbidden_share(panel: ProgrammePanel) -> float:
    """Weight of comparisons with units that are treated already in the coefficient of two-way fixed effects."""
    kinds = two_way_fixed_effects(panel.staggered()).by_kind
    return float(kinds.loc[kinds["kind"] == FORBIDDEN, "weight"].sum())


def path_of_several(panel: ProgrammePanel, level: float) -> pd.DataFrame:
    """Imputed effects by periods since the start, in percent.

    Parameters
    ----------
    panel : ProgrammePanel
    level : float

    Returns
    -------
    pandas.DataFrame
        event_time, change, lower, upper (as of a verdict; no limits where units are too few), units (that are seen so
        long after their start).
    """
    found = imputation(panel.staggered(), "event_time", WITHIN).effects.table(level)
    times = found["event_time"].to_numpy(int)
    cells = [panel.imputable & (np.arange(panel.periods) - panel.starts[:, None] == time) for time in times]
    seen = [int(each.sum()) for each in cells]
    rows = [
        panel.changes(row[["estimate", "lower", "upper"]], float(panel.outcomes[each].mean()), row["estimate"])
        for (_, row), each in zip(found.iterrows(), cells, strict=True)
    ]
    change, lower, upper = np.array(rows).T
    known = (np.array(seen) >= LEAST_CLUSTERED) & (not few_treated(panel))
    lower, upper = np.where(known, lower, np.nan), np.where(known, upper, np.nan)
    return pd.DataFrame({"event_time": times, "change": change, "lower": lower, "upper": upper, "units": seen})


def moved_earlier(panel: ProgrammePanel, parameters: YourOwnProgramme) -> tuple[Answer, int]:
    """Imputed effects with every start moved to before the programme, and nothing looked at after the true ones.

    Parameters
    ----------
    panel : ProgrammePanel
    parameters : YourOwnProgramme

    Returns
    -------
    Answer
    int
        Periods that they were moved by.
    """
    moved = min(parameters.leads, int(panel.starts[0]) - 2)
    if moved < 1:
        raise ValueError("too few periods before the first start")
    early = earlier_starts(panel.staggered(), moved)
    effect = float(imputation(early, homogeneous_within=WITHIN, horizon=moved).effects.estimate[0])
    test = permuted_starts(early, horizon=moved, draws=parameters.draws_at_effort, seed=parameters.seed)
    cells = imputable(early) & (early.event_time < moved)
    (change,) = panel.changes([effect], float(early.outcomes[cells].mean()), effect)
    return Answer(change, p_value=test.p_value, floor=test.floor), moved
