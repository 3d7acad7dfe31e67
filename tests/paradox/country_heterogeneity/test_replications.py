"""Data drawn from a model beside the data observed."""

import pytest

from citizen_security.paradox.country_heterogeneity.replications import check_replications, tabulate_checks


@pytest.mark.slow
def test_the_checks_find_errors_that_persist_and_pass_the_model_that_lets_them(fits):
    flat, right = (
        tabulate_checks(check_replications(fits[name], 1), 0.95).set_index("discrepancy")
        for name in ("independent errors, common spread", "varying slopes")
    )
    assert flat.loc["autocorrelation", "observed"] > flat.loc["autocorrelation", "upper"]
    assert right.loc["autocorrelation", "probability_exceeded"] == pytest.approx(0.5, abs=0.45)
