"""Tables as a page shows them: digits, units, no index where it says nothing."""

import pandas as pd

from citizen_security.figures.paradox.tables import style_numbers, style_revisions


def test_numbers_have_the_asked_for_decimals_and_the_index_may_go():
    table = pd.DataFrame({"year": [2000], "coverage": [0.98765]}, index=["first"])
    assert "0.99" in style_numbers(table, 2).to_html()
    assert "first" in style_numbers(table, 2).to_html()
    assert "first" not in style_numbers(table, 2, index=False).to_html()


def test_thresholds_of_revisions_are_per_cent():
    html = style_revisions(pd.DataFrame({"more_than": [5.0], "share": [0.0123]})).to_html()
    assert "5%" in html
    assert "1.2%" in html
