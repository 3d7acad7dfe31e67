"""From what was found to what can be pooled: each step, what it kept, and why the rest was lost.

References
----------
Page and others (2021), BMJ 372: n71, whose flow diagram is adapted: nothing was searched, so nothing was screened.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from citizen_security.evidence.certainty.readings import readings_of
from citizen_security.evidence.studies.pooled_sample import FEWEST_POOLED, UNITS
from citizen_security.evidence.studies.region_evidence import ONE_QUESTION, poolable_sizes

SCOPES: Mapping[str, str] = {"collection": "whole collection", "region": "Latin America and the Caribbean"}

STAGES: Mapping[str, str] = {
    "found": "Found: rows of the table",
    "read": "Read: with the place noted",
    "coded": "Coded: studies, not reviews",
    "on_map": "On the map",
    "with_effect": "With an effect",
    "usable": "With an effect and its error",
    "pooled": "Can be pooled",
}

NO_PLACE = "no place noted where it was read"
REVIEW = "a review: its outcomes are not coded, and its studies would count twice"
NO_INTERVENTION = "its intervention has no row of the map"
NO_OUTCOME = "its outcome has no column of the map"
NO_EFFECT = "no figure of an effect was read"
OWN_SCALE = "its effect is for each step of a dose, on a scale of its own"
NO_ONE_OUTCOME = "its effect is on no single coded outcome"
LOW_LEVEL = "its comparison is of a level that enters no mean"
ALONE = "alone with its intervention, outcome and measure"

type Reasons = Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Tables:
    """What the flow is counted from.

    Attributes
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    readings : pandas.DataFrame
        Table of that name.
    effects : pandas.DataFrame
        Table of that name.
    harmonised, unusable : pandas.DataFrame
        From `effect_sizes.harmonised_effects` and `unusable_effects`.
    """

    coded: pd.DataFrame
    readings: pd.DataFrame
    effects: pd.DataFrame
    harmonised: pd.DataFrame
    unusable: pd.DataFrame

    def of(self, scope: str) -> "Tables":
        """Tables of the studies of a scope: the whole collection, or those with a site in the region."""
        if scope == "collection":
            return self
        coded = self.coded[self.coded["in_lac"]]
        rows = [self.effects, self.harmonised, self.unusable]
        mine = [frame[frame["study_id"].isin(coded["study_id"])] for frame in rows]
        return Tables(coded, self.readings, *mine)

    @cached_property
    def reason_unusable(self) -> Reasons:
        """Why no effect of a study is usable: the commonest reason of its effects, of equals the first."""
        firsts = self.unusable.groupby("study_id", sort=False)["reason"].agg(_commonest)
        return {str(study): str(reason) for study, reason in firsts.items()}


def study_flow(tables: Tables) -> pd.DataFrame:
    """Studies at each step of both scopes, and those lost on the way to it by reason.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    pandas.DataFrame
        One row a scope, stage and reason, in order: `scope`, `stage`, `reason`, `lost`, `kept`. What a stage kept
        stands in each of its rows; what its rows lost is what the stage before kept beyond it. A stage that lost
        nothing has one row, without a reason.
    """
    return pd.DataFrame([row for scope in SCOPES for row in _rows(scope, tables.of(scope))])


def pooled_studies(tables: Tables) -> set[str]:
    """Studies that can be pooled with another of the whole collection: those that the last stage keeps.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    set of str
    """
    return set(tables.harmonised["study_id"]) - set(_not_pooled(tables))


def interventions_studied(tables: Tables) -> int:
    """Interventions of which there is an evaluation or a trial.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    int
    """
    evaluated = tables.coded[tables.coded["group"] != "review"]
    return len({code for codes in evaluated["interventions"] for code in codes})


def stage_table(flow: pd.DataFrame) -> pd.DataFrame:
    """Studies kept at each stage: one row a stage, one column a scope.

    Parameters
    ----------
    flow : pandas.DataFrame
        From `study_flow`.

    Returns
    -------
    pandas.DataFrame
        `stage`, `label`, `collection`, `region`.
    """
    kept = flow.drop_duplicates(["scope", "stage"]).pivot(index="stage", columns="scope", values="kept")
    rows = kept.loc[list(STAGES), list(SCOPES)].reset_index()
    rows.insert(1, "label", [STAGES[stage] for stage in rows["stage"]])
    return rows.rename_axis(columns=None)


def loss_table(flow: pd.DataFrame) -> pd.DataFrame:
    """Studies lost on the way to each stage by reason, one column a scope.

    Parameters
    ----------
    flow : pandas.DataFrame
        From `study_flow`.

    Returns
    -------
    pandas.DataFrame
        `stage`, `reason`, `collection`, `region`.
    """
    lost = flow[flow["reason"] != ""]
    wide = lost.pivot_table(index=["stage", "reason"], columns="scope", values="lost", fill_value=0, sort=False)
    wide = wide.reindex(columns=list(SCOPES), fill_value=0).astype(int).reset_index().rename_axis(columns=None)
    order = wide["stage"].map(list(STAGES).index)
    return (
        wide.assign(order=order)
        .sort_values(["order", "collection"], ascending=[True, False], kind="stable")[["stage", "reason", *SCOPES]]
        .reset_index(drop=True)
    )


def twin_table(flow: pd.DataFrame) -> pd.DataFrame:
    """The flow as a table to read: stages with what is left, below each what was lost on the way to the next and why.

    Parameters
    ----------
    flow : pandas.DataFrame
        From `study_flow`.

    Returns
    -------
    pandas.DataFrame
        `Step`, `Whole collection`, `Of this, the region`; losses have a minus.
    """
    losses, rows = loss_table(flow), []
    for row in stage_table(flow).to_dict("records"):
        for lost in losses[losses["stage"] == row["stage"]].to_dict("records"):
            rows.append((f"lost: {lost['reason']}", *(f"−{lost[scope]}" for scope in SCOPES)))
        rows.append((row["label"], *(str(row[scope]) for scope in SCOPES)))
    return pd.DataFrame(rows, columns=["Step", "Whole collection", "Of this, the region"])


def effect_flow(tables: Tables) -> pd.DataFrame:
    """Effects of the table, those that cannot be pooled by reason, and those that can.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    pandas.DataFrame
        `what`, `collection`, `region`: the first row is the sum of the others.
    """
    scopes = {scope: tables.of(scope) for scope in SCOPES}
    reasons = tables.unusable["reason"].value_counts().index
    counts = {
        scope: [
            len(mine.effects),
            *mine.unusable["reason"].value_counts().reindex(reasons, fill_value=0),
            len(mine.harmonised),
        ]
        for scope, mine in scopes.items()
    }
    names = ["effects of the table", *reasons, "usable: an effect with its error"]
    return pd.DataFrame({"what": names, **counts})


def _rows(scope: str, tables: Tables) -> Iterator[dict[str, object]]:
    """Rows of one scope: at each stage the studies that are lost, and why, are taken out."""
    left = list(tables.coded["study_id"])
    for stage in STAGES:
        reasons = _LOSSES[stage](tables) if stage in _LOSSES else {}
        lost = pd.Series([reasons[study] for study in left if study in reasons], dtype="str").value_counts(sort=False)
        left = [study for study in left if study not in reasons]
        row = {"scope": scope, "stage": stage, "reason": "", "lost": 0, "kept": len(left)}
        if lost.empty:
            yield row
        for reason, number in lost.items():
            yield row | {"reason": reason, "lost": int(number)}


def _unread(tables: Tables) -> Reasons:
    found = readings_of(tables.coded, tables.readings)
    return dict.fromkeys(found.loc[~found["noted"], "study_id"], NO_PLACE)


def _uncoded(tables: Tables) -> Reasons:
    return dict.fromkeys(tables.coded.loc[tables.coded["group"] == "review", "study_id"], REVIEW)


def _off_the_map(tables: Tables) -> Reasons:
    coded = tables.coded
    without_outcome = dict.fromkeys(coded.loc[coded["outcomes"].map(len) == 0, "study_id"], NO_OUTCOME)
    return without_outcome | dict.fromkeys(coded.loc[coded["interventions"].map(len) == 0, "study_id"], NO_INTERVENTION)


def _without_effect(tables: Tables) -> Reasons:
    known = set(tables.effects["study_id"])
    return {study: NO_EFFECT for study in tables.coded["study_id"] if study not in known}


def _without_error(tables: Tables) -> Reasons:
    usable = set(tables.harmonised["study_id"])
    return {study: reason for study, reason in tables.reason_unusable.items() if study not in usable}


def _not_pooled(tables: Tables) -> Reasons:
    rows = tables.harmonised
    sizes = poolable_sizes(rows)
    enough = set(sizes[sizes >= FEWEST_POOLED].index)
    answered = pd.Series([question in enough for question in _questions(rows)], index=rows.index, dtype=bool)
    pooled = rows.loc[rows["enters_a_mean"] & answered, "study_id"]
    reasons = {str(row["study_id"]): _why_alone(row) for row in rows.to_dict("records")}
    return {study: reason for study, reason in reasons.items() if study not in set(pooled)}


def _questions(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(row) for row in rows[ONE_QUESTION].itertuples(index=False)]


def _why_alone(row: Mapping[Any, Any]) -> str:
    if row["scale"] not in UNITS:
        return OWN_SCALE
    if not row["enters_a_mean"]:
        return LOW_LEVEL
    return ALONE if row["outcome"] else NO_ONE_OUTCOME


def _commonest(reasons: "pd.Series[str]") -> str:
    counts = reasons.value_counts(sort=False)
    return str(counts.idxmax())


_LOSSES: Mapping[str, Callable[[Tables], Reasons]] = {
    "read": _unread,
    "coded": _uncoded,
    "on_map": _off_the_map,
    "with_effect": _without_effect,
    "usable": _without_error,
    "pooled": _not_pooled,
}
