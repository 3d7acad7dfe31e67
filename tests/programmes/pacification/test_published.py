"""Evaluations that the register names, with how many effects the tables hold."""

import pandas as pd

from citizen_security.programmes.pacification.published import published
from citizen_security.tables import catalog


def test_evaluations_are_those_that_the_register_names():
    programmes, studies = catalog.load("programmes"), catalog.load("studies")
    effects = pd.DataFrame({"study_id": ["ferraz2013", "ferraz2013", "other2000"]})
    found = published(programmes, studies, effects)
    assert found["year"].tolist() == [2013, 2015, 2020, 2024]
    assert found["effects"].tolist() == [2, 0, 0, 0]
