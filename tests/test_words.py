"""Words follow numbers by rules that stand in one place."""

import pytest

from citizen_security import words


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "no country"),
        (1, "one country"),
        (3, "three countries"),
        (12, "twelve countries"),
        (1300, "1,300 countries"),
    ],
)
def test_a_count_has_its_noun(count, said):
    assert words.counted(count, "country", "countries") == said


def test_a_plural_is_the_singular_with_an_s_where_none_is_given():
    assert words.counted(2, "row") == "two rows"


@pytest.mark.parametrize(
    ("count", "total", "said"),
    [
        (0, 24, "none of the 24 rows"),
        (3, 24, "3 of 24 rows"),
        (24, 24, "all 24 rows"),
        (1, 1, "1 of 1 rows"),
        (0, 0, "0 of 0 rows"),
    ],
)
def test_some_of_all(count, total, said):
    assert words.out_of(count, total, "rows") == said


def test_some_of_one():
    assert words.out_of(1, 1, "studies", "study") == "the one study"
    assert words.out_of(0, 1, "studies", "study") == "no study"
    assert words.out_of(1, 2, "studies", "study") == "1 of 2 studies"


@pytest.mark.parametrize(
    ("p_value", "said"),
    [
        (0.0001, "p below 0.001"),
        (0.00099, "p below 0.001"),
        (0.001, "p = 0.001"),
        (0.0214, "p = 0.021"),
        (1, "p = 1.000"),
    ],
)
def test_a_p_value_is_never_printed_as_zero(p_value, said):
    assert words.p_in_words(p_value) == said


@pytest.mark.parametrize("p_value", [-0.001, 1.1, float("nan")])
def test_what_is_no_probability_has_no_words(p_value):
    with pytest.raises(ValueError, match="is no p-value"):
        words.p_in_words(p_value)


@pytest.mark.parametrize(
    ("p_value", "floor", "said"),
    [
        (0.12, 1 / 25, "p = 0.120, none can be below 0.040"),
        (1 / 23, 1 / 23, "p = 0.043, the least possible"),
        (0.0004, 0.0002, "p below 0.001, none can be below 0.0002"),
        (0.0002, 0.0002, "p = 0.0002, the least possible"),
        (0.5, 0.001, "p = 0.500, none can be below 0.001"),
    ],
)
def test_a_p_value_and_its_floor_have_the_same_digits(p_value, floor, said):
    assert words.p_with_floor(p_value, floor) == said


def test_what_is_no_least_p_value_is_refused():
    with pytest.raises(ValueError, match="no least p-value"):
        words.least_p(0.0)


@pytest.mark.parametrize(
    ("names", "said"),
    [([], "none"), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_names_are_listed(names, said):
    assert words.listed(names) == said


@pytest.mark.parametrize(
    ("value", "specification", "said"),
    [(5.7, ".1f", "+5.7"), (-9, ".0f", "−9"), (-0.001, ".2f", "0.00"), (0, ".1f", "0.0"), (-1234, ",.0f", "−1,234")],
)
def test_a_change_has_its_sign(value, specification, said):
    assert words.signed(value, specification) == said


@pytest.mark.parametrize(
    ("lower", "upper", "out", "said"),
    [
        (0.1, 2, True, "rises"),
        (-2, -0.1, True, "falls"),
        (-1, 1, False, "either"),
        (0, 1, False, "either"),
        (-1, 0, False, "either"),
        # An end that is at zero up to rounding, and one that is not.
        (-0.5, -1e-17, False, "either"),
        (3e-16, 2, False, "either"),
        (-0.5, -1e-6, True, "falls"),
        (0.2, float("inf"), True, "rises"),
        (float("-inf"), float("inf"), False, "either"),
    ],
)
def test_an_interval_lies_on_one_side_of_zero_or_holds_it(lower, upper, out, said):
    assert words.leaves_out_zero(lower, upper) is out
    assert words.by_interval(lower, upper, above="rises", below="falls", neither="either") == said


@pytest.mark.parametrize(("value", "said"), [(2.0, "larger"), (1.05, "alike"), (0.5, "smaller")])
def test_two_numbers_are_compared_within_a_tolerance(value, said):
    assert words.compared(value, 1, tolerance=0.1, larger="larger", smaller="smaller", alike="alike") == said


def test_clauses_become_sentences():
    assert words.sentences(["it rose", "", "Did it fall?", "no. "]) == "It rose. Did it fall? No."


@pytest.mark.parametrize(
    "refused",
    [
        lambda: words.counted(-1, "row"),
        lambda: words.out_of(2, 1, "rows"),
        lambda: words.by_interval(1, 0, above="", below="", neither=""),
    ],
)
def test_what_is_no_count_or_interval_is_refused(refused):
    with pytest.raises(ValueError, match="give"):
        refused()


def test_an_estimate_stands_before_its_interval_with_signs():
    assert words.with_interval(0.316, -0.018, 0.66) == "+0.32 (−0.02 to +0.66)"
    assert words.with_interval(-0.0004, -1, 0.0004, ".1f") == "0.0 (−1.0 to 0.0)"


@pytest.mark.parametrize(("count", "said"), [(0, "no"), (12, "twelve"), (13, "13"), (1300, "1,300")])
def test_a_count_without_its_noun(count, said):
    assert words.number_in_words(count) == said


@pytest.mark.parametrize(
    ("authors", "title", "said"),
    [
        ("Somebody, Other", "A title", "Somebody, Other"),
        (float("nan"), "Violence in cities: an evaluation", "“Violence in cities”"),
        ("  ", "Violence in cities", "“Violence in cities”"),
        (None, "Firearm stock and homicide, Sao Paulo 1997-2007", "“Firearm stock and homicide, Sao Paulo…”"),
        # Forty letters fit, and a comma before the cut goes.
        (None, "a" * 40, "“" + "a" * 40 + "”"),
        (None, "Firearm stock and homicide of Sao Paulo, then and now", "“Firearm stock and homicide of Sao Paulo…”"),
    ],
)
def test_a_title_stands_where_no_authors_are_named(authors, title, said):
    assert words.attributed(authors, title) == said


def test_a_p_value_by_simulation_has_its_limits_beside_it():
    assert words.p_with_limits(0.89, 0.8374, 0.9294) == "p = 0.890, 0.837 to 0.929"
