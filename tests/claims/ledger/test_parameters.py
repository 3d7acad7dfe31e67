"""What may be asked of the ledger, and what is refused with the remedy."""

import pytest

from citizen_security.claims.ledger.checks import check
from citizen_security.claims.ledger.chosen_claims import chosen_claims
from citizen_security.claims.ledger.parameters import DOCUMENTS, Ledger
from citizen_security.parameters import ParameterError
from citizen_security.tables import catalog


def test_the_default_looks_at_every_claim_of_every_document():
    claims = catalog.load("claims")
    assert set(DOCUMENTS) == set(claims["document"])
    assert chosen_claims(claims, Ledger.from_values({})).equals(claims)


def test_documents_and_themes_choose_together():
    asked = Ledger.from_values({"documents": ["insightcrime2018"], "themes": ["morelia"]})
    chosen = chosen_claims(catalog.load("claims"), asked)
    assert set(chosen["theme"]) == {"morelia"}
    assert set(chosen["document"]) == {"insightcrime2018"}
    check(asked)


def test_a_theme_that_there_is_not_is_refused_with_the_nearest():
    with pytest.raises(
        ParameterError, match=r"unknown theme 'homicide_levels' in themes; did you mean 'homicide_level'"
    ):
        check(Ledger.from_values({"themes": ["homicide_levels"]}))


def test_claims_of_which_none_is_tested_are_refused_with_the_remedy():
    with pytest.raises(ParameterError, match=r"no claim of these documents and themes is tested.*themes=all"):
        check(Ledger.from_values({"documents": ["hernandezroy2025"], "themes": ["media"]}))


@pytest.mark.parametrize(
    ("given", "said"),
    [({"tolerance": 0.0}, "tolerance"), ({"documents": []}, "documents"), ({"window": "now"}, "window")],
)
def test_what_is_out_of_range_is_refused(given, said):
    with pytest.raises(ParameterError, match=said):
        Ledger.from_values(given)
