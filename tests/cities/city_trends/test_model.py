"""City panels: what the fit says is held to second implementations, to known truths and to the Poisson model itself."""

import numpy as np
import pytest
from cities.city_panels import TRUTH, panel_of, simulate
from scipy import linalg, stats

from citizen_security.cities.city_trends import model
from citizen_security.cities.city_trends.checks import check
from citizen_security.cities.city_trends.parameters import CityTrends
from citizen_security.cities.city_trends.summaries import (
    chance_share,
    city_series,
    compared_windows,
    expected_reversion,
    variance_split,
    window_falls,
)
from citizen_security.methods.importance import weigh
from citizen_security.methods.rates import PERSON_YEARS_OF_A_RATE
from citizen_security.methods.sampling import NotConverged
from citizen_security.parameters import ParameterError


def fit(panel, years=None, draws=400, seed=1):
    return model.fit_country(
        panel, panel.years if years is None else years, draws=draws, minimum_effective=100, seed=seed
    )


@pytest.fixture(scope="module")
def panel():
    return simulate(np.random.default_rng(5), cities=12)[0]


@pytest.fixture(scope="module")
def fitted():
    panel, log_rates = simulate(np.random.default_rng(8), cities=40)
    return fit(panel), log_rates


def joint_covariance(panel, deviations):
    """Covariance of all log rates at once, cities after one another."""
    years = panel.years.astype(float)
    time = (years - years.mean()) / 10
    apart = np.abs(years[:, None] - years)
    own = (
        deviations.level_deviation**2
        + deviations.trend_deviation**2 * np.outer(time, time)
        + deviations.wave_deviation**2 * deviations.persistence**apart
        + deviations.passing_deviation**2 * np.eye(len(years))
    )
    steps = np.minimum.outer(years - years[0], years - years[0])
    path = model.CENTRE_SCALE**2 + deviations.shock_deviation**2 * steps
    number = len(panel.cities)
    return np.kron(np.eye(number), own) + np.kron(np.ones((number, number)), path)


# --- second implementations -------------------------------------------------------------------------------------------


def test_the_likelihood_is_that_of_one_large_normal_distribution(panel):
    observations = model.observe_log_rates(panel)
    other = model.Deviations(0.3, 0.4, 0.6, 0.02, 0.2, 0.95)
    values = []
    for deviations in (TRUTH, other):
        total = joint_covariance(panel, deviations) + np.diag(observations.variance.ravel())
        dense = stats.multivariate_normal.logpdf(observations.value.ravel(), np.zeros(len(total)), total)
        values.append((model.log_likelihood(panel, observations, deviations), dense))
    # Up to a constant: differences agree to rounding.
    assert values[0][0] - values[1][0] == pytest.approx(values[0][1] - values[1][1], abs=1e-6)


def test_means_are_those_of_one_large_normal_distribution(panel):
    observations = model.observe_log_rates(panel)
    covariance = joint_covariance(panel, TRUTH)
    total = covariance + np.diag(observations.variance.ravel())
    dense = covariance @ np.linalg.solve(total, observations.value.ravel())
    np.testing.assert_allclose(model.posterior_mean(panel, observations, TRUTH).ravel(), dense, atol=1e-8)


