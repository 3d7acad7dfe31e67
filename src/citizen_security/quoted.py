"""What prose quotes of a run: values by name, as text once they are recorded, with the reason where one is missing.

The book's pages quote by the role of MyST-NB, `{glue:text}`. A notebook is read where no role is known (JupyterLab,
Colab), before it ran and after, so there a value stands as a blank to fill in, with its name in a comment that is not
shown: `…<!--name_text-->`, and for a whole sentence `[…]<!--name_sentence_text-->`.
"""

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname, join, normpath
from typing import Any

from citizen_security.prose import escaped, sentence_spans
from citizen_security.values import glue_texts, why_missing

GLUE = re.compile(r"\{glue:text\}`([^`]+)`")
BLANK = re.compile(r"(?:…|\[…\])<!--\s*([a-z][^<>`]*?)\s*-->")

# A paragraph of a notebook that tells what its blanks are, until it has none.
UNTIL_IT_RAN = "<!--until it ran-->"

_HINT = re.compile(rf"(?:\A|\n\n)(?:(?!\n\n).)*{UNTIL_IT_RAN}", re.DOTALL)
_ITEM = re.compile(r"^\s*(?:[-*+] |\d+[.)] |> ?)")
_NEW_UNIT = re.compile(r"^\s*(?:[-*+] |\d+[.)] |#|\||:{3,}|`{3,}|>|$)")


def with_roles(source: str) -> str:
    """Markdown of a notebook with roles in place of its blanks, and without what tells of them."""
    return BLANK.sub(r"{glue:text}`\1`", _HINT.sub("", source))


class Quotable:
    """What prose may quote of a run, and why it may not quote the rest.

    Parameters
    ----------
    recorded : mapping
        As `values.values_of` returns it.
    missing : mapping
        As `values.missing_of` returns it.
    """

    def __init__(self, recorded: Mapping[str, Mapping[str, Any]], missing: Mapping[str, str]) -> None:
        self.recorded = recorded
        self.missing = missing
        self.texts = glue_texts(recorded)

    def unknown(self, source: str) -> list[str]:
        """Names that some Markdown quotes, neither recorded nor said to be missing."""
        keys = [_key(role[1])[0] for role in GLUE.finditer(source)]
        return [key for key in keys if key not in self.texts and why_missing(key, self.missing) is None]

    def why_not(self, content: str) -> str | None:
        """Why what the content of a glue role names is missing; None if it is recorded or nothing says so."""
        key = _key(content)[0]
        return None if key in self.texts else why_missing(key, self.missing)

    def resolve(self, source: str) -> str:
        """Markdown with the texts of values in place of glue, and reasons in place of sentences that miss some.

        What is neither recorded nor said to be missing stays a blank.
        """
        return "".join(self._unit(unit) for unit in _units(self.without_missing(source)))

    def without_missing(self, source: str) -> str:
        """Markdown with reasons in place of the sentences that quote what is missing; other glue stays."""
        said: set[str] = set()
        pieces = []
        for unit in _units(source):
            if not unit.strip():
                said.clear()
            pieces.append(self._reasons(unit, said))
        return "".join(pieces)

    def _unit(self, unit: str) -> str:
        # A line that would begin with a recorded text could become a list or a heading by it.
        joined = re.sub(r"(?<=\S)[ \t]*\n[ \t]*(?=\{glue:text\}`)", " ", unit) if _is_paragraph(unit) else unit
        return GLUE.sub(self._text, joined)

    def _text(self, role: re.Match[str]) -> str:
        key, specification = _key(role[1])
        if key not in self.texts:
            return "…"
        if specification:
            value = self.recorded[key]["value"]
            return escaped(f"{value:{specification}}".replace("-", "−"))
        return escaped(self.texts[key])

    def _reasons(self, unit: str, said: set[str]) -> str:
        if not self._lacking(unit):
            return unit
        if not _is_paragraph(unit):
            return GLUE.sub(lambda role: self._instead(role[0], said) or role[0], unit)
        marker = _ITEM.match(unit)
        end = marker.end() if marker else 0
        pieces = [unit[:end]]
        for start, stop in self._spans(unit, end):
            sentence = unit[start:stop]
            said_here = self._instead(sentence, said)
            kept = sentence if said_here is None else said_here
            # What is left out takes the blanks before it with it.
            pieces += [unit[end:start] if kept else "", kept]
            end = stop
        return "".join([*pieces, unit[end:]])

    def _spans(self, unit: str, first: int) -> Iterator[tuple[int, int]]:
        """Sentences; one that misses a value is joined to its neighbours until its marks are in pairs."""
        spans = [(first + start, first + stop) for start, stop in sentence_spans(unit[first:])]
        while spans:
            start, stop = spans.pop(0)
            while spans and not _in_pairs(unit[start:stop]) and self._lacking(unit[start : spans[-1][1]]):
                stop = spans.pop(0)[1]
            yield start, stop

    def _lacking(self, text: str) -> list[str]:
        """Reasons why values that a text quotes are missing, each once."""
        reasons = [self.why_not(role[1]) for role in GLUE.finditer(text)]
        return list(dict.fromkeys(reason for reason in reasons if reason is not None))

    def _instead(self, sentence: str, said: set[str]) -> str | None:
        """What stands in place of a sentence: its reasons, nothing if they were given, None if it misses nothing."""
        reasons = self._lacking(sentence)
        if not reasons:
            return None
        new = [escaped(reason.strip().rstrip(".")) for reason in reasons if reason not in said]
        said.update(reasons)
        return f"(Not in this run: {'; '.join(new)}.)" if new else ""


class PageQuotable(Quotable):
    """What a page may quote of several runs, whose notebooks it names: `../part/notebook.ipynb::name`.

    Parameters
    ----------
    page : str
        Its path below the book, which the notebooks' paths start from.
    runs : mapping
        What may be quoted of each, by `part/notebook`.
    """

    def __init__(self, page: str, runs: Mapping[str, Quotable]) -> None:
        super().__init__({}, {})
        self.folder = dirname(page)
        self.runs = runs

    def why_not(self, content: str) -> str | None:
        """As of the run that the role names."""
        run = self.runs.get(normpath(join(self.folder, content.partition("::")[0].strip())).removesuffix(".ipynb"))
        return run.why_not(content) if run else None


def _key(content: str) -> tuple[str, str]:
    """Name and format of a glue role: `name`, `name:.2f`, `page.ipynb::name:s`."""
    name, _, specification = content.strip().rpartition("::")[2].partition(":")
    return name, "" if specification == "s" else specification


def _in_pairs(text: str) -> bool:
    """Whether marks that open also close."""
    bare = re.sub(r"`[^`]*`|\\.", "", text)
    return bare.count("**") % 2 == 0 and bare.count("[") == bare.count("]") and bare.count("(") == bare.count(")")


def _is_paragraph(unit: str) -> bool:
    return not re.match(r"^\s*(?:#|\||:{3,}|`{3,}|\[.*\]\{)", unit)


def _units(source: str) -> Iterator[str]:
    """Runs of lines that a sentence does not cross: paragraphs, items of lists, rows, headings; all of the source."""
    unit = ""
    for line in source.splitlines(keepends=True):
        if unit and (_NEW_UNIT.match(line) or not unit.strip() or not _is_paragraph(unit)):
            yield unit
            unit = ""
        unit += line
    yield unit
