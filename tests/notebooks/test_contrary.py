"""Notebooks run with parameters that turn their conclusions round, and their prose follows."""

import re

import nbformat
import pytest
from notebooks.contrary import BROUGHT, BROUGHT_SAYS, CONTRARY, EXERCISES_AT_DEFAULTS, SAYS
from notebooks.test_notebooks import ASKED_FOR, EVERY, asked_for, assert_declared, read, solutions
from prose.labels import faults
from support import ROOT, bring_compiled_code

from citizen_security import compendium
from citizen_security.runs.execute import Job, execute
from citizen_security.runs.store import Store

# What prose must not show once it is resolved.
UNRESOLVED = re.compile(r"\{(?:glue|cite|term|doc|ref)[:\w]*\}`[^`]*`")


def run_quickly(entry, checkout, changed, after=()):
    """A quick run in a checkout of the test's own, with further cells after the notebook's."""
    bring_compiled_code(checkout)
    notebook = read(entry)
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in after]
    nbformat.write(notebook, checkout / entry.path)
    parameters = entry.parameters.from_values({"effort": "quick", **changed})
    entry.check_sample(parameters)
    job = Job(checkout, entry.name, checkout / entry.path, entry.tables, parameters)
    return execute(job, Store(checkout / "results"), progress=False)


def unresolved(notebook):
    """Roles that the prose of an executed notebook still shows."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return [role for source in prose for role in UNRESOLVED.findall(source)]


def outside_their_intervals(values):
    """Names of values that lie outside their own intervals."""
    numbers = {name: it for name, it in values.items() if it["interval"] and not isinstance(it["value"], str | bool)}
    return [name for name, it in numbers.items() if not it["interval"][0] <= it["value"] <= it["interval"][1]]


def assert_its_prose_follows(entry, run, says):
    """The run recorded and declared what it has to, its prose shows nothing raw, and its texts say what they should."""
    executed = nbformat.read(run.folder / "notebook.ipynb", as_version=4)
    assert run.values, f"{entry.path} recorded no value at quick effort. Call `record_values(headline.…)` always"
    assert run.manifest["effort"] == "quick", f"{entry.parameters.__name__} has no effort: inherit from `Parameters`"
    assert_declared(entry, asked_for(executed))
    assert not unresolved(executed)
    assert not outside_their_intervals(run.values)
    assert list(faults(run.values)) == []
    said = {name: run.values[name]["value"] for name in says}
    assert {name: text for name, text in said.items() if says[name] not in text} == {}


@pytest.mark.slow
@EVERY
def test_its_prose_follows_contrary_parameters_and_its_solutions_run(entry, checkout):
    exercises = [] if entry.name in EXERCISES_AT_DEFAULTS else solutions(entry)
    # A sentence that quotes what this run has not, and no reason for it, fails here.
    run = run_quickly(entry, checkout, CONTRARY.get(entry.name, {}), [ASKED_FOR, *exercises])
    assert_its_prose_follows(entry, run, SAYS.get(entry.name, {}))
    if not exercises:
        (checkout / entry.path).write_bytes((ROOT / entry.path).read_bytes())
        assert run_quickly(entry, checkout, {}, solutions(entry)).values


@pytest.mark.slow
@pytest.mark.parametrize("name", BROUGHT)
def test_its_prose_follows_what_is_brought(name, checkout):
    entry = compendium.NOTEBOOKS[name]
    run = run_quickly(entry, checkout, BROUGHT[name], [ASKED_FOR])
    assert_its_prose_follows(entry, run, BROUGHT_SAYS[name])


def test_every_notebook_has_contrary_parameters():
    assert set(CONTRARY) == set(compendium.NOTEBOOKS)
    defaults = {name: entry.parameters.defaults() for name, entry in compendium.NOTEBOOKS.items()}
    same = [f"{name}: {key}" for name, them in CONTRARY.items() for key in them if them[key] == defaults[name][key]]
    assert not same, f"{same} are as at the defaults"


def test_what_is_unresolved_or_outside_is_found():
    cell = nbformat.v4.new_markdown_cell("A {glue:text}`x_text` and {cite:p}`y` in `code`.")
    assert unresolved(nbformat.v4.new_notebook(cells=[cell])) == ["{glue:text}`x_text`", "{cite:p}`y`"]
    entry = {"value": 3.0, "interval": [1.0, 2.0]}
    assert outside_their_intervals({"a": entry, "b": {**entry, "value": 1.5}, "c": {**entry, "value": "x"}}) == ["a"]
