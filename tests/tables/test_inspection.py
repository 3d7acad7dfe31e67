"""Checks of what rows mean: their errors refuse a table beside its description's rules, their doubts are only told."""

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from support import ROOT, edit_table

from citizen_security.rows_named import Place
from citizen_security.tables import catalog, errors
from citizen_security.tables.inspection import Inspection


@dataclass(frozen=True)
class Remark:
    """What an invented check says."""

    table: str
    sentence: str
    is_error: bool
    place: Place | None = None
    columns: tuple[str, ...] = ()
    given: str = ""
    rule: str = ""
    compares: bool = False


def remark(line, column, *, table="cost_of_violence", given="it is odd"):
    """A remark about a cell, as the checks of rows make them."""
    where = Place(line, (("iso3", f"row{line}"),))
    return Remark(table, f"{where}, {column}: {given}. Allowed: even", True, where, (column,), given, "Allowed: even")


def check_that_says(*remarks):
    return [Inspection(("cost_of_violence",), lambda _: remarks)]


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


def refusal(checkout, inspections):
    with pytest.raises(errors.InvalidTable) as refused:
        catalog.update("cost_of_violence", checkout, inspections=inspections)
    return str(refused.value)


def test_every_row_is_said_however_many_there_are_and_what_they_share_once(checkout):
    told = refusal(checkout, check_that_says(*(remark(line * line, "flags") for line in range(2, 57))))
    assert "is invalid: 1 problem:" in told
    assert told.count("it is odd") == told.count("Allowed: even") == 1
    assert "flags, in 55 rows: it is odd. Allowed: even" in told
    joined = " ".join(told.split())
    assert all(f"{line * line} (row{line * line})" in joined for line in range(3, 57))
    apart = refusal(checkout, check_that_says(*(remark(line, "flags", given=f"it is {line}") for line in range(2, 57))))
    assert all(f"row {line} (iso3=row{line}): it is {line}" in apart for line in range(2, 57))


def test_what_a_check_of_rows_says_is_not_said_again_of_the_same_cell(checkout):
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,140")
    edit_table(checkout, "cost_of_violence", "COL,Colombia,6.4", "COL,Colombia,640")
    both = refusal(checkout, check_that_says(remark(5, "flags")))
    assert "breaks the rule 'maximum 100' in row 2 (iso3=BRA): '140'; row " in both
    line = int(both.partition("'140'; row ")[2].partition(" ")[0])
    one = refusal(checkout, check_that_says(remark(2, "cost_percent_of_gdp")))
    assert f"breaks the rule 'maximum 100' in row {line} (iso3=COL): '640'" in one
    assert "'140'" not in one
    beside = dataclasses.replace(remark(2, "cost_percent_of_gdp"), compares=True)
    assert "'140'; row " in refusal(checkout, check_that_says(beside))
    none = refusal(checkout, check_that_says(*(remark(it, "cost_percent_of_gdp") for it in (2, line))))
    assert "breaks the rule" not in none


def test_nothing_is_said_of_a_cell_that_cannot_be_read_but_that(checkout):
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1·4")
    told = refusal(checkout, check_that_says(remark(2, "cost_percent_of_gdp"), remark(2, "flags"), remark(3, "flags")))
    assert "is invalid: 3 problems:" in told
    assert "row 2 (iso3=BRA): '1·4' (write the number alone and in digits" in told
    assert "row 2 (iso3=row2), cost_percent_of_gdp" not in told


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
        assert frames["cost_of_violence"].attrs["unread"] == {0: {"cost_percent_of_gdp"}}
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
