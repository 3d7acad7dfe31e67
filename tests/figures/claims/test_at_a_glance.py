"""Which claims fail, hold, and are not tested, as tables of the overview."""

import re

import pandas as pd
import pytest

from citizen_security.figures.claims import at_a_glance as module

ROW = {
    "claim_id": "C001", "statement": "One & <b>two</b>", "verdict": "does not hold", "quantity": "Rate",
    "unit": "times", "value": 1.0, "low": 1.0, "high": 1.0, "region_low": 2.0, "region_high": None, "direction": None,
    "reasons": "Why.",
}  # fmt: skip


def ledger(*changes: dict) -> pd.DataFrame:
    return pd.DataFrame([ROW | {"claim_id": f"C00{place}"} | them for place, them in enumerate(changes, 1)])


@pytest.mark.parametrize(
    ("changes", "far"),
    [
        ({}, 5.0),  # one below two, in tenths of two
        ({"low": 0.0, "high": 1.9}, 1 / 1.9),
        ({"value": 3.0}, 0.0),
        ({"value": 6.0, "region_low": None, "region_high": 4.0}, 5.0),
        ({"value": 1.0, "region_low": 0.0, "region_high": 0.0}, None),
        ({"value": None}, None),
    ],
)
def test_the_distance_is_in_widths_of_the_interval_or_tenths_of_what_is_needed(changes, far):
    found = module.distance(ROW | changes)
    assert found == (far if far is None else pytest.approx(far))


def test_failing_claims_stand_with_the_furthest_first_and_lead_to_their_entry():
    shown = module.failing_table(ledger({"value": 1.8}, {}, {"verdict": "holds"}, {"verdict": "undecided"}))
    assert re.findall(r'<a href="every_claim\.html#(\w+)">', shown) == ["c002", "c001"]
    assert "<td>at 2 or more (times)</td><td>Rate: 1</td>" in shown
    assert "<b>" not in shown
    assert "\n" not in shown


def test_every_verdict_that_goes_against_a_claim_is_among_those_that_fail():
    shown = module.failing_table(ledger(*({"verdict": verdict} for verdict in module.FAILING)))
    assert all(f"<td>{verdict}</td>" in shown for verdict in module.FAILING)
    # A proxy that contradicts settles nothing, so that the claim is not said to fail.
    assert shown.startswith("<p>Something speaks against five claims; indirect evidence never settles one.")


def test_what_holds_only_as_said_says_so_and_what_is_untested_says_why():
    both = ledger(
        {"verdict": "holds", "unit": "statements"}, {"verdict": module.UNTESTED[0], "value": None, "unit": None}
    )
    assert "<td>holds: that it was said</td>" in module.holding_table(both)
    assert "<td>Why.</td>" in module.untested_table(both)


def test_a_ledger_without_such_claims_says_so():
    assert (
        module.failing_table(ledger({"verdict": "undecided"}))
        == "<p>No claim that could be tested has anything against it.</p>"
    )
    assert module.holding_table(ledger({})) == "<p>No claim holds as it stands.</p>"
    assert module.untested_table(ledger({})) == "<p>Every claim that is looked at can be tested.</p>"
