"""Programmes beside other countries: by hand, by the method's own estimator, and where waves do not suffice."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.panels import TreatedPanel
from citizen_security.methods.synthetic_control.placebos import placebos_in_space
from citizen_security.programmes.trust_and_community_policing import designs
from citizen_security.programmes.trust_and_community_policing.parameters import TrustAndCommunityPolicing
from citizen_security.programmes.trust_and_community_policing.waves import waves
from citizen_security.tables import catalog

PARAMETERS = TrustAndCommunityPolicing()
ROWS = waves(catalog.load("country_year"), PARAMETERS)
REGISTER = designs.programme_register(catalog.load("programmes"), ROWS)
EFFECTS = designs.programme_effects(ROWS, REGISTER, PARAMETERS)


def test_the_register_says_what_waves_allow():
    design = REGISTER.set_index("programme_id")["design"]
    assert design["plan_cuadrante"] == "none: no wave before the start"
    assert design["pnvcc"] == "difference in differences alone"
    assert design["pronapred"] == "every estimator"
    assert design["morelia_police"].startswith("none: a city")
    late = pd.DataFrame(
        {"programme_id": ["pnvcc"], "name": ["x"], "place": ["y"], "iso3": ["COL"], "start_year": [2022],
         "family": ["community_based"]}
    )  # fmt: skip
    assert designs.programme_register(late, ROWS)["design"].tolist() == ["none: no wave from the start on"]


def test_differences_in_differences_by_hand():
    table = pd.DataFrame(
        [[10.0, 20.0, 30.0], [0.0, 0.0, 3.0], [1.0, 3.0, 3.0], [5.0, 5.0, 11.0]],
        index=["A", "B", "C", "D"], columns=[2008, 2009, 2010],
    )  # fmt: skip
    effects, lower, upper = designs.difference_in_differences(table, 2010, 0.9)
    # Changes: 15 of A; 3, 1 and 6 of the donors.
    assert effects == pytest.approx([15 - 10 / 3, 3 - 3.5, 1 - 4.5, 6 - 2])
    half = stats.t.ppf(0.95, 2) * np.std([3, 1, 6], ddof=1) * np.sqrt(4 / 3)
    assert (lower, upper) == pytest.approx((15 - 10 / 3 - half, 15 - 10 / 3 + half))


def test_differences_in_differences_are_those_of_the_method():
    table = designs.outcome_table(ROWS, "police", "MEX", ["MEX", "COL", "CHL"])
    years = table.columns.to_numpy()
    panel = TreatedPanel.of(
        np.repeat(table.index.to_numpy(), len(years)), np.tile(years, len(table)), table.to_numpy().ravel(),
        treated="MEX", start=2013,
    )  # fmt: skip
    effects, _, _ = designs.difference_in_differences(table, 2013, 0.95)
    assert effects[0] == pytest.approx(synthetic_control(panel, "difference_in_differences").effect)
    test = placebos_in_space(panel, "difference_in_differences", "mean_gap")
    assert effects[1:] == pytest.approx(test.placebos.ravel())
    own = EFFECTS[(EFFECTS["programme_id"] == "pronapred") & (EFFECTS["outcome"] == "police")].set_index("estimator")
    assert own.loc["difference_in_differences", "p_value"] == test.p_value


def test_two_waves_before_leave_one_estimator():
    number = EFFECTS.groupby(["programme_id", "outcome"]).size()
    assert (number["pnvcc"] == 1).all()
    assert (number["pronapred"] == 6).all()
    assert set(EFFECTS["programme_id"]) == {"pnvcc", "pronapred"}


def test_no_country_with_a_dated_programme_is_a_donor():
    placebos = designs.placebo_effects(ROWS, REGISTER, PARAMETERS)
    donors = set(placebos.loc[~placebos["treated"], "iso3"])
    assert not donors & {"CHL", "COL", "MEX"}
    one = TrustAndCommunityPolicing(programmes=["pnvcc"])
    assert not set(designs.placebo_effects(ROWS, REGISTER, one)["iso3"]) & {"CHL", "MEX"}


def test_the_floor_is_that_of_donors():
    assert EFFECTS["floor"].to_numpy() == pytest.approx(1 / (EFFECTS["donors"].to_numpy() + 1))
    assert (EFFECTS["p_value"] >= EFFECTS["floor"]).all()


def test_too_few_donors_are_refused():
    few = ROWS[ROWS["iso3"].isin(["COL", "PRY", "URY"])]
    with pytest.raises(NotAPanel, match="2 donors for COL"):
        designs.outcome_table(few, "police", "COL", [])
