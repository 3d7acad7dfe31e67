"""What is given on the command line and in files is read literally, within bounds, and refused in short lines."""

import json
import os
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from citizen_security import cli, compendium
from citizen_security.given import given_parameters
from citizen_security.parameters import ParameterError
from citizen_security.plain import LINE, lines, printable, shown

MUNICIPALITIES = compendium.notebook("every_municipality").parameters
PANEL = compendium.notebook("panel_regressions").parameters
CONCENTRATION = compendium.notebook("concentration").parameters
CITIES = compendium.notebook("city_homicide").parameters


def are_short(problems):
    return all(len(problem) <= LINE for problem in problems)


def refusals_of(declared, pairs=(), file=None):
    """Problems of what may be taken, too."""
    try:
        given_parameters(declared, pairs, file)
    except ParameterError as refusal:
        return refusal.problems
    return ()


def problems_of(declared, pairs=(), file=None):
    with pytest.raises(ParameterError) as refusal:
        given_parameters(declared, pairs, file)
    assert are_short(refusal.value.problems)
    return refusal.value.problems


LITERAL = [
    *((MUNICIPALITIES, name, text) for name in ("place_column", "group_column") for text in (
        "datos #1.csv", "a: b.csv", "2019", "01", "1e3", "1_000", "0x10", "1:30", "2019-01-01", "NO", "yes", "off",
        "true", "null", "~", "'x.csv'", '"x.csv"', "[a].csv", "{a}", "*a", "&a b", "!x", "!!str x", "@x", "%x", "- a",
        "? a", "| a", "> a", "`a`", "a,b.csv", " a.csv", "a.csv ", "<<", "...", "---", "año.csv", "a=b", "NaN", ".inf",
    )),
    (PANEL, "release", "2024"),
    (PANEL, "effort", "quick"),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "name", "text"), LITERAL)
def test_text_is_taken_as_it_stands(declared, name, text):
    assert getattr(given_parameters(declared, [f"{name}={text}"]), name) == text


TYPED = [
    (PANEL, "kernel_lags", "010", 10),
    (PANEL, "kernel_lags", "automatic", "automatic"),
    (PANEL, "seed", "+7", 7),
    (PANEL, "seed", " 7 ", 7),
    (PANEL, "countries", "NO", ["NO"]),
    (PANEL, "countries", "NO,ON, OFF", ["NO", "ON", "OFF"]),
    (PANEL, "countries", "[BRA, MEX]", ["BRA", "MEX"]),
    (PANEL, "countries", "007", ["007"]),
    (PANEL, "countries", '["NO", "BRA"]', ["NO", "BRA"]),
    (PANEL, "regressors", ' [ "gdp_growth" ] ', ["gdp_growth"]),
    (PANEL, "countries", " lac ", "lac"),
    (PANEL, "outcome", " rate ", "rate"),
    (MUNICIPALITIES, "credible_level", ".9", 0.9),
    (MUNICIPALITIES, "credible_level", "9e-1", 0.9),
    (MUNICIPALITIES, "overall_rate_centre", "12", 12.0),
    (MUNICIPALITIES, "constant_model", "false", False),
    (MUNICIPALITIES, "constant_model", "True", True),
    (CONCENTRATION, "window_months", "010, 12", [10, 12]),
    (CONCENTRATION, "street_shapes", "1e-1,1", [0.1, 1.0]),
    (CONCENTRATION, "street_shapes", "[]", []),
    (CITIES, "compared_cities", "San Pedro Sula,Cali: norte", ["San Pedro Sula", "Cali: norte"]),
    (CITIES, "compared_cities", '["Cali, norte", "S\\u00e3o \\"Luís\\""]', ["Cali, norte", 'São "Luís"']),
]


@pytest.mark.parametrize(("declared", "name", "text", "value"), TYPED)
def test_values_are_read_by_the_declared_type(declared, name, text, value):
    taken = getattr(given_parameters(declared, [f"{name}={text}"]), name)
    assert taken == value
    assert type(taken) is type(value)


OTHER_NOTATIONS = [
    *(
        "1_000",
        "0x3E8",
        "0o17",
        "0b1",
        "1e3",
        "16:40",
        "1000.0",
        "１０００",
        "٣",
        "1,000",
        "1 000",
        "1000 # a",
        "1000L",
    ),
    *("null", "~", "", " ", "nan", "inf", "-", "+", "--5", "true", "'1000'", "9" * 31, "9" * 5_000),
]


