"""Columns that contradict each other are refused together."""

import pytest

from citizen_security.parameters import ParameterError
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme


def test_counts_or_an_outcome_are_given_and_not_both():
    for count, outcome, said in (("count", "rate", "name both"), ("none", "none", "name neither")):
        with pytest.raises(ParameterError, match=said):
            YourOwnProgramme.from_values(
                {"path": "mine.csv", "count_column": count, "outcome_column": outcome, "population_column": "none"}
            )


def test_an_outcome_has_no_population_and_columns_differ():
    with pytest.raises(ParameterError) as refused:
        YourOwnProgramme.from_values(
            {"path": "mine.csv", "count_column": "none", "outcome_column": "rate", "time_column": "rate"}
        )
    assert any("population_column = 'population' goes with counts" in problem for problem in refused.value.problems)
    assert any("columns rate are given for more than one thing" in problem for problem in refused.value.problems)


def test_columns_of_no_table_are_refused():
    with pytest.raises(ParameterError, match="name columns of a brought table, and path is none"):
        YourOwnProgramme.from_values({"unit_column": "state"})
    with pytest.raises(ParameterError, match="start_column = 'none'"):
        YourOwnProgramme.from_values({"path": "mine.csv", "start_column": "none"})


def test_a_quick_run_draws_less():
    assert YourOwnProgramme().draws_at_effort > YourOwnProgramme(effort="quick").draws_at_effort
    assert YourOwnProgramme(path="mine.csv", population_column="none").columns.keys() == {
        "unit", "time", "start", "count",
    }  # fmt: skip
