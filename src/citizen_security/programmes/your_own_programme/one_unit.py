"""Designs for one treated unit."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.methods.arrays import Floats
from citizen_security.methods.interrupted_series.counts import fit_count_segments
from citizen_security.methods.interrupted_series.segments import fit_segments
from citizen_security.methods.interrupted_series.structural import structural_series
from citizen_security.methods.interrupted_series.trend_bounds import trend_bounds
from citizen_security.methods.randomisation import placebo_rank
from citizen_security.methods.rates import ratio_interval
from citizen_security.methods.spike_selection.designs import before_and_after
from citizen_security.methods.synthetic_control.conformal import (
    ExchangeableEstimator,
    conformal_interval,
    conformal_test,
)
from citizen_security.methods.synthetic_control.counts import count_control
from citizen_security.methods.synthetic_control.names import Estimator
from citizen_security.methods.synthetic_control.placebos import (
    PlaceboTest,
    placebo_gaps,
    placebos_in_space,
    placebos_in_space_and_time,
    placebos_in_time,
)
from citizen_security.programmes.your_own_programme.needs import (
    require_earlier_lines,
    require_earlier_weights,
    require_line,
    require_periods,
)
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme
from citizen_security.programmes.your_own_programme.peaks import equal_moments
from citizen_security.programmes.your_own_programme.programme_panel import ProgrammePanel
from citizen_security.programmes.your_own_programme.verdicts import ROUNDING, Answer, verdict_table

# The estimator that the others are shown beside: it allows for a constant difference of the unit from its donors.
MAIN: ExchangeableEstimator = "demeaned"
BY_GAPS: tuple[Estimator, ...] = (
    "difference_in_differences", "matched", "demeaned", "synthetic_difference_in_differences",
)  # fmt: skip
# An effect of which ranks among placebos differ by less ties.
TIE = 1e-9


def designs_of_one(panel: ProgrammePanel, parameters: YourOwnProgramme) -> pd.DataFrame:
    """Every design for the one treated unit.

    Parameters
    ----------
    panel : ProgrammePanel
        With one treated unit.
    parameters : YourOwnProgramme

    Returns
    -------
    pandas.DataFrame
        As `verdicts.verdict_table`.
    """
    designs: list[tuple[str, Callable[[], Answer]]] = [
        ("before_and_after", partial(change_since_before, panel, parameters)),
        ("interrupted_series", partial(own_trend, panel, parameters)),
        ("trend_bounds", partial(bending_trend, panel, parameters)),
        ("structural_series", partial(own_past_and_donors, panel, parameters)),
        *((name, partial(among_donors, panel, name, parameters.confidence_level)) for name in BY_GAPS),
        ("matched_ratio", partial(ratio_of_errors, panel)),
        *([("count_control", partial(counts_of_donors, panel, parameters))] if panel.counts is not None else []),
        ("placebos_in_time", partial(at_earlier_dates, panel)),
        ("placebos_in_space_and_time", partial(elsewhere_and_earlier, panel)),
        ("conformal", partial(by_residuals, panel, parameters)),
        ("equal_moments", partial(equal_moments, panel, parameters.peak_window)),
    ]
    return verdict_table(designs, parameters.significance)


def change_since_before(panel: ProgrammePanel, parameters: YourOwnProgramme) -> Answer:
    """As many periods before the start as from it on: of counts the ratio of rates, else Welch's test."""
    before = int(panel.starts[0])
    width = min(before, panel.periods - before)
    if panel.counts is None or panel.exposure is None:
        require_periods(panel, 2, 2)
        found = before_and_after(panel.outcomes, before, np.zeros(1))
        effect = float(found.effects[0])
        (change,) = panel.changes([effect], panel.own_mean(before, before + width), effect)
        return Answer(change, p_value=float(found.p_values[0]))
    old, new = slice(before - width, before), slice(before, before + width)
    counts, exposure = panel.counts[0], panel.exposure[0]
    sums = counts[old].sum(), counts[new].sum(), exposure[old].sum(), exposure[new].sum()
    lower, upper = ratio_interval(*sums, parameters.confidence_level)
    ratio = sums[1] / sums[3] / (sums[0] / sums[2]) if sums[0] else float("nan")
    return Answer(100 * (ratio - 1), 100 * (lower - 1), 100 * (upper - 1))


