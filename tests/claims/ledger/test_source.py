"""Claims of one's own: read as the example shows, or refused with all that is wrong in all rows of all files."""

import csv
import io

import pytest
from support import ROOT
from typer.testing import CliRunner

from citizen_security import cli
from citizen_security.claims.ledger.checks import check
from citizen_security.claims.ledger.judged_claims import choices_table, ledger_table, measure_claims
from citizen_security.claims.ledger.kinds_of_measures import kind_of, kind_problems, other_than_main, same_way
from citizen_security.claims.ledger.locators import locator_problems
from citizen_security.claims.ledger.panel_units import UNITS
from citizen_security.claims.ledger.parameters import MEASURED, OWN, Ledger
from citizen_security.claims.ledger.registry import arguments_of, read_arguments, with_defaults
from citizen_security.claims.ledger.source import load_source
from citizen_security.methods.verdicts.regions import Tolerances
from citizen_security.parameters import ParameterError, RowsRefused
from citizen_security.tables import catalog
from citizen_security.tables.brought.findings import counted
from citizen_security.tables.brought.told import ODD, ONE_MEANING

EXAMPLE = {
    "own_claims": "own_claims.csv",
    "own_rules": "own_claim_rules.csv",
    "own_choices": "own_claim_choices.csv",
}
SETTINGS = {"tolerances": Tolerances(), "smallest_effect": 1.0}


@pytest.fixture(scope="module")
def example() -> dict[str, list[dict[str, str]]]:
    return {
        name: list(csv.DictReader(io.StringIO((ROOT / "examples" / file).read_text("utf-8"))))
        for name, file in EXAMPLE.items()
    }


