"""Every number of the figure is counted again from the files, row by row, without the package."""

import csv
import math

import pytest
from support import ROOT

from citizen_security.evidence.studies.coded_studies import coded_studies
from citizen_security.evidence.typology import cells
from citizen_security.evidence.typology.parameters import Typology
from citizen_security.figures.evidence import typology as figures
from citizen_security.tables import catalog


def rows(name):
    with (ROOT / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def terms(name, key):
    """Words of the studies → code, as the table of the coding scheme lists them."""
    return {word: row[key] for row in rows(f"evidence/{name}.csv") for word in row["terms"].split("|") if word}


REGION = {row["iso3"] for row in rows("country/countries.csv") if row["is_lac"] == "true"}
INTERVENTIONS, DIRECTIONS = terms("interventions", "intervention"), terms("directions", "direction")


def studies_by_hand():
    """What the files say of each study that is no review: interventions, where, level, direction."""
    for row in rows("evidence/studies.csv"):
        if row["kind"] == "review":
            continue
        places = [code for code in row["iso3"].split(";") if code]
        yield {
            "interventions": {INTERVENTIONS[word.strip()] for word in row["intervention_category"].split(";")},
            "region": any(code in REGION for code in places),
            "elsewhere": not places or any(code not in REGION for code in places),
            "level": float(row["maryland_level"]) if row["maryland_level"] else None,
            "direction": DIRECTIONS.get(row["effect_direction"], "not_stated"),
        }


STUDIES = list(studies_by_hand())


def counted(interventions):
    """Counts of the studies behind some interventions."""
    behind = [it for it in STUDIES if it["interventions"] & interventions]
    here = [it for it in behind if it["region"]]
    levels = [it["level"] for it in here if it["level"] is not None]
    return {
        "studies": len(behind),
        "region": len(here),
        "elsewhere": sum(it["elsewhere"] for it in behind),
        "strong": sum(level >= 4 for level in levels),
        "stating": sum(it["direction"] != "not_stated" for it in here),
        "beneficial": sum(it["direction"] == "beneficial" for it in here),
        "strongest": max(levels, default=math.nan),
    }


def of(**where):
    """Interventions of the figure's rows with these values."""
    kept = (row for row in rows("claims/typology.csv") if all(row[name] == value for name, value in where.items()))
    return {row["intervention"] for row in kept if row["intervention"]}


@pytest.fixture(scope="module")
def placed():
    coded = coded_studies(catalog.load("studies"), catalog.load("countries"))
    return cells.place(catalog.load("typology"), catalog.load("typology_parts"), coded, Typology())


@pytest.mark.parametrize(
    ("table", "keys"),
    [(cells.boxes, ("strategy",)), (cells.threats, ("threat",)), (cells.cells, ("threat", "strategy"))],
    ids=["boxes", "threats", "cells"],
)
def test_every_count_of_the_figure_is_that_of_the_files(placed, table, keys):
    found = table(placed).to_dict("records")
    assert found
    for row in found:
        expected = counted(of(**{key: row[key] for key in keys}))
        assert {name: row[name] for name in expected} == pytest.approx(expected, nan_ok=True), row


def test_what_has_no_place_and_no_study_is_what_the_files_leave(placed):
    left = {row["intervention"] for row in rows("evidence/interventions.csv")} - of()
    expected = {code: counted({code})["studies"] for code in left if counted({code})["studies"]}
    without = cells.without_a_place(placed)
    assert dict(zip(without["intervention"], without["studies"], strict=True)) == expected
    measures = {}
    for row in rows("claims/typology.csv"):
        measures.setdefault(row["measure"], set()).add(row["intervention"])
    bare = {measure for measure, codes in measures.items() if not counted(codes - {""})["studies"]}
    assert set(cells.without_a_study(placed)) == bare


def test_lines_of_the_drawn_boxes_say_these_numbers(placed):
    boxes, threats = cells.boxes(placed), cells.threats(placed)
    figure = figures.plot_typology(boxes, threats)
    texts = {text.get_text().replace("\n", " ") for text in figure.axes[0].texts}
    for row in rows("claims/typology_parts.csv"):
        numbers = counted(of(**{row["kind"]: row["part"]}))
        lines = [f"region: {numbers['region'] or 'none'}"]
        if row["kind"] == "strategy" and numbers["region"]:
            lines += [f"benefit: {numbers['beneficial']} of {numbers['stating']}", f"level: {numbers['strongest']:.0f}"]
        lines.append(f"elsewhere: {numbers['elsewhere'] or 'none'}")
        expected = f"{row['label']} {' '.join(lines) if numbers['studies'] else 'no study'}"
        assert expected in texts or (row["side"] == "centre" and row["kind"] == "threat"), expected
