"""Sentences of the ledger are true of every ledger."""

import pandas as pd

from citizen_security.claims.ledger.sentences import (
    late_rules_sentence,
    listed_claims,
    opposite_sentence,
    proxies_sentence,
    rules_sentence,
    untested_sentence,
    verdicts_sentence,
)


def ledger(*verdicts, directness="direct"):
    tested = [directness if verdict[:3] not in ("tra", "not") else "" for verdict in verdicts]
    keys = [f"C{i:03}" for i in range(len(verdicts))]
    return pd.DataFrame({"claim_id": keys, "verdict": verdicts, "directness": tested})


def test_verdicts_are_counted_with_the_verb_of_their_number():
    said = verdicts_sentence(ledger("holds", "holds", "does not hold", "outdated", "traced, not tested"))
    assert said == (
        "4 of 5 claims can be tested with the tables of this compendium. Of these, 2 hold, 1 does not hold and 1 held "
        "in its years and no longer does."
    )
    with_the_tables = "with the tables of this compendium."
    for verdicts, told in (
        (["undecided"], f"The one claim can be tested {with_the_tables} It is undecided."),
        (["holds", "traced, not tested"], f"1 of 2 claims can be tested {with_the_tables} It holds."),
        (["holds"] * 2, f"All 2 claims can be tested {with_the_tables} Both of these hold."),
        (["does not hold"] * 3, f"All 3 claims can be tested {with_the_tables} All of these do not hold."),
        (["traced, not tested"] * 2, f"None of the 2 claims can be tested {with_the_tables}"),
        (["traced, not tested"], f"No claim can be tested {with_the_tables}"),
    ):
        assert verdicts_sentence(ledger(*verdicts)) == told


def test_untested_is_not_called_false():
    said = untested_sentence(ledger("holds", "not testable with open data", "traced, not tested"))
    assert said == (
        "Untested is not false: one claim was only traced to its source and one claim cannot be tested with open data."
    )
    assert "two claims were only traced to their source" in untested_sentence(ledger(*["traced, not tested"] * 2))
    assert untested_sentence(ledger("holds")) == "Every claim that is looked at can be tested."


def test_opposite_ways_are_counted_among_claims_with_several():
    choices = pd.DataFrame(
        {
            "claim_id": ["A", "A", "B", "B", "C", "A"],
            "window": ["claim"] * 5 + ["latest"],
            "position": ["inside", "outside", "inside", "straddles", "outside", "inside"],
            "is_main": [True, False, True, False, True, False],
            "family": ["", "definition", "", "year", "", "year"],
        }
    )
    first = (
        "For 1 of 2 claims with more than one way of measuring, one way supports the claim and another contradicts it."
    )
    assert opposite_sentence(choices) == f"{first} Against the main way stands another definition."
    two = pd.concat(
        [choices, choices.assign(claim_id=choices["claim_id"] + "2", family=["", "year", *choices["family"][2:]])]
    )
    assert opposite_sentence(two).endswith(
        "Against the main way stand another definition for one and another year for one."
    )
    unsaid = choices.assign(family="")
    assert opposite_sentence(unsaid) == f"{first} Against the main way stands another way."
    # A main way that leaves the claim open has no opposite.
    turned = choices.assign(position=["straddles", "outside", "inside", "straddles", "outside", "inside"])
    turned = pd.concat([turned, turned.iloc[1:2].assign(position="inside", family="source")])
    assert opposite_sentence(turned) == first
    agreeing = opposite_sentence(choices.assign(position="inside"))
    assert (
        agreeing == "Of no claim with more than one way of measuring does one way support it and another contradict it."
    )
    one = opposite_sentence(choices.query("claim_id == 'A'"))
    assert one.startswith("For the one claim with more than one way of measuring, one way supports the claim and")
    assert opposite_sentence(choices.query("claim_id == 'C'")).startswith("No claim that is looked at has more")


def test_proxies_are_counted_among_tested_claims():
    one, direct = ledger("undecided", "traced, not tested", directness="proxy"), ledger("holds")
    assert proxies_sentence(one).startswith("The one claim that is tested is measured by a proxy")
    assert proxies_sentence(direct).startswith("No claim that is tested is measured by a proxy")
    assert proxies_sentence(pd.concat([one, direct, direct])).startswith("1 of 3 claims that are tested is measured by")
    assert proxies_sentence(pd.concat([one, one, direct])).startswith("2 of 3 claims that are tested are measured by")


def test_what_no_rule_moves_and_lists_of_claims():
    rest = "the same under every set of rules, strict or loose."
    assert rules_sentence(3, 4) == f"3 of 4 verdicts are {rest}"
    assert rules_sentence(1, 4) == f"1 of 4 verdicts is {rest}"
    assert rules_sentence(4, 4) == f"All 4 verdicts are {rest}"
    assert rules_sentence(1, 1) == f"The one verdict is {rest}"
    assert rules_sentence(0, 1) == rules_sentence(0, 4) == rules_sentence(0, 0) == f"No verdict is {rest}"
    assert listed_claims(ledger("holds", "outdated", "outdated"), ["outdated"]) == "C001 and C002"
    assert listed_claims(ledger("holds"), ["outdated"]) == "none"


def test_when_brought_rules_were_written_down_is_the_word_of_their_file():
    ledger = pd.DataFrame({"verdict": "holds", "declared": ["2026-11-30", "2026-11-28"], "changed_late": ["", ""]})
    assert "No rule was changed" in late_rules_sentence(ledger)
    one = ledger.assign(changed_late=["2026-12-01", ""])
    assert late_rules_sentence(one) == "1 of 2 rules with a result was changed after it was known."
    both = ledger.assign(changed_late="2026-12-01")
    assert late_rules_sentence(both) == "All 2 rules with a result were changed after it was known."
    # What is not tested has no result after which its rule could be changed.
    untested = one.assign(verdict=["holds", "traced, not tested"])
    assert late_rules_sentence(untested) == "The one rule with a result was changed after it was known."
    brought = late_rules_sentence(ledger, is_brought=True)
    assert brought.startswith("By the file's own word the rules were written down from 2026-11-28 to 2026-11-30;")
    assert " on 2026-11-30;" in late_rules_sentence(ledger[:1], is_brought=True)
