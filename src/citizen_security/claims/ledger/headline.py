"""Headline values of the notebook `claims/ledger`."""

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
from citizen_security.claims.ledger.since_release import changes_sentence
from citizen_security.claims.ledger.stricter_and_looser import rule_sets_sentence, unmoved
from citizen_security.claims.ledger.traces import traces_sentence
from citizen_security.values import Value


def ledger_values(
    ledger: pd.DataFrame, choices: pd.DataFrame, reading: str, *, is_brought: bool = False
) -> list[Value]:
    """What became of the claims.

    Parameters
    ----------
    ledger : pandas.DataFrame
        From `ledger_table`.
    choices : pandas.DataFrame
        From `choices_table`.
    reading : str
        Where the claims come from, in a sentence.
    is_brought : bool
        Whether an analyst brought them.

    Returns
    -------
    list of Value
    """
    told = {
        "claims_reading": (reading, "Where the claims come from"),
        "late_rules_sentence": (
            late_rules_sentence(ledger, is_brought=is_brought),
            "Rules that were changed after their first result",
        ),
        "verdicts_sentence": (verdicts_sentence(ledger), "Claims by verdict"),
        "untested_sentence": (untested_sentence(ledger), "Claims that are not tested"),
        "opposite_sentence": (opposite_sentence(choices), "Claims whose ways of measuring contradict each other"),
        "proxies_sentence": (proxies_sentence(ledger), "Claims that are measured by something else"),
        "failing_claims": (listed_claims(ledger, ["does not hold"]), "Claims that do not hold"),
        "inconsistent_claims": (
            listed_claims(ledger, ["internally inconsistent"]),
            "Claims that their own document contradicts",
        ),
        "outdated_claims": (listed_claims(ledger, ["outdated"]), "Claims that no longer hold"),
    }
    return [Value(name=name, value=value, label=label) for name, (value, label) in told.items()]


def rules_values(verdicts: pd.DataFrame) -> list[Value]:
    """What stricter and looser rules change.

    Parameters
    ----------
    verdicts : pandas.DataFrame
        From `verdicts_by_rule`.

    Returns
    -------
    list of Value
    """
    said = rules_sentence(unmoved(verdicts), len(verdicts))
    return [
        Value(name="rules_sentence", value=said, label="Verdicts that no set of rules moves", n=len(verdicts)),
        Value(name="rule_sets_sentence", value=rule_sets_sentence(), label="What each set of rules asks"),
    ]


def beside_values(ledger: pd.DataFrame, released: pd.DataFrame, traced: pd.DataFrame) -> list[Value]:
    """How the ledger lies to the last release, and to what whoever followed claims to their sources took them for.

    Parameters
    ----------
    ledger : pandas.DataFrame
        From `with_changes`.
    released : pandas.DataFrame
        Table `released_verdicts`.
    traced : pandas.DataFrame
        From `traced_claims`.

    Returns
    -------
    list of Value
    """
    told = {
        "changes_sentence": (changes_sentence(ledger, released), "Verdicts and estimates since the last release"),
        "traces_sentence": (traces_sentence(traced), "First readings beside the computed verdicts"),
    }
    return [Value(name=name, value=value, label=label) for name, (value, label) in told.items()]
