"""A number that stands alone in a table says what it is, in words that need neither neighbours nor the code."""

import pytest
from prose.labels import faults
from prose.quoted import recorded_by_default
from support import ROOT


def value(label, *, interval=(0.0, 1.0), unit=""):
    return {"value": 0.5, "label": label, "interval": interval, "unit": unit}


def test_labels_of_what_runs_record_stand_alone(site):
    found = {name: list(faults(values)) for name, values in recorded_by_default(ROOT / "results").items()}
    assert {name: them for name, them in found.items() if them} == {}


@pytest.mark.parametrize(
    ("label", "unit", "said"),
    [
        ("the same at constant risk", "", "leans on another"),
        ("Coverage there, where 90% is aimed at", "", "leans on another"),
        ("Change of the risk at that risk", "", "leans on another"),
        ("Effect of gdp_growth, alone", "", "'gdp_growth' is a name"),
        ("Average slope of growth", "victims per unit of gdp_growth", "'gdp_growth' is a name"),
        ("", "", "without a label"),
    ],
)
def test_a_label_that_needs_its_neighbours_or_the_code_is_found(label, unit, said):
    (found,) = faults({"x": value(label, unit=unit)})
    assert said in found


def test_two_estimates_of_one_label_are_found_and_two_counts_are_not():
    alike = {"a": value("Gini"), "b": value("Gini"), "c": value("Gini", interval=None)}
    assert list(faults(alike)) == ["b: 'Gini' is what a is called, too"]
    assert list(faults({"a": value("Share of the same list"), "b": value("Share that is of those before")})) == []
