"""Whether the parameters of `claims/ledger` leave anything to judge."""

from citizen_security.claims.ledger.parameters import Ledger
from citizen_security.parameters import ParameterError, unknown


def check(parameters: Ledger) -> None:
    """Refuse themes that there are not, and documents and themes that have no claim that is tested.

    Parameters
    ----------
    parameters : Ledger

    Raises
    ------
    ParameterError
        With the nearest theme, or with what is missing.
    """
    from citizen_security.claims.ledger.chosen_claims import ALL_THEMES, chosen_claims
    from citizen_security.tables import catalog

    claims, rules = catalog.load("claims"), catalog.load("claim_rules")
    allowed = [ALL_THEMES, *sorted(claims["theme"].unique())]
    problems = [unknown("theme", theme, allowed, "themes") for theme in parameters.themes if theme not in allowed]
    if (
        not problems
        and not rules[rules["claim_id"].isin(chosen_claims(claims, parameters)["claim_id"])]["tested"].any()
    ):
        problems.append(
            "no claim of these documents and themes is tested. Allowed: documents and themes with one; add a document, "
            f"or give themes={ALL_THEMES}"
        )
    if problems:
        raise ParameterError(problems)
