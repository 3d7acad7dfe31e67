"""Parameters of the meta-analysis: an old name is told the new one, and quick effort computes less."""

import pytest

from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.parameters import ParameterError


def test_the_old_name_of_the_level_is_told_the_new_one():
    with pytest.raises(ParameterError, match="level is now called confidence_level"):
        MetaAnalysis.from_values({"level": 0.9})


def test_new_names_are_parameters():
    assert set(MetaAnalysis.RENAMED.values()) <= set(MetaAnalysis.model_fields)


def test_quick_effort_computes_less_and_never_more_than_was_asked_for():
    full, quick = MetaAnalysis.from_values({}), MetaAnalysis.from_values({"effort": "quick"})
    assert (full.subsets_at_effort, full.replicates_at_effort) == (full.subsets, full.replicates)
    assert (quick.subsets_at_effort, quick.replicates_at_effort) == (2_000, 500)
    assert set(quick.simulated_studies) < set(full.simulated_studies)
    assert MetaAnalysis.from_values({"effort": "quick", "subsets": 600}).subsets_at_effort == 600
