"""Tables as publishers and spreadsheets write them: read as their publisher means them, or refused with the remedy."""

import gzip
import re
import subprocess
import sys
import unicodedata

import numpy as np
import pandas as pd
import pytest

from citizen_security.parameters import ParameterError, RowsRefused
from citizen_security.tables.brought.findings import Findings
from citizen_security.tables.brought.reader import COLUMNS, read_brought

SAME = {name: name for name in COLUMNS}
YEARS = range(2012, 2020)


def table(groups=4, places=9):
    """A clean table: codes of seven digits, populations that grow slowly, counts that differ."""
    random = np.random.default_rng(7)
    rows = [
        {"place": f"{27 + group}{place:04d}{(7 * place + group) % 10}", "group": f"Estado {group}", "year": year}
        for group in range(groups)
        for place in range(1, places + 1)
        for year in YEARS
    ]
    frame = pd.DataFrame(rows)
    size = frame["place"].map({place: random.integers(3_000, 400_000) for place in frame["place"].unique()})
    population = (size * 1.01 ** (frame["year"] - YEARS[0])).astype(int)
    return frame.assign(homicides=random.poisson(population * 30 / 100_000), population=population)


def late(frame):
    return frame["year"] >= 2016


def named(frame):
    """The same with names in place of codes."""
    return frame.assign(place="São José " + frame["place"].map(_letters))


def _letters(code):
    return "".join("abcdefghij"[int(digit)] for digit in code)


def first_of_each_group(frame):
    return frame.groupby("group")["place"].transform("first") == frame["place"]


@pytest.fixture
def read(tmp_path):
    def reading(frame, name="brought.csv", columns=SAME, **options):
        path = tmp_path / name
        frame.to_csv(path, index=False, **options)
        return read_brought(path, columns)

    return reading


def refused(read, *given, **options):
    with pytest.raises(ParameterError) as error:
        read(*given, **options)
    return "\n".join(error.value.problems)


def equal(brought, frame):
    found = brought.table.astype({"place": str, "group": str}).reset_index(drop=True)
    pd.testing.assert_frame_equal(found, frame.reset_index(drop=True)[list(COLUMNS)], check_dtype=False)


def test_a_clean_table_is_read_as_it_stands_and_nothing_is_said(read):
    brought = read(table())
    equal(brought, table())
    assert brought.notes == ()
    assert brought.doubts == ()


# --- what has one meaning ---------------------------------------------------------------------------------------------


def written_late(frame, places):
    """The same with other labels from 2016 on."""
    return frame.assign(place=frame["place"].where(~late(frame), places))


def decomposed(frame):
    return written_late(frame, frame["place"].map(lambda name: unicodedata.normalize("NFD", name)))


def behind(sign):
    return lambda frame: written_late(frame, frame["place"] + sign)


def inside(sign):
    return lambda frame: written_late(frame, frame["place"].str.replace(" ", sign))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (decomposed, "accents written as separate characters"),
        (behind(" "), "blanks at an end"),
        (behind("\u00a0"), "characters that do not show"),
        (behind("\u200b"), "characters that do not show"),
        (behind("\u200e"), "characters that do not show"),
        (inside("  "), "more than one in a row"),
        (inside("\u00a0"), "characters that do not show"),
        (inside(" \u00ad"), "characters that do not show"),
    ],
)
def test_labels_that_differ_in_what_does_not_show_are_one(read, change, said):
    brought = read(change(named(table())))
    equal(brought, named(table()))
    assert said in " ".join(brought.notes)


def decoded_twice(frame):
    return written_late(frame, frame["place"].map(lambda name: name.encode().decode("cp1252")))


def test_letters_read_in_another_encoding_are_put_right(read):
    brought = read(decoded_twice(named(table())))
    equal(brought, named(table()))
    assert "letters of a second encoding mended in 36 labels" in brought.notes[0]


def test_point_zero_goes_though_another_label_is_no_code(read):
    frame = table()
    unknown = frame.head(1).assign(place="Ignorado", population=pd.NA)
    late_zeros = written_late(frame, frame["place"] + ".0")
    equal(read(pd.concat([late_zeros, unknown]).astype({"population": "Int64"})), frame)


@pytest.mark.parametrize("zeros", [".0", ".00"])
def test_codes_lose_the_point_zero_that_spreadsheets_put_behind_them(read, zeros):
    frame = table()
    brought = read(written_late(frame, frame["place"] + zeros))
    equal(brought, frame)
    assert "“.0” behind a code" in brought.notes[0]


@pytest.mark.parametrize(
    ("mark", "separator"),
    [(".", ";"), (",", ";"), (",", ","), (" ", ","), ("\u00a0", ";"), ("\u202f", ","), ("'", ",")],
)
def test_a_sign_between_thousands_is_read_as_such(read, mark, separator):
    frame = table()
    brought = read(
        frame.assign(population=[f"{number:,}".replace(",", mark) for number in frame["population"]]), sep=separator
    )
    equal(brought, frame)
    assert "between thousands" in brought.notes[0]


