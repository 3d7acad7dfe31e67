"""What a notebook is made of: a source too few is a stale number, a source too many a night of needless runs."""

import json
from modulefinder import ModuleFinder

import pytest
from support import ROOT, write_notebook

from citizen_security import compendium
from citizen_security.imports import UnreadableCell, read_imports
from citizen_security.runs.manifest import source_hash
from citizen_security.runs.sources import CHANGES_NO_RESULT, sources, sources_of_package

SOURCE = ROOT / "src" / "citizen_security"


def names(paths) -> set[str]:
    return {path.relative_to(SOURCE).as_posix() for path in paths}


def found_by_bytecode(tmp_path, *codes: str) -> set[str]:
    """Files that the standard library's finder reaches from code, which it compiles and never runs."""
    finder = ModuleFinder(path=[str(ROOT / "src")])
    for number, code in enumerate(codes):
        script = tmp_path / f"cells_{number}.py"
        script.write_text(code, "utf-8")
        finder.run_script(str(script))
    return {module.__file__ for name, module in finder.modules.items() if name.startswith("citizen_security")}


@pytest.mark.parametrize("name", ["cities/city_table", "evidence/evidence_gap_map", "paradox/panel_regressions"])
def test_a_second_finder_reaches_the_same_files(name, tmp_path):
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text("utf-8"))["cells"]
    codes = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    room = compendium.notebook(name).room
    codes.append(f"import citizen_security.runs.execute, {room}.checks, {room}.parameters")
    # The finder cannot leave a module out: neither what is left out, nor what only that imports, is compared.
    apart = {str(SOURCE / f"{module.replace('.', '/')}.py") for module in CHANGES_NO_RESULT}
    assert {str(path) for path in sources(ROOT, name)} == found_by_bytecode(tmp_path, *codes) - apart


def test_a_notebook_stands_on_its_room_its_figures_and_what_runs_it():
    found = names(sources(ROOT, "cities/city_table"))
    expected = {
        "__init__.py", "cities/__init__.py", "cities/city_table/checks.py", "cities/city_table/parameters.py",
        "figures/cities/city_table.py", "figures/theme.py", "methods/rates.py", "runs/execute.py", "runs/kernel.py",
        "tables/catalog.py", "values.py",
    }  # fmt: skip
    assert expected <= found
    assert not {file for file in found if file.startswith(("paradox/", "evidence/", "book/", "cities/city_trends/"))}
    assert not found & {"cli.py", "compendium.py", "runs/store.py", "figures/cities/city_trends.py"}


def test_what_the_book_is_made_of_is_not_every_figure():
    found = names(sources_of_package(read_imports(ROOT), "book"))
    assert {"book/assemble.py", "book/extension.py", "compendium.py", "figures/paradox/front.py"} <= found
    # The gap map, the register with its map and the typology have pages of their own, and the pages of interventions
    # share names and doubts.
    own = ("__init__", "gap_map", "gap_map_page", "programme_map", "programme_register", "row_doubts", "typology_page")
    shared = {f"figures/evidence/{name}.py" for name in own}
    assert {file for file in found if file.startswith(("figures/cities/", "figures/evidence/"))} == shared


def test_the_hash_is_that_of_the_names_and_contents(checkout):
    files = sources(checkout, "cities/city_table")
    before = source_hash(checkout, files)
    assert source_hash(checkout, reversed(files)) == before
    files[0].write_text(files[0].read_text("utf-8") + "# a comment\n", "utf-8")
    assert source_hash(checkout, files) != before


def test_a_notebook_without_a_room_has_sources_too(checkout):
    path = write_notebook(checkout / "notebooks" / "paradox" / "example.ipynb", "effort = 'full'")
    found = sources(checkout, path.relative_to(checkout / "notebooks").with_suffix("").as_posix())
    assert checkout / "src/citizen_security/values.py" in found
    assert checkout / "src/citizen_security/paradox/__init__.py" in found
    assert checkout / "src/citizen_security/paradox/countries.py" not in found


def test_a_cell_that_is_no_python_is_refused_rather_than_left_out(checkout):
    write_notebook(checkout / "notebooks" / "paradox" / "example.ipynb", "effort = 'full'", "%run other.py")
    with pytest.raises(UnreadableCell, match="cell 2, line 1"):
        sources(checkout, "paradox/example")


def test_a_package_that_a_cell_imports_counts_with_all_that_lies_below_it(checkout):
    cell = "from citizen_security import methods\nmethods.rates"
    write_notebook(checkout / "notebooks" / "paradox" / "example.ipynb", "effort = 'full'", cell)
    found = sources(checkout, "paradox/example")
    assert set((checkout / "src/citizen_security/methods").rglob("*.py")) <= set(found)


def test_every_notebook_has_sources():
    imports = read_imports(ROOT)
    assert all(sources(ROOT, name, imports) for name in compendium.NOTEBOOKS)
