"""Every sentence has a name and a label, and no name stands twice."""

import pandas as pd

from citizen_security.methods.staggered_adoption.two_way import two_way_fixed_effects
from citizen_security.programmes.pacification import headline
from citizen_security.programmes.pacification.parameters import Pacification


def test_values_are_sentences(panel, rows):
    parameters = Pacification()
    table = pd.DataFrame({"label": ["a", "b"], "deaths": [-1.0, 1.0], "p_value": [0.2, 0.3], "floor": 0.01})
    kinds = two_way_fixed_effects(panel).by_kind
    values = headline.estimate_values(panel, rows, table, kinds, 0.4, parameters)
    values += headline.placebo_values(rows, 0.5, (pd.DataFrame(), float("nan"), float("nan")), None, parameters)
    assert len({value.name for value in values}) == len(values)
    for value in values:
        assert str(value.value).endswith(".") or value.name.endswith("_reading"), value.name
        assert value.label
