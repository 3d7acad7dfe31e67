"""A moderator that does not vary is refused with those that do."""

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.meta_analysis.sample_problems import problems_of_sample


def given(**values):
    return MetaAnalysis.from_values(values)


def test_a_constant_moderator_is_refused_with_those_that_vary(harmonised):
    (problem,) = problems_of_sample(harmonised, given(moderator="region"))
    assert "same region" in problem
    assert "'maryland_level', 'year'" in problem
    (several,) = problems_of_sample(harmonised, given(moderator=["year", "region"]))
    assert several.startswith("moderator = ['year', 'region']: all 42 studies have the same region; allowed")
    assert problems_of_sample(harmonised, given(moderator=["year", "maryland_level"])) == []
    assert problems_of_sample(harmonised, given(intervention="restorative_justice", moderator="none")) == []


def test_a_study_that_no_mean_takes_is_told_of_where_too_few_are_left(harmonised):
    (problem,) = problems_of_sample(harmonised, given(intervention="alcohol_restriction", moderator="none"))
    assert "1 study has an effect with an error on a scale that is pooled (1 more" in problem
    assert "(1 more with a comparison that enters no mean, by the table maryland_levels)" in problem
    assert "restorative_justice (10)" in problem
    assert "alcohol_restriction (" not in problem
