"""Frames on pages: human headers, digits by uncertainty, a dash for what is missing, whatever a frame holds."""

import re
import subprocess
import sys
from html import unescape

import numpy as np
import pandas as pd
import pytest

from citizen_security.figures.frames import MISSING, MOST_ROWS, ROWS_OF_A_LONG_FRAME, in_words
from citizen_security.figures.headers import header, label_in_words


def rows(frame: pd.DataFrame, **options) -> list[list[str]]:
    html = in_words(frame, **options).to_html()
    found = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [[unescape(it.strip()) for it in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in found]


def column(values, name: str = "v", **beside) -> list[str]:
    return [row[0] for row in rows(pd.DataFrame({name: values, **beside}))[1:]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("iso3", "country code"),
        ("rate_lower", "rate per 100,000, from"),
        ("rate_upper", "rate per 100,000, to"),
        ("lower", "from"),
        ("some_new_thing", "some new thing"),
        ("some_new_thing_upper", "some new thing, to"),
        ("effect_low", "effect, from"),
    ],
)
def test_headers_are_words(name, words):
    assert header(name) == words


@pytest.mark.parametrize(
    ("label", "words"),
    [("iso3", "country code"), ("pooled_effect", "pooled effect"), ("label", "label"), ("São_Paulo", "São_Paulo")],
)
def test_labels_that_are_words_stay(label, words):
    assert label_in_words(label) == words


def test_a_key_is_shown_as_it_is_looked_up():
    assert column(["plateros_cjp"], "study_id") == ["plateros_cjp"]


def test_a_notebooks_own_words_come_first():
    assert rows(pd.DataFrame({"lower": [1.5]}), columns={"lower": "least"})[0] == ["least"]


def test_a_year_is_no_number_with_decimals_or_commas():
    assert column([2000.0, 2023.0], "year") == ["2000", "2023"]
    assert column([2000, 2023], "last_year") == ["2000", "2023"]


@pytest.mark.parametrize("name", ["year", "first_year", "last_year_counted", "year of the study", "origin", "Year"])
def test_whatever_names_a_year_has_no_commas(name):
    assert column([1988, 2012], name) == ["1988", "2012"]
    assert column([1988.0, np.nan], name) == ["1988", MISSING]
    assert column(pd.array([2023, None], dtype="Int64"), name) == ["2023", MISSING]


@pytest.mark.parametrize("name", ["homicides", "years", "person_years", "yearling"])
def test_what_names_no_year_has_commas(name):
    assert column([1988, 2012], name) == ["1,988", "2,012"]


def test_a_number_of_a_year_is_no_year():
    assert column([1988, 12012], "homicides_last_year") == ["1,988", "12,012"]
    assert column([2012.5, 2000.0], "rate_last_year")[0].startswith("2,01")


def test_years_of_a_table_on_its_side_have_no_commas():
    frame = pd.DataFrame(
        {"iso3": ["A", "B"], "last_year": [2021, 2024], "homicides": [2021, 1999], "share": [0.5, 1.5]}
    )
    shown = {row[0].replace("_", " "): row[1:] for row in rows(frame.set_index("iso3").T)}
    assert shown["last year"] == ["2021", "2024"]
    assert shown["homicides"] == ["2,021", "1,999"]


def test_counts_have_commas_and_no_decimals_with_and_without_gaps():
    assert column([1234, 5]) == ["1,234", "5"]
    assert column([1234.0, np.nan]) == ["1,234", MISSING]


def test_an_estimate_has_two_digits_of_the_width_of_its_interval():
    beside = {"rate_lower": [30.12, 11.04], "rate_upper": [33.32, 13.04]}
    assert column([31.234, 12.345], "rate", **beside) == ["31.2", "12.3"]
    wide = {"rate_lower": [10.0, 11.0], "rate_upper": [90.0, 93.0]}
    assert column([31.234, 12.345], "rate", **wide) == ["31", "12"]


def test_bare_bounds_belong_to_the_estimate_beside_them_and_to_no_other_number():
    bounds = {"lower": [10.0], "upper": [90.0]}
    assert column([31.234], "estimate", **bounds) == ["31"]
    assert column([0.1234], "weight", **bounds) == ["0.12"]


