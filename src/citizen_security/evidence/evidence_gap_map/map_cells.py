"""Evidence gap map: which interventions were evaluated, on which outcomes, how well, and where.

The rules of counting, all in one place:

- A study that covers several interventions, outcomes or countries is in each of their cells, once in each, and counts
  once in every total. A study of two interventions and two outcomes is in all four cells.
- A study with sites in Latin America and the Caribbean and elsewhere is in both maps, and once in the total.
- Reviews are never counted with the studies that they review: they are listed apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from citizen_security.evidence.evidence_gap_map.study_filter import MapStudies
from citizen_security.evidence.studies.coded_studies import STRONG_LEVEL, in_elsewhere, in_lac
from citizen_security.evidence.studies.coding import (
    DIRECTIONS,
    FAMILIES,
    INTERVENTIONS,
    OUTCOMES,
)

Rows = Literal["intervention", "family"]


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
    codes = list(INTERVENTIONS if interventions is None else interventions)
    keys = list(dict.fromkeys(INTERVENTIONS[code].family for code in codes)) if rows == "family" else codes
    columns = list(OUTCOMES if outcomes is None else outcomes)
    grid = pd.MultiIndex.from_product([keys, columns], names=[rows, "outcome"])
    counted = _counted(memberships(studies, rows), [rows, "outcome"]).reindex(grid)
    numbers = ["studies", "strong_designs", "uncoded_levels", *DIRECTIONS]
    counted[numbers] = counted[numbers].fillna(0).astype("int64")
    counted["study_ids"] = [ids if isinstance(ids, tuple) else () for ids in counted["study_ids"]]
    return _labelled(counted.reset_index(), rows)


def printed(grid: pd.DataFrame) -> pd.DataFrame:
    """Cells as a file holds them: the studies of a cell are one text, separated by `;`.

    Parameters
    ----------
    grid : pandas.DataFrame
        From `cells` or `panels`, with whatever columns were added.

    Returns
    -------
    pandas.DataFrame
    """
    return grid.assign(study_ids=grid["study_ids"].str.join(";"))


def panels(on_map: MapStudies, region: str) -> pd.DataFrame:
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
        cells(studies, on_map.interventions, on_map.outcomes).assign(region=name)
        for name, studies in _by_region(on_map, region).items()
    ]
    return _region_first(pd.concat(grids, ignore_index=True))


def studies_of_panels(on_map: MapStudies, region: str) -> pd.DataFrame:
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
    lists = [studies_behind(studies).assign(region=name) for name, studies in _by_region(on_map, region).items()]
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


def count_gaps(on_map: MapStudies) -> dict[tuple[str, str], GapCounts]:
    """Empty and thin cells of the map and of each region's, with interventions as rows and with families.

    Parameters
    ----------
    on_map : MapStudies

    Returns
    -------
    dict of (str, str) to GapCounts
        By whose studies (`map`, `lac`, `elsewhere`) and what the rows are (`intervention`, `family`).
    """
    of = {"map": on_map.studies, "lac": in_lac(on_map.studies), "elsewhere": in_elsewhere(on_map.studies)}
    kinds: tuple[Rows, ...] = ("intervention", "family")
    return {
        (name, rows): gap_counts(cells(studies, on_map.interventions, on_map.outcomes, rows))
        for name, studies in of.items()
        for rows in kinds
    }


def gap_table(counts: Mapping[tuple[str, str], GapCounts]) -> pd.DataFrame:
    """Counts of `count_gaps` for a reader: one row each, with columns cells, empty and thin."""
    rows = pd.MultiIndex.from_tuples(counts, names=["studies of", "rows are"])
    return pd.DataFrame(list(counts.values()), index=rows)


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
        their labels, study_id, authors, year, title, title_is_ours, countries (separated by `;`), what_was_done,
        design, maryland_level, direction, group, doi, targets (separated by `;`), in_lac, in_elsewhere.
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
            "title_is_ours",
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


def listed_reviews(reviews: pd.DataFrame) -> pd.DataFrame:
    """Reviews as a file holds them: codes of interventions are one text, separated by `;`.

    Parameters
    ----------
    reviews : pandas.DataFrame
        Coded reviews.

    Returns
    -------
    pandas.DataFrame
        Columns study_id, authors, year, title, title_is_ours, doi, interventions; the latest first.
    """
    listed = reviews.assign(interventions=[";".join(codes) for codes in reviews["interventions"]])
    columns = ["study_id", "authors", "year", "title", "title_is_ours", "doi", "interventions"]
    return listed.sort_values(["year", "study_id"], ascending=[False, True], ignore_index=True)[columns]


def _by_region(on_map: MapStudies, region: str) -> dict[str, pd.DataFrame]:
    regions = {"lac": in_lac(on_map.studies), "elsewhere": in_elsewhere(on_map.studies)}
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


def rows_by_emptiness(grid: pd.DataFrame) -> pd.DataFrame:
    """How full each row of a map is, the emptiest first.

    Parameters
    ----------
    grid : pandas.DataFrame
        From `cells`, of one region.

    Returns
    -------
    pandas.DataFrame
        One row an intervention: intervention_label, family_label, empty and thin (cells without a study, with one),
        filled, studies (different ones), strong_designs (cells with a study at level 4 or 5).
    """
    marked = grid.assign(
        empty=grid["studies"] == 0,
        thin=grid["studies"] == 1,
        filled=grid["studies"] > 0,
        strong=grid["strongest_level"] >= STRONG_LEVEL,
    )
    table = marked.groupby(["intervention_label", "family_label"], sort=False).agg(
        empty=("empty", "sum"),
        thin=("thin", "sum"),
        filled=("filled", "sum"),
        studies=("study_ids", lambda ids: len({study for cell in ids for study in cell})),
        cells_with_strong_design=("strong", "sum"),
    )
    return table.sort_values(["filled", "studies"], kind="stable").reset_index()
