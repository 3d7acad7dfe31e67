"""Adding a study is adding a row: everything that counts studies counts it, and a bad row is refused in words."""

import csv
import html
import os
import re
import shutil
import subprocess
import sys

import pytest

from citizen_security import compendium, project, values
from citizen_security.book.findings import with_findings
from citizen_security.evidence.certainty.bodies import bodies_of_evidence
from citizen_security.evidence.certainty.grades import grade_bodies
from citizen_security.evidence.certainty.headline import page_values
from citizen_security.evidence.certainty.parameters import Certainty
from citizen_security.evidence.evidence_gap_map import map_cells, study_counts, study_filter
from citizen_security.evidence.evidence_gap_map.headline import direction_values
from citizen_security.evidence.evidence_gap_map.homicide_burden import (
    burden_without,
    evidence_and_burden,
    homicide_burden,
)
from citizen_security.evidence.evidence_gap_map.one_rule import by_whole_interval
from citizen_security.evidence.evidence_gap_map.parameters import EvidenceGapMap
from citizen_security.evidence.meta_analysis import intervention_summaries, statements
from citizen_security.evidence.meta_analysis.headline import intervention_values
from citizen_security.evidence.meta_analysis.parameters import MetaAnalysis
from citizen_security.evidence.studies import coded_studies, risk_of_bias, row_checks
from citizen_security.evidence.studies.coding import scheme
from citizen_security.evidence.studies.effect_sizes import harmonised_effects
from citizen_security.evidence.studies.pages import PAGES
from citizen_security.evidence.studies.region_evidence import region_value
from citizen_security.figures.evidence import gap_map_tables
from citizen_security.tables import catalog, errors
from citizen_security.tables.inspection import Inspection

NEW = {
    "study_id": "somebody2026", "kind": "primary", "authors": "Somebody, Other", "year": "2026",
    "title": "Focused deterrence in Kingston", "title_is_ours": "false", "iso3": "JAM", "place": "Kingston",
    "is_lac": "true",
    "intervention_category": "focused deterrence;CCTV", "intervention": "warnings and cameras",
    "target": "people;place", "design": "staggered DiD", "maryland_level": "4", "outcome_category": "homicide;robbery",
    "effect_direction": "mixed", "facts_read_at": "invented for this test",
}  # fmt: skip


@pytest.fixture
def checkout(tmp_path):
    """A second checkout, whose tables a test may change."""
    shutil.copytree(project.root() / "data", tmp_path / "data")
    return tmp_path


def accept(checkout, *names):
    """Accept edited tables as the command does: with the check of rows."""
    return catalog.update(names, checkout, inspections=[Inspection(*it) for it in compendium.row_checks()])


def refusal(checkout, *names):
    """What the command says when it refuses them."""
    with pytest.raises(errors.InvalidTable) as refused:
        accept(checkout, *names)
    return str(refused.value)


def new_key(checkout, more=1):
    """Key of the next effect, or of a later one."""
    return f"E{len(catalog.load('effects', checkout)) + more:03d}"


# What it found.
FOUND = {
    "study_id": "somebody2026", "outcome": "homicide", "outcome_category": "homicide",
    "metric": "rate_ratio", "estimate": "0.7", "confidence_low": "0.5", "confidence_high": "0.98",
    "confidence_level": "95", "beneficial_sign": "-1", "derivation": "as_published",
    "facts_read_at": "invented for this test",
}  # fmt: skip

# A value of the meta-analysis or of certainty that a page quotes.
QUOTED = re.compile(r"\{glue:text\}`\.\./(?:meta_analysis|certainty)\.ipynb::(\w+)_text:s`")

# A number of studies in a page's own words would not follow the tables.
COUNTED = re.compile(
    r"\b(no|one|two|three|four|five|six|seven|eight|nine|ten|most|few|many|\d+)( of the)? "
    r"(stud(y|ies)|trials?|evaluations?|reviews?|experiments?)\b",
    re.IGNORECASE,
)

REGION = "region_evidence_sentence"


def add(checkout, **changes):
    append(checkout, "studies", "study_id", NEW | changes)


