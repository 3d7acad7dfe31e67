"""A brought table is read as people write it, or refused with every problem, its rows and what to do."""

import numpy as np
import pandas as pd
import pytest
from programmes.your_own_programme.tables import an_outcome, many_treated, one_treated

from citizen_security.parameters import ParameterError
from citizen_security.programmes.your_own_programme.checks import check
from citizen_security.programmes.your_own_programme.parameters import YourOwnProgramme
from citizen_security.programmes.your_own_programme.table import read_programme

COLUMNS = {"unit": "unit", "time": "time", "start": "start", "count": "count", "population": "population"}


def read(table, folder, columns=COLUMNS, *, log=True, donors=()):
    path = folder / "mine.csv"
    table.to_csv(path, index=False)
    return read_programme(path, columns, log=log, donors=list(donors))


def refusals(table, folder, **changed):
    with pytest.raises(ParameterError) as refused:
        read(table, folder, **changed)
    return refused.value.problems


def only(table, folder, **changed):
    (problem,) = refusals(table, folder, **changed)
    assert problem.startswith("mine.csv has") or problem.startswith(("mine.csv lacks", "donors has"))
    return problem


def row_of(table, unit, time):
    """Number of the row in the file, whose first line has the names of the columns."""
    return int(np.flatnonzero((table["unit"] == unit) & (table["time"] == time))[0]) + 2


def test_years_counts_and_a_start_are_read(tmp_path):
    found = read(one_treated(), tmp_path)
    assert found.is_counted
    assert (found.calendar.noun, found.calendar.label(0), found.calendar.number) == ("year", "2000", 12)
    assert found.table.groupby("unit")["start"].first().dropna().to_dict() == {"u0": 8.0}


def test_quarters_with_days_as_starts_are_read(tmp_path):
    columns = {name: name for name in ("unit", "time", "start", "count")}
    found = read(many_treated(), tmp_path, columns)
    assert (found.calendar.noun, found.calendar.label(5)) == ("quarter", "2011 Q2")
    # A day lies in the quarter that its month begins.
    assert found.table.groupby("unit")["start"].first().dropna().tolist() == [6, 7, 8, 9, 10, 11, 12, 13]
    assert (found.table["population"] == 1).all()


def test_an_outcome_by_month_is_read_as_it_stands(tmp_path):
    table = an_outcome()
    columns = {name: name for name in ("unit", "time", "start", "outcome")}
    found = read(table, tmp_path, columns)
    assert not found.is_counted
    assert found.calendar.noun == "month"
    assert found.table["value"].to_numpy() == pytest.approx(table["outcome"].to_numpy())


@pytest.mark.parametrize(("start", "said"), [(1990, "outside the series, 2000 to 2011"), (2012, "outside the series")])
def test_a_start_outside_the_series_is_refused_with_its_rows(start, said, tmp_path):
    table = one_treated()
    table.loc[table["unit"] == "u0", "start"] = start
    problems = refusals(table, tmp_path)
    assert said in problems[0]
    assert "rows 2–13" in problems[0]
    assert "leave it blank" in problems[0]


def test_a_unit_that_is_treated_in_the_first_period_is_refused(tmp_path):
    table = one_treated()
    table.loc[table["unit"] == "u3", "start"] = 2000
    problem = only(table, tmp_path)
    assert f"first year, 2000: 'u3' (first in row {row_of(table, 'u3', 2000)})" in problem
    assert "Leave them out, or give earlier years" in problem


def test_too_few_periods_before_a_start_are_refused(tmp_path):
    table = one_treated(start=2002)
    assert "fewer than 3 years before the start of 'u0' (first in row 2)" in only(table, tmp_path)


def test_two_starts_of_one_unit_are_refused(tmp_path):
    table = one_treated()
    table.loc[(table["unit"] == "u0") & (table["time"] == 2005), "start"] = 2006
    problem = only(table, tmp_path)
    assert "more than one start" in problem
    assert f"row {row_of(table, 'u0', 2005)}: '2006.0'" in problem
    assert "Give each unit one start" in problem


def test_too_few_donors_are_refused(tmp_path):
    assert "2 units that are never treated" in only(one_treated(units=3), tmp_path)


def test_treated_and_unknown_donors_are_refused(tmp_path):
    problems = refusals(one_treated(), tmp_path, donors=["u0", "u1", "u2", "u3", "who"])
    assert any("donors has 'u0' (first in row 2), which are treated" in problem for problem in problems)
    assert any("donors has 'who', no unit of mine.csv" in problem for problem in problems)


