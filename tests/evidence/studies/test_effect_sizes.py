"""An effect is pooled as it was published, on the scale it is on; what cannot be pooled is listed with the reason."""

import numpy as np
import pandas as pd
import pytest

from citizen_security.evidence.studies.coding import INTERVENTIONS, OUTCOMES
from citizen_security.evidence.studies.effect_sizes import harmonised_effects, unusable_effects
from citizen_security.evidence.studies.metrics import (
    LOG_RATIO,
    LOG_RATIO_PER_DOSE,
    MEAN_DIFFERENCE,
    counts_of,
    on_scale,
    slope,
)
from citizen_security.evidence.studies.row_checks import MalformedEffects
from citizen_security.tables import catalog


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
        ("E064", np.log(0.593), -np.log(0.593) / 2.457263, "p_value_bound", LOG_RATIO),
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


def test_rows_that_cannot_be_are_refused_all_at_once_before_anything_is_pooled(rows):
    # what is refused, and what not, is in test_row_checks.py
    effects, studies = rows
    effects.loc[effects["effect_id"].isin(["E001", "E002"]), "confidence_low"] = 0.99
    studies.loc[studies["study_id"] == "cerda2012", "title"] = "A <b>bold</b> claim"
    for reads in (harmonised_effects, unusable_effects):
        with pytest.raises(MalformedEffects) as refused:
            reads(effects, studies)
        rows_named = [problem.split(",")[0] for problem in refused.value.problems]
        assert rows_named == ["row 24 (study_id=cerda2012)", "row 2 (effect_id=E001)", "row 3 (effect_id=E002)"]


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
    none = {"estimate": 1.0, "p_value": 1.0, "effect_size": np.nan, "effect_size_standard_error": np.nan}
    effects.loc[effects["effect_id"] == "E009", list(none)] = list(none.values())
    reasons = unusable_effects(effects, studies).set_index("effect_id")["reason"]
    assert "says nothing of its standard error" in reasons["E009"]


@pytest.mark.parametrize("metric", ["rate_ratio", "percent_change", "cohens_d"])
@pytest.mark.parametrize("value", [0.7, 1.8])
def test_the_slope_is_the_derivative_of_the_scale(metric, value):
    step = 1e-6
    change = on_scale(metric, value + step) - on_scale(metric, value - step)
    # The error of a central difference of this step.
    assert slope(metric, value) == pytest.approx(change / (2 * step), rel=1e-7)