@pytest.fixture
def bring(tmp_path, example):
    """Write the example with some cells changed, rows added or text edited, and name the files to the notebook."""

    def brought(changes=(), added=(), edit=lambda name, text: text.encode()) -> Ledger:
        given = {}
        for name, rows in example.items():
            own = [dict(row) for row in rows]
            for of, at, column, cell in changes:
                if of == name:
                    own[at][column] = cell
            own += [row for of, row in added if of == name]
            text = io.StringIO()
            writer = csv.DictWriter(text, list(own[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(own)
            path = tmp_path / EXAMPLE[name]
            path.write_bytes(edit(name, text.getvalue()))
            given[name] = str(path)
        return Ledger.from_values(given)

    return brought


def judged(parameters, tables):
    source = load_source(parameters, tables)
    found = measure_claims(source.tables, parameters.confidence_level, source.claims["claim_id"])
    return ledger_table(source.claims, source.rules, found, **SETTINGS), found


def refused(parameters, tables) -> list[str]:
    with pytest.raises(RowsRefused) as error:
        load_source(parameters, tables)
    return list(error.value.problems)


def test_the_example_gives_a_ledger_of_its_own(bring, tables):
    ledger, found = judged(bring(), tables)
    assert ledger["claim_id"].tolist() == ["X01", "X02", "X03", "X04", "X05"]
    assert ledger["document"].unique().tolist() == ["my_report", "a_boast"]
    rates = tables["world_homicide"].query("iso3 == 'ECU'").set_index("year")
    counts, people = rates["homicide_count"], rates["population"]
    rise = 100 * (counts[2023] / people[2023] / (counts[2019] / people[2019]) - 1)
    assert ledger["value"][0] == pytest.approx(rise)
    assert ledger["verdict"][0] == "holds"
    assert len(choices_table(found, **SETTINGS)) == 12


def test_a_rule_may_name_its_own_level(bring, tables):
    narrow = judged(bring(), tables)[0].set_index("claim_id")
    wide = judged(bring([("own_rules", 3, "level", "0.99")]), tables)[0].set_index("claim_id")
    assert wide["value"]["X04"] == narrow["value"]["X04"]
    assert wide["low"]["X04"] < narrow["low"]["X04"] < narrow["high"]["X04"] < wide["high"]["X04"]


def test_without_files_the_claims_are_those_of_the_compendium(tables):
    source = load_source(Ledger.from_values({}), tables)
    assert source.claims.equals(tables["claims"])
    assert source.tables is tables
    assert not source.is_brought
    assert source.reading == "The claims are those of this compendium."


def semicolons(_, text: str) -> str:
    rows = list(csv.reader(io.StringIO(text)))
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\n").writerows(rows)
    return written.getvalue()


@pytest.mark.parametrize(
    "edit",
    [
        lambda _, text: ("\ufeff" + text).encode(),
        lambda _, text: text.replace("\n", "\r\n").encode(),
        lambda name, text: semicolons(name, text).encode(),
        lambda _, text: text.replace("claim_id", "Claim_ID ", 1).encode(),
        lambda _, text: f"My claims,,\n{text}".encode(),
        lambda _, text: f"{text}{',' * (text.splitlines()[0].count(','))}\n".encode(),
    ],
    ids=["byte order mark", "CRLF", "semicolons", "another case", "a title line", "an empty row"],
)
def test_a_file_is_read_as_publishers_and_spreadsheets_write_it(bring, tables, edit):
    parameters = bring(edit=edit)
    ledger, _ = judged(parameters, tables)
    source = load_source(parameters, tables)
    # Of each file the same is said.
    told = f"was read as that, however it was written: {counted(len(source.said), 'note')}. Nothing looks odd."
    assert source.reading.endswith(told if len(source.said) else "read as they stand.")
    assert ledger["verdict"].tolist() == judged(bring(), tables)[0]["verdict"].tolist()


def test_a_letter_that_was_lost_is_doubted_and_a_blank_mended(bring, tables):
    source = load_source(
        bring([("own_claims", 0, "statement", "The \ufffd rate"), ("own_rules", 1, "unit", " % ")]), tables
    )
    assert source.said["how"].tolist() == [ODD, ONE_MEANING]
    assert source.said["what"][0].startswith("own_claims.csv has letters that were lost")
    assert source.rules["unit"][1] == "%"


@pytest.mark.parametrize("cell", ["3e2", "300.0", " 300"])
def test_a_number_is_read_however_it_is_written(bring, tables, cell):
    source = load_source(bring([("own_rules", 0, "claimed", cell)]), tables)
    assert source.rules["claimed"][0] == 300
    assert source.said.empty


# What is wrong in a file, and what must be said of it: the row, what was given, what is allowed or what to do.
WRONG = [
    (
        "own_claims",
        0,
        "claim_id",
        "C001",
        ["own_claims.csv, row 2: claim_id = C001 is a claim of the book", "such as X01"],
    ),
    (
        "own_claims",
        1,
        "claim_id",
        "X01",
        ["own_claims.csv, rows 2, 3: claim_id 'X01' stands there 2 times. Allowed: once"],
    ),
    ("own_claims", 1, "claim_id", "x01", ["rows 2, 3: claim_id 'X01' stands there 2 times"]),
    ("own_claims", 0, "claim_id", "é 1", ["row 2: claim_id = 'é 1'. Allowed: up to 20 letters"]),
    ("own_claims", 2, "statement", "", ["own_claims.csv, row 4: statement is empty. Fill it in"]),
    (
        "own_rules",
        0,
        "type",
        "at_last",
        ["own_claim_rules.csv, row 2: unknown value 'at_last' in type; did you mean 'at_least'?"],
    ),
    (
        "own_rules",
        0,
        "claim_id",
        "X1",
        [
            "unknown claim 'X1' in claim_id; own_claims.csv has other keys; did you mean 'X01'?",
        ],
    ),
    (
        "own_rules",
        0,
        "claimed",
        "about 3",
        ["row 2: claimed = 'about 3' is no number. Allowed: plain digits with a decimal point"],
    ),
    ("own_rules", 0, "claimed", "0,5", ["row 2: claimed = '0,5' has a decimal comma. Write 0.5."]),
    ("own_rules", 0, "claimed", "", ["row 2: a claim of type at_least needs claimed"]),
    (
        "own_rules",
        1,
        "region_high",
        "40",
        ["row 3: region_low = 45 is above region_high = 40. Allowed: the lower one first"],
    ),
    ("own_rules", 2, "level", "95", ["row 4: level = 95. Allowed: 0.8 to 0.99"]),
    ("own_rules", 2, "level", "0.0000001", ["row 4: level = 0.0000001. Allowed: 0.8 to 0.99"]),
    ("own_rules", 2, "level", "0.999", ["row 4: level = 0.999. Allowed: 0.8 to 0.99"]),
    (
        "own_rules",
        2,
        "directness",
        "directly",
        ["row 4: unknown value 'directly' in directness; did you mean 'direct'?"],
    ),
    (
        "own_rules",
        2,
        "declared",
        "30.11.2026",
        ["row 4: declared = '30.11.2026' is no day. Allowed: one such as 2026-11-30"],
    ),
    ("own_rules", 2, "declared", "2999-01-01", ["row 4: declared = 2999-01-01. Allowed: a day from 1900 to today"]),
    ("own_rules", 2, "declared", "1899-12-31", ["row 4: declared = 1899-12-31. Allowed: a day from 1900 to today"]),
    (
        "own_rules",
        0,
        "warnings",
        "raw_chance",
        ["unknown warning 'raw_chance' in warnings; did you mean 'raw_change'?"],
    ),
    (
        "own_rules",
        0,
        "claimed",
        "-500",
        ["rows 2, 3: the region from -500 to no end holds all that country_rise can give"],
    ),
    ("own_rules", 1, "region_low", "101", ["claimed = 50 lies outside its own region from 101 to no end"]),
    ("own_rules", 0, "region_high", "5", ["row 2: region_high = 5 of a claim of type at_least, which has no such end"]),
    ("own_rules", 2, "claimed", "3", ["row 4: claimed = 3 of a claim of type direction, whose region follows from no"]),
    ("own_rules", 4, "claimed", "1.5", ["row 6: claimed = 1.5 of a claim of type ranking. Allowed: whole numbers"]),
    ("own_rules", 4, "type", "identity", ["row 6: claimed = 1 of a claim of type identity"]),
    (
        "own_rules",
        2,
        "type",
        "range",
        ["row 4: a claim of type range needs its two ends. Give region_low and region_high"],
    ),
    (
        "own_choices",
        0,
        "is_main",
        "false",
        ["own_claim_choices.csv, rows 2, 3: no choice of claim X01 is the main one"],
    ),
    ("own_choices", 1, "is_main", "true", ["rows 2, 3: claim X01 has 2 main choices. Leave is_main true in one"]),
    ("own_choices", 0, "is_main", "yes", ["row 2: unknown value 'yes' in is_main. Allowed: true, false"]),
    ("own_choices", 1, "choice", "main", ["rows 2, 3: choice 'main of X01' stands there 2 times"]),
    (
        "own_choices",
        0,
        "measure",
        "country_rize",
        ["row 2: unknown measure 'country_rize'; did you mean 'country_rise'?"],
    ),
    (
        "own_choices",
        0,
        "arguments",
        "country=ECX;first=2019;last=2023",
        ["row 2: unknown country 'ECX' in country of country_rise; did you mean 'ECU'?"],
    ),
    (
        "own_choices",
        0,
        "arguments",
        "country=ECU;first_year=2019;last=2023",
        ["row 2: unknown argument 'first_year'; did you mean 'first'?", "country_rise needs first; give first=…"],
    ),
    ("own_choices", 0, "arguments", "country=ECU;first=2023;last=2019", ["first = 2023 is after last = 2019"]),
    (
        "own_choices",
        0,
        "arguments",
        "country=ECU;first=2019;first=2018;last=2023",
        ["argument 'first' stands there twice"],
    ),
    ("own_choices", 0, "arguments", "country", ["'country' is no argument. Allowed: name=value"]),
    ("own_choices", 5, "arguments", "driver=gimi", ["unknown column 'gimi' in driver of link; did you mean 'gini'?"]),
    (
        "own_choices",
        4,
        "claim_id",
        "X09",
        ["row 6: unknown claim 'X09' in claim_id; own_claim_rules.csv has other keys"],
    ),
    ("own_rules", 0, "unit", "bananas per moon", ["rows 2, 3: country_rise gives a change in %, and the unit of the"]),
    ("own_rules", 2, "type", "existence", ["rows 7, 8: link gives an effect in % of the rate, and type existence"]),
    (
        "own_choices",
        1,
        "arguments",
        "last=2023;first=02019;country=ECU",
        ["own_claim_choices.csv, rows 2, 3: these ways of claim X01 measure the same"],
    ),
    (
        "own_choices",
        1,
        "measure",
        "country_fall",
        ["row 3: country_fall counts a fall as positive, and the main way, country_rise, a rise"],
    ),
    (
        "own_rules",
        4,
        "claimed",
        "44",
        ["rows 11, 13: the region from 1 to 44 holds all that rank_from_safest can give (1 to"],
    ),
    ("own_rules", 4, "claimed", "99", ["the region from 1 to 99 holds all that rank_from_safest can give (1 to"]),
    (
        "own_rules",
        0,
        "claimed",
        "1,234",
        ["row 2: claimed = '1,234' has a comma, of thousands or of decimals. Write 1234 or"],
    ),
    ("own_rules", 0, "claimed", "300%", ["row 2: claimed = '300%' has a per cent sign (say % in the unit). Write 300"]),
    ("own_rules", 0, "claimed", "nan", ["row 2: claimed = 'nan' is no finite number. Give one, or leave it out"]),
    ("own_rules", 0, "claimed", "1e999", ["row 2: claimed = '1e999' is beyond what a computer can hold"]),
    ("own_rules", 2, "level", "95%", ["row 4: level = '95%' has a per cent sign. Allowed: 0.8 to 0.99, such as 0.95"]),
    (
        "own_choices",
        7,
        "measure",
        "murders",
        [
            "unknown measure 'murders'",
            "(58 in all). The page claims/measures.html of the book tells what each of",
        ],
    ),
    (
        "own_choices",
        0,
        "arguments",
        "country=ECU;first=95;last=2023",
        ["first = 95 of country_rise, and world_homicide has"],
    ),
    (
        "own_choices",
        0,
        "arguments",
        "country=ECU,first=2019,last=2023",
        ["row 2: commas stand between arguments. Write country=ECU;first=2019;last=2023."],
    ),
    ("own_choices", 4, "window", "last", ["row 6: unknown value 'last' in window"]),
    ("own_choices", 0, "window", "latest", ["row 2: the main choice is one of the latest years"]),
    ("own_choices", 0, "family", "year", ["row 2: family = year of the main choice. Leave it blank"]),
]


@pytest.mark.parametrize(("file", "row", "column", "cell", "said"), WRONG, ids=[f"{w[2]}={w[3]}" for w in WRONG])
def test_what_is_wrong_is_said_with_its_row_and_the_remedy(bring, tables, file, row, column, cell, said):
    problems = "\n".join(refused(bring([(file, row, column, cell)]), tables))
    for words in said:
        assert words in problems


def test_everything_that_is_wrong_in_all_files_is_said_at_once(bring, tables):
    chosen = [
        ("own_claims", 2, "statement"),
        ("own_rules", 0, "type"),
        ("own_rules", 1, "region_high"),
        ("own_rules", 2, "directness"),
        ("own_choices", 0, "measure"),
        ("own_choices", 4, "claim_id"),
        ("own_choices", 5, "arguments"),
    ]
    wrong = [it for it in WRONG if it[:3] in chosen]
    assert len(wrong) == len(chosen)
    problems = refused(bring([it[:4] for it in wrong]), tables)
    assert len(problems) == len(chosen), problems
    for *_, said in wrong:
        assert all(any(words in problem for problem in problems) for words in said)


def test_a_claim_without_ways_of_measuring_is_refused(bring, tables):
    added = [
        (
            "own_claims",
            {"claim_id": "X06", "document": "d", "location_in_document": "p", "statement": "s", "theme": ""},
        ),
        (
            "own_rules",
            {
                "claim_id": "X06",
                "type": "existence",
                "quantity": "q",
                "unit": "u",
                "directness": "direct",
                "declared": "2026-11-30",
            },
        ),
    ]
    assert refused(bring(added=added), tables) == [
        "own_claim_rules.csv, row 7: claim X06 has no way of measuring its own years. Add rows to "
        "own_claim_choices.csv."
    ]


def test_ways_of_another_quantity_do_not_count_for_a_claim(bring, tables):
    row = {"claim_id": "X01", "label": "l", "is_main": "false", "measure": "people", "window": "", "family": ""}
    added = [("own_choices", {**row, "choice": f"p{year}", "arguments": f"year={year}"}) for year in range(2010, 2020)]
    (problem,) = refused(bring(added=added), tables)
    assert problem.startswith("own_claim_choices.csv, rows 14–23: people gives a number of persons, and the main way, ")


@pytest.mark.parametrize("one", ["countries=MEX+BRA;first=2017;last=2017", "last=2017;countries=BRA+MEX;first=2017"])
def test_the_order_of_names_makes_no_other_way(one):
    same = {same_way("share_of_world", with_defaults("share_of_world", arguments_of("share_of_world", it)))
            for it in (one, "first=2017;last=2017;countries=MEX+BRA")}  # fmt: skip
    assert len(same) == 1


def test_the_order_of_groups_makes_another_way():
    ways = {same_way("pairs_in_order", {"groups": it}) for it in ("MEX+BRA/CHL", "BRA+MEX/CHL", "CHL/MEX+BRA")}
    assert len(ways) == 2


def test_rules_of_the_book_are_of_the_kinds_that_their_ways_give(tables):
    rules = tables["claim_rules"].set_index("claim_id")
    rows = tables["claim_choices"].fillna("").sort_values("is_main", ascending=False).to_dict("records")
    mains, ways, problems = {}, [], []
    for row in rows:
        rule, measure = rules.loc[row["claim_id"]], row["measure"]
        arguments = with_defaults(measure, arguments_of(measure, row["arguments"]))
        kind = kind_of(measure, arguments, tables)
        main = mains.setdefault(row["claim_id"], (measure, kind))
        problems += [
            (row["claim_id"], it) for it in kind_problems(measure, kind, rule["type"], rule["unit"], arguments)
        ]
        problems += [(row["claim_id"], it) for it in [other_than_main(measure, kind, *main)] if it]
        ways.append((row["claim_id"], row["window"], same_way(measure, arguments)))
    assert problems == []
    assert len(ways) == len(set(ways))


def test_units_of_columns_are_those_of_the_data_package(tables):
    fields = {it["name"]: it.get("unit") for it in catalog.describe("country_year")["schema"]["fields"]}
    numbers = set(tables["country_year"].select_dtypes("number")) - {"year"}
    assert dict(UNITS) == {name: fields[name] for name in numbers}


# A rule and a way of measuring whose unit or values do not fit each other: what is said of them.
MISFITS = [
    ("at_least", "times", "0", "ratio_of_measures", "above=unemployment_youth;below=unemployment_total;year=2014",
     "holds all that ratio_of_measures can give (0 to no end)"),
    ("at_least", "%", "0", "ratio_of_figures", "above=F06;below=F09;times=100", "all that ratio_of_figures can give"),
    ("at_most", "%", "100", "weighted_mean", "measure=urban_share;year=2016", "holds all that weighted_mean can"),
    ("at_least", "per 100,000", "0", "country_range", "measure=homicide_rate;year=2016", "that country_range can"),
    ("share", "%", "101", "beneficial_share", "", "claimed = 101 is nothing that beneficial_share can give (0 to 100)"),
    ("at_least", "correlation", "-1", "rank_persistence", "first=2005;last=2015", "all that rank_persistence can"),
    ("ranking", "rank", "26", "poverty_rank", "line=poverty_685_lineup;year=2015;since=1990", "(1 to 26)"),
    ("ranking", "rank", "32", "state_rank", "country=MEX;state=Jalisco;first=2015;last=2017", "(1 to 32)"),
    ("number", "US dollars", "3.4", "figure", "fact=F01", "figure gives a share in %, and the unit of the rule is 'US"),
    ("number", "% of GDP", "3.4", "figure", "fact=F01;times=100", "figure gives 100 times a share in %"),
    ("number", "%", "20", "weighted_mean", "measure=homicide_rate;year=2016", "weighted_mean gives a rate per 100,000"),
    ("number", "times", "1", "ratio_of_figures", "above=F05+F06;below=F09", "F05 in seats, F06 in judges. Allowed:"),
    ("number", "%", "2", "mean_change", "measure=gini;first=2000;last=2015", "mean_change gives a difference in"),
    ("identity", "things", "", "spread", "claim=X01", "claim X01 has no number in the column high; fill it in"),
]  # fmt: skip


@pytest.mark.parametrize(("claim_type", "unit", "claimed", "measure", "arguments", "said"), MISFITS)
def test_a_rule_is_held_to_what_its_way_gives(bring, tables, claim_type, unit, claimed, measure, arguments, said):
    rule = {"type": claim_type, "unit": unit, "claimed": claimed, "region_low": "", "region_high": ""}
    way = {"measure": measure, "arguments": arguments}
    changes = [("own_rules", 4, *it) for it in rule.items()] + [("own_choices", 9, *it) for it in way.items()]
    problems = [it for it in refused(bring(changes), tables) if it.startswith("own_claim_choices.csv, row 11: ")]
    assert any(said in it for it in problems), problems


def test_a_second_fault_of_a_row_is_said_with_the_first(bring, tables):
    changed = [
        ("own_rules", 0, "unit", "bananas"),
        ("own_rules", 0, "claimed", "4,5"),
        ("own_rules", 0, "region_low", "9"),
        ("own_rules", 0, "region_high", "3"),
        ("own_choices", 0, "arguments", "country=ECX;first=2019.5;lst=2023"),
    ]
    problems = refused(bring(changed), tables)
    for words in (
        "claimed = '4,5'",
        "region_low = 9 is above",
        "'ECX'",
        "first = '2019.5'",
        "'lst'",
        "needs last",
        "bana",
    ):
        assert sum(words in it for it in problems) == 1, (words, problems)


def test_what_cannot_be_counted_yet_bounds_nothing(bring, tables):
    """A rank among years of which one is missing, and a negative number of the highest."""
    rule = [("own_rules", 4, "claimed", "3")]
    for measure, arguments in (
        ("poverty_rank", "line=poverty_685_lineup;since=1990"),
        ("region_among_highest", "first=2016;last=2016;top=-3"),
    ):
        way = [("own_choices", 9, "measure", measure), ("own_choices", 9, "arguments", arguments)]
        problems = refused(bring([*rule, *way]), tables)
        assert not any(" holds " in it for it in problems), problems


def test_a_wrong_year_has_one_allowance(bring, tables):
    (problem,) = refused(bring([("own_choices", 0, "arguments", "country=ECU;first=95;last=2023")]), tables)
    assert problem.endswith("first = 95 of country_rise, and world_homicide has 1990 to 2023. Allowed: these years.")


def test_other_columns_are_looked_at_where_one_is_missing(bring, tables):
    def edit(name, text):
        without = text.replace(",unit,", ",units of it,", 1) if name == "own_rules" else text
        return without.encode()

    problems = refused(
        bring([("own_rules", 0, "claimed", "4,5"), ("own_choices", 0, "measure", "risse")], edit=edit), tables
    )
    for words in ("column unit is missing", "claimed = '4,5' has a decimal comma", "unknown measure 'risse'"):
        assert any(words in it for it in problems), problems


def test_a_file_that_cannot_be_read_is_told_with_one_that_is_not_there(bring, tables):
    given = bring(edit=lambda name, text: text.encode() + (b"\x90" if name == "own_claims" else b""))
    missing = Ledger.from_values({**given.changed(), "own_rules": "no_such_file.csv"})
    said = refused(missing, tables)
    assert any("own_claims.csv is not UTF-8 text" in it for it in said)
    assert any("no_such_file.csv': there is no such file" in it for it in said)


def test_files_in_each_others_place_are_told_once(bring, tables):
    given = bring()
    turned = Ledger.from_values({**given.changed(), "own_claims": given.own_rules, "own_rules": given.own_claims})
    assert refused(turned, tables)[:2] == [
        "own_claim_rules.csv has the columns of own_rules. Give it as own_rules, and another file here.",
        "own_claims.csv has the columns of own_claims. Give it as own_claims, and another file here.",
    ]


def test_three_decimals_that_may_be_thousands_are_doubted(bring, tables):
    source = load_source(bring([("own_rules", 0, "claimed", "300.000")]), tables)
    assert source.said["what"].tolist() == [
        "own_claim_rules.csv has claimed = 300.000 in row 2, read as 300: what stands behind a point are decimals"
    ]
    assert load_source(bring([("own_rules", 0, "claimed", "300.125")]), tables).said.empty


def test_names_are_joined_however_blanks_stand_around_the_sign(bring, tables):
    share = [("own_choices", 0, "measure", "share_of_world"), ("own_rules", 0, "claimed", "30")]
    spaced = [*share, ("own_choices", 0, "arguments", "first=2016; last=2016.0; countries=BRA + COL;")]
    # The other way of the claim is of another quantity now; this one is read.
    assert not [it for it in refused(bring(spaced), tables) if "row 2" in it]
    commas = [*share, ("own_choices", 0, "arguments", "first=2016;last=2016;countries=BRA,COL")]
    assert any("Names are joined by +. Write BRA+COL" in it for it in refused(bring(commas), tables))


def test_rows_beyond_one_with_the_same_fault_stand_together(bring, tables):
    problems = refused(bring([("own_rules", at, "type", "at_last") for at in range(4)]), tables)
    assert len(problems) == 1
    assert "own_claim_rules.csv, rows 2–5: unknown value 'at_last'" in problems[0]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            lambda text: text.replace("statement", "sentence", 1),
            "own_claims.csv: column statement is missing. Add it; other columns there: sentence.",
        ),
        (
            lambda text: text.replace("statement", "statements", 1),
            "own_claims.csv: column statement is missing; is it the column statements? Call it statement.",
        ),
        (lambda text: text.replace("theme", "thema", 1), "unknown column 'thema' in the header of own_claims.csv; did"),
        (lambda text: text.replace("theme", "", 1), "own_claims.csv has a column without a name"),
        (lambda text: text.replace("theme", "statement", 1), "has the column statement more than once"),
        (lambda text: text.splitlines()[0] + "\n", "own_claims.csv has 0 rows. Allowed: 1 to"),
        (lambda text: "", "own_claims.csv is empty"),
        (lambda text: text.replace("my_report,", "my_report,,", 1), "the header has 5 cells"),
        (lambda text: text.replace('"page 3', "page 3", 1), "no readable table of text"),
    ],
)
def test_a_file_that_is_no_table_of_claims_is_refused(bring, tables, edit, said):
    given = bring(edit=lambda name, text: (edit(text) if name == "own_claims" else text).encode())
    assert said in "\n".join(refused(given, tables))