def test_drawn_risks_have_the_mean_and_the_covariance_of_the_posterior(panel):
    observations = model.observe_log_rates(panel)
    generator = np.random.default_rng(3)
    years = np.append(panel.years, [2014, 2016])
    draws = np.stack([model.draw_log_rates(panel, observations, TRUTH, years, generator) for _ in range(4_000)])
    more = ((0, 0), (0, 2))
    unseen = np.pad(panel.homicides, more, constant_values=np.nan)
    wide = panel_of(unseen, np.pad(panel.person_years, more), years)
    # Years to forecast are years without a count, except that the trend is measured from the middle of the others.
    time = (years - panel.years.mean()) / 10
    shift = (years - years.mean()) / 10
    own = TRUTH.trend_deviation**2 * (np.outer(time, time) - np.outer(shift, shift))
    covariance = joint_covariance(wide, TRUTH) + np.kron(np.eye(len(panel.cities)), own)
    known = np.isfinite(wide.homicides).ravel()
    gain = covariance[:, known] @ np.linalg.inv(
        covariance[np.ix_(known, known)] + np.diag(observations.variance.ravel())
    )
    mean = model.CENTRE + gain @ observations.value.ravel()
    posterior = covariance - gain @ covariance[known]
    flat = draws.reshape(len(draws), -1)
    deviation = np.sqrt(np.diag(posterior))
    # Of 168 means the largest error is some three and a half standard errors; five are allowed. A deviation of 4,000
    # draws is known to 1.1%, and a covariance of neighbours to about the same of their deviations.
    assert (np.abs(flat.mean(axis=0) - mean) < 5 * deviation / np.sqrt(4_000)).all()
    np.testing.assert_allclose(flat.std(axis=0), deviation, rtol=0.06)
    error = np.abs(np.cov(flat.T) - posterior) / np.outer(deviation, deviation)
    assert error.max() < 0.09


def test_stand_ins_have_the_slope_and_the_curvature_of_the_poisson_likelihood(panel):
    start = model.observe_log_rates(panel)
    refined = model.refine_observations(panel, start, TRUTH)
    peak = model.posterior_mean(panel, refined, TRUTH)
    expected = np.exp(peak + model.CENTRE) * panel.person_years / PERSON_YEARS_OF_A_RATE
    # Iterated to where the mean reproduces itself: Newton's steps are then below a thousandth.
    np.testing.assert_allclose((refined.value - peak) / refined.variance, panel.homicides - expected, atol=0.01)
    np.testing.assert_allclose(1 / refined.variance, expected, rtol=0.001)


def test_a_missing_cell_is_as_if_the_cell_were_not_there(panel):
    gap = panel.homicides.copy()
    gap[3, 4] = np.nan
    lost = panel_of(gap, panel.person_years, panel.years)
    observations = model.observe_log_rates(lost)
    known = np.isfinite(gap).ravel()
    covariance = joint_covariance(lost, TRUTH)
    total = covariance[np.ix_(known, known)] + np.diag(observations.variance.ravel()[known])
    dense = covariance[:, known] @ np.linalg.solve(total, observations.value.ravel()[known])
    # The cell keeps a weight of a millionth.
    np.testing.assert_allclose(model.posterior_mean(lost, observations, TRUTH).ravel(), dense, atol=1e-4)


def test_the_proposal_density_is_folded_as_its_draws_are():
    proposal = stats.multivariate_t(np.array([0.1, 0.3, 0.2, 0.0, 0.5, 1.0]), 0.04 * np.eye(6), df=6, seed=2)
    # Importance weights of another density on the same space must average one: here half-normals and a normal.
    positive = proposal.rvs(20_000)
    positive[:, :5] = np.abs(positive[:, :5])
    log_density = model._folded_log_density(proposal, positive)
    target = stats.halfnorm(scale=0.3).logpdf(positive[:, :5]).sum(axis=1) + stats.norm(1, 0.2).logpdf(positive[:, 5])
    weights = np.exp(target - log_density)
    assert weights.mean() == pytest.approx(1, abs=5 * weights.std() / np.sqrt(len(weights)))


def test_the_prior_density_integrates_to_one_in_the_space_that_is_searched():
    # The two forms of the prior differ by the logarithm of the derivative of the persistence, and a constant.
    points = np.array([[0.2, 0.3, 0.1, 0.05, 0.4, -1.0], [1.0, 0.1, 0.6, 0.2, 0.1, 2.5]])
    plain = []
    for point in points:
        deviations = model._deviations(point)
        derivative = deviations.persistence * (1 - deviations.persistence)
        plain.append(model.log_prior(deviations) + np.log(derivative))
    assert np.diff(model._prior_log_density(points)) == pytest.approx(np.diff(plain))
    grid = np.linspace(-20, 20, 4_001)
    at_zero = np.column_stack([np.zeros((len(grid), 5)), grid])
    height = np.prod([np.sqrt(2 / np.pi) / scale for scale in model.SCALES.values()])
    total = np.exp(model._prior_log_density(at_zero)).sum() * (grid[1] - grid[0])
    assert total == pytest.approx(height, rel=1e-4)


