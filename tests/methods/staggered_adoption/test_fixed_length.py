"""Fixed-length intervals: printed ones, by hand, by a search without the path, and whether they hold at the worst."""

import numpy as np
import pandas as pd
import pytest
from methods.staggered_adoption.test_bounded_violations import study as independent
from scipy import optimize, stats

from citizen_security.methods.panel.rows import NotAPanel
from citizen_security.methods.staggered_adoption.bounded_violations import bounded_violations
from citizen_security.methods.staggered_adoption.effects import Effects
from citizen_security.methods.staggered_adoption.fixed_length import breakdown, fixed_length, folded_quantile

# Event study of restaurants' profits by Benzarti and Carloni (2019), American Economic Journal: Economic Policy 11(1):
# the set `BCdata_EventStudy` of the R package HonestDiD (MIT licence).
PROFITS = [0.006696351804, 0.02934503369, -0.006472972222, 0.0730149895, 0.1959611177, 0.3120639026, 0.2395415455,
           0.1260425001]  # fmt: skip
# Its covariance, upper triangle by rows, times a million.
UPPER = [
    842.8358124, 476.8686777, 261.8051076, 235.4220342, 167.6371467, 112.8707663, 19.92816215, -136.8265366,
    642.5420288, 398.7425007, 243.5515198, 220.1960306, 180.4591157, 38.4376508, -29.60421989,
    522.9949602, 211.768609, 184.0722252, 145.852784, 70.05197403, 59.52994979,
    308.9595411, 119.7866077, 133.4081317, 101.6335009, 107.9051726,
    359.970436, 247.8818642, 174.9579242, 165.4256921,
    426.3949813, 217.1437809, 289.2747871,
    488.6697861, 380.5322049,
    761.739444,
]  # fmt: skip
RANDOM = np.random.default_rng(1)


def event_study(estimate, covariance, before):
    number = len(estimate)
    times = [time for time in range(-before - 1, number - before) if time != -1]
    return Effects(pd.DataFrame({"event_time": times}), np.array(estimate), np.linalg.cholesky(covariance).T.copy())


def of_profits():
    covariance = np.zeros((8, 8))
    covariance[np.triu_indices(8)] = np.array(UPPER) / 1e6
    return event_study(PROFITS, covariance + np.triu(covariance, 1).T, 4)


def drawn(before, after):
    root = RANDOM.normal(size=(before + after, before + after))
    return event_study(RANDOM.normal(size=before + after), root @ root.T + 0.1 * np.eye(before + after), before)


def departures(before, after):
    """Rows that take bends from departures of all event times but −1."""
    return np.delete(np.diff(np.eye(before + after + 1), 2, axis=0), before, axis=1)


# What HonestDiD prints; its critical values are simulated, so that ends are off by up to 0.0001.
@pytest.mark.parametrize(
    ("bound", "lower", "upper"),
    [(0.0, 0.131411316, 0.2161696482), (0.1, 0.1194440001, 0.4185082143), (0.2, 0.01944400015, 0.5185082143)],
)
def test_ends_are_those_of_the_authors_package(bound, lower, upper):
    found = fixed_length(of_profits(), bound, weights=[1, 0, 0, 0])
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=1e-4)
    assert found.is_clear
    if bound == 0.1:
        assert found.multiples == pytest.approx([0, 0, 0, 1, 1, 0, 0, 0], abs=1e-9)


# Printed by the package HonestDiD for Julia, whose critical values are exact.
PRINTED = [
    (0.0, 0.03849, 0.23376), (0.01, 0.027367, 0.2422), (0.02, 0.0061132, 0.25851), (0.03, -0.01481, 0.27416),
    (0.04, -0.028729, 0.294), (0.05, -0.041775, 0.31396), (0.06, -0.054089, 0.33366),
]  # fmt: skip


def simulated():
    errors = np.array([0.060, 0.050, 0.055, 0.050, 0.052, 0.060, 0.065, 0.070])
    places = np.arange(8)
    covariance = np.outer(errors, errors) * 0.6 ** np.abs(np.subtract.outer(places, places))
    return event_study([0.02, -0.01, 0.03, 0.15, 0.20, 0.25, 0.22, 0.18], covariance, 3)


@pytest.mark.parametrize(("bound", "lower", "upper"), PRINTED)
def test_ends_are_those_of_a_package_with_exact_critical_values(bound, lower, upper):
    found = fixed_length(simulated(), bound, weights=[1, 0, 0, 0, 0])
    assert (found.lower, found.upper) == pytest.approx((lower, upper), abs=6e-6)


def test_one_period_before_the_start_leaves_one_estimate():
    # The step before the start, −1 a period, goes on; the second period after may bend twice at the start, once later.
    found = fixed_length(independent([1.0, 5.0, 6.0], before=1), 0.5, weights=[0.0, 1.0], confidence_level=0.9)
    assert found.multiples == pytest.approx([2.0, 0.0, 1.0])
    assert found.centre == pytest.approx(8.0)
    assert found.bias == pytest.approx(0.5 * 3)
    assert found.standard_error == pytest.approx(np.sqrt(5))
    assert found.half_length == pytest.approx(np.sqrt(5) * folded_quantile(0.9, 1.5 / np.sqrt(5)))


def test_a_straight_line_is_that_of_generalised_least_squares():
    effects = drawn(5, 3)
    time = np.array([-5.0, -4, -3, -2, -1, 1, 2, 3])
    design = np.column_stack([time, np.eye(8)[:, 5:]])
    inverse = np.linalg.inv(effects.covariance)
    covariance = np.linalg.inv(design.T @ inverse @ design)
    weights = np.array([0.0, 0.2, 0.2, 0.6])
    expected = weights @ covariance @ design.T @ inverse @ effects.estimate
    error = np.sqrt(weights @ covariance @ weights)
    found = fixed_length(effects, 0.0, weights=weights[1:])
    assert found.centre == pytest.approx(expected)
    assert found.half_length == pytest.approx(stats.norm.ppf(0.975) * error)
    assert found.bias == 0


