"""National programmes against countries without one: which the waves can tell of, and what they tell."""

from typing import get_args

import numpy as np
import pandas as pd
from scipy import stats

from citizen_security.methods.arrays import Floats
from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.randomisation import placebo_rank
from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.names import Estimator
from citizen_security.methods.synthetic_control.panels import LEAST_BEFORE, LEAST_DONORS, TreatedPanel
from citizen_security.methods.synthetic_control.placebos import placebos_in_space
from citizen_security.programmes.estimator_names import ESTIMATOR_NAMES
from citizen_security.programmes.trust_and_community_policing.labels import OUTCOMES
from citizen_security.programmes.trust_and_community_policing.parameters import Programme, TrustAndCommunityPolicing

FAMILY = "community_based"
NATIONAL: tuple[Programme, ...] = get_args(Programme)
DIFFERENCES: Estimator = "difference_in_differences"

# Placebo effects nearer to the treated unit's than this share of it equal it.
TIE = 1e-9


def programme_register(programmes: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Dated programmes of community policing and prevention, and which designs the waves allow.

    Parameters
    ----------
    programmes : pandas.DataFrame
        `programmes`.
    rows : pandas.DataFrame
        From `waves.waves`.

    Returns
    -------
    pandas.DataFrame
        programme_id, name, place, iso3, start_year, waves_before, waves_after (from the start on), design (in words).
    """
    dated = programmes[(programmes["family"] == FAMILY) & programmes["start_year"].notna()]
    found = []
    for _, row in dated.iterrows():
        years = rows.loc[(rows["iso3"] == row["iso3"]) & rows["police"].notna(), "year"]
        before, after = int((years < row["start_year"]).sum()), int((years >= row["start_year"]).sum())
        found.append(
            {"programme_id": row["programme_id"], "name": row["name"], "place": row["place"], "iso3": row["iso3"],
             "start_year": int(row["start_year"]), "waves_before": before, "waves_after": after,
             "design": _design(str(row["programme_id"]), before, after)}
        )  # fmt: skip
    columns = ["programme_id", "name", "place", "iso3", "start_year", "waves_before", "waves_after", "design"]
    return pd.DataFrame(found, columns=columns).sort_values("start_year").reset_index(drop=True)


def _design(programme: str, before: int, after: int) -> str:
    if programme not in NATIONAL:
        return "none: a city, of which a national survey asks hardly anybody"
    if not before:
        return "none: no wave before the start"
    if not after:
        return "none: no wave from the start on"
    return "difference in differences alone" if before < LEAST_BEFORE else "every estimator"


def chosen(register: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> pd.DataFrame:
    """Programmes that were asked for and have waves before and after their start."""
    enough = (register["waves_before"] > 0) & (register["waves_after"] > 0)
    return register[register["programme_id"].isin(parameters.programmes) & enough]


def reached_by_programmes(register: pd.DataFrame) -> list[str]:
    """Countries with a dated national programme, whether it was asked for or not: they are no donors."""
    return register.loc[register["programme_id"].isin(NATIONAL), "iso3"].tolist()


def outcome_table(rows: pd.DataFrame, outcome: str, treated: str, reached: list[str]) -> pd.DataFrame:
    """An outcome by country and wave: the treated country first, then donors with every wave that it has.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `waves.waves`.
    outcome : {"police", "judiciary", "difference"}
    treated : str
    reached : list of str
        Countries that a programme reached, which are no donors.

    Returns
    -------
    pandas.DataFrame
        Countries by years.

    Raises
    ------
    NotAPanel
        If fewer than three donors are left, which cannot lend each other weights.
    """
    values = rows["police"] - rows["judiciary"] if outcome == "difference" else rows[outcome]
    wide = rows.assign(value=values).pivot(index="iso3", columns="year", values="value")
    wide = wide.loc[:, wide.loc[treated].notna()]
    whole = wide[wide.notna().all(axis=1)]
    donors = [code for code in whole.index if code != treated and code not in reached]
    if len(donors) <= LEAST_DONORS:
        raise NotAPanel(
            [f"{len(donors)} donors for {treated}. Allowed: {LEAST_DONORS + 1} or more; leave fewer countries out."]
        )
    return whole.loc[[treated, *donors]]


def difference_in_differences(table: pd.DataFrame, start: int, level: float) -> tuple[Floats, float, float]:
    """Each country's change against the mean change of donors, and the treated country's interval.

    Parameters
    ----------
    table : pandas.DataFrame
        From `outcome_table`.
    start : int
    level : float

    Returns
    -------
    effects : numpy.ndarray, shape (countries,)
        The treated country against all donors, each donor against the others.
    lower, upper : float
        Where a change of one more country without a programme would lie if changes are normal, around zero effect of
        the treated one: by t with one degree fewer than donors.
    """
    before = table.columns.to_numpy() < start
    values = table.to_numpy(float)
    moved = values[:, ~before].mean(axis=1) - values[:, before].mean(axis=1)
    donors = moved[1:]
    number = len(donors)
    others = (donors.sum() - donors) / (number - 1)
    effects = np.concatenate([[moved[0] - donors.mean()], donors - others])
    half = float(stats.t.isf((1 - level) / 2, number - 1) * donors.std(ddof=1) * np.sqrt(1 + 1 / number))
    return effects, float(effects[0] - half), float(effects[0] + half)


def programme_effects(
    rows: pd.DataFrame, register: pd.DataFrame, parameters: TrustAndCommunityPolicing
) -> pd.DataFrame:
    """Every chosen programme by outcome and estimator, with its place among countries without one.

    Parameters
    ----------
    rows : pandas.DataFrame
        From `waves.waves`.
    register : pandas.DataFrame
        From `programme_register`.
    parameters : TrustAndCommunityPolicing

    Returns
    -------
    pandas.DataFrame
        programme_id, iso3, start_year, outcome, outcome_name, estimator, estimator_name, effect (points), lower, upper
        (of difference in differences), p_value, floor, largest_placebo (points), rmspe_before, donors, waves_before,
        waves_after. With fewer waves before the start than weights need, difference in differences stands alone.
    """
    reached = reached_by_programmes(register)
    found = []
    for _, programme in chosen(register, parameters).iterrows():
        treated, start = str(programme["iso3"]), int(programme["start_year"])
        told = {"programme_id": programme["programme_id"], "iso3": treated, "start_year": start}
        for outcome, name in OUTCOMES.items():
            table = outcome_table(rows, outcome, treated, reached)
            before = int((table.columns.to_numpy() < start).sum())
            shared = {
                **told, "outcome": outcome, "outcome_name": name, "donors": len(table) - 1, "waves_before": before,
                "waves_after": table.shape[1] - before,
            }  # fmt: skip
            found += [{**shared, **row} for row in _by_estimator(table, start, before, parameters)]
    return pd.DataFrame(found)


def _by_estimator(
    table: pd.DataFrame, start: int, before: int, parameters: TrustAndCommunityPolicing
) -> list[dict[str, object]]:
    effects, lower, upper = difference_in_differences(table, start, parameters.confidence_level)
    rank = placebo_rank(float(effects[0]), effects[1:], tie=TIE)
    rows: list[dict[str, object]] = [
        {"estimator": DIFFERENCES, "estimator_name": ESTIMATOR_NAMES[DIFFERENCES], "effect": float(effects[0]),
         "lower": lower, "upper": upper, "p_value": rank.p_value, "floor": rank.floor,
         "largest_placebo": float(np.abs(effects[1:]).max()), "rmspe_before": np.nan}
    ]  # fmt: skip
    if before < LEAST_BEFORE:
        return rows
    years = table.columns.to_numpy()
    panel = TreatedPanel.of(
        np.repeat(table.index.to_numpy(), len(years)), np.tile(years, len(table)), table.to_numpy(float).ravel(),
        treated=str(table.index[0]), start=start,
    )  # fmt: skip
    for estimator in get_args(Estimator):
        if estimator == DIFFERENCES:
            continue
        fit, test = synthetic_control(panel, estimator), placebos_in_space(panel, estimator, "mean_gap")
        rows.append(
            {"estimator": estimator, "estimator_name": ESTIMATOR_NAMES[estimator], "effect": fit.effect,
             "lower": np.nan, "upper": np.nan, "p_value": test.p_value, "floor": test.floor,
             "largest_placebo": float(np.abs(test.placebos).max()), "rmspe_before": fit.rmspe_before}
        )  # fmt: skip
    return rows


def placebo_effects(rows: pd.DataFrame, register: pd.DataFrame, parameters: TrustAndCommunityPolicing) -> pd.DataFrame:
    """Difference in differences of trust in the police for each programme's country and each donor.

    Parameters
    ----------
    rows, register, parameters
        As `programme_effects`.

    Returns
    -------
    pandas.DataFrame
        programme_id, iso3, effect (points), treated.
    """
    reached = reached_by_programmes(register)
    tables = []
    for _, programme in chosen(register, parameters).iterrows():
        table = outcome_table(rows, "police", str(programme["iso3"]), reached)
        effects, _, _ = difference_in_differences(table, int(programme["start_year"]), parameters.confidence_level)
        tables.append(
            pd.DataFrame(
                {
                    "programme_id": programme["programme_id"],
                    "iso3": table.index,
                    "effect": effects,
                    "treated": table.index == programme["iso3"],
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