def append(checkout, table, key, new):
    path = catalog.path(table, checkout)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows.append(dict.fromkeys(rows[0], "") | new)
    rows.sort(key=lambda row: row[key])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def numbers(root):
    countries = catalog.load("countries", root)
    coded = coded_studies.coded_studies(catalog.load("studies", root), countries)
    selection = study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))
    grid = map_cells.cells(coded_studies.in_lac(selection.studies)).set_index(["intervention", "outcome"])
    by_country = study_counts.evidence_by_country(selection.studies, countries)
    gaps = evidence_and_burden(by_country, homicide_burden(catalog.load("country_year", root), 2018, 2023))
    return {
        "studies_total": len(selection.studies),
        "studies_lac": len(coded_studies.in_lac(selection.studies)),
        "empty_cells": map_cells.gap_counts(grid.reset_index()).empty,
        "thin_cells": map_cells.gap_counts(grid.reset_index()).thin,
        "deterrence_homicide": grid.loc[("focused_deterrence", "homicide"), "studies"],
        "burden_without_evidence": burden_without(gaps).value,
        "without": len(burden_without(gaps).states),
    }


def test_a_row_more_changes_every_number_that_it_should(checkout):
    before = numbers(checkout)
    add(checkout)
    catalog.update("studies", checkout)
    after = numbers(checkout)
    assert after["studies_total"] == before["studies_total"] + 1
    assert after["studies_lac"] == before["studies_lac"] + 1
    assert after["deterrence_homicide"] == before["deterrence_homicide"] + 1
    # Two interventions on two outcomes: four cells, of which two held studies already, one of them (cameras and
    # robbery) a single one, which is thin no longer.
    assert before["empty_cells"] - after["empty_cells"] == 2
    assert after["thin_cells"] == before["thin_cells"] + 2 - 1
    # Jamaica was the fourth of the states without a study.
    assert after["without"] == before["without"] - 1
    part = share_of_homicides(checkout, "JAM")
    assert before["burden_without_evidence"] - after["burden_without_evidence"] == pytest.approx(part, rel=1e-9)


def share_of_homicides(root, iso3):
    """A state's part of the region's homicides in a mean year of 2018 to 2023, added up row by row."""
    counts = {}
    with (root / "data" / "country" / "country_year.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if "2018" <= row["year"] <= "2023" and row["homicide_count"]:
                counts.setdefault(row["iso3"], []).append(float(row["homicide_count"]))
    means = {state: sum(years) / len(years) for state, years in counts.items()}
    return means[iso3] / sum(means.values())


def sentences(root):
    """What the meta-analysis records of the interventions with a page, and the gap map of the collection."""
    tables = {name: catalog.load(name, root) for name in ("studies", "effects", "countries")}
    coded = coded_studies.coded_studies(tables["studies"], tables["countries"])
    harmonised = harmonised_effects(tables["effects"], tables["studies"])
    parameters = MetaAnalysis.from_values({"effort": "quick"})
    summaries = intervention_summaries.summarise(coded, harmonised, parameters)
    every = intervention_summaries.table_of(summaries)
    values = intervention_values(summaries, every, parameters)
    told = statements.findings(tables["studies"], tables["effects"], coded)
    on_map = study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))
    by_rule = by_whole_interval(on_map.studies, harmonised)
    recorded = [*values, *direction_values(on_map, by_rule), *certain(coded, harmonised)]
    doubtful = row_checks.doubts(
        tables["effects"], tables["studies"], tables["countries"], catalog.load("row_doubts_answered", root)
    )
    doubts = statements.doubts_by_intervention(doubtful, tables["effects"], coded)
    return {"findings": told, "doubts": doubts, **{value.name: value.value for value in recorded}}


def certain(coded, harmonised):
    """What the pages quote of the region's evidence and of the certainty of its answers."""
    parameters = Certainty.from_values({"effort": "quick"})
    judgements = catalog.load("certainty_judgements")
    graded = grade_bodies(bodies_of_evidence(harmonised, parameters), {}, judgements, parameters)
    recorded = [value for value in page_values(graded) if isinstance(value, values.Value)]
    return [region_value(coded, harmonised), *recorded]


def test_a_new_study_waits_for_its_judgement_and_a_wrong_judgement_is_refused(checkout):
    add(checkout)
    accept(checkout, "studies")
    studies, domains = (catalog.load(name, checkout) for name in ("studies", "bias_domains"))
    waiting = risk_of_bias.judged(catalog.load("risk_of_bias", checkout), domains, studies)
    assert risk_of_bias.unjudged(waiting, studies) == ["somebody2026"]
    given = {"domain": "robins_i_selection", "judgement": "high", "reason": "invented for this test"}
    append(checkout, "risk_of_bias", "study_id", {"study_id": "somebody2026", **given})
    said = refusal(checkout, "risk_of_bias")
    assert "study 'somebody2026' has no judgement of robins_i_confounding, robins_i_classification, " in said
    assert (
        "(study_id=somebody2026, domain=robins_i_selection): 'high' is no judgement of ROBINS-I. Allowed: low" in said
    )