def own_trend(panel: ProgrammePanel, parameters: YourOwnProgramme) -> Answer:
    """The unit's own line carried on."""
    require_line(panel)
    before, level = int(panel.starts[0]), parameters.confidence_level
    if panel.counts is not None and panel.exposure is not None:
        fit = fit_count_segments(panel.counts[0], panel.exposure[0], before, season=parameters.season)
        ends = (fit.effect, *fit.interval(level))
        change, lower, upper = (float(100 * np.expm1(end)) for end in ends)
        return Answer(change, lower, upper, fit.p_value())
    line = fit_segments(panel.outcomes[0], before, season=parameters.season)
    p_value = float(2 * stats.t.sf(abs(line.effect) / line.standard_error, line.degrees()))
    change, lower, upper = panel.changes([line.effect, *line.interval(level)], panel.own_mean(before), line.effect)
    return Answer(change, lower, upper, p_value)


def bending_trend(panel: ProgrammePanel, parameters: YourOwnProgramme) -> Answer:
    """The same where the line may err by as much as it erred at earlier dates, soon after the start."""
    require_earlier_lines(panel)
    start = int(panel.starts[0])
    found = trend_bounds(
        panel.outcomes[0], start, bends=[1.0], season=parameters.season,
        confidence_level=parameters.confidence_level,
    )  # fmt: skip
    row, effect = found.table.iloc[0], found.fit.effect
    # The line is judged over as many periods as earlier dates leave, and so is what is expected.
    observed = panel.own_mean(start, start + found.dates.horizon)
    return Answer(*panel.changes([effect, float(row["lower"]), float(row["upper"])], observed, effect))


def own_past_and_donors(panel: ProgrammePanel, parameters: YourOwnProgramme) -> Answer:
    """A structural model of the unit's past and its donors; twice the probability of the less likely sign."""
    require_line(panel)
    donors = panel.outcomes[1:]
    # What stands still tells nothing of the unit.
    moving = donors[np.ptp(donors, axis=1) > TIE * np.abs(donors).max(axis=1)]
    if not len(moving):
        raise ValueError("no donor varies; add units that do")
    fit = structural_series(panel.outcomes[0], int(panel.starts[0]), controls=moving, season=parameters.season)
    effects = [fit.effect, *fit.interval(parameters.confidence_level)]
    change, lower, upper = panel.changes(effects, panel.own_mean(int(panel.starts[0])), fit.effect)
    return Answer(change, lower, upper, fit.p_value())


def among_donors(panel: ProgrammePanel, estimator: Estimator, confidence_level: float) -> Answer:
    """The mean gap of an estimator ranked among those of donors, and the changes that placebos do not reject.

    The interval has equal probabilities of treatment (Firpo and Possebom 2018); it is infinite where so few donors can
    reject nothing.
    """
    one = panel.single()
    gaps = placebo_gaps(one, estimator)[:, one.before :].mean(axis=1)
    rank = placebo_rank(float(gaps[0]), gaps[1:], tie=TIE * abs(float(gaps[0])))
    lower, upper = _not_rejected(float(gaps[0]), gaps[1:], confidence_level)
    effect = float(gaps[0])
    change, lower, upper = panel.changes([effect, lower, upper], panel.own_mean(one.before), effect)
    return Answer(change, lower, upper, rank.p_value, rank.floor)


def _not_rejected(effect: float, placebos: Floats, confidence_level: float) -> tuple[float, float]:
    needed = int(np.floor((1 - confidence_level) * (len(placebos) + 1) + ROUNDING))
    half = float(np.sort(np.abs(placebos))[-needed]) if needed else float("inf")
    return effect - half, effect + half


def ratio_of_errors(panel: ProgrammePanel) -> Answer:
    """The synthetic control ranked by gaps after the start over those before."""
    one = panel.single()
    test = placebos_in_space(one, "matched", "rmspe_ratio")
    effect = float(placebo_gaps(one, "matched")[0, one.before :].mean())
    (change,) = panel.changes([effect], panel.own_mean(one.before), effect)
    return Answer(change, p_value=test.p_value, floor=test.floor)


