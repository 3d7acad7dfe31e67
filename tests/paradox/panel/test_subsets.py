"""Country-years that can be left out for a reason, on rows where the rules could be mistaken."""

import pandas as pd
import pytest

from citizen_security.paradox.panel.subsets import LEFT_OUT, of_small_states, with_doubted_rate
from citizen_security.tables import catalog


def test_a_state_is_small_by_its_mean_and_not_by_its_latest_year():
    panel = pd.DataFrame({"iso3": ["ONE", "ONE", "TWO", "TWO"], "population": [5e5, 1.4e6, 9e5, 1.2e6]})
    assert of_small_states(panel).tolist() == [True, True, False, False]


def test_only_a_doubt_of_specialists_is_a_doubt():
    notes = [None, "revised: the 2024 release gave 3.63", "doubted by specialists; differs between releases"]
    assert with_doubted_rate(pd.DataFrame({"homicide_note": notes})).tolist() == [False, False, True]


def test_a_table_without_any_note_doubts_nothing():
    assert not with_doubted_rate(pd.DataFrame({"homicide_note": [None, None]})).any()


@pytest.mark.parametrize("name", LEFT_OUT)
def test_every_rule_leaves_out_something_of_the_table_and_not_all(name):
    left_out = LEFT_OUT[name](catalog.load("country_year"))
    assert left_out.dtype == bool
    assert 0 < left_out.sum() < len(left_out)