def draw_of_the_poisson_model(panel, deviations, generator):
    """Log rates drawn about the peak of the Poisson model at given deviations, and the log of what they must weigh."""
    counts, exposure = panel.homicides.ravel(), panel.person_years.ravel() / PERSON_YEARS_OF_A_RATE
    precision = np.linalg.inv(joint_covariance(panel, deviations))
    peak = np.log((counts + 0.5) / exposure)
    for _ in range(6):
        expected = exposure * np.exp(peak)
        slope = counts - expected - precision @ (peak - model.CENTRE)
        peak = peak + np.linalg.solve(precision + np.diag(expected), slope)
    root = np.linalg.cholesky(precision + np.diag(exposure * np.exp(peak)))
    standard = generator.standard_normal(len(peak))
    drawn = peak + linalg.solve_triangular(root.T, standard)
    departure = drawn - model.CENTRE
    prior = 0.5 * (np.linalg.slogdet(precision)[1] - departure @ precision @ departure)
    likelihood = (counts * drawn - exposure * np.exp(drawn)).sum()
    proposal = np.log(np.diag(root)).sum() - 0.5 * standard @ standard
    return drawn, prior + likelihood - proposal


@pytest.mark.slow
def test_the_approximation_agrees_with_the_poisson_model_where_counts_are_small():
    # Some ten homicides a city and year: far fewer than in all but a few cities of the real panel.
    panel, _ = simulate(np.random.default_rng(2), cities=10, population=60_000)
    assert (panel.homicides < 10).mean() > 0.4
    approximate = fit(panel, draws=4_000)
    observations, _, _ = model._find_peak(panel)
    generator = np.random.default_rng(1)
    drawn, log_weights = [], []
    # The fit's deviations stand for the Poisson model's once their own likelihood is divided out of the weights.
    for deviations in approximate.deviations:
        rates, log_weight = draw_of_the_poisson_model(panel, deviations, generator)
        drawn.append(rates)
        log_weights.append(log_weight - model.log_likelihood(panel, observations, deviations))
    exact = weigh(np.array(drawn), np.array(log_weights))
    # Shape 0.32 and 2,400 effective draws: far from where importance weights fail. Ten thousand draws of the No-U-Turn
    # sampler gave the same means within 0.07 deviations, but its effective sample of this funnel varies from 90 to 900.
    assert exact.pareto_k < 0.6
    assert exact.effective_draws > 1_000
    mean = exact.weights @ exact.points
    deviation = np.sqrt(exact.weights @ (exact.points - mean) ** 2)
    risks = approximate.log_rates.reshape(len(drawn), -1)
    # The Poisson likelihood of a log rate leans to the left, which a normal one does not: at counts of ten this moves
    # means by about a tenth of their deviation. The largest of 120 has Monte Carlo error of half a tenth on top.
    error = np.abs(risks.mean(axis=0) - mean) / deviation
    assert error.mean() < 0.2
    assert error.max() < 0.33
    np.testing.assert_allclose(risks.std(axis=0), deviation, rtol=0.2)
    for name, values in approximate.deviation_draws().items():
        expected = exact.weights @ values
        assert abs(values.mean() - expected) < 0.15 * values.std(), name


# --- recovery ---------------------------------------------------------------------------------------------------------


def test_known_risks_are_found_as_often_as_the_intervals_say(fitted):
    result, truth = fitted
    lower, upper = np.quantile(result.log_rates, [0.05, 0.95], axis=0)
    # 480 cells that depend on each other along a city; the share's standard error is about 0.02.
    assert ((lower <= truth) & (truth <= upper)).mean() == pytest.approx(0.9, abs=0.06)


