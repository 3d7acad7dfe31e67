"""Each rule takes the steps that are printed, at its thresholds and on either side of them."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from evidence.bodies_by_hand import DEFAULTS, NO_JUDGEMENTS, one_body
from scipy.stats import norm

from citizen_security.evidence.certainty import domains
from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.methods.publication_bias.funnel_simulation import Truth, draw_studies

HERE = [("one", -0.40, 0.1, True), ("two", -0.42, 0.1, True), ("three", -0.38, 0.1, True)]
MIXED = [("one", -0.40, 0.1, True), ("two", -0.42, 0.1, False), ("three", -0.38, 0.1, False)]


def chosen(**values):
    return Certainty.from_values(values)


@pytest.mark.parametrize(
    ("levels", "start", "randomised", "steps"),
    [
        (("serious", "serious", "low"), "low", False, 1),
        (("serious", "low", "low"), "low", False, 0),
        (("critical", "critical", "low"), "low", False, 2),
        # A critical study and a serious one: together more than half, at critical alone not.
        (("critical", "serious", "low"), "low", False, 1),
        (("moderate", "moderate", "moderate"), "low", False, 0),
        (("moderate", "moderate", "low"), "high", False, 1),
        (("serious", "serious", "moderate"), "high", False, 2),
        (("critical", "critical", "low"), "high", False, 3),
        (("high", "high", "some_concerns"), "high", True, 1),
        (("some_concerns", "some_concerns", "some_concerns"), "low", True, 0),
        (("no_information", "no_information", "low"), "low", True, 1),
        (("no_information", "no_information", "low"), "high", False, 2),
    ],
)
def test_bias_costs_what_more_than_half_of_the_weight_lies_at(levels, start, randomised, steps):
    body = one_body(HERE, maryland_level=5 if randomised else 4)
    risks = dict(zip(("one", "two", "three"), levels, strict=True))
    found, _ = domains.risk_of_bias(body, risks, chosen(non_randomised_start=start))
    assert found == steps


def test_the_wider_of_the_intervals_by_study_and_by_publication_decides_on_imprecision():
    rows = [
        (f"s{number}", effect, 0.05, True) for number, effect in enumerate([-0.30, -0.31, -0.29, -0.32, 0.10, -0.5])
    ]
    alone = one_body(rows)
    together = one_body(rows, cluster=["a", "a", "a", "a", "b", "c"], publication=["a", "a", "a", "a", "b", "c"])
    assert alone.by_publication is None
    assert alone.widest == alone.effect[1:]
    assert "by publication" not in domains.imprecision(alone, DEFAULTS)[1]
    assert together.effect == alone.effect
    assert together.widest == together.by_publication[1:]
    assert together.contradiction is not None
    assert "; by publication " in together.effect_in_words
    steps, reason = domains.imprecision(together, DEFAULTS)
    assert steps > domains.imprecision(alone, DEFAULTS)[0]
    assert reason.startswith("by publication, the interval ")
    assert together.publication_degrees < 4
    assert reason.endswith(f", and {together.publication_degrees:.1f} degrees of freedom are too few to rely on it")
    sure = [(study, -0.30 + 0.001 * number, 0.05, True) for number, (study, *_) in enumerate(rows)]
    cluster = ["a", "a", "a", "a", "b", "c"]
    few = one_body(sure, cluster=cluster, publication=cluster)
    # By study the same interval costs nothing.
    assert domains.imprecision(replace(few, by_publication=None), DEFAULTS)[0] == 0
    assert domains.imprecision(few, DEFAULTS)[0] == 1
    assert domains.imprecision(replace(few, publication_degrees=4.0), DEFAULTS)[0] == 0


@pytest.mark.parametrize(
    ("level", "randomised", "from_low", "from_high"),
    [
        ("low", 0, 0, 0),
        ("some_concerns", 0, 0, 1),
        ("moderate", 0, 0, 1),
        ("high", 1, 1, 2),
        ("serious", 1, 1, 2),
        ("critical", 2, 2, 3),
        ("no_information", 1, 1, 2),
        ("not_judged", 1, 1, 2),
    ],
)
def test_every_level_costs_its_own_steps_at_each_start(level, randomised, from_low, from_high):
    risks = {} if level == "not_judged" else dict.fromkeys(("one", "two", "three"), level)
    trials, others = one_body(HERE, maryland_level=5), one_body(HERE)
    assert domains.risk_of_bias(trials, risks, chosen(non_randomised_start="high"))[0] == randomised
    assert domains.risk_of_bias(others, risks, DEFAULTS)[0] == from_low
    assert domains.risk_of_bias(others, risks, chosen(non_randomised_start="high"))[0] == from_high


def test_less_than_its_share_costs_nothing_and_is_told():
    body = one_body(HERE[:2], chosen(test="normal"))
    half = {"one": "serious", "two": "low"}
    # At the share itself, and not above it.
    assert domains.risk_of_bias(body, half, DEFAULTS) == (
        0,
        "50% of the weight is in studies at a grave or unknown risk",
    )
    sound = dict.fromkeys(half, "low")
    assert (
        domains.risk_of_bias(body, sound, DEFAULTS)[1] == "none of the weight is in studies at a grave or unknown risk"
    )


def test_the_share_of_bias_is_a_parameter_and_one_of_weight():
    # Weights of 100, 100 and 25 (equal effects): the third study has 11%.
    rows = [*HERE[:2], ("three", -0.38, 0.2, True)]
    body = one_body(rows, chosen(estimator="equal_effects"))
    risks = {"one": "low", "two": "low", "three": "serious"}
    assert domains.risk_of_bias(body, risks, chosen(grave_share=0.12))[0] == 0
    steps, reason = domains.risk_of_bias(body, risks, chosen(grave_share=0.1))
    assert (steps, reason) == (1, "11% of the weight is in studies at serious risk")


def test_a_study_that_nobody_judged_is_at_unknown_risk():
    steps, reason = domains.risk_of_bias(one_body(HERE), {"one": "low"}, DEFAULTS)
    assert (steps, reason) == (1, "not judged: 67% of the weight is in studies of a risk of bias that nobody judged")
    # Where what was judged would cost the step by itself, it is named with the rest.
    found = domains.risk_of_bias(one_body(HERE), {"one": "serious", "two": "serious"}, DEFAULTS)
    assert found == (1, "all of the weight is in studies at serious risk or a risk that nobody judged")
    assert domains.risk_of_bias(one_body(HERE[:1]), {"one": "critical"}, DEFAULTS) == (
        2,
        "the one study is at critical risk",
    )


UNLIKE = [
    ("one", -0.8, 0.05, True),
    ("two", -0.1, 0.05, True),
    ("three", -0.45, 0.05, True),
    ("four", -0.5, 0.05, True),
]


def test_unlike_effects_cost_a_step_for_the_second_sign_and_one_for_the_third():
    # I² of nearly 100%, two of four studies 6 errors from the mean; the prediction includes zero, the mean's not.
    body = one_body(UNLIKE, chosen(test="normal"))
    low, high = body.prediction
    assert low < 0 < high
    assert body.effect[2] < 0
    steps, reason = domains.inconsistency(body, DEFAULTS)
    assert steps == 2
    assert "beyond the reach of 50% of the studies" in reason
    assert "by the prediction interval" in reason
    # A rise that may be none is as unlike.
    risen = one_body([(name, -effect, error, region) for name, effect, error, region in UNLIKE], chosen(test="normal"))
    assert domains.inconsistency(risen, DEFAULTS)[0] == 2
    # With Knapp and Hartung's interval the mean's includes zero as well: nothing is reversed.
    wide = one_body([(*row[:1], row[1] + 0.3, *row[2:]) for row in UNLIKE])
    assert wide.effect[1] < 0 < wide.effect[2]
    assert domains.inconsistency(wide, DEFAULTS)[0] == 1


def test_one_sign_alone_costs_nothing_and_the_threshold_of_i_squared_is_a_parameter():
    # I² is between 50% and 60%; of three studies the prediction interval is wide, and reaches back over no effect.
    rows = [("one", -0.55, 0.1, True), ("two", -0.25, 0.1, True), ("three", -0.40, 0.1, True)]
    body = one_body(rows, chosen(test="normal"))
    assert 50 < body.fit.i_squared < 60
    assert body.prediction[1] > 0
    assert domains.inconsistency(body, DEFAULTS)[0] == 1
    alone = domains.inconsistency(body, chosen(high_i_squared=60.0))
    assert alone == (0, "the next study may find no effect or the reverse, by the prediction interval")


def test_a_quarter_of_the_studies_beyond_the_mean_is_not_more_than_a_quarter():
    rows = [*[(f"s{place}", -0.3, 0.001, True) for place in range(3)], ("four", 0.1, 0.1, True)]
    reason = domains.inconsistency(one_body(rows, chosen(estimator="equal_effects")), DEFAULTS)[1]
    assert "beyond the reach" not in reason


@pytest.mark.parametrize(("errors", "apart"), [(1.9, False), (2.1, True)])
def test_a_mean_is_beyond_a_study_where_its_95_interval_ends_whatever_the_level(errors, apart):
    # Two precise studies hold the mean; the third of three lies so many of its own errors away.
    rows = [("one", -0.3, 0.001, True), ("two", -0.3, 0.001, True), ("three", -0.3 + errors * 0.1, 0.1, True)]
    for level in (0.5, 0.99):
        body = one_body(rows, chosen(estimator="equal_effects", confidence_level=level))
        assert ("beyond the reach of 33%" in domains.inconsistency(body, DEFAULTS)[1]) == apart


def test_studies_that_agree_and_single_studies_cost_nothing():
    assert domains.inconsistency(one_body(HERE), DEFAULTS) == (
        0,
        "I², the share of the spread of effects that chance does not explain, is 0%, and no sign of unlike effects "
        "is there",
    )
    assert domains.risk_of_bias(one_body(HERE[:1]), {"one": "low"}, DEFAULTS) == (
        0,
        "the one study is not at a grave or unknown risk",
    )
    assert domains.publication_bias(one_body(HERE[:1]), DEFAULTS) == (
        0,
        "not assessed, no step: one study is too few to test (from 10 on)",
    )
    assert domains.inconsistency(one_body(HERE[:1]), DEFAULTS) == (
        0,
        "not assessed, no step: one study cannot be compared with another",
    )


@pytest.mark.parametrize(
    ("rows", "outcome", "share", "steps"),
    [
        (HERE, "homicide", 0.5, 0),
        (MIXED, "homicide", 0.5, 1),
        (MIXED, "homicide", 0.7, 0),
        (HERE, "reoffending", 0.5, 1),
        (MIXED, "reoffending", 0.5, 2),
        # Half of the weight is not most of it.
        ([HERE[0], MIXED[1]], "homicide", 0.5, 0),
    ],
)
def test_evidence_from_elsewhere_and_a_proxy_cost_a_step_each(rows, outcome, share, steps):
    found, reason = domains.indirectness(one_body(rows, outcome=outcome), chosen(grave_share=share))
    assert found == steps
    assert ("67% of the weight is from outside the region" in reason) == (rows is MIXED and share < 0.67)
    assert ("33% of the weight is from the region" in reason) == (rows is MIXED and share > 0.67)


@pytest.mark.parametrize(
    ("effect", "error", "steps", "said"),
    [
        # ln 0.9 = −0.105: intervals of ± 1.96 errors.
        (0.0, 0.10, 2, "a fall and a rise that would matter"),
        (-0.10, 0.06, 1, "includes no change and a fall that would matter"),
        (0.10, 0.06, 1, "includes no change and a rise that would matter"),
        # And ln 1.1 = 0.095, which an interval of ± 0.098 reaches.
        (0.0, 0.05, 1, "includes no change and a rise that would matter"),
        (0.0, 0.048, 0, "includes nothing that would matter"),
        (-0.20, 0.05, 0, "on the side of a fall"),
        (0.20, 0.05, 0, "on the side of a rise"),
    ],
)
def test_an_interval_costs_by_what_it_includes(effect, error, steps, said):
    rows = [(name, effect, error * math.sqrt(3), True) for name in ("one", "two", "three")]
    body = one_body(rows, chosen(test="normal"))
    found, reason = domains.imprecision(body, DEFAULTS)
    assert (found, said in reason) == (steps, True), reason


def test_what_would_matter_is_a_parameter_and_has_its_own_unit():
    body = one_body(HERE)
    # A fall and a rise of as many per cent, not of as much on the scale of logarithms.
    assert domains.smallest_effects(body, chosen(smallest_change=20.0)) == pytest.approx((math.log(0.8), math.log(1.2)))
    means = one_body(HERE, scale="standardised_mean_difference", measure="standardised_mean_difference")
    assert domains.smallest_effects(means, chosen(smallest_difference=0.3)) == (-0.3, 0.3)
    dose = one_body(HERE, scale="log_ratio_per_percentage_point_of_coverage")
    assert domains.smallest_effects(dose, DEFAULTS) == (0, 0)


def test_a_rise_that_would_matter_is_of_as_many_per_cent_as_the_fall():
    # Rates 1.00 (0.98 to 1.02) and 1.01 (0.99 to 1.03): the mean reaches from 5% lower to 10% higher.
    rows = [("one", 0.0, 0.0102, True), ("two", math.log(1.01), 0.0101, True)]
    body = one_body(rows, chosen(test="knapp_hartung"))
    assert math.expm1(body.effect[2]) == pytest.approx(0.10, abs=0.005)
    parameters = chosen(smallest_change=9.5, fewest_studies=2)
    assert domains.imprecision(body, parameters) == (1, "the interval includes no change and a rise that would matter")
    # A rise of 10.1% undoes a fall of 9.2%; below that nothing of 10.5% matters.
    assert domains.imprecision(body, chosen(smallest_change=10.5, fewest_studies=2))[0] == 0


def test_where_events_are_unknown_their_rule_is_not_applied_and_the_reason_says_so():
    _, reason = domains.imprecision(one_body(HERE), DEFAULTS)
    assert reason.endswith(
        "on three studies; how many events they have is unknown, so the rule of the fewest events is not applied"
    )
    means = one_body(HERE, scale="standardised_mean_difference", measure="standardised_mean_difference")
    assert domains.imprecision(means, DEFAULTS)[1].endswith("on three studies; a difference of means counts no events")


def test_studies_of_one_publication_are_told_with_their_publication():
    body = one_body(HERE, label="Shapland (2008)")
    assert "on three studies from one publication; how many" in domains.imprecision(body, DEFAULTS)[1]


def test_an_error_from_a_bound_of_p_puts_the_interval_at_no_change_and_not_beyond():
    effect = -0.3
    body = one_body([("one", effect, -effect / norm.isf(0.025), True)])
    assert abs(body.effect[2]) < 1e-15
    assert domains.imprecision(body, DEFAULTS) == (1, "the interval includes no change and a fall that would matter")


def test_where_the_variance_is_fixed_cochrans_test_is_the_third_sign():
    rows = [("one", -0.2, 0.05, True), ("two", -0.9, 0.05, True), ("three", -0.6, 0.05, True)]
    fixed = one_body(rows, chosen(estimator="equal_effects"))
    assert fixed.prediction is None
    assert fixed.prediction_in_words == "none where τ² is fixed at zero and not estimated"
    steps, reason = domains.inconsistency(fixed, DEFAULTS)
    assert steps == 2
    assert "Cochran's test rejects one true effect (p below 0.001), which the run supposes" in reason
    alike = one_body(HERE, chosen(estimator="equal_effects"))
    assert domains.inconsistency(alike, DEFAULTS)[0] == 0


def test_few_studies_or_few_events_cost_a_step():
    two = one_body(HERE[:2], chosen(test="normal"))
    assert domains.imprecision(two, DEFAULTS) == (
        1,
        "the interval lies on the side of a fall, but rests on two studies",
    )
    assert domains.imprecision(two, chosen(fewest_studies=2))[0] == 0
    three = one_body(HERE, derivation="computed from public counts 40/90 vs 30/90")
    assert domains.imprecision(three, chosen(fewest_events=211)) == (
        1,
        "the interval lies on the side of a fall, but rests on 210 events",
    )
    assert domains.imprecision(three, chosen(fewest_events=210))[0] == 0


def world(seed=4, studies=24, **truth):
    """Rows of as many studies of a world: negative effects are benefit, and are what is reported."""
    rng = np.random.default_rng(seed)
    errors = rng.uniform(0.03, 0.4, studies)
    effect, variance = draw_studies(errors, Truth(**truth), rng)
    pairs = zip(effect, np.sqrt(variance), strict=True)
    return [(f"s{place:02d}", float(one), float(error), True) for place, (one, error) in enumerate(pairs)]


def test_a_step_is_taken_where_the_funnel_and_the_p_values_both_lean_to_benefit():
    body = one_body(world(seed=6, effect=-0.05, tau=0.02, reported=0.05))
    steps, reason = domains.publication_bias(body, DEFAULTS)
    assert steps == 1
    assert domains.small_study_test(body, DEFAULTS).p_value < 0.1
    assert domains.selection_test(body).p_value < 0.1
    assert reason.startswith("the smaller the study, the more benefit it finds (Egger's test has p")
    assert ", and results without significant benefit are reported less readily (the selection model has p" in reason
    # With as few studies as that nothing is asked.
    assert domains.publication_bias(body, chosen(tested_from=25)) == (
        0,
        "not assessed, no step: 24 studies are too few to test (from 25 on)",
    )


def test_small_studies_that_find_more_benefit_cost_nothing_where_nothing_is_selected():
    body = one_body(world(effect=0.05, tau=0.02, slope=-2.0))
    assert domains.small_study_test(body, DEFAULTS).p_value < 0.1
    steps, reason = domains.publication_bias(body, DEFAULTS)
    assert steps == 0
    assert ", but the second test does not show that results are reported by their p-value (the selection" in reason


def test_small_studies_that_find_less_benefit_cost_nothing():
    turned = [
        (name, -effect, error, region)
        for name, effect, error, region in world(seed=6, effect=-0.05, tau=0.02, reported=0.05)
    ]
    steps, reason = domains.publication_bias(one_body(turned), DEFAULTS)
    assert steps == 0
    assert reason.startswith("small studies find less benefit than large ones (Egger's test has p")


def test_studies_that_are_all_reported_leave_bias_undetected():
    steps, reason = domains.publication_bias(one_body(world(effect=-0.2, tau=0.1, seed=3)), DEFAULTS)
    assert steps == 0
    assert reason.startswith("that small studies find more than large ones is undetected (Egger's test has p = ")
    assert reason.endswith("), which is not absent")


def test_a_funnel_that_leans_costs_nothing_where_no_selection_model_can_be_fitted():
    rows = [(f"s{place}", -2.5 * error, error, True) for place, error in enumerate(np.linspace(0.05, 0.4, 12))]
    steps, reason = domains.publication_bias(one_body(rows), DEFAULTS)
    assert steps == 0
    assert ", but the second test, a selection model, cannot be fitted: no study has a p-value from" in reason


@pytest.mark.parametrize(
    ("asymmetry", "slope", "selection", "weight", "level", "steps"),
    [
        (0.09, -1.0, 0.09, 0.2, 0.1, 1),
        (0.1, -1.0, 0.09, 0.2, 0.1, 0),
        (0.09, -1.0, 0.1, 0.2, 0.1, 0),
        (0.09, 1.0, 0.09, 0.2, 0.1, 0),
        (0.09, -1.0, 0.09, 1.4, 0.1, 0),
        (0.3, -1.0, 0.4, 0.2, 0.5, 1),
        (0.3, -1.0, 0.4, 0.2, 0.35, 0),
    ],
)
def test_both_methods_have_to_reject_in_the_direction_of_benefit(
    monkeypatch, asymmetry, slope, selection, weight, level, steps
):
    monkeypatch.setattr(domains, "small_study_test", lambda *_: SimpleNamespace(p_value=asymmetry, slope=slope))
    found = SimpleNamespace(p_value=selection, weights=np.array([1.0, weight]))
    monkeypatch.setattr(domains, "selection_test", lambda _: found)
    body = one_body(HERE)
    assert domains.publication_bias(body, chosen(tested_from=4, funnel_significance=level))[0] == 0
    body = one_body([*HERE, ("four", -0.3, 0.2, True)])
    taken, reason = domains.publication_bias(body, chosen(tested_from=4, funnel_significance=level))
    assert taken == steps
    assert ("more readily" in reason) == (weight > 1)


def test_studies_of_one_size_cannot_be_tested_and_say_why():
    steps, reason = domains.publication_bias(one_body([*HERE, ("four", -0.3, 0.1, True)]), chosen(tested_from=4))
    assert steps == 0
    assert reason.startswith("not assessed, no step: all studies have the same standard error")


def test_a_judgement_stands_in_place_of_the_rule_and_says_whose_it_is():
    judged = {
        "intervention": "gang_truce", "outcome": "homicide", "domain": "indirectness", "steps": 2,
        "reason": "the window ends early", "judged_by": "a reader", "read": "the abstract",
    }  # fmt: skip
    others = [
        judged | {"outcome": "victimisation", "domain": "imprecision"},
        judged | {"intervention": "cctv", "reason": "another intervention"},
    ]
    found = domains.steps_of(one_body(HERE), {}, pd.DataFrame([*others, judged]), DEFAULTS)
    assert [step.domain for step in found] == list(domains.DOMAINS)
    by_domain = {step.domain: step for step in found}
    assert by_domain["indirectness"] == domains.Step(
        "indirectness", 2, "the window ends early", 0, "a reader", "the abstract"
    )
    assert not by_domain["imprecision"].judged_by
    assert not any(step.judged_by for step in domains.steps_of(one_body(HERE), {}, NO_JUDGEMENTS, DEFAULTS))
