"""Slopes that vary by country: the density, the posterior, the comparisons, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from citizen_security.methods.sampling import Gate, NotConverged, Settings
from citizen_security.paradox.country_heterogeneity import slope_summaries, varying_slopes
from citizen_security.paradox.country_heterogeneity.checks import check
from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity
from citizen_security.paradox.country_heterogeneity.slope_summaries import (
    average_slopes,
    check_replications,
    compare_countries,
    compare_years,
    country_slopes,
    prior_slopes,
    simulate_errors,
    slope_values,
    tabulate_checks,
)
from citizen_security.paradox.country_heterogeneity.varying_slopes import (
    POOLINGS,
    SPREAD_CENTRE,
    SPREAD_SCALE,
    Design,
    Priors,
    SlopeFit,
    compile_slopes,
    effect_moments,
    error_designs,
    expand,
    fit_designs,
    fit_slopes,
    prepare_slopes,
)
from citizen_security.paradox.panel.specification import Specification
from citizen_security.parameters import ParameterError
from citizen_security.values import NAME

SPECIFICATION = Specification(name="", regressors=("unemployment_youth", "gdp_growth"), outcome="rate")
PRIORS = Priors(slope_scale=0.5, deviation_scale=0.25)
SETTINGS = Settings(draws=500, tune=400, chains=4, target_acceptance=0.9, seed=3)
# Twelve years of nine countries leave the deviations a long tail, where small steps are safer.
SHORT = replace(SETTINGS, draws=400, tune=300, target_acceptance=0.97)

DESIGNS = {kind: Design(PRIORS, kind) for kind in POOLINGS} | {
    name: design for name, design in error_designs(Design(PRIORS)).items() if design != Design(PRIORS)
}

CONTRADICTIONS = {
    "years reversed": ({"first_year": 2010, "last_year": 2000}, "not before"),
    "a driver twice": ({"drivers": ["gini", "gini"]}, "more than once"),
    "a square": ({"drivers": ["log_gdp_per_capita", "log_gdp_per_capita_squared"]}, "has no slope of its own"),
    "two growth series": ({"drivers": ["gdp_growth", "gdp_per_capita_growth"]}, "two series of the same quantity"),
    "no driver": ({"drivers": []}, "drivers"),
    "errors that cannot be sampled": ({"errors": "independent"}, "Allowed: spread = common"),
    "few draws": ({"draws": 500, "chains": 2}, "too few to judge convergence"),
    "a release that has ended": ({"release": "2024", "first_year": 2022}, "release 2024 ends"),
    "a misspelt driver": ({"drivers": ["gdp_grwth"]}, "did you mean 'gdp_growth'?"),
}

REFUSED = {
    "an unknown country": ({"countries": ["BRZ"]}, "did you mean 'BRA'?"),
    "two countries": ({"countries": ["BRA", "MEX"]}, "need 8"),
    "few years": ({"first_year": 2022}, "in at least two years"),
}


def simulate_panel(
    seed,
    countries=9,
    years=12,
    average=(0.5, -0.3),
    deviation=(0.4, 0.1),
    persistence=0.7,
    spread=0.5,
    missing=0.15,
):
    """A panel of the model's own kind, with gaps; the slopes that made it come along."""
    generator = np.random.default_rng(seed)
    slopes = np.array(average) + np.array(deviation) * generator.standard_normal((countries, 2))
    spreads = np.full(countries, spread) if np.isscalar(spread) else generator.choice(spread, countries)
    level, year_effect = generator.normal(10, 3, countries), np.cumsum(generator.normal(0, 0.1, years))
    rows = []
    for c in range(countries):
        drivers = generator.normal(0, 1, (years, 2))
        error = generator.normal(0, spreads[c] / np.sqrt(1 - persistence**2))
        for t in range(years):
            rate = level[c] + year_effect[t] + drivers[t] @ slopes[c] + error
            rows.append((f"C{c:02d}", 2000 + t, 1e6, rate, *drivers[t]))
            error = persistence * error + generator.normal(0, spreads[c])
    panel = pd.DataFrame(rows, columns=["iso3", "year", "population", "rate", *SPECIFICATION.regressors])
    return panel.sample(frac=1 - missing, random_state=seed), slopes


@pytest.fixture(scope="module")
def sample():
    return prepare_slopes(simulate_panel(1)[0], SPECIFICATION)


@pytest.fixture(scope="module")
def fits(sample):
    compiled = compile_slopes(sample, DESIGNS["varying slopes"])
    return fit_designs(compiled, sample, DESIGNS, SHORT, Gate.QUICK)