def test_donors_leave_the_others_out(tmp_path):
    found = read(one_treated(), tmp_path, donors=["u1", "u2", "u5"])
    assert sorted(set(found.table["unit"])) == ["u0", "u1", "u2", "u5"]


def test_repeated_and_lacking_rows_are_refused_at_once(tmp_path):
    table = one_treated()
    lacking = table[~((table["unit"] == "u2") & (table["time"] == 2004))]
    repeated = pd.concat([lacking, table.iloc[[20]]])
    problems = refusals(repeated, tmp_path)
    assert any("more than once in 1 row (row 97: 'u1')" in problem for problem in problems)
    assert any("'u2' (first in row 26) lacks 2004" in problem for problem in problems)


def test_zero_populations_and_text_in_numbers_are_refused_with_their_rows(tmp_path):
    table = one_treated().astype({"count": "object", "population": "object", "start": "object"})
    table.loc[4, "population"] = 0
    table.loc[7, "count"] = "many"
    table.loc[9, "start"] = "soon"
    problems = " | ".join(refusals(table, tmp_path))
    assert "population of zero or less in 1 row (row 6: '0')" in problems
    assert "row 9: 'many'" in problems
    assert "row 11: 'soon'" in problems


def test_text_and_infinity_in_an_outcome_are_refused(tmp_path):
    table = an_outcome().astype({"outcome": "object"})
    table.loc[3, "outcome"] = "1,5"
    columns = {name: name for name in ("unit", "time", "start", "outcome")}
    assert "row 5: '1,5'" in only(table, tmp_path, columns=columns)


def test_what_has_no_logarithm_is_refused_and_read_as_a_level(tmp_path):
    table = one_treated()
    table.loc[5, "count"] = 0
    assert "without a logarithm in 1 row (row 7: '0'). Give scale=level" in only(table, tmp_path)
    assert read(table, tmp_path, log=False).table["value"].min() == 0


def test_times_of_two_kinds_and_gaps_are_refused(tmp_path):
    table = one_treated().astype({"time": "object"})
    table.loc[1, "time"] = "2001-05"
    table.loc[2, "time"] = "spring"
    problems = " | ".join(refusals(table, tmp_path))
    assert "times of two kinds in 1 row (row 3: '2001-05')" in problems
    assert "times that cannot be read in 1 row (row 4: 'spring')" in problems
    gap = one_treated()
    assert "in 1 year within the series: 2004" in only(gap[gap["time"] != 2004], tmp_path)