def test_whole_numbers_with_a_comma_or_point_zero_are_whole(read):
    frame = table()
    equal(read(frame.assign(homicides=frame["homicides"].map("{},0".format)), sep=";"), frame)
    equal(read(frame.assign(year=frame["year"].map("{}.0".format), homicides=frame["homicides"].astype(float))), frame)


@pytest.mark.parametrize("around", ["{}\u200b", "\u00a0{} ", "+{}"])
def test_signs_around_a_number_that_do_not_show_are_passed_over(read, around):
    equal(read(table().assign(population=table()["population"].map(around.format))), table())


def test_three_zeros_behind_every_number_are_decimals(read):
    zeros = "{}.000".format
    equal(read(table().assign(population=table()["population"].map(zeros), homicides=table()["homicides"].map(zeros))),
          table())  # fmt: skip


def test_years_may_have_a_sign_between_thousands(read):
    equal(read(table().assign(year=[f"{year:,}".replace(",", ".") for year in table()["year"]])), table())


def test_estimates_of_a_population_are_rounded(read):
    frame = table()
    equal(read(frame.assign(population=frame["population"] + 0.25)), frame)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_the_encodings_of_spreadsheets_are_read(read, encoding):
    equal(read(named(table()), encoding=encoding), named(table()))


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["DADOS.CSV", "datos.txt", "dados #1 (final).csv"])
def test_separators_line_ends_and_names_of_files_are_read(read, ending, separator, name):
    equal(read(table(), name, sep=separator, lineterminator=ending), table())


def test_a_packed_file_is_read(tmp_path):
    path = tmp_path / "brought.csv.gz"
    path.write_bytes(gzip.compress(table().to_csv(index=False).encode()))
    equal(read_brought(path, SAME), table())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + ",,,,\n,,,,\n",
        lambda text: text.replace("\n", "\n\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", ",\n"),
        lambda text: "sep=,\n" + text,
        lambda text: "Óbitos\u2028por ano\x85\n" + text,
    ],
)
def test_lines_that_hold_no_row_change_nothing(tmp_path, change):
    path = tmp_path / "brought.csv"
    path.write_text(change(table().to_csv(index=False)), encoding="utf-8", newline="")
    equal(read_brought(path, SAME), table())


def test_rows_are_counted_as_an_editor_counts_lines(tmp_path):
    path = tmp_path / "brought.csv"
    lines = table().assign(note="x").to_csv(index=False).splitlines()
    lines[3] = lines[3][:-1] + '"a note\nof two lines"'
    lines[8] += "\n\n\n"
    lines[20] = lines[20].replace(lines[20].split(",")[3], "-5", 1)
    path.write_text("\n".join(lines))
    with pytest.raises(ParameterError, match="row 25: '-5'"):
        read_brought(path, SAME)


def test_rows_behind_those_set_apart_keep_their_number(read):
    frame = table().astype({"homicides": object, "population": "Int64"})
    unknown = frame.head(3).assign(place="Ignorado", population=pd.NA)
    frame.loc[10, "homicides"] = -5
    assert "row 15: '-5'" in refused(read, pd.concat([unknown, frame]))


@pytest.mark.parametrize("name", ["brought.parquet", "BROUGHT.PARQUET"])
def test_parquet_is_read(tmp_path, name):
    table().to_parquet(tmp_path / name)
    equal(read_brought(tmp_path / name, SAME), table())


@pytest.mark.parametrize("lines", ["Óbitos por homicídio, 2012-2019\nFonte: SIM\n", "a;b;c\n", "Total,1,2,3,4\n\n"])
def test_title_lines_above_the_header_are_passed_over(tmp_path, lines):
    path = tmp_path / "brought.csv"
    path.write_text(lines + table().to_csv(index=False), encoding="utf-8")
    brought = read_brought(path, SAME)
    equal(brought, table())
    assert "above the header passed over" in brought.notes[0]


def test_columns_may_differ_in_case_and_blanks(read):
    frame = table()
    brought = read(frame.rename(columns={"place": " Place ", "homicides": "HOMICIDES"}))
    equal(brought, frame)
    assert "column 'HOMICIDES' read as 'homicides'" in brought.notes


@pytest.mark.parametrize(
    "label", ["270000", "2700000", "9999", "Município ignorado - AL", "Sin información", "Se ignora", "UNKNOWN"]
)
@pytest.mark.parametrize("population", [None, 0])
def test_deaths_of_no_known_place_are_set_apart_and_counted(read, label, population):
    frame = table()
    unknown = frame[first_of_each_group(frame)].head(8).assign(place=label, homicides=1, population=population)
    brought = read(pd.concat([frame, unknown]).astype({"population": "Int64"}))
    equal(brought, frame)
    assert "8 rows of places that are not known" in brought.notes[0]
    assert "8 homicides" in brought.notes[0]


