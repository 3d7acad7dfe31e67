"""Verdicts by hand, and what must be so of every grid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_security.methods.verdicts.grid import Choice, NoVerdict, Thresholds, judge
from citizen_security.methods.verdicts.regions import Estimate, Region

REGION = Region(3, float("inf"))
INSIDE, OUTSIDE, STRADDLING = Estimate.exact(4), Estimate.exact(2), Estimate(3, 2, 4)


def grid(main, *others, family="year"):
    return [Choice("main", main, is_main=True), *(Choice(f"c{i}", it, family=family) for i, it in enumerate(others))]


# By hand: the main choice, the others, the verdict.
BY_HAND = [
    (INSIDE, [], "holds"),
    (OUTSIDE, [], "does not hold"),
    (STRADDLING, [], "undecided"),
    (INSIDE, [INSIDE, INSIDE, STRADDLING], "holds"),
    (INSIDE, [INSIDE, STRADDLING, STRADDLING], "holds in part"),
    (INSIDE, [INSIDE] * 8 + [OUTSIDE], "holds"),
    # One in ten may say the opposite, 2 of 19 are more.
    (INSIDE, [INSIDE] * 16 + [OUTSIDE] * 2, "holds in part"),
    (INSIDE, [INSIDE] * 3 + [OUTSIDE], "holds in part"),
    (OUTSIDE, [OUTSIDE, OUTSIDE, STRADDLING], "does not hold"),
    (OUTSIDE, [OUTSIDE, INSIDE, STRADDLING], "fails in part"),
    (OUTSIDE, [STRADDLING, STRADDLING], "fails in part"),
    (OUTSIDE, [OUTSIDE] * 8 + [INSIDE], "does not hold"),
    (OUTSIDE, [OUTSIDE] * 16 + [INSIDE] * 2, "fails in part"),
    (OUTSIDE, [OUTSIDE] * 3 + [INSIDE], "fails in part"),
    (STRADDLING, [INSIDE, INSIDE, INSIDE, INSIDE], "undecided"),
    (STRADDLING, [INSIDE, OUTSIDE], "undecided"),
]


@pytest.mark.parametrize(("main", "others", "verdict"), BY_HAND)
def test_a_verdict_follows_from_the_grid_as_the_hand_says(main, others, verdict):
    assert judge(REGION, grid(main, *others)).name == verdict


def test_a_proxy_and_another_collection_never_settle():
    for directness in ("proxy", "another_collection"):
        assert judge(REGION, grid(INSIDE), directness=directness).name == "indirect evidence agrees"
        assert judge(REGION, grid(OUTSIDE), directness=directness).name == "indirect evidence speaks against"
        assert judge(REGION, grid(INSIDE, OUTSIDE), directness=directness).name == "undecided"
        assert judge(REGION, grid(OUTSIDE, INSIDE), directness=directness).name == "undecided"
        assert judge(REGION, grid(STRADDLING), directness=directness).name == "undecided"
    assert judge(REGION, grid(INSIDE), directness="proxy").reasons[1] == "a proxy never settles a claim"
    found = judge(REGION, grid(OUTSIDE), directness="another_collection")
    assert found.reasons[1:] == ("another collection never settles a claim",)
    with pytest.raises(ValueError, match="unknown directness 'hearsay'"):
        judge(REGION, grid(INSIDE), directness="hearsay")


def test_an_identity_that_fails_is_an_inconsistency():
    zero = Region(0, 0)
    assert judge(zero, grid(Estimate.exact(4)), identity=True).name == "internally inconsistent"
    assert judge(zero, grid(Estimate.exact(0)), identity=True).name == "holds"
    found = judge(zero, grid(Estimate.exact(4)), identity=True, latest=grid(Estimate.exact(0)))
    assert found.reasons[1] == "the document's own numbers do not fit each other"
    # In part it is no inconsistency.
    assert judge(zero, grid(Estimate.exact(4), Estimate.exact(0)), identity=True).name == "fails in part"


def test_what_held_and_no_longer_does_is_outdated():
    assert judge(REGION, grid(INSIDE), latest=grid(OUTSIDE)).name == "outdated"
    assert judge(REGION, grid(INSIDE), latest=grid(STRADDLING)).name == "holds"
    assert judge(REGION, grid(OUTSIDE), latest=grid(INSIDE)).name == "does not hold"
    assert judge(REGION, grid(INSIDE), latest=grid(OUTSIDE), directness="proxy").name == "indirect evidence agrees"
    # In the latest years it must fail by the same thresholds, and the reason counts their choices.
    latest = grid(OUTSIDE, OUTSIDE, STRADDLING, STRADDLING)
    assert judge(REGION, grid(INSIDE), latest=latest).name == "holds"
    found = judge(REGION, grid(INSIDE), latest=latest, thresholds=Thresholds(agreeing=0.5))
    assert found.name == "outdated"
    assert found.reasons[1] == (
        "in the latest years 2 of 4 ways of measuring leave the claim open and 2 speak against it; the main one speaks "
        "against it"
    )


def test_the_family_whose_choices_say_the_opposite_is_named():
    choices = [*grid(INSIDE, INSIDE, family="definition"), Choice("other", OUTSIDE, family="country")]
    assert judge(REGION, choices).deciding == ("country",)
    assert judge(REGION, grid(STRADDLING, INSIDE, OUTSIDE)).deciding == ()
    against = [
        *grid(OUTSIDE, INSIDE, INSIDE, family="year"),
        *(Choice(it, INSIDE, family=it) for it in ("country", "")),
    ]
    assert judge(REGION, against).deciding == ("country", "year")


def test_reasons_count_the_choices():
    found = judge(REGION, grid(INSIDE, OUTSIDE, STRADDLING))
    assert found.reasons == (
        "1 of 3 ways of measuring agrees with the claim, 1 leaves it open and 1 speaks against it; the main one agrees "
        "with it",
    )
    assert (found.inside, found.outside, found.straddling, found.choices) == (1, 1, 1, 3)
    found = judge(REGION, grid(STRADDLING, INSIDE, INSIDE, OUTSIDE, STRADDLING, STRADDLING))
    assert found.reasons == (
        "2 of 6 ways of measuring agree with the claim, 3 leave it open and 1 speaks against it; the main one leaves "
        "it open",
    )
    assert (found.inside, found.outside, found.straddling, found.choices) == (2, 1, 3, 6)


@pytest.mark.parametrize(
    ("estimates", "said"),
    [
        ((INSIDE,), "the only way of measuring agrees with the claim"),
        ((STRADDLING,), "the only way of measuring leaves the claim open"),
        ((OUTSIDE,), "the only way of measuring speaks against the claim"),
        ((INSIDE, INSIDE), "all 2 ways of measuring agree with the claim"),
        ((OUTSIDE, OUTSIDE, OUTSIDE), "all 3 ways of measuring speak against the claim"),
        (
            (STRADDLING, OUTSIDE),
            "1 of 2 ways of measuring leaves the claim open and 1 speaks against it; the main one leaves it open",
        ),
        (
            (OUTSIDE, INSIDE, OUTSIDE),
            "1 of 3 ways of measuring agrees with the claim and 2 speak against it; the main one speaks against it",
        ),
    ],
)
def test_the_reason_names_what_somebody_says_and_nothing_else(estimates, said):
    assert judge(REGION, grid(*estimates)).reasons == (said,)


@pytest.mark.parametrize(
    ("choices", "words"),
    [([], "0 choices with 0 main ones"), (grid(INSIDE)[:1] * 2, "2 main ones"), ([Choice("a", INSIDE)], "0 main ones")],
)
def test_nothing_follows_from_a_grid_that_is_empty_or_has_no_single_main_choice(choices, words):
    with pytest.raises(NoVerdict, match=words):
        judge(REGION, choices)


def test_thresholds_are_shares():
    with pytest.raises(ValueError, match="agreeing has 75"):
        Thresholds(agreeing=75)
    with pytest.raises(ValueError, match="opposing has 10"):
        Thresholds(opposing=10)
    assert judge(REGION, grid(INSIDE, STRADDLING), thresholds=Thresholds(agreeing=0.5)).name == "holds"
    several = grid(INSIDE, INSIDE, INSIDE, OUTSIDE)
    assert judge(REGION, several, thresholds=Thresholds(opposing=0.25)).name == "holds"
    assert judge(REGION, several, thresholds=Thresholds(opposing=0.24)).name == "holds in part"


ESTIMATES = st.builds(lambda v, h: Estimate(v, v - h, v + h), st.integers(-5, 5), st.integers(0, 3))
GRIDS = st.lists(ESTIMATES, min_size=1, max_size=12).map(lambda them: grid(*them))
# What lies between the two settled verdicts is not ordered: opposite choices may turn into straddling ones.
STEP = {"does not hold": 0, "fails in part": 1, "undecided": 1, "holds in part": 1, "holds": 2}


@given(choices=GRIDS, low=st.integers(-5, 5), width=st.integers(0, 5), wider=st.integers(0, 5))
def test_a_wider_region_never_makes_a_claim_less_true(choices, low, width, wider):
    narrow, wide = Region(low, low + width), Region(low - wider, low + width + wider)
    assert STEP[judge(narrow, choices).name] <= STEP[judge(wide, choices).name]


@given(choices=GRIDS, data=st.data())
def test_the_order_of_the_choices_does_not_matter(choices, data):
    assert judge(REGION, data.draw(st.permutations(choices))) == judge(REGION, choices)


MIRROR = {"holds": "does not hold", "holds in part": "fails in part", "undecided": "undecided"}
MIRROR |= {against: with_it for with_it, against in MIRROR.items()}
SIDES = st.lists(st.sampled_from([INSIDE, OUTSIDE, STRADDLING]), min_size=1, max_size=12)
TURNED = {id(INSIDE): OUTSIDE, id(OUTSIDE): INSIDE, id(STRADDLING): STRADDLING}


@given(sides=SIDES)
def test_the_rule_leans_to_neither_side(sides):
    found, turned = judge(REGION, grid(*sides)), judge(REGION, grid(*(TURNED[id(it)] for it in sides)))
    assert turned.name == MIRROR[found.name]


@given(choices=GRIDS)
def test_a_verdict_that_holds_never_comes_with_its_opposite(choices):
    mirrored = judge(Region(-float("inf"), 3), choices).name
    assert not (judge(REGION, choices).name == "holds" == mirrored) or choices[0].estimate == Estimate.exact(3)
