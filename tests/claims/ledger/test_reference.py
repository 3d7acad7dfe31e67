"""Whoever brings claims finds every type of rule and every way of measuring on one page, as the code takes them."""

import inspect
import re
from html import unescape
from typing import get_args

import pandas as pd
import pytest

from citizen_security.claims.ledger import reference
from citizen_security.claims.ledger.arguments import ARGUMENTS, ARGUMENTS_OF
from citizen_security.claims.ledger.locators import locator_problems
from citizen_security.claims.ledger.registry import ABOUT, MEASURES, measured, read_arguments, with_defaults
from citizen_security.figures.claims import reference as figures
from citizen_security.methods.verdicts.regions import ClaimType, region_of


@pytest.fixture(scope="module")
def measures(tables):
    return reference.measures_table(tables)


@pytest.fixture(scope="module")
def arguments(tables):
    return reference.arguments_table(tables)


@pytest.fixture(scope="module")
def html(tables, measures, arguments):
    return figures.types_page(reference.types_table(tables)) + figures.measures_page(measures, arguments)


def keywords(function):
    return {n: it for n, it in inspect.signature(function).parameters.items() if it.kind is it.KEYWORD_ONLY}


def test_every_type_and_every_measure_with_every_argument_is_on_the_page(html):
    for name in get_args(ClaimType.__value__):
        assert f'<th scope="row"><code>{name}</code></th>' in html, name
    assert set(re.findall(r'id="measure-([a-z-]+)"', html)) == {name.replace("_", "-") for name in MEASURES}
    for name, function in MEASURES.items():
        (section,) = re.findall(rf'id="measure-{name.replace("_", "-")}".*?</section>', html)
        assert re.findall(r'<th scope="row"><code>(\w+)</code></th>', section) == list(keywords(function)), name


def test_the_page_is_one_source_without_blank_lines_and_without_code_that_runs(html):
    assert "\n" not in html
    assert "<script" not in html


def test_what_is_described_is_what_there_is():
    assert set(ABOUT) == set(MEASURES)
    taken = {(measure, name) for measure, function in MEASURES.items() for name in keywords(function)}
    assert set(ARGUMENTS) >= {name for _, name in taken - set(ARGUMENTS_OF)}
    assert {name for _, name in taken} >= set(ARGUMENTS)
    assert set(ARGUMENTS_OF) <= taken


def test_what_stands_for_places_without_a_figure_is_on_the_page(html):
    (section,) = re.findall(r'id="measure-share-of-world".*?</section>', html)
    for words in (
        "has its last one, else its first later one",
        "lowest or the highest that it ever had",
        "95th percentile",
    ):
        assert words in section
    assert (
        "Countries without a figure are left out; so are those without a population"
        in re.findall(r'id="measure-weighted-mean".*?</section>', html)[0]
    )


def test_the_page_and_a_refusal_name_the_same_columns(tables, arguments):
    (allowed,) = arguments.query("measure == 'link' and argument == 'driver'")["allowed"]
    count = re.search(r"column: (\d+) names", allowed)[1]
    (problem,) = locator_problems(tables, "link", {"driver": "nothing_like_it"})
    assert f"({count} in all)" in problem
    assert "homicide_rate" not in problem


def test_an_argument_without_a_default_is_said_to_be_needed(arguments):
    for row in arguments.to_dict("records"):
        needed = keywords(MEASURES[row["measure"]])[row["argument"]].default is inspect.Parameter.empty
        assert (row["default"] == "needed") == needed, row
        assert min(len(row["meaning"]), len(row["allowed"])) > 0, row


def test_every_example_can_be_measured_and_lies_within_what_is_said(tables, measures):
    for row in measures.to_dict("records"):
        given, problems = read_arguments(row["measure"], row["example"])
        assert problems == []
        estimate = measured(tables, row["measure"], row["example"], 0.9)
        least, most = ABOUT[row["measure"]].values(with_defaults(row["measure"], given), tables, estimate)
        assert least <= estimate.value <= most, row["measure"]


def test_an_example_leads_to_the_claim_that_it_is_taken_from(tables, html, measures):
    claims = set(tables["claims"]["claim_id"])
    assert set(measures["claim_id"]) - {""} <= claims
    linked = re.findall(r'every_claim\.html#(c\d{3})">(C\d{3})</a>', html)
    assert linked
    assert all(place == key.lower() for place, key in linked)


@pytest.mark.parametrize(
    ("name", "inside", "outside", "claimed"),
    [
        ("number", 108.9, 111.0, 100.0), ("share", 42.4, 42.6, 40.0), ("at_least", 3.0, 2.9, 3.0),
        ("at_most", 2.0, 2.1, 2.0), ("count", 9.0, 8.0, 9.0), ("set", 3.0, 2.0, 3.0), ("ranking", 2.0, 4.0, 3.0),
        ("direction", 0.1, 0.0, None), ("not_fallen", -4.9, -5.1, None), ("null", 0.9, 1.1, None),
        ("attenuation", 31.0, 29.0, None), ("existence", 1.0, 0.0, None), ("identity", 0.0, 1.0, None),
    ],
)  # fmt: skip
def test_where_a_type_is_said_to_hold_is_where_its_region_lies(name, inside, outside, claimed):
    region = region_of(name, claimed, smallest_effect=1.0)
    assert region.holds(inside)
    assert not region.holds(outside)


def test_numbers_of_types_follow_the_tolerances(tables):
    holds = reference.types_table(tables).set_index("type")["holds"]
    for name, said in (("number", "10%"), ("share", "2.5 points"), ("not_fallen", "−5%"), ("attenuation", "30%")):
        assert said in holds[name]


def test_what_counts_is_in_the_right_number():
    assert ABOUT["figure"].units(1, {}) == "published figure"
    assert ABOUT["figure"].units(2, {}) == "published figures"
    assert ABOUT["link"].units(2, {"estimator": "between"}) == "countries"
    assert ABOUT["link"].units(2, {"estimator": "changes"}) == "yearly changes"
    assert ABOUT["curve"].units(2, {}) == "countries and years"


def test_hostile_text_stays_text():
    row = {
        "measure": "people", "gives": "<img src=x>", "unit": "<u>", "reach": "&", "types": "<em>", "counts": "<b>",
        "missing": "<s>", "example": "", "claim_id": "", "interval": "<em>",
    }  # fmt: skip
    arguments = pd.DataFrame(
        [{"measure": "people", "argument": "year", "meaning": "<i>", "allowed": "", "default": None}]
    )
    html = figures.measures_page(pd.DataFrame([row]), arguments)
    assert "<img" not in html
    assert "<i>" not in html
    assert "<em>" not in html
    assert "<img src=x>" in unescape(html)
    assert "no arguments" in html
