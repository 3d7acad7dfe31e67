"""Accepting edits: compared with what was accepted, together or not at all, and none lost when two are at it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, edit_table

from citizen_security.tables import accepted, catalog, errors


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A second checkout whose tables a test may spoil, with a history of its own."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def commit(checkout: Path) -> None:
    named = ["-c", "user.name=nobody", "-c", "user.email=nobody@localhost"]
    for words in (["init", "-q"], ["add", "-A"], [*named, "commit", "-q", "-m", "tables"]):
        subprocess.run(["git", *words], cwd=checkout, check=True)


def lines(checkout: Path, *names: str) -> str:
    return "\n".join(line for found, _ in catalog.differences(names, checkout) for line in found.lines())


def test_rows_gone_and_new_and_the_largest_changes_come_first(checkout: Path):
    # a slip of the keyboard must be the first thing that one sees
    commit(checkout)
    file = catalog.path("effects", checkout)
    text = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(text[:-1]), encoding="utf-8", newline="")
    edit_table(checkout, "effects", "E001,villaveces2000,", "E001,cerda2012,")
    edit_table(checkout, "cost_of_violence", "COL,Colombia,6.4", "COL,Colombia,6.5")
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,14")
    said = lines(checkout, "effects", "cost_of_violence")
    assert "rows gone: 1 (effect_id=E169)" in said
    assert "study_id: villaveces2000 → cerda2012" in said
    assert said.index("1.4 → 14") < said.index("6.4 → 6.5")


def test_a_number_that_leaves_its_neighbours_is_called_a_jump(checkout: Path):
    commit(checkout)
    file = catalog.path("ecuador_province_month", checkout)
    rows = file.read_text(encoding="utf-8").splitlines()
    place = next(place for place, row in enumerate(rows) if row.startswith("Guayas,GUAYAS,2016,5,"))
    rows[place] = "Guayas,GUAYAS,2016,5,70"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8", newline="")
    assert "→ 70  ← a jump" in lines(checkout, "ecuador_province_month")


def test_a_table_that_is_written_in_another_way_is_said_to_hold_the_same(checkout: Path):
    commit(checkout)
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.40")
    assert "1 numbers are the same and written in another way" in lines(checkout, "cost_of_violence")
    assert lines(checkout, "claims") == "claims: nothing is changed"


def test_the_accepted_table_is_found_in_an_older_commit(checkout: Path):
    commit(checkout)
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.5")
    commit(checkout)
    found = accepted.content(catalog.describe("cost_of_violence", checkout), checkout)
    assert found is not None
    assert b"BRA,Brazil,1.4," in found


def test_an_edit_after_one_that_nobody_committed_is_compared_with_it(checkout: Path):
    commit(checkout)
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.5")
    catalog.update("cost_of_violence", checkout)
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.5", "BRA,Brazil,1.6")
    assert "1.5 → 1.6" in lines(checkout, "cost_of_violence")


def test_several_tables_are_accepted_together_or_none_is(checkout: Path):
    before = (checkout / "data" / "datapackage.json").read_bytes()
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.5")
    edit_table(checkout, "claims", "C001,", "C900,")
    with pytest.raises(errors.InvalidTable, match="claims"):
        catalog.update(["cost_of_violence", "claims"], checkout)
    assert (checkout / "data" / "datapackage.json").read_bytes() == before
    edit_table(checkout, "claims", "C900,", "C001,")
    assert set(catalog.update(["cost_of_violence", "claims"], checkout)) == {"cost_of_violence", "claims"}
    assert not [it for it in catalog.verify(["cost_of_violence", "claims"], checkout) if it.problem]


def test_a_file_that_changed_after_it_was_shown_is_not_accepted(checkout: Path):
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.5")
    ((_, shown),) = catalog.differences(["cost_of_violence"], checkout)
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.5", "BRA,Brazil,1.6")
    with pytest.raises(errors.ChecksumError, match="changed after its difference was shown"):
        catalog.update("cost_of_violence", checkout, {"cost_of_violence": shown})


def test_two_who_accept_at_once_lose_no_checksum(checkout: Path):
    edits = {
        "cost_of_violence": ("BRA,Brazil,1.4", "BRA,Brazil,1.5"),
        "private_security_personnel": (",570000,", ",570001,"),
        "most_violent_countries": (",90.4,", ",90.5,"),
        "claims": ("three times", "3 times"),
    }
    for name, (old, new) in edits.items():
        edit_table(checkout, name, old, new)
    code = (
        "import sys; from pathlib import Path; from citizen_security.tables import catalog; "
        "catalog.update(sys.argv[1], Path(sys.argv[2]))"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, name, str(checkout)]) for name in edits]
    assert [process.wait() for process in started] == [0] * len(edits)
    assert not [outcome for outcome in catalog.verify(edits, checkout) if outcome.problem]


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_the_description_keeps_its_formatting(checkout: Path, indent: int | None):
    # whoever formats the description in another way sees two lines changed, and no more
    file = checkout / "data" / "datapackage.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")), indent=indent), "utf-8")
    before = file.read_text("utf-8")
    old = catalog.describe("private_security_personnel", checkout)["hash"]
    edit_table(checkout, "private_security_personnel", ",570000,", ",570001,")
    catalog.update("private_security_personnel", checkout)
    assert file.read_text("utf-8") == before.replace(
        old, catalog.describe("private_security_personnel", checkout)["hash"]
    )
