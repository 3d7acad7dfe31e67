"""One specification on other samples."""

import pandas as pd
import pytest
from paradox.panels import simulated

from citizen_security.paradox.literature_statements.alternative_samples import alternative_samples, compare_samples
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def test_alternative_samples_leave_out_what_they_say():
    panel = pd.DataFrame(
        {
            "iso3": ["VEN", "VEN", "ATG", "ATG", "BRA", "BRA"],
            "year": [2018, 2019, 2018, 2021, 2018, 2021],
            "population": [3e7, 3e7, 9e4, 9e4, 2e8, 2e8],
            "homicide_note": [None, "doubted by specialists", None, None, "revised", None],
        }
    )
    kept = {name: rows.index.tolist() for name, rows in alternative_samples(panel).items()}
    assert kept == {
        "all": [0, 1, 2, 3, 4, 5],
        "without Venezuela after 2018": [0, 2, 3, 4, 5],
        "without countries under a million": [0, 1, 4, 5],
        "without doubted rates": [0, 2, 3, 4, 5],
        "before the pandemic": [0, 1, 2, 4],
    }


def test_a_sample_that_cannot_carry_the_regression_says_why():
    panel = simulated(4).assign(population=1000.0, homicide_note=None)
    table = compare_samples(panel, BOTH).set_index(["sample", "regressor"])
    assert "no country has" in table.loc[("without countries under a million", "driver"), "problem"]
    assert table.loc[("all", "driver"), "estimate"] == pytest.approx(taken_apart(panel, BOTH).estimates[0])
