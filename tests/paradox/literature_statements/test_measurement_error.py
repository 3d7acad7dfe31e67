"""Error of a regressor: Rubin's rules by hand, draws with the stated error, and what they do to an effect."""

import numpy as np
import pandas as pd
import pytest
from paradox.panels import simulated

from citizen_security.methods.regression.quoted import quoted
from citizen_security.paradox.literature_statements.measurement_error import (
    propagate_error,
    propagated_by_persistence,
    redraw,
    reliability,
)
from citizen_security.paradox.literature_statements.parameters import LiteratureStatements
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER = Specification("alone", ("driver",), also_observed=("error",))


def measured(seed, error=0.8, **options):
    """A panel whose driver is printed with an independent error of known size."""
    panel = simulated(seed, **options)
    noise = np.random.default_rng(seed + 1000).normal(0, error, len(panel))
    return panel.assign(truth=panel["driver"], driver=panel["driver"] + noise, error=error)


@pytest.mark.parametrize("persistence", [0.0, 0.9, 1.0])
def test_draws_have_the_stated_error_and_persistence(persistence):
    panel = pd.DataFrame({"iso3": ["A"] * 3 + ["B"], "year": [2000, 2001, 2003, 2000], "gini": 50.0, "error": 2.0})
    noise = redraw(panel, "gini", "error", persistence, draws=20_000) - 50
    covariance = np.cov(noise.T)
    expected = 4 * np.array(
        [
            [1, persistence, persistence**3, 0],
            [persistence, 1, persistence**2, 0],
            [persistence**3, persistence**2, 1, 0],
            [0, 0, 0, 1],
        ]
    )
    # The standard error of a variance of 4 from 20,000 draws is 4 √(2 / 20,000) = 0.04; five of them.
    np.testing.assert_allclose(covariance, expected, atol=0.2)


def test_rows_without_an_error_come_out_missing():
    panel = pd.DataFrame({"iso3": ["A", "A"], "year": [2000, 2001], "gini": [50.0, 51.0], "error": [np.nan, 1.0]})
    assert np.isnan(redraw(panel, "gini", "error", 0.5, 3)).sum(axis=0).tolist() == [3, 0]


def test_no_error_changes_nothing():
    panel = measured(1, error=0.0)
    row = quoted(least_squares(estimation_sample(panel, DRIVER), DRIVER)).iloc[0]
    pooled = propagate_error(panel, DRIVER, "driver", "error", draws=20)
    assert pooled.estimate == pytest.approx(row["estimate"], rel=1e-9)
    assert pooled.standard_error == pytest.approx(row["standard_error"], rel=1e-9)


def test_an_error_shared_by_all_years_of_a_country_goes_with_its_effect():
    panel = measured(2, error=0.0).assign(error=3.0)
    row = quoted(least_squares(estimation_sample(panel, DRIVER), DRIVER)).iloc[0]
    pooled = propagate_error(panel, DRIVER, "driver", "error", persistence=1.0, draws=20)
    # Rounding of 1e-16 in the covariance of the errors is 1e-8 in its root.
    assert pooled.estimate == pytest.approx(row["estimate"], rel=1e-7)


def test_independent_error_shrinks_the_effect_by_the_reliability():
    panel = measured(3, countries=40, years=40, gaps=0.0)
    sample = estimation_sample(panel, DRIVER)
    printed = least_squares(sample, DRIVER).estimates[0]
    truth = Specification("", ("truth",), also_observed=("driver", "error"))
    true = least_squares(estimation_sample(panel, truth), truth).estimates[0]
    share = reliability(sample, DRIVER, "driver", "error")
    assert 0.3 < share < 0.9
    # 1,600 rows: the ratio's sampling error is some per cent.
    assert printed / true == pytest.approx(share, abs=0.06)
    # Drawing again adds the same error a second time.
    again = propagate_error(panel, DRIVER, "driver", "error", draws=50).estimate
    assert again < printed
    assert again / true == pytest.approx(1 / (1 / share + (1 / share - 1)), abs=0.06)


def test_error_larger_than_the_movement_leaves_no_reliability():
    panel = measured(4, error=0.1).assign(error=50.0)
    assert reliability(estimation_sample(panel, DRIVER), DRIVER, "driver", "error") == 0


def test_every_persistence_is_tried_with_the_draws_of_the_effort():
    panel = measured(12).rename(columns={"driver": "gini", "error": "gini_standard_error"})
    parameters = LiteratureStatements.from_values({"effort": "quick", "gini_draws": 20, "error_persistence": 0.5})
    table = propagated_by_persistence(panel, Specification("", ("gini",)), parameters)
    assert table["error_persistence"].tolist() == [0.0, 0.5, 1.0]
    assert set(table["draws"]) == {20}
