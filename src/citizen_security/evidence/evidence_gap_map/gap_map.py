"""Evidence gap map: which interventions were evaluated, on which outcomes, how well, and where.

The rules of counting, all in one place:

- A study that covers several interventions, outcomes or countries is in each of their cells, once in each, and counts
  once in every total. A study of two interventions and two outcomes is in all four cells.
- A study with sites in Latin America and the Caribbean and elsewhere is in both maps, and once in the total.
- Reviews are never counted with the studies that they review: they are listed apart.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.studies.coded_studies import Share, in_elsewhere, in_lac, positive_share
from citizen_security.evidence.studies.coding import (
    DIRECTIONS,
    FAMILIES,
    INTERVENTIONS,
    OUTCOMES,
    REVIEW_SCOPES,
)

Rows = Literal["intervention", "family"]

STRONG_LEVEL = 4


@dataclass(frozen=True)
class Selection:
    """The studies that a map is drawn from.

    Attributes
    ----------
    studies : pandas.DataFrame
        Coded studies of every region, one row a study, without reviews; their interventions and outcomes are those
        selected.
    mapped : pandas.DataFrame
        Those of the region that the map shows.
    reviews : pandas.DataFrame
        Coded reviews of the selected interventions, of every region.
    interventions, outcomes : tuple of str
        Codes that are rows and columns of the map.
    flow : pandas.DataFrame
        Columns step, dropped, kept: how the rows of the table became the studies of the map.
    """

    studies: pd.DataFrame
    mapped: pd.DataFrame
    reviews: pd.DataFrame
    interventions: tuple[str, ...]
    outcomes: tuple[str, ...]
    flow: pd.DataFrame


@dataclass(frozen=True)
class GapCounts:
    """Cells of a map by how much is in them.

    Attributes
    ----------
    cells, empty, thin : int
        All cells, those without a study, those with a single one.
    """

    cells: int
    empty: int
    thin: int


@dataclass(frozen=True)
class Concentration:
    """How much of the evidence is on the most studied interventions.

    Attributes
    ----------
    interventions : tuple of str
        Their codes, the most studied first; equals in alphabetical order.
    share : Share
        Studies of at least one of them, of all studies.
    """

    interventions: tuple[str, ...]
    share: Share


@dataclass(frozen=True)
class StrongDesigns:
    """Studies of a strong design, and how far that count depends on the coder.

    Attributes
    ----------
    count, n : int
        Studies at or above the level, of all studies.
    if_coded_too_high, if_coded_too_low : int
        The count if every level were coded one too high, or one too low.
    uncoded : int
        Studies without a level; none of the counts has them.
    """

    count: int
    n: int
    if_coded_too_high: int
    if_coded_too_low: int
    uncoded: int


def select(coded: pd.DataFrame, parameters: EvidenceGapMap) -> Selection:
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
    Selection
        Empty frames where nothing is left.
    """
    rows = _chosen(parameters.interventions, INTERVENTIONS)
    columns = _chosen(parameters.outcomes, OUTCOMES)
    trimmed = coded.assign(
        interventions=_kept(coded["interventions"], rows), outcomes=_kept(coded["outcomes"], columns)
    )
    steps = _steps(trimmed, parameters)
    everywhere = _all_of(steps.values(), trimmed.index)
    region = _in_region(trimmed, parameters.region)
    return Selection(
        studies=trimmed[everywhere].reset_index(drop=True),
        mapped=trimmed[everywhere & region].reset_index(drop=True),
        reviews=_reviews(trimmed, parameters),
        interventions=rows,
        outcomes=columns,
        flow=_flow({**steps, "in the region of the map": region}, len(coded)),
    )


def memberships(studies: pd.DataFrame, rows: Rows = "intervention") -> pd.DataFrame:
    """Which study is in which cell.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    rows : {"intervention", "family"}
        What the rows of the map are.

    Returns
    -------
    pandas.DataFrame
        One row for each study and cell, with the columns of `studies` and `intervention` (or `family`) and `outcome`.
    """
    long = studies.explode("interventions").explode("outcomes")
    long = long.rename(columns={"interventions": "intervention", "outcomes": "outcome"})
    long = long.dropna(subset=["intervention", "outcome"])
    long["family"] = [INTERVENTIONS[code].family for code in long["intervention"]]
    return long.drop_duplicates(["study_id", rows, "outcome"]).reset_index(drop=True)


