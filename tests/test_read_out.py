"""Whoever runs a notebook cell by cell reads its conclusions with the values of that run."""

import json

import pytest

from citizen_security import values
from citizen_security.cities.city_table.parameters import CityTable
from citizen_security.read_out import read_out

CELLS = [
    ("markdown", "# Title\n\nWhat is it? …<!--share_text-->%"),
    ("code", "…<!--share_text-->"),
    ("markdown", "Nothing here.\n\nOf …<!--share_n--> …<!--later_text--> are.\n\n- one\n- …<!--lost_text--> two"),
]


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """A checkout with a notebook that quotes values; what is displayed is kept in a list."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "datapackage.json").write_text("{}")
    path = tmp_path / "notebooks" / "cities" / "city_table.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cells": [{"cell_type": kind, "source": [text]} for kind, text in CELLS]}))
    monkeypatch.setenv("CITIZEN_SECURITY_ROOT", str(tmp_path))
    monkeypatch.delenv(values.KEPT, raising=False)
    monkeypatch.setattr(values, "_RECORDED", {})
    monkeypatch.setattr(values, "_MISSING", {})
    kept = []
    monkeypatch.setattr("IPython.display.display", lambda *what, **_: kept.extend(what))
    values.record_values(
        [
            values.Value(name="share", value=12.5, n=8, format=".0f"),
            values.Missing(names="lost", reason="none was asked for"),
        ]
    )
    kept.clear()
    return kept


def test_paragraphs_that_quote_a_value_are_shown_with_it(shown):
    read_out(CityTable())
    [markdown] = shown
    assert markdown.data == (
        "**In this run**\n\nWhat is it? 12%\n\nOf 8 … are.\n\n- one\n- (Not in this run: none was asked for.)"
    )


def test_a_run_that_is_kept_shows_nothing(shown, monkeypatch):
    # Its prose has the values itself, and so has the page that is made of it.
    monkeypatch.setenv(values.KEPT, "1")
    read_out(CityTable())
    assert shown == []