def test_known_deviations_lie_in_the_range_of_the_draws(fitted):
    drawn = fitted[0].deviation_draws()
    for name in model.PARAMETERS:
        # One panel: the truth lies outside the middle 99.8% once in five hundred.
        assert 0.001 < (drawn[name] < getattr(TRUTH, name)).mean() < 0.999, name


@pytest.mark.slow
def test_ranks_of_truths_drawn_from_the_priors_are_uniform():
    # Simulation-based calibration (Talts et al. 2018). Deviations that leave next to no homicides or millions say
    # nothing about the panels here, so populations are such that counts are tens to thousands.
    simulations, bins = 60, 5
    generator = np.random.default_rng(7)
    standings = {name: [] for name in model.PARAMETERS}
    for number in range(simulations):
        truth = model.draw_prior(generator)
        panel, _ = simulate(generator, truth, cities=10, years=np.arange(2001, 2010), population=1_000_000)
        drawn = model.fit_country(panel, panel.years, draws=300, minimum_effective=50, seed=number).deviation_draws()
        for name in model.PARAMETERS:
            standings[name].append((drawn[name] < getattr(truth, name)).mean())
    for name, shares in standings.items():
        counts = np.histogram(shares, bins=bins, range=(0, 1))[0]
        # Six tests: one in a thousand each leaves six in a thousand that a right fit fails.
        assert stats.chisquare(counts).pvalue > 0.001, (name, counts)


# --- summaries --------------------------------------------------------------------------------------------------------


def made_fit(log_rates, iso3="BRA", years=None, homicides=None):
    """A fit whose every draw is given."""
    draws = np.asarray(log_rates, dtype=np.float32)
    years = np.arange(2001, 2001 + draws.shape[2]) if years is None else years
    exposure = np.full(draws.shape[1:], 1e5)
    counts = np.exp(draws[0]).round() if homicides is None else homicides
    return model.CountryFit(panel_of(counts, exposure, years, iso3), (TRUTH,) * len(draws), 0.1, 500, years, draws)


def test_the_variance_split_of_a_table_worked_by_hand():
    # Two countries (log rates about 1 and 3), cities ±0.5 of theirs, years ±0.2, one city rising while the other falls.
    own = np.array([[-1.0, 1.0], [1.0, -1.0]]) * 0.1
    base = np.array([[0.5], [-0.5]]) + np.array([-0.2, 0.2]) + own
    split = variance_split([made_fit([1 + base]), made_fit([3 + base], "MEX")]).iloc[0]
    total = 1 + 0.25 + 0.04 + 0.01
    expected = {"country": 1, "city": 0.25, "year": 0.04, "city_trend": 0.01, "city_wave": 0, "remainder": 0.01}
    for name, value in expected.items():
        assert split[name] == pytest.approx(value / total, abs=1e-6), name


def test_one_country_has_no_variance_between_countries(fitted):
    split = variance_split([fitted[0]])
    assert split["country"].max() < 1e-9
    np.testing.assert_allclose(split[["country", "city", "year", "remainder"]].sum(axis=1), 1)


def test_chance_has_the_share_that_its_variance_gives():
    # Counts of 100 everywhere: chance has a variance of 0.01; risks of two cities ±0.1 as well.
    rates = np.log(100) + np.array([[0.1, 0.1], [-0.1, -0.1]])
    assert chance_share([made_fit([rates])]) == pytest.approx(0.5, abs=0.01)


def test_falls_and_ranks_are_counted_over_the_draws():
    falling, rising = np.log([[40.0, 20.0], [10.0, 30.0]]), np.log([[40.0, 50.0], [10.0, 30.0]])
    table, share = window_falls([made_fit([falling, falling, falling, rising])], 2001, 1, 0.9)
    assert table["probability_fell"].tolist() == [0.75, 0.0]
    assert share.tolist() == [0.5, 0.5, 0.5, 0.0]
    assert table["rank"].tolist() == [2.0, 1.0]
    assert table.loc[0, "change_percent"] == pytest.approx(-50, abs=1e-3)
    assert (table["rank_lower"].tolist(), table["rank_upper"].tolist()) == ([1, 1], [2, 2])