def cells(
    studies: pd.DataFrame,
    interventions: Sequence[str] | None = None,
    outcomes: Sequence[str] | None = None,
    rows: Rows = "intervention",
) -> pd.DataFrame:
    """Every cell of the map, also the empty ones.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies, one row a study.
    interventions, outcomes : sequence of str, optional
        Codes of the map's rows and columns, in the order to draw them in; those of the scheme by default.
    rows : {"intervention", "family"}
        Whether a row is an intervention or a family of them.

    Returns
    -------
    pandas.DataFrame
        One row a cell, in the order given: the row's code and label (and, for interventions, the family's), outcome
        and outcome_label, studies (number), strongest_level and median_level (Maryland scale; nan where none is
        coded), strong_designs (number at level 4 or 5), uncoded_levels (number), one column for each direction
        (number), study_ids (tuple, sorted).
    """
    chosen = list(INTERVENTIONS if interventions is None else interventions)
    keys = list(dict.fromkeys(INTERVENTIONS[code].family for code in chosen)) if rows == "family" else chosen
    columns = list(OUTCOMES if outcomes is None else outcomes)
    grid = pd.MultiIndex.from_product([keys, columns], names=[rows, "outcome"])
    counted = _counted(memberships(studies, rows), [rows, "outcome"]).reindex(grid)
    numbers = ["studies", "strong_designs", "uncoded_levels", *DIRECTIONS]
    counted[numbers] = counted[numbers].fillna(0).astype("int64")
    counted["study_ids"] = [ids if isinstance(ids, tuple) else () for ids in counted["study_ids"]]
    return _labelled(counted.reset_index(), rows)


def panels(selection: Selection, region: str) -> pd.DataFrame:
    """Cells of the maps to draw, region by region.

    Parameters
    ----------
    selection : Selection
    region : {"all", "lac", "elsewhere"}
        `all` gives a map of each of the two regions, to be drawn side by side.

    Returns
    -------
    pandas.DataFrame
        Columns of `cells`, after region (`lac` or `elsewhere`).
    """
    grids = [
        cells(studies, selection.interventions, selection.outcomes).assign(region=name)
        for name, studies in _by_region(selection, region).items()
    ]
    return _region_first(pd.concat(grids, ignore_index=True))


def studies_of_panels(selection: Selection, region: str) -> pd.DataFrame:
    """Studies behind the cells of the maps to draw, region by region.

    Parameters
    ----------
    selection : Selection
    region : {"all", "lac", "elsewhere"}
        As for `panels`.

    Returns
    -------
    pandas.DataFrame
        Columns of `studies_behind`, after region (`lac` or `elsewhere`).
    """
    lists = [studies_behind(studies).assign(region=name) for name, studies in _by_region(selection, region).items()]
    return _region_first(pd.concat(lists, ignore_index=True))


def gap_counts(grid: pd.DataFrame) -> GapCounts:
    """Number of cells, of empty ones and of those with a single study.

    Parameters
    ----------
    grid : pandas.DataFrame
        From `cells`.

    Returns
    -------
    GapCounts
    """
    return GapCounts(len(grid), int((grid["studies"] == 0).sum()), int((grid["studies"] == 1).sum()))


def studies_behind(studies: pd.DataFrame) -> pd.DataFrame:
    """The studies behind each cell, for a reader to look up.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.

    Returns
    -------
    pandas.DataFrame
        One row for each cell and study, in the order of the map, then by year and study: intervention, outcome and
        their labels, study_id, authors, year, title, countries (separated by `;`), what_was_done, design,
        maryland_level, direction, group, doi, targets (separated by `;`), in_lac, in_elsewhere.
    """
    long = _labelled(memberships(studies), "intervention")
    order = long.assign(
        row=long["intervention"].map(_positions(INTERVENTIONS)), column=long["outcome"].map(_positions(OUTCOMES))
    )
    ordered = order.sort_values(["row", "column", "year", "study_id"], ignore_index=True)
    for column in ("countries", "targets"):
        ordered[column] = [";".join(codes) for codes in ordered[column]]
    return ordered[
        [
            "intervention",
            "intervention_label",
            "outcome",
            "outcome_label",
            "study_id",
            "authors",
            "year",
            "title",
            "countries",
            "what_was_done",
            "design",
            "maryland_level",
            "direction",
            "group",
            "doi",
            "targets",
            "in_lac",
            "in_elsewhere",
        ]
    ]


