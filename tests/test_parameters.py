from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, model_validator

from citizen_security import compendium
from citizen_security.parameters import (
    OptionalPath,
    ParameterError,
    Parameters,
    TablePath,
    allowed_values,
    field_schema,
    unknown,
)


class Example(Parameters):
    first_year: int = Field(1991, ge=1990, le=2023, description="first year")
    last_year: int = Field(2020, ge=1990, le=2023, description="last year")
    scale: float = Field(1.0, gt=0, description="a scale")
    countries: Literal["lac"] | list[str] = Field("lac", description="countries")
    regressors: list[Literal["gini", "poverty"]] = Field(["gini"], description="regressors")
    weighted: bool = Field(False, description="weights")

    @model_validator(mode="after")
    def _years_in_order(self):
        if self.first_year > self.last_year:
            raise ValueError(f"first_year = {self.first_year} is after last_year = {self.last_year}")
        return self


REFUSALS = {
    "unknown name": ({"frist_year": 2000}, "unknown parameter 'frist_year'; did you mean 'first_year'?"),
    "text for a number": ({"first_year": "2000"}, "first_year = '2000' is not allowed. Allowed: integer from 1990 to"),
    "float for an integer": ({"first_year": 2000.5}, "first_year = 2000.5 is not allowed"),
    "truth value for a number": ({"first_year": True}, "first_year = True is not allowed"),
    "number for a truth value": ({"weighted": 1}, "Allowed: true or false"),
    "below the range": ({"first_year": 1989}, "from 1990 to 2023"),
    "at an open bound": ({"scale": 0.0}, "number above 0"),
    "not a number": ({"scale": float("nan")}, "scale = nan is not allowed"),
    "infinite": ({"scale": float("inf")}, "scale = inf is not allowed"),
    "unknown choice": ({"regressors": ["gin"]}, "unknown value 'gin' in regressors; did you mean 'gini'?"),
    "wrong item": ({"countries": ["BRA", 3]}, "countries = ['BRA', 3] is not allowed"),
    "null": ({"first_year": None}, "first_year = None is not allowed"),
    "contradiction": ({"first_year": 2021}, "first_year = 2021 is after last_year = 2020"),
    "effort": ({"effort": "quik"}, "did you mean 'quick'? Allowed: full, quick"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_wrong_value_is_refused_with_what_is_allowed(case):
    values, message = REFUSALS[case]
    with pytest.raises(ParameterError) as refusal:
        Example.from_values(values)
    assert message in str(refusal.value)


def test_every_problem_is_told_at_once():
    with pytest.raises(ParameterError) as refusal:
        Example.from_values({"first_year": 1, "scale": -1.0, "efforts": "full"})
    assert len(refusal.value.problems) == 3


def test_a_notebook_hands_over_its_variables_and_others_are_passed_over():
    assert Example.from_cell({"first_year": 2001, "pandas": object(), "_": 1}).first_year == 2001


def test_only_what_differs_from_the_defaults_is_a_change():
    assert Example.from_values({"first_year": 1991, "scale": 2.0}).changed() == {"scale": 2.0}


def test_parameters_cannot_be_changed_after_validation():
    with pytest.raises(ValueError, match="frozen"):
        Example().first_year = 2000


def test_allowed_values_are_put_in_words():
    words = {name: allowed_values(field_schema(Example, name)) for name in Example.model_fields}
    assert words == {
        "effort": "one of full, quick",
        "first_year": "integer from 1990 to 2023",
        "last_year": "integer from 1990 to 2023",
        "scale": "number above 0",
        "countries": "lac or a list of: text",
        "regressors": "a list of: one of gini, poverty",
        "weighted": "true or false",
    }


@given(st.dictionaries(st.text(min_size=1).filter(lambda name: name not in Example.model_fields), st.integers()))
def test_no_unknown_name_is_ever_taken(values):
    assert Example.from_cell(values) == Example.from_values({})
    if values:
        with pytest.raises(ParameterError, match="unknown parameter"):
            Example.from_values(values)


def test_of_equally_near_matches_the_one_that_starts_alike_is_offered():
    assert "did you mean 'BRA'?" in unknown("country", "BRZ", ["ARG", "BLZ", "BRA", "BRB"])


def test_a_choice_given_bare_where_a_list_is_needed_is_no_unknown_value():
    with pytest.raises(ParameterError, match=r"regressors = 'gini' is not allowed. Allowed: a list of"):
        Example.from_values({"regressors": "gini"})


def test_the_nearest_match_ignores_case_and_none_is_offered_where_none_is_near():
    assert "did you mean 'BRA'?" in unknown("country", "bra", ["BRA", "ARG"], "countries")
    assert "did you mean" not in unknown("country", "zzzzzz", ["BRA", "ARG"])


class Renamed(Example):
    RENAMED = {"start": "first_year"}  # noqa: RUF012


def test_an_old_name_is_refused_with_the_new_one():
    with pytest.raises(ParameterError, match="start is now called first_year: give first_year instead"):
        Renamed.from_values({"start": 2000})


RENAMED = [(entry, old) for entry in compendium.NOTEBOOKS.values() for old in entry.parameters.RENAMED]


@pytest.mark.parametrize(("entry", "old"), RENAMED, ids=[f"{entry.name}-{old}" for entry, old in RENAMED])
def test_whoever_gives_a_notebook_an_old_name_is_told_the_new_one(entry, old):
    new = entry.parameters.RENAMED[old]
    assert old not in entry.parameters.model_fields
    # One name that meant two things has two names in its place.
    names = new.split(" and ")
    assert set(names) <= set(entry.parameters.model_fields)
    with pytest.raises(ParameterError) as refusal:
        entry.parameters.from_values({old: entry.parameters.defaults()[names[0]]})
    assert refusal.value.problems == (f"{old} is now called {new}: give {new} instead",)


class Bringing(Parameters):
    path: TablePath = Field("simulated", description="a table")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A current folder with a subfolder, a link to it, and a home."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "sub")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path.resolve()


@pytest.mark.parametrize(
    "spelling",
    ["sub/a.csv", "./sub/a.csv", "sub/../sub//a.csv", "~/sub/a.csv", "link/a.csv", "{folder}/sub/a.csv", "sub/a.csv/"],
)
def test_every_spelling_of_a_path_is_one_from_the_root(folder, spelling):
    given = Bringing.from_values({"path": spelling.format(folder=folder)})
    assert given.changed() == {"path": str(folder / "sub" / "a.csv")}
    assert given.files() == {"path": folder / "sub" / "a.csv"}
    assert Bringing.from_cell(given.changed()) == given


def test_the_word_for_no_path_stays_itself_and_a_file_of_that_name_can_be_given(folder):
    assert Bringing.from_values({"path": "simulated"}).changed() == {}
    assert Bringing().files() == {}
    assert Bringing.from_values({"path": "./simulated"}).path == str(folder / "simulated")
    assert Bringing.from_values({"path": "~nobody here/a.csv"}).path == str(folder / "~nobody here" / "a.csv")


class Beside(Bringing):
    other: OptionalPath = Field("none", description="a second table")


def test_a_second_file_may_be_none_and_is_never_simulated(folder):
    assert Beside().files() == {}
    given = Beside.from_values({"path": "a.csv", "other": "sub/b.csv"})
    assert given.files() == {"path": folder / "a.csv", "other": folder / "sub" / "b.csv"}
    assert Beside.from_values({"other": "./none"}).files() == {"other": folder / "none"}
    assert Beside.from_values({"other": "simulated"}).files() == {"other": folder / "simulated"}


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", "path = '' is not allowed. Allowed: path of a file."),
        (3, "path = 3 is not allowed"),
        ("https://example.org/a.csv", "is an address"),
        ("a\0.csv", "no path can have"),
    ],
)
def test_what_can_be_no_path_is_refused(path, message):
    with pytest.raises(ParameterError, match=message):
        Bringing.from_values({"path": path})