def density(position, sample, design):
    return varying_slopes._log_density(position, *varying_slopes._arrays(sample), *design.data().values())


def random_positions(sample, number=3, seed=0):
    return np.random.default_rng(seed).normal(0, 0.6, (number, varying_slopes.positions(sample)))


def covariance(sample, rows, persistence, deviation):
    """Covariance of a country's errors, written down entry by entry."""
    years = sample.estimation.frame["year"].to_numpy()[rows]
    apart = np.abs(years[:, None] - years)
    return deviation**2 / (1 - persistence**2) * persistence**apart


def marginal(sample, found, rows):
    """Mean and covariance of a country's outcomes with its level and slopes integrated out, entry by entry."""
    c, x = sample.country_index[rows[0]], sample.driver_values[rows]
    mean = found["level"] + found["year_effect"][sample.year_index[rows]] + x @ found["average_slope"]
    effects = found["level_deviation"] ** 2 + (x * found["slope_deviation"] ** 2) @ x.T
    return mean, effects + covariance(sample, rows, found["persistence"], np.exp(found["log_spread"][c]))


def written_out(position, sample, design):
    """The log density by scipy: priors one by one, and a multivariate normal for each country."""
    found = expand(position, sample, design.data())
    at = {name: position[place] for name, place in varying_slopes._layout(sample).items()}
    total = sum(stats.norm.logpdf(at[name]).sum() for name in ("level", "average", "step", "spread", "own_spread"))
    total += (stats.halfnorm.logpdf(np.exp(at["log_deviation"])) + at["log_deviation"]).sum()
    total += stats.logistic.logpdf(at["persistence"][0])
    for c in range(len(sample.countries)):
        rows = np.flatnonzero(sample.country_index == c)
        total += stats.multivariate_normal.logpdf(sample.outcome[rows], *marginal(sample, found, rows))
    return total


# --- the density ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_the_density_is_that_of_the_model_on_the_page_gaps_included(design, sample):
    places = random_positions(sample)
    fast = np.array([density(place, sample, design)[0] for place in places])
    slow = np.array([written_out(place, sample, design) for place in places])
    # Constants are left out, so differences are compared; both are sums of a few hundred terms in double precision.
    np.testing.assert_allclose(np.diff(fast), np.diff(slow), rtol=1e-9)


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_the_gradient_is_that_of_the_density(design, sample):
    place = random_positions(sample, 1)[0]
    steps = 1e-5 * np.eye(len(place))
    differences = [
        (density(place + s, sample, design)[0] - density(place - s, sample, design)[0]) / 2e-5 for s in steps
    ]
    gradient = density(place, sample, design)[1]
    # Central differences err by the square of the step times third derivatives, of the gradient's own size.
    np.testing.assert_allclose(gradient, differences, atol=1e-7 * np.abs(gradient).max())


def test_a_step_that_goes_astray_is_refused_and_ends_no_run(sample):
    design = DESIGNS["varying slopes"]
    for place, far in ((-1, 60.0), (3, 800.0), (-2, -2_000.0)):
        position = np.zeros(varying_slopes.positions(sample))
        position[place] = far
        assert not density(position, sample, design)[0] > -1e5


@pytest.mark.parametrize("design", DESIGNS.values(), ids=DESIGNS)
def test_given_the_deviations_levels_and_slopes_are_drawn_from_the_exact_gaussian_posterior(design, sample):
    found = expand(random_positions(sample, 1)[0], sample, design.data())
    mean, root = effect_moments(found, sample)
    deviation = np.append(found["level_deviation"], found["slope_deviation"])
    for c in range(len(sample.countries)):
        rows = np.flatnonzero(sample.country_index == c)
        centre, total = marginal(sample, found, rows)
        # Conditioning a joint normal of effects and outcomes: another road than precisions and news.
        joint = deviation[:, None] * np.vstack([np.ones(len(rows)), sample.driver_values[rows].T])
        gain = np.linalg.solve(total, joint.T).T
        np.testing.assert_allclose(mean[c], gain @ (sample.outcome[rows] - centre), atol=1e-9)
        np.testing.assert_allclose(root[c] @ root[c].T, np.eye(len(deviation)) - gain @ joint.T, atol=1e-9)


