"""Whether the parameters of `claims/ledger` leave anything to judge."""

from collections.abc import Iterator

from citizen_security.claims.ledger.parameters import ALL_THEMES, MEASURED, Ledger
from citizen_security.parameters import NO_FILE, ParameterError, unknown


def check(parameters: Ledger) -> None:
    """Refuse themes that there are not, documents and themes without a tested claim, and files that cannot be used.

    Parameters
    ----------
    parameters : Ledger

    Raises
    ------
    ParameterError
        With the nearest theme, with what is missing, or with all that is wrong in all rows of the files.
    """
    if parameters.own_claims != NO_FILE:
        _check_brought(parameters)
    elif problems := list(_problems(parameters)):
        raise ParameterError(problems)


def _problems(parameters: Ledger) -> Iterator[str]:
    from citizen_security.claims.ledger.chosen_claims import chosen_claims
    from citizen_security.tables import catalog

    claims, rules = catalog.load("claims"), catalog.load("claim_rules")
    allowed = [ALL_THEMES, *sorted(claims["theme"].unique())]
    unnamed = [unknown("theme", theme, allowed, "themes") for theme in parameters.themes if theme not in allowed]
    yield from unnamed
    chosen = chosen_claims(claims, parameters)["claim_id"]
    if not unnamed and not rules[rules["claim_id"].isin(chosen)]["tested"].any():
        yield (
            "no claim of these documents and themes is tested. Allowed: documents and themes with one; add a document, "
            f"or give themes={ALL_THEMES}"
        )


def _check_brought(parameters: Ledger) -> None:
    """Refuse brought files before a kernel starts, and ways of measuring that give no estimate."""
    from citizen_security.claims.ledger.source import load_source
    from citizen_security.tables import catalog

    load_source(
        parameters, {name: catalog.load(name) for name in ("claims", "claim_rules", "claim_choices", *MEASURED)}
    )
