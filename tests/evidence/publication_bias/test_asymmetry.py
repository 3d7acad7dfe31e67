"""Lines in the funnel: one that starts elsewhere would show another corrected effect than the table."""

from dataclasses import replace

import numpy as np
import pytest
from evidence.analysed_sets import ENOUGH, analysed

from citizen_security.evidence.publication_bias.asymmetry import (
    asymmetry_tests,
    egger_p_value,
    filled_studies,
    fitted_lines,
)


@pytest.fixture(scope="module")
def enough():
    return analysed(ENOUGH)


def test_lines_start_at_the_effect_of_a_study_without_error(enough):
    lines = fitted_lines(*enough)
    assert lines["standard_error"].iloc[0] == 0
    assert lines["egger"].iloc[0] == pytest.approx(enough[1].egger_mixed.limit)
    assert lines["peese"].iloc[0] == pytest.approx(enough[1].conditional.peese.limit)


def test_lines_run_to_the_largest_error_straight_and_as_its_square(enough):
    sample, analysis = enough
    lines = fitted_lines(*enough)
    errors = sample.studies["standard_error"].max() * np.arange(50) / 49
    assert lines["standard_error"].tolist() == pytest.approx(errors)
    mixed, peese = analysis.egger_mixed, analysis.conditional.peese
    assert lines["egger"].tolist() == pytest.approx(mixed.limit + mixed.slope * errors)
    assert lines["peese"].tolist() == pytest.approx(peese.limit + peese.slope * errors**2)
    assert len(fitted_lines(*enough, points=7)) == 7


def test_the_studies_filled_in_are_those_of_trim_and_fill(enough):
    found = filled_studies(enough[1])
    assert len(found) == enough[1].trim_and_fill.missing
    assert found["standard_error"].to_numpy() ** 2 == pytest.approx(enough[1].trim_and_fill.filled_variance)


def test_a_test_that_could_not_be_made_has_a_row_that_says_why(enough):
    refused = replace(enough[1], egger_mixed="why not", begg="nor this", trim_and_fill="nor that")
    found = asymmetry_tests(refused)
    assert found["note"].tolist()[1:] == ["why not", "nor this"]
    assert found["p_value"].isna().tolist() == [False, True, True]
    assert np.isnan(egger_p_value(refused))
    assert filled_studies(refused).empty
