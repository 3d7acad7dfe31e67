"""Trim and fill: a wrong count would fill a funnel with studies that nobody did, or leave out those it needs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from methods.publication_bias_data import studies

from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies, pool
from citizen_security.methods.publication_bias.trim_and_fill import trim_and_fill

ESTIMATORS = ["L0", "R0", "Q0"]


def by_the_paper(effect, variance, missing_estimator):
    """Number missing on the left about the mean of equal effects, counted as Duval and Tweedie write it."""
    size, missing = len(effect), 0
    values, weights = zip(*sorted(zip(effect, 1 / variance, strict=True)), strict=True)
    for _ in range(50):
        kept = range(size - missing)
        centre = sum(values[i] * weights[i] for i in kept) / sum(weights[i] for i in kept)
        places = sorted(range(size), key=lambda i: (abs(values[i] - centre), i))
        signed = {i: (rank + 1) * (1 if values[i] > centre else -1) for rank, i in enumerate(places)}
        wilcoxon = sum(rank for rank in signed.values() if rank > 0)
        run = size - max((-rank for rank in signed.values() if rank < 0), default=0)
        raw = {
            "R0": run - 1,
            "L0": (4 * wilcoxon - size * (size + 1)) / (2 * size - 1),
            "Q0": size - 0.5 - max(0, 2 * size**2 - 4 * wilcoxon + 0.25) ** 0.5,
        }[missing_estimator]
        if max(0, round(raw)) == missing:
            return missing
        missing = max(0, round(raw))
    raise AssertionError("did not settle")


# Seeds of which each estimator counts another number, and none of them nothing: exchanged, they would be seen.
COUNTS = {8: (6, 1, 9), 9: (4, 3, 5), 15: (6, 3, 9), 17: (4, 6, 5), 24: (5, 8, 7)}


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("seed", COUNTS)
def test_the_three_counts_are_those_of_plain_loops_over_the_paper(seed, side):
    rng = np.random.default_rng(seed)
    error = np.geomspace(0.1, 1, 24)
    effect = rng.normal(0, error)
    kept = effect > -0.4 * error
    effect, variance = effect[kept], error[kept] ** 2
    options = {"side": side, "estimator": "equal_effects", "confidence_level": 0.8, "test": "normal"}
    for missing_estimator, count in zip(ESTIMATORS, COUNTS[seed], strict=True):
        assert by_the_paper(effect, variance, missing_estimator) == count
        turned = effect if side == "left" else -effect
        found = trim_and_fill(turned, variance, missing_estimator=missing_estimator, **options)
        assert found.missing == count
        # The fullest interval is that of all studies, filled ones included, at the level asked for.
        complete = np.append(turned, found.filled_effect), np.append(variance, found.filled_variance)
        again = pool(*complete, estimator="equal_effects", confidence_level=0.8, test="normal")
        assert found.pooled.interval == pytest.approx(again.interval)
        assert sorted(found.filled_variance) == sorted(variance[np.argsort(effect)[len(effect) - count :]])
        # Geometric with one half, and known for R0 alone.
        expected = 0.5**count if missing_estimator == "R0" else np.nan
        assert found.p_value == pytest.approx(expected, nan_ok=True)


def test_a_case_by_hand_is_filled_with_its_mirror_images():
    # Equally precise. About the mean of all, 0.9, the two largest lie furthest out: a run of 2, and 1 is trimmed. About
    # the mean of the rest, 5/9, three do, and 2 are trimmed. About that of the rest, 0.25, it is still three.
    effect = np.array([-0.5, -0.4, -0.2, 0.0, 0.2, 0.4, 0.5, 2.0, 3.0, 4.0])
    found = trim_and_fill(effect, np.ones(10), side="left", missing_estimator="R0")
    assert found.missing == 2
    assert sorted(found.filled_effect) == pytest.approx([0.5 - 4, 0.5 - 3])
    assert found.pooled.effect == pytest.approx(0.25)
    assert found.pooled.k == 12
    # Under no missing study the count is geometric with one half.
    assert found.p_value == pytest.approx(0.25)


def test_seven_studies_are_filled_into_the_passive_smoking_studies():
    # metafor's documented figure of this data set (plots: funnel plot with trim and fill) shows seven hollow studies.
    found = trim_and_fill(*studies("passive_smoking"), side="left", test="normal")
    assert found.missing == 7
    assert found.pooled.k == 44


def test_a_complete_symmetric_funnel_is_left_alone():
    effect = np.concatenate([np.linspace(-1, 1, 21)])
    variance = 0.01 + np.abs(effect) / 4
    for side in ("left", "right"):
        for missing_estimator in ("L0", "Q0"):
            found = trim_and_fill(effect, variance, side=side, missing_estimator=missing_estimator)
            assert found.missing == 0
            assert found.pooled.effect == pytest.approx(pool(effect, variance).effect)


def test_suppressed_extremes_are_counted_about_right():
    rng = np.random.default_rng(2000)
    counts = []
    for _ in range(60):
        error = np.geomspace(0.05, 2, 60)
        effect = rng.normal(0, error)
        kept = np.argsort(effect)[12:]
        found = trim_and_fill(effect[kept], error[kept] ** 2, side="left", estimator="equal_effects")
        counts.append(found.missing)
    # The method's own world: the twelve leftmost of sixty are gone, and precise studies hold the centre. One count has
    # a standard error of about five, and the search, which starts from too high a centre, stops short by about two.
    assert np.mean(counts) == pytest.approx(12, abs=3)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(ESTIMATORS))
def test_the_other_side_is_the_mirror_image(seed, missing_estimator):
    rng = np.random.default_rng(seed)
    effect, variance = rng.normal(0.3, 0.5, 15), rng.uniform(0.01, 0.3, 15)
    left = trim_and_fill(effect, variance, side="left", missing_estimator=missing_estimator)
    right = trim_and_fill(-effect, variance, side="right", missing_estimator=missing_estimator)
    assert left.missing == right.missing
    assert left.pooled.effect == pytest.approx(-right.pooled.effect, abs=1e-9)


def test_two_studies_are_too_few():
    with pytest.raises(NotEnoughStudies, match="2 studies; trim and fill needs at least 3"):
        trim_and_fill([0.1, 0.2], [0.1, 0.1], side="left")


@pytest.mark.parametrize("missing_estimator", ESTIMATORS)
@pytest.mark.parametrize("value", [0.3, -1.7, 0.1])
def test_effects_that_are_all_alike_miss_no_study(value, missing_estimator):
    # About their own mean they lie on neither side, whatever rounding makes of it.
    variance = np.array([0.1, 0.03, 0.2, 0.07, 0.11])
    for side in ("left", "right"):
        found = trim_and_fill(np.full(5, value), variance, side=side, missing_estimator=missing_estimator)
        assert (found.missing, found.pooled.k) == (0, 5)


def test_the_level_that_nobody_names_is_ninety_five_per_cent():
    effect, variance = studies("passive_smoking")
    plain, named = (trim_and_fill(effect, variance, side="left", **level) for level in ({}, {"confidence_level": 0.95}))
    assert plain.pooled.interval == named.pooled.interval