@pytest.fixture
def loaded(tables, monkeypatch):
    """The tables as they are, read from their files once for all tests."""
    monkeypatch.setattr(catalog, "load", tables.__getitem__)


def test_files_are_refused_before_anything_is_computed(bring, loaded, monkeypatch):
    from citizen_security.claims.ledger import judged_claims

    monkeypatch.setattr(judged_claims, "measure_claims", None)
    with pytest.raises(RowsRefused, match="unknown measure"):
        check(bring([("own_choices", 0, "measure", "country_rize")]))


def test_a_refused_run_leaves_nothing(bring, loaded, tmp_path, monkeypatch):
    results = tmp_path / "results"
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(results))
    given = bring([("own_choices", 0, "measure", "country_rize"), ("own_rules", 2, "level", "95")]).changed()
    words = [word for name, value in given.items() for word in ("-p", f"{name}={value}")]
    ended = CliRunner().invoke(cli.application, ["run", "ledger", *words])
    assert ended.exit_code
    said = " ".join(ended.output.split())
    assert "unknown measure 'country_rize'; did you mean 'country_rise'?" in said
    assert "level = 95. Allowed: 0.8 to 0.99" in said
    assert not [path for path in results.rglob("*") if path.is_file()]


def test_a_measure_that_finds_nothing_is_refused_before_a_kernel_starts(bring, loaded):
    parameters = bring([("own_choices", 0, "arguments", "country=CUB;first=2015;last=2022")])
    with pytest.raises(RowsRefused) as error:
        check(parameters)
    (problem,) = error.value.problems
    assert problem.startswith(
        "own_claim_choices.csv, row 2: country_rise gives no estimate with country=CUB;first=2015"
    )
    assert "CUB has no count of homicides in 2022" in problem


