"""The sources of the book: whole or not at all, and new only where something is new."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
import vl_convert
from runs_on_paper import write_run
from support import ROOT

from citizen_security import compendium
from citizen_security.book import assemble as module
from citizen_security.book.assemble import LIBRARY, MissingRun, assemble
from citizen_security.tables import catalog

NAMES = list(compendium.NOTEBOOKS)


def write_runs(folder: Path) -> Path:
    for name in NAMES:
        write_run(folder, name)
    return folder


def put_stand_ins(patch: pytest.MonkeyPatch) -> None:
    """In place of the chart and its library, which the tests of the site have."""
    patch.setattr(module, "_add_front_chart", lambda run, working: None)
    patch.setattr(module, "tables_shown", lambda: {Path("data/shown.md"): "# Tables"})
    patch.setattr(module, "_add_gap_map", lambda tables, working: None)
    patch.setattr(module, "_add_claims", lambda tables, working: None)
    patch.setattr(module, "_add_programmes", lambda tables, working: None)
    patch.setattr(module, "_add_typology", lambda tables, working: None)
    patch.setattr(module, "_add_places", lambda run, working: None)
    patch.setattr(catalog, "load", lambda name: None)
    patch.setattr(vl_convert, "javascript_bundle", lambda snippet: "/* library */")


@dataclass(frozen=True)
class Assembled:
    """Sources that were assembled once, for tests that only look at them."""

    source: Path
    results: Path


@pytest.fixture(scope="module")
def assembled(tmp_path_factory) -> Assembled:
    folder = tmp_path_factory.mktemp("assembled")
    results = write_runs(folder / "results")
    with pytest.MonkeyPatch.context() as patch:
        put_stand_ins(patch)
        assemble(folder / "source", root=ROOT, results=results)
    return Assembled(folder / "source", results)


@pytest.fixture
def results(tmp_path) -> Path:
    return write_runs(tmp_path / "results")


@pytest.fixture
def put_together(checkout, results, tmp_path, monkeypatch):
    """Assemble into a folder, as often as a test likes."""
    put_stand_ins(monkeypatch)

    def made() -> Path:
        assemble(tmp_path / "build" / "source", root=checkout, results=results)
        return tmp_path / "build" / "source"

    return made


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of every file."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def age(folder: Path) -> None:
    """Make every file a day old, so that a new time is told apart from the old one."""
    for path in folder.rglob("*"):
        before = path.stat().st_mtime_ns - 86_400_000_000_000
        os.utime(path, ns=(before, before))


@pytest.mark.parametrize("name", NAMES)
def test_page_of_a_notebook_is_its_run_with_the_panel_after_the_title(assembled, name):
    page = nbformat.read(assembled.source / f"{name}.ipynb", as_version=4)
    run = nbformat.read(assembled.results / name / "default" / "notebook.ipynb", as_version=4)
    assert page.cells[0].source == run.cells[0].source
    assert any("This run" in it.source for it in page.cells)
    told = [(it.cell_type, it.source) for it in run.cells[1:]]
    assert [(it.cell_type, it.source) for it in page.cells][-len(told) :] == told
    nbformat.validate(page)


def test_what_papermill_noted_is_not_on_the_page(assembled):
    # Its times change with each run and would make Sphinx write the page again.
    page = json.loads((assembled.source / f"{NAMES[0]}.ipynb").read_text("utf-8"))
    assert set(page["metadata"]) == {"kernelspec"}


@pytest.mark.parametrize("name", NAMES)
def test_files_to_download_are_those_of_the_run(assembled, name):
    public = assembled.source / "_extra" / "runs" / name
    kept = assembled.results / name / "default"
    for file in ("values.json", "manifest.json", "tables/coefficients.csv"):
        assert (public / file).read_bytes() == (kept / file).read_bytes()
    published, run = (nbformat.read(folder / "notebook.ipynb", as_version=4) for folder in (public, kept))
    nbformat.validate(published)
    for cell in run.cells:
        cell.metadata.pop("papermill", None)
    assert published == run
    # Seconds of each cell and blanks between entries are a tenth of the weight.
    assert "\n" not in (public / "notebook.ipynb").read_text("utf-8").rstrip("\n")


def test_log_of_a_run_is_not_published(assembled):
    # It may name folders of the machine that made it.
    assert list(assembled.source.rglob("log.txt")) == []


def test_tables_are_published_as_they_are(assembled):
    public = assembled.source / "_extra" / "data"
    described = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))["resources"]
    assert {resource["path"] for resource in described} == {
        path.relative_to(public).as_posix() for path in public.rglob("*.csv")
    }
    for resource in described:
        assert (public / resource["path"]).read_bytes() == (ROOT / "data" / resource["path"]).read_bytes()


def test_narrative_pages_are_copied_and_what_editors_leave_is_not(put_together, checkout):
    (checkout / "book" / "paradox" / ".ipynb_checkpoints").mkdir(exist_ok=True)
    (checkout / "book" / "paradox" / ".ipynb_checkpoints" / "overview-checkpoint.md").write_text("# old")
    (checkout / "book" / "about.md~").write_text("# old")
    source = put_together()
    assert (source / "bibliography.md").read_bytes() == (checkout / "book" / "bibliography.md").read_bytes()
    assert not list(source.rglob("*checkpoint*"))
    assert not list(source.rglob("*~"))


def test_the_claims_are_a_page_and_two_files(tmp_path):
    run = {
        "claims": "claim_id,document,location_in_document,theme,statement,type,claimed,verdict,quantity,way,unit,value,"
        "low,high,interval,level,n,units,direction,region_low,region_high,directness,fidelity,warnings,reasons,"
        "declared,changed_late,change_reason,released_as,verdict_then,estimate_then\n"
        "C001,muggah2017,note 1,homicide_level,High,at_least,3,holds,Rate,Main,times,4,3,5,confidence,0.95,9,countries,"
        ",3,,direct,,,Because.,2026-11-30,2026-12-01,Late.,same,,\n",
        "choices": "claim_id,choice,label,is_main,window,family,value,low,high,interval,level,n,units,direction,"
        "position,measure,arguments,tables,read_at,same_as\n"
        "C001,main,Main,True,claim,,4,3,5,confidence,0.95,9,countries,,inside,people,year=2015,"
        "countries;world_homicide,,\n",
        "verdicts_by_rule": "claim_id,stricter\nC001,holds\n",
        "traces": "trace_id,claim_id,claim,status,first_reading,agreement,finding\nT01,C001,One,holds,traced,,Read.\n",
        "claim_types": "type,holds,needs,takes,example,claim_id\ncount,exactly,claimed,counts,High,C001\n"
        "null,within,nothing,changes,None,C001\n",
        "measures": (
            "measure,gives,unit,reach,types,counts,interval,missing,example,claim_id\n"
            "people,Population.,begins with persons,from 0,number,countries,none,,year=2015,C001\n"
        ),
        "measure_arguments": "measure,argument,meaning,allowed,default\npeople,year,year,1990 to 2023,needed\n",
    }
    for name, content in run.items():
        (tmp_path / f"{name}.csv").write_text(content)
    module._add_claims(tmp_path, tmp_path / "book")
    generated, extra = tmp_path / "book" / "generated", tmp_path / "book" / "_extra" / "claims"
    assert 'id="c001"' in (generated / "claims.html").read_text()
    assert "<td>1</td>" in (generated / "claims_by_rule.html").read_text()
    assert '<a href="../data/country.html#table-world-homicide">' in (generated / "claims.html").read_text()
    assert '<a href="#c001">C001</a></td><td>holds</td>' in (generated / "claims_traced.html").read_text()
    assert '<a href="every_claim.html#c001">High</a>' in (generated / "claims_holding.html").read_text()
    assert "No claim" in (generated / "claims_failing.html").read_text()
    assert "can be tested" in (generated / "claims_untested.html").read_text()
    assert "<td>Late.</td>" in (generated / "claims_late.html").read_text()
    assert "from 9 countries" in (generated / "claims.html").read_text()
    assert "<code>count</code>" in (generated / "claims_types.html").read_text()
    # Words that mean nothing to a reader of tables are words here.
    assert "<code>null</code>" in (generated / "claims_types.html").read_text()
    assert 'id="measure-people"' in (generated / "claims_measures.html").read_text()
    assert (extra / "claims.csv").read_text() == run["claims"]
    assert json.loads((extra / "claims.json").read_text())[0]["ways"][0]["label"] == "Main"


def test_the_programmes_are_a_page_and_a_file(tmp_path):
    run = (
        "programme_id,name,place,iso3,start_year,end_year,family,targets,paid_by,budget,budget_currency,budget_year,"
        "budget_covers,studies,series,sources,note,theme\n"
        "upp,UPP,Rio de Janeiro,BRA,2008,,territorial_control,place,,,,,,ferraz2013,,table,,Territorial control\n"
    )
    (tmp_path / "programmes.csv").write_text(run)
    counts = "counted,document_low,document_high,here,note\nprogrammes,1200,1300,44,rows of the register\n"
    (tmp_path / "beside_document.csv").write_text(counts)
    module._add_programmes(tmp_path, tmp_path / "book")
    page = (tmp_path / "book" / "generated" / "programmes.html").read_text()
    assert 'id="upp"' in page
    assert "Ferraz, Ottoni (2013)" in page
    assert "from 2008, end not found" in page
    beside = (tmp_path / "book" / "generated" / "programmes_beside.html").read_text()
    assert '<th scope="row">Programmes</th><td>1,200 or 1,300</td><td>44</td>' in beside
    assert (tmp_path / "book" / "_extra" / "evidence" / "programmes.csv").read_text() == run


def test_missing_run_is_refused_with_the_command_that_makes_it(put_together, results, tmp_path):
    (results / NAMES[1] / "default" / "values.json").unlink()
    with pytest.raises(MissingRun, match=f"citizen-security run {NAMES[1]}") as refused:
        put_together()
    assert NAMES[0] not in str(refused.value)
    assert not (tmp_path / "build").exists()


def test_assembling_again_changes_no_file(put_together):
    age(put_together())
    before = files(put_together())
    assert files(put_together()) == before


def test_only_what_changed_is_new(put_together, results, checkout):
    source = put_together()
    age(source)
    before = files(source)
    write_run(results, NAMES[0], duration_seconds=99.0)
    (checkout / "book" / "about.md").write_text("# About\n")
    after = files(put_together())
    changed = {name for name in after if after[name] != before.get(name)}
    # The front page says how long runs take.
    assert changed == {f"{NAMES[0]}.ipynb", f"_extra/runs/{NAMES[0]}/manifest.json", "about.md", "index.md"}
    assert all(after[name][1] > before[name][1] for name in changed)


def test_page_that_was_removed_is_gone(put_together, checkout):
    assert (put_together() / "about.md").is_file()
    (checkout / "book" / "about.md").unlink()
    assert not (put_together() / "about.md").exists()


def test_failure_half_way_leaves_the_former_sources(put_together, monkeypatch):
    source = put_together()
    before = files(source)

    def fail(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_add_data", fail)
    with pytest.raises(KeyboardInterrupt):
        put_together()
    assert files(source) == before
    assert [path.name for path in source.parent.iterdir()] == ["source"]


def test_what_a_killed_assembly_left_is_cleared_away(put_together):
    source = put_together()
    (source.with_name("source.working") / "paradox").mkdir(parents=True)
    source.rename(source.with_name("source.replaced"))
    put_together()
    assert [path.name for path in source.parent.iterdir()] == ["source"]


def test_library_of_charts_keeps_its_names_to_itself(assembled):
    # Its inner names are single letters, which would clash with those of other scripts.
    mark, opening, *_, closing = (assembled.source / LIBRARY).read_text("utf-8").splitlines()
    assert "vl-convert" in mark
    assert (opening, closing) == ("(() => {", "})();")


def test_library_of_charts_is_bundled_again_only_for_a_new_version(put_together, monkeypatch):
    first = (put_together() / LIBRARY).read_text("utf-8")
    monkeypatch.setattr(vl_convert, "javascript_bundle", lambda snippet: "/* another library */")
    assert (put_together() / LIBRARY).read_text("utf-8") == first
    monkeypatch.setattr(module, "version", lambda package: "999")
    assert "another library" in (put_together() / LIBRARY).read_text("utf-8")
