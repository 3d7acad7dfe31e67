"""Simulated panels with starts of their own, and the same as rows for other programs."""

import numpy as np
import pandas as pd

from citizen_security.methods.staggered_adoption.panels import StaggeredPanel

NAN = float("nan")


def starts_of(units, groups, random=None):
    """Equally many units for each start (nan for never), in order or at random."""
    starts = np.resize(np.asarray(groups, float), units)
    return starts if random is None else random.permutation(starts)


def linear_panel(
    seed, units=40, periods=12, groups=(4, 6, 9, NAN), effect=lambda time, start: 1.0, noise=1.0, memory=0.0
):
    """Unit and period effects, effects by time since the start, and noise that remembers."""
    random = np.random.default_rng(seed)
    starts = starts_of(units, groups)
    shocks = noise * random.normal(size=(units, periods))
    for period in range(1, periods):
        shocks[:, period] = memory * shocks[:, period - 1] + np.sqrt(1 - memory**2) * shocks[:, period]
    outcomes = random.normal(size=(units, 1)) * 2 + random.normal(size=periods).cumsum() + shocks
    first = np.where(np.isnan(starts), periods, starts).astype(int)
    for unit, start in enumerate(first):
        outcomes[unit, start:] += [effect(period - start, start) for period in range(start, periods)]
    names = tuple(str(unit) for unit in range(units))
    return StaggeredPanel(names, np.arange(periods), outcomes, first)


def count_panel(seed, units=24, periods=40, groups=(8, 15, 20, 30, NAN), ratio=1.0, mean=6.0):
    """Poisson counts with unit and period effects, and rates that are multiplied from the start on."""
    random = np.random.default_rng(seed)
    starts = starts_of(units, groups)
    exposure = np.exp(random.normal(size=(units, 1))) * (1 + 0.01 * np.arange(periods))
    log_rate = np.log(mean) + 0.3 * random.normal(size=(units, 1)) + 0.2 * random.normal(size=periods).cumsum() / 2
    time = np.arange(periods) - starts[:, None]
    counts = random.poisson(exposure * np.exp(log_rate) * np.where(time >= 0, ratio, 1.0))
    return StaggeredPanel.of_table(counts, starts, exposure=exposure)


def as_rows(panel):
    """unit, period, outcome, count, exposure, start (0 for never), treated, event (-1000 for never)."""
    units, periods = panel.outcomes.shape
    start = np.where(panel.never, 0, panel.starts)
    never = np.repeat(panel.never, periods)
    return pd.DataFrame(
        {
            "unit": np.repeat(np.arange(units), periods),
            "period": np.tile(np.arange(periods), units),
            "outcome": panel.outcomes.ravel(),
            "count": panel.outcomes.ravel() if panel.counts is None else panel.counts.ravel(),
            "exposure": np.ones(units * periods) if panel.exposure is None else panel.exposure.ravel(),
            "start": np.repeat(start, periods),
            "treated": panel.treated.ravel().astype(int),
            "event": np.where(never, -1000, panel.event_time.ravel()),
        }
    )
