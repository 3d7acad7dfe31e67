"""The tables and their description: complete, typed, keyed, licensed, and accepted by a second implementation."""

import hashlib
import json
import re
import unicodedata

import pandas as pd
import pytest
from support import ROOT

from citizen_security.tables import catalog

NAMES = catalog.tables(ROOT)
FIELDS = [(name, field) for name in NAMES for field in catalog.describe(name, ROOT)["schema"]["fields"]]
DTYPES = {
    "integer": {"int64", "Int64"},
    "number": {"float64"},
    "string": {"str"},
    "boolean": {"bool"},
    "date": {"datetime64[us]", "datetime64[ns]", "datetime64[s]"},
}
LICENSES = {"other-pd", "CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "CC-BY-3.0-IGO", "UN-terms-of-use", "attribution"}


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    return {name: catalog.load(name, ROOT) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_columns_have_the_described_types(name: str, frames: dict[str, pd.DataFrame]):
    fields = catalog.describe(name, ROOT)["schema"]["fields"]
    assert list(frames[name]) == [field["name"] for field in fields]
    for field in fields:
        assert str(frames[name][field["name"]].dtype) in DTYPES[field["type"]], field["name"]


@pytest.mark.parametrize("name", NAMES)
def test_a_required_column_has_no_gap_and_an_integer_one_is_int64(name: str, frames: dict[str, pd.DataFrame]):
    for field in catalog.describe(name, ROOT)["schema"]["fields"]:
        if field.get("constraints", {}).get("required"):
            column = frames[name][field["name"]]
            assert column.notna().all(), field["name"]
            assert field["type"] != "integer" or column.dtype == "int64"


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_sorted_by_a_complete_unique_key(name: str, frames: dict[str, pd.DataFrame]):
    # sorted tables make small differences, and a repeated key counts a place twice
    key = catalog.describe(name, ROOT)["schema"]["primaryKey"]
    key = [key] if isinstance(key, str) else key
    frame = frames[name]
    assert frame[key].notna().all(axis=None)
    rows = list(frame[key].itertuples(index=False, name=None))
    assert rows == sorted(set(rows))


@pytest.mark.parametrize("name", NAMES)
def test_hash_and_size_are_those_of_the_file(name: str):
    raw = catalog.path(name, ROOT).read_bytes()
    described = catalog.describe(name, ROOT)
    assert described["hash"] == f"sha256:{hashlib.sha256(raw).hexdigest()}"
    assert described["bytes"] == len(raw)


@pytest.mark.parametrize("name", NAMES)
def test_files_are_plain_text(name: str):
    # UTF-8, one kind of line end, composed accents: the file opens everywhere and diffs cleanly
    raw = catalog.path(name, ROOT).read_bytes()
    text = raw.decode("utf-8")
    assert b"\r" not in raw
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search(r"</?[a-z]+>|&[a-z]+;|[\u200b\u00ad\ufffd\u00a0]", text)


@pytest.mark.parametrize("name", NAMES)
def test_counts_carry_no_float_noise(name: str):
    # 432.0 victims, or 0.30000000000000004
    text = catalog.path(name, ROOT).read_text(encoding="utf-8")
    cells = re.findall(r"(?<=[,\n])-?\d+\.\d+(?=[,\n])", text)
    assert not [cell for cell in cells if cell.endswith(".0") or len(cell.split(".")[1]) > 8]


@pytest.mark.parametrize("name", NAMES)
def test_every_country_has_a_name(name: str, frames: dict[str, pd.DataFrame]):
    known = set(frames["countries"]["iso3"])
    if "iso3" in frames[name]:
        codes = frames[name]["iso3"].dropna().str.split(";").explode()
        assert set(codes) <= known


@pytest.mark.parametrize("name", NAMES)
def test_a_table_says_what_it_is_whose_it_is_and_what_to_beware_of(name: str):
    described = catalog.describe(name, ROOT)
    assert described["title"]
    assert described["description"].endswith(".")
    assert described["sources"]
    assert described["notes"]
    assert {license["name"] for license in described["licenses"]} <= LICENSES
    assert described["schema"]["missingValues"] == [""]


@pytest.mark.parametrize(("name", "field"), FIELDS, ids=[f"{name}-{field['name']}" for name, field in FIELDS])
def test_a_field_says_what_it_is(name: str, field: dict[str, object]):
    # the data chapter prints these; a number without a unit cannot be quoted
    assert re.fullmatch(r"[a-z][a-z0-9_]*", str(field["name"]))
    assert field["title"]
    assert field["description"]
    if field["type"] in {"number", "integer"}:
        assert field["unit"]


def test_every_published_column_of_the_panel_names_its_release_and_licence():
    # the panel mixes a dozen publishers; the reader must be able to cite each
    for field in catalog.describe("country_year", ROOT)["schema"]["fields"]:
        if field["name"] not in {"iso3", "year"} and not field["name"].endswith("_note"):
            assert field["source"], field["name"]
            assert field["license"], field["name"]


def test_share_alike_figures_have_a_table_of_their_own():
    # V-Dem in another table would bind that table to share-alike
    shared = [
        name
        for name in NAMES
        if "CC-BY-SA-4.0" in {license["name"] for license in catalog.describe(name, ROOT)["licenses"]}
    ]
    assert shared == ["regime_year"]
    assert [license["name"] for license in catalog.describe("regime_year", ROOT)["licenses"]] == ["CC-BY-SA-4.0"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("city_year", "occurrence, not of registration"),
        ("city_year", "SIM under-records"),
        ("city_year", "DANE population breaks at 2018"),
        ("state_year", "census values of 2000 and 2010"),
        ("mexico_municipality_quarter", "step at 2010"),
        ("mexico_city_sector_month", "must never be spliced"),
        ("morelia_year", "must not be joined"),
        ("country_year", "Honduras 1990-99 is backcast"),
        ("country_year", "CUB and VEN are missing"),
        ("country_year", "must never be mixed"),
        ("country_year", "nowcast"),
        ("country_year", "MEX 2016"),
        ("studies", "convenience collection"),
        ("studies", "our own coding"),
        ("effects", "convenience collection"),
        ("regime_year", "stays apart"),
        ("rio_pacification_month", "probably not reported"),
        ("ecuador_province_month", "There are no zeros"),
    ],
)
def test_known_breaks_are_noted(name: str, words: str):
    # the notes are what keeps an analyst from joining what must not be joined
    assert words in " ".join(catalog.describe(name, ROOT)["notes"])


def test_the_description_is_written_as_update_writes_it():
    # otherwise the first accepted edit rewrites the whole file
    text = (ROOT / "data" / "datapackage.json").read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


def test_documents_of_the_claims_have_a_full_reference(frames: dict[str, pd.DataFrame]):
    for name in ("claims", "cost_of_violence", "most_violent_countries", "private_security_personnel"):
        assert set(frames[name]["document"]) <= set(catalog.describe(name, ROOT)["documents"])


@pytest.mark.slow
def test_frictionless_accepts_the_package():
    # a second implementation of the schema, which readers elsewhere will use
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.validate(str(ROOT / "data" / "datapackage.json"))
    assert report.flatten(["name", "rowNumber", "fieldName", "message"]) == []
    assert report.valid
    assert len(report.tasks) == len(NAMES)
