"""Each estimator is that of the methods, each placebo leaves São Paulo out, and intervals follow the placebos."""

from dataclasses import replace

import numpy as np
import pytest

from citizen_security.methods.synthetic_control.estimates import synthetic_control
from citizen_security.methods.synthetic_control.placebos import placebos_in_space
from citizen_security.programmes.estimator_names import WITH_PREDICTORS
from citizen_security.programmes.synthetic_sao_paulo import estimators, replication
from citizen_security.programmes.synthetic_sao_paulo.parameters import SyntheticSaoPaulo
from citizen_security.programmes.synthetic_sao_paulo.state_panel import state_panel


@pytest.fixture(scope="module")
def few():
    """Few donors, so that a search for each is quick."""
    return SyntheticSaoPaulo.from_values({"searches": 50, "predictors": ["gini", "homicide_rate"]})


@pytest.fixture(scope="module")
def found(states, few):
    return state_panel(states, few, donors=["RJ", "MG", "PR", "RS", "ES", "DF"])


@pytest.fixture(scope="module")
def main(found, few):
    return replication.with_predictors(found, few)


@pytest.fixture(scope="module")
def fits(found, main, few):
    return {fit.estimator: fit for fit in estimators.fit_estimators(found, main, few)}


@pytest.mark.parametrize("name", estimators.BY_OUTCOMES)
def test_counterfactual_and_p_are_those_of_the_methods(name, found, fits):
    assert fits[name].counterfactual == pytest.approx(synthetic_control(found.panel, name).counterfactual)
    assert fits[name].test.p_value == placebos_in_space(found.panel, name).p_value


def test_a_placebo_with_predictors_does_not_look_at_the_treated_state(found, fits, few):
    moved = found.panel.outcomes.copy()
    moved[0] += 100
    predictors = found.predictors.copy()
    predictors[0] += 5
    other = replace(found, panel=replace(found.panel, outcomes=moved), predictors=predictors)
    again = estimators.fits_with_predictors(other, replication.with_predictors(other, few), few)
    gaps = [fit.gaps[0] for fit in again]
    assert gaps[1:] == pytest.approx(fits[WITH_PREDICTORS].gaps[1:])
    assert gaps[0] != pytest.approx(fits[WITH_PREDICTORS].gaps[0])


def test_every_estimator_has_its_row_and_label(found, fits):
    table = estimators.estimator_table(found, fits.values(), 0.8)
    assert set(table["estimator"]) == set(estimators.LABELS)
    assert (table["expected"] - table["averted"]).round(6).nunique() == 1
    assert (table["lower"] < table["averted"]).all()


def test_the_interval_is_as_wide_as_the_placebo_that_is_needed(found, fits):
    fit = fits["matched"]
    shown = sorted(abs(found.averted(found.panel.target - gaps)) for gaps in fit.gaps[1:])
    lower, upper = estimators.interval_by_placebos(found, fit, 0.7)
    # Of seven states two may be as extreme: 0.3 of seven, rounded down.
    assert (upper - lower) / 2 == pytest.approx(shown[-2])


def test_too_few_placebos_give_no_interval(found, fits):
    assert estimators.interval_by_placebos(found, fits["matched"], 0.95) == (-np.inf, np.inf)


def test_deaths_averted_by_the_best_weights_lie_within_the_range(found, main):
    best, lower, upper = estimators.averted_range(found, main)
    assert lower <= best <= upper
    assert best == pytest.approx(found.averted(found.panel.target - main.gaps[0]))


def test_paths_are_rates_on_either_scale(states, few):
    logs = state_panel(states, few, outcome="log", donors=["RJ", "MG", "PR", "RS", "ES", "DF"])
    paths = estimators.paths_table(logs, replication.with_predictors(logs, few))
    own = states[states["state_code"] == "SP"].sort_values("year")["homicide_rate"].to_numpy()
    assert paths["observed"].to_numpy() == pytest.approx(own)
    assert (paths["lower"] <= paths["synthetic"]).all()
    assert list(paths.loc[paths["after"], "year"]) == list(range(1999, 2010))


def test_a_fit_without_a_donor_gives_it_no_part(found, main, few):
    table = estimators.without_each_donor(found, main, few)
    weights = dict(zip(found.panel.donors, main.donor_weights[0], strict=True))
    assert list(table["weight"]) == sorted((it for it in weights.values() if it >= 0.01), reverse=True)
    assert not table["averted"].isin([found.averted(found.panel.target - main.gaps[0])]).any()


def test_the_statistics_stand_from_the_most_extreme(fits):
    table = estimators.statistics_table(fits["matched"])
    assert table["statistic"].is_monotonic_decreasing
    assert table.loc[table["treated"], "state"].tolist() == ["SP"]
    assert table["treated"].idxmax() + 1 == fits["matched"].test.rank.rank
