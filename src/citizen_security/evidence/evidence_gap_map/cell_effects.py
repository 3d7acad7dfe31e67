"""Pooled effect of each cell of the evidence gap map, or why it has none.

A study enters a cell once. Where it published several effects for the cell, their mean enters with the error that it
has if they are perfectly correlated, the mean of their standard errors: the cautious choice; where the table names
independent samples, as of two cities, that holds within each. Only effects of one measure on one scale are pooled, the
one that most studies of the cell have, and only those that the table of levels lets into a mean (`averaged`). The
between-study variance is DerSimonian and Laird's, the interval Knapp and
Hartung's, no narrower than the normal one: both are closed forms, so the interactive map computes the same for the
studies that a reader leaves on it.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from citizen_security.evidence.studies.averaged import averaged
from citizen_security.evidence.studies.pooled_sample import FEWEST_POOLED, study_means
from citizen_security.methods.meta_analysis.pooling import Pooled, pool
from citizen_security.words import leaves_out_zero

Standing = Literal["less", "points_to_less", "points_to_more", "more", "not_pooled"]

KEYS = ["intervention", "outcome"]
SCALE = ["scale", "measure"]

NO_STUDY = "no study"
NO_EFFECT = "no effect that may be averaged was read with a standard error"
ONE_STUDY = "one study only with an effect on this scale that may be averaged"


@dataclass(frozen=True)
class CellEffect:
    """What the studies of a cell say together.

    Attributes
    ----------
    standing : str
        `less`: the interval lies below zero, that is less crime or violence; `points_to_less`: the estimate does, and
        the interval reaches zero; `points_to_more` and `more` likewise; `not_pooled`.
    studies : int
        Studies with an effect on the cell's scale.
    pooled : Pooled or None
    reason : str
        Why nothing was pooled; empty if it was.
    """

    standing: Standing
    studies: int
    pooled: Pooled | None
    reason: str


def study_effects(harmonised: pd.DataFrame) -> pd.DataFrame:
    """One effect for each study, cell and measure.

    Parameters
    ----------
    harmonised : pandas.DataFrame
        From `effect_sizes.harmonised_effects`.

    Returns
    -------
    pandas.DataFrame
        study_id, intervention, outcome, scale, measure, effect, standard_error, effects (number of them),
        enters_a_mean.
    """
    keys = ["study_id", *KEYS, *SCALE]
    # A study's own change is not averaged with its effect against a comparison either.
    of_a_study = averaged(harmonised[harmonised["outcome"] != ""], keys)
    coded = of_a_study.sort_values(keys, kind="stable")
    # Scale by scale: effects of a dose are of another size than those of a programme, and are never weighed with them.
    found = [_means(rows, keys) for _, rows in coded.groupby(SCALE)]
    columns = [*keys, "enters_a_mean", "effect", "standard_error", "effects"]
    joined = pd.concat(found) if found else pd.DataFrame(columns=columns)
    return joined.sort_values(keys, kind="stable", ignore_index=True)


def _means(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    means = study_means(rows, rows.groupby(keys).ngroup())
    one_each = rows[[*keys, "enters_a_mean"]].drop_duplicates(keys, ignore_index=True)
    return one_each.assign(effect=means.effect, standard_error=means.standard_error, effects=means.effects)


def on_one_scale(effects: pd.DataFrame) -> pd.DataFrame:
    """Effects of each cell on the scale and measure that most of its studies have; equals in alphabetical order.

    Parameters
    ----------
    effects : pandas.DataFrame
        From `study_effects`.

    Returns
    -------
    pandas.DataFrame
        The rows of `effects` on the scale of their cell, with `is_averaged`: whether the table of levels lets them into
        its mean.
    """
    sizes = effects.groupby([*KEYS, *SCALE])["study_id"].nunique().rename("size").reset_index()
    ranked = sizes.sort_values([*KEYS, "size", *SCALE], ascending=[True, True, False, True, True])
    commonest = ranked.drop_duplicates(KEYS).drop(columns="size")
    found = effects.merge(commonest, on=[*KEYS, *SCALE]).reset_index(drop=True)
    return found.assign(is_averaged=found.index.isin(averaged(found, KEYS).index))


def with_effects(behind: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """The studies behind each cell with the effect that enters the pooling of the cell.

    Parameters
    ----------
    behind : pandas.DataFrame
        From `map_cells.studies_behind` or `map_cells.studies_of_panels`.
    effects : pandas.DataFrame
        From `on_one_scale`.

    Returns
    -------
    pandas.DataFrame
        The rows of `behind` in their order, with measure (empty where there is none), effect, standard_error
        and effects (of how many the effect is the mean), nan where there is none, and is_averaged.
    """
    columns = ["measure", "effect", "standard_error", "effects", "is_averaged"]
    joined = behind.merge(effects[["study_id", *KEYS, *columns]], how="left", on=["study_id", *KEYS])
    return joined.assign(measure=joined["measure"].fillna(""), is_averaged=joined["is_averaged"].eq(True))


def cell_effects(grid: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Pooled effects of the cells of a map.

    Parameters
    ----------
    grid : pandas.DataFrame
        From `map_cells.cells` or `map_cells.panels`: intervention, outcome, study_ids.
    effects : pandas.DataFrame
        From `on_one_scale`.

    Returns
    -------
    pandas.DataFrame
        The rows of `grid` in their order, with standing, pooled_studies, measure, scale, pooled_effect, effect_low,
        effect_high (95%; negative is less crime or violence), tau_squared, and reason (why nothing was pooled).
    """
    by_cell: dict[object, pd.DataFrame] = dict(iter(effects[effects["is_averaged"]].groupby(KEYS)))
    nothing = effects.iloc[:0]
    rows = []
    for intervention, outcome, ids in zip(grid["intervention"], grid["outcome"], grid["study_ids"], strict=True):
        of_cell = by_cell.get((intervention, outcome), nothing)
        rows.append(_row(of_cell[of_cell["study_id"].isin(ids)], len(ids)))
    return pd.concat([grid.reset_index(drop=True), pd.DataFrame(rows, columns=list(rows[0]) if rows else [])], axis=1)