def test_months_written_as_whole_numbers_are_refused(tmp_path):
    table = one_treated(years=24, first=0, start=16)
    table["time"] = 100 * (2015 + table["time"] // 12) + 1 + table["time"] % 12
    table["start"] = table["start"].where(table["start"].isna(), 201605)
    assert any("write months as 2007-05, not as 200705" in problem for problem in refusals(table, tmp_path))


def test_nobody_treated_and_missing_cells_are_refused(tmp_path):
    table = one_treated()
    table["start"] = np.nan
    assert "no unit that is treated" in only(table, tmp_path)
    blank = one_treated().astype({"count": "float"})
    blank.loc[3, "count"] = np.nan
    assert "no count in 1 row (row 5: empty)" in only(blank, tmp_path)


def test_the_check_of_the_notebook_refuses_before_any_fit(tmp_path):
    table = one_treated(units=3)
    table.to_csv(tmp_path / "mine.csv", index=False)
    with pytest.raises(ParameterError, match="never treated"):
        check(YourOwnProgramme(path=str(tmp_path / "mine.csv")))
    with pytest.raises(ParameterError, match="there is no such file"):
        check(YourOwnProgramme(path=str(tmp_path / "other.csv")))
    check(YourOwnProgramme())


def test_a_season_that_the_periods_do_not_have_is_refused(tmp_path):
    path = tmp_path / "mine.csv"
    one_treated().to_csv(path, index=False)
    with pytest.raises(
        ParameterError, match=r"season = 12 with mine\.csv, whose periods are years\. Allowed: 0, since no"
    ):
        read_programme(path, COLUMNS, log=True, donors=[], season=12)
    with pytest.raises(ParameterError, match="season = 4"):
        check(YourOwnProgramme(season=4))
    many_treated().to_csv(path, index=False)
    columns = {name: name for name in ("unit", "time", "start", "count")}
    with pytest.raises(ParameterError, match=r"season = 12 .* whose periods are quarters\. Allowed: 0 or 2, 4, the"):
        read_programme(path, columns, log=True, donors=[], season=12)
    assert read_programme(path, columns, log=True, donors=[], season=4).calendar.noun == "quarter"


@pytest.mark.parametrize(("column", "cell"), [("count", "n/a"), ("count", "-"), ("population", "n/a"), ("count", None)])
def test_remedies_for_a_number_that_is_not_known_are_accepted_by_the_next_run(column, cell, tmp_path):
    table = one_treated().astype({column: "object"})
    table.loc[(table["unit"] == "u3") & (table["time"] == 2004), column] = cell
    problem = only(table, tmp_path)
    assert "eave out the row" not in problem
    assert "eave out the unit: every unit needs every period" in problem
    read(table[table["unit"] != "u3"], tmp_path)


def test_a_sign_for_no_outcome_has_a_remedy_of_its_own(tmp_path):
    table = an_outcome().astype({"outcome": "object"})
    table.loc[3, "outcome"] = "n/d"
    columns = {name: name for name in ("unit", "time", "start", "outcome")}
    assert "not available” for outcome in 1 row (row 5: 'n/d'). Fill it in" in only(table, tmp_path, columns=columns)


def test_decimal_commas_of_a_whole_column_are_read_and_said(tmp_path):
    table = an_outcome()
    numbers = table["outcome"].round(2)
    columns = {name: name for name in ("unit", "time", "start", "outcome")}
    found = read(table.assign(outcome=numbers.map("{:.2f}".format).str.replace(".", ",")), tmp_path, columns)
    assert sorted(found.table["value"]) == pytest.approx(sorted(numbers))
    assert found.notes == ("outcome: a comma before decimals read as such",)


def test_commas_that_may_stand_between_thousands_are_refused_in_few_words(tmp_path):
    table = an_outcome()
    columns = {name: name for name in ("unit", "time", "start", "outcome")}
    table["outcome"] = [f"{number % 8 + 1},{number % 900 + 100}" for number in range(len(table))]
    problem = only(table, tmp_path, columns=columns)
    assert f"in {len(table)} rows (row 2: '1,100'; row 3: '2,101'; row 4: '3,102'; …)" in problem
    assert "with a comma in the whole column" in problem


def test_times_that_nobody_can_read_are_told_once_and_bring_no_other_error(tmp_path):
    table = one_treated()
    table["time"] = [f"15/04/{time}" for time in table["time"]]
    problem = only(table, tmp_path)
    assert "(row 2: '15/04/2000'; row 3: '15/04/2001'; row 4: '15/04/2002'; …)" in problem
    assert problem.endswith("with the year first: whether 05/04/2007 is in April or in May, no table says.")
    one = one_treated().astype({"time": "object"})
    one.loc[(one["unit"] == "u2") & (one["time"] == 2004), "time"] = "spring"
    assert "times that cannot be read in 1 row" in only(one, tmp_path)


@pytest.mark.parametrize("start", ["soon", "2040", "2007-Q9"])
def test_a_start_that_cannot_be_read_brings_no_other_error(start, tmp_path):
    table = one_treated().astype({"start": "object"})
    table.loc[table["unit"] == "u0", "start"] = start
    assert "has a start" in only(table, tmp_path)
    first = one_treated().astype({"start": "object"})
    first.loc[0, "start"] = "soon"
    assert "has a start that is no time of the series in 1 row (row 2: 'soon')" in only(first, tmp_path)


def test_a_date_is_a_start_in_its_year(tmp_path):
    table = one_treated().astype({"start": "object"})
    table.loc[table["unit"] == "u0", "start"] = "2008-03-15"
    found = read(table, tmp_path)
    assert found.table.groupby("unit")["start"].first().dropna().to_dict() == {"u0": 8.0}
    assert found.notes == ("start: dates read as the years that they lie in",)


def test_decimal_commas_of_a_population_are_said(tmp_path):
    table = one_treated()
    table["population"] = [f"{1_000_000 + row},5" for row in range(len(table))]
    found = read(table, tmp_path)
    assert found.table["population"].min() == 1_000_000.5
    assert "population: a comma before decimals read as such" in found.notes
