"""Spoilt copies of real tables: each must be refused in words that name the table, the place and the remedy.

What the reader would lose without them: a slip of the keyboard in one cell of a table changes a chapter's result, and
nobody sees it.
"""

import csv
import io
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from support import ROOT

from citizen_security.tables import catalog, errors

Rows = list[dict[str, str]]


@cache
def original(name: str) -> str:
    return catalog.path(name, ROOT).read_text(encoding="utf-8")


def rows_of(name: str) -> Rows:
    return list(csv.DictReader(io.StringIO(original(name))))


def as_text(rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


# What is wrong with one cell is read at a glance; a rule across rows names each of their groups, and a fault of a whole
# file each of its rows.
LONGEST, LONGEST_OF_FILE, LONGEST_LINE = 5200, 5200, 1200


def refusal(name: str, content: bytes, folder: Path, longest: int = LONGEST) -> str:
    file = folder / "mutated.csv"
    file.write_bytes(content)
    with pytest.raises(errors.InvalidTable) as refused:
        catalog.validate(name, file, ROOT)
    message = str(refused.value)
    assert message.startswith(f"table '{name}' is invalid: ")
    assert f"`citizen-security data update {name}`" in message
    assert f"git restore data/{catalog.describe(name, ROOT)['path']}" in message
    assert len(message) < longest, "a message is read on a terminal"
    assert max(map(len, message.split("\n"))) < LONGEST_LINE, "a longer line is cut on a terminal"
    return message


# --- one cell -----------------------------------------------------------------------------------------------------

# table, zero-based row, column, new cell, what the message must say
CELLS = [
    ("country_year", 12, "homicide_rate", "9,2", ["homicide_rate", "number", "row 14 (iso3=ARG, year=2002): '9,2'"]),
    ("country_year", 12, "homicide_rate", "NaN", ["homicide_rate", "number", "'NaN'"]),
    ("country_year", 12, "homicide_rate", "nan", ["homicide_rate", "number", "'nan'"]),
    ("country_year", 12, "homicide_rate", "inf", ["homicide_rate", "number", "'inf'"]),
    ("country_year", 12, "homicide_rate", "-Infinity", ["homicide_rate", "number", "'-Infinity'"]),
    ("country_year", 12, "homicide_rate", "n/a", ["homicide_rate", "number", "'n/a'"]),
    ("country_year", 12, "homicide_rate", "-9", ["homicide_rate", "minimum 0", "row 14", "'-9'"]),
    ("country_year", 12, "homicide_rate", "920", ["homicide_rate", "maximum 200", "row 14"]),
    ("country_year", 12, "homicide_rate", "1e300", ["homicide_rate", "number", "'1e300'"]),
    ("country_year", 12, "homicide_rate", "0x12", ["homicide_rate", "number"]),
    ("country_year", 12, "homicide_rate", "٩", ["homicide_rate", "number", "'٩'"]),
    ("country_year", 12, "homicide_count", "3.5", ["homicide_count", "integer", "'3.5'"]),
    ("country_year", 12, "homicide_count", "3453.0", ["homicide_count", "integer", "'3453.0'"]),
    ("country_year", 12, "homicide_count", "34530", ["homicide_rate, homicide_count, population", "within 5%"]),
    ("country_year", 12, "population", "37,889,443", ["population", "integer", "'37,889,443'"]),
    ("country_year", 12, "population", "37 889 443", ["population", "integer"]),
    ("country_year", 12, "population", "9" * 25, ["population", "integer"]),
    ("country_year", 12, "population", "", ["population", "required: no empty cell", "row 14"]),
    ("country_year", 12, "year", "1802", ["year", "minimum 1990", "year=1802"]),
    ("country_year", 12, "year", "2024", ["year", "maximum 2023"]),
    ("country_year", 12, "year", "02002", ["year", "integer"]),
    ("country_year", 12, "year", "", ["year", "required"]),
    ("country_year", 12, "iso3", "ARX", ["iso3", "known in countries", "row 14 (iso3=ARX"]),
    ("country_year", 12, "iso3", "arg", ["iso3", "pattern ^[A-Z]{3}$", "'arg'"]),
    ("country_year", 12, "iso3", "AR", ["iso3", "pattern"]),
    ("country_year", 12, "year", "2001", ["iso3, year", "no key twice", "row 13", "row 14"]),
    ("country_year", 12, "year", "2010", ["iso3, year", "no key twice", "row 14", "row 22"]),
    ("country_year", 12, "poverty_215", "60", ["poverty_215 <= poverty_365 <= poverty_685", "row 14"]),
    ("country_year", 12, "poverty_830", "101", ["poverty_830", "maximum 100"]),
    ("country_year", 12, "gini", "", ["gini and gini_standard_error", "both given or both blank"]),
    ("country_year", 12, "unemployment_youth", "1", ["unemployment_total <= unemployment_youth"]),
    ("country_year", 12, "homicide_note", " doubted", ["homicide_note", "text without spaces around it"]),
    ("world_homicide", 0, "homicide_count", "99", ["homicide_rate, homicide_count, population", "within 5%"]),
    ("world_homicide", 1, "homicide_count", "99", ["homicide_count only where homicide_rate is given", "iso3=ABW"]),
    ("world_homicide", 0, "population", "0", ["population", "minimum 500"]),
    ("world_gini", 20, "gini", "0.427 ", ["gini", "number"]),
    ("regime_year", 5, "electoral_democracy", "1.2", ["electoral_democracy", "maximum 1"]),
    ("regime_year", 5, "liberal_democracy", "0.99", ["liberal_democracy is not above electoral_democracy"]),
    ("regime_year", 5, "judicial_constraints", "", ["judicial_constraints", "required"]),
    ("countries", 3, "is_lac", "yes", ["is_lac", "true or false", "'yes'"]),
    ("countries", 3, "is_lac", "True", ["is_lac", "true or false"]),
    ("countries", 3, "name", "Aruba", ["name", "unique", "row 2", "row 5"]),
    ("countries", 0, "subregion", "antilles", ["subregion", "one of caribbean, central_america, south_america"]),
    ("countries", 0, "in_panel", "true", ["in_panel is true for exactly the countries of country_year", "'ABW'"]),
    ("city_table", 0, "homicides", "4320", ["homicide_rate, homicides, implied_population", "rank=1"]),
    ("city_table", 0, "year", "2017", ["year", "maximum 2016"]),
    ("city_table", 0, "homicide_rate_as_printed", "136", ["homicide_rate_as_printed", "pattern"]),
    ("city_table", 0, "is_lac", "false", ["is_lac as in countries"]),
    ("city_table", 0, "rank", "2", ["rank", "no key twice"]),
    ("city_year", 40, "city_code", "5001", ["city_code", "pattern"]),
    ("city_year", 40, "measure", "police records", ["measure", "one of death certificates, residence"]),
    ("city_year", 40, "measure", "police record", ["measure the same within each iso3"]),
    ("city_year", 40, "city", "Medelin", ["city and state the same within each iso3 and city_code"]),
    ("city_year", 40, "homicides", "-1", ["homicides", "minimum 0"]),
    ("city_year", 40, "population", "12", ["population", "minimum 10000"]),
    ("state_year", 40, "iso3", "PER", ["iso3", "one of BRA, COL, MEX"]),
    ("state_neighbours", 0, "neighbour_code", "QQ", ["every code of neighbour_code is known in state_year", "'QQ'"]),
    ("studies", 4, "maryland_level", "6", ["maryland_level", "maximum 5", "study_id="]),
    ("studies", 4, "iso3", "COL/BRA", ["iso3", "pattern"]),
    ("studies", 4, "iso3", "COL;XXX", ["every code of iso3 is known in countries", "'COL;XXX'"]),
    ("studies", 4, "doi", "doi:10.1/x", ["doi", "pattern"]),
    ("studies", 4, "kind", "meta", ["kind", "one of primary, review"]),
    ("studies", 4, "study_id", "", ["study_id", "required"]),
    ("studies", 4, "year", "", ["year", "required: no empty cell", "row 6 (study_id="]),
    ("studies", 4, "title", "<b>Police</b>", ["title", "no markup", "row 6", "'<b>Police</b>'"]),
    ("studies", 4, "title", "=HYPERLINK(A1)", ["title", "pattern", "'=HYPERLINK(A1)'"]),
    ("studies", 4, "title", "Effects of $x^2$", ["title", "pattern"]),
    ("studies", 4, "title", "\\frac{a}{b}", ["title", "pattern"]),
    ("studies", 4, "authors", "@somebody", ["authors", "pattern"]),
    ("studies", 4, "intervention_category", "CBTs", ["every term of intervention_category is known", "'CBTs'"]),
    ("studies", 4, "intervention_category", "CBT;CCTV;", ["intervention_category", "pattern"]),
    ("studies", 4, "outcome_category", "homicide;homicids", ["every term of outcome_category is known", "row 6"]),
    ("studies", 4, "outcome_category", "homicide, theft", ["every term of outcome_category is known"]),
    ("studies", 4, "target", "persons", ["every code of target is known in targets"]),
    ("studies", 4, "effect_direction", "good", ["the term of effect_direction is known in directions"]),
    ("studies", 4, "pooled_in", "nobody1999", ["pooled_in", "known in studies"]),
    ("studies", 0, "pooled_in", "braga2018", ["pooled_in is blank where kind is review"]),
    ("effects", 0, "outcome_category", "homicides", ["every term of outcome_category is known in outcomes"]),
    ("interventions", 0, "family", "deterrence", ["family", "known in families", "position=10"]),
    ("interventions", 1, "position", "10", ["position", "no key twice"]),
    ("effects", 0, "study_id", "nobody1999", ["study_id", "known in studies", "effect_id=E001"]),
    ("effects", 0, "confidence_low", "0.99", ["confidence_low <= estimate <= confidence_high"]),
    ("effects", 0, "effect_size", "0.86", ["effect_size is the logarithm of estimate"]),
    ("effects", 0, "confidence_high", "", ["confidence_low and confidence_high are both given"]),
    ("effects", 4, "p_value_relation", "", ["p_value and p_value_relation"]),
    ("effects", 4, "p_value", "1.2", ["p_value", "maximum 1"]),
    ("effects", 4, "p_value", "<0.001", ["p_value", "number"]),
    ("effects", 4, "beneficial_sign", "2", ["beneficial_sign", "maximum 1"]),
    ("claimed_and_evaluated", 0, "study_id", "none", ["study_id", "an empty cell is a missing value"]),
    ("claims", 0, "low", "4", ["low <= value <= high", "claim_id=C001"]),
    ("claims", 0, "document", "muggah2018", ["document", "one of"]),
    ("claims", 0, "claim_id", "C1", ["claim_id", "pattern"]),
    ("claims", 0, "quality_flags", "odd", ["quality_flags", "pattern"]),
    ("claims", 0, "reading", "3", ["reading", "maximum 2"]),
    ("claim_rules", 0, "type", "guess", ["type", "one of number, at_least"]),
    ("claim_rules", 0, "type", "", ["type, quantity, unit, the years and directness all given or all blank"]),
    ("claim_rules", 0, "untested", "traced", ["untested is blank where a claim is tested"]),
    ("claim_rules", 0, "tested", "false", ["tested is true for exactly the claims of claim_choices"]),
    ("claim_rules", 0, "warnings", "odd", ["warnings", "pattern"]),
    ("claim_rules", 0, "period_first", "2017", ["period_first <= period_last"]),
    ("claim_rules", 0, "declared", "2026-11-31", ["declared", "a day such as"]),
    ("claim_rules", 0, "changed_late", "2026-11-30", ["changed_late and change_reason both given or both blank"]),
    ("claim_rules", 0, "changed_late", "yesterday", ["changed_late", "a day such as"]),
    ("claim_traces", 0, "first_reading", "true", ["first_reading", "one of claim drift"]),
    ("released_verdicts", 0, "verdict", "true", ["verdict", "one of holds"]),
    ("released_verdicts", 0, "low", "5", ["low <= value <= high"]),
    ("released_verdicts", 0, "release", "next", ["release", "pattern"]),
    ("claim_choices", 1, "is_main", "false", ["is_main is true in one row of each claim_id", "claim_id=C001"]),
    ("claim_choices", 0, "is_main", "true", ["is_main is true in one row of each claim_id", "claim_id=C001"]),
    ("claim_choices", 1, "family", "year", ["family is blank where a choice is main"]),
    ("typology", 3, "threat", "mediation", ["threat is a threat of typology_parts", "row 5", "'mediation'"]),
    ("typology", 3, "strategy", "petty_crime", ["strategy is a strategy of typology_parts", "'petty_crime'"]),
    # The same measure read as the intervention that another row has.
    ("typology", 5, "intervention", "restorative_justice", ["each measure and intervention stands once in a cell"]),
    ("claim_choices", 0, "claim_id", "C900", ["every code of claim_id is known in claim_rules"]),
    ("claim_choices", 0, "arguments", "first", ["arguments", "pattern"]),
    ("claim_facts", 0, "claim_id", "C999", ["every code of claim_id is known in claims"]),
    ("claim_facts", 0, "how_read", "hearsay", ["how_read", "one of publisher_page"]),
    ("claim_traces", 0, "claim_id", "C999", ["every code of claim_id is known in claims"]),
    ("most_violent_countries", 0, "iso3", "VIR?", ["iso3", "pattern"]),
    ("rio_pacification_month", 0, "installed_on", "2009-02-30", ["installed_on", "a day such as"]),
    ("rio_pacification_month", 0, "installed_on", "10/06/2009", ["installed_on", "a day such as"]),
    ("rio_pacification_month", 0, "month", "13", ["month", "maximum 12"]),
    ("rio_pacification_month", 0, "zone", "south", ["zone and installed_on the same within each pacification_unit"]),
    ("mexico_city_sector_month", 0, "source", "FGJ", ["source", "one of FGJ investigation files"]),
    ("morelia_year", 0, "unit_counted", "files", ["source and unit_counted the same within each series"]),
    ("brazil_state_year", 0, "gini", "54.4", ["gini", "maximum 1"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "row", "column", "cell", "said"),
    CELLS,
    ids=[f"{name}-{column}-{cell[:12]!r}" for name, _, column, cell, _ in CELLS],
)
def test_a_spoilt_cell_is_refused(name: str, row: int, column: str, cell: str, said: list[str], tmp_path: Path):
    rows = rows_of(name)
    rows[row][column] = cell
    message = refusal(name, as_text(rows).encode(), tmp_path)
    for part in said:
        assert part in message


# --- the whole file -----------------------------------------------------------------------------------------------


def without_column(text: str) -> str:
    return as_text(
        [{column: cell for column, cell in row.items() if column != "population"} for row in rows_from(text)]
    )


def with_column(text: str) -> str:
    return as_text([{**row, "rate": "1"} for row in rows_from(text)])


def rows_from(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text)))


