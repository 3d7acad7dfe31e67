"""A way of measuring that finds nothing gives no number."""

import inspect
import math
import re
from pathlib import Path

import pandas as pd
import pytest
from support import ROOT

from citizen_security.claims.ledger.given_tables import TablesRead
from citizen_security.claims.ledger.locators import known_names
from citizen_security.claims.ledger.registry import MEASURES, NOTHING_FOUND, BadChoice, measured, read_arguments


@pytest.mark.parametrize(
    ("measure", "arguments", "said"),
    [
        ("country_fall", "country=CUB;first=2015;last=2022", "CUB has no count of homicides in 2022"),
        ("country_rise", "country=CUB;first=2015;last=2022", "CUB has no count of homicides in 2022"),
        ("people", "year=1900", "of nothing: no unit has a figure"),
        ("region_among_highest", "first=1900;last=1901;top=10", "the 10 highest of 0 countries with a figure"),
        ("below_regional_median", "countries=CUB;first=2022;last=2022", "of nothing: no unit has a figure"),
        ("rank_from_safest", "country=MAF;first=2022;last=2022", "MAF has no homicide rate in these years"),
        (
            "rank_from_safest",
            "country=MSR;first=2018;last=2018;minimum_population=1",
            "MSR has no population in these years, which minimum_population = 1 needs",
        ),
        (
            "rank_from_safest",
            "country=SLV;first=2018;last=2018;minimum_population=10000000",
            "SLV has fewer than 10,000,000 inhabitants",
        ),
        ("lower_than_every", "countries=BRA;others=CUB;first=2022;last=2022", "none of CUB has a figure"),
        (
            "half_year_change",
            "city_code=16053;year=2022;half=1;before_year=2021;before_half=1",
            "no figure for a quarter",
        ),
        ("homicides_over_places", "city_code=11001;first=2002;last=2003;places=F11", "no count of homicides in 2002"),
        ("sector_change", "first=2011;last=2019", "a month of 2011 has no figure"),
        ("morelia_fall_then_rise", "first=1999;turn=2001;last=2002", "has no figure of Morelia in 1999"),
        ("growth_percentile", "cities=12001;first=1999;last=2015", "no population in 1999 or 2015"),
        ("state_rank", "country=MEX;state=Jalisco;first=1999;last=2001", "in each year from 1999 to 2001"),
        (
            "fall_short",
            "first=2023;last=2024;first_month=1;last_month=12;other=SLV;other_first=2021;other_last=2022",
            "a month of 2024 has no figure",
        ),
        ("evaluations", "last=1900", "of nothing: no unit has a figure"),
        ("risers", "measure=gini;groups=CUB+HTI;first=2010;last=2014", "of nothing: no unit has a figure"),
    ],
)
def test_years_and_places_without_a_figure_give_no_estimate(tables, measure, arguments, said):
    with pytest.raises(BadChoice) as error:
        measured(tables, measure, arguments, 0.95)
    assert said in str(error.value)
    assert str(error.value).endswith("Choose years, places and columns that the tables have")


@pytest.mark.parametrize("times", ["nan", "inf", "-inf"])
def test_a_number_that_is_none_is_no_argument(times):
    _, (problem,) = read_arguments("share_above_world", f"first=2016;last=2016;times={times}")
    assert f"times = '{times}' of share_above_world" in problem


def test_every_way_of_the_book_rests_on_something(found):
    for claim, it in found.items():
        assert all(choice.estimate.n > 0 for choice in (*it.choices, *it.latest)), claim


SOURCES = ROOT / "src" / "citizen_security"


def raised_by_us(error):
    """Whether what a measure refused was said by this package, and not by a library beneath it."""
    step = error.__cause__.__traceback__ if error.__cause__ else None
    while step and step.tb_next:
        step = step.tb_next
    return step is None or SOURCES in Path(step.tb_frame.f_code.co_filename).parents


def estimate_or_problem(tables, measure, text):
    try:
        return measured(tables, measure, text, 0.9), None
    except BadChoice as problem:
        return None, problem


def examples(tables, measure):
    rows = pd.concat([tables["claim_choices"], pd.read_csv(ROOT / "examples" / "own_claim_choices.csv")])
    return list(rows.loc[rows["measure"] == measure, "arguments"].fillna("").unique())


SWEPT = [
    (measure, name)
    for measure, function in MEASURES.items()
    for name in ("above", "driver", "held", "line", "measure")
    if name in inspect.signature(function).parameters and known_names(measure, name)[0].startswith("column")
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("measure", "name"), SWEPT)
def test_every_column_gives_a_finite_number_or_a_refusal_of_ours(tables, measure, name):
    text = examples(tables, measure)[0]
    for column in known_names(measure, name)[1](tables):
        for year in ("2000", "2012", "2023") if re.search(r"\byear=", text) else ("",):
            asked = re.sub(rf"\b{name}=[^;]*", f"{name}={column}", text)
            asked = re.sub(r"\byear=\d+", f"year={year}", asked)
            if read_arguments(measure, asked)[1]:
                continue
            found, problem = estimate_or_problem(tables, measure, asked)
            assert found is None or found.n > 0
            assert problem is None or raised_by_us(problem), (asked, str(problem))