def counts_of_donors(panel: ProgrammePanel, parameters: YourOwnProgramme) -> Answer:
    """Weights of donors' rates by Poisson likelihood, ranked among the same for each donor."""
    if panel.counts is None or panel.exposure is None:
        raise ValueError("the table has no counts")
    before, units = int(panel.starts[0]), len(panel.units)
    effects = []
    for unit in range(units):
        allowed = np.arange(units) != unit
        # What was done to the treated unit would be in the gaps of donors.
        allowed[0] = False
        fit = count_control(panel.counts, panel.exposure, before, treated=unit, scaled=True, allowed=allowed)
        effects.append(fit.effect)
    found = np.array(effects)
    rank = placebo_rank(float(found[0]), found[1:], tie=TIE * abs(float(found[0])))
    ends = (float(found[0]), *_not_rejected(float(found[0]), found[1:], parameters.confidence_level))
    change, lower, upper = (float(100 * np.expm1(end)) for end in ends)
    return Answer(change, lower, upper, rank.p_value, rank.floor)


def at_earlier_dates(panel: ProgrammePanel) -> Answer:
    """The mean gap soon after the start, ranked among the same at earlier dates; windows overlap."""
    require_earlier_weights(panel)
    horizon = soon_after(panel)
    return _soon(panel, placebos_in_time(panel.single(), MAIN, "mean_gap", horizon=horizon), horizon)


def elsewhere_and_earlier(panel: ProgrammePanel) -> Answer:
    """The same ranked among donors at the start and all earlier dates."""
    require_earlier_weights(panel)
    horizon = soon_after(panel)
    return _soon(panel, placebos_in_space_and_time(panel.single(), MAIN, "mean_gap", horizon=horizon), horizon)


def soon_after(panel: ProgrammePanel) -> int:
    """Periods from a start on that are looked at at earlier dates too: no more than a third of those before."""
    start = int(panel.starts[0])
    return min(panel.periods - start, max(start // 3, 1))


def _soon(panel: ProgrammePanel, test: PlaceboTest, horizon: int) -> Answer:
    start = int(panel.starts[0])
    (change,) = panel.changes([test.treated], panel.own_mean(start, start + horizon), test.treated)
    return Answer(change, p_value=test.p_value, floor=test.floor)


def by_residuals(panel: ProgrammePanel, parameters: YourOwnProgramme) -> Answer:
    """Constant effects that residuals do not reject when they are moved along the calendar."""
    one = panel.single()
    test = conformal_test(one, 0.0, MAIN)
    effect = float(placebo_gaps(one, MAIN)[0, one.before :].mean())
    found = conformal_interval(one, MAIN, confidence_level=parameters.confidence_level)
    # Ends between which some effects are rejected, such as none at all, are no interval.
    holes = not found.is_connected or (
        test.p_value <= parameters.significance + ROUNDING and found.lower < 0 < found.upper
    )
    ends = (float("nan"), float("nan")) if holes else (found.lower, found.upper)
    change, lower, upper = panel.changes([effect, *ends], panel.own_mean(one.before), effect)
    return Answer(change, lower, upper, test.p_value, test.floor)


def path_of_one(panel: ProgrammePanel) -> pd.DataFrame:
    """The treated unit and its main counterfactual, by period.

    Parameters
    ----------
    panel : ProgrammePanel

    Returns
    -------
    pandas.DataFrame
        place, period (label), observed, expected (as the table has them), is_after.
    """
    one = panel.single()
    gaps = placebo_gaps(one, MAIN)[0]
    expected = one.target - gaps
    if panel.scale == "log":
        expected = np.exp(expected)
    return pd.DataFrame(
        {
            "place": np.arange(panel.periods),
            "period": [panel.calendar.label(place) for place in range(panel.periods)],
            "observed": panel.values[0],
            "expected": expected,
            "is_after": np.arange(panel.periods) >= panel.starts[0],
        }
    )


def moved_earlier(panel: ProgrammePanel, leads: int) -> tuple[Answer, int]:
    """The main design with the start moved to before the programme, and nothing looked at after it.

    Parameters
    ----------
    panel : ProgrammePanel
    leads : int
        Periods; fewer where too few are left before.

    Returns
    -------
    Answer
    int
        Periods that it was moved by.

    Raises
    ------
    ValueError
        If no period can be spared.
    """
    start = int(panel.starts[0])
    moved = min(leads, start - 3)
    if moved < 1:
        raise ValueError(f"{start} periods before the start leave none to move it to")
    one = panel.single(until=start, before=start - moved)
    gaps = placebo_gaps(one, MAIN)[:, one.before :].mean(axis=1)
    rank = placebo_rank(float(gaps[0]), gaps[1:], tie=TIE * abs(float(gaps[0])))
    effect = float(gaps[0])
    (change,) = panel.changes([effect], panel.own_mean(start - moved, start), effect)
    return Answer(change, p_value=rank.p_value, floor=rank.floor), moved
