"""Every notebook has the agreed shape and runs; an analyst who knows one knows them all."""

import ast
import re
from dataclasses import replace
from functools import cache

import nbformat
import pytest
from cell_rules import Fault, foreign_imports, own_work, tables_loaded, tree
from support import ROOT

from citizen_security import compendium
from citizen_security.imports import PACKAGE, UnreadableCell, cell_imports, hidden_imports, imported_names, read_imports
from citizen_security.runs.citations import REFERENCES, ROLE, resolver, works

EVERY = pytest.mark.parametrize("entry", compendium.NOTEBOOKS.values(), ids=compendium.NOTEBOOKS)

MAXIMUM_CELLS = 30
MAXIMUM_LINES = 25
MAXIMUM_COLUMNS = 120
# More parameters than these are read in groups.
MAXIMUM_UNGROUPED = 8

# What the words and the exercises of a notebook must hold.
LIMITS = ("does not", "cannot")
EXERCISES = 3

# Besides its own room and what its part shares.
FLOORS_OF_NOTEBOOKS = ("methods", "figures", "tables", "values", "read_out", "regional")
IMPORTS = read_imports(ROOT)


@cache
def citations():
    """Every link by which a notebook may cite a work of the references."""
    texts = [path.read_text("utf-8") for path in (ROOT / REFERENCES).glob("*.bib")]
    known = works(ROOT, re.findall(r"^@\w+\{([^,\s]+),", "\n".join(texts), flags=re.MULTILINE))
    cite = resolver(known, "../../book/bibliography.md")
    in_text = (ROLE.sub(cite, f"{{cite:t}}`{key}`") for key in known)
    in_brackets = (ROLE.sub(cite, f"{{cite:p}}`{key}`")[1:-1] for key in known)
    return {*in_text, *in_brackets}


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
    # The part's checks read tables, which a cell must name.
    others = (*ROOMS, f"{entry.part}.checks")
    return name.startswith(f"{entry.part}.") and not any(f"{name}.".startswith(f"{other}.") for other in others)


def refuse(entry, faults):
    """Fail with faults of cells as sentences: where, what stands there, what is allowed, what to do."""
    assert not faults, "\n".join(f"{entry.path}, cell {number}, {fault}" for number, fault in faults)


def numbered(entry, *, without_parameters=True):
    """Numbers and sources of the cells of code, counted from one as an editor shows them."""
    cells = [(number, cell) for number, cell in enumerate(read(entry).cells, start=1) if cell.cell_type == "code"]
    kept = steps(entry) if without_parameters else code(entry)
    return [(number, cell.source) for number, cell in cells if cell in kept]


def prose(entry):
    return "\n".join(cell.source for cell in read(entry).cells if cell.cell_type == "markdown")


