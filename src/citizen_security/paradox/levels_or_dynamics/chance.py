"""What a regression of homicide on a driver that drifts by itself finds by chance."""

from collections.abc import Mapping

import pandas as pd

from citizen_security.methods.panel.placebo import ERRORS, Form, Path, Placebo, placebo
from citizen_security.methods.panel.wide import WidePanel
from citizen_security.methods.regression.least_squares import NotEstimable
from citizen_security.paradox.levels_or_dynamics.parameters import LevelsOrDynamics

# The first is the one that the picture shows and the text reads.
SETTINGS: tuple[tuple[Path, Form], ...] = (
    ("autoregression", "levels"),
    ("random walk", "levels"),
    ("autoregression", "changes"),
)

COLUMNS = (
    *("regressor", "form", "path", "false_independent", "false_crv1", "false_cr2", "t", "reached_by_chance"),
    *("p_quoted", "p_chance", "draws", "confidence_level"),
)


def placebos(panels: Mapping[str, WidePanel], parameters: LevelsOrDynamics) -> dict[tuple[str, Path, Form], Placebo]:
    """Every driver beside simulated ones, in levels and in changes; what its sample cannot carry is left out.

    Parameters
    ----------
    panels : mapping of str to WidePanel
        From `driver_panels`.
    parameters : LevelsOrDynamics

    Returns
    -------
    dict
        Driver, kind of path, form of the regression → what chance finds.
    """
    found = {}
    for driver, panel in panels.items():
        for path, form in SETTINGS:
            try:
                found[driver, path, form] = placebo(
                    panel,
                    parameters.confidence_level,
                    path=path,
                    form=form,
                    draws=parameters.draws_at_effort,
                    seed=parameters.seed,
                )
            except NotEstimable:
                continue
    return found


def simulated_t(found: Mapping[tuple[str, Path, Form], Placebo]) -> pd.DataFrame:
    """The CR2 t of every simulated autoregression in levels.

    Parameters
    ----------
    found : mapping
        From `placebos`.

    Returns
    -------
    pandas.DataFrame
        regressor, t.
    """
    tables = [
        pd.DataFrame({"regressor": driver, "t": one.simulated.bias_reduced})
        for (driver, path, form), one in found.items()
        if (path, form) == SETTINGS[0]
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=["regressor", "t"])


def in_levels(chance: pd.DataFrame) -> pd.DataFrame:
    """Rows of autoregressions in levels, one for each driver.

    Parameters
    ----------
    chance : pandas.DataFrame
        From `tabulate_chance`.

    Returns
    -------
    pandas.DataFrame
    """
    path, form = SETTINGS[0]
    return chance[(chance["path"] == path) & (chance["form"] == form)]


def tabulate_chance(found: Mapping[tuple[str, Path, Form], Placebo]) -> pd.DataFrame:
    """One row for each driver, kind of path and form.

    Parameters
    ----------
    found : mapping
        From `placebos`.

    Returns
    -------
    pandas.DataFrame
        regressor, form, path, false_independent, false_crv1, false_cr2 (shares of simulated drivers whose interval
        leaves out zero, by the kind of errors), t (observed, CR2), reached_by_chance (the absolute t that as few
        simulated drivers exceed as the level allows), p_quoted (observed, CR2), p_chance (share with a p-value as small
        as the observed one), draws, confidence_level.
    """
    rows = []
    for (driver, path, form), one in found.items():
        independent, usual, reduced = one.false_findings().values()
        rows.append(
            {
                "regressor": driver,
                "form": form,
                "path": path,
                "false_independent": independent,
                "false_crv1": usual,
                "false_cr2": reduced,
                "t": float(one.observed.bias_reduced[0]),
                "reached_by_chance": one.reached_by_chance(),
                "p_quoted": float(one.observed.p_values()[ERRORS[-1]][0]),
                "p_chance": one.p_value(),
                "draws": len(one.simulated.estimates),
                "confidence_level": one.confidence_level,
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))
