"""Stricter rules never confirm what the declared ones do not, and a run's tolerance scales them all."""

import pytest

from citizen_security.claims.ledger.judged_claims import VERDICTS
from citizen_security.claims.ledger.parameters import Ledger
from citizen_security.claims.ledger.stricter_and_looser import (
    DECLARED,
    RULES,
    counts_by_rule,
    tolerances_of,
    unmoved,
    verdicts_by_rule,
)

DEFAULTS = Ledger.from_values({})


@pytest.fixture(scope="module")
def verdicts(found):
    return verdicts_by_rule(found, DEFAULTS)


def test_the_declared_rules_are_those_of_the_ledger(found, verdicts):
    from citizen_security.methods.verdicts.grid import Thresholds
    from citizen_security.methods.verdicts.regions import Tolerances

    own = [it.verdict(Tolerances(), DEFAULTS.smallest_effect, Thresholds()).name for it in found.values()]
    assert verdicts[DECLARED].tolist() == own


def test_a_claim_that_holds_under_a_strict_rule_is_not_refuted_by_a_loose_one(verdicts):
    # Claims that are confirmed strictly may become outdated no more: the latest years are judged as loosely.
    strict = verdicts[verdicts["much stricter"] == "holds"]
    assert set(strict["much looser"]) <= {"holds", "outdated"}
    loose = verdicts[verdicts["much looser"] == "does not hold"]
    assert "holds" not in set(loose["much stricter"])


def test_counts_add_up_to_the_tested_claims(verdicts):
    counts = counts_by_rule(verdicts)
    assert counts["rules"].tolist() == list(RULES)
    assert set(counts.columns[1:]) <= set(VERDICTS)
    assert (counts.drop(columns="rules").sum(axis=1) == len(verdicts)).all()


def test_what_no_rule_moves_is_counted(verdicts):
    same = sum(len(set(row)) == 1 for row in verdicts[list(RULES)].to_numpy().tolist())
    assert unmoved(verdicts) == same
    assert 0 < same < len(verdicts)


def test_the_tolerance_of_a_run_scales_those_of_every_type():
    twice = tolerances_of(Ledger.from_values({"tolerance": 0.2}))
    assert (twice.number, twice.share_points, twice.fallen) == (0.2, 5.0, 10.0)
