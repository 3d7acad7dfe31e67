"""Every notebook has the agreed shape and runs; an analyst who knows one knows them all."""

import ast
import re

import nbformat
import pytest
from support import ROOT

from citizen_security import compendium
from citizen_security.imports import PACKAGE, imported_names
from citizen_security.runs.execute import Job, execute
from citizen_security.runs.store import Store

EVERY = pytest.mark.parametrize("entry", compendium.NOTEBOOKS.values(), ids=compendium.NOTEBOOKS)

MAXIMUM_CELLS = 30
MAXIMUM_LINES = 25
MAXIMUM_COLUMNS = 120
# More parameters than these are read in groups.
MAXIMUM_UNGROUPED = 8

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)

# Besides its own room and what its part shares.
FLOORS_OF_NOTEBOOKS = ("methods", "figures", "tables", "values")
ROOMS = {entry.room.removeprefix(f"{PACKAGE}.") for entry in compendium.NOTEBOOKS.values()}


def read(entry):
    return nbformat.read(ROOT / entry.path, as_version=4)


def code(entry):
    return [cell for cell in read(entry).cells if cell.cell_type == "code"]


def steps(entry):
    """The cells of code after the parameters."""
    return [cell for cell in code(entry) if "parameters" not in cell.metadata.get("tags", [])]


def oversized(source):
    """What is too long of a cell, in words."""
    lines = source.splitlines()
    wide = [f"{len(line)} columns: {line}" for line in lines if len(line) > MAXIMUM_COLUMNS]
    return [*([f"{len(lines)} lines: {lines[0]} …"] if len(lines) > MAXIMUM_LINES else []), *wide]


def own_work(source):
    """Arithmetic, formatting and functions of a cell, which belong to the room, where they are typed and tested."""
    found = []
    for node in ast.walk(ast.parse(source)):
        arithmetic = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ARITHMETIC)
        formats = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if arithmetic or formats or function or isinstance(node, ast.JoinedStr):
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


def badly_laid_out(source):
    """What a reader of a parameters cell stumbles over, in words."""
    parameters = [node for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    lines = [node.lineno for node in parameters]
    long = [f"{ast.unparse(node)} takes several lines" for node in parameters if node.end_lineno > node.lineno]
    crowded = ["several parameters stand on one line"] if len(set(lines)) < len(lines) else []
    groups = re.split(r"\n\s*\n", source.strip())
    if len(parameters) <= MAXIMUM_UNGROUPED:
        return [*long, *crowded]
    single = [f"{len(parameters)} parameters stand in one group"] if len(groups) < 2 else []
    bare = [f"no comment opens the group {group.splitlines()[0]} …" for group in groups if not group.startswith("#")]
    return [*long, *crowded, *single, *bare]


def may_import(entry, name):
    """Whether a notebook may import a name: of its room, of what its part shares, or of a floor below."""
    own = entry.room.removeprefix(f"{PACKAGE}.")
    if any(f"{name}.".startswith(f"{place}.") for place in (own, *FLOORS_OF_NOTEBOOKS)):
        return True
    return name.startswith(f"{entry.part}.") and not any(f"{name}.".startswith(f"{room}.") for room in ROOMS)


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
def test_it_is_short_and_a_cell_does_one_step(entry):
    assert len(read(entry).cells) <= MAXIMUM_CELLS
    assert [oversize for cell in steps(entry) for oversize in oversized(cell.source)] == []


@EVERY
def test_its_parameters_stand_one_a_line_and_many_are_grouped(entry):
    assert badly_laid_out(read(entry).cells[1].source) == []


@EVERY
def test_it_computes_and_formats_nothing_itself(entry):
    assert [work for cell in steps(entry) for work in own_work(cell.source)] == []


@EVERY
def test_it_imports_its_room_and_no_other(entry):
    imports = {name for cell in code(entry) for name in imported_names(cell.source)}
    assert [name for name in sorted(imports) if not may_import(entry, name)] == []


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
    assert any(re.search(r"\brecord(_values)?\(", cell.source) for cell in steps(entry))
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


@pytest.mark.slow
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


LONG_LINE = "x = [" + "1, " * 50 + "]"


@pytest.mark.parametrize(
    ("source", "faults"),
    [("x = 1", 0), ("x = 1\n" * 25, 0), ("x = 1\n" * 26, 1), (LONG_LINE, 1), (f"{LONG_LINE}\n" * 26, 27)],
)
def test_a_cell_that_is_too_long_is_found(source, faults):
    assert len(oversized(source)) == faults


@pytest.mark.parametrize(
    "source",
    [
        "x = rates[rates.year > 2000].mean()",
        "x = -1",
        "chosen = tall | wide",
        "table = parameters.draws_at_effort",
        "record_values(headline.rates(table))",
    ],
)
def test_what_a_cell_may_do_is_let_pass(source):
    assert own_work(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "x = 100 * share",
        "x += 1",
        "x = f(2 ** n)",
        "title = f'{x}'",
        "title = '{}'.format(x)",
        "title = '%s' % x",
        "def f():\n    pass",
        "show(lambda row: row.a / row.b)",
    ],
)
def test_what_belongs_to_the_room_is_found(source):
    assert len(own_work(source)) == 1


NINE = "\n".join(f"p{number} = {number}" for number in range(9))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a = 1\nb = [\n    1,\n]", "takes several lines"),
        ("a = 1; b = 2", "on one line"),
        (NINE, "9 parameters stand in one group"),
        (f"# years\n{NINE}\n\nq = 1", "no comment opens the group q = 1"),
    ],
)
def test_a_crowded_parameters_cell_is_found(source, said):
    assert any(said in fault for fault in badly_laid_out(source))


@pytest.mark.parametrize("source", ["a = 1\nb = 2", f"# years\n{NINE}\n\n# effort\nq = 1"])
def test_a_tidy_parameters_cell_is_let_pass(source):
    assert badly_laid_out(source) == []


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("cities.city_table.printed_list", True),
        ("cities.samples", True),
        ("figures.cities.city_table", True),
        ("methods.rates", True),
        ("values.record", True),
        ("cities.city_trends.summaries", False),
        ("paradox.countries", False),
        ("runs.execute", False),
        ("compendium", False),
    ],
)
def test_a_notebook_may_import_its_own_room_only(name, allowed):
    assert may_import(compendium.notebook("cities/city_table"), name) is allowed
