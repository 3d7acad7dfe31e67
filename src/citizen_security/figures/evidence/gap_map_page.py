"""The evidence gap map as a page of its own: a table that anyone can read, and the data that a script explores it with.

The table stands without scripts, with the number of studies of every cell. The site's `gap-map.js` adds what reacts:
filters, the studies of a cell beside the map, search, an address that keeps what is chosen, and files of what is shown.
"""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd

from citizen_security.figures.embed import inert_json
from citizen_security.figures.evidence.gap_map import (
    DIRECTIONS,
    LEVELS,
    doi_address,
    effect_text,
    level_label,
    records,
    short_reference,
    shown_title,
)

TARGETS = {"people": "people", "gangs": "gangs", "place": "places", "policy": "rules", "system": "institutions"}
STRENGTHS = {
    "strong": "strong design: levels 4 and 5",
    "middle": "comparison group: level 3",
    "weak": "weak design: levels 1 and 2",
    "uncoded": "design not coded",
}
STRONG, MIDDLE = 4, 3
# Types of reference files: what has a DOI is in a journal; of what has our words for a title nobody knows.
JOURNAL, REPORT, ANY = "JOUR", "RPRT", "GEN"


def gap_map_page(
    cells: pd.DataFrame, studies: pd.DataFrame, reviews: pd.DataFrame, countries: Mapping[str, str]
) -> str:
    """HTML of the map with everything that it shows.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each region, intervention and outcome, as `evidence_gap_map` records them.
    studies : pandas.DataFrame
        The studies behind the cells, as it records them: one row for each region, cell and study.
    reviews : pandas.DataFrame
        study_id, authors, year, title, title_is_ours, doi, interventions (codes separated by `;`).
    countries : mapping of str to str
        Names of countries by their codes.

    Returns
    -------
    str
        One element, without blank lines.
    """
    rows, columns = _rows(cells), _columns(cells)
    listed = _studies(studies)
    content = {
        "families": rows,
        "outcomes": columns,
        "studies": listed,
        "reviews": _reviews(reviews),
        "countries": {code: countries.get(code, code) for study in listed for code in study["countries"]},
        "levels": LEVELS,
        "directions": {code: label for code, (label, _) in DIRECTIONS.items()},
        "targets": TARGETS,
        "strengths": STRENGTHS,
    }
    body = "".join(_family(family, columns, listed) for family in rows)
    heads = "".join(f'<th scope="col">{escape(outcome["label"])}</th>' for outcome in columns)
    return (
        '<div class="gap-map">'
        '<div class="gap-map-scroll" tabindex="0" role="group" aria-label="Map of interventions by outcomes">'
        '<table class="gap-map-table tex2jax_ignore mathjax_ignore">'
        "<caption>Number of studies of each intervention, by outcome; a dash where there is none</caption>"
        f'<thead><tr><th scope="col">Intervention</th>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
        f"{_plain_list(listed)}"
        f'<script type="application/json" class="gap-map-data">{inert_json(content)}</script>'
        "</div>"
    )


def _plain_list(listed: list[dict[str, Any]]) -> str:
    """Every study in a list, for readers without scripts; the script takes it away."""
    entries = "".join(f"<li>{_plain_entry(study)}</li>" for study in listed)
    return (
        '<details class="gap-map-plain tex2jax_ignore mathjax_ignore"><summary>All studies in a list</summary>'
        "<p>With scripts, a number of the table leads to its studies; without them, all stand here.</p>"
        f"<ol>{entries}</ol></details>"
    )


def _plain_entry(study: Mapping[str, Any]) -> str:
    title = escape(study["title"])
    named = f'<a href="{escape(study["doi"])}">{title}</a>' if study["doi"] else title
    return f"<b>{escape(study['reference'])}.</b> {named}"


def _family(family: Mapping[str, Any], columns: list[dict[str, str]], listed: list[dict[str, Any]]) -> str:
    head = f'<tr class="family"><th scope="rowgroup" colspan="{len(columns) + 1}">{escape(family["label"])}</th></tr>'
    rows = []
    for intervention in family["interventions"]:
        counts = [
            sum([intervention["code"], outcome["code"]] in study["cells"] for study in listed) for outcome in columns
        ]
        numbers = "".join(f"<td>{count or '–'}</td>" for count in counts)
        rows.append(f'<tr><th scope="row">{escape(intervention["label"])}</th>{numbers}</tr>')
    return head + "".join(rows)


def _rows(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """Families in the order of the map, each with its interventions."""
    families: dict[str, dict[str, Any]] = {}
    named = cells.drop_duplicates("intervention")
    for row in records(named):
        family = families.setdefault(
            str(row.family), {"code": row.family, "label": row.family_label, "interventions": []}
        )
        family["interventions"].append({"code": row.intervention, "label": row.intervention_label})
    return list(families.values())


def _columns(cells: pd.DataFrame) -> list[dict[str, str]]:
    return [{"code": row.outcome, "label": row.outcome_label} for row in records(cells.drop_duplicates("outcome"))]


def _studies(studies: pd.DataFrame) -> list[dict[str, Any]]:
    """Every study once, with its cells."""
    found = []
    for _, of_study in studies.groupby("study_id", sort=False):
        first = next(iter(records(of_study)))
        pairs = of_study[["intervention", "outcome"]].drop_duplicates().to_numpy().tolist()
        regions = {"lac": first.in_lac, "elsewhere": first.in_elsewhere}
        effects = [effect_text(row.measure, row.effect, row.standard_error, row.effects) for row in records(of_study)]
        found.append(
            {
                "id": first.study_id,
                "reference": short_reference(first.authors, first.year, first.title),
                "authors": _text(first.authors),
                "title": shown_title(first.title, bool(first.title_is_ours)),
                "year": int(first.year),
                "doi": doi_address(first.doi),
                "kind": _reference_type(first.doi, bool(first.title_is_ours)),
                "countries": [code for code in _text(first.countries).split(";") if code],
                "targets": [code for code in _text(first.targets).split(";") if code],
                "region": [name for name, inside in regions.items() if inside],
                "level": level_label(first.maryland_level),
                "strength": strength(first.maryland_level),
                "design": _text(first.design),
                "done": _text(first.what_was_done),
                "direction": first.direction,
                "effect": next(filter(None, effects), ""),
                "cells": pairs,
            }
        )
    return sorted(found, key=lambda study: (-study["year"], study["reference"]))


def strength(level: float) -> str:
    """Which of `STRENGTHS` a Maryland level belongs to.

    Parameters
    ----------
    level : float
        From 1 to 5; NaN where it was not coded.
    """
    if pd.isna(level):
        return "uncoded"
    return "strong" if level >= STRONG else "middle" if level >= MIDDLE else "weak"


def _reference_type(doi: object, title_is_ours: bool) -> str:
    if _text(doi):
        return JOURNAL
    return ANY if title_is_ours else REPORT


def _reviews(reviews: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "id": row.study_id,
            "reference": short_reference(row.authors, row.year, row.title),
            "authors": _text(row.authors),
            "title": shown_title(row.title, bool(row.title_is_ours)),
            "year": int(row.year),
            "doi": doi_address(row.doi),
            "interventions": [code for code in _text(row.interventions).split(";") if code],
        }
        for row in records(reviews)
    ]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