def hiding(source):
    """What a cell imports by that no statement names; it may import no package as a whole either."""
    if not tree(source).body:
        return []
    remedy = "Import the module that is meant: `from citizen_security.part.room import module`"
    reason = "hides what it imports, so that the notebook is not run again when that changes"
    statements = [node for node in ast.walk(tree(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
    whole = "imports a whole package, by whose attributes any module below it may be reached"
    return [
        *(Fault(line, text, reason, remedy) for line, text in hidden_imports(source)),
        *(
            Fault(node.lineno, ast.unparse(node), whole, remedy)
            for node in statements
            if any(len(IMPORTS.named(name)) > 1 for name in imported_names(ast.unparse(node)))
        ),
    ]


@EVERY
def test_its_cells_are_plain_python(entry):
    try:
        cell_imports(ROOT / entry.path)
    except UnreadableCell as error:
        pytest.fail(str(error), pytrace=False)


@EVERY
def test_no_cell_hides_what_it_imports(entry):
    found = [(n, fault) for n, source in numbered(entry, without_parameters=False) for fault in hiding(source)]
    refuse(entry, found)


@EVERY
def test_it_is_committed_without_outputs(entry):
    dirty = [cell.source for cell in code(entry) if cell.outputs or cell.execution_count is not None]
    assert not dirty, f"{entry.path} holds outputs: strip them with `.venv/bin/pre-commit run --all-files`. {dirty}"


@EVERY
def test_it_starts_with_the_question_the_parameters_and_their_validation(entry):
    question, parameters, validation = read(entry).cells[:3]
    validating = f"parameters = {entry.parameters.__name__}.from_cell(globals())"
    order = f"{entry.path} starts with title and question, the cell tagged parameters, and `{validating}`. Put them so"
    assert question.cell_type == "markdown", order
    assert question.source.startswith("# "), order
    assert parameters.metadata.get("tags") == ["parameters"], order
    assert validating in validation.source, order


@EVERY
def test_its_parameters_cell_equals_its_class(entry):
    cell = {}
    for statement in tree(read(entry).cells[1].source).body:
        assert isinstance(statement, ast.Assign), (
            f"{entry.path}, cell 2, line {statement.lineno}: the parameters cell holds assignments of plain values, "
            "since papermill puts others in their place. Move the rest to the next cell"
        )
        cell[statement.targets[0].id] = ast.literal_eval(statement.value)
    assert cell == entry.parameters.defaults(), (
        f"{entry.path}, cell 2: name and default of each parameter are those of {entry.parameters.__name__}, in its "
        f"order. Mend the cell or {entry.room.replace('.', '/')}/parameters.py"
    )


@EVERY
def test_it_is_short_and_a_cell_does_one_step(entry):
    count = len(read(entry).cells)
    assert count <= MAXIMUM_CELLS, (
        f"{entry.path} has {count} cells. Allowed: {MAXIMUM_CELLS}, which one reads in a sitting. Join what is one "
        "step, move details to the method's page in book/, or make a second notebook of a second question"
    )
    found = [f"{entry.path}, cell {n}: {oversize}" for n, source in numbered(entry) for oversize in oversized(source)]
    assert not found, (
        f"{found}. Allowed: {MAXIMUM_LINES} lines of {MAXIMUM_COLUMNS} columns, one step a cell. Split the cell, or "
        "move what it does to the room"
    )


@EVERY
def test_its_parameters_stand_one_a_line_and_many_are_grouped(entry):
    found = badly_laid_out(read(entry).cells[1].source)
    assert not found, (
        f"{entry.path}, cell 2: {found}. One line a parameter; more than {MAXIMUM_UNGROUPED} stand in groups, an empty "
        "line before and a comment on top of each"
    )


@EVERY
def test_it_computes_and_formats_nothing_itself(entry):
    refuse(entry, [(number, work) for number, source in numbered(entry) for work in own_work(source)])


@EVERY
def test_it_imports_no_library_to_compute_or_read_with(entry):
    refuse(entry, [(number, it) for number, source in numbered(entry) for it in foreign_imports(source)])


@EVERY
def test_it_imports_its_room_and_no_other(entry):
    imports = {name for cell in code(entry) if tree(cell.source).body for name in imported_names(cell.source)}
    found = [name for name in sorted(imports) if not may_import(entry, name)]
    floors = ", ".join(FLOORS_OF_NOTEBOOKS)
    assert not found, (
        f"{entry.path} imports {', '.join(found)}. Allowed: its own room {entry.room}, what {entry.part} shares, and "
        f"{floors}, so that a change of another room reruns it not. Move what both need to {PACKAGE}/{entry.part}/, or "
        "to methods/ where it knows no table and no country"
    )


@EVERY
def test_it_reads_only_the_tables_it_declares(entry):
    found = [(number, fault) for number, source in numbered(entry) for fault in tables_loaded(source)[1]]
    refuse(entry, found)
    loaded = set().union(*(tables_loaded(cell.source)[0] for cell in code(entry)))
    # Whatever codes studies reads the coding scheme, inside the package.
    scheme = set(compendium.CODING_SCHEME)
    assert_declared(entry, loaded | (scheme if scheme <= set(entry.tables) else set()))


def assert_declared(entry, loaded):
    unknown, unread = sorted(loaded - set(entry.tables)), sorted(set(entry.tables) - loaded)
    assert not unknown, (
        f"{entry.path} reads {', '.join(unknown)}, and its entry in src/citizen_security/compendium.py declares "
        f"{', '.join(entry.tables) or 'no table'}: it would not run again when they change. Add them to `tables` there"
    )
    assert not unread, (
        f"{entry.path} does not read {', '.join(unread)}, which its entry in src/citizen_security/compendium.py "
        "declares: it would run again for nothing. Take them out of `tables` there, or load them"
    )


@EVERY
def test_it_records_values_and_ends_with_limits_and_exercises(entry):
    assert any(re.search(r"\brecord(_values)?\(", cell.source) for cell in steps(entry)), (
        f"{entry.path} records no value, so that no page can quote one. Return a list of `Value` from the room's "
        "headline.py and call `record_values(headline.…)` in the last cells"
    )
    assert any(words in prose(entry) for words in LIMITS), (
        f"{entry.path} says nowhere what it {' or '.join(LIMITS)} show. End with a section that does, as the other "
        "notebooks do"
    )
    assert "Exercise" in prose(entry), f"{entry.path} has no exercises. End with a section `## Exercises`"


@EVERY
def test_every_figure_has_alternative_text(entry):
    for number, cell in enumerate(read(entry).cells, start=1):
        if cell.cell_type == "code" and ("figure" in cell.metadata.get("tags", []) or "theme.source(" in cell.source):
            text = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert text.strip(), (
                f"{entry.path}, cell {number} shows a figure without a text for whoever does not see it. Say in the "
                'cell\'s metadata what it shows: {"mystnb": {"image": {"alt": "…"}}}'
            )


# What only the book's own Markdown knows: roles, directives, labels, attributes, substitutions.
BOOKISH = re.compile(
    r"\{[a-z][\w:-]*\}`[^`]*`|^ *[:`]{3,}\{[^}]*\}.*|^\([\w-]+\)= *$|\{[.#][\w-]+\}|\{\{.*?\}\}|\[\^\w+\]",
    flags=re.MULTILINE,
)
FENCED = re.compile(r"^```\w*\n.*?^```$", flags=re.MULTILINE | re.DOTALL)


@EVERY
def test_its_prose_is_markdown_that_jupyterlab_and_colab_show(entry):
    found = BOOKISH.findall(FENCED.sub("", prose(entry)))
    assert not found, (
        f"{entry.path} holds {', '.join(found)}, which students would see as it stands. Run "
        "`python scripts/plain-notebooks.py`, which puts links, blanks and <details> in place of roles and dropdowns"
    )


@EVERY
def test_its_citations_are_those_of_the_references(entry):
    # A title in the brackets marks a citation: `[Muggah 2017](https://doi.org/… "The rise of …")`.
    found = re.findall(r'\[(?:[^\]\\]|\\.)+\]\([^)\s]+ "(?!Glossary: )[^"]*"\)', prose(entry))
    wrong = [link for link in found if link not in citations()]
    assert not wrong, (
        f"{entry.path} cites {'; '.join(wrong)}, which book/references/ does not give so. Cite by the role "
        "{cite:p}`key` or {cite:t}`key`, and run `python scripts/plain-notebooks.py`"
    )


@EVERY
def test_its_links_lead_to_files_of_the_checkout(entry):
    found = re.findall(r"\]\((?!https?:)([^)\s#]+)", prose(entry))
    missing = [link for link in found if not (ROOT / entry.path).parent.joinpath(link).is_file()]
    assert not missing, f"{entry.path} links to {', '.join(missing)}, which is not there from the notebook's folder"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("A {glue:text}`x` and {{ y }}.", ["{glue:text}`x`", "{{ y }}"]),
        (":::{note} A\n:::\n(label)=\n", [":::{note} A", "(label)="]),
        ("[x]{.number} and[^1]", ["{.number}", "[^1]"]),
        ("…<!--x--> `f(x)` $a_{it}$ [x](y.md)\n<details>\n</details>", []),
    ],
)
def test_markdown_of_the_book_alone_would_be_found(source, found):
    assert BOOKISH.findall(source) == found


def solutions(entry):
    """Code of the solutions that the exercises hide."""
    folds = re.findall(r"^<details>\n<summary>Solution.*?^</details>$", prose(entry), flags=re.MULTILINE | re.DOTALL)
    return [block for fold in folds for block in re.findall(r"```python\n(.*?)```", fold, flags=re.DOTALL)]


@EVERY
def test_it_has_three_exercises_with_solutions(entry):
    count = len(solutions(entry))
    assert count >= EXERCISES, (
        f"{entry.path} has {count} exercises with a solution in code. Allowed: {EXERCISES} or more. Write each "
        "solution between <details>, with <summary>Solution</summary>, and </details>, in a block ```python: tests run "
        "it after the notebook"
    )


# At the end of the notebook and before the solutions: which tables its cells asked for, by whatever name or way.
ASKED_FOR = "from citizen_security.tables import catalog\nprint(*sorted(catalog.ASKED_FOR))"


def asked_for(notebook):
    """Tables that a kernel asked for, as the cell `ASKED_FOR` printed them."""
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code" and cell.source == ASKED_FOR)
    return set("".join(output.get("text", "") for output in cell.outputs).split())


LONG_LINE = "x = [" + "1, " * 50 + "]"


@pytest.mark.parametrize(
    ("source", "faults"),
    [("x = 1", 0), ("x = 1\n" * 25, 0), ("x = 1\n" * 26, 1), (LONG_LINE, 1), (f"{LONG_LINE}\n" * 26, 27)],
)
def test_a_cell_that_is_too_long_is_found(source, faults):
    assert len(oversized(source)) == faults


@pytest.mark.parametrize(
    ("table", "words"),
    [(("countries",), "does not read countries"), ((), "")],
)
def test_what_was_asked_for_and_what_is_declared_must_agree(table, words):
    entry = replace(compendium.notebook("cities/every_municipality"), tables=table)
    with pytest.raises(AssertionError, match=words or "reads effects, .* declares no table.*Add them") as raised:
        assert_declared(entry, set() if table else {"effects"})
    assert "compendium.py" in str(raised.value)


def test_what_a_kernel_asked_for_is_read_from_its_cell():
    cell = nbformat.v4.new_code_cell(ASKED_FOR)
    cell.outputs = [nbformat.v4.new_output("stream", text="countries effects\n")]
    assert asked_for(nbformat.v4.new_notebook(cells=[cell])) == {"countries", "effects"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import sys\nsys.modules", "hides"),
        ("from citizen_security.cities import city_table", "a whole package"),
        ("from citizen_security.figures import *", "hides"),
    ],
)
def test_a_cell_that_hides_an_import_is_found(source, words):
    assert words in str(hiding(source)[0])


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


def test_a_notebook_reads_no_table_by_the_checks_that_its_part_shares():
    entry = compendium.notebook("paradox/panel_regressions")
    assert not may_import(entry, "paradox.checks.chosen_panel")
    assert may_import(entry, "paradox.panel_regressions.checks.check")
