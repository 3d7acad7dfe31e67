"""P-values and weights: turned the wrong way, they would favour the results that are suppressed."""

import numpy as np
import pytest

from citizen_security.evidence.publication_bias.analysis import analyse
from citizen_security.evidence.publication_bias.parameters import PublicationBias
from citizen_security.evidence.publication_bias.reporting import one_sided_p_values
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pooled_sample import sample_of_intervention
from citizen_security.tables import catalog

QUICK = {"effort": "quick", "ensemble": "one_sided_step", "copas_least_precise": [0.99, 0.5]}


@pytest.fixture(scope="module")
def harmonised():
    return harmonised_effects(catalog.load("effects"), catalog.load("studies"))


@pytest.fixture(scope="module")
def enough(harmonised):
    sample = sample_of_intervention(harmonised, "restorative_justice")
    return sample, analyse(sample, PublicationBias.from_values({"intervention": "restorative_justice", **QUICK}))


def test_p_values_are_small_on_the_favoured_side(enough):
    for suppressed, sign in (("harmful", -1), ("beneficial", 1)):
        parameters = PublicationBias.from_values({"suppressed": suppressed})
        small = one_sided_p_values(enough[0], parameters) < 0.5
        assert np.array_equal(small, np.sign(enough[0].effect) == sign)
