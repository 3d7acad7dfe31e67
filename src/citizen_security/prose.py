"""Prose in Markdown: where its sentences begin and end, and text that stays text in it."""

import re

# What ends with a full stop and ends no sentence.
ABBREVIATIONS = ("al", "approx", "cf", "e.g", "ed", "eq", "fig", "i.e", "no", "p", "pp", "St", "vol", "vs")

# A sentence ends with its mark, what closes after it, blanks, and something that may begin the next one.
_END = re.compile(r"""[.?!][\])"'”’*_]*(?=\s+[*_\[("'“‘]*[A-ZÀ-Þ0-9{⟦`$])""")
_ABBREVIATED = re.compile(rf"(?:\b(?:{'|'.join(map(re.escape, ABBREVIATIONS))})|\b[A-Z])\.$")
# The number of an exercise belongs to the sentence after it.
_ENUMERATION = re.compile(r"[\s*_]*\d+\.[\s*_]*")
# Marks within code and roles end no sentence.
_BACKTICKS = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)

# What Markdown of any kind (this book's, JupyterLab's, nbconvert's) reads as a mark anywhere, and what only in places:
# first, in addresses that become links by themselves, and in a row of dashes.
_MARKS = re.compile(r"""([`*_{}\[\]<>|~&@^]|^[#+=:%.)'"!-]|:(?=/)|(?<=www)\.|-(?=-)|(?<=-)-)""")
_LEADING_NUMBER = re.compile(r"^(\d+)([.)])(?=\s|$)")
# What typesets formulas looks for these in the finished page as well, where a backslash before them is gone.
_FORMULA = re.compile(r"[$\\]")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_NO_FORMULA = '<span class="tex2jax_ignore mathjax_ignore">\\{}</span>'


def escaped(text: str) -> str:
    """Text as Markdown that shows it literally, on one line, wherever the Markdown is read.

    Parameters
    ----------
    text : str
        Anything; what cannot be seen is shown as �.

    Returns
    -------
    str
    """
    line = _UNSEEN.sub("�", " ".join(text.split()))
    pieces = re.split(r"([$\\])", line)
    marked = (
        _NO_FORMULA.format(piece) if _FORMULA.fullmatch(piece) else _MARKS.sub(r"\\\1", piece) for piece in pieces
    )
    return _LEADING_NUMBER.sub(r"\1\\\2", "".join(marked))


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a paragraph begin and end.

    Parameters
    ----------
    text : str
        A paragraph, plain or in Markdown.

    Returns
    -------
    list of tuple of int
        Start and end of each, without the blanks between them; together they hold all other characters.
    """
    hidden = _BACKTICKS.sub(lambda found: "`" * len(found[0]), text)
    spans: list[tuple[int, int]] = []
    start = 0
    for end in [*(it.end() for it in _END.finditer(hidden) if not _abbreviated(hidden, it)), len(text)]:
        piece = text[start:end]
        if _ENUMERATION.fullmatch(piece):
            continue
        if stripped := piece.strip():
            first = start + piece.index(stripped)
            spans.append((first, first + len(stripped)))
        start = end
    return spans


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    return [text[start:end] for start, end in sentence_spans(text)]


def _abbreviated(text: str, end: re.Match[str]) -> bool:
    stop = end.start() + 1
    return bool(_ABBREVIATED.search(text[max(0, stop - 12) : stop]))
