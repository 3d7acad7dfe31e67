"""Rules that choose a place: which places each allows."""

import numpy as np
import pytest

from citizen_security.methods.spike_selection.rules import eligible_places

# Five places of eight periods, the last two of which follow the start.
OUTCOMES = np.array(
    [
        [9, 9, 9, 9, 5, 5, 99, 99],
        [1, 1, 1, 2, 4, 6, 0, 0],
        [7, 7, 7, 7, 7, 7.5, 0, 0],
        [2, 2, 2, 2, 2, 1, 0, 0],
        [0, 0, 0, 0, 0, 0.5, 0, 0],
    ],
    float,
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("random", [0.2] * 5),
        ("high", [0, 0, 1, 0, 0]),
        ("rising", [0, 1, 0, 0, 0]),
        ("own_peak", [0, 1 / 3, 1 / 3, 0, 1 / 3]),
    ],
)
def test_a_rule_allows_the_places_that_it_names(rule, expected):
    assert eligible_places(OUTCOMES, 6, rule, share=0.2) == pytest.approx(expected)


def test_a_share_and_a_window_are_followed():
    # The two highest of the last two periods are 7.25 and, of equals at five, the first.
    assert eligible_places(OUTCOMES, 6, "high", share=0.4) == pytest.approx([0.5, 0, 0.5, 0, 0])
    # Last periods alone: 7.5 and 6 are the highest.
    assert eligible_places(OUTCOMES, 6, "high", window=1, share=0.4) == pytest.approx([0, 0.5, 0.5, 0, 0])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rule": "worst"}, "random, high, rising, own_peak"),
        ({"rule": "high", "window": 4}, "two windows"),
        ({"rule": "high", "share": 1.5}, "from 0 to 1"),
    ],
)
def test_what_is_no_rule_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        eligible_places(OUTCOMES, 6, **arguments)