@pytest.mark.parametrize("text", OTHER_NOTATIONS, ids=lambda text: text[:12])
def test_an_integer_in_another_notation_is_refused_with_the_remedy(text):
    (problem,) = problems_of(MUNICIPALITIES, [f"draws={text}"])
    assert problem.startswith("draws = ")
    assert "Allowed: integer from 500 to 20000, in plain decimal digits" in problem


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "y", "0", "1", "tRue", ""])
def test_a_truth_value_in_another_notation_is_refused(text):
    assert "Allowed: true or false" in problems_of(MUNICIPALITIES, [f"constant_model={text}"])[0]


PAIRS = {
    "no equals sign": ("draws", "write name=value"),
    "no name": ("=3", "write name=value"),
    "a blank before the name": (" draws=1000", "write draws=value, without blanks around ="),
    "a blank behind the name": ("draws =1000", "write draws=value, without blanks around ="),
    "a megabyte": (f"path={'x' * 1_000_000}", "path has 1,000,000 characters; at most 10,000 are read"),
    "a megabyte of a name": (f"{'x' * 1_000_000}=1", "unknown parameter"),
    "a megabyte of neither": ("x" * 1_000_000, "is no parameter"),
    "a long path": (f"path={'x' * 5_000}", "Allowed: path of a file"),
}


@pytest.mark.parametrize("case", PAIRS)
def test_a_pair_that_is_none_is_refused(case):
    pair, message = PAIRS[case]
    (problem,) = problems_of(MUNICIPALITIES, [pair])
    assert message in problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('["BRA", null]', "has no value"),
        ('["BRA", ["MEX"]]', "is not allowed"),
        ('["BRA", {"MEX": "x"}]', "is not allowed"),
    ],
)
def test_a_list_of_json_holds_words_alone(text, message):
    assert any(message in problem for problem in problems_of(PANEL, [f"countries={text}"]))


@pytest.mark.parametrize("text", ['["12"]', '["x", 1]'])
def test_a_quoted_number_of_a_list_of_json_is_a_word(text):
    assert problems_of(CONCENTRATION, [f"window_months={text}"])


@given(
    st.lists(st.text(st.characters(codec="ascii", categories=["Lu"]), min_size=3, max_size=3), unique=True, min_size=1)
)
def test_a_list_is_read_as_it_is_shown(countries):
    assert given_parameters(PANEL, [f"countries={json.dumps(countries)}"]).countries == countries


@pytest.mark.parametrize("text", ["BRA,,MEX", "BRA,", ",BRA", "", "[BRA", "BRA]", "[,]"])
def test_a_list_with_a_hole_is_refused(text):
    (problem,) = problems_of(PANEL, [f"countries={text}"])
    assert problem.startswith("countries ")
    assert "write a,b" in problem.lower()


def test_all_problems_of_file_pairs_and_values_are_told_at_once(tmp_path):
    file = tmp_path / "a.yml"
    file.write_text("seed: -1\nno_such: 1\n")
    pairs = ["draws", "countries=BRA,", "first_year=x", "first_year=y", "long_difference=99", "effort=quik"]
    problems = problems_of(PANEL, pairs, file)
    for words in ("'draws' is no", "countries 'BRA,'", "first_year is given more", "seed = -1", "long_difference = 99",
                  "'no_such'", "'quik'"):  # fmt: skip
        assert sum(words in problem for problem in problems) == 1, (words, problems)


def test_contradictions_are_told_beside_wrong_values_but_not_with_defaults():
    problems = problems_of(PANEL, ["first_year=2010", "last_year=2005", "seed=x"])
    assert len(problems) == 2
    # The year is wrong itself, so that nothing is said of its order.
    assert len(problems_of(PANEL, ["first_year=99", "last_year=1991"])) == 1


