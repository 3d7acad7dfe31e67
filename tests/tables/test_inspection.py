"""Checks of what rows mean: their errors refuse a table beside its description's rules, their doubts are only told."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import ROOT, edit_table

from citizen_security.tables import catalog, errors
from citizen_security.tables.inspection import Inspection


@dataclass(frozen=True)
class Remark:
    """What an invented check says."""

    table: str
    sentence: str
    is_error: bool


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A second checkout whose tables a test may spoil."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def costly(limit, *, is_error=True):
    """A check that finds countries whose violence costs more than a limit, and names it of another table too."""

    def inspect(frames):
        assert set(frames) == {"cost_of_violence", "most_violent_countries"}
        table = frames["cost_of_violence"]
        chosen = table[table["cost_percent_of_gdp"] > limit]
        return [
            Remark("cost_of_violence", f"row {place + 2} ({row.iso3}) costs {row.cost_percent_of_gdp}", is_error)
            for place, row in zip(chosen.index, chosen.itertuples(), strict=True)
        ]

    return Inspection(("cost_of_violence", "most_violent_countries"), inspect)


def test_errors_of_rows_are_said_beside_those_of_the_description(checkout):
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,=Brazil,14")
    for accept in (catalog.differences, catalog.update):
        with pytest.raises(errors.InvalidTable) as refused:
            accept(["cost_of_violence"], checkout, inspections=[costly(7)])
        said = str(refused.value).splitlines()
        assert "problems:" in said[0]
        assert sum("no text starts with" in line for line in said) == 1
        assert "- row 2 (BRA) costs 14.0" in said
    (found,) = catalog.verify(["cost_of_violence"], checkout, [costly(7)])
    assert "row 2 (BRA) costs 14.0" in found.problem


def test_every_row_is_said_however_many_there_are(checkout):
    many = 3 * errors.SHOWN_PROBLEMS
    remarks = [Remark("cost_of_violence", f"row {place + 2} costs too much", is_error=True) for place in range(many)]
    with pytest.raises(errors.InvalidTable) as refused:
        catalog.update("cost_of_violence", checkout, inspections=[Inspection(("cost_of_violence",), lambda _: remarks)])
    assert str(refused.value).count(" costs ") == many
    assert f"{many} problems" in str(refused.value)


def test_a_table_that_was_not_edited_is_refused_if_the_edit_makes_its_rows_wrong(checkout):
    # most_violent_countries is edited, and the fault it makes is one of the other table
    with pytest.raises(errors.InvalidTable, match="table 'cost_of_violence' is invalid"):
        catalog.update("most_violent_countries", checkout, inspections=[costly(3)])


def test_doubts_are_told_and_refuse_nothing(checkout):
    doubts = [costly(0, is_error=False)]
    assert catalog.update("cost_of_violence", checkout, inspections=doubts)
    (found,) = catalog.verify(["cost_of_violence"], checkout, doubts)
    assert found.problem is None
    told = catalog.doubts(["cost_of_violence"], checkout, doubts)
    assert len(told) == len(catalog.load("cost_of_violence", checkout))
    assert all(line.startswith("cost_of_violence, row ") for line in told)
    assert catalog.doubts(["countries"], checkout, doubts) == []


def test_a_check_is_handed_a_cell_that_cannot_be_read_as_missing(checkout):
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,a lot")
    seen = []

    def look(frames):
        seen.extend(frames["cost_of_violence"]["cost_percent_of_gdp"].isna())
        return []

    with pytest.raises(errors.InvalidTable, match="a number in plain digits"):
        catalog.update("cost_of_violence", checkout, inspections=[Inspection(("cost_of_violence",), look)])
    assert seen.count(True) == 1


def test_where_no_table_can_be_read_only_that_is_said(checkout):
    catalog.path("cost_of_violence", checkout).write_bytes(b"nothing, here")
    with pytest.raises(errors.InvalidTable, match="header"):
        catalog.update("cost_of_violence", checkout, inspections=[costly(0)])
    catalog.path("most_violent_countries", checkout).unlink()
    found = catalog.verify(["most_violent_countries"], checkout, [costly(0)])
    assert "most_violent_countries.csv" in found[0].problem
    assert "costs" not in found[0].problem
