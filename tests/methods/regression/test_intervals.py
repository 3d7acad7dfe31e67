"""Five kinds of interval side by side: their order, their problems, and how often they hold."""

import numpy as np
import pandas as pd
import pytest
from paradox.panels import simulated

from citizen_security.methods.regression import quoted as quoted_module
from citizen_security.methods.regression.bias_reduced import bias_reduced
from citizen_security.methods.regression.intervals import METHODS, every_interval
from citizen_security.methods.regression.quoted import QUOTED
from citizen_security.methods.regression.wild_bootstrap import wild_bootstrap
from citizen_security.paradox.panel.regression import least_squares
from citizen_security.paradox.panel.sample import estimation_sample
from citizen_security.paradox.panel.specification import Specification

DRIVER = Specification("alone", ("driver",))


BOTH = Specification("both", ("driver", "control"))


def taken_apart(panel, specification):
    return least_squares(estimation_sample(panel, specification), specification)


def test_all_five_stand_side_by_side():
    fit = taken_apart(simulated(11), BOTH)
    table = every_interval(fit, 0.9, draws=199)
    assert table["method"].tolist() == [method for method in METHODS for _ in range(2)]
    assert (table.groupby("regressor")["estimate"].nunique() == 1).all()
    assert (table["problem"] == "").all()
    assert table["confidence_level"].tolist() == [0.9] * 10
    own = table[table["method"] == QUOTED].drop(columns=["problem", "method", "observations", "clusters"])
    pd.testing.assert_frame_equal(own.drop(columns="confidence_level"), bias_reduced(fit, 0.9))
    assert table.loc[table["method"] != QUOTED, "degrees_of_freedom"].isna().all()
    assert ((table["lower"] < table["estimate"]) & (table["estimate"] < table["upper"])).all()


def test_a_method_that_cannot_be_used_says_why():
    fit = taken_apart(simulated(12), DRIVER)
    table = every_interval(fit, draws=199, lags=40).set_index("method")
    assert "40 lags" in table.loc["Driscoll–Kraay", "problem"]
    assert np.isnan(table.loc["Driscoll–Kraay", "lower"])
    assert table.loc["jackknife", "problem"] == ""


@pytest.mark.slow
def test_coverage_with_few_countries_and_gaps():
    # A tenth of the country-years is missing and errors persist; Driscoll and Kraay's need many years and are not held
    # to the same, which is why the page shows all five.
    draws, covered = 300, dict.fromkeys(METHODS, 0)
    for seed in range(draws):
        fit = taken_apart(simulated(seed, countries=12, years=15, gaps=0.1), BOTH)
        table = every_interval(fit, draws=399, seed=seed)
        own = table[table["regressor"] == "driver"].set_index("method")
        for method in METHODS:
            covered[method] += own.loc[method, "lower"] <= 0.5 <= own.loc[method, "upper"]
    shares = {method: count / draws for method, count in covered.items()}
    # Monte Carlo error sqrt(.95 × .05 / 300) = 0.0126; three of them. CRV1 is known to fall short with 12 clusters.
    assert shares["wild bootstrap"] == pytest.approx(0.95, abs=0.038)
    assert shares["bias-reduced"] == pytest.approx(0.95, abs=0.038)
    assert 0.93 <= shares["jackknife"] <= 0.995
    assert 0.88 <= shares["clustered"] <= 0.98
    assert shares["clustered"] <= shares["jackknife"]


def test_a_bootstrap_of_which_nothing_is_said_has_9999_draws_of_seed_2020():
    fit = taken_apart(simulated(11), DRIVER)
    row = every_interval(fit, 0.9).set_index("method").loc["wild bootstrap"]
    assert (row["lower"], row["upper"]) == wild_bootstrap(fit, "driver", 9_999, seed=2020).interval(0.9)


def test_an_interval_of_four_degrees_of_freedom_is_trusted_and_one_of_fewer_is_not(monkeypatch):
    degrees = pd.DataFrame({"degrees_of_freedom": [3.9, 4.0, 4.2]})
    monkeypatch.setattr(quoted_module, "bias_reduced", lambda fit, level: degrees)
    assert quoted_module.quoted(None)["trusted"].tolist() == [False, True, True]
