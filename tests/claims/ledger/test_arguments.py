"""Arguments that make no sense are refused, whatever the tables have: else they would give a number of nothing."""

import pytest

from citizen_security.claims.ledger.registry import ABOUT, arguments_of, read_arguments, with_defaults
from citizen_security.claims.ledger.rule_checks import reach_problems, region_of_rule, rule_problems

NUMBERS = ("claimed", "region_low", "region_high")


@pytest.mark.parametrize(
    ("measure", "arguments", "said"),
    [
        ("region_among_highest", "first=2016;last=2016;top=-3", "top = -3 of region_among_highest. Allowed: from 1 to"),
        ("most_unequal_in_region", "first=2016;last=2016;top=0", "top = 0 of most_unequal_in_region"),
        ("regimes_between", "low=0.7;high=0.4;year=2020", "low = 0.7 is after high = 0.4 of regimes_between"),
        ("regimes_between", "low=0.4;high=0.4;year=2020", "low and high of regimes_between are both 0.4"),
        ("regimes_between", "low=4;high=7;year=2020", "low = 4 of regimes_between. Allowed: from 0 to 1"),
        ("regional_change", "first=2010;last=2013;years=3", "windows of 3 years from 2010 on and up to 2013"),
        ("sector_change", "first=2019;last=2021;years=2", "Allowed: last from 2022 on, or fewer years"),
        ("country_rise", "country=ECU;first=2020;last=2019", "first = 2020 is after last = 2019 of country_rise"),
        ("country_rise", "country=ECU;first=2020;last=2020", "first and last of country_rise are both 2020"),
        ("fall_then_rise", "country=CRI;first=2010;turn=2010;last=2018", "first and turn of fall_then_rise are both"),
        ("poverty_rank", "line=poverty_685;year=2000;since=2005", "since = 2005 is after year = 2000"),
        ("link", "driver=gini;first=2022", "first = 2022 is after last = 2019 of link"),
        ("link", "driver=gini;first=2019", "one year, 2019, of link within countries"),
        ("link", "driver=homicide_rate", "driver = homicide_rate of link is homicide itself"),
        ("link", "driver=homicide_rate_male;outcome=percent", "driver = homicide_rate_male of link is homicide itself"),
        ("curve", "driver=homicide_count", "driver = homicide_count of curve is homicide itself"),
        ("lost_when_held", "driver=gini;held=gini;first=1990;last=2019", "driver and held of lost_when_held are both"),
        ("lost_when_held", "driver=gini;held=rate;first=1990;last=2019", "held = rate of lost_when_held is homicide"),
        ("link", "driver=gini;per=0", "per = 0 of link. Allowed: any number but 0"),
        ("figure", "fact=F01;times=0", "times = 0 of figure. Allowed: any number above 0"),
        ("below_median", "measure=gini;countries=BOL+BOL;first=2012;last=2016", "BOL stands twice in countries of"),
        ("share_of_world", "first=2016;last=2016;countries=BRA+BRA", "BRA stands twice in countries of share_of_world"),
        ("pairs_in_order", "groups=ARG+CHL/CHL+BRA;first=2016;last=2016", "CHL stands twice in groups of pairs_in"),
        ("pairs_in_order", "groups=ARG+CHL;first=2016;last=2016", "groups of pairs_in_order has one group"),
        ("lower_than_every", "countries=PER;others=PER+BRA;first=2016;last=2016", "PER is in countries and in others"),
        ("cities_fallen", "cities=11001+11001;first=2010;last=2016", "11001 stands twice in cities of cities_fallen"),
        ("ratio_of_figures", "above=F01+F01;below=F02", "F01 stands twice in above of ratio_of_figures"),
        ("ratio_of_figures", "above=F01;below=F01", "F01 is in above and in below of ratio_of_figures"),
        ("ratio_of_measures", "above=gini;below=gini;year=2015", "gini is in above and in below of ratio_of_measures"),
        ("total_less_parts", "total=C048;parts=C048+C049", "C048 is in total and in parts of total_less_parts"),
        ("guards_per_officer", "pairs=BRA:F12+BRA:F13", "BRA stands twice in pairs of guards_per_officer"),
        ("evaluations", "last=2015;least_level=9", "least_level = 9 of evaluations. Allowed: from 1 to 5"),
        ("printed_rates_of_year", "printed=3;year=2016", "printed = 3 of printed_rates_of_year. Allowed: from 1 to 2"),
        ("printed_rates_of_year", "printed=1;year=2016;within=2", "within = 2 of printed_rates_of_year"),
        ("half_year_change", "city_code=16053;year=2018;half=3;before_year=2017;before_half=1", "half = 3 of half"),
        ("half_year_change", "city_code=16053;year=2017;half=1;before_year=2017;before_half=2", "is not before half"),
        ("fall_short",
         "first=2023;last=2024;first_month=9;last_month=8;other=SLV;other_first=2021;other_last=2022",
         "first_month = 9 is after last_month = 8 of fall_short"),
        ("fall_short",
         "first=2023;last=2024;first_month=1;last_month=8;other=ECU;other_first=2021;other_last=2022",
         "other = ECU of fall_short, which compares Ecuador"),
        ("evaluations", "last=95", "last = 95 of evaluations. Allowed: from 1900 to 2100"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_what_is_allowed(measure, arguments, said):
    _, problems = read_arguments(measure, arguments)
    assert said in "\n".join(problems)
    assert all("Allowed: " in it for it in problems)


def test_everything_that_makes_no_sense_is_said_at_once():
    _, problems = read_arguments("regional_change", "first=x;last=2016;years=99;without")
    assert len(problems) == 3
    _, problems = read_arguments("fall_then_rise", "country=CRI;first=2016;turn=2010;last=nan")
    assert len(problems) == 2


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (("at_least", 40.0, None, 20.0), "region_high = 20 of a claim of type at_least, which has no such end"),
        (("at_most", 2.0, 1.0, None), "region_low = 1 of a claim of type at_most, which has no such end"),
        (("at_least", None, 50.0, 10.0), "region_low = 50 is above region_high = 10. Allowed: the lower one first"),
        (("direction", None, None, 10.0), "region_high = 10 of a claim of type direction, which has no such end"),
        (("number", 100.0, 200.0, 300.0), "claimed = 100 lies outside its own region from 200 to 300"),
        (("at_least", 40.0, 80.0, None), "claimed = 40 lies outside its own region from 80 to no end"),
        (("range", None, 3.0, None), "a claim of type range needs its two ends"),
        (("count", 2.5, None, None), "claimed = 2.5 of a claim of type count. Allowed: whole numbers from 0 on"),
        (("ranking", 0.0, None, None), "claimed = 0 of a claim of type ranking. Allowed: whole numbers from 1 on"),
        (("number", 0.0, None, None), "claimed = 0 of a claim of type number, whose tolerance is a share of it"),
        (("coefficient", 0.0, None, None), "claimed = 0 of a claim of type coefficient"),
        (("identity", 5.0, None, None), "claimed = 5 of a claim of type identity, whose region follows from no number"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(rule, said):
    assert said in "\n".join(rule_problems(*rule))


@pytest.mark.parametrize(
    "rule",
    [
        ("at_least", 40.0, 41.0, None), ("at_most", None, 0.0, 50.0), ("range", None, -63.0, -34.0),
        ("share", 25.0, None, None), ("ranking", None, 90.0, 100.0), ("not_fallen", None, None, None),
    ],
)  # fmt: skip
def test_a_rule_that_fits_is_let_pass(rule):
    assert list(rule_problems(*rule)) == []


@pytest.mark.parametrize(
    ("rule", "measure", "arguments", "said"),
    [
        (("at_least", 0.0, None, None), "people", {}, "holds all that people can give (0 to no end)"),
        (
            ("direction", None, None, None),
            "beneficial_share",
            {},
            "holds all that beneficial_share can give (0 to 100)",
        ),
        (("existence", None, None, None), "state_rank", {}, "holds all that state_rank can give (1 to no end)"),
        (("not_fallen", None, None, None), "regional_ratio", {}, "nothing could speak against the claim"),
        (("at_least", 120.0, None, None), "share_of_world", {}, "holds nothing that share_of_world can give"),
        (("set", 4.0, None, None), "below_median", {"countries": "BOL+ECU"}, "(0 to 2), so that nothing could agree"),
        (("count", 2.0, None, None), "risers", {"groups": "GTM+HND+SLV/BOL"}, "(0 to 1), so that nothing could agree"),
        (("count", 9.0, None, None), "region_among_highest", {"top": 5}, "(0 to 5), so that nothing could agree"),
    ],
)
def test_a_region_that_nothing_can_leave_or_reach_is_refused(rule, measure, arguments, said):
    reach = ABOUT[measure].values(arguments, {})
    (problem,) = reach_problems(region_of_rule(*rule), rule[1], measure, reach)
    assert said in problem
    assert "Allowed: " in problem


def test_the_rules_of_the_book_contradict_nothing_and_can_be_left_and_reached(tables, found):
    for claim, it in found.items():
        numbers = [it.rule[name] if it.rule[name] == it.rule[name] else None for name in NUMBERS]
        assert list(rule_problems(it.rule["type"], *numbers)) == [], claim
        region = region_of_rule(it.rule["type"], *numbers)
        for choice in (*it.choices, *it.latest):
            way = it.ways[choice.name]
            given = with_defaults(way.measure, arguments_of(way.measure, way.arguments))
            reach = ABOUT[way.measure].values(given, tables, choice.estimate)
            assert list(reach_problems(region, numbers[0], way.measure, reach)) == [], (claim, way.label)


def test_nothing_of_the_book_lies_outside_what_its_measure_can_give(tables, found):
    for claim, it in found.items():
        for choice in (*it.choices, *it.latest):
            way = it.ways[choice.name]
            given = with_defaults(way.measure, arguments_of(way.measure, way.arguments))
            least, most = ABOUT[way.measure].values(given, tables, choice.estimate)
            assert least <= choice.estimate.value <= most, (claim, choice.name)
            assert way.units == ABOUT[way.measure].units(choice.estimate.n, given)
