"""Each design's change and p are those of its method."""

import numpy as np
import pytest

from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.matrix_completion import matrix_completion
from citizen_security.methods.synthetic_control.placebos import placebo_panels
from citizen_security.programmes.estimator_names import COMPLETED
from citizen_security.programmes.synthetic_morelia import effects
from citizen_security.programmes.synthetic_morelia.labels import DESIGN_NAMES
from citizen_security.programmes.synthetic_morelia.municipalities import municipalities
from citizen_security.programmes.synthetic_morelia.parameters import BY_OUTCOMES, SyntheticMorelia
from citizen_security.tables import catalog

PARAMETERS = SyntheticMorelia.from_values({"donors": "state", "starts": [2015], "lasts": [2018]})


@pytest.fixture(scope="module")
def found():
    return municipalities(catalog.load("mexico_municipality_quarter"), PARAMETERS)


@pytest.fixture(scope="module")
def designs(found):
    return effects.by_design(found, PARAMETERS).set_index("design")


def test_every_design_has_a_row_and_a_name(designs):
    assert set(designs.index) == set(DESIGN_NAMES)
    assert designs["design_name"].notna().all()


@pytest.mark.parametrize("name", BY_OUTCOMES)
def test_changes_are_mean_gaps_in_percent(name, found, designs):
    late = synthetic_control(found.panel, name).gaps[found.panel.before :]
    assert designs.loc[name, "change"] == pytest.approx(100 * np.expm1(late.mean()))


def test_completed_deaths_rank_among_municipalities_as_if_each_were_completed_alone(found, designs):
    own = matrix_completion(found.panel)
    rest = [matrix_completion(one, own.penalty).effect for one in placebo_panels(found.panel)]
    as_large = sum(abs(effect) >= abs(own.effect) for effect in rest)
    assert designs.loc[COMPLETED, "change"] == pytest.approx(100 * np.expm1(own.effect))
    assert designs.loc[COMPLETED, "p_value"] == pytest.approx((1 + as_large) / (1 + len(rest)))
