"""What changed since the last release is said where it changed, and once where nothing did."""

import runpy
from datetime import date

import pandas as pd
import pytest
from support import ROOT

from citizen_security.claims.ledger.since_release import changes_sentence, with_changes

SCRIPT = runpy.run_path(str(ROOT / "scripts" / "release-verdicts.py"))
LEDGER = pd.DataFrame(
    {
        "claim_id": ["C001", "C002", "C003"],
        "verdict": ["holds", "undecided", "traced, not tested"],
        "value": [1 / 3, 2.0, float("nan")],
        "low": [0.1, 1.0, float("nan")],
        "high": [0.5, float("inf"), float("nan")],
    }
)


def released(**changes):
    then = LEDGER.assign(release="0.1.0", released=pd.Timestamp("2026-11-30"))
    # As the table has them: six digits, and no end of an interval that has none.
    then["value"] = [0.333333, 2.0, float("nan")]
    then["high"] = [0.5, float("nan"), float("nan")]
    for name, cells in changes.items():
        then[name] = cells
    return then


def test_nothing_is_said_once_for_all():
    ledger = with_changes(LEDGER, released())
    assert ledger["released_as"].tolist() == ["same"] * 3
    assert (ledger[["verdict_then", "estimate_then"]] == "").all(axis=None)
    assert changes_sentence(ledger, released()) == (
        "Compared with release 0.1.0 of 2026-11-30, no verdict and no estimate differs."
    )


def test_another_verdict_and_another_estimate_are_told_as_they_were():
    then = released(verdict=["does not hold", "undecided", "undecided"], value=[0.3, 2.0, 1.0], low=[-0.1, 1.0, 1.0])
    then["high"] = [0.5, float("nan"), 1.0]
    ledger = with_changes(LEDGER, then)
    assert ledger["verdict_then"].tolist() == ["does not hold", "", "undecided"]
    assert ledger["estimate_then"].tolist() == ["0.3 (−0.1 to 0.5)", "", "1"]
    assert changes_sentence(ledger, then) == (
        "Compared with release 0.1.0 of 2026-11-30, the verdicts of C001 and C003 differ and the estimates of C001 and "
        "C003 differ."
    )


def test_of_more_than_a_few_claims_the_number_is_told():
    many = pd.concat([LEDGER.assign(claim_id=[f"C{n}{key}" for key in "abc"]) for n in (1, 2)], ignore_index=True)
    then = many.assign(release="0.1.0", released=pd.Timestamp("2026-11-30"), verdict="outdated")
    assert changes_sentence(with_changes(many, then), then) == (
        "Compared with release 0.1.0 of 2026-11-30, 6 verdicts differ."
    )


def test_what_is_new_is_not_called_changed():
    then = released().query("claim_id != 'C001'")
    ledger = with_changes(LEDGER, then)
    assert ledger["released_as"].tolist() == ["new", "same", "same"]
    assert changes_sentence(ledger, then).endswith("no verdict and no estimate differs. Not in the release: C001.")
    own = with_changes(LEDGER.assign(claim_id=["X1", "X2", "X3"]), then)
    assert changes_sentence(own, then) == "No claim that is looked at is in release 0.1.0 of 2026-11-30."


def test_the_shipped_table_is_of_one_release_and_of_claims_that_there_are(tables):
    shipped = tables["released_verdicts"]
    assert set(shipped["claim_id"]) <= set(tables["claims"]["claim_id"])
    assert len(shipped[["release", "released"]].drop_duplicates()) == 1


@pytest.fixture
def run(tmp_path):
    LEDGER.to_csv(tmp_path / "claims.csv", index=False)
    return tmp_path


def test_a_release_writes_what_the_run_recorded(run):
    rows = SCRIPT["released"](run / "claims.csv", "0.2.0", "2027-03-01")
    assert [row["value"] for row in rows] == ["0.333333", "2", ""]
    assert [row["high"] for row in rows] == ["0.5", "", ""]
    assert {(row["release"], row["released"]) for row in rows} == {("0.2.0", "2027-03-01")}
    then = pd.DataFrame(rows).assign(released=pd.Timestamp(date(2027, 3, 1)))
    then[["value", "low", "high"]] = then[["value", "low", "high"]].apply(pd.to_numeric)
    assert changes_sentence(with_changes(LEDGER, then), then).endswith("no verdict and no estimate differs.")


@pytest.mark.parametrize(
    ("version", "day", "said"),
    [("next", "2027-03-01", "three numbers, such as 0.2.0"), ("0.2.0", "1 March", "a day such as 2027-03-01")],
)
def test_a_release_without_version_or_day_writes_nothing(run, version, day, said):
    before = SCRIPT["TABLE"].read_bytes()
    assert said in SCRIPT["main"]([version, day, str(run)])
    assert SCRIPT["TABLE"].read_bytes() == before


def test_a_release_without_a_run_says_how_to_make_it(tmp_path):
    assert "citizen-security run claims/ledger" in SCRIPT["main"](["0.2.0", "2027-03-01", str(tmp_path)])
