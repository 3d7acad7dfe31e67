"""Names in arguments are in the tables, or refused with the nearest: else a slip would measure something else."""

import inspect

import pytest

from citizen_security.claims.ledger.locators import KNOWN, KNOWN_OF_MEASURE, locator_problems
from citizen_security.claims.ledger.registry import MEASURES, read_arguments

# Words that are looked for within texts, and pairs, which are read in another way.
PARTS_OF_TEXTS = {"category", "term", "pairs"}
OUTCOMES_IN_WORDS = {("beneficial_share", "outcome"), ("benefit_beyond_half", "outcome")}


def test_every_choice_of_the_book_names_what_there_is(tables):
    for row in tables["claim_choices"].fillna({"arguments": ""}).to_dict("records"):
        arguments, problems = read_arguments(row["measure"], row["arguments"])
        assert [*problems, *locator_problems(tables, row["measure"], arguments)] == [], row["claim_id"]


def test_every_argument_of_text_has_names_that_it_is_held_to():
    held = set()
    for measure, function in MEASURES.items():
        for name, it in inspect.signature(function, eval_str=True).parameters.items():
            if it.kind is it.KEYWORD_ONLY and it.annotation is str and name not in PARTS_OF_TEXTS:
                assert (measure, name) in {*KNOWN_OF_MEASURE, *OUTCOMES_IN_WORDS} or name in KNOWN, (measure, name)
                held.add(name)
    assert set(KNOWN) <= held


@pytest.mark.parametrize(
    ("measure", "arguments", "said"),
    [
        ("share_of_world", {"countries": "BRA+MXE"}, "unknown country 'MXE' in countries of share_of_world"),
        ("pairs_in_order", {"groups": "ARG+CHL/BRZ+MEX"}, "unknown country 'BRZ' in groups of pairs_in_order; did you"),
        ("regional_ratio", {"without": "caribbeans"}, "did you mean 'caribbean'?"),
        ("link", {"driver": "ginni"}, "unknown column 'ginni' in driver of link; did you mean 'gini'?"),
        ("link", {"driver": "homicide_rat"}, "did you mean 'homicide_rate'? That is homicide itself"),
        ("poverty_left", {"line": "gini"}, "unknown column of a poverty line 'gini' in line of poverty_left"),
        ("weighted_mean", {"measure": "homicide_count"}, "did you mean 'homicide_rate'"),
        ("ratio_of_measures", {"above": "population"}, "unknown column that is no count 'population' in above of"),
        ("link", {"outcome": "rates"}, "unknown outcome 'rates' in outcome of link; did you mean 'rate'?"),
        ("weighted_mean", {"measure": "urban"}, "did you mean 'urban_share'?"),
        ("weighted_mean", {"measure": "year"}, "unknown column that is no count 'year' in measure of weighted_mean"),
        ("figure", {"fact": "F99"}, "unknown fact 'F99' in fact of figure; did you mean 'F"),
        ("ratio_of_figures", {"above": "F01+F98", "below": "F02"}, "unknown fact 'F98' in above of ratio_of_figures"),
        ("spread", {"claim": "X01"}, "unknown claim 'X01' in claim of spread"),
        ("state_rank", {"state": "Michoacan"}, "did you mean 'Michoacán'?"),
        ("half_year_change", {"city_code": "00000"}, "unknown city '00000' in city_code of half_year_change"),
        ("guards_per_officer", {"pairs": "BRA"}, "'BRA' is no pair. Allowed: a country and a fact joined by :"),
        ("guards_per_officer", {"pairs": "BRS:F01"}, "unknown country 'BRS' in pairs; did you mean 'BRA'?"),
        ("guards_per_officer", {"pairs": "BRA:F99"}, "unknown fact 'F99' in pairs"),
        ("guards_per_officer", {"pairs": "BRA:F01"}, "for the police of Brazil. Allowed: a figure of persons whose"),
        (
            "guards_per_officer",
            {"pairs": "BRA:F13"},
            "(Police officers of Mexico, in persons) for the police of Brazil",
        ),
        ("homicides_over_places", {"places": "F01"}, "is in % of GDP. Allowed: a figure in segments, streets"),
        ("exceptions_to_inclusion", {"exceptions": "C001"}, "states 3 ratio (LAC rate / world rate). Allowed: a claim"),
        (
            "total_less_parts",
            {"total": "C048", "parts": "C049+C001"},
            "C001 in a ratio. Allowed: statements of one unit",
        ),
        ("country_rise", {"first": 1902}, "first = 1902 of country_rise, and world_homicide has 1990 to 2023"),
        ("fall_short", {"other_last": 2030}, "other_last = 2030 of fall_short, and world_homicide has"),
        (
            "below_regional_median",
            {"countries": "NIC+USA"},
            "unknown country of the region 'USA' in countries of below",
        ),
        ("below_median", {"countries": "BOL+USA"}, "unknown country of the panel 'USA' in countries of below_median"),
        ("risers", {"groups": "GTM/FRA"}, "unknown country of the panel 'FRA' in groups of risers"),
        ("regional_change", {"without": "USA"}, "unknown country or subregion of the region 'USA' in without"),
        ("rank_from_safest", {"country": "ESP"}, "unknown country of the Western Hemisphere 'ESP'"),
        ("evaluations", {"country": "USA"}, "unknown country of the region 'USA' in country of evaluations"),
        ("state_rank", {"country": "BRA", "state": "Jalisco"}, "unknown state 'Jalisco' in state of BRA"),
    ],
)
def test_what_the_tables_have_not_is_said_with_the_nearest(tables, measure, arguments, said):
    (problem,) = locator_problems(tables, measure, arguments)
    assert said in problem


@pytest.mark.parametrize(
    ("measure", "arguments"),
    [
        ("regional_ratio", {"without": "BRA", "first": 2012, "last": 2012}),
        ("regional_ratio", {"without": "caribbean"}),
        ("link", {"driver": "electoral_democracy", "outcome": "percent", "estimator": "between"}),
        ("lost_when_held", {"driver": "log_gdp_per_capita", "held": "gini"}),
        ("pacification_fall", {"measure": "killings_by_police"}),
        ("beneficial_share", {"category": "any words", "outcome": "of a category"}),
        ("guards_per_officer", {"pairs": "BRA:F12+MEX:F13"}),
    ],
)
def test_what_the_tables_have_is_let_pass(tables, measure, arguments):
    assert locator_problems(tables, measure, arguments) == []
