"""Headline values of the notebook `claims/ledger`."""

import pandas as pd

from citizen_security.claims.ledger.sentences import (
    listed_claims,
    opposite_sentence,
    proxies_sentence,
    rules_sentence,
    untested_sentence,
    verdicts_sentence,
)
from citizen_security.claims.ledger.stricter_and_looser import unmoved
from citizen_security.values import Value


def ledger_values(ledger: pd.DataFrame, choices: pd.DataFrame) -> list[Value]:
    """What became of the claims.

    Parameters
    ----------
    ledger : pandas.DataFrame
        From `ledger_table`.
    choices : pandas.DataFrame
        From `choices_table`.

    Returns
    -------
    list of Value
    """
    told = {
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
    return [Value(name="rules_sentence", value=said, label="Verdicts that no set of rules moves", n=len(verdicts))]
