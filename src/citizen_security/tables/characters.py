"""Characters and texts that look like others: what does not show, what looks like a letter, what a program would run.

Two labels that look the same and are not make two places of one; a cell that starts with `=` is computed by the
spreadsheet that opens it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable

from citizen_security.plain import markup_in

# A field whose texts need one of these says so in its description: "allows": ["leading minus"].
ALLOWANCES = ("leading minus", "markup", "other alphabets", "twins", "word for nothing")

MISSING_WORDS = frozenset(
    (
        "na",
        "n/a",
        "#n/a",
        "nan",
        "null",
        "nil",
        "none",
        "n.d.",
        "s.f.",
        "tbd",
        ".",
        "-",
        "--",
        "?",
        "#ref!",
        "#value!",
        "#div/0!",
        "#name?",
    )
)

# Rules of texts that a check of what rows mean may say in better words.
NO_MARKUP = "no markup: no tag such as <i>, and no &amp; or the like"
NO_WORD = "an empty cell is a missing value, and no word is"
NO_TWINS = "no text twice that differs only in accents, capitals, blanks or dashes"
NO_COMMAND = "no text starts with {} or a tab, which spreadsheets compute"

DECIMAL = ("Nd",)  # codespell:ignore
_LAST_LATIN = "\u024f"  # end of Latin Extended-B: what comes after are phonetic signs and letters of other alphabets
_INVISIBLE = frozenset(("Cf", "Co", "Cn", "Cs", "Zl", "Zp"))
# UTF-8 read as Windows-1252 and saved again: two or three signs where one letter was
_READ_TWICE = re.compile("[ÂÃ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|ï¿½|\ufffd")
_LOST_LETTER = re.compile(r"[A-Za-z]\?[a-z]")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-") | dict.fromkeys(map(ord, "‘’‛′"), "'")


def is_invisible(character: str) -> bool:
    """Whether a character does not show, or looks like a blank and is none."""
    return character > "\x7f" and (
        unicodedata.category(character) in _INVISIBLE or (character.isspace() and character != " ")
    )


def name_of(character: str) -> str:
    """Name of a character, such as `U+200B ZERO WIDTH SPACE`."""
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"


def foreign_letters(text: str) -> set[str]:
    """Letters and digits of other alphabets, and accents that belong to no letter."""
    return {character for character in set(text) if character > "\x7f" and _is_foreign(character)}


def text_problems(cells: Iterable[str], allows: Iterable[str]) -> dict[str, set[str]]:
    """What is wrong with the texts of a column.

    Parameters
    ----------
    cells : iterable of str
        The column.
    allows : iterable of str
        What its field allows, of `ALLOWANCES`.

    Returns
    -------
    dict
        Rule in words → the cells that break it.
    """
    distinct, allowed = {cell for cell in cells if cell}, set(allows)
    signs = "=+@\t" if "leading minus" in allowed else "=+-@\t"
    checks: dict[str, Callable[[str], object]] = {
        NO_COMMAND.format(", ".join(signs[:-1])): lambda it: it[0] in signs,
        "no two blanks in a row": lambda it: "  " in it,
        "no letter was lost or read in another encoding": lambda it: _READ_TWICE.search(it) or _LOST_LETTER.search(it),
    }
    if "markup" not in allowed:
        checks[NO_MARKUP] = markup_in
    if "word for nothing" not in allowed:
        checks[NO_WORD] = lambda it: it.casefold() in MISSING_WORDS
    if "other alphabets" not in allowed:
        checks["letters and digits of the Latin alphabet, since others only look like them"] = foreign_letters
    found = {rule: {cell for cell in distinct if breaks(cell)} for rule, breaks in checks.items()}
    return {rule: broken for rule, broken in found.items() if broken}


def _is_foreign(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind[0] == "M" or kind in DECIMAL:
        return True
    return kind[0] == "L" and character > _LAST_LATIN


def twins(cells: Iterable[str]) -> list[set[str]]:
    """Texts that differ only in accents, capitals, blanks or dashes, those alike together."""
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for cell in cells:
        if cell:
            alike[_skeleton(cell)].add(cell)
    return [cells for cells in alike.values() if len(cells) > 1]


def _skeleton(text: str) -> str:
    folded = text.casefold().translate(_DASHES)
    if not folded.isascii():
        folded = "".join(it for it in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(it))
    return " ".join(folded.split())