def test_what_gives_no_estimate_is_said_with_all_else_that_is_wrong(bring, tables):
    problems = refused(
        bring(
            [
                ("own_claims", 2, "statement", ""),
                ("own_rules", 3, "level", "95"),
                ("own_choices", 0, "arguments", "country=CUB;first=2015;last=2022"),
                ("own_choices", 2, "arguments", "country=CUB;first=2014;last=2022"),
                ("own_choices", 5, "arguments", "driver=gimi"),
            ]
        ),
        tables,
    )
    assert len(problems) == 5
    assert [it.split(":")[0] for it in problems[2:]] == [f"own_claim_choices.csv, row {row}" for row in (2, 4, 7)]


def test_good_files_pass_the_check(bring):
    check(bring())


@pytest.mark.parametrize("missing", OWN)
def test_the_three_files_belong_together(missing):
    given = {name: "claims.csv" for name in OWN if name != missing}
    with pytest.raises(ParameterError, match=f"{missing} is none, and the three files belong together"):
        Ledger.from_values(given)


@pytest.mark.parametrize(("name", "value"), [("documents", ["muggah2017"]), ("themes", ["morelia"])])
def test_documents_of_the_book_are_not_chosen_beside_claims_of_ones_own(name, value):
    with pytest.raises(ParameterError, match=f"{name} chooses among the claims of the book"):
        Ledger.from_values({**dict.fromkeys(OWN, "claims.csv"), name: value})