def unknown_rows(**cells):
    """Rows of a place that is not known, one for each year of a group, with some cells changed."""
    frame = table()
    rows = frame[first_of_each_group(frame)].head(8).assign(place="Ignorado", homicides=1, population=pd.NA, **cells)
    return pd.concat([frame, rows]).astype({"population": "Int64"})


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"homicides": -5}, "no count of homicides in 8 rows"),
        ({"homicides": 5.5}, "no count of homicides in 8 rows"),
        ({"homicides": None}, "no homicides in 8 rows"),
        ({"year": None}, "no year in 8 rows"),
        ({"group": None}, "no group in 8 rows"),
        ({"group": "ESTADO 0"}, "writes 1 group in two ways"),
        ({"year": 3000}, "no year from 1800 to 2100 in 8 rows"),
        ({"population": -5}, "no population above zero in 8 rows"),
        ({"year": 2012}, "a place and year more than once in 7 rows"),
    ],
)
def test_rows_that_are_set_apart_are_checked_as_others_are(read, cells, said):
    assert said in refused(read, unknown_rows().pipe(lambda it: with_cells(it, it["place"] == "Ignorado", cells)))


def with_cells(frame, rows, cells):
    changed = frame.astype(dict.fromkeys(cells, object))
    for name, cell in cells.items():
        changed.loc[rows.to_numpy(), name] = cell
    return changed


def test_years_that_only_unknown_places_have_are_doubted(read):
    frame = unknown_rows()
    last = (frame["place"] == "Ignorado") & (frame["year"] == 2019)
    (doubt,) = read(with_cells(frame, last, {"year": 1999})).doubts
    assert "places that are not known have years that no known place has in 1 row (row 297: '1999')" in doubt


@pytest.mark.parametrize("label", ["Exterior", "51000", "0"])
def test_a_place_that_has_people_in_other_years_is_known(read, label):
    frame = table().assign(place=table()["place"].replace("2700017", label)).astype({"population": "Int64"})
    frame.loc[0, "population"] = pd.NA
    assert "has no population in 1 row (row 2: empty)" in refused(read, frame)


@pytest.mark.parametrize(
    ("column", "cell", "note"),
    [
        ("population", "{}\u200b", "population: blanks and signs that do not show passed over in 288 rows"),
        ("homicides", " {}", "homicides: blanks and signs that do not show passed over in 288 rows"),
        ("year", "{}.0", "year: a point or comma with nothing or zeros behind it passed over in 288 rows"),
        ("homicides", "{}.", "homicides: a point or comma with nothing or zeros behind it passed over in 288 rows"),
        ("homicides", "0{}", "homicides: zeros at the start passed over in 288 rows"),
        ("population", "+{}", "population: a plus sign passed over in 288 rows"),
        ("population", "{}.25", "population: decimals rounded to whole persons in 288 rows, such as"),
    ],
)
def test_what_a_number_is_written_with_beside_its_digits_is_noted(read, column, cell, note):
    brought = read(table().assign(**{column: table()[column].map(cell.format)}))
    equal(brought, table())
    (said,) = brought.notes
    assert said.startswith(note)


@pytest.mark.parametrize("zero", ["\uff10", "\u0660"])
def test_digits_of_another_script_are_noted(read, zero):
    digits = {ord("0") + digit: ord(zero) + digit for digit in range(10)}
    brought = read(table().assign(population=table()["population"].astype(str).str.translate(digits)))
    equal(brought, table())
    assert "population: digits of another script passed over in 288 rows" in brought.notes[0]


def test_estimates_in_parquet_are_rounded_and_noted(tmp_path):
    table().assign(population=table()["population"] + 0.25).to_parquet(tmp_path / "brought.parquet")
    (note,) = read_brought(tmp_path / "brought.parquet", SAME).notes
    assert "decimals rounded to whole persons in 288 rows" in note


def test_less_than_one_person_is_refused(tmp_path):
    frame = table().astype({"population": float})
    frame.loc[0, ["homicides", "population"]] = 0, 0.4
    frame.to_parquet(tmp_path / "brought.parquet")
    with pytest.raises(ParameterError, match="less than one person in a place in 1 row"):
        read_brought(tmp_path / "brought.parquet", SAME)


def test_a_year_that_all_places_lack_is_doubted(read):
    frame = table()
    (doubt,) = read(frame[~frame["year"].isin([2013, 2015, 2016])]).doubts
    assert doubt.startswith("years of which no place has a row: 2013, 2015, 2016.")


def test_codes_that_parquet_keeps_as_floating_numbers_keep_their_digits(tmp_path):
    frame = table().assign(place=lambda it: "1100" + it["place"])
    frame.astype({"place": float}).to_parquet(tmp_path / "brought.parquet")
    equal(read_brought(tmp_path / "brought.parquet", SAME), frame)


# --- what has two meanings --------------------------------------------------------------------------------------------


def shorter(frame):
    return written_late(frame, frame["place"].str[:-1])


def without_zeros(frame):
    padded = frame.assign(place="0" + frame["place"])
    return padded.assign(place=padded["place"].where(~late(frame), frame["place"]))


def renumbered(frame):
    return written_late(frame, "9" + frame["place"].str[::-1])


def test_two_spellings_of_a_code_in_one_year_are_refused(read):
    padded = table().assign(place="0" + table()["place"])
    bare = padded[padded["group"] == "Estado 1"].assign(place=lambda it: it["place"].str[1:], homicides=1)
    message = refused(read, pd.concat([padded, bare]))
    assert "9 pairs of codes of one group that are the same number ('02800018' and '2800018'" in message