def page_with(values, code):
    """An intervention page with the values in the places where it quotes them, and its table of findings."""
    source = (project.root() / "book" / "evidence" / "interventions" / f"{code}.md").read_text(encoding="utf-8")
    source = with_findings(source, f"{code}.md", values["findings"], values["doubts"]) if values else source
    return QUOTED.sub(lambda match: str(values.get(match[1], "")), source)


def test_every_sentence_of_a_page_follows_the_studies_that_are_added(checkout):
    before = sentences(checkout)
    assert "Seven studies, two of them with a site in the region" in page_with(before, "focused_deterrence")
    assert "Nothing can be averaged: " in page_with(before, "focused_deterrence")

    add(checkout, design="randomised trial", maryland_level="5", intervention_category="focused deterrence")
    first, second = (f"E{len(catalog.load('effects', checkout)) + place:03d}" for place in (1, 2))
    append(checkout, "effects", "effect_id", {"effect_id": first, **FOUND})
    catalog.update("studies", checkout)
    catalog.update("effects", checkout)
    one = page_with(sentences(checkout), "focused_deterrence")
    assert "Eight studies, three of them with a site in the region" in one
    assert "the table has one randomised experiment." in one
    assert "One study has an effect with its error on homicide and violent death, and one is no average: " in one
    assert "Somebody, Other (2026), rate 30% lower (95% interval: " in one
    assert "Somebody, Other (2026)</th><td>Kingston</td><td>5</td><td>homicide ratio 0.7 (95% interval: 0.5 to" in one
    assert "Nothing can be averaged" not in one

    add(checkout, study_id="somebody2027", title="Again", authors="Nobody", intervention_category="focused deterrence")
    another = {"effect_id": second, "study_id": "somebody2027", "estimate": "0.6", "confidence_low": "0.4"}
    append(checkout, "effects", "effect_id", FOUND | another | {"confidence_high": "0.9"})
    catalog.update("studies", checkout)
    catalog.update("effects", checkout)
    after = sentences(checkout)
    two = page_with(after, "focused_deterrence")
    assert "Averaged over two studies on homicide and violent death: rate " in two
    assert "It rests on one degree of freedom" in two
    assert before["interventions_sentence"].startswith("3 of 31 interventions")
    assert after["interventions_sentence"].startswith("4 of 31 interventions")
    assert "no intervention has two of them that can be averaged" in before[REGION]
    assert "one intervention has two or more of them that can be averaged: two of focused deterrence" in after[REGION]
    assert "No certainty can be given: " in page_with(before, "focused_deterrence")
    # The trial is graded apart from the study without random assignment, and leads.
    certain = "Low certainty on homicide and violent death, from one study with random assignment: rate 30% lower"
    assert certain in two
    # The pages of the others stay as they were.
    assert all(after[name] == before[name] for name in before if name.startswith(("alcohol", "urban")))
    was, now = (
        it["findings"].query("intervention == 'cash_transfers'").reset_index(drop=True) for it in (before, after)
    )
    assert was.equals(now)


def test_the_reviews_of_a_page_follow_the_table(checkout):
    add(
        checkout,
        kind="review",
        maryland_level="",
        iso3="",
        intervention_category="alcohol restriction",
        authors="Reviewer",
    )
    catalog.update("studies", checkout)
    page = page_with(sentences(checkout), "alcohol_restriction")
    assert "Reviewer (2026)</th><td>–</td><td>–</td><td>no figure read, direction as stated: mixed</td>" in page


@pytest.mark.parametrize("code", PAGES)
def test_a_page_counts_no_studies_in_words_of_its_own(code):
    found = [match[0] for match in COUNTED.finditer(page_with({}, code))]
    assert not found, f"recorded sentences count studies; in {code}.md the page itself does: {found}"


def test_before_the_edit_is_accepted_the_table_is_not_used(checkout):
    add(checkout)
    with pytest.raises(errors.ChecksumError, match="citizen-security data update studies"):
        catalog.load("studies", checkout)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"year": ""}, "year breaks the rule 'required: no empty cell'"),
        ({"year": "1899"}, "year breaks the rule 'minimum 1960'"),
        ({"title": "<script>alert(1)</script>"}, "title breaks the rule 'no markup"),
        ({"title": "=1+1"}, "title breaks the rule 'pattern"),
        ({"title": "Effects of $\\tau^2$"}, "title breaks the rule 'pattern"),
        ({"intervention_category": "focussed deterrence"}, "every term of intervention_category is known"),
        ({"outcome_category": "homicide, robbery"}, "every term of outcome_category is known"),
        ({"target": "people/place"}, "target breaks the rule 'pattern"),
        ({"effect_direction": "works"}, "the term of effect_direction is known in directions"),
        ({"study_id": "braga2001"}, "study_id breaks the rule 'unique: no value twice'"),
        ({"iso3": "JAX"}, "every code of iso3 is known in countries"),
    ],
)
def test_a_malformed_row_is_refused_with_row_and_rule(checkout, changes, said):
    add(checkout, **changes)
    with pytest.raises(errors.InvalidTable) as refused:
        catalog.update("studies", checkout)
    assert said in str(refused.value)
    assert f"study_id={changes.get('study_id', 'somebody2026')}" in str(refused.value)