def with_swapped_columns(text: str) -> str:
    first = text.split("\n", 1)
    return first[0].replace("homicides,population", "population,homicides") + "\n" + first[1]


def line(text: str, number: int, change: Callable[[str], str]) -> str:
    lines = text.split("\n")
    lines[number - 1] = change(lines[number - 1])
    return "\n".join(lines)


def swap_lines(text: str, one: int, other: int) -> str:
    lines = text.split("\n")
    lines[one - 1], lines[other - 1] = lines[other - 1], lines[one - 1]
    return "\n".join(lines)


# what is done to the text of city_year, and what the message must say
FILES: dict[str, tuple[Callable[[str], bytes], list[str]]] = {
    "empty": (lambda text: b"", ["the file is empty"]),
    "blank": (lambda text: b"\n \n", ["the file is empty"]),
    "header only": (lambda text: (text.split("\n")[0] + "\n").encode(), ["a header and no rows"]),
    "no header": (lambda text: text.split("\n", 1)[1].encode(), ["lacks the columns", "iso3"]),
    "utf-16": (lambda text: text.encode("utf-16"), ["row 1 is not UTF-8", "byte 0xff"]),
    "latin-1": (lambda text: text.encode("latin-1"), ["is not UTF-8", "save the file as UTF-8"]),
    "byte order mark": (lambda text: text.encode("utf-8-sig"), ["byte order mark"]),
    "windows line ends": (lambda text: text.replace("\n", "\r\n").encode(), ["control character '\\r'", "row 1"]),
    "NUL": (lambda text: line(text, 7, lambda row: row[:4] + "\0" + row[4:]).encode(), ["row 7", "'\\x00'"]),
    "escape": (lambda text: line(text, 7, lambda row: row + "\x1b").encode(), ["row 7", "control character"]),
    "semicolons": (lambda text: text.replace(",", ";").encode(), ["row 1 has no comma", "separated by commas"]),
    "tabs": (lambda text: text.replace(",", "\t").encode(), ["control character '\\t'"]),
    "missing column": (lambda text: without_column(text).encode(), ["lacks the columns ['population']"]),
    "extra column": (lambda text: with_column(text).encode(), ["unknown columns ['rate']"]),
    "renamed column": (
        lambda text: line(text, 1, lambda row: row.replace("homicides", "murders")).encode(),
        ["lacks the columns ['homicides']", "unknown columns ['murders']"],
    ),
    "swapped columns": (lambda text: with_swapped_columns(text).encode(), ["in another order"]),
    "repeated column": (lambda text: line(text, 1, lambda row: row + ",year").encode(), ["repeated"]),
    "short row": (lambda text: line(text, 9, lambda row: row.rsplit(",", 2)[0]).encode(), ["row 9 has"]),
    "long row": (
        lambda text: line(text, 9, lambda row: row + ",7").encode(),
        ["rows must have 8 cells", "row 9 has 9"],
    ),
    "blank line": (lambda text: text.replace("\n", "\n\n", 1).encode(), ["row 2 has 0"]),
    "cut off": (lambda text: text[:-20].encode(), ["no line end"]),
    "open quote": (lambda text: line(text, 9, lambda row: '"' + row).encode(), ["city_year"]),
    "stray quote": (lambda text: line(text, 9, lambda row: '"BRA"x' + row[3:]).encode(), ["not CSV"]),
    "line break in a cell": (
        lambda text: line(text, 9, lambda row: row.replace("BRA,", '"BR\nA",', 1)).encode(),
        ["line break"],
    ),
    "decomposed accents": (
        lambda text: text.replace("ã", "a\u0303").encode(),  # "São" with a separate tilde finds no "São"
        ["normal form NFC"],
    ),
    "repeated row": (lambda text: line(text, 9, lambda row: f"{row}\n{row}").encode(), ["no key twice", "row 10"]),
    "unsorted rows": (lambda text: swap_lines(text, 8, 9).encode(), ["sorted by the primary key", "row 9"]),
    "merge conflict": (lambda text: line(text, 9, lambda row: f"<<<<<<< HEAD\n{row}").encode(), ["row 9 has 1"]),
    "html": (lambda text: b"<html><body>504 Gateway Time-out</body></html>\n", ["row 1 has no comma"]),
    "spreadsheet": (lambda text: b"PK\x03\x04" + bytes(range(256)), ["not UTF-8"]),
}


