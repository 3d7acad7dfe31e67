"""The panel is that of the study, and its gaps are turned into deaths as the study does."""

import numpy as np
import pytest

from citizen_security.programmes.synthetic_sao_paulo import state_panel as panels


def test_pools_are_what_they_are_called(states):
    published, every = panels.donor_states(states, "published"), panels.donor_states(states, "all")
    assert set(every) - set(published) == {"BA", "SE"}
    assert "SP" not in every
    assert len(every) == 26
    large = panels.donor_states(states, "over_a_million")
    fewest = states.groupby("state_code")["population"].min()
    assert set(large) == {code for code in every if fewest[code] >= 1_000_000}
    assert {"RR", "AP", "AC"}.isdisjoint(large)


def test_observed_deaths_are_those_printed(states, asked, printed_results):
    found = panels.state_panel(states, asked)
    printed = printed_results.set_index("quantity")["value"]
    # Printed as a whole number.
    assert found.observed_deaths() == pytest.approx(printed["observed_deaths"], abs=0.5)


def test_a_counterfactual_that_is_one_higher_averts_one_in_100_000_a_year(states, asked):
    found = panels.state_panel(states, asked)
    late = found.population[found.panel.before :].sum()
    assert found.averted(found.panel.target + 1) == pytest.approx(late / 100_000)
    assert found.averted(found.panel.target) == 0


def test_the_log_scale_gives_the_same_deaths(states, asked):
    level, logs = panels.state_panel(states, asked), panels.state_panel(states, asked, outcome="log")
    assert logs.observed_deaths() == pytest.approx(level.observed_deaths())
    assert logs.expected_deaths(logs.panel.target + np.log(2)) == pytest.approx(2 * level.observed_deaths())


def test_predictors_do_not_look_beyond_the_start(states, asked):
    later = states.copy()
    numbers = ["homicide_rate", "gdp_per_capita", "gini", "gdp_growth", "years_schooling", "extreme_poverty_share"]
    later.loc[later["year"] >= 1999, numbers] = 1e6
    assert (panels.state_panel(later, asked).predictors == panels.state_panel(states, asked).predictors).all()


def test_a_start_and_donors_of_ones_own_take_the_place_of_the_parameters(states, asked):
    found = panels.state_panel(states, asked, start=2001, donors=["RJ", "MG", "PR"])
    assert found.panel.start == 2001
    assert found.panel.donors == ("RJ", "MG", "PR")


def test_the_state_s_own_years_stand_in_order(states):
    assert list(panels.own_years(states)["year"]) == list(range(1990, 2010))
