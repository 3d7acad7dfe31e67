"""Morelia first, donors with enough deaths, and the table's sums."""

import pytest

from citizen_security.programmes.synthetic_morelia import raw_changes
from citizen_security.programmes.synthetic_morelia.municipalities import municipalities
from citizen_security.programmes.synthetic_morelia.parameters import SyntheticMorelia
from citizen_security.tables import catalog

PARAMETERS = SyntheticMorelia()


@pytest.fixture(scope="module")
def years():
    return catalog.load("morelia_year")


def test_deaths_are_those_of_the_other_table(years):
    found = municipalities(catalog.load("mexico_municipality_quarter"), PARAMETERS)
    own = years[(years["series"] == "inegi_deaths") & (years["place"] == "Morelia")].set_index("year")["homicides"]
    assert found.deaths[0].tolist() == own.loc[2002:2018].tolist()
    assert found.panel.before == 13
    assert (found.deaths[1:, :13].mean(axis=1) >= PARAMETERS.least_deaths).all()


def test_donors_of_the_state_are_of_the_state():
    found = municipalities(catalog.load("mexico_municipality_quarter"), PARAMETERS, donors="state")
    assert len(found.panel.donors) == 6
    assert all(code.startswith("16") for code in found.panel.units)


def test_changes_by_hand_and_no_series_is_joined(years):
    changes = raw_changes.since(years, 2015, 2018, 0.95)
    files = changes[changes["what"].str.contains("files")]
    assert files["year"].tolist() == [2016]
    assert files["change"].iloc[0] == pytest.approx(100 * (74 / 152 - 1))
    assert not changes["what"].str.contains("press").any()
    beside = raw_changes.beside_state(years, 2015, 2016, 0.95)
    assert beside["change"].iloc[0] == pytest.approx(100 * (123 / 1317 / (150 / 714) - 1))