# --- the posterior ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_large_panel_gives_the_estimates_of_restricted_maximum_likelihood():
    panel, _ = simulate_panel(4, countries=40, years=25, persistence=0.0, missing=0.05)
    large = prepare_slopes(panel, SPECIFICATION)
    design = Design(Priors(5.0, 2.0), errors="independent", spread="common")
    settings = replace(SETTINGS, draws=1_000)
    fit = fit_slopes("large", compile_slopes(large, design), large, design, settings, Gate.QUICK)
    ours = average_slopes([fit], 0.95)
    frame = large.estimation.frame
    drivers = frame[list(large.drivers)] - frame.groupby("iso3")[list(large.drivers)].transform("mean")
    held = pd.get_dummies(frame["iso3"], dtype=float).join(pd.get_dummies(frame["year"], dtype=float).iloc[:, 1:])
    held.columns = held.columns.astype(str)
    groups = np.ones(len(frame))
    components = {name: f"0 + C(iso3):{name}" for name in large.drivers}
    data = drivers.assign(iso3=frame["iso3"], rate=frame["rate"])
    model = sm.MixedLM(
        data["rate"],
        drivers.join(held),
        groups=groups,
        exog_vc=variance_components(data, components),
    ).fit()
    # The posterior's median differs from REML's maximum by the priors and its skewness: a tenth of the interval.
    width = ours["upper"] - ours["lower"]
    assert (np.abs(ours["estimate"] - model.params[: len(ours)].to_numpy()) < 0.1 * width).all()
    deviation_width = ours["deviation_upper"] - ours["deviation_lower"]
    assert (np.abs(ours["deviation"] - np.sqrt(model.vcomp)) < 0.2 * deviation_width).all()


def variance_components(data, components):
    """Slopes of each country as variance components of one group, so that the two drivers are independent."""
    from statsmodels.regression.mixed_linear_model import VCSpec

    countries = pd.get_dummies(data["iso3"], dtype=float)
    matrices = [[countries.mul(data[name], axis=0).to_numpy()] for name in components]
    return VCSpec(list(components), [[list(countries.columns)] for _ in components], matrices)


@pytest.mark.slow
def test_slopes_that_were_put_in_are_covered_by_their_intervals():
    # A deviation of 0.4 between countries, errors that persist, spreads that differ fourfold, gaps.
    covered, averages = [], []
    for seed in range(3):
        panel, slopes = simulate_panel(seed + 20, countries=20, years=20, persistence=0.8, spread=(0.25, 1.0))
        found = prepare_slopes(panel, SPECIFICATION)
        design = Design(PRIORS)
        settings = replace(SETTINGS, seed=seed + 1)
        fit = fit_slopes("simulated", compile_slopes(found, design), found, design, settings, Gate.QUICK)
        table = country_slopes(fit, fit, 0.8)
        truth = slopes.T.ravel()
        covered.append(((table["lower"] < truth) & (truth < table["upper"])).mean())
        average = average_slopes([fit], 0.95)
        averages += (average["lower"] < [0.5, -0.3]).tolist() + (average["upper"] > [0.5, -0.3]).tolist()
    # 120 intervals of 80%: if they were independent, the share would lie within 0.8 ± 0.13 but once in 2,500 times.
    assert np.mean(covered) == pytest.approx(0.8, abs=0.13)
    # Six intervals of 95%, two ends each: more than three ends missed happens once in several thousand times.
    assert sum(averages) >= len(averages) - 3


def test_a_fit_that_fails_the_gate_is_refused(sample):
    design = DESIGNS["varying slopes"]
    few = Settings(draws=20, tune=10, chains=2, target_acceptance=0.9, seed=1)
    with pytest.raises(NotConverged, match="hurried did not converge"):
        fit_slopes("hurried", compile_slopes(sample, design), sample, design, few, Gate.FULL)


def test_equal_seeds_give_equal_draws(sample):
    design = DESIGNS["varying slopes"]
    few = Settings(draws=50, tune=50, chains=2, target_acceptance=0.9, seed=1)
    anything = Gate(np.inf, 0, 1, 0)
    one, two = (fit_slopes("x", compile_slopes(sample, design), sample, design, few, anything) for _ in range(2))
    np.testing.assert_array_equal(one.draws("slope"), two.draws("slope"))


# --- what pooling does ------------------------------------------------------------------------------------------------


def test_complete_pooling_gives_every_country_one_slope_and_no_pooling_its_own(fits):
    same = fits["varying intercepts"].draws("slope")
    np.testing.assert_allclose(same, same[:, :1].repeat(same.shape[1], axis=1))
    ranges = {name: np.ptp(np.median(fits[name].draws("slope"), axis=0), axis=0) for name in fits}
    assert (ranges["no pooling"] > ranges["varying slopes"]).all()
    assert (fits["complete pooling"].draws("slope_deviation") == 0).all()


