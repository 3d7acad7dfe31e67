import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from citizen_security import cli, compendium
from citizen_security.given import given_parameters, given_values
from citizen_security.runs.store import Store
from citizen_security.tables import catalog


def invoke(*words):
    ended = CliRunner().invoke(cli.application, words)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path))
    return Store(tmp_path)


def keep(store, name, state="complete"):
    manifest = {
        "notebook": {"name": name},
        "state": state,
        "started": datetime(2026, 1, 2, tzinfo=UTC).isoformat(),
        "duration_seconds": 1.5,
        "parameters": {"effort": "quick", "countries": ["BRA"]},
        "changed": {"countries": ["BRA"]},
        "tables": {"countries": {"sha256": "0" * 64, "release": "a release", "title": "Countries"}},
    }
    value = {"value": -0.5, "unit": "victims", "interval": [-1.0, 0.0], "n": 10, "label": "[x]", "format": ".2f"}
    with store.working_folder() as working:
        (working / "manifest.json").write_text(json.dumps(manifest))
        (working / "values.json").write_text(json.dumps({"effect": value}))
        for file in ("notebook.ipynb", "log.txt"):
            (working / file).touch()
        store.publish(working, name)


def test_the_list_names_every_notebook():
    output = invoke("list").output
    assert all(name in output for name in compendium.NOTEBOOKS)
    assert [e["notebook"] for e in json.loads(invoke("list", "--json").output)] == list(compendium.NOTEBOOKS)


@pytest.mark.parametrize("entry", compendium.NOTEBOOKS.values(), ids=compendium.NOTEBOOKS)
def test_a_description_names_every_parameter(entry):
    output = invoke("describe", entry.name).output
    assert all(name in output for name in entry.parameters.model_fields)
    assert json.loads(invoke("describe", entry.name, "--json").output) == entry.parameters.model_json_schema()


@pytest.mark.parametrize("name", ["cities/draft", "draft", "notebooks/cities/draft.ipynb"])
def test_a_notebook_file_without_an_entry_is_named_with_what_it_needs(tmp_path, monkeypatch, name):
    monkeypatch.setenv("CITIZEN_SECURITY_ROOT", str(tmp_path))
    for file in (
        "data/datapackage.json",
        "notebooks/cities/draft.ipynb",
        "notebooks/cities/.ipynb_checkpoints/a.ipynb",
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("{}")
    listed = invoke("list", "--json")
    assert [e["notebook"] for e in json.loads(listed.stdout)] == list(compendium.NOTEBOOKS)
    assert listed.stderr.count("\n") == 1
    for command in ("run", "describe"):
        ended = invoke(command, name)
        assert ended.exit_code == 2
        assert "notebooks/cities/draft.ipynb has no entry in src/citizen_security/compendium.py" in ended.stderr
        assert "Announce it there" in ended.stderr
    assert "did you mean" in invoke("run", "city_tabel").stderr


def test_runs_and_show_tell_what_was_run(results):
    keep(results, "paradox/panel/default")
    keep(results, "failed/paradox/panel/default-1", state="failed")
    output = invoke("runs").output
    assert "countries=" in output
    assert "failed/paradox/panel/default-1" in output
    assert json.loads(invoke("runs", "--json").output)[0]["seconds"] == 1.5
    shown = invoke("show", "paradox/panel/default").output
    assert "-1.00 to 0.00" in shown
    assert "[x]" in shown
    assert json.loads(invoke("show", "paradox/panel/default", "--json").output)["values"]["effect"]["n"] == 10


def test_an_unknown_run_is_refused(results):
    ended = invoke("show", "nothing")
    assert ended.exit_code == 2
    assert "nothing has been run yet" in ended.stderr
    assert "nothing has been run yet" in invoke("runs").output


def test_values_of_a_file_are_data_and_the_command_line_wins(tmp_path):
    entry = compendium.notebook("panel_regressions")
    file = tmp_path / "parameters.yml"
    file.write_text("countries: [BRA, MEX]\nfirst_year: 2000\n")
    given, problems = given_values(entry.parameters, ["first_year=2001", "countries=ARG,COL"], file)
    assert given == {"countries": ["ARG", "COL"], "first_year": 2001}
    assert problems == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("lac", "lac"),
        ("BRA", ["BRA"]),
        ("BRA,MEX", ["BRA", "MEX"]),
        ("BRA, MEX", ["BRA", "MEX"]),
        ("[BRA, MEX]", ["BRA", "MEX"]),
        ("[]", []),
        ("3", ["3"]),
        ("NO, BRA", ["NO", "BRA"]),
    ],
)
def test_a_list_is_written_as_one_would_expect(text, value):
    given, _ = given_values(compendium.notebook("panel_regressions").parameters, [f"countries={text}"])
    assert given == {"countries": value}