def test_groups_that_lose_a_zero_are_refused(read):
    frame = table().assign(group="0" + table()["group"].str[-1])
    message = refused(read, frame.assign(group=frame["group"].where(~late(frame), frame["group"].str[1:])))
    assert "writes 4 groups in two ways ('00' and '0'" in message


def test_a_group_under_another_name_is_refused(read):
    frame = table()
    renamed = late(frame) & (frame["group"] == "Estado 1")
    message = refused(read, frame.assign(group=frame["group"].mask(renamed, "Alagoas")))
    assert "1 group whose places all go on in another ('Estado 1', 'Alagoas' from 2016)" in message


def test_codes_with_an_exponent_are_refused(read):
    frame = table().assign(place=[f"{float(code):.5E}" for code in table()["place"]])
    assert "codes with an exponent, whose last digits a spreadsheet has cut off" in refused(read, frame)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (lambda it: it["population"].map("{:.1E}".format), "population with an exponent in 288 rows"),
        (lambda it: it["population"].map("{:_}".format), "text for population"),
        (lambda it: it["population"].map(hex), "text for population"),
        (lambda it: (it["population"] // 1_000).map("{}.000".format), "thousands, or points between them"),
        (
            lambda it: [f"{number:,}".replace(",", ".") if number < 10_000 else str(number)
                        for number in it["population"]],
            "population with decimals in 8 rows",
        ),
    ],
)  # fmt: skip
def test_populations_that_may_be_read_in_two_ways_are_refused(read, cells, said):
    assert said in refused(read, table().assign(population=cells(table())))


def test_small_places_in_thousands_among_persons_are_refused(tmp_path):
    frame = table()
    small = frame["population"] < 30_000
    frame.assign(population=frame["population"].mask(small, frame["population"] / 1_000)).to_parquet(
        tmp_path / "brought.parquet"
    )
    with pytest.raises(ParameterError, match="thousands, or points between them"):
        read_brought(tmp_path / "brought.parquet", SAME)


def test_counts_that_may_be_rates_or_thousands_are_refused(read):
    frame = table()
    one = frame.astype({"homicides": object})
    one.loc[4, "homicides"] = "1.000"
    assert "homicides with decimals in 1 row (row 6: '1.000')" in refused(read, one)
    rates = (frame["homicides"] / frame["population"] * 100_000).map("{:.3f}".format)
    assert "no count of homicides" in refused(read, frame.assign(homicides=rates))
    above_one = frame.assign(homicides=frame["homicides"].clip(lower=1).map("{}.234".format))
    assert "three digits behind a sign in every cell of homicides" in refused(read, above_one)


def late_population(factor, where=late):
    return lambda it: it.assign(population=it["population"].mask(where(it), (it["population"] * factor).astype(int)))


def of_group(it):
    return it["group"] == "Estado 1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (late_population(2), "change by the same large factor in one year ('Estado 0' in 2016"),
        (late_population(0.001), "change by the same large factor in one year"),
        (late_population(10, lambda it: late(it) & of_group(it)), "by the same large factor in one year ('Estado 1'"),
        (
            late_population(0.01, of_group),
            "more than 500 homicides per 100,000 people and year in 1 group ('Estado 1')",
        ),
        (
            late_population(10, lambda it: it.index.isin([3, 4])),
            "ten times as large or as small as in the year given before",
        ),
        (
            late_population(10, lambda it: late(it) & (it.index < 8)),
            "ten times as large or as small as in the year given before",
        ),
        (late_population(6, lambda it: it.index.isin([3, 4])), "or far off for some years"),
    ],
)
def test_another_unit_or_digit_of_the_population_is_refused(read, change, said):
    assert said in refused(read, change(table()))


@pytest.mark.parametrize("change", [shorter, without_zeros])
def test_codes_that_change_their_length_are_refused_with_a_pair(read, change):
    frame = change(table())
    message = refused(read, frame)
    assert "36 pairs of codes" in message
    assert all(repr(code) in message for code in frame["place"].iloc[[0, 4]])
    assert "Write the same code in every year" in message


def test_codes_that_are_all_changed_in_one_year_are_refused_with_a_pair(read):
    message = refused(read, renumbered(table()))
    assert "4 groups in which most places end and others begin in one year" in message
    assert "begins in 2016" in message


def other_case(frame):
    return written_late(frame, frame["place"].str.upper())


def no_accents(frame):
    return frame.assign(
        place=frame["place"].where(~late(frame), frame["place"].str.replace("ã", "a").str.replace("é", "e"))
    )


def cyrillic(frame):
    return written_late(frame, frame["place"].str.replace("a", "а"))


@pytest.mark.parametrize(("change", "said"), [(other_case, "SÃO"), (no_accents, "Sao"), (cyrillic, "Cyrillic letters")])
def test_twins_of_a_name_are_refused_with_a_pair(read, change, said):
    message = refused(read, change(named(table())))
    assert "36 pairs of places whose names differ in case, accents or alphabet only" in message
    assert said in message
    assert "write it in one way" in message


