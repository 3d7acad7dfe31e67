"""Designs for one sector among others: a change for each, its rank among them, and one curve over all starts."""

import numpy as np
import pandas as pd

from citizen_security.methods.arrays import Floats
from citizen_security.methods.randomisation import placebo_rank
from citizen_security.methods.spike_selection.designs import among_equal_moments
from citizen_security.programmes.focused_deterrence.labels import DESIGN_NAMES
from citizen_security.programmes.focused_deterrence.parameters import Design, FocusedDeterrence
from citizen_security.programmes.focused_deterrence.sector_panel import MONTHS_A_QUARTER, SectorPanel, sector_panel
from citizen_security.programmes.own_level import HALF, against_others, changes_of_all
from citizen_security.programmes.parameters import MONTHS_A_YEAR, month_number

# A p-value equals the level if it misses it by rounding alone.
ROUNDING = 1e-9

# A window of an own peak is a year.
WINDOW = MONTHS_A_YEAR // MONTHS_A_QUARTER


def relative_changes(panel: SectorPanel, periods_before: int) -> tuple[Floats, Floats]:
    """Log change of each sector beside all others, and its error if counts are Poisson.

    Parameters
    ----------
    panel : SectorPanel
    periods_before : int
        Periods before the start that are compared with all from it on.

    Returns
    -------
    changes, errors : numpy.ndarray, shape (sectors,)
        The others of the evaluated sector are all others; those of another are all but itself and the evaluated one.
    """
    early = slice(panel.before - periods_before, panel.before)
    old, new = panel.counts[:, early].sum(axis=1), panel.counts[:, panel.before :].sum(axis=1)
    without = panel.counts.copy()
    without[0] = 0
    rest_old = panel.rest[early].sum() - without[:, early].sum(axis=1)
    rest_new = panel.rest[panel.before :].sum() - without[:, panel.before :].sum(axis=1)
    changes = np.log((new + HALF) / (old + HALF)) - np.log((rest_new + HALF) / (rest_old + HALF))
    errors = np.sqrt(1 / (new + HALF) + 1 / (old + HALF) + 1 / (rest_new + HALF) + 1 / (rest_old + HALF))
    return changes, errors


def one_design(panel: SectorPanel, design: Design, parameters: FocusedDeterrence) -> dict[str, float]:
    """Change by one design, with its rank among other sectors.

    Parameters
    ----------
    panel : SectorPanel
        By month.
    design : str
    parameters : FocusedDeterrence

    Returns
    -------
    dict of str to float
        change (percent), p_value, floor, sectors.
    """
    others = len(panel.sectors) - 1
    if design == "own_peak":
        quarters = panel.quarters()
        answer = among_equal_moments(np.log(quarters.counts + HALF), quarters.before, np.zeros(1), window=WINDOW)
        change, p_value, floor = answer.effects[0], float(answer.p_values[0]), 1 / (others + 1)
    else:
        changes, errors = _changes(panel, design, parameters)
        ranked = changes / errors if parameters.statistic == "change_over_error" else changes
        # A change of the whole city is no sector's.
        ranked = ranked - np.median(ranked[1:])
        rank = placebo_rank(float(ranked[0]), ranked[1:], tie=1e-9 * abs(float(ranked[0])))
        change, p_value, floor = changes[0], rank.p_value, rank.floor
    return {
        "change": float(100 * np.expm1(change)), "p_value": p_value, "floor": floor, "sectors": float(others),
    }  # fmt: skip


def curve(table: pd.DataFrame, parameters: FocusedDeterrence) -> pd.DataFrame:
    """Every design at every start that is tried, and at the chosen one.

    Parameters
    ----------
    table : pandas.DataFrame
        `mexico_city_sector_month`.
    parameters : FocusedDeterrence

    Returns
    -------
    pandas.DataFrame
        start, year (with the month as a fraction), design, design_name, change (percent), p_value, floor, sectors,
        found (fewer files) and risen (more), with a p-value that is small at the level; able: one can be so small.
    """
    rows, small = [], parameters.significance + ROUNDING
    for start in sorted({*parameters.starts_at_effort, parameters.start}):
        panel = sector_panel(table, parameters, start)
        for design, name in DESIGN_NAMES.items():
            found = one_design(panel, design, parameters)
            rows.append(
                {
                    "start": start,
                    "year": year_of(start),
                    "design": design,
                    "design_name": name,
                    **found,
                    "found": found["change"] < 0 and found["p_value"] <= small,
                    "risen": found["change"] > 0 and found["p_value"] <= small,
                    "able": found["floor"] <= small,
                }
            )
    return pd.DataFrame(rows)


def year_of(month: str) -> float:
    """The year of a month such as `2020-07`, the month as a fraction: 2020.5."""
    return month_number(month) / MONTHS_A_YEAR


def path(panel: SectorPanel, parameters: FocusedDeterrence) -> pd.DataFrame:
    """Files of the evaluated sector by quarter, with those of its synthetic control and of all others to its scale.

    Parameters
    ----------
    panel : SectorPanel
        By month.
    parameters : FocusedDeterrence

    Returns
    -------
    pandas.DataFrame
        year (with the quarter as a fraction), counted, synthetic, rest (scaled to as many files before the start).
    """
    quarters = panel.quarters()
    fit = against_others(quarters.counts, quarters.before, 0, parameters.family)
    scale = fit.counts[: fit.before].sum() / quarters.rest[: fit.before].sum()
    return pd.DataFrame(
        {
            "year": quarters.months / MONTHS_A_YEAR,
            "counted": fit.counts,
            "synthetic": fit.expected,
            "rest": scale * quarters.rest,
        }
    )


def _changes(panel: SectorPanel, design: Design, parameters: FocusedDeterrence) -> tuple[Floats, Floats]:
    if design == "synthetic":
        quarters = panel.quarters()
        return changes_of_all(quarters.counts, quarters.before, parameters.family)
    return relative_changes(panel, MONTHS_A_YEAR if design == "year_before" else panel.before)