def test_the_tables_are_listed_described_and_verified():
    output = invoke("data", "list").output
    assert all(name in output for name in catalog.tables())
    described = invoke("data", "describe", "country_year").output
    assert "homicide_rate" in described
    assert json.loads(invoke("data", "describe", "country_year", "--json").output)["name"] == "country_year"
    assert invoke("data", "verify", "countries").exit_code == 0


def test_an_unknown_table_is_refused_with_the_nearest_match():
    ended = invoke("data", "describe", "country_years")
    assert ended.exit_code == 2
    assert "did you mean 'country_year'" in ended.stderr


def spoil(checkout, name, old, new):
    path = catalog.path(name, checkout)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="")


def test_an_edited_table_is_refused_until_its_change_is_accepted(checkout):
    spoil(checkout, "claims", "three times", "3 times")
    refused = invoke("data", "verify", "claims")
    assert refused.exit_code == 1
    assert "citizen-security data update claims" in refused.stderr
    assert invoke("data", "update", "claims", "--yes").exit_code == 0
    assert invoke("data", "verify", "claims").exit_code == 0


def test_a_change_is_shown_and_without_anybody_to_ask_it_is_not_accepted(checkout, monkeypatch):
    # a script that updates whatever is there would make every slip the new truth
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(checkout.parent))
    spoil(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.7")
    assert invoke("data", "update", "cost_of_violence", "--yes").exit_code == 0
    spoil(checkout, "cost_of_violence", "BRA,Brazil,1.7", "BRA,Brazil,2.7")
    before = (checkout / "data" / "datapackage.json").read_bytes()
    asked = invoke("data", "update", "cost_of_violence")
    assert asked.exit_code == 2
    assert "row 2 (iso3=BRA) cost_percent_of_gdp: 1.7 → 2.7" in asked.output
    assert "citizen-security data update --yes cost_of_violence" in asked.stderr
    assert (checkout / "data" / "datapackage.json").read_bytes() == before


@pytest.mark.parametrize(("answer", "status"), [(True, 0), (False, 2)])
def test_whoever_is_there_is_asked(checkout, monkeypatch, answer, status):
    monkeypatch.setattr(cli, "_is_anybody_there", lambda: True)
    monkeypatch.setattr("typer.confirm", lambda question: answer)
    spoil(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.7")
    assert invoke("data", "update", "cost_of_violence").exit_code == status


def test_where_the_accepted_table_is_not_to_be_had_that_is_said(checkout, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(checkout.parent))
    spoil(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.7")
    asked = invoke("data", "update", "cost_of_violence")
    assert asked.exit_code == 2
    assert "the difference cannot be shown" in asked.output


def spoil_many(checkout, estimates):
    """Add effects with these estimates, of which all are too large and whose errors are 0; the line of the first."""
    path = catalog.path("effects", checkout)
    text = path.read_text("utf-8")
    number = len(text.splitlines())
    row = "{},katz2016,homicide,homicide,,rate_ratio,{},,,,0,5,equal,,-1,,,as_published,,invented\n"
    rows = [row.format(f"E{number + more:03d}", estimate) for more, estimate in enumerate(estimates)]
    path.write_text(text + "".join(rows), "utf-8", newline="")
    return number + 1


def test_rows_that_cannot_be_are_told_whole_however_many_and_what_they_share_once(checkout):
    first = spoil_many(checkout, [80] * 55)
    refused = invoke("data", "update", "effects", "--yes")
    assert refused.exit_code == 2
    joined = " ".join(refused.stderr.split())
    assert joined.startswith("error: table 'effects' is invalid: 3 problems: ")
    rows = f"rows {first}–{first + 54} (effect_id=E{first - 1:03d} to E{first + 53:03d})"
    share = "a rate ratio is 80. Allowed: at most 20. Write 0.8 if 80 % is meant, or give the metric percent_change"
    assert f"- estimate, in 55 rows: {share} {rows}" in joined
    assert "- standard_error, in 55 rows: a standard error is 0. Allowed: it is above 0. Write it as printed" in joined
    assert joined.count(rows) == 3
    assert joined.endswith("or undo the edit: git restore data/evidence/effects.csv")
    assert "(effect_id=E" in invoke("data", "verify", "effects").stderr


def test_what_would_flood_a_terminal_is_written_into_a_file_whole(checkout, monkeypatch, tmp_path):
    first = spoil_many(checkout, range(100, 100 + 2 * cli.MOST_LINES))
    whole = invoke("data", "update", "effects", "--yes").stderr.splitlines()
    told = [line for line in whole if line.startswith("- row")]
    assert len(told) == 2 * cli.MOST_LINES
    monkeypatch.setattr(cli, "_is_terminal", lambda: True)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    *shown, last = invoke("data", "update", "effects", "--yes").stderr.splitlines()
    assert shown == whole[: cli.MOST_LINES]
    (file,) = tmp_path.glob("citizen_security_*.txt")
    assert last == f"these are {cli.MOST_LINES} of {len(whole)} lines; all of them are in {file}"
    assert file.read_text("utf-8").splitlines() == whole
    assert any(f"row {first + 2 * cli.MOST_LINES - 1} " in line for line in whole)


def test_doubts_about_rows_are_told_and_refuse_nothing(checkout):
    row = "E037,chainey2021,robbery,robbery,,percent_change,-"
    spoil(checkout, "effects", f"{row}23", f"{row}0.23")
    said = invoke("data", "update", "effects", "--yes")
    assert said.exit_code == 0
    assert "doubt: effects, row 38 (effect_id=E037), estimate: −0.23 is less than one per cent" in said.output
    assert "row_doubts_answered" in said.output
    assert "doubt:" not in invoke("data", "update", "cost_of_violence", "--yes").output


def test_what_a_spreadsheet_did_is_said_at_once_and_mended_by_one_command(checkout):
    path = catalog.path("country_year", checkout)
    whole = path.read_bytes()
    assert invoke("data", "tidy", "country_year").output.strip() == "country_year: nothing to tidy"
    text = whole.decode().replace("15.0029", "15").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    said = invoke("data", "update", "country_year").stderr
    assert "byte order mark" in said
    assert "1,123 rows end as Windows has them" in said
    assert "citizen-security data tidy country_year" in said
    assert "mended the byte order mark" in invoke("data", "tidy", "country_year").output
    assert path.read_bytes().startswith(b"iso3,year,")
    assert b"\r" not in path.read_bytes()


def test_the_rules_of_the_schema_are_listed_with_their_keys():
    listed = invoke("data", "rules").output
    assert "complete_panel: every `unit` has every `time`" in listed
    assert "keys: fields, unit, time, factor (optional)" in listed


def test_the_version_is_printed():
    assert invoke("--version").output.strip() == "0.2.0.dev0"


def test_outside_a_checkout_the_message_is_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "citizen_security.cli", "runs"],
        env={"CITIZEN_SECURITY_ROOT": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: no compendium found")
    assert done.stderr.count("\n") == 1


def test_two_sets_of_runs_are_compared_and_the_exit_status_tells(results, tmp_path):
    keep(results, "paradox/panel/default")
    other = Store(tmp_path / "other")
    keep(other, "paradox/panel/default")
    equal = invoke("compare", str(results.folder), str(other.folder))
    assert equal.exit_code == 0
    assert "equal to the last bit" in equal.output
    values = other.folder / "paradox/panel/default/values.json"
    values.write_text(values.read_text().replace("-0.5", "-0.25"))
    different = invoke("compare", str(results.folder), str(other.folder), "panel", "--json")
    assert different.exit_code == 1
    content = json.loads(different.output)
    assert not content["equal"]
    assert [(it["item"], it["kind"], it["old"], it["new"]) for it in content["differences"]] == [
        ("effect", "value", -0.5, -0.25)
    ]
    assert "effect" in invoke("compare", str(results.folder), str(other.folder)).output


def test_a_comparison_of_numbers_that_json_does_not_have_is_printed_as_json_all_the_same(results, tmp_path):
    keep(results, "paradox/panel/default")
    other = Store(tmp_path / "other")
    keep(other, "paradox/panel/default")
    values = other.folder / "paradox/panel/default/values.json"
    values.write_text(values.read_text().replace("-0.5", "NaN").replace("[-1.0, 0.0]", "[-Infinity, Infinity]"))
    different = invoke("compare", str(results.folder), str(other.folder), "--json")
    assert different.exit_code == 1
    content = json.loads(different.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert [it["new"] for it in content["differences"]] == ["NaN", ["-Infinity", "Infinity"]]


def test_a_run_that_cannot_be_compared_is_named_beside_what_differs(results, tmp_path):
    other = Store(tmp_path / "other")
    for store in (results, other):
        keep(store, "paradox/panel/default")
        keep(store, "paradox/other/default")
    values = other.folder / "paradox/panel/default/values.json"
    values.write_text(values.read_text().replace("-0.5", "-0.25"))
    broken = other.folder / "paradox/other/default/values.json"
    broken.write_text("{")
    refused = invoke("compare", str(results.folder), str(other.folder))
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"error: {broken} is not JSON")
    assert len(refused.stderr.splitlines()) == 1
    assert "1 differ, but 1 cannot be compared" in refused.stdout
    as_json = invoke("compare", str(results.folder), str(other.folder), "--json")
    assert as_json.exit_code == 2
    content = json.loads(as_json.stdout)
    assert (content["equal"], len(content["differences"]), len(content["problems"])) == (False, 1, 1)


@pytest.mark.parametrize("name", ["mine.csv", "datos #1: final (2).csv", "a,b.csv", "2019.csv"])
def test_a_path_starts_in_the_folder_of_whoever_gives_it(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    entry = compendium.notebook("every_municipality")
    assert given_parameters(entry.parameters, [f"path={name}"], None).path == str(tmp_path.resolve() / name)


def test_a_brought_file_is_shown_with_its_checksum(results):
    keep(results, "cities/every/default")
    folder = results.run("cities/every/default").folder
    manifest = json.loads((folder / "manifest.json").read_text())
    brought = {"path": {"file": "mine.csv", "sha256": "ab12" * 16}}
    (folder / "manifest.json").write_text(json.dumps({**manifest, "brought": brought}))
    shown = invoke("show", "cities/every/default").output
    assert "mine.csv" in shown
    assert "ab12ab12ab12" in shown


def test_a_comparison_with_a_folder_that_is_not_there_is_refused_in_a_sentence(tmp_path):
    refused = invoke("compare", str(tmp_path / "nowhere"), str(tmp_path))
    assert refused.exit_code == 2
    assert refused.stderr.startswith("error: there is no folder ")
    assert len(refused.stderr.splitlines()) == 1


def test_every_table_is_described():
    for name in catalog.tables():
        described = invoke("data", "describe", name)
        assert described.exit_code == 0, name
        assert name in described.output


def test_a_path_that_looks_like_a_style_is_printed_as_it_is(tmp_path, monkeypatch):
    folder = tmp_path / "res [/red] [bold]x"
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(folder))
    keep(Store(folder), "paradox/panel/default")
    shown = invoke("show", "paradox/panel/default")
    assert shown.exit_code == 0
    assert f"files: {folder}/paradox/panel/default" in shown.output


def test_links_that_lead_in_a_circle_get_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    table = f"path={tmp_path / 'loop' / 'mine.csv'}"
    refused = invoke("run", "every_municipality", "-p", table)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("error: ")
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path / "loop"))
    fault = invoke("run", "claimed_and_evaluated", "-p", "effort=quick")
    assert fault.exit_code == 1
    assert "lead in a circle" in fault.stderr
