"""Edits that the rules allow: every notebook that reads the table analyses them, or its check says why not."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support import ROOT

from citizen_security import compendium
from citizen_security.tables import catalog

type Rows = list[dict[str, str]]


def renamed(rows: Rows) -> Rows:
    return [{**row, "city": f"Place {row['rank']}"} for row in rows]


def emptied(*columns: str) -> Callable[[Rows], Rows]:
    return lambda rows: [{**row, **dict.fromkeys(columns, "")} for row in rows]


def until(year: int) -> Callable[[Rows], Rows]:
    return lambda rows: [row for row in rows if int(row["year"]) <= year]


# table, what is done to it, and whether a check refuses it
EDITS = [
    ("city_table", "other names", renamed, "is called 'Place 2'"),
    ("city_table", "no flags", emptied("flags"), None),
    ("country_year", "no predictor", emptied("male_15_29_share"), "male_15_29_share has no figure"),
    ("country_year", "no youth", emptied("unemployment_total", "unemployment_youth"), "no country has"),
    ("effects", "no sizes in words", emptied("sample_size_text", "notes"), None),
    ("claimed_and_evaluated", "no notes", emptied("note"), None),
    ("state_year", "fewer years", until(2019), None),
]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "edit", "said"), [it[:1] + it[2:] for it in EDITS], ids=[" ".join(it[:2]) for it in EDITS]
)
def test_an_edit_that_the_rules_allow_is_analysed_or_refused_in_a_sentence(
    name: str, edit: Callable[[Rows], Rows], said: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("CITIZEN_SECURITY_ROOT", str(tmp_path))
    path = catalog.path(name)
    rows = edit(list(csv.DictReader(io.StringIO(path.read_text("utf-8")))))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    counted(tmp_path / "data" / "datapackage.json", name, len(rows))
    catalog.update(name)
    sentences = []
    for notebook in compendium.NOTEBOOKS.values():
        if name in notebook.tables:
            try:
                notebook.check_sample(notebook.parameters.from_values({}))
            except ValueError as refused:  # the command line says these in a line
                sentences.append(str(refused))
    if said is None:
        assert sentences == []
    else:
        assert said in "; ".join(sentences)


def counted(file: Path, name: str, rows: int) -> None:
    """A table that is longer or shorter on purpose: its description says so."""
    package = json.loads(file.read_text("utf-8"))
    (resource,) = (resource for resource in package["resources"] if resource["name"] == name)
    for rule in resource["rules"]:
        if rule["rule"] == "rows":
            rule["count"] = rows
    file.write_text(json.dumps(package), "utf-8")
