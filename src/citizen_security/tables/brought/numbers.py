"""Numbers as people write them: with points or commas between thousands, `.0` behind them, dashes for zero."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from citizen_security.tables.brought.findings import Findings, counted, shown_cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

THOUSANDS = (".", ",", " ", "\u00a0", "\u202f", "\u2009", "'", "’")
DOTS = {".", "..", "...", "…", "?", "*", "x", "c"}
NOT_AVAILABLE = {*DOTS, "na", "n/a", "#n/a", "#na", "nd", "n/d", "s/d", "s/i", "nan", "null", "none"}
DASHES = {"-", "–", "—", "--", "−"}

# A whole number above this is kept inexactly as a floating one; no count of persons comes near.
LARGEST = 2**53

_WHOLE = re.compile(r"\d+(?:[.,]0+)?")
_DECIMAL = re.compile(r"\d+[.,]\d+")
# A thousand, or one with three decimals: other cells must tell.
_THOUSAND = re.compile(r"\d{1,3}[.,]\d{3}")
_ROUND_THOUSAND = re.compile(r"[1-9]\d{0,2}(?:[.,]000)+")
_THREE_ZEROS = re.compile(r"\d+[.,]000")
_ZEROS_AT_START = re.compile(r"[+-]?0+[0-9]")
_POINT_AT_END = re.compile(r"[+-]?\d+[.,]0*")
_CUT_EXPONENT = re.compile(r"\d[.,]\d+[eE]\+?\d+")


# What is to be done where no number is known, in a table whose units may lack a year, and in one whose units may not.
LEAVE_OUT_ROW = "leave out the row: a unit may lack a year"
FILL_IN = "fill it in, or leave out the unit: every unit needs every period"


def read_numbers(
    cells: "pd.Series[Any]", name: str, findings: Findings, *, decimals: bool, missing: str = LEAVE_OUT_ROW
) -> "NDArray[np.float64]":
    """Numbers of a column; what cannot be read as one is a problem and becomes missing.

    Parameters
    ----------
    cells : pandas.Series
        Numbers or text, missing where empty.
    name : str
        What the column holds, for the messages.
    findings : Findings
    decimals : bool
        Whether a number of this kind may have decimals (a population estimate), or is a count.
    missing : str
        What to do where no number is known: a remedy that the same reader accepts.

    Returns
    -------
    numpy.ndarray of float, shape (n_rows,)
    """
    if pd.api.types.is_bool_dtype(cells):
        everything = np.ones(len(cells), bool)
        findings.problems.append(
            f"{findings.table} has true and false for {name} in {findings.where(everything, cells)}. Allowed: digits."
        )
        return np.full(len(cells), np.nan)
    if pd.api.types.is_numeric_dtype(cells):
        return _from_floats(cells, name, findings, decimals=decimals)
    return _from_text(cells, name, findings, decimals=decimals, missing=missing)


def _from_floats(cells: "pd.Series[Any]", name: str, findings: Findings, *, decimals: bool) -> "NDArray[np.float64]":
    values: NDArray[np.float64] = cells.to_numpy(np.float64, na_value=np.nan)
    known = values[np.isfinite(values)]
    broken = known % 1 != 0
    if decimals and broken.any() and (known >= 1_000).any() and not (broken & (known >= 1_000)).any():
        # Estimates would have decimals among the large ones, too.
        _ambiguous(cells, np.isfinite(values) & (values % 1 != 0), name, findings)
    if decimals and broken.any() and (known < 1_000).all():
        whole = np.isfinite(values) & (values % 1 == 0)
        if whole.any() or not np.allclose(known * 1_000, np.round(known * 1_000), rtol=0, atol=1e-6):
            _ambiguous(cells, np.isfinite(values) & (values % 1 != 0), name, findings)
        else:
            findings.notes.append(f"{name}: a point between thousands read as such (91.238 is 91,238)")
            values = np.round(values * 1_000)
    return values


def _from_text(
    cells: "pd.Series[Any]", name: str, findings: Findings, *, decimals: bool, missing: str
) -> "NDArray[np.float64]":
    codes, distinct = pd.factorize(cells.astype("str").where(cells.notna()))
    texts = [_shown(str(text)) for text in distinct]
    whole = [_WHOLE.fullmatch(text) is not None for text in texts]
    mark = None if all(whole) else _mark_of_thousands(texts, decimals=decimals)
    _say_cut(cells, codes, texts, name, findings)
    if mark is not None:
        if name != "year" and not decimals and all(mark in text for text in texts):
            everything = np.ones(len(cells), bool)
            findings.problems.append(
                f"{findings.table} has three digits behind a sign in every cell of {name}, "
                f"{findings.where(everything, cells)}: thousands, or rates with decimals? Allowed: counts, without a "
                "sign between thousands."
            )
        findings.notes.append(f"{name}: {mark!r} between thousands read as such")
        numbers = [float(text.replace(mark, "")) for text in texts]
    else:
        numbers = [_number(text, decimals=decimals) for text in texts]
        _say_unreadable(cells, codes, texts, numbers, name, findings, missing)
        _refuse_round(cells, codes, texts, name, findings)
        if decimals:
            _refuse_mixed(cells, codes, texts, numbers, name, findings)
    _note_passed_over([str(text) for text in distinct], numbers, codes, name, findings, has_mark=mark is not None)
    values: NDArray[np.float64] = np.array([*numbers, np.nan])[codes]
    return values


def _note_passed_over(
    written: list[str],
    numbers: list[float],
    codes: "NDArray[np.intp]",
    name: str,
    findings: Findings,
    *,
    has_mark: bool,
) -> None:
    """What a number is written with beside its digits, of each kind in how many rows."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for position, (text, number) in enumerate(zip(written, numbers, strict=True)):
        if np.isfinite(number):
            for kind in _passed_over(text, has_mark=has_mark):
                rows[kind].append(position)
    for kind, positions in rows.items():
        count = int(np.isin(codes, positions).sum())
        first = positions[0]
        findings.notes.append(
            f"{name}: {kind} passed over in {counted(count, 'row')}, such as {shown_cell(written[first])} → "
            f"{numbers[first]:.15g}"
        )