def test_a_group_written_in_two_ways_is_refused(read):
    frame = table()
    message = refused(read, frame.assign(group=frame["group"].where(~late(frame), frame["group"].str.upper())))
    assert "4 groups in two ways ('Estado 0' and 'ESTADO 0'" in message


def sums(frame, keys):
    return frame.groupby(keys, as_index=False)[["homicides", "population"]].sum()


@pytest.mark.parametrize(
    "totals",
    [
        lambda frame: sums(frame, ["group", "year"]).assign(place="9999999"),
        lambda frame: sums(frame, ["group", "year"]).assign(place=lambda it: it["group"], group="País"),
        lambda frame: sums(frame, ["year"]).assign(place="Brasil", group="Brasil"),
        lambda frame: sums(frame[frame["group"] == "Estado 1"], ["group", "year"]).assign(place="1"),
    ],
)
def test_totals_among_the_places_are_refused(read, totals):
    message = refused(read, pd.concat([table(), totals(table())]))
    assert "are the sums of others in every year" in message
    assert "Leave these rows out" in message


@pytest.mark.parametrize("place", ["Total", "TOTAL GERAL", "Subtotal", "Total del estado", "Total Nacional"])
def test_rows_called_totals_are_refused_whatever_they_add_up_to(read, place):
    totals = sums(table(), ["group", "year"]).assign(place=place, homicides=7)
    assert "has totals among the places in 32 rows" in refused(read, pd.concat([table(), totals]))


def test_a_place_whose_name_starts_so_is_no_total(read):
    frame = table()
    equal(
        read(frame.replace({"place": {frame["place"][0]: "Totalán"}})), frame.replace({"place": {"2700017": "Totalán"}})
    )


def test_totals_that_count_deaths_of_no_known_place_are_refused(read):
    frame = table()
    unknown = frame.groupby(["group", "year"], as_index=False).head(1).assign(place="Ignorado", population=pd.NA)
    totals = sums(pd.concat([frame, unknown.assign(population=0)]), ["group", "year"]).assign(place="2799998")
    message = refused(read, pd.concat([frame, unknown, totals]).astype({"population": "Int64"}))
    assert "4 places whose homicides and population are the sums of others in every year" in message


def test_regions_among_the_groups_are_refused(read):
    frame = table()
    region = frame["group"].map({"Estado 0": "Norte", "Estado 1": "Norte"}).fillna("Sul")
    regions = sums(frame.assign(place=region), ["place", "year"]).assign(group="Região")
    message = refused(read, pd.concat([frame, regions]))
    assert "1 group whose homicides and population are the sums of all other groups in every year ('Região')" in message


def test_the_total_of_two_places_is_refused(read):
    two = table()[table()["place"].isin(["2700017", "2700024"])].assign(group="Dois")
    message = refused(read, pd.concat([table(), two, sums(two, ["group", "year"]).assign(place="2799998")]))
    assert (
        "1 place whose homicides and population are the sums of others in every year ('2799998' of 'Dois')" in message
    )


@pytest.mark.parametrize(
    "swallow",
    [
        lambda lines: {10: '"' + lines[10], 20: lines[20].replace(",", '",', 1)},
        lambda lines: {10: '"' + lines[10], 20: '"' + lines[20]},
        lambda lines: {10: lines[10][:-1] + '"x', 20: lines[20] + '"'},
        lambda lines: {10: '"' + lines[10]},
    ],
)
def test_a_quote_that_is_not_closed_swallows_no_rows_in_silence(tmp_path, swallow):
    path = tmp_path / "brought.csv"
    lines = named(table()).assign(note="x").to_csv(index=False).splitlines()
    for position, line in swallow(lines).items():
        lines[position] = line
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ParameterError, match="close every quote"):
        read_brought(path, SAME)


def test_a_line_break_within_a_name_is_refused(read):
    frame = named(table())
    message = refused(read, frame.replace({"place": {frame["place"][0]: "São\nJosé"}}))
    assert "a line break within place in 8 rows" in message


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("homicides", "-", "a dash for homicides in 1 row (row 6: '-'). TABNET"),
        ("homicides", "–", "a dash for homicides"),
        ("homicides", "...", "a sign for “not available” for homicides"),
        ("homicides", "#N/A", "a sign for “not available” for homicides"),
        ("population", "n/d", "a sign for “not available” for population"),
        ("homicides", "seis", "text for homicides in 1 row (row 6: 'seis'). Allowed: digits"),
        ("homicides", "-1", "no count of homicides in 1 row (row 6: '-1')"),
        ("homicides", "2,5", "text for homicides"),
        ("population", "1e300", "more than 2,000,000,000 persons in a place"),
        ("population", "9300000000000000000", "more than 2,000,000,000 persons in a place"),
        ("population", "99999999999999999999999", "more than 2,000,000,000 persons in a place"),
        ("year", "16", "no year from 1800 to 2100"),
        ("year", "2016-01-01", "text for year"),
    ],
)
def test_a_cell_that_is_no_number_of_its_kind_is_refused_with_its_row(read, column, cell, said):
    frame = table().astype({column: object})
    frame.loc[4, column] = cell
    assert said in refused(read, frame, sep=";")