@pytest.mark.parametrize(("before", "after"), [(2, 1), (3, 2), (5, 4)])
def test_no_other_estimate_has_a_shorter_interval(before, after):
    bends, line = departures(before, after), np.append(np.arange(-before, 0.0), np.arange(1.0, after + 1))
    for bound in (0.05, 0.5, 3.0):
        effects = drawn(before, after)
        found = fixed_length(effects, bound)
        # The worst departure, by linear programming.
        worst = optimize.linprog(
            -found.multiples, A_ub=np.vstack([bends, -bends]), b_ub=np.full(2 * len(bends), bound), bounds=(None, None)
        )
        assert -worst.fun == pytest.approx(found.bias, rel=1e-6)
        assert found.multiples[before:] == pytest.approx(np.full(after, 1 / after))

        def length(early, effects=effects, bound=bound):
            multiples = np.append(early, np.full(after, 1 / after))
            # The line is taken off by the multiple of the first event time.
            multiples[0] -= multiples @ line / line[0]
            # Bends of a departure, their sizes as multiples of it: a sum over hinges.
            sizes = np.linalg.lstsq(bends.T, multiples, rcond=None)[0]
            error = np.sqrt(multiples @ effects.covariance @ multiples)
            return error * folded_quantile(0.95, bound * np.abs(sizes).sum() / error)

        best = min(
            optimize.minimize(
                length, start, method="Nelder-Mead", options={"maxiter": 6000, "xatol": 1e-9, "fatol": 1e-12}
            ).fun
            for start in (found.multiples[:before], np.zeros(before))
        )
        assert found.half_length <= best + 1e-7
        assert length(found.multiples[:before]) == pytest.approx(found.half_length, rel=1e-8)


@pytest.mark.parametrize(("level", "bias"), [(0.9, 0.0), (0.95, 0.3), (0.5, -1.0), (0.95, 40.0), (0.8, 9.0)])
def test_folded_quantiles_are_those_of_the_folded_normal(level, bias):
    expected = stats.foldnorm.ppf(level, abs(bias))
    assert folded_quantile(level, bias) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("bound", [0.0, 0.4])
def test_intervals_hold_where_the_departure_is_the_worst_allowed(bound):
    covariance = 0.09 * (np.eye(5) + 0.5)
    effects = event_study(np.zeros(5), covariance, 3)
    multiples = fixed_length(effects, bound).multiples
    bends = departures(3, 2)
    worst = optimize.linprog(
        -multiples, A_ub=np.vstack([bends, -bends]), b_ub=np.full(2 * len(bends), bound), bounds=(-9, 9)
    ).x
    random, held = np.random.default_rng(3), []
    for _ in range(400):
        estimate = worst + random.multivariate_normal(np.zeros(5), covariance)
        found = fixed_length(Effects(effects.labels, estimate, effects.scores), bound, confidence_level=0.8)
        held.append(found.lower <= 0 <= found.upper)
    # Four errors of a share of 400 are 0.08; at the worst departure an interval holds as often as it says.
    assert abs(np.mean(held) - 0.8) < 0.08


def test_it_breaks_where_the_interval_first_holds_zero():
    effects = of_profits()
    found = breakdown(effects, weights=[1, 0, 0, 0])
    assert found == pytest.approx(0.2194, abs=1e-4)
    # Beside a large bound nothing but the last step is taken off: what is left is the end of the interval over it.
    assert fixed_length(effects, found * 0.999, weights=[1, 0, 0, 0]).lower > 0
    assert fixed_length(effects, found * 1.001, weights=[1, 0, 0, 0]).lower < 0
    mirrored = Effects(effects.labels, -effects.estimate, effects.scores)
    assert breakdown(mirrored, weights=[1, 0, 0, 0]) == pytest.approx(found)
    assert breakdown(effects, weights=[1, 0, 0, 0], confidence_level=0.99) < found
    # Between the last printed bound that is clear and the first that is not.
    assert 0.02 < breakdown(simulated(), weights=[1, 0, 0, 0, 0]) < 0.03
    assert breakdown(independent([0.0, 0.0, 0.1])) == 0.0


def test_by_hand_it_breaks_where_bend_and_error_use_up_the_estimate():
    # The estimate 4 has the error 1 times the root of 2, and the bound in it once.
    found = breakdown(independent([0.0, 4.0], before=1), confidence_level=0.9)
    error = np.sqrt(2)
    assert error * folded_quantile(0.9, found / error) == pytest.approx(4.0)


def test_the_hybrid_of_tests_lies_near_it():
    effects = of_profits()
    for bound in (0.1, 0.2):
        other = bounded_violations(effects, "smoothness", bound, weights=[1, 0, 0, 0], draws=999)
        found = fixed_length(effects, bound, weights=[1, 0, 0, 0])
        assert (other.lower, other.upper) == pytest.approx((found.lower, found.upper), abs=0.02)


def test_what_has_no_answer_is_refused():
    with pytest.raises(NotAPanel, match=r"event times \[-3, 0\]"):
        fixed_length(independent([1.0, 2.0, 3.0]).only(np.array([True, False, True])), 0.1)
    with pytest.raises(ValueError, match="bound has -1"):
        fixed_length(independent([1.0, 2.0, 3.0]), -1.0)
    with pytest.raises(ValueError, match=r"weights \(2,\) for 1 event times"):
        breakdown(independent([1.0, 2.0, 3.0]), weights=[1.0, 2.0])
