"""The catalogue: what it offers, what it refuses, and that it starts at once."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import ROOT, edit_table

from citizen_security.tables import catalog, errors


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A second checkout whose tables a test may spoil."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def test_the_tables_are_those_the_book_documents():
    # a table that silently disappears takes its chapter with it
    assert set(catalog.tables(ROOT)) == {
        "countries", "country_year", "world_homicide", "world_gini", "regime_year", "specification_choices",
        "city_table", "city_year", "state_year", "state_neighbours",
        "studies", "effects", "row_doubts_answered", "claimed_and_evaluated",
        "families", "interventions", "outcomes", "directions", "targets", "maryland_levels", "designs",
        "readings", "certainty_judgements", "bias_domains", "risk_of_bias", "recoding", "second_coding",
        "claims", "claim_rules", "claim_choices", "claim_facts", "claim_traces", "released_verdicts",
        "typology", "typology_parts",
        "cost_of_violence", "most_violent_countries", "private_security_personnel",
        "mexico_city_sector_month", "mexico_municipality_quarter", "morelia_year", "rio_pacification_month",
        "ecuador_province_month", "brazil_state_year", "programmes", "published_results", "uncounted_deaths",
        "place_shapes", "city_places",
    }  # fmt: skip


def test_every_table_file_is_described():
    # a file beside the description has no licence, no units and no checks
    described = {catalog.path(name, ROOT) for name in catalog.tables(ROOT)}
    assert set((ROOT / "data").glob("*/*")) == described


def test_a_description_says_where_its_table_is():
    assert catalog.describe("city_year", ROOT)["path"] == "city/city_year.csv"
    assert catalog.path("city_year", ROOT) == ROOT / "data" / "city" / "city_year.csv"


def test_an_unknown_table_names_the_nearest_and_the_allowed():
    # a typing error in a notebook is answered, not punished
    with pytest.raises(errors.UnknownTable, match=r"'country_yaer'; did you mean 'country_year'\? Allowed: countries,"):
        catalog.load("country_yaer", ROOT)


def test_a_name_like_no_other_gets_the_list_alone():
    with pytest.raises(errors.UnknownTable, match=r"unknown table 'zzz'\. Allowed: countries, country_year"):
        catalog.describe("zzz", ROOT)


def test_every_refusal_is_a_table_error():
    # the command line catches one class
    for kind in (errors.UnknownTable, errors.ChecksumError, errors.InvalidTable):
        assert issubclass(kind, errors.TableError)
    assert issubclass(errors.TableError, ValueError)


def test_the_checksum_is_that_of_the_file(checkout: Path):
    described = catalog.describe("effects", checkout)["hash"]
    assert described == f"sha256:{catalog.checksum('effects', checkout)}"
    edit_table(checkout, "effects", "0.86", "0.87")
    assert described != f"sha256:{catalog.checksum('effects', checkout)}"


def test_a_changed_file_is_refused_with_both_checksums_and_the_remedy(checkout: Path):
    # figures edited by accident must not reach a chapter
    expected = catalog.checksum("city_table", checkout)
    edit_table(checkout, "city_table", "136.7,432", "136.7,433")
    found = catalog.checksum("city_table", checkout)
    with pytest.raises(errors.ChecksumError) as refusal:
        catalog.load("city_table", checkout)
    for part in ("city_table", expected, found, "citizen-security data update city_table", "git restore"):
        assert part in str(refusal.value)


def test_a_missing_file_is_refused_by_name(checkout: Path):
    catalog.path("claims", checkout).unlink()
    for use in (catalog.load, catalog.checksum, catalog.validate, catalog.update):
        with pytest.raises(errors.InvalidTable, match=r"table 'claims'.*claims\.csv cannot be read"):
            use("claims", root=checkout)


def test_what_is_no_regular_file_is_refused_at_once(checkout: Path):
    # whoever opened a pipe without a writer would wait for ever
    file, package = checkout / "data" / "country" / "countries.csv", checkout / "data" / "datapackage.json"
    file.unlink()
    os.mkfifo(file)
    (found,) = catalog.verify(["countries"], checkout)
    assert found.problem is not None
    assert "it is no regular file but a folder, a pipe or a device" in found.problem
    for ask in (catalog.load, catalog.validate, catalog.checksum, catalog.tidy, catalog.update):
        with pytest.raises(errors.InvalidTable, match=r"no regular file.*git restore data/country/countries\.csv"):
            ask("countries", root=checkout)
    for make in (os.mkfifo, os.mkdir):
        package.unlink()
        make(package)
        with pytest.raises(errors.DescriptionError, match=r"no regular file.*git restore data/datapackage\.json"):
            catalog.tables(checkout)
        if package.is_dir():
            package.rmdir()


def test_a_broken_description_is_refused_with_the_remedy(checkout: Path):
    (checkout / "data" / "datapackage.json").write_text("{", encoding="utf-8")
    with pytest.raises(errors.TableError, match=r"not valid JSON.*git restore data/datapackage.json"):
        catalog.tables(checkout)


def test_verify_finds_nothing_wrong():
    # the whole collection, with every reference and rule
    outcomes = catalog.verify(root=ROOT)
    assert [outcome.name for outcome in outcomes] == list(catalog.tables(ROOT))
    assert [outcome.problem for outcome in outcomes if outcome.problem] == []
    assert {outcome.name: outcome.rows for outcome in outcomes}["country_year"] == 1122


def test_verify_goes_on_after_a_bad_table(checkout: Path):
    edit_table(checkout, "city_table", "136.7,432", "136.7,433")
    outcomes = {outcome.name: outcome for outcome in catalog.verify(["city_table", "claims"], checkout)}
    assert outcomes["city_table"].rows is None
    assert "checksum" in str(outcomes["city_table"].problem)
    assert outcomes["claims"] == catalog.Verification("claims", 110, None)


def test_verify_says_of_a_changed_table_what_is_wrong_with_it_too_and_of_an_orphaned_one_nothing_of_its_file(
    checkout: Path,
):
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,140")
    edit_table(checkout, "countries", "LBR,Liberia,false,,false\n", "")
    found = {it.name: it.problem for it in catalog.verify(root=checkout) if it.problem}
    assert "checksum" in found["cost_of_violence"]
    assert "maximum 100" in found["cost_of_violence"]
    orphaned = set(found) - {"cost_of_violence", "countries"}
    assert orphaned
    for name in orphaned:
        assert found[name].startswith(f"table '{name}'")
        assert "known in countries" in found[name]
        assert "checksum" not in found[name]


def test_verify_refuses_an_unknown_name_before_it_checks_anything():
    with pytest.raises(errors.UnknownTable, match="did you mean 'claims'"):
        catalog.verify(["claims", "claim"], ROOT)


def test_a_deliberate_edit_is_accepted(checkout: Path):
    # the way new figures enter the book
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.5")
    catalog.update("cost_of_violence", checkout)
    assert catalog.load("cost_of_violence", checkout).set_index("iso3").at["BRA", "cost_percent_of_gdp"] == 1.5
    size = catalog.path("cost_of_violence", checkout).stat().st_size
    assert catalog.describe("cost_of_violence", checkout)["bytes"] == size


def test_an_accepted_edit_changes_two_lines_of_the_description(checkout: Path):
    # a review of new figures must not drown in reformatting
    file = checkout / "data" / "datapackage.json"
    before = file.read_text(encoding="utf-8").splitlines()
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,1.55")
    catalog.update("cost_of_violence", checkout)
    after = file.read_text(encoding="utf-8").splitlines()
    changed = [old for old, new in zip(before, after, strict=True) if old != new]
    assert [line.split('"')[1] for line in changed] == ["bytes", "hash"]


def test_a_bad_edit_is_refused_and_nothing_is_written(checkout: Path):
    before = (checkout / "data" / "datapackage.json").read_bytes()
    edit_table(checkout, "cost_of_violence", "BRA,Brazil,1.4", "BRA,Brazil,140")
    with pytest.raises(errors.InvalidTable, match="cost_percent_of_gdp breaks the rule 'maximum 100'"):
        catalog.update("cost_of_violence", checkout)
    assert (checkout / "data" / "datapackage.json").read_bytes() == before


def test_an_edit_that_orphans_another_table_is_refused(checkout: Path):
    # dropping a country would leave figures without a name
    before = (checkout / "data" / "datapackage.json").read_bytes()
    edit_table(checkout, "countries", "LBR,Liberia,false,,false\n", "")
    with pytest.raises(errors.InvalidTable, match="'known in countries'"):
        catalog.update("countries", checkout)
    assert (checkout / "data" / "datapackage.json").read_bytes() == before


def test_a_failed_write_leaves_the_old_description(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    # a full disk or a killed process must not leave half a description
    def fail(self: Path, target: Path) -> None:
        raise OSError("no space left")

    before = (checkout / "data" / "datapackage.json").read_bytes()
    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        catalog.update("claims", checkout)
    assert (checkout / "data" / "datapackage.json").read_bytes() == before
    assert not list((checkout / "data").glob(".datapackage*"))


def test_validate_reads_another_file_in_place_of_the_table(tmp_path: Path):
    copy = tmp_path / "edited.csv"
    shutil.copy(catalog.path("claims", ROOT), copy)
    assert len(catalog.validate("claims", copy, ROOT)) == 110


def test_the_environment_chooses_the_checkout(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    edit_table(checkout, "claims", "C001", "C000")
    monkeypatch.setenv("CITIZEN_SECURITY_ROOT", str(checkout))
    with pytest.raises(errors.ChecksumError):
        catalog.load("claims")


def test_the_description_is_the_only_schema(checkout: Path):
    # tightening a bound in the description is enough to refuse a table
    file = checkout / "data" / "datapackage.json"
    description = json.loads(file.read_text(encoding="utf-8"))
    resource = next(resource for resource in description["resources"] if resource["name"] == "cost_of_violence")
    field = next(field for field in resource["schema"]["fields"] if field["name"] == "cost_percent_of_gdp")
    field["constraints"]["maximum"] = 5
    file.write_text(json.dumps(description), encoding="utf-8")
    with pytest.raises(errors.InvalidTable, match=r"maximum 5' in row \d+ \(iso3=COL\): '6\.4'"):
        catalog.load("cost_of_violence", checkout)


@pytest.mark.parametrize("ask", [catalog.load, catalog.validate, catalog.path, catalog.describe, catalog.checksum])
def test_a_table_that_was_asked_for_is_noted_and_those_it_refers_to_are_not(ask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(catalog, "ASKED_FOR", set())
    ask("specification_choices")
    assert {"specification_choices"} == catalog.ASKED_FOR
    ask("effects")
    assert {"specification_choices", "effects"} == catalog.ASKED_FOR


def test_a_table_that_is_not_there_is_not_noted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(catalog, "ASKED_FOR", set())
    with pytest.raises(errors.UnknownTable):
        catalog.load("country_years")
    assert set() == catalog.ASKED_FOR


def test_importing_the_catalogue_imports_no_scientific_library():
    # `citizen-security list` answers at once
    heavy = "{'pandas', 'numpy', 'pandera', 'difflib'}"
    code = f"import citizen_security.tables.catalog, sys; print({heavy} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "set()"
