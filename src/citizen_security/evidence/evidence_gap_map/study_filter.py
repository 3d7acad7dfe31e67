"""Which studies a map is drawn from: those that the parameters ask for, and what each step dropped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap, Region
from citizen_security.evidence.studies.coding import INTERVENTIONS, OUTCOMES, REVIEW_SCOPES


@dataclass(frozen=True)
class MapStudies:
    """The studies that a map is drawn from.

    Attributes
    ----------
    studies : pandas.DataFrame
        Coded studies of the region asked for, one row a study, without reviews; their interventions and outcomes are
        those selected. Whatever the page counts are these.
    reviews : pandas.DataFrame
        Coded reviews of the selected interventions, of every region.
    interventions, outcomes : tuple of str
        Codes that are rows and columns of the map.
    region : str
        Whose sites a study must have: `lac`, `elsewhere`, or `all`.
    flow : pandas.DataFrame
        Columns step, dropped, kept: how the rows of the table became the studies of the map.
    """

    studies: pd.DataFrame
    reviews: pd.DataFrame
    interventions: tuple[str, ...]
    outcomes: tuple[str, ...]
    region: Region
    flow: pd.DataFrame


def filter_studies(coded: pd.DataFrame, parameters: EvidenceGapMap) -> MapStudies:
    """Studies that the parameters ask for.

    Reviews are held to `kinds`, the years and the interventions only: their designs, outcomes and regions are not
    coded.

    Parameters
    ----------
    coded : pandas.DataFrame
        From `coded_studies`.
    parameters : EvidenceGapMap

    Returns
    -------
    MapStudies
        Empty frames where nothing is left.
    """
    rows = _asked_for(parameters.interventions, INTERVENTIONS)
    columns = _asked_for(parameters.outcomes, OUTCOMES)
    trimmed = coded.assign(
        interventions=_kept(coded["interventions"], rows), outcomes=_kept(coded["outcomes"], columns)
    )
    steps = _steps(trimmed, parameters)
    steps["with a site in the region asked for"] = _in_region(trimmed, parameters.region)
    return MapStudies(
        studies=trimmed[_all_of(steps.values(), trimmed.index)].reset_index(drop=True),
        reviews=_reviews(trimmed, parameters),
        interventions=rows,
        outcomes=columns,
        region=parameters.region,
        flow=_flow(steps, len(coded)),
    )


def _asked_for(given: str | Sequence[str], codes: Iterable[str]) -> tuple[str, ...]:
    """Codes asked for, in the order of the scheme."""
    return tuple(code for code in codes if given == "all" or code in given)


def _kept(column: "pd.Series[Any]", codes: Sequence[str]) -> list[Any]:
    return [tuple(code for code in own if code in codes) for own in column]


def _steps(trimmed: pd.DataFrame, parameters: EvidenceGapMap) -> dict[str, "pd.Series[bool]"]:
    """What a study must be to be kept, step by step, in words."""
    level = parameters.minimum_maryland_level
    return {
        "studies, not reviews": trimmed["group"] != "review",
        "of the kinds asked for": trimmed["group"].isin(parameters.kinds),
        "published in the years asked for": _in_years(trimmed, parameters),
        "of a design at the level asked for": (trimmed["maryland_level"] >= level) | (level == 0),
        "of the interventions asked for": trimmed["interventions"].map(len) > 0,
        "on the outcomes asked for": trimmed["outcomes"].map(len) > 0,
        "of the target asked for": trimmed["targets"].map(lambda codes: _has_any(codes, parameters.target)),
        "in the countries asked for": trimmed["countries"].map(lambda codes: _has_any(codes, parameters.countries)),
    }


def _has_any(codes: Sequence[str], wanted: str | Sequence[str]) -> bool:
    return wanted == "all" or any(code in wanted for code in codes)


def _in_years(studies: pd.DataFrame, parameters: EvidenceGapMap) -> "pd.Series[bool]":
    return studies["year"].between(parameters.first_year, parameters.last_year)


def _in_region(studies: pd.DataFrame, region: str) -> "pd.Series[bool]":
    return studies[f"in_{region}"] if region != "all" else studies["in_lac"] | studies["in_elsewhere"]


def _all_of(masks: Iterable["pd.Series[bool]"], index: pd.Index) -> "pd.Series[bool]":
    kept = pd.Series(True, index=index)
    for mask in masks:
        kept &= mask
    return kept


def _reviews(trimmed: pd.DataFrame, parameters: EvidenceGapMap) -> pd.DataFrame:
    general = trimmed["intervention_category"].isin(list(REVIEW_SCOPES))
    asked = (trimmed["interventions"].map(len) > 0) | general
    kept = (trimmed["group"] == "review") & ("review" in parameters.kinds) & asked & _in_years(trimmed, parameters)
    return trimmed[kept].reset_index(drop=True)


def _flow(steps: dict[str, "pd.Series[bool]"], total: int) -> pd.DataFrame:
    rows, kept, before = [{"step": "rows of the table", "dropped": 0, "kept": total}], None, total
    for step, mask in steps.items():
        kept = mask if kept is None else kept & mask
        now = int(kept.sum())
        rows.append({"step": step, "dropped": before - now, "kept": now})
        before = now
    return pd.DataFrame(rows)
