"""Numbers as an analyst writes them: read where they have one meaning, else refused with how to write them."""

import math
import re

_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NONE = {
    "inf", "infinity", "nan", "na", "n/a", "#n/a", "nd", "n/d", "s/d", "none", "null", "missing", "-", "–", "—", "−",
    ".", "?", "∞",
}  # fmt: skip
# What stands around the digits of a number and is none of it, with what it is called.
_SIGNS = (
    (re.compile(r"\s*%"), "", "a per cent sign (say % in the unit)"),
    (re.compile(r"^[−–—]"), "-", "a printed minus sign"),
    (re.compile(r"(?<=[0-9])[\s'’`´_](?=[0-9]{3})"), "", "a sign between thousands"),
)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_POINTS_THEN_COMMA = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
_COMMAS_THEN_POINT = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3}){2,}|[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_EITHER = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def number_in(text: str) -> float | None:
    """Number that a cell holds.

    Parameters
    ----------
    text : str

    Returns
    -------
    float or None
        None where it holds none with one meaning, or one that is not finite.
    """
    if not _PLAIN.fullmatch(text):
        return None
    value = float(text)
    vanished = not value and re.search(r"[1-9]", re.split("[eE]", text)[0])
    return value if math.isfinite(value) and not vanished else None


def number_problem(text: str, *, whole: bool = False) -> str:
    """What keeps a cell from being a number, and how to write it; blank where nothing does.

    Parameters
    ----------
    text : str
    whole : bool
        Whether only a whole number may stand there, such as a year.

    Returns
    -------
    str
        What stands behind the cell in a sentence, such as `has a decimal comma. Write 3.5`.
    """
    if number_in(text) is not None:
        return ""
    if _PLAIN.fullmatch(text):
        return "is beyond what a computer can hold. Allowed: a finite number"
    if text.casefold().lstrip("+-") in _NONE or text.casefold() in _NONE:
        return "is no finite number. Give one, or leave it out where there is none"
    said, plain = [], text
    for pattern, by, name in _SIGNS:
        mended = pattern.sub(by, plain)
        said += [name] if mended != plain else []
        plain = mended
    if _EITHER.fullmatch(plain) and whole:
        return f"has {_and([*said, 'a comma between thousands'])}. Write {plain.replace(',', '')}"
    if _EITHER.fullmatch(plain):
        either = f"{plain.replace(',', '')} or {plain.replace(',', '.')}"
        return f"has {_and([*said, 'a comma, of thousands or of decimals'])}. Write {either}"
    for pattern, marks, name in (
        (_POINTS_THEN_COMMA, (".", ","), "points between thousands and a decimal comma"),
        (_COMMAS_THEN_POINT, (",", "."), "commas between thousands"),
        (_THOUSANDS, (",", "."), "signs between thousands"),
        (_DECIMAL_COMMA, ("", ","), "a decimal comma"),
    ):
        if pattern.fullmatch(plain):
            said.append(name)
            whole = pattern is _THOUSANDS
            plain = plain.replace(marks[0], "") if marks[0] else plain
            plain = plain.replace(marks[1], "" if whole else ".")
            break
    if said and number_in(plain) is not None:
        return f"has {_and(said)}. Write {plain}"
    return "is no number. Allowed: plain digits with a decimal point, such as 3.5; 25% is 25"


def _and(names: list[str]) -> str:
    return " and ".join(names)