def test_thousands_whose_zeros_were_cut_off_are_refused(read):
    frame = table()
    cut = (frame["population"] / 1_000).map(lambda number: f"{number:.3f}".rstrip("0"))
    message = refused(read, frame.assign(population=cut.mask(cut.index == 3, "91.5")))
    assert "thousands, or points between them" in message


def test_populations_in_thousands_are_refused(read):
    frame = table()
    message = refused(read, frame.assign(population=(frame["population"] / 1_000).round().clip(lower=300).astype(int)))
    assert "the population is in thousands, or columns are exchanged" in message


@pytest.mark.parametrize("factor", [10, 0.1])
@pytest.mark.parametrize("row", [0, 3, 7])
def test_a_slip_of_a_digit_in_one_population_is_refused(read, factor, row):
    frame = table().astype({"population": float})
    frame.loc[row, "population"] *= factor
    message = refused(read, frame.assign(homicides=0 * frame["homicides"] + 1))
    assert "1 population at least 4 times as large or as small as in the years around" in message
    assert "'2700017' of 'Estado 0' in" in message


def test_years_as_columns_are_refused_with_the_command_that_turns_them(read):
    wide = table().pivot(index=["place", "group"], columns="year", values="homicides").reset_index()
    message = refused(read, wide)
    assert "has years as columns (2012 to 2019) and lacks year, homicides, population" in message
    assert ".melt(id_vars=['place', 'group'], var_name='year', value_name='homicides')" in message
    assert "Of population, name what stands under another name, such as place_column=…, and add the rest" in message


def test_the_command_that_turns_a_wide_table_runs_from_any_folder(tmp_path, monkeypatch):
    path = tmp_path / "elsewhere" / "wide table.csv"
    path.parent.mkdir()
    table().pivot(index=["place", "group"], columns="year", values="homicides").reset_index().to_csv(path, index=False)
    with pytest.raises(ParameterError) as error:
        read_brought(path, SAME)
    command = re.search(r'python -c "(.+)"', str(error.value))[1]
    monkeypatch.chdir(tmp_path)
    subprocess.run([sys.executable, "-c", command], check=True)
    long = pd.read_csv(path.with_name("wide table_long.csv"))
    assert len(long) == len(table())
    assert set(long) == {"place", "group", "year", "homicides"}


def test_all_problems_are_said_at_once(read):
    frame = table().astype({"homicides": object, "population": object})
    frame.loc[4, "homicides"], frame.loc[5, "population"], frame.loc[6, "year"] = "x", "-", 16
    message = refused(read, frame)
    assert "for homicides" in message
    assert "for population" in message
    assert "no year" in message


