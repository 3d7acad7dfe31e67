"""Rows as people type, paste and export them: each fault is told once, with every row, and hides no other."""

import csv
import io
import shutil
import unicodedata

import pytest

from citizen_security import compendium, project
from citizen_security.tables import catalog, errors
from citizen_security.tables.inspection import Inspection

STUDY = {
    "kind": "primary", "authors": "Somebody", "year": "2025", "title_is_ours": "false", "iso3": "JAM",
    "place": "Kingston", "is_lac": "true", "intervention_category": "CCTV", "intervention": "cameras",
    "target": "place", "design": "DiD", "maryland_level": "4", "outcome_category": "homicide",
    "effect_direction": "mixed", "facts_read_at": "invented for this test",
}  # fmt: skip
EFFECT = {
    "study_id": "katz2016", "outcome": "homicide", "outcome_category": "homicide", "metric": "percent_change",
    "estimate": "-20", "beneficial_sign": "-1", "derivation": "as_published", "facts_read_at": "invented for this test",
}  # fmt: skip


@pytest.fixture
def checkout(tmp_path):
    """A second checkout, whose tables a test may spoil."""
    shutil.copytree(project.root() / "data", tmp_path / "data")
    return tmp_path


def read(checkout, name):
    return list(csv.reader(io.StringIO(catalog.path(name, checkout).read_text("utf-8"), newline="")))