def _passed_over(written: str, *, has_mark: bool) -> Iterator[str]:
    """What is no digit of a number and changes nothing."""
    text = _shown(written)
    if text != written:
        yield "blanks and signs that do not show"
    if any(sign.isdigit() and not sign.isascii() for sign in text):
        yield "digits of another script"
    if text.startswith("+"):
        yield "a plus sign"
    if _ZEROS_AT_START.match(text) and not has_mark:
        yield "zeros at the start"
    if _POINT_AT_END.fullmatch(text) and not has_mark:
        yield "a point or comma with nothing or zeros behind it"
    if "e" in text.casefold():
        yield "an exponent"


def _shown(text: str) -> str:
    """A cell without blanks around it and signs that do not show."""
    return text.strip() if text.isascii() else "".join(s for s in text if unicodedata.category(s) != "Cf").strip()


def _mark_of_thousands(texts: list[str], *, decimals: bool) -> str | None:
    """The sign between thousands, if every number that has one has it wherever thousands end and no other sign."""
    # Persons in thousands with three decimals, as 0.812, are the same with the sign; a count does not start so.
    first = r"\d{1,3}" if decimals else r"[1-9]\d{0,2}"
    for mark in THOUSANDS:
        pattern = re.compile(rf"0|{first}(?:{re.escape(mark)}\d{{3}})*")
        if any(mark in text for text in texts) and all(pattern.fullmatch(text) for text in texts):
            return mark
    return None