def test_a_word_that_is_nearly_right_is_told_the_right_one(checkout):
    studies = catalog.load("studies", checkout)
    studies.loc[0, "intervention_category"] = "focussed deterrence"
    with pytest.raises(ValueError, match="did you mean 'focused deterrence'"):
        coded_studies.coded_studies(studies, catalog.load("countries", checkout))


@pytest.mark.parametrize(
    "title",
    [
        "Guns, homicide and p < 0.05",
        "$100 bills: the price of violence, $5 to $10",
        "-omics of violence (2020)",
        "R&D; crime, and whether a<b or x<y>z",
    ],
)
def test_signs_that_titles_of_publications_have_are_kept_and_shown_as_text(checkout, title):
    add(checkout, title=title)
    accept(checkout, "studies")
    studies = catalog.load("studies", checkout)
    assert title in studies["title"].tolist()
    coded = coded_studies.coded_studies(studies, catalog.load("countries", checkout))
    on_map = study_filter.filter_studies(coded, EvidenceGapMap.from_values({}))
    page = gap_map_tables.studies_html(map_cells.studies_behind(on_map.studies))
    assert f">{html.escape(title, quote=False)}<" in page
    assert "mathjax_ignore" in page
    # A downloaded table is opened by spreadsheets, which would compute what begins with a minus.
    kept = values.inert_csv(studies[["title"]])
    assert ("'-omics" in kept) == title.startswith("-")


@pytest.mark.parametrize(
    "title",
    [
        "A <b>bold</b> claim",
        "</title><script>alert(1)</script>",
        "Guns &amp; homicide",
        "Effects of $\\tau^2$",
        "Effects of $x$",
        r"The \href{javascript:alert(1)}{x}",
        "=1+1",
        "+1+1",
        "@SUM(1)",
        "-1+1",
        "-SUM(A1:A3)",
        "-A1*2",
        "-cmd|' /C calc'!A0",
    ],
)
def test_markup_formulas_and_commands_in_a_title_are_refused_by_description_and_check(checkout, title):
    add(checkout, title=title)
    with pytest.raises(errors.InvalidTable, match=r"title breaks the rule '(pattern|no text starts|no markup)"):
        catalog.update("studies", checkout)
    # Of the two, the check says it, and the description does not say it again.
    said = refusal(checkout, "studies")
    assert "is invalid: row 150 (study_id=somebody2026), title: " in said
    assert "breaks the rule" not in said


def test_one_trial_under_two_keys_is_refused_with_both_rows_of_both_tables(checkout):
    studies = catalog.load("studies", checkout).set_index("study_id")
    for key, new in (("blattman2023", "blattman2023b"), ("landenberger_02", "landenberger_02b")):
        path = catalog.path("studies", checkout)
        lines = path.read_text("utf-8").splitlines(keepends=True)
        (place,) = (place for place, line in enumerate(lines) if line.startswith(f"{key},"))
        lines.insert(place + 1, lines[place].replace(key, new, 1))
        path.write_text("".join(lines), "utf-8", newline="")
    effects, key = catalog.path("effects", checkout), new_key(checkout)
    (row,) = (line for line in effects.read_text("utf-8").splitlines() if ",landenberger_02," in line)
    copied = row.replace(row.split(",")[0], key).replace("landenberger_02", "landenberger_02b")
    effects.write_text(effects.read_text("utf-8") + copied + "\n", "utf-8", newline="")
    said = refusal(checkout, "effects", "studies")
    assert f"the DOI '{studies.loc['blattman2023', 'doi']}' is that of blattman2023 too" in said
    assert "(study_id=blattman2023b), doi" in said
    assert "(study_id=landenberger_02b), title" in said
    assert f"(effect_id={key}), estimate" in said
    assert "is that of E096 (row 97) too, of landenberger_02, of the same year" in said
    assert "breaks the rule" not in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {
                "estimate": "-0.31",
                "confidence_low": "-0.45",
                "confidence_high": "-0.14",
                "metric": "percent_change",
                "effect_size": "-0.371064",
                "effect_size_standard_error": "0.1",
            },
            "Write the change in per cent, −31",
        ),
        (
            {
                "metric": "cohens_d",
                "estimate": "-0.2",
                "confidence_low": "",
                "confidence_high": "",
                "confidence_level": "",
                "standard_error": "0",
            },
            "a standard error is 0",
        ),
        ({"estimate": "80", "confidence_low": "60", "confidence_high": "95"}, "Write 0.8 if 80 % is meant"),
        ({"confidence_level": "0.95"}, "Write 95"),
        ({"p_value": "5", "p_value_relation": "below"}, "Write 0.05 if 5 % is meant"),
    ],
)
def test_an_effect_that_cannot_be_is_refused_with_its_row_and_what_to_do(checkout, changes, said):
    add(checkout)
    key = new_key(checkout)
    append(checkout, "effects", "effect_id", FOUND | {"effect_id": key} | changes)
    message = refusal(checkout, "studies", "effects")
    assert said in message
    assert f"(effect_id={key})" in message


