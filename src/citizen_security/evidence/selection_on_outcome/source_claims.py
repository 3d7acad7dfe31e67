"""What the review says of its own counts, and what we found when we followed it."""

import pandas as pd

# Statements of the review on how many interventions and evaluations there are, and which were counted.
STATED = ("C007", "C047", "C048", "C049", "C050", "C051", "C052", "C053")

# Of these, the two that give the numbers of interventions and of evaluations.
COUNTED = "C047|C048"


def stated_counts(claims: pd.DataFrame) -> pd.DataFrame:
    """Statements of the review on its counts.

    Parameters
    ----------
    claims : pandas.DataFrame
        Table `claims`.

    Returns
    -------
    pandas.DataFrame
        claim_id, location_in_document, statement, value.
    """
    rows = claims[claims["claim_id"].isin(STATED)]
    return rows[["claim_id", "location_in_document", "statement", "value"]]


def traced_counts(traces: pd.DataFrame) -> pd.DataFrame:
    """What came of following the numbers of interventions and of evaluations to their sources.

    Parameters
    ----------
    traces : pandas.DataFrame
        Table `claim_traces`.

    Returns
    -------
    pandas.DataFrame
        claim_id, finding. Whether the claims hold is computed in the ledger of claims.
    """
    rows = traces[traces["claim_id"].fillna("").str.contains(COUNTED)]
    return rows[["claim_id", "finding"]]
