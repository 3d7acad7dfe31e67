"""Designs for units that are treated at times of their own."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from citizen_security.methods.staggered_adoption.aggregates import average
from citizen_security.methods.staggered_adoption.effects import Effects
from citizen_security.methods.staggered_adoption.group_time import group_time_effects
from citizen_security.methods.staggered_adoption.imputation import imputation
from citizen_security.methods.staggered_adoption.names import Homogeneous, Imputation
from citizen_security.methods.staggered_adoption.permuted_starts import PermutationTest, permuted_starts
from citizen_security.methods.staggered_adoption.placebo_leads import earlier_starts
from citizen_security.methods.staggered_adoption.poisson_imputation import poisson_imputation
from citizen_security.methods.staggered_adoption.two_way import KINDS, two_way_fixed_effects
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme
from citizen_security.programmes.your_own_programme.peaks import equal_moments
from citizen_security.programmes.your_own_programme.programme_panel import ProgrammePanel
from citizen_security.programmes.your_own_programme.verdicts import Answer, verdict_table

# Cells within which effects are centred for their error: the widest, since a start may have one unit.
WITHIN: Homogeneous = "overall"
# Comparisons with units that are treated already, in which their effects stand for no treatment.
FORBIDDEN = KINDS[2]


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
    return verdict_table(designs, parameters.significance)


def two_way(panel: ProgrammePanel, level: float) -> Answer:
    """The coefficient of a dummy with unit and period effects."""
    return _with_interval(panel, two_way_fixed_effects(panel.staggered()).effect, level)


def group_time(panel: ProgrammePanel, level: float) -> Answer:
    """Changes since the period before the start, against units that are not yet treated."""
    found = group_time_effects(panel.staggered(), "not_yet_treated")
    return _with_interval(panel, average(found).overall, level)


def imputed(panel: ProgrammePanel, level: float) -> Answer:
    """Against unit and period effects of untreated cells."""
    return _with_interval(panel, imputation(panel.staggered(), homogeneous_within=WITHIN).effects, level)


def imputed_counts(panel: ProgrammePanel, level: float) -> Answer:
    """Counts over those expected from unit and period factors of untreated cells."""
    row = poisson_imputation(panel.staggered(counted=True)).effects.table(level).iloc[0]
    change, lower, upper = (float(100 * np.expm1(row[name])) for name in ("estimate", "lower", "upper"))
    return Answer(change, lower, upper, float(row["p_value"]))


def _with_interval(panel: ProgrammePanel, effects: Effects, level: float) -> Answer:
    row = effects.table(level).iloc[0]
    main = float(row["estimate"])
    change, lower, upper = (panel.percent(float(row[name]), main) for name in ("estimate", "lower", "upper"))
    return Answer(change, lower, upper, float(row["p_value"]))


def dealt_anew(panel: ProgrammePanel, kind: Imputation, parameters: YourOwnProgramme) -> Answer:
    """The imputed effect ranked among those of starts that are dealt to the units anew."""
    counted = kind == "poisson"
    test = permuted_starts(
        panel.staggered(counted=counted), kind, draws=parameters.draws_at_effort, seed=parameters.seed
    )
    own = imputed_counts(panel, 0.95) if counted else imputed(panel, 0.95)
    return Answer(own.change, p_value=test.p_value, floor=floor_of(test))


def floor_of(test: PermutationTest) -> float:
    """The smallest p-value that the arrangements can give."""
    return 1 / test.arrangements if test.enumerated else 1 / (len(test.drawn) + 1)


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
        event_time, change, lower, upper (percent), units (that are seen so long after their start).
    """
    found = imputation(panel.staggered(), "event_time", WITHIN).effects.table(level)
    rows = [
        [panel.percent(float(row[name]), float(row["estimate"])) for name in ("estimate", "lower", "upper")]
        for _, row in found.iterrows()
    ]
    times = found["event_time"].to_numpy(int)
    seen = [int((panel.periods - panel.starts[: len(panel.treated)] > time).sum()) for time in times]
    change, lower, upper = np.array(rows).T
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
    # What is expected before the programme is what the table has there.
    change = float(100 * np.expm1(effect)) if panel.scale == "log" else 100 * effect / _before(panel, moved)
    return Answer(change, p_value=test.p_value, floor=floor_of(test)), moved


def _before(panel: ProgrammePanel, moved: int) -> float:
    times = np.arange(panel.periods) - panel.starts[:, None]
    mean = float(panel.outcomes[(times < 0) & (times >= -moved)].mean())
    return mean if mean > 0 else float("nan")