@pytest.mark.parametrize("value", [None, np.nan, pd.NA, pd.NaT])
def test_what_is_missing_is_a_dash(value):
    assert column([value, "x"]) == [MISSING, "x"]


def test_small_numbers_are_not_printed_as_zero_and_zero_is():
    assert column([12.5, 0.0004, 0.0]) == ["12.50", "0.0004", "0"] or column([12.5, 0.0004, 0.0])[1] == "0.0004"
    assert column([12.5, 0.0004, 0.0])[2] == "0"


def test_infinite_and_negative_numbers_have_their_signs():
    assert column([np.inf, -np.inf, -1.25]) == ["∞", "−∞", "−1.2"]


def test_p_values_are_never_zero():
    assert column([0.0, 0.00004, 0.0314], "p_value") == ["below 0.001", "below 0.001", "0.031"]
    assert column([0.2], "holm_p_value") == ["0.200"]


def test_truth_lists_and_code_names_are_words():
    assert column([True, False]) == ["yes", "no"]
    assert column([("a", "b"), ()]) == ["a, b", MISSING]
    assert column(["two_way_fixed_effects", "São Paulo", "A_b"]) == ["two way fixed effects", "São Paulo", "A_b"]


def test_an_index_that_numbers_rows_is_left_out_and_any_other_is_shown():
    frame = pd.DataFrame({"v": [1, 2]})
    assert rows(frame)[0] == ["v"]
    assert rows(frame.set_axis([7, 9]))[0] == ["v"]
    assert rows(frame.set_axis(["a", "b"])) == [["name", "v"], ["a", "1"], ["b", "2"]]
    assert rows(frame.set_axis(pd.Index([2000, 2001], name="year"))) == [["year", "v"], ["2000", "1"], ["2001", "2"]]


def test_several_levels_of_columns_and_of_the_index_are_shown():
    columns = pd.MultiIndex.from_tuples([("one", "b_c"), ("one", "lower")])
    index = pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["kind", "horizon"])
    top, below, *body = rows(pd.DataFrame([[1.5, 2.5], [3.5, 4.5]], columns=columns, index=index))
    assert top[:2] == ["kind", "horizon"]
    assert below[-2:] == ["b c", "from"]
    assert body == [["x", "1", "1.5", "2.5"], ["y", "2", "3.5", "4.5"]]


def test_columns_of_one_name_each_keep_their_values():
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    assert rows(frame) == [["a", "a"], ["1", "2"]]


def test_a_long_frame_is_shown_by_its_ends_with_a_gap():
    shown = column(range(MOST_ROWS + 1))
    assert len(shown) == ROWS_OF_A_LONG_FRAME + 1
    assert (shown[0], shown[ROWS_OF_A_LONG_FRAME // 2], shown[-1]) == ("0", "…", str(MOST_ROWS))
    assert len(column(range(MOST_ROWS))) == MOST_ROWS


def test_no_rows_and_no_columns_say_so():
    assert rows(pd.DataFrame({"v": []}))[-1] == ["None."]
    assert rows(pd.DataFrame(index=[0]).iloc[:0])[-1] == ["None."]


def test_what_a_cell_or_a_name_holds_is_text():
    html = in_words(pd.DataFrame({"<b>n</b>": ["<img src=x onerror=alert(1)>", "$x$"]})).to_html()
    assert "<img" not in html
    assert "<b>" not in html
    assert "tex2jax_ignore" in html


def test_the_frame_itself_stays_as_it_is():
    frame = pd.DataFrame({"rate": [1.5]}, index=pd.Index(["a"], name="place"))
    before = frame.copy()
    in_words(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_a_notebook_shows_frames_so_and_code_alone_does_not():
    code = (
        "import pandas as pd\n"
        "from citizen_security.figures import theme\n"
        "theme.apply()\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "import matplotlib; matplotlib.use('module://matplotlib_inline.backend_inline')\n"
        "theme.apply()\n"
        "shown, _ = shell.display_formatter.format(pd.DataFrame({'rate_lower': [1.25]}))\n"
        "print('rate per 100,000, from' in shown['text/html'], 'rate_lower' in shown['text/html'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]