def test_the_check_hands_over_what_the_notebook_declares(tables):
    assert {"claims", "claim_rules", "claim_choices", *MEASURED} <= set(tables)
    assert set(MEASURED) <= set(catalog.tables())


def test_statements_that_were_brought_can_be_compared_with_each_other(bring, tables):
    changed = [("own_choices", 0, "measure", "spread"), ("own_choices", 0, "arguments", "claim=C007")]
    problems = refused(bring([*changed[:1], ("own_choices", 0, "arguments", "claim=X9")]), tables)
    assert "unknown claim 'X9' in claim of spread" in problems[0]
    own = one_claim("identity", "countries", "", "spread", "claim=C100", "muggah2017")
    ledger, _ = judged(bring(added=own), tables)
    assert ledger.set_index("claim_id")["value"]["Y01"] == 4
    # A statement of another document contradicts nothing of this one.
    told = "the claim is of my_report: C100 of muggah2017. Allowed: claims of my_report"
    other = one_claim("identity", "countries", "", "spread", "claim=C100")
    assert any(told in it for it in refused(bring(added=other), tables))


def test_a_misspelt_column_is_told_once(bring, tables):
    given = bring(edit=lambda name, text: text.replace(",type,", ",typ,", 1).encode())
    about = [it for it in refused(given, tables) if "typ" in it]
    assert about == ["own_claim_rules.csv: column type is missing; is it the column typ? Call it type."]


