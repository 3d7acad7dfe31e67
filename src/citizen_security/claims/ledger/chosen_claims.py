"""The claims of the documents and themes that were asked for."""

import pandas as pd

from citizen_security.claims.ledger.parameters import ALL_THEMES, Ledger


def chosen_claims(claims: pd.DataFrame, parameters: Ledger) -> pd.DataFrame:
    """Rows of `claims` that are looked at.

    Parameters
    ----------
    claims : pandas.DataFrame
    parameters : Ledger

    Returns
    -------
    pandas.DataFrame
        In the order of the table.
    """
    named = claims["theme"].isin(parameters.themes) | (ALL_THEMES in parameters.themes)
    return claims[named & claims["document"].isin(parameters.documents)]
