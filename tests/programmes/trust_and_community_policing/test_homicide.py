"""Trust beside homicide: by a second path, and a planted effect found."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

from citizen_security.programmes.trust_and_community_policing import homicide
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.programmes.trust_and_community_policing.waves import waves
from citizen_security.tables import catalog

PARAMETERS = TrustAndCommunityPolicing(draws=199)
ROWS = waves(catalog.load("country_year"), PARAMETERS)


def test_estimates_are_those_of_dummies():
    fits = homicide.fits(ROWS, PARAMETERS)
    rows = ROWS.assign(doublings=np.log2(ROWS["homicide"]))
    levels = smf.ols("police ~ doublings + C(iso3) + C(wave)", rows).fit()
    assert fits["levels"].estimates[0] == pytest.approx(levels.params["doublings"])
    whole = rows.set_index(["iso3", "wave"]).unstack("wave").stack("wave", future_stack=True)
    steps = whole.groupby(level="iso3")[["police", "doublings"]].diff().reset_index()
    changes = smf.ols("police ~ doublings + C(wave)", steps.dropna()).fit()
    assert fits["changes"].estimates[0] == pytest.approx(changes.params["doublings"])


def test_a_planted_effect_is_found():
    generator = np.random.default_rng(3)
    number = len(ROWS)
    rates = np.exp(generator.normal(2.5, 0.6, number))
    trust = 40 - 3 * np.log2(rates) + 2 * ROWS["wave"] + generator.normal(0, 0.5, number)
    planted = ROWS.assign(homicide=rates, police=trust)
    table = homicide.with_homicide(homicide.fits(planted, PARAMETERS), PARAMETERS)
    assert table["estimate"].to_numpy() == pytest.approx(np.full(len(table), -3.0), abs=0.3)
    assert (table["verdict"] == "an effect that matters, downwards").all()


def test_rates_of_zero_have_no_doubling():
    zero = ROWS.assign(homicide=ROWS["homicide"].mask(ROWS["iso3"] == "CHL", 0.0))
    fit = homicide.fits(zero, PARAMETERS)["levels"]
    assert "CHL" not in fit.labels
    assert fit.clusters == ROWS["iso3"].nunique() - 1
