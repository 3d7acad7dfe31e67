"""Wrong parameters are refused before a kernel starts, for every notebook; the cases come from the schemas."""

import json

import pytest
from typer.testing import CliRunner

from citizen_security import cli, compendium
from citizen_security.parameters import ParameterError, field_schema

# A value of each JSON type; those that a schema does not take are wrong for it.
OF_TYPE = {
    "integer": 7,
    "number": 0.123,
    "boolean": True,
    "string": "no such thing",
    "array": ["no such thing"],
    "null": None,
}
OBJECT = {"a": 1}


def branches(schema):
    return [branch for option in schema.get("anyOf", [schema]) for branch in [option]]


def takes(schema, kind):
    types = set()
    for branch in branches(schema):
        types.add(branch.get("type", "string"))
    return kind in types or (kind == "integer" and "number" in types)


def wrong_values(schema):
    """Values that the schema of one parameter refuses, with the reason."""
    for kind, value in OF_TYPE.items():
        if not takes(schema, kind):
            yield f"{kind} given", value
    yield "object given", OBJECT
    for branch in branches(schema):
        if "minimum" in branch:
            yield "below the minimum", branch["minimum"] - 1
        if "exclusiveMinimum" in branch:
            yield "at the open minimum", branch["exclusiveMinimum"]
        if "maximum" in branch:
            yield "above the maximum", branch["maximum"] + 1
        if "exclusiveMaximum" in branch:
            yield "at the open maximum", branch["exclusiveMaximum"]
        if "enum" in branch:
            yield "nearly a choice", f"{branch['enum'][0]}x"
        if branch.get("type") == "array":
            yield "a list of objects", [OBJECT]
            if branch.get("items", {}).get("enum"):
                yield "nearly a choice in the list", [f"{branch['items']['enum'][0]}x"]
            if branch.get("minItems"):
                yield "an empty list", []


def cases():
    for entry in compendium.NOTEBOOKS.values():
        yield pytest.param(entry, {"no_such_parameter": 1}, id=f"{entry.name}: unknown name")
        near = next(iter(entry.parameters.model_fields))
        yield pytest.param(entry, {near + "x": 1}, id=f"{entry.name}: nearly a name")
        for name in entry.parameters.model_fields:
            for reason, value in wrong_values(field_schema(entry.parameters, name)):
                yield pytest.param(entry, {name: value}, id=f"{entry.name}: {name}: {reason}")


CASES = list(cases())


def test_there_are_at_least_sixty_cases():
    assert len(CASES) >= 60


@pytest.mark.parametrize(("entry", "values"), CASES)
def test_a_wrong_parameter_is_refused_by_name(entry, values):
    with pytest.raises(ParameterError) as refusal:
        entry.check_sample(entry.parameters.from_values(values))
    (name,) = values
    assert name in str(refusal.value)
    assert "llowed" in str(refusal.value)


@pytest.fixture
def command(tmp_path, monkeypatch):
    """The command line, with results of its own; a run that got as far as a kernel would leave something there."""
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path / "results"))
    monkeypatch.setattr("citizen_security.runs.execute.execute", lambda *_, **__: pytest.fail("a run was started"))
    return lambda *words: CliRunner().invoke(cli.application, words)


COMMANDS = {
    "start after end": (
        ["run", "panel_regressions", "-p", "first_year=2010", "-p", "last_year=2005"],
        "first_year",
    ),
    "mistyped country": (["run", "panel_regressions", "-p", "countries=[BRZ, MEX, COL]"], "did you mean 'BRA'"),
    "a country of another region": (["run", "panel_regressions", "-p", "countries=[FRA]"], "FRA"),
    "no country": (["run", "panel_regressions", "-p", "countries=[]"], "countries"),
    "a country without data": (
        ["run", "panel_regressions", "-p", "countries=CUB", "-p", "regressors=[log_gdp_per_capita]"],
        "CUB",
    ),
    "an empty sample": (["run", "panel_regressions", "-p", "first_year=1990", "-p", "last_year=1990"], ""),
    "a city table without cities": (["run", "city_homicide", "-p", "minimum_population=9000000"], "minimum_population"),
    "an empty map": (
        ["run", "evidence_gap_map", "-p", "region=lac", "-p", "first_year=1990", "-p", "last_year=1990"],
        "would leave",
    ),
    "no equals sign": (["run", "panel_regressions", "-p", "countries"], "name=value"),
    "given twice": (["run", "panel_regressions", "-p", "effort=full", "-p", "effort=quick"], "more than once"),
    "a bracket that is missing": (["run", "panel_regressions", "-p", "countries=[BRA"], "cannot be read"),
    "a Python object in YAML": (
        ["run", "panel_regressions", "-p", "countries=!!python/object/apply:os.getcwd []"],
        "cannot be read",
    ),
    "a file that is missing": (["run", "panel_regressions", "-f", "no-such-file.yml"], "no-such-file.yml"),
    "an unknown notebook": (["run", "panel_regresions"], "did you mean 'paradox/panel_regressions'"),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_a_refused_command_ends_with_status_two_and_writes_nothing(command, tmp_path, case):
    words, message = COMMANDS[case]
    ended = command(*words)
    assert ended.exit_code == 2, ended.output
    assert ended.stderr.startswith("error: ")
    assert message in ended.stderr
    assert "Traceback" not in ended.output
    assert not (tmp_path / "results").exists()


FILES = {
    "a list": ("- 1\n- 2\n", "holds no parameters"),
    "nothing": ("", "holds no parameters"),
    "numbers for names": ("1: 2\n", "unknown parameter '1'"),
    "no YAML": ("a: [", "neither YAML nor JSON"),
    "not UTF-8": ("a: é".encode("utf-16"), "neither YAML nor JSON"),
    "code": ("countries: !!python/object/apply:os.system ['touch smuggled']", "neither YAML nor JSON"),
    "an unknown name": ("cuntries: lac", "did you mean 'countries'"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_of_parameters_is_refused(command, tmp_path, case):
    content, message = FILES[case]
    file = tmp_path / "parameters.yml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    ended = command("run", "panel_regressions", "-f", str(file))
    assert ended.exit_code == 2
    assert message in ended.stderr
    assert list(tmp_path.rglob("smuggled")) == []


def test_a_file_too_large_to_be_parameters_is_refused(command, tmp_path):
    file = tmp_path / "parameters.yml"
    file.write_text("a: " + "x" * 1_000_001)
    ended = command("run", "panel_regressions", "-f", str(file))
    assert ended.exit_code == 2
    assert "a parameter file is a few lines" in ended.stderr


def test_the_schemas_are_plain_json_schema():
    for entry in compendium.NOTEBOOKS.values():
        schema = entry.parameters.model_json_schema()
        assert schema["additionalProperties"] is False
        assert json.loads(json.dumps(schema)) == schema
