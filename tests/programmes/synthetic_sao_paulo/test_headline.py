"""What is recorded is what the tables say, and an interval that does not exist is said to be missing."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.methods.randomisation import PlaceboRank
from citizen_security.methods.synthetic_control.placebos import PlaceboTest
from citizen_security.programmes.synthetic_sao_paulo import headline
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.values import Missing

TEST = PlaceboTest("rmspe_ratio", 3.0, np.ones((4, 1)), tuple("abcd"), (1999,), PlaceboRank(2, 5))


def values(lower, upper):
    row = {"estimator": "with_predictors", "label": "as published", "averted": 20.0, "percent": 10.0, "p_value": 0.4}
    table = pd.DataFrame([{**row, "lower": lower, "upper": upper, "floor": 0.2}])
    without = pd.DataFrame({"without": ["RJ"], "averted": [10.0]})
    asked = SyntheticSaoPaulo.from_values({})
    return headline.estimator_values(table, TEST, TEST, without, {"RJ": "Rio de Janeiro"}, asked)


def test_lives_have_their_interval_by_placebos():
    (lives,) = [it for it in values(-5.0, 45.0) if not isinstance(it, Missing) and it.name == "averted_deaths"]
    assert lives.interval == (-5.0, 45.0)
    assert "95% by placebos" in lives.label


def test_an_interval_that_placebos_cannot_give_is_missing_with_its_reason():
    found = values(-np.inf, np.inf)
    (missing,) = [it for it in found if isinstance(it, Missing)]
    assert missing.names == "averted_deaths_interval"
    assert "so few placebos" in missing.reason
    (lives,) = [it for it in found if not isinstance(it, Missing) and it.name == "averted_deaths"]
    assert lives.interval is None


def test_states_have_their_names(states):
    names = headline.state_names(states)
    assert len(names) == 27
    assert names["SP"] == "São Paulo"


@pytest.mark.parametrize("name", ["answer_sentence", "curve_sentence", "curve_verdict"])
def test_the_answer_is_recorded_in_words(name):
    table = pd.DataFrame(
        [
            {
                "estimator": "with_predictors", "averted": 20.0, "lower": -5.0, "upper": 45.0, "p_value": 0.4,
                "floor": 0.2, "expected": 100.0, "percent": 20.0,
            }
        ]
    )  # fmt: skip
    rows = {"estimator": ["matched", "demeaned"], "start": 1999, "donors": "all", "outcome": "log"}
    curve = pd.DataFrame({**rows, "averted": [1.0, 2.0], "p_value": 0.04, "found": [True, False], "floor": 0.04})
    options = pd.DataFrame({"choice": "estimator", "option": ["matched", "demeaned"], "cells": 1, "found": [1, 0]})
    options["share"] = [1.0, 0.0]

    class Found:
        class panel:  # noqa: N801  # stands for the attribute of that name
            start, periods, before = 1999, np.arange(1990, 2010), 9
            target = np.where(np.arange(1990, 2010) < 2000, 40.0, 20.0)

        population = np.full(20, 1_000_000.0)

        @staticmethod
        def rates(values):
            return values

    recorded = headline.curve_values(Found, table, curve, options, SyntheticSaoPaulo.from_values({}))
    told = {it.name: it.value for it in recorded}
    assert name in told
    # Of 400 homicides 200 are left; exact for Poisson counts.
    assert told["raw_reading"].startswith("−50% (−58% to −41%)")
    assert told["beside_reading"].startswith("−20% (−45% to +5%) beside its synthetic control; p = 0.400")
    assert told["choices_reading"] == "1 of 2 specifications finds a fall beyond chance"
