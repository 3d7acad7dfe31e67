"""Simulated lists: what ignoring the cut-off does, and that the rule repairs it."""

import numpy as np
import pytest
from scipy import stats

from citizen_security.cities.city_homicide import cut_off_simulation, level_grid, list_cut_off, listed_cities
from citizen_security.cities.city_homicide.model import CityPriors, stacked
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE


@pytest.mark.slow
def test_counts_drawn_as_listed_have_the_truncated_distribution(three):
    generator = np.random.default_rng(3)
    levels = np.full(3, 3.3)
    drawn = np.array([cut_off_simulation.draw_listed_counts(three, levels, 0.3, generator) for _ in range(1_500)])
    # By rejection: cities drawn from the country until the cut-off lets them through.
    rates = np.exp(3.3 + 0.3 * generator.standard_normal(400_000))
    for city, needed in enumerate(three.cut_off_homicides):
        counts = generator.poisson(rates * three.person_years[city] / PERSON_YEARS_OF_A_RATE)
        kept = counts[counts >= needed]
        assert drawn[:, city].min() >= needed
        # The means differ by at most four standard errors of the drawn one.
        assert drawn[:, city].mean() == pytest.approx(kept.mean(), abs=4 * kept.std() / np.sqrt(1_500))


@pytest.mark.slow
def test_ignoring_the_rule_raises_country_levels_and_the_rule_repairs_it(table_sample):
    listed, priors = list_cut_off.list_cities(table_sample, 42.4), CityPriors(20, 1, 1, 0.5)
    generator = np.random.default_rng(1)
    simulated = [cut_off_simulation.simulate_from_priors(listed, priors, generator) for _ in range(16)]
    errors = cut_off_simulation.measure_bias(simulated, priors, draws=500, credible_level=0.95, seed=1)
    summary = cut_off_simulation.summarise_bias(errors, 0.99)
    without, with_rule = summary.loc["without the rule"], summary.loc["with the rule"]
    assert without["bias_lower"] > 0.2
    assert with_rule["bias_lower"] < 0 < with_rule["bias_upper"]
    # Ten intervals in each of 16 lists, dependent within a list: 95% to within twelve points.
    assert with_rule["covered"] > 0.83
    assert without["covered"] < 0.6


@pytest.mark.slow
def test_at_the_top_of_a_whole_population_the_intervals_hold_with_the_rule_only(table_sample):
    listed, generator = list_cut_off.list_cities(table_sample, 42.4), np.random.default_rng(2)
    simulated = [
        cut_off_simulation.simulate_league_table(
            listed, generator, overall_rate=25, country_deviation=0.5, city_deviation=0.4, cities_in_each_country=20
        )
        for _ in range(8)
    ]
    errors = cut_off_simulation.measure_bias(
        simulated, CityPriors(20, 1, 1, 0.5), draws=500, credible_level=0.95, seed=1
    )
    covered = cut_off_simulation.summarise_bias(errors, 0.95)["covered"]
    assert covered["without the rule"] < 0.3
    assert covered["with the rule"] > 0.75


@pytest.mark.slow
def test_true_values_stand_anywhere_among_the_draws_of_the_model_with_the_rule():
    # Simulation-based calibration on twelve cities in four countries: ranks of the truth are uniform.
    generator = np.random.default_rng(7)
    person_years = generator.uniform(250_000, 1_500_000, 12)
    needed = list_cut_off.needed_homicides(person_years, 42.4)
    listed = listed_cities.ListedCities(needed, needed, person_years, np.repeat(np.arange(4), 3), 4)
    priors, simulations, bins = CityPriors(30, 0.7, 0.5, 0.4), 100, 10
    ranks = {"overall_log_rate": [], "country_deviation": [], "city_deviation": [], "log_country_rate": []}
    for number in range(simulations):
        each = cut_off_simulation.simulate_from_priors(listed, priors, generator)
        fit = list_cut_off.fit_listed(
            each.listed, priors, rule=True, draws=499, seed=number, sizes=level_grid.SIMULATED
        )
        for name, found in ranks.items():
            draws, truth = stacked(fit.posterior, name), each.truth[name]
            # Of the four countries one: the others' ranks depend on its.
            first, value = (draws[:, 0], truth[0]) if draws.ndim > 1 else (draws, truth)
            found.append(int((first < value).sum()))
    for name, found in ranks.items():
        observed = np.bincount(np.array(found) * bins // 500, minlength=bins)
        # Of four chi-square tests one in a thousand fails by chance at this level.
        assert stats.chisquare(observed).pvalue > 0.00025, (name, observed)
