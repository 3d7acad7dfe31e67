"""Effects by method as recorded values: names from driver and method, what is not finite passed over."""

import numpy as np
import pandas as pd

from citizen_security.paradox.panel.effect_values import method_values


def test_a_value_is_named_after_driver_and_method_and_keeps_its_unit():
    row = {"regressor": "gini", "estimate": 0.7, "lower": -0.7, "upper": 2.1, "observations": 694}
    table = pd.DataFrame([row, {**row, "regressor": "trust_police", "upper": np.inf}]).assign(
        outcome="rate", confidence_level=0.9, method="Driscoll–Kraay"
    )
    (value,) = method_values(table, "method")
    assert value.name == "gini_effect_driscoll_kraay"
    assert value.unit == "victims per 100,000 people per Gini point"
    assert (value.value, value.interval, value.n) == (0.7, (-0.7, 2.1), 694)
    assert "90% confidence" in value.label


def test_a_column_that_is_no_driver_is_passed_over():
    table = pd.DataFrame({"regressor": ["log_population"], "estimate": 1.0, "lower": 0.0, "upper": 2.0})
    assert method_values(table, "method") == []
