"""The status of a trace is computed; what it was first taken for is a record beside it."""

import pandas as pd
import pytest

from citizen_security.claims.ledger.traces import FORESEEN, traced_claims, traces_sentence


def traces(*rows):
    frame = pd.DataFrame(rows, columns=["trace_id", "claim_id", "claim", "first_reading"])
    return frame.assign(finding="Read.", source_read="pages")


def ledger(**verdicts):
    return pd.DataFrame({"claim_id": list(verdicts), "verdict": list(verdicts.values())})


def test_the_status_follows_the_verdicts_and_not_the_reading():
    row = traces(("T01", "C001", "One", "contradicted"))
    assert traced_claims(row, ledger(C001="undecided"))["status"].item() == "undecided"
    assert traced_claims(row, ledger(C001="holds"))["status"].item() == "holds"


def test_verdicts_that_differ_are_told_with_their_claims():
    found = traced_claims(
        traces(("T01", "C001;C002;C003", "Several", "traced")),
        ledger(C001="holds", C002="undecided", C003="holds"),
    )
    assert found["status"].item() == "holds (C001 and C003); undecided (C002)"


@pytest.mark.parametrize(
    ("reading", "verdict", "agreement"),
    [
        ("contradicted", "does not hold", "agrees"),
        ("contradicted", "undecided", "differs"),
        ("contradicted", "not testable with open data", ""),
        ("supported", "holds", "agrees"),
        ("supported", "holds in part", "differs"),
        ("not verifiable as printed", "holds in part", "differs"),
        ("not verifiable as printed", "not testable with open data", "agrees"),
        ("testable", "undecided", "agrees"),
        ("testable", "traced, not tested", "differs"),
        ("traced", "holds", ""),
    ],
)
def test_a_reading_agrees_only_with_what_it_foresaw(reading, verdict, agreement):
    found = traced_claims(traces(("T01", "C001", "One", reading)), ledger(C001=verdict))
    assert found["agreement"].item() == agreement


def test_traces_of_claims_that_are_not_looked_at_are_left_out():
    rows = traces(("T01", "C001;C009", "One", "supported"), ("T02", "C009", "Nine", "supported"), ("T03", None, "", ""))
    found = traced_claims(rows, ledger(C001="holds"))
    assert found[["trace_id", "claim_id"]].to_numpy().tolist() == [["T01", "C001"]]
    assert traces_sentence(found) == "The computed verdict differs from no first reading that foresaw one."


def test_the_traces_that_differ_are_named():
    rows = traces(("T01", "C001", "One", "supported"), ("T02", "C002", "Two", "contradicted"))
    assert traces_sentence(traced_claims(rows, ledger(C001="holds", C002="holds"))) == (
        "The computed verdict differs from 1 of 2 first readings that foresaw one: T02."
    )


def test_nothing_is_said_of_readings_that_foresaw_nothing():
    found = traced_claims(traces(("T01", "C001", "One", "traced")), ledger(C001="holds"))
    assert traces_sentence(found).startswith("No first reading foresaw the verdict")
    assert traces_sentence(traced_claims(traces(), ledger(C001="holds"))).startswith("No first reading")


def test_every_reading_that_foresees_is_one_of_the_table(tables):
    assert set(FORESEEN) <= set(tables["claim_traces"]["first_reading"])
