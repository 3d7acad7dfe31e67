"""The check reads the brought table."""

import pytest
from cities.every_municipality.brought import table

from citizen_security.cities.every_municipality.checks import check
from citizen_security.cities.every_municipality.parameters import EveryMunicipality
from citizen_security.parameters import ParameterError


def test_the_check_reads_the_brought_table(write):
    path = write(table())
    check(EveryMunicipality(path=str(path), top_places=11))
    with pytest.raises(ParameterError, match="allowed here: 1 to 11"):
        check(EveryMunicipality(path=str(path), top_places=12))