def cell_effect(effects: pd.DataFrame, studies: int) -> CellEffect:
    """Pool the effects of a cell.

    Parameters
    ----------
    effects : pandas.DataFrame
        Of one cell, measure and scale, one row a study: effect, standard_error.
    studies : int
        Number of studies in the cell, with an effect or without.

    Returns
    -------
    CellEffect
    """
    if len(effects) < FEWEST_POOLED:
        reason = ONE_STUDY if len(effects) else NO_EFFECT if studies else NO_STUDY
        return CellEffect("not_pooled", len(effects), None, reason)
    pooled = pool(
        effects["effect"].to_numpy(dtype=np.float64),
        effects["standard_error"].to_numpy(dtype=np.float64) ** 2,
        estimator="dersimonian_laird",
        test="knapp_hartung",
    )
    return CellEffect(standing(pooled.effect, *pooled.interval), len(effects), pooled, "")


def standing(effect: float, low: float, high: float) -> Standing:
    """On which side of zero an effect and its interval lie.

    Parameters
    ----------
    effect, low, high : float
        Negative is less crime or violence.

    Returns
    -------
    str
        An effect of exactly zero points to more: no benefit is claimed for it.
    """
    if leaves_out_zero(low, high):
        return "less" if effect < 0 else "more"
    return "points_to_less" if effect < 0 else "points_to_more"


def _row(effects: pd.DataFrame, studies: int) -> dict[str, object]:
    cell = cell_effect(effects, studies)
    low, high = cell.pooled.interval if cell.pooled else (float("nan"), float("nan"))
    return {
        "standing": cell.standing,
        "pooled_studies": cell.studies,
        "scale": effects["scale"].iloc[0] if len(effects) else "",
        "measure": effects["measure"].iloc[0] if len(effects) else "",
        "pooled_effect": cell.pooled.effect if cell.pooled else float("nan"),
        "effect_low": low,
        "effect_high": high,
        "tau_squared": cell.pooled.tau_squared if cell.pooled else float("nan"),
        "reason": cell.reason,
    }


def reasons_by_region(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with a study by whether they have a pooled effect, or why not, in each region.

    Parameters
    ----------
    cells : pandas.DataFrame
        From `cell_effects`, with region.

    Returns
    -------
    pandas.DataFrame
    """
    filled = cells[cells["studies"] > 0]
    reasons = filled["reason"].replace("", "pooled").rename("pooled effect")
    return pd.crosstab(reasons, filled["region"], margins=True, margins_name="cells with a study")
