"""Tables as publishers and spreadsheets write them: read as their publisher means them, or refused with the remedy."""

import gzip
import unicodedata

import numpy as np
import pandas as pd
import pytest

from citizen_security.parameters import ParameterError
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


# --- what has two meanings --------------------------------------------------------------------------------------------


def shorter(frame):
    return written_late(frame, frame["place"].str[:-1])


def without_zeros(frame):
    padded = frame.assign(place="0" + frame["place"])
    return padded.assign(place=padded["place"].where(~late(frame), frame["place"]))


def renumbered(frame):
    return written_late(frame, "9" + frame["place"].str[::-1])


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
        lambda frame: sums(frame, ["group", "year"]).assign(place="Total"),
        lambda frame: sums(frame, ["group", "year"]).assign(place=lambda it: it["group"], group="País"),
        lambda frame: sums(frame, ["year"]).assign(place="Brasil", group="Brasil"),
        lambda frame: sums(frame[frame["group"] == "Estado 1"], ["group", "year"]).assign(place="1"),
    ],
)
def test_totals_among_the_places_are_refused(read, totals):
    message = refused(read, pd.concat([table(), totals(table())]))
    assert "are the sums of others in every year" in message
    assert "Leave these rows out" in message


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("homicides", "-", "a dash for homicides in 1 row (row 6: '-'). TABNET"),
        ("homicides", "–", "a dash for homicides"),
        ("homicides", "...", "a sign for “not available” for homicides"),
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
    assert "and add population" in message


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
