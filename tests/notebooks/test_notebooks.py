"""Every notebook has the agreed shape and runs; an analyst who knows one knows them all."""

import ast
import re

import nbformat
import pytest
from support import ROOT

from citizen_security import compendium
from citizen_security.runs.execute import Job, execute
from citizen_security.runs.store import Store

EVERY = pytest.mark.parametrize("entry", compendium.NOTEBOOKS.values(), ids=compendium.NOTEBOOKS)

MAXIMUM_CELLS = 30
MAXIMUM_FUNCTION_LINES = 6


def read(entry):
    return nbformat.read(ROOT / entry.path, as_version=4)


def code(entry):
    return [cell for cell in read(entry).cells if cell.cell_type == "code"]


@EVERY
def test_it_is_committed_without_outputs(entry):
    assert all(not cell.outputs and cell.execution_count is None for cell in code(entry))


@EVERY
def test_it_starts_with_the_question_the_parameters_and_their_validation(entry):
    question, parameters, validation = read(entry).cells[:3]
    assert question.cell_type == "markdown"
    assert question.source.startswith("# ")
    assert parameters.metadata.tags == ["parameters"]
    assert f"parameters = {entry.parameters.__name__}.from_cell(globals())" in validation.source


@EVERY
def test_its_parameters_cell_equals_its_class(entry):
    cell = {}
    for statement in ast.parse(read(entry).cells[1].source).body:
        assert isinstance(statement, ast.Assign), "the parameters cell holds assignments only"
        cell[statement.targets[0].id] = ast.literal_eval(statement.value)
    assert cell == entry.parameters.defaults()


@EVERY
def test_it_is_short_and_its_functions_live_in_the_package(entry):
    assert len(read(entry).cells) <= MAXIMUM_CELLS
    for cell in code(entry):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < MAXIMUM_FUNCTION_LINES, node.name


@EVERY
def test_it_reads_only_the_tables_it_declares(entry):
    loaded = set()
    for cell in code(entry):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("load"):
                loaded.add(ast.literal_eval(node.args[0]))
    # Whatever codes studies reads the coding scheme, inside the package.
    scheme = set(compendium.CODING_SCHEME) if entry.name.startswith("evidence/") else set()
    assert loaded | scheme == set(entry.tables)


@EVERY
def test_it_records_values_and_ends_with_limits_and_exercises(entry):
    assert any(re.search(r"record(_values)?\(", cell.source) for cell in code(entry))
    prose = "\n".join(cell.source for cell in read(entry).cells if cell.cell_type == "markdown")
    assert "does not" in prose or "cannot" in prose
    assert "Exercise" in prose


@EVERY
def test_every_figure_has_alternative_text(entry):
    for cell in code(entry):
        if "figure" in cell.metadata.get("tags", []) or "theme.source(" in cell.source:
            assert cell.metadata.mystnb.image.alt.strip(), cell.source


def solutions(entry):
    """Code of the solutions that the exercises hide."""
    prose = "\n".join(cell.source for cell in read(entry).cells if cell.cell_type == "markdown")
    folds = re.findall(r"^:::\{dropdown\} Solution.*?^:::$", prose, flags=re.MULTILINE | re.DOTALL)
    return [block for fold in folds for block in re.findall(r"```python\n(.*?)```", fold, flags=re.DOTALL)]


@EVERY
def test_it_has_three_exercises_with_solutions(entry):
    assert len(solutions(entry)) >= 3


@EVERY
def test_it_runs_at_quick_effort_and_so_do_its_solutions(entry, checkout):
    notebook = read(entry)
    notebook.cells += [nbformat.v4.new_code_cell(solution) for solution in solutions(entry)]
    nbformat.write(notebook, checkout / entry.path)
    parameters = entry.parameters.from_values({"effort": "quick"})
    job = Job(checkout, entry.name, checkout / entry.path, entry.tables, parameters)
    run = execute(job, Store(checkout / "results"), progress=False)
    assert run.values
    assert run.manifest["effort"] == "quick"
    for name, value in run.values.items():
        if value["interval"] and not isinstance(value["value"], str | bool):
            low, high = value["interval"]
            assert low <= value["value"] <= high, f"{name}: the value lies outside its own interval"
