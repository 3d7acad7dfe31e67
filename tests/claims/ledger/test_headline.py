"""What the ledger records, at the defaults and where little is asked for."""

import re

from citizen_security.claims.ledger import headline
from citizen_security.claims.ledger.judged_claims import choices_table, ledger_table
from citizen_security.claims.ledger.parameters import Ledger
from citizen_security.claims.ledger.since_release import with_changes
from citizen_security.claims.ledger.stricter_and_looser import tolerances_of, verdicts_by_rule
from citizen_security.claims.ledger.traces import traced_claims


def recorded(tables, found, keys=None):
    parameters = Ledger.from_values({})
    settings = {"tolerances": tolerances_of(parameters), "smallest_effect": parameters.smallest_effect}
    chosen = {key: it for key, it in found.items() if keys is None or key in keys}
    claims = tables["claims"] if keys is None else tables["claims"].query("claim_id in @keys")
    ledger = ledger_table(claims, tables["claim_rules"], chosen, **settings)
    ledger = with_changes(ledger, tables["released_verdicts"])
    values = headline.ledger_values(ledger, choices_table(chosen, **settings), "The claims are those of the book.")
    traced = traced_claims(tables["claim_traces"], ledger)
    values += headline.beside_values(ledger, tables["released_verdicts"], traced)
    values += headline.rules_values(verdicts_by_rule(chosen, parameters))
    return {value.name: value.value for value in values}


def by_rule(tables, found):
    return [str(name) for name in verdicts_by_rule(found, Ledger.from_values({})).columns[1:]]


def test_the_lists_of_claims_are_those_of_the_verdicts(tables, found):
    values = recorded(tables, found)
    assert values["verdicts_sentence"].startswith("82 of 110 claims can be tested")
    for claim in ("C053", "C100", "C101", "C109"):
        assert claim in values["inconsistent_claims"]
    assert values["claims_reading"] == "The claims are those of the book."
    rules = tables["claim_rules"]
    late = int((rules["tested"] & rules["changed_late"].notna()).sum())
    assert values["late_rules_sentence"] == (
        f"{late} of {int(rules['tested'].sum())} rules with a result were changed after it was known."
    )
    assert re.findall(r"[\d.]+ \(([^)]+)\)", values["rule_sets_sentence"]) == by_rule(tables, found)
    for agreeing in ("at least 90%, 80%, 75%", "at most 0%, 5%, 10%"):
        assert agreeing in values["rule_sets_sentence"]
    # A first reading decides nothing: these were typed as contradicted, supported and not verifiable.
    for trace in ("T08", "T10", "T11"):
        assert trace in values["traces_sentence"]


def test_one_claim_is_told_of_as_well(tables, found):
    values = recorded(tables, found, ["C060"])
    assert values["verdicts_sentence"].startswith("The one claim can be tested")
    assert values["failing_claims"] == values["outdated_claims"] == "none"
    assert values["late_rules_sentence"] == "No rule was changed after its first result."
    assert values["traces_sentence"].startswith("No first reading foresaw")
    assert values["untested_sentence"] == "Every claim that is looked at can be tested."