def one_claim(claim_type, unit, claimed, measure, arguments, document="my_report"):
    """A claim of one way, added to the example."""
    claim = {"claim_id": "Y01", "document": document, "location_in_document": "page 1"}
    claim |= {"statement": "Is it so?", "theme": "homicide_trend"}
    rule = {"claim_id": "Y01", "type": claim_type, "quantity": "a quantity", "unit": unit, "directness": "direct"}
    rule |= {"declared": "2026-11-01", "claimed": claimed, "region_low": "", "region_high": "", "level": ""}
    rule |= {"warnings": "", "reason": "as it is said"}
    way = {"claim_id": "Y01", "choice": "main", "label": "the main way", "is_main": "true", "measure": measure}
    way |= {"arguments": arguments, "window": "claim", "family": ""}
    return [("own_claims", claim), ("own_rules", rule), ("own_choices", way)]


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (("not_fallen", "%", "", "country_fall", "country=SLV;first=2021;last=2022"), "counts a fall as positive"),
        (
            ("null", "%", "", "fall_then_rise", "country=CRI;first=2010;turn=2014;last=2018"),
            "gives the smaller of two amounts",
        ),
        (
            ("ranking", "% of pairs", "90", "pairs_in_order", "groups=CHL+ARG/HND+SLV;first=2010;last=2015"),
            "claimed = 90 is a rank",
        ),
        (
            ("set", "countries", "2", "below_median",
             "measure=homicide_rate;countries=HND+SLV+CHL;first=2010;last=2015"),
            "claimed = 2, and the way names 3 members",
        ),
        (("identity", "persons", "", "spread", "claim=C100"), "Allowed: a unit that begins with countries"),
        (
            ("identity", "countries", "", "total_less_parts", "total=C100;parts=C049"),
            "takes from each other what is unlike",
        ),
        (
            ("share", "% of judges", "40", "weighted_mean", "measure=urban_share;year=2016"),
            "of population where it says",
        ),
        (
            ("share", "% of young people", "20", "weighted_mean", "measure=unemployment_youth;year=2016"),
            "of labour force aged",
        ),
        (("direction", "% of the price", "", "link", "driver=gini;outcome=percent"), "of homicide rate where it says"),
        (
            ("null", "%", "", "fall_then_rise", "country=SLV;first=2002;turn=2009;last=2015"),
            "the smaller of two amounts",
        ),
        (("null", "%", "", "pacification_fall", "measure=both"), "the smaller of two amounts"),
        (("null", "%", "", "reported_change", "effect=E009"), "without an interval, and type null needs one"),
        (("set", "countries", "3", "risers", "measure=gini;groups=GTM+HND/BOL;first=2010;last=2014"), "has 2 groups"),
    ],
)  # fmt: skip
def test_what_would_turn_a_verdict_round_is_refused(bring, tables, claim, said):
    problems = refused(bring(added=one_claim(*claim)), tables)
    assert any(said in problem for problem in problems), problems