def test_a_driver_that_stands_still_in_one_country_gets_its_slope_from_the_others():
    panel, _ = simulate_panel(2)
    panel.loc[panel["iso3"] == "C03", "gdp_growth"] = 2.0
    still = prepare_slopes(panel, SPECIFICATION)
    design = DESIGNS["varying slopes"]
    settings = replace(SHORT, draws=1_000, target_acceptance=0.99)
    fit = fit_slopes("still", compile_slopes(still, design), still, design, settings, Gate.QUICK)
    table = country_slopes(fit, fit, 0.9)
    row = table[(table["iso3"] == "C03") & (table["driver"] == "gdp_growth")].iloc[0]
    assert not row["moves"]
    assert table["moves"].sum() == len(table) - 1
    average = average_slopes([fit], 0.9).set_index("driver").loc["gdp_growth"]
    assert row["estimate"] == pytest.approx(average["estimate"], abs=0.3 * (row["upper"] - row["lower"]))
    assert np.isnan(row["least_squares"])


def test_a_driver_that_stands_still_everywhere_is_refused():
    panel, _ = simulate_panel(2)
    with pytest.raises(ValueError, match="gdp_growth moves within no country"):
        prepare_slopes(panel.assign(gdp_growth=panel["iso3"].str[1:].astype(float)), SPECIFICATION)


def test_drivers_are_measured_from_the_countrys_mean_and_gaps_are_counted(sample):
    frame = pd.DataFrame(sample.driver_values).groupby(sample.country_index)
    np.testing.assert_allclose(frame.mean(), 0, atol=1e-12)
    years = sample.estimation.frame["year"].to_numpy()
    later = ~sample.first
    np.testing.assert_array_equal(sample.gap[later], years[later] - years[sample.previous[later]])
    assert sample.first.sum() == len(sample.countries)
    assert sample.gap[later].max() > 1


# --- prediction and checks --------------------------------------------------------------------------------------------


def test_a_year_given_all_others_has_the_density_of_the_multivariate_normal(fits, sample):
    fit = fits["varying slopes"]
    chosen = slope_summaries._chosen(fit)
    ours = slope_summaries._year_densities(fit)[5]
    mean, persistence = slope_summaries._means(fit, chosen)[5], fit.draws("persistence")[chosen][5]
    for row in (0, 3, sample.rows - 1):
        c = sample.country_index[row]
        rows = np.flatnonzero(sample.country_index == c)
        matrix = covariance(sample, rows, persistence, np.exp(fit.draws("log_spread")[chosen][5, c]))
        errors, own, rest = (sample.outcome - mean)[rows], rows == row, rows != row
        pull = np.linalg.solve(matrix[np.ix_(rest, rest)], matrix[rest][:, own]).ravel()
        variance = matrix[own][:, own][0, 0] - pull @ matrix[rest][:, own].ravel()
        expected = stats.norm.logpdf(errors[own][0], pull @ errors[rest], np.sqrt(variance))
        assert ours[row] == pytest.approx(expected - np.log(sample.outcome_scale), rel=1e-8)


@pytest.mark.parametrize(
    "name", ["varying slopes", "complete pooling", "no pooling", "independent errors, common spread"]
)
def test_a_country_never_seen_has_the_density_of_all_its_years_together(name, fits, sample):
    fit, c, draw = fits[name], 2, 7
    chosen = slope_summaries._chosen(fit)
    at = {key: fit.draws(key)[chosen][draw] for key in fit.posterior["posterior"].data_vars}
    rows = np.flatnonzero(sample.country_index == c)
    x = sample.driver_values[rows]
    mean = at["level"] + at["year_effect"][sample.year_index[rows]] + x @ at["average_slope"]
    shared = at["level_deviation"] ** 2 + (x * at["slope_deviation"] ** 2) @ x.T
    by_country = fit.design.spread == "by_country"
    nodes = np.linspace(SPREAD_CENTRE - 6, SPREAD_CENTRE + 6, 500) if by_country else at["log_spread"][[c]]
    likelihood = [
        stats.multivariate_normal.pdf(
            sample.outcome[rows], mean, shared + covariance(sample, rows, at["persistence"], np.exp(node))
        )
        for node in nodes
    ]
    weights = stats.norm.pdf(nodes, SPREAD_CENTRE, SPREAD_SCALE) if by_country else np.ones(1)
    total = np.trapezoid(np.array(likelihood) * weights, nodes) if by_country else likelihood[0]
    expected = np.log(total) - len(rows) * np.log(sample.outcome_scale)
    # Two grids over the spread, each far finer than the integrand is wide.
    assert slope_summaries._country_densities(fit)[draw, c] == pytest.approx(expected, abs=1e-3)


