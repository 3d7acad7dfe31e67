"""The check reads the brought table."""

import pytest
from cities.every_municipality.brought import table

from citizen_security.cities.every_municipality.checks import check
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.parameters import ParameterError


def test_the_check_reads_the_brought_table(write):
    # Fewer places than are asked for as the highest are no reason to refuse a table.
    check(EveryMunicipality(path=str(write(table()))))
    with pytest.raises(ParameterError, match="no homicide in any row"):
        check(EveryMunicipality(path=str(write(table().assign(homicides=0)))))


def test_a_table_without_groups_passes_where_that_is_said(write):
    path = str(write(table().drop(columns="group")))
    check(EveryMunicipality(path=path, group_column="none"))
    with pytest.raises(ParameterError, match="give group_column=none"):
        check(EveryMunicipality(path=path))