def test_ways_whose_shares_are_of_different_wholes_are_of_different_quantities(bring, tables):
    added = one_claim("at_least", "%", "10", "weighted_mean", "measure=unemployment_total;year=2016")
    other = {**added[2][1], "choice": "youth", "is_main": "false", "family": "definition"}
    added.append(("own_choices", other | {"arguments": "measure=unemployment_youth;year=2016"}))
    (problem,) = refused(bring(added=added), tables)
    assert "a share of labour force aged 15-24, and the main way, weighted_mean, one of labour force" in problem


@pytest.mark.parametrize("files", [["own_rules"], ["own_choices"], ["own_rules", "own_choices"], ["own_claims"]])
def test_a_key_in_other_letters_is_the_same_key_and_told(bring, tables, example, files):
    changes = [
        (name, at, "claim_id", row["claim_id"].lower())
        for name in files
        for at, row in enumerate(example[name])
        if row["claim_id"] == "X01"
    ]
    source = load_source(bring(changes), tables)
    key = "x01" if "own_claims" in files else "X01"
    assert key in set(source.rules["claim_id"])
    assert key in set(source.tables["claim_choices"]["claim_id"])
    assert source.said["what"].str.contains("read as").any()
    ledger, _ = judged(bring(changes), tables)
    assert ledger["verdict"].tolist() == judged(bring(), tables)[0]["verdict"].tolist()