def reviews_by_intervention(reviews: pd.DataFrame, interventions: Sequence[str] | None = None) -> pd.DataFrame:
    """Number of reviews of each intervention, and of those that range over more.

    Parameters
    ----------
    reviews : pandas.DataFrame
        Coded reviews.
    interventions : sequence of str, optional
        Codes of the map's rows; those of the scheme by default.

    Returns
    -------
    pandas.DataFrame
        Columns intervention, intervention_label, reviews, study_ids; interventions first, in the order given, then
        the scopes of reviews in general.
    """
    pairs = [
        (code, study)
        for codes, words, study in zip(
            reviews["interventions"], reviews["intervention_category"], reviews["study_id"], strict=True
        )
        for code in (codes or (words,))
    ]
    rows = INTERVENTIONS if interventions is None else interventions
    labels = {code: INTERVENTIONS[code].label for code in rows} | dict(REVIEW_SCOPES)
    found = {code: tuple(sorted(study for key, study in pairs if key == code)) for code in labels}
    return pd.DataFrame(
        {
            "intervention": list(labels),
            "intervention_label": list(labels.values()),
            "reviews": [len(found[code]) for code in labels],
            "study_ids": [found[code] for code in labels],
        }
    )


def concentration(studies: pd.DataFrame, top: int = 3) -> Concentration:
    """Share of the studies that are on the most studied interventions.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    top : int
        How many interventions.

    Returns
    -------
    Concentration
    """
    long = studies.explode("interventions")
    counts = long.groupby("interventions")["study_id"].nunique()
    ranked = sorted(counts.index, key=lambda code: (-counts[code], code))[:top]
    touched = sum(any(code in ranked for code in codes) for codes in studies["interventions"])
    return Concentration(tuple(ranked), Share(touched, len(studies)))


def strong_designs(studies: pd.DataFrame, level: int = STRONG_LEVEL) -> StrongDesigns:
    """Studies at or above a level of the Maryland scale, with the counts under a coding one level off.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    level : int
        Weakest level that counts as strong.

    Returns
    -------
    StrongDesigns
    """
    levels = studies["maryland_level"]
    return StrongDesigns(
        count=int((levels >= level).sum()),
        n=len(studies),
        if_coded_too_high=int((levels >= level + 1).sum()),
        if_coded_too_low=int((levels >= level - 1).sum()),
        uncoded=int(levels.isna().sum()),
    )


def levels_by_design(studies: pd.DataFrame) -> pd.DataFrame:
    """How the levels were given: number of studies by kind of design and Maryland level.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.

    Returns
    -------
    pandas.DataFrame
        Index design_family, the commonest first; one column for each level found, as text, and `not coded`.
    """
    levels = studies["maryland_level"].map(lambda level: "not coded" if pd.isna(level) else f"{level:.0f}")
    table = pd.crosstab(studies["design_family"], levels.rename("Maryland level"))
    return table.loc[sorted(table.index, key=lambda family: (-table.loc[family].sum(), family))]


