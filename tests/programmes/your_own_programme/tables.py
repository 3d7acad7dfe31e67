"""Small tables of units over time, as an analyst would bring them."""

import numpy as np
import pandas as pd


def one_treated(units=8, years=12, start=2008, first=2000, effect=0.5, seed=1):
    """Counts of units of one level, of which `u0` counts a share of what it would from its start on."""
    generator = np.random.default_rng(seed)
    rows = [
        (f"u{unit}", first + year, 1_000_000, start if unit == 0 else np.nan)
        for unit in range(units)
        for year in range(years)
    ]
    table = pd.DataFrame(rows, columns=["unit", "time", "population", "start"])
    treated = (table["unit"] == "u0") & (table["time"] >= start)
    table["count"] = generator.poisson(np.where(treated, 400 * effect, 400))
    return table


def many_treated(effect=0.6, seed=2):
    """Counts by quarter of twelve units, of which eight start at quarters of their own, with dates."""
    generator = np.random.default_rng(seed)
    quarters = pd.period_range("2010Q1", periods=20, freq="Q")
    rows = []
    for unit in range(12):
        start = quarters[6 + unit] if unit < 8 else None
        for quarter in quarters:
            mean = (50 + 20 * unit) * (effect if start is not None and quarter >= start else 1.0)
            day = "" if start is None else f"{start.start_time:%Y-%m}-15"
            rows.append((f"u{unit}", f"{quarter.year}-Q{quarter.quarter}", generator.poisson(mean), day or None))
    return pd.DataFrame(rows, columns=["unit", "time", "count", "start"])


def an_outcome():
    """An outcome without counts by month: scores that one unit raises by a half from the start on."""
    table = one_treated(years=24, first=0, start=16).drop(columns=["count", "population"])
    months = pd.period_range("2015-01", periods=24, freq="M")
    generator = np.random.default_rng(3)
    treated = (table["unit"] == "u0") & (table["time"] >= 16)
    score = 10 * np.exp(generator.normal(0, 0.02, len(table))) * np.where(treated, 1.5, 1.0)
    return table.assign(
        outcome=score,
        time=[f"{months[time]}" for time in table["time"]],
        start=[None if np.isnan(start) else f"{months[int(start)]}" for start in table["start"]],
    )