# --- files ------------------------------------------------------------------------------------------------------------

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{new}: &{new} [{','.join(['*' + old] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
FILES = {
    "billion laughs": (BOMB, "an alias or an anchor"),
    "an anchor": ("countries: &a [BRA]\n", "an alias or an anchor"),
    "an alias": ("countries: *a\n", "an alias or an anchor"),
    "a merge key": ("<<: {seed: 1}\n", "it merges mappings"),
    "20,000 open lists": ("countries: " + "[" * 20_000, "nested more than 6 deep"),
    "20,000 nested mappings": ("{a: " * 20_000, "nested more than 6 deep"),
    "20,000 nested lists of JSON": ('{"a": ' + "[" * 20_000 + "]" * 20_000 + "}", "nested more than 6 deep"),
    "20,000 nested blocks": ("countries:\n" + "- " * 20_000 + "x", "nested more than 6 deep"),
    "seven deep": ('{"a": [[[[[[1]]]]]]}', "nested more than 6 deep"),
    "20,000 countries": (f"countries: [{'BRA,' * 20_000}]", "it has more than 5,000 entries"),
    "20,000 countries of JSON": (json.dumps({"countries": ["BR"] * 12_000}), "it has more than 5,000 entries"),
    "4,000 repeated countries": (f"countries: [{'BRA,' * 4_000}]", "countries holds 4,000 items"),
    "200 repeated countries": (f"countries: [{'BRA,' * 200}]", "names BRA more than once"),
    "4,000 unknown choices": (f"regressors: [{'x,' * 4_000}]", "unknown value 'x' in regressors"),
    "a key twice": ("seed: 1\nseed: 2\n", "'seed' stands in it more than once"),
    "a key twice, once in quotes": ("seed: 1\n'seed': 2\n", "'seed' stands in it more than once"),
    "a key twice in JSON": ('{"seed": 1, "seed": 2}', "'seed' stands in it more than once"),
    "a key twice within": ('{"seed": {"a": 1, "a": 2}}', "'a' stands in it more than once"),
    "a tag": ("seed: !!int 3\n", "it has a tag"),
    "a tag of one's own": ("seed: !x 3\n", "it has a tag"),
    "a bare tag": ("seed: ! 3\n", "it has a tag"),
    "Python": ("countries: !!python/object/apply:os.system ['touch smuggled']", "it has a tag"),
    "binary": ("path: !!binary aGk=\n", "it has a tag"),
    "a set": ("countries: !!set {BRA}\n", "it has a tag"),
    "two documents": ("seed: 1\n---\nseed: 2\n", "second document"),
    "two documents, the first empty": ("---\n---\nseed: 2\n", "second document"),
    "Latin-1": ("path: año.csv\n".encode("latin-1"), "save it as UTF-8"),
    "UTF-16": ("seed: 1\n".encode("utf-16"), "save it as UTF-8"),
    "half a sign": (b"path: \xc3", "save it as UTF-8"),
    "tabs": ("countries:\n\t- BRA\n", "line 2"),
    "a control character": ("path: a\x1b[31m\n", "control characters"),
    "a zero": ("path: a\0b\n", "control characters"),
    "a mapping for a value": ("seed: {a: 1}\n", "seed = {'a': '1'} is not allowed"),
    "a list for a value": ("seed: [1]\n", "seed = ['1'] is not allowed"),
    "a list of lists": ("countries: [[BRA]]\n", "countries = [['BRA']] is not allowed"),
    "a list for a name": ("? [a, b]\n: 1\n", "where a name is needed"),
    "a number for a name": ("1: 2\n", "unknown parameter '1'"),
    "no for a name": ("no: 2\n", "unknown parameter 'no'"),
    "null for a name": ("~: 2\n", "unknown parameter '~'"),
    "nothing": ("", "holds no parameters"),
    "blanks": (" \n \n", "holds no parameters"),
    "a comment": ("# seed: 1\n", "holds no parameters"),
    "a word": ("seed\n", "holds no parameters"),
    "a list": ("- seed\n", "holds no parameters"),
    "a list of JSON": ("[1]", "holds no parameters"),
    "null of JSON": ("null", "holds no parameters"),
    "no value": ("seed:\n", "seed has no value"),
    "a null": ("seed: null\n", "seed has no value"),
    "a tilde": ("countries: ~\n", "countries has no value"),
    "a null within": ("countries: [BRA, ~]\n", "countries has no value"),
    "a null of JSON": ('{"countries": null}', "countries has no value"),
    "a huge integer": (f"seed: {'9' * 5_000}\n", "seed = '9999"),
    "a huge integer of JSON": (f'{{"seed": {"9" * 5_000}}}', "seed = '9999"),
    "octal": ("seed: 0o17\n", "in plain decimal digits"),
    "hexadecimal": ("seed: 0x1F\n", "in plain decimal digits"),
    "grouped": ("seed: 1_000\n", "in plain decimal digits"),
    "sexagesimal": ("seed: 1:30\n", "in plain decimal digits"),
    "not a number": ("confidence_level: .nan\n", "confidence_level = '.nan'"),
    "NaN of JSON": ('{"confidence_level": NaN}', "confidence_level = 'NaN'"),
    "Infinity of JSON": ('{"confidence_level": -Infinity}', "confidence_level = '-Infinity'"),
    "1e999": ("confidence_level: 1e999\n", "confidence_level = inf"),
    "a date": ("first_year: 2019-01-01\n", "first_year = '2019-01-01'"),
    "a number in quotes": ("seed: '3'\n", "without quotes"),
    "a mapping on one line": ("path: a: b\n", "line 1"),
    "an open list": ("countries: [BRA\n", "neither YAML nor JSON"),
    "a trailing comma of JSON": ('{"seed": 1,}x', "neither YAML nor JSON"),
    "100,001 bytes": ("# " + "x" * 99_999, "more than 100,000 bytes"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_honest_one_is_refused_at_once(tmp_path, case):
    content, message = FILES[case]
    file = tmp_path / "a.yml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    started = time.process_time()
    problems = problems_of(PANEL, [], file)
    assert time.process_time() - started < 5
    assert any(message in problem for problem in problems), problems
    assert list(tmp_path.iterdir()) == [file]


READ = {
    "a text that looks like a number": ("group_column: 01\n", "group_column", "01"),
    "a number of JSON where text is meant": ('{"group_column": 1e2}', "group_column", "1e2"),
    "a truth value where text is meant": ("group_column: yes\n", "group_column", "yes"),
    "a truth value of JSON where text is meant": ('{"group_column": true}', "group_column", "true"),
    "a date where text is meant": ("group_column: 2019-01-01\n", "group_column", "2019-01-01"),
    "null in quotes": ("group_column: 'null'\n", "group_column", "null"),
    "a tag in quotes": ("place_column: '!x'\n", "place_column", "!x"),
    "a # in quotes": ("place_column: 'datos #1.csv'\n", "place_column", "datos #1.csv"),
    "an integer": ("draws: 01000\n", "draws", 1000),
    "a number": ('{"credible_level": 9e-1}', "credible_level", 0.9),
    "a truth value": ("constant_model: false\n", "constant_model", False),
    "a truth value of JSON": ('{"constant_model": false}', "constant_model", False),
    "a mark of UTF-8": (b"\xef\xbb\xbfdraws: 1000\n", "draws", 1000),
    "JSON with tabs": ('{\n\t"draws": 1000\n}', "draws", 1000),
    "JSON with an escape": ('{"place_column": "a\\/\\u00f1.csv"}', "place_column", "a/ñ.csv"),
    "YAML that looks like JSON": ("{draws: 1000}", "draws", 1000),
    "a version": ("%YAML 1.2\n---\ndraws: 1000\n...\n", "draws", 1000),
    "lines of Windows": (b"draws: 1000\r\n", "draws", 1000),
    "a folded text": ("place_column: >-\n  a\n  b.csv\n", "place_column", "a b.csv"),
    "no parameter at all": ("{}", "draws", 1500),
}


@pytest.mark.parametrize("case", READ)
def test_a_file_is_read_by_the_declared_types(tmp_path, case):
    content, name, value = READ[case]
    file = tmp_path / "a.yml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    taken = getattr(given_parameters(MUNICIPALITIES, [], file), name)
    assert taken == value
    assert type(taken) is type(value)


@pytest.mark.parametrize("written", ["[NO, ON, 007]", '["NO", "ON", 007]', "NO, ON, 007", "\n- NO\n- ON\n- 007\n"])
def test_norway_is_a_country(tmp_path, written):
    file = tmp_path / "a.yml"
    file.write_text(f"countries: {written}")
    assert given_parameters(PANEL, [], file).countries == ["NO", "ON", "007"]


def no_file(kind, folder):
    path = folder / "a.yml"
    if kind == "a FIFO":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a circle of links":
        path.symlink_to(path)
    elif kind == "a link to nothing":
        path.symlink_to(folder / "nothing")
    elif kind == "a file's child":
        path.write_text("")
        path = path / "b.yml"
    elif kind == "too long":
        path = folder / ("x" * 300)
    elif kind.startswith("/"):
        return type(path)(kind)
    return path


@pytest.mark.parametrize(
    "kind",
    ["a FIFO", "a folder", "a circle of links", "a link to nothing", "a file's child", "too long", "missing",
     "/dev/zero", "/dev/null", "/dev/random", "/dev/full", "/proc/self/environ", "/"],
)  # fmt: skip
def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path, kind):
    path = no_file(kind, tmp_path)
    (problem,) = problems_of(PANEL, [], path)
    assert str(path)[:40] in problem


def test_a_file_that_may_not_be_read_is_the_users_own_to_mend(tmp_path, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied", "a.yml")

    monkeypatch.setattr(os, "open", denied)
    assert "you may not read it" in problems_of(PANEL, [], tmp_path / "a.yml")[0]


@pytest.mark.slow
def test_a_pipe_on_standard_input_is_refused_and_a_file_is_read(tmp_path):
    file = tmp_path / "a.yml"
    file.write_text("seed: -5\n")
    command = [sys.executable, "-m", "citizen_security.cli", "run", "panel_regressions", "-f", "/dev/stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as piped:
        # Nothing is ever written to it.
        assert piped.stderr is not None
        assert "it is no file" in piped.stderr.read()
        assert piped.wait() == 2
    with file.open() as stream:
        read = subprocess.run(command, stdin=stream, capture_output=True, text=True, check=False)
    assert read.returncode == 2
    assert "seed = -5" in read.stderr


# --- what reaches the terminal ----------------------------------------------------------------------------------------

DANGER = "\x1b]0;owned\x07\x1b[31m\r\x08\u202e\u2028\x9b31m\udcff"


@pytest.mark.parametrize(
    "words",
    [
        ["run", f"a{DANGER}"],
        ["run", "panel_regressions", "-p", DANGER],
        ["run", "panel_regressions", "-p", f"{DANGER}=1"],
        ["run", "panel_regressions", "-p", f"seed={DANGER}"],
        ["run", "panel_regressions", "-p", f"countries={DANGER},{DANGER}"],
        ["run", "panel_regressions", "-p", f"countries=BRA,{DANGER}"],
        ["run", "panel_regressions", "-p", f"regressors={DANGER}"],
        ["run", "every_municipality", "-p", f"path={DANGER}"],
        ["run", "panel_regressions", "-f", f"/nowhere/{DANGER}"],
        ["show", DANGER],
        ["compare", DANGER, DANGER],
        ["data", "describe", DANGER],
        ["data", "verify", DANGER],
        ["data", "update", DANGER],
    ],
)
def test_nothing_that_commands_a_terminal_reaches_it(tmp_path, monkeypatch, words):
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path / "results"))
    ended = CliRunner().invoke(cli.application, words)
    assert ended.exit_code == 2, ended.exception
    assert ended.stderr.startswith("error: ")
    for line in ended.stderr.split("\n"):
        assert printable(line) == line
        assert len(line) <= LINE
    assert not (tmp_path / "results").exists()


def test_a_mistyped_option_commands_nothing_either(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["citizen-security", "list", "--\x1b[31m"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "\x1b" not in capsys.readouterr().err


def test_of_very_many_problems_the_first_are_told(tmp_path, monkeypatch):
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path / "results"))
    words = [word for number in range(60) for word in ("-p", f"x{number}=1")]
    ended = CliRunner().invoke(cli.application, ["run", "panel_regressions", *words])
    assert ended.exit_code == 2
    assert len(ended.stderr.splitlines()) == 21
    assert "40 more problems" in ended.stderr


@given(st.text())
def test_lines_are_short_printable_and_lose_nothing_short(text):
    made = list(lines(text))
    assert all(len(line) <= LINE and printable(line) == line for line in made)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists))
def test_any_value_is_shown_short(value):
    assert len(shown(value)) <= 60
    assert printable(shown(value)) == shown(value)


def test_an_integer_too_long_for_text_is_shown_by_its_length():
    assert shown(10**5_000) == "an integer of 5,001 digits"


@given(st.text(max_size=200))
def test_text_of_the_command_line_is_never_changed(text):
    try:
        taken = given_parameters(MUNICIPALITIES, [f"place_column={text}"])
    except ParameterError:
        assert not text.strip()
    else:
        assert taken.place_column == text


@given(st.text(max_size=50), st.sampled_from(["draws", "credible_level", "constant_model", "path", "seed"]))
def test_any_text_for_any_parameter_is_taken_or_refused_in_short_lines(text, name):
    refused = refusals_of(MUNICIPALITIES, [f"{name}={text}"])
    assert are_short(refused)


@given(st.binary(max_size=300) | st.text(alphabet="{}[]:,-&*!|>'\"%@`#?~ \n\tseed01.<", max_size=80).map(str.encode))
def test_any_bytes_in_a_file_are_read_or_refused(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.yml"
    file.write_bytes(content)
    refused = refusals_of(MUNICIPALITIES, [], file)
    assert are_short(refused)