def test_deaths_that_would_be_lost_with_a_row_are_said(read):
    frame = table().astype({"population": "Int64"})
    frame.loc[[3, 4], "population"] = pd.NA
    lost = frame.loc[[3, 4], "homicides"].sum()
    assert f"they hold {lost} homicides, which would be lost" in refused(read, frame)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "is empty"),
        (b"\n\n", "a.csv", "is empty"),
        (b"\x00\x01\x02", "a.csv", "is binary"),
        (b"PK\x03\x04", "a.docx", "is no table that can be read here"),
        (b"place,group,year\n" * 9_000 + b"\0", "a.csv", "is binary"),
        ("place,group".encode("utf-32"), "a.csv", "is UTF-32 text"),
        (b"<html><table><tr><td>place</td></tr></table>", "a.csv", "HTML, JSON or the like"),
        (b'[{"place": 1}]', "a.csv", "HTML, JSON or the like"),
        (b"PK\x03\x04", "a.xlsx", "is a spreadsheet"),
        (b"no parquet", "a.parquet", "no readable Parquet file"),
        (b"not packed", "a.csv.gz", "cannot be read"),
        ("place,group\nS\u00e3o,b".encode("cp850"), "a.csv", "as Windows-1252 it has characters that stand in no name"),
        (b"place,group,year,homicides,homicides,population\n", "a.csv", "has the column homicides more than once"),
        (b"place,group,year,homicides\n1,2,3,4\n", "a.csv", "unknown column 'population' in population_column"),
        (b"place,group,year,homicides,population\n1,2\n", "a.csv", "no readable table"),
        (b"place,group,year,homicides,population\n", "a.csv", "has 0 rows"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(tmp_path, content, name, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ParameterError, match=said) as error:
        read_brought(path, SAME)
    assert len(error.value.problems) == 1


def test_folders_pipes_devices_and_missing_files_are_refused(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path, tmp_path / "pipe.csv"):
        with pytest.raises(ParameterError, match="is no file but a folder, a pipe or a device"):
            read_brought(path, SAME)
    with pytest.raises(ParameterError, match="there is no such file"):
        read_brought(tmp_path / "none.csv", SAME)
    with pytest.raises(ParameterError, match="cannot be looked up"):
        read_brought(tmp_path / ("x" * 300 + ".csv"), SAME)


def test_parquet_columns_that_hold_no_text_or_number_are_refused(tmp_path):
    path = tmp_path / "brought.parquet"
    table().assign(homicides=[[count] for count in table()["homicides"]]).to_parquet(path)
    with pytest.raises(ParameterError, match=r"columns whose cells hold several things: homicides \(list"):
        read_brought(path, SAME)
    table().assign(group=None).to_parquet(path)
    with pytest.raises(ParameterError, match="no group in 288 rows"):
        read_brought(path, SAME)


def test_wide_tables_whose_years_became_decimals_are_refused_with_the_command(read):
    wide = table().pivot(index=["place", "group"], columns="year", values="homicides").reset_index()
    assert "has years as columns (2012.0 to 2019.0)" in refused(read, wide.rename(columns={y: f"{y}.0" for y in YEARS}))


# --- what is possible and odd -----------------------------------------------------------------------------------------


def test_a_place_that_is_cut_out_of_another_is_doubted(read):
    frame = table()
    row = (frame["place"] == frame["place"].iloc[0]) & late(frame)
    cut = frame[row].assign(place="2799998", population=(frame["population"] * 0.4).astype(int), homicides=1)
    kept = frame.assign(
        population=frame["population"].where(~row, frame["population"] - (frame["population"] * 0.4).astype(int))
    )
    brought = read(pd.concat([kept, cut]))
    (doubt,) = brought.doubts
    assert "'2799998' out of '2700017' of 'Estado 0' in 2016" in doubt
    assert "the boundary changed" in doubt


def test_a_population_that_jumps_and_stays_is_doubted(read):
    frame = table()
    row = (frame["place"] == frame["place"].iloc[0]) & late(frame)
    brought = read(frame.assign(population=frame["population"].mask(row, frame["population"] * 2)))
    assert "in 1 case the population of a place changes by more than half" in brought.doubts[0]


def test_names_that_stand_side_by_side_may_be_two_places(read):
    frame = named(table())
    twin = frame[first_of_each_group(frame)].head(8)
    brought = read(pd.concat([frame, twin.assign(place=twin["place"].str.replace("ã", "a"), homicides=3)]))
    assert "taken for different places" in brought.doubts[0]


def test_places_that_end_where_others_begin_are_doubted(read):
    frame = named(table())
    place = frame["place"] == frame["place"][0]
    renamed = frame.assign(place=frame["place"].mask(place & late(frame), "Vila Nova"))
    (doubt,) = read(renamed).doubts
    assert f"'{frame['place'][0]}' of 'Estado 0' ends and 'Vila Nova' begins in 2016" in doubt
    old = frame[place & late(frame)]
    cut = [old.assign(place=name, population=(old["population"] * share).astype(int), homicides=1)
           for name, share in (("Vila Nova", 0.55), ("Vila Velha", 0.45))]  # fmt: skip
    (doubt,) = read(pd.concat([frame[~(place & late(frame))], *cut])).doubts
    assert "a place ends where another of its group begins" in doubt


def test_a_place_that_moves_to_another_group_is_doubted(read):
    frame = table()
    moved = (frame["place"] == frame["place"][0]) & late(frame)
    (doubt,) = read(frame.assign(group=frame["group"].mask(moved, "Estado 1"))).doubts
    assert (
        "in 1 case a place ends in one group and goes on in another ('2700017' from 'Estado 0' to 'Estado 1'" in doubt
    )


def test_a_place_as_large_as_the_rest_of_its_group_is_doubted(read):
    frame = table()
    total = sums(frame, ["group", "year"]).assign(
        place="2799998",
        homicides=lambda it: it["homicides"] + 3,
        population=lambda it: (it["population"] * 1.02).astype(int),
    )
    assert "4 places with about as many people and homicides as all others" in read(pd.concat([frame, total])).doubts[0]


@pytest.mark.parametrize(
    ("place", "homicides", "population"),
    [("{}", 1.08, 1), ("{}", 1, 1.06), ("Capital", 1.3, 1), ("Capital", 1, 1.3), ("{}", 1.05, 0.95)],
)
def test_a_total_in_one_column_or_by_its_name_is_doubted(read, place, homicides, population):
    frame = table()
    total = sums(frame, ["group", "year"]).assign(place=lambda it: it["group"].map(place.format))
    off = {name: (total[name] * factor).astype(int) for name, factor in
           (("homicides", homicides), ("population", population))}  # fmt: skip
    (doubt,) = read(pd.concat([frame, total.assign(**off)])).doubts
    assert doubt.startswith("4 places whose homicides or population are the sums of others in every year")
    assert f"'{place.format('Estado 0')}' of 'Estado 0'" in doubt


def test_a_national_total_in_one_column_is_doubted(read):
    frame = table()
    total = sums(frame, ["year"]).assign(place="Pais", group="Pais", homicides=lambda it: it["homicides"] + 30)
    doubts = read(pd.concat([frame, total])).doubts
    assert any("1 place whose homicides or population are the sums of others" in doubt for doubt in doubts)


def test_a_capital_that_is_called_as_its_state_is_no_total(read):
    frame = table()
    capital = frame.groupby("group")["place"].transform("last") == frame["place"]
    assert read(frame.assign(place=frame["place"].mask(capital, frame["group"]))).doubts == ()


def test_a_table_of_one_group_is_told_how_to_say_so(read):
    frame = table().drop(columns="group")
    remedy = "give group_column=none."
    assert remedy in refused(read, frame)
    twice = refused(read, frame, columns={**SAME, "group": "place"})
    assert "the column 'place' is named for place_column and group_column" in twice
    assert remedy in twice


def test_a_table_without_groups_is_one_group(read):
    frame = table().drop(columns="group").assign(place=lambda it: it["place"] + " " + table()["group"])
    found = read(frame, columns={**SAME, "group": "none"})
    assert found.table["group"].unique().tolist() == ["all places"]
    assert found.table["homicides"].tolist() == table()["homicides"].tolist()
    assert found.notes == ("no column of groups: all places are of one group, 'all places'",)
    # A blank line stays one, and is no row that lacks all but its group.
    with_blank = pd.concat([frame.astype(object), pd.DataFrame([[None] * 4], columns=frame.columns)])
    noted = read(with_blank, columns={**SAME, "group": "none"}).notes
    assert "1 row without any entry passed over" in noted


def test_a_place_with_a_rate_that_nobody_has_seen_is_doubted(read):
    frame = late_population(0.01, lambda it: it.index < 8)(table())
    (doubt,) = read(frame).doubts
    assert "1 place with more than 500 homicides per 100,000 people and year over all years ('2700017'" in doubt


def test_places_that_are_not_known_but_have_people_are_doubted(read):
    frame = table()
    unknown = sums(frame, ["group", "year"]).assign(place="Ignorado", homicides=1)
    assert "places that are not known have a population in 32 rows" in read(pd.concat([frame, unknown])).doubts[0]


def test_letters_that_were_lost_are_doubted(read):
    frame = named(table())
    (doubt,) = read(frame.assign(place=frame["place"].str.replace("ã", "\ufffd"))).doubts
    assert "letters that were lost in another encoding for place" in doubt


def test_a_census_that_moves_places_apart_is_doubted(read):
    frame = table()
    shares = dict(zip(frame["place"].unique(), np.resize([0.4, 1.0, 2.5], 36), strict=True))
    changed = frame["population"] * frame["place"].map(shares)
    brought = read(frame.assign(population=frame["population"].mask(late(frame), changed).astype(int)))
    assert "the population of a place changes by more than half" in brought.doubts[0]


def test_large_numbers_are_quoted_with_all_digits(tmp_path):
    frame = table().astype({"homicides": float})
    frame.loc[0, "homicides"] = 10_000_000
    frame.to_parquet(tmp_path / "brought.parquet")
    with pytest.raises(ParameterError, match=r"more homicides than people in 1 row \(row 1: '10000000'\)"):
        read_brought(tmp_path / "brought.parquet", SAME)


def test_every_row_at_fault_is_named_in_a_problem_and_the_first_few_in_a_doubt():
    findings = Findings("mine.csv")
    cells = pd.Series(["-1"] * 60 + ["-3"] * 40)
    rows = np.zeros(100, bool)
    rows[[0, 3, 6, 9, 12, 20, 21, 22, 70]] = True
    assert findings.where(rows, cells) == "9 rows (rows 2–14 every 3rd, 22–24: '-1'; row 72: '-3')"
    assert findings.where(rows, cells, is_doubt=True) == "9 rows (row 2: '-1'; row 5: '-1'; row 8: '-1'; …)"
    different = pd.Series([f"x{place}" for place in range(100)])
    said = findings.where(np.ones(100, bool), different)
    assert said.startswith("100 rows (row 2: 'x0'; row 3: 'x1'; ")
    assert said.endswith("; row 41: 'x39'; with other cells: rows 42–101)")


def test_every_pair_of_codes_that_lost_a_digit_is_named(tmp_path):
    frame = table()
    old, new = (frame.assign(place=lambda it: 1_000_000 + it.index % 9 * 10) for _ in range(2))
    half = frame["year"] > frame["year"].median()
    path = tmp_path / "cut.csv"
    pd.concat([old[~half], new[half].assign(place=lambda it: it["place"] // 10)]).to_csv(path, index=False)
    with pytest.raises(RowsRefused) as refused:
        read_brought(path, SAME)
    (said,) = (it for it in refused.value.problems if "cut short" in it)
    count = int(said.partition(" has ")[2].partition(" pair")[0])
    assert count > 3
    assert said.count("' and '") == count


def test_every_row_with_another_number_of_cells_is_named(tmp_path):
    path = tmp_path / "ragged.csv"
    rows = ["Title of the table", "place,group,year,homicides,population", *(f"a{it},b,2000,1,100" for it in range(20))]
    for number in (4, 6, 7, 8):
        rows[number] += ",9"
    rows[12] = "a,b"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    with pytest.raises(RowsRefused, match=r"5 cells, and rows 5, 7–9 have 6 cells, row 13 has 2 cells\."):
        read_brought(path, SAME)
