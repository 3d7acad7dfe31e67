"""What the parameters do not take is refused in words that help."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.programmes.synthetic_sao_paulo import checks
from citizen_security.programmes.synthetic_sao_paulo.parameters import PREDICTORS, SyntheticSaoPaulo


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"outcome": "logs"}, "did you mean 'log'"),
        ({"donors": "published_pool"}, "did you mean 'published'"),
        ({"start": 1990}, "start = 1990 is not allowed. Allowed: "),
        ({"predictors": ["gini"]}, "predictors"),
        ({"predictors": ["gini", "gini"]}, "predictors names gini more than once"),
        ({"start": 2004, "last_year": 2004}, "last_year = 2004 leaves fewer than two years from the start 2004 on"),
        ({"last_year": 2001}, "from the start 2001 on. Give a later last_year"),
        ({"searches": 10}, "searches = 10 is not allowed"),
    ],
)
def test_wrong_values_are_refused(values, message):
    with pytest.raises(ParameterError, match=message):
        SyntheticSaoPaulo.from_values(values)


def test_published_stands_for_every_predictor():
    assert SyntheticSaoPaulo.from_values({}).matched == PREDICTORS
    some = SyntheticSaoPaulo.from_values({"predictors": ["gini", "gdp_growth"]})
    assert some.matched == ("gini", "gdp_growth")


def test_a_quick_run_goes_through_fewer_starts():
    assert SyntheticSaoPaulo.from_values({}).starts_at_effort == [1999, 2000, 1998, 2001]
    assert SyntheticSaoPaulo.from_values({"effort": "quick"}).starts_at_effort == [1999, 2000]


def test_the_defaults_leave_a_panel():
    checks.check(SyntheticSaoPaulo.from_values({}))


def test_a_table_that_is_no_panel_is_refused_with_what_is_wrong(monkeypatch, states):
    from citizen_security.tables import catalog

    hole = states[~((states["state_code"] == "RJ") & (states["year"] == 1995))]
    monkeypatch.setattr(catalog, "load", lambda name: hole)
    with pytest.raises(ParameterError, match="RJ"):
        checks.check(SyntheticSaoPaulo.from_values({}))
