"""Trials with few or no events keep what they say, and say nothing where they do not know."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from methods.meta_analysis_data import bcg_tables
from scipy.stats import chi2, norm
from statsmodels.stats.contingency_tables import StratifiedTable

from citizen_security.methods.meta_analysis.two_by_two import corrected, log_ratios, mantel_haenszel, peto, tables

TRIALS = st.lists(st.tuples(*[st.integers(1, 200)] * 4), min_size=2, max_size=8)


def stratified(given_tables):
    return StratifiedTable([cells.reshape(2, 2) for cells in given_tables.cells])


def test_mantel_haenszel_is_that_of_statsmodels():
    ours, other = mantel_haenszel(bcg_tables()), stratified(bcg_tables())
    assert ours.effect == pytest.approx(other.logodds_pooled, rel=1e-10)
    assert ours.standard_error == pytest.approx(other.logodds_pooled_se, rel=1e-10)
    assert (ours.lower, ours.upper) == pytest.approx(other.logodds_pooled_confint(), rel=1e-10)
    risk = mantel_haenszel(bcg_tables(), "log_risk_ratio")
    assert np.exp(risk.effect) == pytest.approx(other.riskratio_pooled, rel=1e-10)


def test_peto_and_its_heterogeneity_are_what_metafor_prints_for_the_vaccine_trials():
    # rma.peto() of dat.bcg: estimate −0.4744, error 0.0407, Q 167.7302 on 12.
    found = peto(bcg_tables())
    assert (found.effect, found.standard_error, found.q) == pytest.approx((-0.4744, 0.0407, 167.7302), abs=5.1e-5)
    assert found.q_degrees_of_freedom == 12


def test_one_table_is_worked_out_by_hand():
    # 10 of 20 against 5 of 20: odds ratio 3, risk ratio 2; Peto: expected 7.5, variance 15 · 25 · 400 / (1600 · 39).
    one = tables([10], [10], [5], [15])
    odds, odds_variance = log_ratios(one)
    assert (odds[0], odds_variance[0]) == pytest.approx((np.log(3), 1 / 10 + 1 / 10 + 1 / 5 + 1 / 15))
    risk, risk_variance = log_ratios(one, "log_risk_ratio")
    assert (risk[0], risk_variance[0]) == pytest.approx((np.log(2), 1 / 10 - 1 / 20 + 1 / 5 - 1 / 20))
    pooled = mantel_haenszel(one), mantel_haenszel(one, "log_risk_ratio")
    # The estimators' variances of one table are the usual ones of that table.
    assert [each.effect for each in pooled] == pytest.approx([np.log(3), np.log(2)])
    assert [each.standard_error**2 for each in pooled] == pytest.approx([odds_variance[0], risk_variance[0]])
    assert peto(one).effect == pytest.approx((10 - 7.5) / (15 * 25 * 400 / (1600 * 39)))


def test_corrections_of_a_zero_are_what_their_names_say():
    pair = tables([0, 4], [10, 6], [3, 5], [27, 25])
    assert corrected(pair).cells[0] == pytest.approx([0.5, 10.5, 3.5, 27.5])
    assert corrected(pair).cells[1] == pytest.approx([4, 6, 5, 25])
    assert corrected(pair, "all_tables").cells[1] == pytest.approx([4.5, 6.5, 5.5, 25.5])
    # Sweeting and others (2004): inversely to the other arm's size, one in all; 10 treated and 30 controls: ¼ and ¾.
    assert corrected(pair, "opposite_arm").cells[0] == pytest.approx([0.25, 10.25, 3.75, 27.75])
    assert corrected(pair, "none") is pair
    assert log_ratios(pair)[0][0] == pytest.approx(np.log(0.5 * 27.5 / (10.5 * 3.5)))
    assert log_ratios(pair, correction="none")[0][0] == -np.inf


def test_equal_arms_are_corrected_alike_whatever_the_rule():
    pair = tables([0], [20], [3], [17])
    assert corrected(pair, "opposite_arm").cells == pytest.approx(corrected(pair).cells)


def test_a_trial_without_events_says_nothing_and_changes_nothing():
    silent = tables([4, 0], [16, 30], [8, 0], [12, 30])
    alone = tables([4], [16], [8], [12])
    effect, variance = log_ratios(silent)
    assert np.isnan([effect[1], variance[1]]).all()
    for pooled in (mantel_haenszel, peto):
        with_it, without = pooled(silent), pooled(alone)
        assert (with_it.effect, with_it.standard_error) == pytest.approx((without.effect, without.standard_error))
        assert with_it.k == 1


def test_all_treated_and_controls_with_the_event_say_something_of_risks_only():
    sure = tables([20], [0], [20], [0])
    assert np.isnan(log_ratios(sure)[0][0])
    assert log_ratios(sure, "log_risk_ratio")[0][0] == pytest.approx(0)


def test_trials_are_counted_by_what_they_say_of_the_measure():
    # Two ordinary trials, one without an event, one in which everybody has it, one with a zero in an arm.
    given_tables = tables([10, 4, 0, 20, 0], [10, 16, 9, 0, 12], [5, 3, 0, 15, 2], [15, 19, 8, 0, 10])
    odds, risk = mantel_haenszel(given_tables), mantel_haenszel(given_tables, "log_risk_ratio")
    assert (odds.k, risk.k, peto(given_tables).k) == (3, 4, 3)
    assert (odds.q_degrees_of_freedom, risk.q_degrees_of_freedom) == (2, 3)
    # A trial in which all have the event draws the risk ratio to one; without events it changes nothing.
    kept = [0, 1, 3, 4]
    without = mantel_haenszel(tables(*given_tables.cells[kept].T), "log_risk_ratio")
    assert (without.effect, without.standard_error, without.k) == pytest.approx((risk.effect, risk.standard_error, 4))
    assert abs(risk.effect) < abs(mantel_haenszel(tables(*given_tables.cells[[0, 1, 4]].T), "log_risk_ratio").effect)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.99])
def test_the_level_of_a_common_effect_is_that_of_its_interval(level):
    ours, other = mantel_haenszel(bcg_tables(), confidence_level=level), stratified(bcg_tables())
    assert (ours.lower, ours.upper) == pytest.approx(other.logodds_pooled_confint(alpha=1 - level), rel=1e-10)
    assert ours.confidence_level == level
    summed = peto(bcg_tables(), confidence_level=level)
    half = norm.isf((1 - level) / 2) * summed.standard_error
    assert (summed.lower, summed.upper) == pytest.approx((summed.effect - half, summed.effect + half), rel=1e-12)
    assert ours.p_value == pytest.approx(2 * norm.sf(abs(ours.effect) / ours.standard_error), rel=1e-9)


def test_one_trial_has_nothing_to_differ_from():
    found = mantel_haenszel(tables([10, 0], [10, 9], [5, 0], [15, 8]))
    assert (found.k, found.q_degrees_of_freedom, found.q_p_value) == (1, 0, 1)
    assert found.q == pytest.approx(0, abs=1e-20)


@given(TRIALS)
@settings(max_examples=60, deadline=None)
def test_changing_the_arms_changes_the_sign_only(trials):
    counts = np.array(trials, float).T
    there, back = tables(*counts), tables(counts[2], counts[3], counts[0], counts[1])
    for pooled in (mantel_haenszel, lambda cells: mantel_haenszel(cells, "log_risk_ratio"), peto):
        first, second = pooled(there), pooled(back)
        assert first.effect == pytest.approx(-second.effect, rel=1e-9, abs=1e-12)
        assert first.standard_error == pytest.approx(second.standard_error, rel=1e-9)
        assert first.q == pytest.approx(second.q, rel=1e-6, abs=1e-9)


def test_mantel_haenszel_finds_the_ratio_that_sparse_trials_were_drawn_with():
    # 400 trials of 40 with risks of 5 % and an odds ratio of 0.5: each table alone is nearly useless.
    generator = np.random.default_rng(4)
    odds = 0.5 * 0.05 / 0.95
    treated, control = generator.binomial(20, odds / (1 + odds), 400), generator.binomial(20, 0.05, 400)
    found = mantel_haenszel(tables(treated, 20 - treated, control, 20 - control))
    assert found.lower < np.log(0.5) < found.upper
    assert found.standard_error < 0.2


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (([1], [-1], [1], [1]), "negative"),
        (([1], [np.nan], [1], [1]), "missing"),
        (([1, 2], [1], [1], [1]), "one of each"),
        (([0], [0], [1], [1]), "without persons"),
    ],
)
def test_impossible_counts_are_refused(cells, words):
    with pytest.raises(ValueError, match=words):
        tables(*cells)


def test_events_in_one_arm_only_are_refused_by_a_ratio_and_not_by_peto():
    one_sided = tables([0, 0], [20, 30], [3, 2], [17, 28])
    with pytest.raises(ValueError, match="no trial has an event in the treated arm"):
        mantel_haenszel(one_sided)
    assert np.isfinite(peto(one_sided).effect)


def test_no_events_at_all_are_refused():
    with pytest.raises(ValueError, match="nothing to compare"):
        peto(tables([0], [20], [0], [20]))


def test_the_error_of_a_pooled_risk_ratio_is_that_of_greenland_and_robins():
    # As they print it: the sum of (m₁ n₁ n₀ − a c N) / N², over the product of both sides of the ratio.
    treated, treated_others, control, control_others = bcg_tables().cells.T
    ones, noughts = treated + treated_others, control + control_others
    people = ones + noughts
    above, below = (treated * noughts / people).sum(), (control * ones / people).sum()
    spread = (((treated + control) * ones * noughts - treated * control * people) / people**2).sum()
    found = mantel_haenszel(bcg_tables(), "log_risk_ratio", 0.8)
    assert found.standard_error == pytest.approx(np.sqrt(spread / (above * below)), rel=1e-10)
    # Each trial about the common effect.
    single, variances = log_ratios(bcg_tables(), "log_risk_ratio")
    q = ((single - np.log(above / below)) ** 2 / variances).sum()
    assert (found.q, found.q_degrees_of_freedom) == pytest.approx((q, 12), rel=1e-10)
    some = mantel_haenszel(tables([10, 4, 8], [10, 16, 9], [5, 3, 9], [15, 19, 8]), "log_risk_ratio")
    assert some.q_p_value == pytest.approx(chi2.sf(some.q, 2), rel=1e-10)
    assert 0.2 < some.q_p_value < 0.8


def test_another_amount_is_added_in_the_same_proportions():
    pair = tables([0, 4], [10, 6], [3, 5], [27, 25])
    assert corrected(pair, amount=0.1).cells[0] == pytest.approx([0.1, 10.1, 3.1, 27.1])
    assert corrected(pair, "opposite_arm", 0.1).cells[0] == pytest.approx([0.05, 10.05, 3.15, 27.15])
    assert corrected(pair, "opposite_arm", 0.1).cells[1] == pytest.approx([4, 6, 5, 25])
    whole = tables([1, 4], [10, 6], [3, 5], [27, 25])
    assert corrected(whole, "all_tables") is whole
    assert log_ratios(pair, amount=0.1)[1][0] == pytest.approx(1 / 0.1 + 1 / 10.1 + 1 / 3.1 + 1 / 27.1)
    risk = log_ratios(pair, "log_risk_ratio", "all_tables", 0.2)
    assert risk[0][1] == pytest.approx(np.log(4.2 / 10.4 / (5.2 / 30.4)))
    assert risk[1][1] == pytest.approx(1 / 4.2 - 1 / 10.4 + 1 / 5.2 - 1 / 30.4)
    with pytest.raises(ValueError, match="amount"):
        corrected(pair, amount=-0.1)


@pytest.mark.parametrize(
    ("cells", "measure", "words"),
    [
        (([0, 0], [9, 8], [0, 0], [7, 6]), "log_odds_ratio", "no trial has an event, so"),
        (
            ([9, 8], [0, 0], [7, 6], [0, 0]),
            "log_odds_ratio",
            "everybody has the event in every trial, which says nothi",
        ),
        (
            ([9, 8], [0, 0], [7, 6], [0, 0]),
            "log_risk_ratio",
            "everybody has the event in every trial: the risks are al",
        ),
        (
            ([9, 0], [0, 8], [7, 0], [0, 6]),
            "log_odds_ratio",
            "no trial has both events and persons without one to comp",
        ),
        (([3, 2], [9, 8], [0, 0], [7, 6]), "log_odds_ratio", "control arm beside a person without one in the treated "),
        (([3, 2], [9, 8], [0, 0], [7, 6]), "log_risk_ratio", "in the control arm, so the pooled ratio is infinite"),
        (([0, 0], [9, 8], [3, 2], [7, 6]), "log_odds_ratio", "the treated arm beside a person without one in the cont"),
        (([0, 0], [9, 8], [3, 2], [7, 6]), "log_risk_ratio", "in the treated arm, so the pooled ratio is zero"),
        (([], [], [], []), "log_odds_ratio", "0 trials"),
    ],
)
def test_trials_of_which_no_ratio_follows_are_refused_in_words(cells, measure, words):
    with pytest.raises(ValueError, match=words):
        mantel_haenszel(tables(*cells), measure)


def test_everybody_with_the_event_in_one_trial_leaves_an_error():
    assert mantel_haenszel(tables([9, 4], [0, 5], [7, 6], [0, 3]), "log_risk_ratio").standard_error > 0.05


@pytest.mark.parametrize("count", [1e-6, 1e15])
def test_counts_up_to_the_bounds_are_taken(count):
    taken = tables([count], [max(count, 1.0)], [3.0], [2.0])
    assert taken.treated[0] == count


@pytest.mark.parametrize("count", [0.99e-6, 1.01e15])
def test_counts_beyond_the_bounds_are_refused(count):
    with pytest.raises(ValueError, match=r"Allowed: zero, and from"):
        tables([count], [2.0], [3.0], [2.0])
    with pytest.raises(ValueError, match=r"an arm without persons, or with less than one \(number 2 of 2\)"):
        tables([5.0, 0.4], [2.0, 0.5], [3.0, 3.0], [2.0, 1.0])
