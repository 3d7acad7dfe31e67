"""Whatever happens to a cell, the table is refused or still means something."""

import csv
import io
import re
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import ROOT

from citizen_security.tables import catalog, errors

SMALL = ["cost_of_violence", "most_violent_countries", "private_security_personnel", "morelia_year", "city_table"]
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])

cells = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"-?[0-9]{1,6}(\.[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(["", "NaN", "inf", "1,5", "1e9", "None", "BRA", "true", " 1", "1 ", "٣", "−1", '"', "\r\n", "0x1"]),
)


def read(name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(catalog.path(name, ROOT).read_text(encoding="utf-8"))))


def outcome(name: str, content: bytes) -> pd.DataFrame | str:
    """Return the frame, or the words of the refusal."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mutated.csv"
        file.write_bytes(content)
        try:
            return catalog.validate(name, file, ROOT)
        except errors.InvalidTable as refused:
            return str(refused)


@QUICK
@given(st.data())
def test_a_random_cell_is_refused_or_valid_in_type_and_range(data: st.DataObject):
    # the only exception that may leave the catalogue is InvalidTable, and what passes obeys the description
    name = data.draw(st.sampled_from(SMALL))
    rows = read(name)
    position = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[0]) - 1))
    rows[position][column] = data.draw(cells)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    frame = outcome(name, out.getvalue().encode("utf-8", "surrogatepass"))
    if isinstance(frame, str):
        assert frame.startswith(f"table '{name}' is invalid: ")
    else:
        field = catalog.describe(name, ROOT)["schema"]["fields"][column]
        assert obeys(frame[field["name"]].iloc[position - 1], field)


def obeys(value: object, field: dict[str, object]) -> bool:
    limits = field.get("constraints", {})
    assert isinstance(limits, dict)
    if pd.isna(value):  # type: ignore[call-overload]
        return not limits.get("required")
    if field["type"] in {"integer", "number"}:
        return bool(limits.get("minimum", float("-inf")) <= value <= limits.get("maximum", float("inf")))
    if "pattern" in limits:
        return re.fullmatch(limits["pattern"], str(value)) is not None
    return value in limits.get("enum", [value])


@QUICK
@given(st.binary(max_size=300))
def test_random_bytes_are_refused_and_never_raise_anything_else(content: bytes):
    # a download that went wrong can be anything
    assert str(outcome("claims", content)).startswith("table 'claims' is invalid: ")


@QUICK
@given(st.data())
def test_a_random_byte_anywhere_never_raises_anything_else(data: st.DataObject):
    raw = bytearray(catalog.path("city_table", ROOT).read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert outcome("city_table", bytes(raw)) is not None