def write(checkout, name, rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    catalog.path(name, checkout).write_text(out.getvalue(), "utf-8", newline="")


def add(checkout, name, given, *changes):
    """Add rows, sorted where the keys are words; the number of the first effect."""
    header, *rows = read(checkout, name)
    first = len(rows) + 1
    for place, change in enumerate(changes):
        numbered = {"effect_id": f"E{first + place:03d}"} | given | change
        rows.append([numbered.get(column, "") for column in header])
    write(checkout, name, [header, *(sorted(rows) if name == "studies" else rows)])
    return first


def spoil(checkout, name, old, new):
    path = catalog.path(name, checkout)
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8", newline="")


def refusal(checkout, *names):
    """Problems of each table, without the lines that frame them."""
    with pytest.raises(errors.InvalidTable) as refused:
        catalog.update(names, checkout, inspections=[Inspection(*it) for it in compendium.row_checks()])
    told = {}
    for part in f"\n{refused.value}".split("\ntable '")[1:]:
        name, _, said = part.partition("' is invalid: ")
        said = said.partition("Correct data/")[0].partition("`citizen-security data tidy")[0]
        _, several, problems = said.partition(":\n- ")
        assert name not in told, "a table is told once"
        told[name] = problems.strip().split("\n- ") if several else [said.strip()]
    return told


UNREADABLE = {
    "\u22120.2": "write -0.2", "1 234": "write 1234", "0,33": "write 0.33", "Infinity": "no table holds what is not",
    "1,234": "write 1234 or 1.234", "30 %": "write 30", "0.2*": "write 0.2", "(0.2)": "write -0.2 if",
    "0.33 (0.18-0.61)": "write one number in a cell", "n.s.": "write the number alone",
}  # fmt: skip


def test_a_number_that_cannot_be_read_is_told_once_with_what_to_write(checkout):
    bounds = {"confidence_low": "-40", "confidence_high": "20", "confidence_level": "95"}
    columns = ("estimate", "confidence_low", "confidence_high", "confidence_level", "standard_error", "p_value")
    derived = {"effect_size": "-0.223144", "effect_size_standard_error": "0.176834", "p_value_relation": "equal"}
    whole = bounds | derived | {"standard_error": "15", "p_value": "0.2"}
    changes = [whole | {column: cell} for cell in UNREADABLE for column in columns]
    first = add(checkout, "effects", EFFECT, *changes, whole | {"beneficial_sign": "\u22121"})
    study = {"study_id": "aaa", "title": "Cameras", "year": "2 025", "maryland_level": "4,0", "is_lac": "TRUE"}
    add(checkout, "studies", STUDY, study)
    told = refusal(checkout, "effects", "studies")
    assert sorted(told) == ["effects", "studies"]
    assert len(told["effects"]) == len(columns) + 1
    for place, (cell, column) in enumerate((cell, column) for cell in UNREADABLE for column in columns):
        (block,) = (it for it in told["effects"] if it.startswith(f"column {column} breaks the rule 'number"))
        (line,) = (it for it in block.split("\n") if f"row {first + place + 1} (effect_id=E{first + place})" in it)
        assert f": {cell!r} ({UNREADABLE[cell]}" in line
    assert [it.partition(" breaks")[0] for it in told["studies"]] == [
        "column year", "column is_lac", "column maryland_level",
    ]  # fmt: skip


def test_what_nobody_sees_and_what_tears_a_cell_hide_no_other_fault_and_are_told_once(checkout):
    title = unicodedata.normalize("NFD", "Policía en Kingston")
    add(
        checkout, "studies", STUDY,
        {"study_id": "aaa", "title": "Cameras\u200b in Kingston", "year": "1850"},
        {"study_id": "aab", "title": "Lights\nin Kingston", "authors": "Nobody", "year": "1851"},
        {"study_id": "aac", "title": title, "authors": "Nemo", "place": "King\u00a0ston"},
        {"study_id": "aad", "title": "Dogs in Kingston", "authors": "No\u00adone",
         "outcome_category": "homi\u200bcide"},
    )  # fmt: skip
    # The key of a study, which other tables refer to.
    spoil(checkout, "studies", "blattman2023,", "blattman\u200b2023,")
    first = add(checkout, "effects", EFFECT, {"estimate": "-140", "notes": "a\tb"}, {"study_id": "aa\u200bd"})
    told = refusal(checkout, "studies", "effects")
    assert sorted(told) == ["effects", "studies"]
    faults = [(it.partition(" breaks")[0], it.partition("(study_id=")[2][:3]) for it in told["studies"]]
    assert sorted(faults[:7]) == [
        ("column authors", "aad"), ("column outcome_category", "aad"), ("column place", "aac"),
        ("column study_id", "bla"), ("column title", "aaa"), ("column title", "aab"), ("column title", "aac"),
    ]  # fmt: skip
    assert [it.partition(". Allowed")[0] for it in told["studies"][7:]] == [
        "row 2 (study_id=aaa), year: the year is 1850", "row 3 (study_id=aab), year: the year is 1851",
    ]  # fmt: skip
    assert len(told["effects"]) == 3
    assert f"row {first + 2} (effect_id=E{first + 1}): 'aa\\u200bd' (U+200B ZERO WIDTH SPACE" in told["effects"][0]
    assert "'a\\tb' (take out the control character '\\t')" in told["effects"][1]
    assert f"row {first + 1} (effect_id=E{first}), estimate: a change is −140 %" in told["effects"][2]
    # Of a table that is not asked for its own faults are told, once.
    assert list(refusal(checkout, "risk_of_bias")) == ["studies"]
    found = catalog.verify(["studies", "effects"], checkout)
    assert [it.problem.count("is invalid") for it in found] == [1, 1]


def test_rows_that_are_none_are_set_apart_and_nothing_follows_from_them(checkout):
    path = catalog.path("effects", checkout)
    lines = path.read_text("utf-8").splitlines()
    # From the end, so that what was done before stands where it stood.
    lines += ["," * lines[0].count(",")] * 3
    lines[60] = lines[60].replace("E", "E9", 1)
    bare = [number for number, line in enumerate(lines[:50]) if '"' not in line and number > 30]
    lines[bare[3] : bare[3]] = [lines[0], "<<<<<<< HEAD"]
    lines[bare[1] : bare[1] + 2] = [f"{lines[bare[1]]}{lines[bare[1] + 1]}"]
    lines[bare[0]] = lines[bare[0]].replace(",", ",with a comma,", 1)
    path.write_text("\n".join(lines) + "\n", "utf-8", newline="")
    told = refusal(checkout, "effects")["effects"]
    cells = lines[0].count(",") + 1
    longer, glued, again = bare[0] + 1, bare[1] + 1, bare[3]
    assert told == [
        f"rows must have {cells} cells, but row {longer} has {cells + 1}, row {glued} has {2 * cells - 1}, "
        f"row {again + 1} has 1. Lines of a "
        "merge conflict stand among them: settle it",
        f"rows {len(lines) - 2}–{len(lines)}: without any entry; take them out",
        f"row {again}: the header again; take it out",
        told[3],
    ]
    assert told[3].startswith("column effect_id breaks the rule 'sorted by the primary key'")


def test_a_study_that_was_not_read_is_not_missed_by_the_tables_that_refer_to_it(checkout):
    spoil(checkout, "studies", "berkseligson2014,primary,,", "berkseligson2014,primary,")
    told = refusal(checkout, "studies", "effects", "risk_of_bias", "second_coding", "recoding", "certainty_judgements")
    assert list(told) == ["studies"]
    assert told["studies"] == ["rows must have 22 cells, but row 6 has 21."]


def test_what_the_check_of_rows_says_the_description_says_not_again(checkout):
    first = add(
        checkout, "effects", EFFECT,
        {"metric": "rate_ratio", "estimate": "-5000", "confidence_low": "-0.5", "confidence_high": "0.9",
         "confidence_level": "0.95"},
        {"p_value": "1.5", "p_value_relation": "equal", "outcome_category": "homicides", "study_id": "nobody"},
        {"estimate": "-31", "effect_size": "-0.5", "beneficial_sign": "2"},
        {"metric": "rate_ratio", "estimate": "0.31", "effect_size": "-1.5"},
    )  # fmt: skip
    told = refusal(checkout, "effects")["effects"]
    assert [it.partition(":")[0].removeprefix("row ") for it in told] == [
        f"{first + 1} (effect_id=E{first}), estimate",
        f"{first + 1} (effect_id=E{first}), confidence_level",
        f"{first + 2} (effect_id=E{first + 1}), p_value",
        f"{first + 2} (effect_id=E{first + 1}), outcome_category",
        f"{first + 2} (effect_id=E{first + 1}), study_id",
        f"{first + 3} (effect_id=E{first + 2}), effect_size, estimate",
        f"{first + 3} (effect_id=E{first + 2}), beneficial_sign",
        f"{first + 4} (effect_id=E{first + 3}), effect_size, estimate",
    ]


def test_words_of_no_form_are_told_in_words_and_nothing_follows_from_them(checkout):
    changes = [
        {"doi": "https://doi.org/10.1000/xyz"}, {"iso3": "JAM, BRB"}, {"iso3": "Jamaica"},
        {"outcome_category": "homicide;"}, {"outcome_category": "Homicide"}, {"title": "-"}, {"title": "n.d."},
        {"kind": "Primary"}, {"intervention_category": "CCTVs;focussed deterrence"}, {"pooled_in": "aa00"},
        {"design": "RCT, n<30 per arm", "place": "Kingston & St. Andrew", "notes": "p<0.05"},
    ]  # fmt: skip
    named = [
        {"study_id": f"aa{n:02d}", "title": f"T{n} of K", "authors": f"A{n}bc"} | it for n, it in enumerate(changes)
    ]
    add(checkout, "studies", STUDY, *named)
    told = refusal(checkout, "studies")["studies"]
    assert [it.partition(": ")[0].partition("'")[0].rstrip() for it in told] == [
        "column kind breaks the rule", "column iso3 breaks the rule", "column outcome_category breaks the rule",
        "column doi breaks the rule", "column title breaks the rule",
        "row 6 (study_id=aa04), outcome_category", "row 10 (study_id=aa08), intervention_category",
        "row 10 (study_id=aa08), intervention_category", "row 11 (study_id=aa09), pooled_in",
    ]  # fmt: skip
    said = "\n".join(told)
    assert "that is the DOI alone, such as 10.1000/xyz" in said
    assert "that is codes of three capital letters, with a semicolon between two and no blanks' in row 3" in said
    assert "no word is' in row 7 (study_id=aa05): '-'; row 8 (study_id=aa06): 'n.d.'" in said
    assert "did you mean 'focused deterrence'? Allowed: " in said
    assert "pooled_in is 'aa00', which is no review" in said


def test_a_header_that_is_spelt_otherwise_is_read_and_one_that_lacks_a_column_says_what(checkout):
    add(checkout, "effects", EFFECT, {"estimate": "-140"})
    spoil(checkout, "effects", "estimate,", "Estimate ,")
    told = refusal(checkout, "effects")["effects"]
    assert told[0] == "the header has 'Estimate ' for 'estimate'; write the names of the description"
    assert "estimate: a change is −140 %" in told[1]
    assert len(told) == 2
    spoil(checkout, "effects", "Estimate ,", "size,")
    assert refusal(checkout, "effects")["effects"] == [
        "the header lacks the columns ['estimate'] and has the unknown columns ['size']."
    ]


def test_a_word_that_is_written_in_two_ways_is_told_where_it_is_seldom(checkout):
    header, *rows = read(checkout, "studies")
    place = header.index("facts_read_at")
    for number, row in enumerate(rows):
        row[place] = "Read in a library" if number != 7 else "read in a Library"
    write(checkout, "studies", [header, *rows])
    (said,) = refusal(checkout, "studies")["studies"]
    assert said.endswith(f"'read in a Library' ({len(rows) - 1} rows have 'Read in a library').")
    assert "in row 9 (study_id=" in said