def test_windows_count_years_that_have_figures():
    windows = compared_windows(np.array([2015, 2016, 2017, 2018, 2019, 2021]), 2016, 2)
    assert (windows.first, windows.last) == (slice(1, 3), slice(4, 6))


def test_series_stand_beside_their_city(fitted):
    series = city_series([fitted[0]], 0.9)
    panel = fitted[0].panel
    row = series.query("label == '00007' and year == 2005").iloc[0]
    assert row["homicides"] == panel.homicides[7, list(panel.years).index(2005)]
    assert row["lower"] < row["rate"] < row["upper"]


def test_cities_without_trends_fall_as_reversion_says():
    # With no trends of their own, the group's fall is reversion and nothing else: over 30 panels the expected fall is
    # right on average, and the intervals hold as many cities as they say.
    still = model.Deviations(0.4, 0.0, 0.5, 0.1, 0.1, 0.7)
    generator = np.random.default_rng(6)
    gaps, outside = [], []
    for number in range(30):
        panel, log_rates = simulate(generator, still, cities=40)
        known = model.CountryFit(panel, (still,) * 200, 0.1, 500, panel.years, log_rates[None].astype(np.float32))
        found = expected_reversion([known], 2001, 2, 0.2, 0.9, number)
        gaps.append(found.observed - found.expected)
        change = found.cities["change"]
        outside.append(((change < found.cities["expected_lower"]) | (change > found.cities["expected_upper"])).mean())
        assert found.backwards > 0
    # Eight cities' mean change deviates by about 0.2, so thirty panels leave a standard error of 0.04.
    assert np.mean(gaps) == pytest.approx(0, abs=0.12)
    assert np.mean(outside) == pytest.approx(0.1, abs=0.03)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"minimum_population": 2_000_000}, "at least 8 are needed"),
        ({"first_year": 2010, "held_out_years": 6}, "years of BRA to learn from"),
        ({"since_year": 2019}, "Allowed: a since_year of at most 2016"),
    ],
)
def test_a_panel_that_is_too_small_is_refused_with_the_remedy(values, sentence):
    with pytest.raises(ParameterError, match=sentence):
        check(CityTrends(**values))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"countries": []}, "countries"),
        ({"countries": ["BRA", "BRA"]}, "more than once"),
        ({"countries": ["ARG"]}, "ARG"),
        ({"since_year": 2000, "first_year": 2005}, "since_year = 2000"),
    ],
)
def test_parameters_that_contradict_each_other_are_refused(values, sentence):
    with pytest.raises(ParameterError, match=sentence):
        CityTrends.from_values(values)


def test_doubtful_series_are_marked_or_dropped():
    from citizen_security.tables import catalog

    table = catalog.load("city_year")
    kept = model.prepare_panels(table, CityTrends())
    dropped = model.prepare_panels(table, CityTrends(doubtful_series="drop"))
    marked = {code for panel in kept for code in panel.cities.loc[panel.cities["doubt"] != "", "city_code"]}
    assert marked == set(model.DOUBTFUL)
    assert [len(panel.cities) for panel in kept] == [154, 32, 123]
    assert [len(panel.cities) for panel in dropped] == [151, 30, 123]


def test_weights_that_cannot_be_trusted_stop_the_analysis(panel):
    with pytest.raises(NotConverged, match="effective sample of the importance weights"):
        model.fit_country(panel, panel.years, draws=300, minimum_effective=10_000, seed=1)


def test_equal_seeds_give_equal_draws(panel):
    one, other = (fit(panel, seed=4) for _ in range(2))
    np.testing.assert_array_equal(one.log_rates, other.log_rates)