def test_an_unknown_country_and_a_wrong_flag_are_said_together_with_the_rest(checkout):
    add(checkout, iso3="JAX", title="=1+1", year="", intervention_category="focussed deterrence")
    said = refusal(checkout, "studies")
    for words in ("every code of iso3 is known", "title: '=1+1' has a formula", "year: there is no year",
                  "did you mean 'focused deterrence'"):  # fmt: skip
        assert words in said


def test_effects_are_counted_on_beyond_three_digits(checkout):
    first = len(catalog.load("effects", checkout)) + 1
    path = catalog.path("effects", checkout)
    row = "{},katz2016,homicide (direction only),homicide,,direction,,,,,,,,,-1,,,as_published,,a test\n"
    rows = [row.format(f"E{number:03d}") for number in range(first, 1003)]
    path.write_text(path.read_text("utf-8") + "".join(rows), "utf-8", newline="")
    accept(checkout, "effects")
    effects = catalog.load("effects", checkout)
    assert effects["effect_id"].iloc[-4:].tolist() == ["E999", "E1000", "E1001", "E1002"]
    # As texts they would be sorted so, and that order is refused.
    header, *lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join([header, *sorted(lines)]), "utf-8", newline="")
    said = refusal(checkout, "effects")
    assert "sorted by the primary key" in said
    assert "`citizen-security data tidy effects` mends what a spreadsheet does: rows in another order" in said


def test_a_number_that_leaves_a_gap_is_refused_with_the_next_and_nothing_is_offered_to_tidy(checkout):
    path, following = catalog.path("effects", checkout), new_key(checkout)
    row = "E1000,katz2016,homicide (direction only),homicide,,direction,,,,,,,,,-1,,,as_published,,a test\n"
    path.write_text(path.read_text("utf-8") + row, "utf-8", newline="")
    said = refusal(checkout, "effects")
    assert f"'E1000' (the next is {following})" in said
    assert "data tidy" not in said


@pytest.mark.parametrize("key", ["E0170", "E17", "F170", "E-170", "E170b"])
def test_a_key_that_is_no_number_of_an_effect_is_refused(checkout, key):
    append(checkout, "effects", "effect_id", FOUND | {"effect_id": key, "study_id": "katz2016"})
    assert "effect_id breaks the rule 'pattern" in refusal(checkout, "effects")


@pytest.mark.slow
def test_a_row_more_of_the_scheme_is_a_row_more_of_the_map(checkout):
    # In a process of its own, as a reader would: the scheme is read once.
    path = catalog.path("interventions", checkout)
    row = "305,curfews,Youth curfews,situational_prevention,true,Minors stay at home at night.,night curfew\n"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith("310,"))
    path.write_text("".join([*lines[:place], row, *lines[place:]]), encoding="utf-8", newline="")
    catalog.update("interventions", checkout)
    add(checkout, intervention_category="night curfew")
    catalog.update("studies", checkout)
    code = (
        "from citizen_security.tables import catalog; "
        "from citizen_security.evidence.evidence_gap_map import map_cells; "
        "from citizen_security.evidence.studies import coded_studies; "
        "coded = coded_studies.coded_studies(catalog.load('studies'), catalog.load('countries')); "
        "grid = map_cells.cells(coded[coded['group'] != 'review']).set_index(['intervention', 'outcome']); "
        "print(len(grid), grid.loc[('curfews', 'homicide'), 'studies'])"
    )
    inside = os.environ | {"CITIZEN_SECURITY_ROOT": str(checkout)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=inside)
    assert done.stdout.split() == [str(9 * (len(scheme().interventions) + 1)), "1"]