@pytest.mark.parametrize("case", FILES)
def test_a_spoilt_file_is_refused(case: str, tmp_path: Path):
    spoil, said = FILES[case]
    message = refusal("city_year", spoil(original("city_year")), tmp_path, LONGEST_OF_FILE)
    for part in said:
        assert part in message


# --- whole rows ---------------------------------------------------------------------------------------------------

PANELS = ["country_year", "regime_year", "mexico_city_sector_month", "mexico_municipality_quarter",
          "rio_pacification_month", "brazil_state_year"]  # fmt: skip


@pytest.mark.parametrize("name", PANELS)
def test_a_lost_row_of_a_complete_panel_is_refused(name: str, tmp_path: Path):
    # a gap in a complete panel would be read as a year without figures
    rows = rows_of(name)
    del rows[100]
    assert "has every" in refusal(name, as_text(rows).encode(), tmp_path)


def test_figures_that_two_tables_share_must_agree(tmp_path: Path):
    # the world map and the panel must not tell two stories about one country
    rows = rows_of("world_homicide")
    place = next(place for place, row in enumerate(rows) if (row["iso3"], row["year"]) == ("HND", "2016"))
    rows[place]["homicide_note"] = "doubted"
    message = refusal("world_homicide", as_text(rows).encode(), tmp_path)
    assert "as in country_year" in message
    assert "iso3=HND, year=2016" in message