def _number(text: str, *, decimals: bool) -> float:
    """Number of a cell; missing if it is none of this kind."""
    if _WHOLE.fullmatch(text) or (decimals and _DECIMAL.fullmatch(text)):
        return float(text.replace(",", "."))
    try:
        if "_" in text:
            return np.nan
        # A negative number or one with an exponent is a number, whose meaning other checks judge.
        return float(text)
    except ValueError:
        return np.nan


def _say_unreadable(
    cells: "pd.Series[Any]",
    codes: "NDArray[np.intp]",
    texts: list[str],
    numbers: list[float],
    name: str,
    findings: Findings,
    missing: str,
) -> None:
    unread = {text for text, number in zip(texts, numbers, strict=True) if np.isnan(number)}
    dashes, dots = unread & DASHES, {text for text in unread if text.casefold() in NOT_AVAILABLE}
    kinds = (
        (dashes, "a dash", f"TABNET and IBGE write it for zero, others for missing: write 0 for zero; else {missing}"),
        (dots, "a sign for “not available”", missing),
        (unread - dashes - dots, "text", "Allowed: digits, with the same sign between thousands everywhere or none"),
    )
    for kind, what, remedy in kinds:
        if kind:
            known = np.array([text in kind for text in texts] + [False])
            at = findings.where(known[codes], cells)
            findings.problems.append(
                f"{findings.table} has {what} for {name} in {at}. {remedy[0].upper() + remedy[1:]}."
            )


def _refuse_mixed(
    cells: "pd.Series[Any]",
    codes: "NDArray[np.intp]",
    texts: list[str],
    numbers: list[float],
    name: str,
    findings: Findings,
) -> None:
    """Decimals among small numbers are thousands whose zeros a spreadsheet cut off, or anything: nobody can tell."""
    broken = np.array(
        [_DECIMAL.fullmatch(text) is not None and _WHOLE.fullmatch(text) is None for text in texts] + [False]
    )
    values = np.array([*numbers, np.nan])
    known, large = values[np.isfinite(values)], values >= 1_000
    like_thousands = np.array([_THOUSAND.fullmatch(text) is not None for text in texts] + [False])
    small = broken.any() and large.any() and not (broken & large).any()
    if broken.any() and (small or (broken & like_thousands).any() or np.median(known) < 1_000):
        _ambiguous(cells, broken[codes], name, findings)


def _refuse_round(
    cells: "pd.Series[Any]", codes: "NDArray[np.intp]", texts: list[str], name: str, findings: Findings
) -> None:
    """1.000 is a thousand or one; where every cell has three decimals and one of them no thousands, it is one."""
    round_ones = np.array([_ROUND_THOUSAND.fullmatch(text) is not None for text in texts] + [False])
    decimal = all(_THREE_ZEROS.fullmatch(text) for text in texts) and not round_ones[:-1].all()
    if round_ones.any() and not decimal:
        _ambiguous(cells, round_ones[codes], name, findings)


def _say_cut(
    cells: "pd.Series[Any]", codes: "NDArray[np.intp]", texts: list[str], name: str, findings: Findings
) -> None:
    """Numbers with an exponent have the digits that stand there; a column of them has lost its last ones."""
    cut = np.array([_CUT_EXPONENT.fullmatch(text) is not None for text in texts] + [False])
    if not cut.any():
        return
    is_doubt = bool(cut[codes].mean() <= 0.5)
    at = f"{findings.table} has {name} with an exponent in {findings.where(cut[codes], cells, is_doubt=is_doubt)}"
    if not is_doubt:
        findings.problems.append(f"{at}: a spreadsheet has cut off the last digits. Give the column as whole numbers.")
    else:
        findings.doubts.append(f"{at}: no more digits are known than stand there")


def _ambiguous(cells: "pd.Series[Any]", rows: "NDArray[np.bool_]", name: str, findings: Findings) -> None:
    findings.problems.append(
        f"{findings.table} has {name} with decimals in {findings.where(rows, cells)}: thousands, or points between "
        "them whose zeros were cut off? Give whole numbers, without a sign between thousands."
    )
