"""Rows in messages: every one is named, and the message stays one that can be read."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_security.rows_named import FEW_ROWS, QUOTED_CELLS, Place, named, spans, together, under


@dataclass(frozen=True)
class Said:
    """Something said of an invented row."""

    place: Place | None
    given: str = "a ratio is 80"
    columns: tuple[str, ...] = ("estimate",)
    rule: str = "Allowed: at most 20. Write 0.8"

    @property
    def sentence(self):
        return f"{self.place}, {self.columns[0]}: {self.given}. {self.rule}"


def place(line):
    return Place(line, (("effect_id", f"E{line - 1:03d}"),))


def read(text):
    """Numbers that a list of spans stands for."""
    found = re.findall(r"(\d+)(?:–(\d+)(?: every (\d+)\w\w)?)?", text)
    return [row for one, last, step in found for row in range(int(one), int(last or one) + 1, int(step or 1))]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([4], "4"),
        ([4, 5], "4, 5"),
        ([5, 6, 7], "5–7"),
        ([9, 7, 8, 2, 2], "2, 7–9"),
        ([14, 27, 40, 53, 66, 67], "14–66 every 13th, 67"),
        ([3, 5, 7, 9], "3, 5, 7, 9"),
        ([3, 5, 7, 9, 11], "3–11 every 2nd"),
        (range(2, 5002), "2–5001"),
        ([], ""),
    ],
)
def test_rows_that_follow_each_other_are_written_as_spans(rows, said):
    assert spans(rows) == said


@given(st.sets(st.integers(1, 120)))
def test_spans_name_every_row_and_no_other(rows):
    assert sorted(read(spans(rows))) == sorted(rows)


def test_rows_are_named_with_their_keys_as_long_as_these_can_be_read():
    assert named([place(171)]) == "row 171 (effect_id=E170)"
    assert named([place(174), place(171)]) == "rows 171 (effect_id=E170), 174 (E173)"
    assert named([place(line) for line in range(2, 40)]) == "rows 2–39 (effect_id=E001 to E038)"
    scattered = [place(line * line) for line in range(2, 40)]
    assert all(f"{it.line} ({it.short})" in named(scattered) for it in scattered[1:])
    # Beyond that, no number is lost.
    many = named([place(line * line) for line in range(2, 200)])
    assert read(many.partition("(")[0]) == [line * line for line in range(2, 200)]
    assert many.endswith("(effect_id=E003 to E39600)")
    compound = Place(5, (("iso3", "BRA"), ("year", "2016")))
    assert named([compound, Place(9, (("iso3", "COL"), ("year", "2016")))]) == (
        "rows 5 (iso3=BRA, year=2016), 9 (COL, 2016)"
    )
    # A frame that nobody read from a file has no lines.
    assert named([Place(0, (("effect_id", "E1"),)), Place(0, (("effect_id", "E2"),))]) == "effect_id=E1, E2"


def test_rows_of_which_the_same_is_said_stand_together_in_lines_that_no_terminal_cuts():
    text = under("Too large:", [(place(line), f"{'80' if line % 2 else '90'}") for line in (3, 8, 14, 21, 30)])
    assert text.split("\n") == [
        "Too large:",
        "  rows 3 (effect_id=E002), 21 (E020): 80",
        "  rows 8 (effect_id=E007), 14 (E013), 30 (E029): 90",
    ]
    long = under("Too large:", [(place(line * line), "80") for line in range(2, 900)])
    assert max(map(len, long.split("\n"))) <= 280
    assert read(long.partition("rows")[2].partition("(")[0]) == [line * line for line in range(2, 900)]


def test_of_very_many_different_cells_each_row_is_named_all_the_same():
    rows = [(place(line), f"cell {line}") for line in range(2, QUOTED_CELLS + 50)]
    *quoted, last = under("Odd:", rows).split("\n")[1:]
    assert len(quoted) == QUOTED_CELLS
    assert last == "  and rows 202–249 (effect_id=E201 to E248), each with something else"


def test_a_fault_of_few_rows_is_a_sentence_for_each_and_of_many_one_with_all_its_rows():
    few = [Said(place(line)) for line in range(2, 2 + FEW_ROWS)]
    assert together(few) == [it.sentence for it in few]
    other = Said(place(3), "the year is 1825", ("year",), "Allowed: from 1900. Give it")
    many = [Said(place(line)) for line in (2, 3, 5, 9)]
    assert together([*many[:2], other, *many[2:]]) == [
        "estimate, in 4 rows: a ratio is 80. Allowed: at most 20. Write 0.8\n"
        "  rows 2 (effect_id=E001), 3 (E002), 5 (E004), 9 (E008)",
        other.sentence,
    ]
    told = together([*many, Said(place(11), "a ratio is 90"), Said(place(11), "a ratio is 90")])
    assert told == [
        "estimate, in 5 rows. Allowed: at most 20. Write 0.8\n"
        "  rows 2 (effect_id=E001), 3 (E002), 5 (E004), 9 (E008): a ratio is 80\n"
        "  row 11 (effect_id=E010): a ratio is 90"
    ]


def test_what_is_of_no_row_is_said_once_and_stays_a_sentence():
    no_row = Said(None, "nothing")
    assert together([no_row] * 5) == [no_row.sentence]
    assert together([Said(None, f"nothing {it}") for it in range(5)])[4] == Said(None, "nothing 4").sentence
    without_rule = [Said(place(line), rule="") for line in range(2, 9)]
    assert together(without_rule) == [it.sentence for it in without_rule]