def evidence_by_country(studies: pd.DataFrame, countries: pd.DataFrame) -> pd.DataFrame:
    """What each of the 33 states of Latin America and the Caribbean has been studied for.

    Parameters
    ----------
    studies : pandas.DataFrame
        Coded studies.
    countries : pandas.DataFrame
        Table `countries`; the states are those with `is_lac` and `in_panel`.

    Returns
    -------
    pandas.DataFrame
        One row a state, the most studied first: iso3, name, studies, strong_designs, strongest_level (nan where none
        is coded), interventions (number), first_year and last_year of publication (missing where none). A study of
        several states is in the row of each.
    """
    states = countries[countries["is_lac"].astype(bool) & countries["in_panel"].astype(bool)]
    found = (
        studies.explode("countries")
        .groupby("countries")
        .agg(
            studies=("study_id", "nunique"),
            strong_designs=("maryland_level", lambda levels: int((levels >= STRONG_LEVEL).sum())),
            strongest_level=("maryland_level", "max"),
            interventions=("interventions", lambda codes: len({code for group in codes for code in group})),
            first_year=("year", "min"),
            last_year=("year", "max"),
        )
    )
    table = states[["iso3", "name"]].merge(found, left_on="iso3", right_index=True, how="left")
    numbers = ["studies", "strong_designs", "interventions"]
    table[numbers] = table[numbers].fillna(0).astype("int64")
    table[["first_year", "last_year"]] = table[["first_year", "last_year"]].astype("Int64")
    return table.sort_values(["studies", "name"], ascending=[False, True], ignore_index=True)


def directions_reported(groups: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Directions that the studies report, group by group.

    Parameters
    ----------
    groups : dict of str to pandas.DataFrame
        Coded studies by the name of the group.

    Returns
    -------
    pandas.DataFrame
        One row a group: group, one column for each direction (number), studies, and the share reported as beneficial
        among those that state a direction, with its Wilson interval: positive_share, interval_low, interval_high.
    """
    rows = []
    for name, studies in groups.items():
        positive = positive_share(studies)
        low, high = positive.interval
        counts = {direction: int((studies["direction"] == direction).sum()) for direction in DIRECTIONS}
        shares = {"positive_share": positive.value, "interval_low": low, "interval_high": high}
        rows.append({"group": name, **counts, "studies": len(studies), **shares})
    return pd.DataFrame(rows)


def _chosen(given: str | Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """Codes asked for, in the order of the scheme."""
    return tuple(code for code in known if given == "all" or code in given)


def _kept(column: "pd.Series[Any]", codes: Sequence[str]) -> list[Any]:
    return [tuple(code for code in found if code in codes) for found in column]


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
        "of the target asked for": trimmed["targets"].map(lambda found: _asked(found, parameters.target)),
        "in the countries asked for": trimmed["countries"].map(lambda found: _asked(found, parameters.countries)),
    }


def _asked(found: Sequence[str], wanted: str | Sequence[str]) -> bool:
    return wanted == "all" or any(code in wanted for code in found)


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


def _by_region(selection: Selection, region: str) -> dict[str, pd.DataFrame]:
    regions = {"lac": in_lac(selection.studies), "elsewhere": in_elsewhere(selection.studies)}
    return regions if region == "all" else {region: regions[region]}


def _region_first(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[["region", *[column for column in frame if column != "region"]]]


def _counted(long: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    marked = long.assign(
        strong=long["maryland_level"] >= STRONG_LEVEL,
        missing=long["maryland_level"].isna(),
        **{direction: long["direction"] == direction for direction in DIRECTIONS},
    )
    return marked.groupby(keys).agg(
        studies=("study_id", "nunique"),
        strongest_level=("maryland_level", "max"),
        median_level=("maryland_level", "median"),
        strong_designs=("strong", "sum"),
        uncoded_levels=("missing", "sum"),
        **{direction: (direction, "sum") for direction in DIRECTIONS},
        study_ids=("study_id", lambda ids: tuple(sorted(ids))),
    )


def _labelled(frame: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """The frame with labels beside its codes."""
    labelled = frame.assign(outcome_label=[OUTCOMES[code].label for code in frame["outcome"]])
    if rows == "intervention":
        labelled["intervention_label"] = [INTERVENTIONS[code].label for code in frame["intervention"]]
        labelled["family"] = [INTERVENTIONS[code].family for code in frame["intervention"]]
    labelled["family_label"] = [FAMILIES[code].label for code in labelled["family"]]
    return labelled


def _positions(codes: Iterable[str]) -> dict[str, int]:
    return {code: position for position, code in enumerate(codes)}
