"""A panel that cannot answer is refused before a kernel starts."""

import pytest

from citizen_security.evidence.claimed_and_evaluated.checks import check
from citizen_security.evidence.claimed_and_evaluated.parameters import ClaimedAndEvaluated
from citizen_security.parameters import ParameterError

DEFAULTS = ClaimedAndEvaluated.from_values({})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"minimum_mean_count": 500.0, "countries": ["COL"]}, "COL has [0-9]; lower minimum_mean_count"),
        (
            {
                "countries": ["BRA"],
                "first_year": 2010,
                "last_year": 2021,
                "years_past": 8,
                "years_before": 2,
                "years_after": 2,
            },
            "windows take 12 years",
        ),
    ],
)
def test_a_panel_that_cannot_answer_is_refused_before_the_kernel_starts(given, said):
    with pytest.raises(ParameterError, match=said):
        check(ClaimedAndEvaluated.from_values(given))


def test_the_defaults_are_accepted():
    check(DEFAULTS)
