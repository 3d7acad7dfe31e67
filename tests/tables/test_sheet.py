"""From bytes to typed columns: a count that arrives as 432.0, or a code without its zeros, would be printed so."""

import pandas as pd
import pytest
from support import ROOT

from citizen_security.tables import catalog
from citizen_security.tables.errors import InvalidTable
from citizen_security.tables.sheet import SHOWN, read_sheet, typed

RESOURCE = {
    "name": "places",
    "path": "city/places.csv",
    "schema": {
        "primaryKey": "code",
        "fields": [{"name": "code", "type": "string"}, {"name": "homicides", "type": "integer"}],
    },
}


def test_types_are_those_promised():
    # a count that arrives as 432.0 prints badly and compares badly
    panel = catalog.load("country_year", ROOT)
    assert panel["year"].dtype == "int64"
    assert panel["population"].dtype == "int64"
    assert panel["homicide_count"].dtype == pd.Int64Dtype()
    assert panel["homicide_rate"].dtype == "float64"
    assert panel["iso3"].dtype == "str"
    assert catalog.load("countries", ROOT)["is_lac"].dtype == "bool"
    assert str(catalog.load("rio_pacification_month", ROOT)["installed_on"].dtype).startswith("datetime64")


def test_missing_is_missing_and_not_text():
    studies = catalog.load("studies", ROOT)
    assert studies["doi"].isna().any()
    assert not studies["doi"].eq("").any()


def test_codes_keep_their_leading_zeros():
    # 05001 is Medellín; 5001 is nothing
    cities = catalog.load("city_year", ROOT)
    assert (cities.loc[cities["city_code"] == "05001", "city"] == "Medellín").all()
    assert (cities["city_code"] == "05001").any()


def test_a_sheet_quotes_what_the_file_says():
    sheet = read_sheet(RESOURCE, b"code,homicides\n007,12\n008,\n")
    assert sheet.cells == {"code": ("007", "008"), "homicides": ("12", "")}
    assert list(typed(sheet)["homicides"].isna()) == [False, True]


def test_a_refusal_names_the_row_its_key_and_the_rule_and_counts_the_rest():
    rows = "".join(f"{code:03},x\n" for code in range(SHOWN + 2))
    with pytest.raises(InvalidTable, match=r"homicides breaks the rule 'integer: .*row 2 \(code=000\): 'x'.*2 more"):
        typed(read_sheet(RESOURCE, f"code,homicides\n{rows}".encode()))
