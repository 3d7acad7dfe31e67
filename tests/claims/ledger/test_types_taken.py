"""Each type of rule takes the ways of measuring that give what it is on, and refuses every other with what would do.

What the reader would lose: a verdict on a claim of one kind by a quantity of another.
"""

from typing import get_args

import pytest

from citizen_security.claims.ledger import reference
from citizen_security.claims.ledger.kinds_of_measures import TYPES, kind_problems, types_taken
from citizen_security.claims.ledger.registry import ABOUT, MEASURES
from citizen_security.methods.verdicts.regions import ClaimType

# Ways of measuring by what they give, by hand; those in the last lines give what their arguments name.
MEMBERS = (
    "below_median", "below_regional_median", "cities_fallen", "claimed_among_most_studied", "lower_than_every",
    "risers",
)  # fmt: skip
COUNTS = (*MEMBERS, "cities_in_region", "evaluations", "most_unequal_in_region", "people", "region_among_highest",
          "rows_out_of_order")  # fmt: skip
SHARES = (
    "beneficial_share", "convictions_per_hundred", "growth_percentile", "harmful_share", "homicides_over_places",
    "pairs_in_order", "poverty_left", "printed_rates_of_year", "regimes_between", "share_above_world", "share_of_world",
)  # fmt: skip
RANKS = ("poverty_rank", "rank_from_safest", "state_rank")
CHANGES = (
    "average_change", "country_rise", "half_year_change", "regional_change", "reported_change", "sector_change",
)  # fmt: skip
FALLS, SMALLER = ("country_fall",), ("fall_then_rise", "morelia_down_state_up", "morelia_fall_then_rise")
EFFECTS = ("curve", "growth_link", "one_country_link")
DIFFERENCES = ("benefit_beyond_half", "fall_short", "fewer_poor", "inequality_gap", "mean_change", "total_less_parts")
OF_STATEMENTS = ("exceptions_to_inclusion", "spread", "total_less_parts")
COUNTING = ("country_range", "figure")
NAMING = (*COUNTING, "weighted_mean")

# Types of which every way that is there takes some: what takes whatever is named, and what takes some of it.
ALWAYS = {
    "count": COUNTS,
    "existence": COUNTS,
    "set": MEMBERS,
    "share": SHARES,
    "ranking": (*RANKS, "pairs_in_order"),
    "direction": (*CHANGES, *FALLS, *SMALLER, *EFFECTS, *DIFFERENCES, "link", "lost_when_held", "pacification_fall",
                  "rank_persistence"),
    "not_fallen": CHANGES,
    "null": (*CHANGES, *FALLS, *EFFECTS),
    "coefficient": (*EFFECTS, "link", "rank_persistence"),
    "attenuation": ("lost_when_held",),
    "identity": (*OF_STATEMENTS, "rows_out_of_order"),
}  # fmt: skip
SOMETIMES = {
    # A mean weighted by people is of no count.
    "count": (*COUNTING, "exceptions_to_inclusion", "spread"),
    "existence": (*COUNTING, "exceptions_to_inclusion", "spread"),
    "share": (*NAMING, "ratio_of_figures", "exceptions_to_inclusion"),
    "direction": ("country_range", "weighted_mean"),
    "not_fallen": ("country_range", "weighted_mean"),
    "null": ("link", "pacification_fall"),
}
ANY = ("number", "at_least", "at_most", "range")


@pytest.fixture(scope="module")
def ways(tables):
    """Every way of measuring with every kind of quantity that its arguments may make of it."""
    found = {}
    for measure in MEASURES:
        for arguments in reference.possible_ways(tables, measure):
            kind = ABOUT[measure].kind_with(arguments, tables)
            key = kind, kind.no_effect, kind.reach, ABOUT[measure].is_smaller(arguments)
            found.setdefault(measure, {})[key] = (kind, arguments)
    return {measure: list(them.values()) for measure, them in found.items()}


def test_every_type_says_what_it_takes():
    assert list(TYPES) == list(reference.TYPES)
    assert set(TYPES) == set(get_args(ClaimType.__value__)) == {*ANY, *ALWAYS}


@pytest.mark.parametrize("name", get_args(ClaimType.__value__))
def test_a_type_takes_these_ways_of_measuring_and_no_others(ways, name):
    taken = {
        measure: [name in types_taken(measure, kind, arguments) for kind, arguments in them]
        for measure, them in ways.items()
    }
    assert {measure for measure, them in taken.items() if all(them)} == set(ALWAYS.get(name, MEASURES))
    some = {measure for measure, them in taken.items() if any(them) and not all(them)}
    assert some == set(SOMETIMES.get(name, ()))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("name", get_args(ClaimType.__value__))
def test_what_is_not_taken_is_refused_with_the_types_that_would_do(ways, name, measure):
    for kind, arguments in ways[measure]:
        problems = kind_problems(measure, kind, name, "", arguments)
        taken = types_taken(measure, kind, arguments)
        if name in taken or (kind.name == "what its statements count" and name != "identity"):
            assert problems == []
            continue
        (problem,) = problems
        assert problem.startswith(f"{measure} gives ")
        assert f"type {name} of the rule needs {TYPES[name].words}. Take a way of measuring that gives it" in problem
        *others, last = taken
        assert problem.endswith(f"or type {', '.join(others)} or {last}")


def test_why_the_smaller_of_two_and_a_fall_are_refused(ways):
    def said(measure, name):
        kind, arguments = ways[measure][0]
        return kind_problems(measure, kind, name, "", arguments)[0]

    assert "gives the smaller of two amounts, a change in %" in said("fall_then_rise", "null")
    assert "counts a fall as positive" in said("country_fall", "not_fallen")


def test_the_page_shows_which_types_take_a_way_and_what_types_are_on(tables):
    types = reference.measures_table(tables).set_index("measure")["types"]
    for name, measures in ALWAYS.items():
        for measure in MEASURES:
            first, _, then = types[measure].partition("; by what it names also ")
            assert (name in first.split(", ")) == (measure in measures), (name, measure)
            assert (name in then.split(", ")) == (measure in SOMETIMES.get(name, ())), (name, measure)
    assert reference.types_table(tables).set_index("type")["takes"].to_dict() == {
        name: takes.words for name, takes in TYPES.items()
    }