def test_an_effect_is_told_in_per_cent_by_its_metric_or_refused(tables):
    """Each metric by hand: 100 (exp x - 1) of logarithms, 100 (x - 1) of ratios, changes as they are."""
    by_hand = {
        "percent_change": lambda x: x,
        "percent_vs_expected": lambda x: x,
        "rate_ratio": lambda x: (x - 1) * 100,
        "odds_ratio": lambda x: (x - 1) * 100,
        "log_odds_ratio": lambda x: (math.exp(x) - 1) * 100,
    }
    seen = set()
    for row in tables["effects"].dropna(subset=["estimate"]).to_dict("records"):
        found, problem = estimate_or_problem(tables, "reported_change", f"effect={row['effect_id']}")
        if row["metric"] in by_hand:
            assert found.value == pytest.approx(by_hand[row["metric"]](row["estimate"])), row["effect_id"]
            assert found.value >= -100
            seen.add(row["metric"])
        else:
            assert f"is told as {row['metric']}. Allowed: percent_change" in str(problem)
    assert seen == set(by_hand)


def test_percent_of_the_rate_are_no_logarithms(tables):
    """A large step: 100 (exp b - 1) for b of the logarithm, so that nothing falls by more than everything."""
    step = measured(tables, "link", "driver=gini;outcome=percent", 0.95)
    large = measured(tables, "link", "driver=gini;outcome=percent;per=-30", 0.95)
    assert large.value == pytest.approx(100 * ((1 + step.value / 100) ** -30 - 1))
    assert -100 < large.low < large.value < large.high
    assert (1 + large.low / 100) == pytest.approx((1 + step.high / 100) ** -30)


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        ("link", "driver=gini;per=1e308"),
        ("link", "driver=gini;per=-1e308"),
        ("country_range", "measure=gini;year=2012;times=1e308"),
    ],
)
def test_a_number_beyond_all_numbers_is_no_estimate(tables, measure, text):
    with pytest.raises(BadChoice, match=r"which is not finite\. Allowed: .* Choose a smaller multiple"):
        measured(tables, measure, text, 0.95)


NUMERIC = [
    (measure, name)
    for measure, function in MEASURES.items()
    for name, it in inspect.signature(function, eval_str=True).parameters.items()
    if it.kind is it.KEYWORD_ONLY and it.annotation in (int, float)
]


@pytest.mark.parametrize(("measure", "name"), NUMERIC)
@pytest.mark.parametrize("number", ["1e309", "-1e309", "inf", "nan", "9" * 400])
def test_no_argument_takes_a_number_that_is_not_finite(measure, name, number):
    values, problems = read_arguments(measure, f"{name}={number}")
    assert name not in values
    assert any(it.startswith(f"{name} = ") and "Allowed: " in it for it in problems)


@pytest.mark.parametrize(("measure", "name"), [it for it in NUMERIC if it[1] == "minimum_population"])
def test_a_limit_beyond_all_populations_is_refused_with_what_is_allowed(measure, name):
    _, problems = read_arguments(measure, f"{name}=1e308")
    assert any("minimum_population = 1e+308" in it and "from 0 to 1,000,000,000" in it for it in problems)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("measure", MEASURES)
def test_no_words_of_a_library_reach_the_reader_where_tables_have_little(tables, measure):
    """No row, one row, one country, one year of each table that is read: an estimate, or a refusal of ours."""
    text = examples(tables, measure)[0]
    read = TablesRead(tables)
    measured(read, measure, text, 0.9)
    for name in read.names:
        whole = tables[name]
        little = [whole.iloc[:0], whole.iloc[:1]]
        little += [whole[whole["iso3"] == "BRA"]] if "iso3" in whole else []
        little += [whole[whole["year"] == whole["year"].max()]] if "year" in whole else []
        for rows in little:
            found, problem = estimate_or_problem({**tables, name: rows}, measure, text)
            assert found is None or found.n > 0
            assert problem is None or raised_by_us(problem) or NOTHING_FOUND in str(problem), (name, str(problem))
            assert "Error" not in str(problem), (name, str(problem))


@pytest.mark.parametrize("estimator", ["levels", "changes", "between"])
@pytest.mark.parametrize("measure", ["link", "curve"])
def test_a_link_without_a_figure_says_what_is_missing(tables, measure, estimator):
    text = f"driver=trust_police_lapop;estimator={estimator};first=1990;last=1995"
    with pytest.raises(BadChoice, match="0 countries and years with homicide and trust_police_lapop from 1990 to 1995"):
        measured(tables, measure, text, 0.9)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_but_what_is_told_escapes_from_a_measure(tables, measure):
    """Whatever an analyst writes gives an estimate or a refusal: arguments of the book with years moved to the ends."""
    texts = examples(tables, measure)
    moved = [re.sub(r"\b(19|20)\d\d\b", year, texts[0]) for year in ("1990", "2023", "2030")]
    # All years as far away as another, so that windows keep their length.
    shifted = [
        re.sub(r"\b(19|20)\d\d\b", lambda it, by=by: str(int(it[0]) + by), text)
        for text in texts[:3]
        for by in (-40, -20, -10, -3, 4, 10)
    ]
    for text in (*moved, *shifted):
        found, problem = estimate_or_problem(tables, measure, text)
        assert found is None or found.n > 0
        assert problem is None or (measure in str(problem) and raised_by_us(problem)), (text, str(problem))
