"""False positives: known where they are known, and the least fall that is found."""

import numpy as np
import pytest

from citizen_security.methods.proportions import wilson_interval
from citizen_security.methods.spike_selection.designs import DESIGNS
from citizen_security.methods.spike_selection.false_positives import SHIFTS, false_positive_rates

RANDOM = np.random.default_rng(5)
# Lasting levels and independent noise: what was high by chance is not so the next time.
NOISE = RANDOM.normal(size=(80, 1)) + RANDOM.normal(size=(80, 24))
CHOSEN = {"before": [12], "after": 4, "donors": 39, "draws": 300, "seed": 2}


def of(table, rule, design):
    return table[(table["rule"] == rule) & (table["design"] == design)].iloc[0]


def test_placebos_reject_as_often_as_they_should_at_random_and_plain_comparisons_more_often_at_peaks():
    table = false_positive_rates(
        NOISE, rules=["random", "own_peak"], designs=["before_and_after", "difference_in_differences", "equal_moments"],
        significance=0.1, **CHOSEN,
    )  # fmt: skip
    for design in ("difference_in_differences", "equal_moments"):
        # Three standard errors of a share of 300.
        assert abs(of(table, "random", design)["rejected"] - 0.1) < 0.053
    peak = of(table, "own_peak", "before_and_after")
    assert peak["effect"] < -0.3
    # From the highest window of two on, a place falls by about 1.1; most of it is what others fall by as well.
    assert -0.6 < of(table, "own_peak", "equal_moments")["effect"] < 0
    assert of(table, "own_peak", "equal_moments")["found_fall"] < 0.2
    lower, upper = wilson_interval(round(peak["rejected"] * 300), 300, 0.95)
    assert (peak["lower"], peak["upper"]) == pytest.approx((lower, upper))


def test_the_least_fall_is_found_in_as_many_draws_as_asked_for():
    chosen = {**CHOSEN, "draws": 60}
    low, high = (
        of(
            false_positive_rates(NOISE, rules=["random"], designs=["difference_in_differences"], power=power, **chosen),
            "random",
            "difference_in_differences",
        )
        for power in (0.5, 0.9)
    )
    assert high["least_fall"] < low["least_fall"] < 0
    # The same draws again, with that fall in them.
    found = 0
    generator = np.random.default_rng([2, 12, *b"random"])
    for _ in range(60):
        start = int(generator.integers(24 - 16 + 1))
        window = NOISE[:, start : start + 16]
        treated = int(generator.choice(80, p=np.full(80, 1 / 80)))
        others = generator.choice(np.delete(np.arange(80), treated), 39, replace=False)
        answer = DESIGNS["difference_in_differences"](window[[treated, *others]], 12, np.array([high["least_fall"]]))
        found += answer.p_values[0] <= 0.05 and answer.effects[0] < 0
    assert found / 60 >= 0.9
    assert np.isclose(SHIFTS, high["least_fall"]).any()


def test_a_fall_that_nothing_finds_is_unknown():
    # With nine donors no placebo's p-value is below one in ten.
    few = false_positive_rates(
        NOISE, rules=["random"], designs=["difference_in_differences"], **{**CHOSEN, "donors": 9, "draws": 20}
    ).iloc[0]
    assert np.isnan(few["least_fall"])
    assert few["rejected"] == 0
    assert few["upper"] > 0.1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"donors": 80}, "donors of 80 places"),
        ({"before": [22]}, "periods of 24"),
        ({"designs": ["magic"]}, "unknown designs 'magic'"),
        ({"rules": ["worst"]}, "unknown rule"),
    ],
)
def test_what_does_not_fit_the_panel_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        false_positive_rates(NOISE, **{"rules": ["random"], "designs": ["before_and_after"], **CHOSEN, **change})
