"""The studies of an evidence gap map as tables, with links to where they were published."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from citizen_security.figures.evidence.gap_map import (
    DIRECTIONS,
    counted_studies,
    doi_address,
    effect_text,
    level_label,
    records,
    shown_title,
)
from citizen_security.figures.page_table import page_table
from citizen_security.words import attributed

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


def studies_html(studies: pd.DataFrame, reviews: pd.DataFrame | None = None) -> str:
    """Write the studies behind each cell as HTML: a fold for each intervention, a table in it.

    The markup is built as a tree, so that whatever stands in the table is text on the page and nothing else.

    Parameters
    ----------
    studies : pandas.DataFrame
        One row for each cell and study, in the order of the map: intervention_label, outcome_label, authors, year,
        title, title_is_ours, countries, design, maryland_level, direction, doi; where known measure, effect,
        standard_error and effects (of how many the effect is the mean).
    reviews : pandas.DataFrame, optional
        Reviews with authors, year, title, title_is_ours, doi; listed in a fold of their own.

    Returns
    -------
    str
    """
    # The page's mathematics would read dollar signs and brackets in titles as formulas.
    root = ElementTree.Element("div", {"class": "studies-behind tex2jax_ignore mathjax_ignore"})
    for label, rows in studies.groupby("intervention_label", sort=False):
        number = rows["study_id"].nunique()
        _fold(root, f"{label} ({counted_studies(number)})", _study_rows(rows), STUDY_COLUMNS)
    if reviews is not None and len(reviews):
        _fold(root, f"Reviews, not counted in any cell ({len(reviews)})", _review_rows(reviews), REVIEW_COLUMNS)
    return ElementTree.tostring(root, encoding="unicode", method="html")


STUDY_COLUMNS = ("Outcome", "Study", "Where", "Design", "Level", "Direction", "Effect")


REVIEW_COLUMNS = ("Review", "Of")


def _fold(
    root: ElementTree.Element, heading: str, rows: Iterable[list[ElementTree.Element]], columns: Iterable[str]
) -> None:
    details = ElementTree.SubElement(root, "details")
    ElementTree.SubElement(details, "summary").text = heading
    # A wide table scrolls in its own box, so that the page does not; the box can be reached by keyboard.
    named = {"role": "region", "aria-label": heading, "tabindex": "0"}
    box = ElementTree.SubElement(details, "div", {"class": "table-scroll", "style": "overflow-x:auto", **named})
    table = ElementTree.SubElement(box, "table", {"class": "table"})
    head = ElementTree.SubElement(ElementTree.SubElement(table, "thead"), "tr")
    for column in columns:
        ElementTree.SubElement(head, "th", {"scope": "col"}).text = column
    body = ElementTree.SubElement(table, "tbody")
    for row in rows:
        ElementTree.SubElement(body, "tr").extend(row)


def _study_rows(studies: pd.DataFrame) -> Iterable[list[ElementTree.Element]]:
    for row in records(studies):
        direction = DIRECTIONS[row.direction][0]
        texts = [
            row.countries.replace(";", ", ") or "not coded",
            row.design,
            level_label(row.maryland_level),
            direction,
            effect_text(*(getattr(row, name, None) for name in ("measure", "effect", "standard_error", "effects"))),
        ]
        yield [_cell(row.outcome_label), _reference(row), *map(_cell, texts)]


def _review_rows(reviews: pd.DataFrame) -> Iterable[list[ElementTree.Element]]:
    for row in records(reviews):
        yield [_reference(row), _cell(row.intervention_category)]


def _cell(text: str) -> ElementTree.Element:
    element = ElementTree.Element("td")
    element.text = text
    return element


def _reference(row: Any) -> ElementTree.Element:
    """Authors, year and title; the title links to the DOI where there is one."""
    element = _cell(f"{attributed(row.authors, row.title)} ({row.year}). ")
    address = doi_address(row.doi)
    title = ElementTree.SubElement(element, "a" if address else "span", {"href": address} if address else {})
    title.text = shown_title(row.title, row.title_is_ours)
    return element


def pooled_cells(cells: pd.DataFrame) -> "Styler":
    """The cells that have a pooled effect, the strongest fall of each region first.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row a cell: region, intervention_label, outcome_label, studies, pooled_studies, measure, pooled_effect,
        effect_low, effect_high, tau_squared, reason (empty where the effect is pooled).

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    numbers = ["pooled_effect", "effect_low", "effect_high", "tau_squared"]
    shown = ["region", "intervention_label", "outcome_label", "studies", "pooled_studies", "measure", *numbers]
    table = cells.loc[cells["reason"] == "", shown].sort_values(["region", "pooled_effect"])
    return page_table(table, formats=dict.fromkeys(numbers, "{:.2f}"))


def coded_twice(agreement: pd.DataFrame) -> "Styler":
    """How far two codings agree.

    Parameters
    ----------
    agreement : pandas.DataFrame
        One row a question: what was coded, studies, coded alike, mean overlap, kappa, kappa_low, kappa_high.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    ends = [
        f"{low:.2f} to {high:.2f}" for low, high in zip(agreement["kappa_low"], agreement["kappa_high"], strict=True)
    ]
    shown = agreement.drop(columns=["kappa_low", "kappa_high"]).assign(**{"95% interval of kappa": ends})
    shown = shown.rename(columns={"mean overlap": "mean overlap of the codes (Jaccard)"})
    return page_table(shown, digits=2)


RECODED_COLUMNS = ("Study", "Before", "After", "Why")


def recoding_html(recoding: pd.DataFrame) -> str:
    """Write the cells of the table of studies that a reading of every row changed as HTML: a fold for each column.

    Parameters
    ----------
    recoding : pandas.DataFrame
        One row a cell: study_id, field, before, after, reason.

    Returns
    -------
    str
    """
    root = ElementTree.Element("div", {"class": "recoding tex2jax_ignore mathjax_ignore"})
    for field, cells in recoding.fillna("blank").groupby("field"):
        heading = f"{str(field).replace('_', ' ')}: {len(cells)} changed"
        rows = ([*map(_cell, (row.study_id, row.before, row.after, row.reason))] for row in records(cells))
        _fold(root, heading, rows, RECODED_COLUMNS)
    return ElementTree.tostring(root, encoding="unicode", method="html")


def not_stated(studies: pd.DataFrame) -> "Styler":
    """The studies whose direction could not be read, with what was noted of them.

    Parameters
    ----------
    studies : pandas.DataFrame
        One row a study: authors, year, title, title_is_ours, notes, direction.

    Returns
    -------
    pandas.io.formats.style.Styler
    """
    silent = studies[studies["direction"] == "not_stated"]
    shown = silent.assign(
        authors=[attributed(row.authors, row.title) for row in records(silent)],
        title=[shown_title(row.title, row.title_is_ours) for row in records(silent)],
    )
    return page_table(shown[["authors", "year", "title", "notes"]])