@pytest.mark.parametrize("name", ["own_rules", "own_choices"])
def test_a_slip_in_a_key_is_told_once(bring, tables, example, name):
    those = [at for at, row in enumerate(example[name]) if row["claim_id"] == "X01"]
    (problem,) = refused(bring([(name, at, "claim_id", "XX01") for at in those]), tables)
    assert "unknown claim 'XX01'" in problem
    assert "did you mean 'X01'?" in problem


def test_a_claim_without_a_rule_is_told_once(bring, tables, example):
    given = bring(
        edit=lambda name, text: "".join(
            line for line in text.splitlines(keepends=True) if name != "own_rules" or not line.startswith("X03,")
        ).encode()
    )
    (problem,) = refused(given, tables)
    assert "claim X03 has no rule" in problem


@pytest.mark.parametrize(
    ("given", "meant", "is_homicide"),
    [
        ("homicide_rat", "homicide_rate", True),
        ("homocide_rate", "homicide_rate", True),
        ("homicide_count_", "", True),
        ("GINI", "gini", False),
        ("homicide_convicted_rat", "homicide_convicted_rate", False),
        ("percent_urban", "", False),
    ],
)
def test_the_nearest_column_is_suggested_and_homicide_itself_told_as_that(tables, given, meant, is_homicide):
    arguments, wrong = read_arguments("link", f"driver={given}")
    (problem,) = [*wrong, *locator_problems(tables, "link", arguments)]
    assert f"did you mean {meant!r}?" in problem if meant else "Allowed: " in problem
    assert ("homicide itself" in problem) == is_homicide