def test_prediction_finds_the_model_that_made_the_data(fits):
    years = compare_years(fits).set_index("fit")
    # Slopes that differ by 0.4 and errors with persistence 0.7 were put in.
    assert years.loc["varying slopes", "elpd"] > years.loc["varying intercepts", "elpd"] + 2
    assert years.loc["varying slopes", "elpd"] > years.loc["independent errors, common spread", "elpd"] + 10
    countries = compare_countries(fits)
    assert (countries["cases"] == 9).all()
    assert (countries["difference"] <= 0).all()
    assert countries["difference"].iloc[0] == 0
    assert np.isfinite(countries["elpd"]).all()


def test_the_checks_find_errors_that_persist_and_pass_the_model_that_lets_them(fits):
    flat, right = (
        tabulate_checks(check_replications(fits[name], 1), 0.95).set_index("discrepancy")
        for name in ("independent errors, common spread", "varying slopes")
    )
    assert flat.loc["autocorrelation", "observed"] > flat.loc["autocorrelation", "upper"]
    assert right.loc["autocorrelation", "probability_exceeded"] == pytest.approx(0.5, abs=0.45)


def test_simulated_errors_forget_as_the_years_go_by(sample):
    persistence, draws = np.full(4_000, 0.8), 4_000
    errors = simulate_errors(sample, persistence, np.ones((draws, len(sample.countries))), np.random.default_rng(1))
    # 4,000 draws: standard errors of some 0.01 for correlations and 2% for variances of 1 / (1 - 0.64).
    np.testing.assert_allclose(errors.var(axis=0), 1 / 0.36, rtol=0.12)
    for row in np.flatnonzero(~sample.first)[:20]:
        found = np.corrcoef(errors[:, row], errors[:, row - 1])[0, 1]
        assert found == pytest.approx(0.8 ** sample.gap[row], abs=0.05)


def test_prior_slopes_spread_as_the_priors_say(sample):
    for design in (Design(PRIORS), Design(PRIORS, errors="independent")):
        drawn = prior_slopes(sample, design, 4_000, 1)
        for k, (_, group) in enumerate(drawn.groupby("driver", sort=False)):
            # Variance of the average plus the mean square of a half-normal deviation; four thousand draws err by 2%.
            expected = np.hypot(PRIORS.slope_scale, PRIORS.deviation_scale) * sample.slope_units[k]
            assert group["country"].std() == pytest.approx(expected, rel=0.1)


def test_priors_are_varied_one_at_a_time():
    variants = PRIORS.variants(2)
    assert sorted((other.slope_scale, other.deviation_scale) for other in variants.values()) == [
        (0.25, 0.25), (0.5, 0.125), (0.5, 0.5), (1.0, 0.25),
    ]  # fmt: skip


def test_a_new_countrys_slope_is_no_surer_than_the_average(fits, sample):
    table = average_slopes([fits["varying slopes"]], 0.9)
    sure = (table["average_positive"] - 0.5).abs()
    assert ((table["new_country_positive"] - 0.5).abs() <= sure + 1e-9).all()
    assert table["positive_share"].between(0, 1).all()
    assert (table["countries"] == len(sample.countries)).all()


def test_what_is_recorded_has_a_name_an_interval_and_a_number(fits):
    fit: SlopeFit = fits["varying slopes"]
    values = slope_values(average_slopes([fit], 0.9), country_slopes(fit, fits["no pooling"], 0.9), "victims", 0.9)
    names = [value["name"] for value in values]
    assert len(set(names)) == len(names)
    assert all(NAME.fullmatch(name) for name in names)
    assert "between_country_slope_deviation_youth_unemployment" in names
    for value in values:
        low, high = value.get("interval", (value["value"], value["value"]))
        assert low <= value["value"] <= high
        assert value["n"] > 0


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "expected"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictions_are_refused_in_words(given, expected):
    with pytest.raises(ParameterError) as refused:
        CountryHeterogeneity.from_values(given)
    assert expected in str(refused.value)


@pytest.mark.parametrize(("given", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_sample_that_cannot_carry_slopes_is_refused(given, expected):
    with pytest.raises(ParameterError) as refused:
        check(CountryHeterogeneity.from_values(given))
    assert expected in str(refused.value)


def test_the_defaults_pass():
    check(CountryHeterogeneity())