def test_a_note_excuses_a_count_that_disagrees_with_its_rate(tmp_path: Path):
    # a doubt that is written down is allowed; that is what note columns are for
    rows = rows_of("country_year")
    place = next(place for place, row in enumerate(rows) if (row["iso3"], row["year"]) == ("BRA", "2009"))
    assert rows[place]["homicide_note"]
    rows[place]["homicide_note"] = ""
    assert "iso3=BRA, year=2009" in refusal("country_year", as_text(rows).encode(), tmp_path)


def test_every_offending_row_is_named_however_many_there_are(tmp_path: Path):
    # whoever mends fifty rows needs all of them, and the terminal is not flooded with rows that say the same
    rows = [
        {**row, "homicides": "-1" if place % 3 else row["homicides"]} for place, row in enumerate(rows_of("city_year"))
    ]
    rows[7]["homicides"] = "none"
    message = refusal("city_year", as_text(rows).encode(), tmp_path, 40_000)
    below_zero = [place + 2 for place, row in enumerate(rows) if row["homicides"] == "-1"]
    (block,) = (
        part for part in message.split("\n- ") if part.startswith("column homicides breaks the rule 'minimum 0'")
    )
    assert f"in {len(below_zero):,} rows:" in block
    assert numbers(block.partition("rows:")[2]) == below_zero
    assert "more" not in message
    assert "row 9 (iso3=" in message
    assert "'none' (leave the cell empty" in message


def numbers(text: str) -> list[int]:
    """Numbers of rows that a text names, by themselves or in spans."""
    bare = re.sub(r"\([^)]*\)|'[^']*'", "", text)
    spans = re.findall(r"(\d+)(?:–(\d+)(?: every (\d+)\w\w)?)?", bare)
    return sorted(row for one, last, step in spans for row in range(int(one), int(last or one) + 1, int(step or 1)))


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path):
    with pytest.raises(errors.InvalidTable, match=r"table 'claims' is invalid: .*cannot be read"):
        catalog.validate("claims", tmp_path, ROOT)
