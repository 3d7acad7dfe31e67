"""Which tables a way of measuring read is what its function asked for: links on the page lead there."""

import pytest

from citizen_security.claims.ledger.given_tables import TablesRead
from citizen_security.claims.ledger.judged_claims import choices_table
from citizen_security.claims.ledger.parameters import MEASURED
from citizen_security.claims.ledger.registry import measured
from citizen_security.methods.verdicts.regions import Tolerances


@pytest.mark.parametrize(
    ("measure", "arguments", "read"),
    [
        ("country_rise", "country=ECU;first=2019;last=2023", ("world_homicide",)),
        ("regional_ratio", "first=2012;last=2016", ("countries", "world_homicide")),
        ("people", "year=2015;territories=false", ("country_year",)),
        ("curve", "driver=electoral_democracy;estimator=between", ("country_year", "regime_year")),
        ("curve", "driver=gini;estimator=between", ("country_year",)),
    ],
)
def test_tables_know_which_of_them_were_read(tables, measure, arguments, read):
    given = TablesRead(tables)
    assert given.names == ()
    measured(given, measure, arguments, 0.95)
    assert given.names == read


def test_tables_are_a_mapping_of_those_that_are_given(tables):
    given = TablesRead(tables)
    assert (set(given), len(given)) == (set(tables), len(tables))
    assert given.names == ()


def test_every_table_that_is_handed_over_is_read_by_some_way_of_measuring(found):
    read = choices_table(found, tolerances=Tolerances(), smallest_effect=1.0)["tables"].str.split(";").explode()
    assert set(MEASURED) == set(read) - {"claims"}
