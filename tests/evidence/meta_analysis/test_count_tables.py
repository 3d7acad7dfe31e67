"""Counts and logs of the same trials agree, and effects without counts have no table."""

import pytest

from citizen_security.evidence.meta_analysis.count_tables import common_effects, control_risks
from citizen_security.methods.meta_analysis.pooling import NotEnoughStudies


def test_counts_and_logs_of_the_same_trials_agree(therapy):
    table = common_effects(therapy, 0.95).set_index("method")
    assert set(table["k"]) == {58}
    # Three ways to pool the same counts under one true effect; they differ where cells are small.
    assert table["effect"].max() - table["effect"].min() < 0.02
    risks = control_risks(therapy)
    assert len(risks) == 58
    assert ((risks > 0) & (risks < 1)).all()


def test_effects_without_counts_have_no_table(alcohol):
    with pytest.raises(NotEnoughStudies, match="0 effects were computed from counts"):
        common_effects(alcohol, 0.95)
    assert len(control_risks(alcohol)) == 0
