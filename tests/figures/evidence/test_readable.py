"""A table of results shows words and digits: no code, no missing number, no p-value of zero."""

import math

import pandas as pd

from citizen_security.figures.evidence.readable import readable


def test_no_cell_shows_what_only_a_program_reads():
    table = pd.DataFrame(
        {
            "label": ["One (2001)", None],
            "effect": [-0.41234, math.nan],
            "tau_lower": [0.0004, math.inf],
            "p_value": [0.00004, 0.0312],
            "studies": [1200, 3],
            "region": ["lac", "elsewhere"],
            "interventions": [("cctv", "alcohol"), ()],
            "is_pooled": [True, False],
            "below_zero": [0.971, -0.0001],
        }
    )
    html = readable(table, columns={"is_pooled": "pooled"}).to_html()
    for raw in ("nan", ">inf<", "None", "tau_lower", "below_zero", "is_pooled", ">lac<", "(&#x27;", "0.000", "True"):
        assert raw not in html, raw
    for said in (
        "−0.41", "infinite", "p below 0.001", "p = 0.031", "1,200", "Latin America and the Caribbean", "cctv, alcohol",
        ">yes<", ">no<", "τ from", "probability of less crime", "0.97", ">0.00<",
    ):  # fmt: skip
        assert said in html, said


def test_a_named_index_is_shown_and_a_share_is_in_per_cent():
    index = pd.MultiIndex.from_tuples([("lac", "family")], names=["studies of", "rows are"])
    table = pd.DataFrame({"share_of_homicides": [0.057249], "homicides_per_study": [math.inf], "year": [pd.NA]}, index)
    html = readable(table, infinite="no study").to_html()
    for said in ("studies of", "Latin America and the Caribbean", ">5.7%<", ">no study<", "homicides per study"):
        assert said in html, said
    assert "NA" not in html
    assert "lac" not in html.replace("place", "")


def test_digits_are_asked_for_and_a_table_without_rows_says_so():
    assert "−0.412" in readable(pd.DataFrame({"effect": [-0.41234]}), digits=3).to_html()
    assert "Nothing here." in readable(pd.DataFrame({"effect": []}), empty="Nothing here.").to_html()


def test_years_have_no_comma_and_counts_have_one():
    table = pd.DataFrame({"year": [1988, 2012], "year_of_publication": [1999.0, math.nan], "studies": [1988, 2012]})
    html = readable(table).to_html()
    assert [html.count(f">{text}<") for text in ("1988", "2012", "1999", "1,988", "2,012")] == [1, 1, 1, 1, 1]


def test_a_row_of_years_has_no_comma_and_one_of_counts_has():
    table = pd.DataFrame({"before": [1988, 1988], "after": [2012.0, 2012.0]}, index=["first year", "studies"])
    html = readable(table.rename_axis("what")).to_html()
    assert [html.count(f">{text}<") for text in ("1988", "2012", "1,988", "2,012")] == [1, 1, 1, 1]


def test_homicides_of_a_year_keep_their_comma():
    table = pd.DataFrame({"what": ["homicides of the year"], "before": [1988], "after": [312]})
    assert ">1,988<" in readable(table).to_html()
