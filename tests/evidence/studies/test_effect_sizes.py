"""An effect is pooled as it was published, on the scale it is on; what cannot be pooled is listed with the reason."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gamma
from scipy.stats import norm, t
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.meta_analysis import effectsize_smd
from statsmodels.stats.rates import confint_poisson_2indep

from citizen_security.evidence.studies.coding import INTERVENTIONS, OUTCOMES
from citizen_security.evidence.studies.effect_sizes import (
    LOG_RATIO,
    LOG_RATIO_PER_DOSE,
    MEAN_DIFFERENCE,
    MalformedEffects,
    counts_of,
    harmonised_effects,
    unusable_effects,
)
from citizen_security.methods.meta_analysis.effect_sizes import (
    EffectSize,
    difference_of_log_odds_ratio,
    difference_of_regression,
    hedges_g,
    log_odds_ratio,
    log_odds_ratio_of_difference,
    log_rate_ratio,
    log_ratio_of_percent,
    log_risk_ratio,
    ratio_of_regression,
    risk_ratio_of_odds_ratio,
    size_from_interval,
    small_sample_correction,
    standard_error_from_p,
    standardised_mean_difference,
)
from citizen_security.tables import catalog

FINITE = st.floats(-3, 3, allow_nan=False)


@pytest.fixture(scope="module")
def published():
    return catalog.load("effects"), catalog.load("studies")


@pytest.fixture
def rows(published):
    """Copies that a test may spoil."""
    return tuple(table.copy() for table in published)


@pytest.fixture(scope="module")
def usable(published):
    return harmonised_effects(*published).set_index("effect_id")


# --- conversions ------------------------------------------------------------------------------------------------------


def test_ratios_of_a_table_are_those_of_statsmodels():
    odds, risk = log_odds_ratio(15, 85, 30, 70), log_risk_ratio(15, 85, 30, 70)
    other = Table2x2([[15, 85], [30, 70]])
    assert (odds.effect, odds.standard_error) == pytest.approx((other.log_oddsratio, other.log_oddsratio_se))
    assert (risk.effect, risk.standard_error) == pytest.approx((other.log_riskratio, other.log_riskratio_se))


def test_a_rate_ratio_has_the_interval_that_statsmodels_gives_on_the_log_scale():
    ours = log_rate_ratio(20, 1_000, 45, 1_500)
    lower, upper = confint_poisson_2indep(20, 1_000, 45, 1_500, method="waldcc", compare="ratio")
    plain = np.exp(ours.effect + np.array([-1, 1]) * norm.isf(0.025) * ours.standard_error)
    # statsmodels adds a half to each count there; the interval is the same to that.
    assert plain == pytest.approx([lower, upper], rel=0.03)
    assert ours.effect == pytest.approx(np.log(0.02 / 0.03))
    assert ours.standard_error == pytest.approx(np.sqrt(1 / 20 + 1 / 45))


def test_hedges_g_is_that_of_statsmodels():
    raw = standardised_mean_difference(10.0, 12.0, 4.0, 5.0, 20, 30)
    effect, variance = effectsize_smd(10.0, 4.0, 20, 12.0, 5.0, 30)
    approximate = hedges_g(raw, 48, exact=False)
    assert approximate.effect == pytest.approx(effect, rel=1e-10)
    # statsmodels takes another approximation of the variance: g²/(2(n − 3.94)), and no J² on the whole.
    assert approximate.standard_error**2 == pytest.approx(variance, rel=0.04)


@pytest.mark.parametrize("degrees", [2, 5, 10, 50])
def test_the_small_sample_correction_is_the_ratio_of_gammas_and_its_approximation_near(degrees):
    exact = gamma(degrees / 2) / (np.sqrt(degrees / 2) * gamma((degrees - 1) / 2))
    assert small_sample_correction(degrees) == pytest.approx(exact, rel=1e-12)
    assert small_sample_correction(degrees, exact=False) == pytest.approx(exact, abs=0.008 if degrees < 5 else 1.5e-3)


def test_the_correction_removes_the_bias_of_small_trials():
    generator = np.random.default_rng(2)
    treated, control = generator.normal(0.5, 1, (40_000, 6)), generator.normal(0, 1, (40_000, 6))
    pooled = np.sqrt((treated.var(axis=1, ddof=1) + control.var(axis=1, ddof=1)) / 2)
    raw = ((treated.mean(axis=1) - control.mean(axis=1)) / pooled).mean()
    # 40,000 trials: a standard error of 0.003.
    assert raw > 0.53
    assert raw * small_sample_correction(10) == pytest.approx(0.5, abs=0.012)


@given(FINITE, st.floats(0.01, 2))
def test_differences_and_log_odds_ratios_are_converted_there_and_back(effect, standard_error):
    there = log_odds_ratio_of_difference(EffectSize(effect, standard_error))
    back = difference_of_log_odds_ratio(there)
    assert (back.effect, back.standard_error) == pytest.approx((effect, standard_error))
    assert there.effect == pytest.approx(effect * 1.8138, rel=1e-4)


def test_an_odds_ratio_at_a_known_risk_is_the_risk_ratio_of_the_table():
    # 15 of 100 against 30 of 100.
    odds = np.exp(log_odds_ratio(15, 85, 30, 70).effect)
    assert risk_ratio_of_odds_ratio(odds, 0.3) == pytest.approx(0.5)
    assert risk_ratio_of_odds_ratio(odds, 0.0) == pytest.approx(odds)


def test_regression_coefficients_are_scaled_to_the_treatment():
    assert difference_of_regression(-2.0, 0.5, 4.0) == EffectSize(-0.5, 0.125)
    assert ratio_of_regression(-0.003, 0.001, -70) == EffectSize(pytest.approx(0.21), pytest.approx(0.07))


@given(FINITE, st.floats(0.01, 2), st.floats(0.5, 0.99))
def test_an_interval_gives_back_the_error_that_it_was_made_from(effect, standard_error, level):
    half = norm.isf((1 - level) / 2) * standard_error
    found = size_from_interval(effect, effect - half, effect + half, level)
    assert found.standard_error == pytest.approx(standard_error)
    assert found.asymmetry == pytest.approx(0, abs=1e-9)


def test_an_interval_that_is_lopsided_on_its_scale_says_so():
    # Halves of 1 and 2: they differ by 1, a mean half is 1.5.
    assert size_from_interval(0.0, -1.0, 2.0, 0.95).asymmetry == pytest.approx(2 / 3)
    assert size_from_interval(0.0, -1.0, 2.0, 0.95, rounding=1.0).asymmetry == 0


@given(FINITE.filter(lambda effect: abs(effect) > 1e-3), st.floats(0.01, 2))
def test_a_p_value_gives_back_the_error_that_it_was_made_from(effect, ratio):
    p_value = 2 * t.sf(abs(ratio), 12)
    assert standard_error_from_p(effect, p_value, 12) == pytest.approx(abs(effect) / ratio, rel=1e-6)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: log_odds_ratio(0, 10, 3, 7), "above zero"),
        (lambda: log_rate_ratio(3, 0, 3, 7), "above zero"),
        (lambda: log_ratio_of_percent(-100), "no logarithm"),
        (lambda: standard_error_from_p(0.0, 0.5), "no standard error"),
        (lambda: standard_error_from_p(0.3, 0.0), "no standard error"),
        (lambda: size_from_interval(0.5, 0.6, 0.9, 0.95), "does not contain"),
        (lambda: size_from_interval(0.5, 0.1, 0.9, 95), "between 0 and 1"),
        (lambda: small_sample_correction(1), "more than 1"),
        (lambda: risk_ratio_of_odds_ratio(2, 1.0), "between 0 and 1"),
        (lambda: standardised_mean_difference(1, 2, 0, 0, 5, 5), "both standard deviations"),
        (lambda: standardised_mean_difference(1, 2, 1, 1, 1, 5), "two members"),
    ],
)
def test_what_has_no_effect_size_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


# --- the table of effects ---------------------------------------------------------------------------------------------


def test_every_row_is_either_usable_or_listed_with_a_reason(published, usable):
    unusable = unusable_effects(*published)
    assert sorted([*usable.index, *unusable["effect_id"]]) == sorted(published[0]["effect_id"])
    assert (unusable["reason"] != "").all()


def test_sizes_agree_with_those_that_the_table_prints(published, usable):
    printed = published[0].set_index("effect_id").loc[usable.index]
    known = printed["effect_size"].notna()
    # The table keeps six decimals, its signs as published.
    assert usable["effect"].abs()[known].to_numpy() == pytest.approx(printed["effect_size"].abs()[known], abs=1e-6)
    assert usable["standard_error"][known].to_numpy() == pytest.approx(
        printed["effect_size_standard_error"][known], abs=1e-6
    )


def test_an_error_is_never_invented(published, usable):
    printed = published[0].set_index("effect_id").loc[usable.index]
    given_one = printed[["confidence_level", "standard_error", "p_value"]].notna().any(axis=1)
    assert given_one.all()
    assert (usable["standard_error"] > 0).all()


@pytest.mark.parametrize(
    ("effect_id", "effect", "standard_error", "source", "scale"),
    [
        # A ratio of 0.86 with 95 % interval 0.76–0.97.
        ("E001", np.log(0.86), np.log(0.97 / 0.76) / (2 * 1.959964), "interval", LOG_RATIO),
        # Fewer restrictions: 1.15 times the homicides, 90 % interval; turned round, it is the effect of restricting.
        ("E005", -np.log(1.15), np.log(1.26 / 1.05) / (2 * 1.644854), "interval", LOG_RATIO),
        # A ratio of 0.81 with p = 0.005.
        ("E009", np.log(0.81), -np.log(0.81) / 2.807034, "p_value", LOG_RATIO),
        # −40.7 % with p below 0.05: the largest error that it allows.
        ("E064", np.log(0.593), -np.log(0.593) / 1.959964, "p_value_bound", LOG_RATIO),
        # Per percentage point of coverage: never to be pooled with the effect of a whole programme.
        ("E024", np.log(0.997), np.log(0.997 / 0.996) / (2 * 1.959964), "interval", LOG_RATIO_PER_DOSE),
        ("E160", 0.137, 0.127, "published", MEAN_DIFFERENCE),
    ],
)
def test_published_figures_become_the_sizes_worked_out_by_hand(
    usable, effect_id, effect, standard_error, source, scale
):
    row = usable.loc[effect_id]
    assert (row["effect"], row["standard_error"]) == pytest.approx((effect, standard_error), rel=1e-6)
    assert (row["standard_error_source"], row["scale"]) == (source, scale)


def test_the_lopsided_interval_of_the_medellin_survey_is_marked_and_rounded_ones_are_not(usable):
    # 0.25 (0.11–0.67): on the log scale one half is a fifth longer than the other, more than rounding explains.
    assert usable.loc["E004", "asymmetry"] > 0.05
    # 0.997 (0.996–0.997): three decimals hide where the estimate lies.
    assert usable.loc["E024", "asymmetry"] == 0
    assert (usable["asymmetry"] > 0).sum() <= 2


@pytest.mark.parametrize(
    ("effect_id", "words"),
    [
        ("E010", "slope a month"),
        ("E012", "correlate"),
        ("E013", "unclear whether"),
        ("E020", "unclear whether"),
        ("E028", "only a direction"),
        ("E032", "bound"),
        ("E034", "neither standard error"),
        ("E040", "percentage points"),
        ("E046", "official"),
        ("E052", "difference of rates"),
        ("E067", "elasticity"),
        ("E090", "count twice"),
    ],
)
def test_an_unusable_effect_says_why(published, effect_id, words):
    reasons = unusable_effects(*published).set_index("effect_id")["reason"]
    assert words in reasons[effect_id]


def test_codes_are_those_of_the_coding_scheme(usable):
    assert set(usable["intervention"]) <= set(INTERVENTIONS)
    assert set(usable["outcome"]) <= {*OUTCOMES, ""}
    assert usable.loc["E001", ["intervention", "outcome", "label", "iso3", "year"]].tolist() == [
        "firearm_restriction",
        "homicide",
        "Villaveces, Cummings, Espitia, Koepsell, McKnight, Kellermann (2000)",
        "COL",
        2000,
    ]


def test_a_fall_in_a_good_outcome_is_harm_and_a_rise_a_benefit(rows):
    effects, studies = rows
    chosen = effects["effect_id"] == "E001"
    effects.loc[chosen, "beneficial_sign"] = 1
    found = harmonised_effects(effects, studies).set_index("effect_id").loc["E001"]
    assert found["effect"] == pytest.approx(-np.log(0.86))


def test_an_effect_that_is_added_is_harmonised(rows):
    effects, studies = rows
    added = effects[effects["effect_id"] == "E009"].assign(effect_id="E900", metric="percent_change", estimate=-19.0)
    found = harmonised_effects(pd.concat([effects, added], ignore_index=True), studies).set_index("effect_id")
    assert found.loc["E900", "effect"] == pytest.approx(found.loc["E009", "effect"])


def test_counts_of_a_derivation_are_its_table():
    assert counts_of("computed from public 2x2 counts: CBT rec/non 10/19, control rec/non 23/29") == (10, 19, 23, 29)
    assert counts_of("computed from public counts 19/46 vs 4/35") == (19, 27, 4, 31)
    assert counts_of("as_published") is None


@pytest.mark.parametrize(
    ("effect_id", "change", "words"),
    [
        ("E001", {"confidence_low": 0.9}, "does not contain the estimate"),
        ("E001", {"confidence_high": np.nan}, "one bound"),
        ("E001", {"confidence_low": np.nan, "confidence_high": np.nan}, "no interval"),
        ("E001", {"estimate": -0.86, "confidence_low": -1.0}, "above zero"),
        ("E001", {"estimate": np.nan}, "no estimate"),
        ("E001", {"metric": "hazard_ratio"}, "unknown metric 'hazard_ratio'.*did you mean 'rate_ratio'"),
        ("E001", {"outcome_category": "homicides"}, "unknown outcome_category 'homicides'.*did you mean 'homicide'"),
        ("E001", {"study_id": "villaveces2001"}, "unknown study_id.*did you mean 'villaveces2000'"),
        ("E160", {"standard_error": -0.1}, "standard error of -0.1"),
        ("E160", {"standard_error": 0.0}, "standard error of 0"),
        ("E009", {"p_value": 0.0}, "p-value of 0"),
        ("E009", {"p_value": 1.2}, "p-value of 1.2"),
        ("E064", {"estimate": -140.7}, "more than 100"),
        ("E095", {"estimate": -0.5}, "has counts that give -0.410052"),
    ],
)
def test_a_malformed_effect_is_refused_with_its_row_and_the_rule(rows, effect_id, change, words):
    effects, studies = rows
    for name, value in change.items():
        effects.loc[effects["effect_id"] == effect_id, name] = value
    with pytest.raises(MalformedEffects, match=words) as refused:
        harmonised_effects(effects, studies)
    assert len(refused.value.problems) == 1
    assert effect_id in refused.value.problems[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"year": np.nan}, "no year"),
        ({"title": "A <b>bold</b> claim"}, "markup in its title"),
        ({"title": "Guns &amp; homicide"}, "markup in its title"),
        ({"title": "=HYPERLINK(A1)"}, "formula in its title"),
        ({"title": r"A fall of $\beta_1$ homicides"}, "formula in its title"),
        ({"authors": "<script>x</script>"}, "markup in its authors"),
        ({"intervention_category": "firearm restrictions"}, "unknown intervention_category"),
    ],
)
def test_a_malformed_study_is_refused_with_its_row_and_the_rule(rows, change, words):
    effects, studies = rows
    studies = studies.astype({"year": "float64"})
    for name, value in change.items():
        studies.loc[studies["study_id"] == "villaveces2000", name] = value
    with pytest.raises(MalformedEffects, match=words) as refused:
        unusable_effects(effects, studies)
    assert all("villaveces2000" in problem for problem in refused.value.problems)


def test_every_malformed_row_is_named_at_once(rows):
    effects, studies = rows
    effects.loc[effects["effect_id"].isin(["E001", "E002"]), "confidence_low"] = 0.99
    with pytest.raises(MalformedEffects) as refused:
        harmonised_effects(effects, studies)
    assert len(refused.value.problems) == 2


def test_a_title_with_a_sign_that_no_formula_has_is_kept(rows):
    effects, studies = rows
    studies.loc[studies["study_id"] == "villaveces2000", "title"] = "Guns < knives? Costs of $5 to $10 & more: p = 0.05"
    assert len(harmonised_effects(effects, studies)) > 0


def test_a_total_fall_has_no_logarithm_and_is_listed(rows):
    effects, studies = rows
    effects.loc[effects["effect_id"] == "E064", "estimate"] = -100.0
    reasons = unusable_effects(effects, studies).set_index("effect_id")["reason"]
    assert "no logarithm" in reasons["E064"]


def test_an_estimate_of_no_effect_with_only_a_p_value_is_listed(rows):
    effects, studies = rows
    effects.loc[effects["effect_id"] == "E009", ["estimate", "p_value"]] = [1.0, 1.0]
    reasons = unusable_effects(effects, studies).set_index("effect_id")["reason"]
    assert "says nothing of its standard error" in reasons["E009"]
