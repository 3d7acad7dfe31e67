"""Statements of the review: one that is lost would hide that they do not fit each other."""

from citizen_security.evidence.selection_on_outcome.source_claims import STATED, stated_counts, traced_counts
from citizen_security.tables import catalog


def test_every_statement_on_the_counts_is_in_the_table():
    assert list(stated_counts(catalog.load("claims"))["claim_id"]) == list(STATED)


def test_what_was_followed_concerns_the_two_numbers():
    traced = traced_counts(catalog.load("claim_traces"))
    assert len(traced) > 0
    assert all("C047" in ids or "C048" in ids for ids in traced["claim_id"])


def test_no_verdict_is_typed_beside_the_computed_ones():
    # A typed status said "contradicted" where the rules of the ledger leave it open.
    assert list(traced_counts(catalog.load("claim_traces"))) == ["claim_id", "finding"]
