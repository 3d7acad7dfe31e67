"""Find what prose says of results without a recorded value: `python -m tests.prose.lint [FILE …]`.

A number in prose comes by glue. A word that quantifies stands in a sentence that quotes a recorded verdict (a value
whose name ends so that `VERDICT_KEYS` fits). What is a definition, a citation or a method and not a result stands in
the page's file below `tests/prose/reviewed/` (`--write` begins it), by a phrase of its sentence as a reader sees it:

    [[entry]]
    phrase = "rates above 1 per 100,000"
    kind = "definition"
    words = "1"

It excuses these words of the sentence and no others; `--words` writes them.

Numbers of a sentence with a citation are the cited work's. Of pages of methods, `heading` excuses a whole section.
"""

import argparse
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")] if __name__ == "__main__" else []

from prose.words import numbers, verdicts  # noqa: E402

from citizen_security.prose import sentences  # noqa: E402
from citizen_security.quoted import with_roles  # noqa: E402

REVIEWED = Path(__file__).parent / "reviewed"
KINDS = ("definition", "citation", "method", "limit", "exercise", "rule", "unreviewed")
# Where a whole section may be one definition; elsewhere each sentence is looked at by itself.
SECTIONS_IN = re.compile(r"book/(?:.*method.*|glossary|architecture|cluster|.*/regression_to_the_mean|rerun)\.md")

EXTENSIONS = {"amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath", "substitution"}
# Directives whose content is prose; of the others, a title is.
HOLD_PROSE = {
    *("admonition", "attention", "card-footer", "dropdown", "epigraph", "glossary", "grid", "grid-item"),
    *("grid-item-card", "hint", "important", "list-table", "margin", "note", "seealso", "tip", "warning", "figure"),
}
VERDICT_KEYS = re.compile(r"(?:verdict|reading|sentence|text|statement)s?(?:_\w+)?_text(?::\w*)?$")
GLUE = re.compile(r"⟦glue:([^⟧]*)⟧")
MARKS = re.compile(r"⟦[^⟧]*⟧")
# As a role in brackets is one mark.
BRACKETED = re.compile(r"\(⟦cite⟧(?:; ⟦cite⟧)*\)")
EXERCISE = re.compile(r"^(?:Exercise )?\d+\.\s")

REMEDY_NUMBER = "quote a recorded value by glue, delete it, or enter its sentence in tests/prose/reviewed/"
REMEDY_VERDICT = "record the finding as a *_verdict, *_reading or *_sentence and quote it, delete it, or review it"


@dataclass(frozen=True)
class Sentence:
    """A sentence of a page: its file, where it stands, the heading above it, and its plain text with marks."""

    page: str
    place: str
    heading: str
    text: str

    @property
    def plain(self) -> str:
        """The text as a reader sees it, what comes from elsewhere as …"""
        return " ".join(MARKS.sub("…", self.text).split())


@dataclass(frozen=True)
class Finding:
    """A word without a recorded value."""

    sentence: Sentence
    word: str
    remedy: str

    def __str__(self) -> str:
        sentence = self.sentence
        return f"{sentence.page}:{sentence.place}: {self.word!r} in: {sentence.plain}\n    {self.remedy}"


@dataclass(frozen=True)
class Entry:
    """An exception: a phrase (or, on pages of methods, a heading) of a page, its kind, and why."""

    file: str
    page: str
    phrase: str
    heading: str
    kind: str
    words: str | None = None

    def excuses(self, finding: "Finding") -> bool:
        """Whether it lets a finding pass: any in its section, or one of its words in its sentence."""
        if not self.covers(finding.sentence):
            return False
        return bool(self.heading) or self.words is None or finding.word in self.words.split(", ")

    def covers(self, sentence: Sentence) -> bool:
        """Whether it speaks of this sentence."""
        if sentence.page != self.page:
            return False
        return self.heading == sentence.heading if self.heading else self.phrase in sentence.plain


def pages() -> list[Path]:
    """Every notebook, every page of the book, and the README."""
    found = [*(ROOT / "notebooks").rglob("*.ipynb"), *(ROOT / "book").rglob("*.md"), ROOT / "README.md"]
    return sorted(path for path in found if not any(part.startswith((".", "_build")) for part in path.parts))


def page_sentences(path: Path) -> Iterator[Sentence]:
    """The sentences of a notebook's Markdown or of a page, headings and texts of figures among them."""
    page = path.resolve().relative_to(ROOT).as_posix()
    if path.suffix == ".md":
        yield from _sentences(page, path.read_text("utf-8"), "line {}", "")
        return
    heading = ""
    for number, cell in enumerate(json.loads(path.read_text("utf-8"))["cells"], start=1):
        source = with_roles("".join(cell["source"]))
        if cell["cell_type"] == "markdown":
            for sentence in _sentences(page, source, f"cell {number}, line {{}}", heading):
                heading = sentence.heading
                yield sentence
        if alt := cell["metadata"].get("mystnb", {}).get("image", {}).get("alt"):
            yield from (Sentence(page, f"cell {number}, alt", heading, text) for text in sentences(alt))


def findings(sentence: Sentence) -> list[Finding]:
    """What a sentence says without a recorded value."""
    keys = GLUE.findall(sentence.text)
    bare = EXERCISE.sub("", MARKS.sub("…", sentence.text))
    cited = "⟦cite" in sentence.text
    found = [] if cited else [Finding(sentence, word, REMEDY_NUMBER) for word in numbers(bare)]
    if not any(VERDICT_KEYS.search(key) for key in keys):
        found += [Finding(sentence, word, REMEDY_VERDICT) for word in verdicts(bare)]
    return found


def reviewed() -> list[Entry]:
    """Every entry of the reviewed lists."""
    return [
        Entry(
            file,
            it.get("page", page_of(file)),
            it.get("phrase", ""),
            it.get("heading", ""),
            it.get("kind", ""),
            it.get("words"),
        )
        for path in sorted(REVIEWED.rglob("*.toml"))
        for file in [path.relative_to(REVIEWED).as_posix()]
        for it in tomllib.loads(path.read_text("utf-8")).get("entry", [])
    ]


def page_of(file: str) -> str:
    """The page that a reviewed list is about, by its place below `reviewed/`."""
    return file.removesuffix(".toml") + (".ipynb" if file.startswith("notebooks/") else ".md")


def faults(entries: Iterable[Entry], everything: Iterable[Sentence]) -> list[str]:
    """What is wrong with the reviewed lists, in sentences."""
    by_page: dict[str, list[Sentence]] = {}
    for sentence in everything:
        by_page.setdefault(sentence.page, []).append(sentence)
    found = []
    for entry in entries:
        place = f"tests/prose/reviewed/{entry.file}: {entry.page}: {entry.phrase or entry.heading!r}"
        covered = [it for it in by_page.get(entry.page, []) if entry.covers(it)]
        if entry.kind not in KINDS:
            found.append(f"{place} is of no kind; allowed: {', '.join(KINDS[:-1])}")
        if entry.heading and not SECTIONS_IN.fullmatch(entry.page):
            found.append(f"{place} excuses a whole section of a page that has results; name the sentences")
        if not covered:
            found.append(f"{place} stands no longer on the page; delete the entry")
        elif entry.phrase and len(covered) > 1:
            found.append(f"{place} fits {len(covered)} sentences; give more of the one that is meant")
        elif not any(findings(it) for it in covered):
            found.append(f"{place} excuses nothing that the lint would find; delete the entry")
        elif entry.phrase and entry.words != words_of(covered[0]):
            found.append(
                f"{place} excuses the words {entry.words!r} and its sentence has {words_of(covered[0])!r}: read it "
                "again, then `python -m tests.prose.lint --words`"
            )
    return found


def unexcused(paths: Iterable[Path], entries: Iterable[Entry]) -> list[Finding]:
    """Findings that no entry covers."""
    listed = list(entries)
    return [
        finding
        for path in paths
        for sentence in page_sentences(path)
        for finding in findings(sentence)
        if not any(entry.excuses(finding) for entry in listed)
    ]


def words_of(sentence: Sentence) -> str:
    """What the lint finds in a sentence, as an entry's `words`."""
    return ", ".join(dict.fromkeys(finding.word for finding in findings(sentence)))


def write_words() -> None:
    """Put down in every entry the words that it excuses now."""
    everything = [sentence for path in pages() for sentence in page_sentences(path)]
    for path in sorted(REVIEWED.rglob("*.toml")):
        head, *blocks = re.split(r"(?m)^(?=\[\[entry\]\])", path.read_text("utf-8"))
        listed = [it for it in reviewed() if it.file == path.relative_to(REVIEWED).as_posix()]
        written = [_with_words(block, it, everything) for block, it in zip(blocks, listed, strict=True)]
        path.write_text("".join([head, *written]), encoding="utf-8")


def _with_words(block: str, entry: Entry, everything: Iterable[Sentence]) -> str:
    """The text of an entry with its words after its last key."""
    covered = [it for it in everything if entry.covers(it)]
    if entry.heading or len(covered) != 1:
        return block
    lines = [line for line in block.rstrip("\n").split("\n") if not line.startswith("words = ")]
    last = max(number for number, line in enumerate(lines) if not line.startswith("#") and line.strip())
    lines.insert(last + 1, f"words = {json.dumps(words_of(covered[0]), ensure_ascii=False)}")
    return "\n".join(lines) + block[len(block.rstrip("\n")) :]


def write_unreviewed(found: Iterable[Finding]) -> None:
    """Append sentences that nothing covers to the lists, as unreviewed."""
    for sentence in dict.fromkeys(finding.sentence for finding in found):
        path = (REVIEWED / sentence.page).with_suffix(".toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        before = f"{path.read_text('utf-8')}\n" if path.exists() else ""
        entry = {"phrase": sentence.plain, "kind": "unreviewed", "words": words_of(sentence)}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
        path.write_text(before + "\n".join(["[[entry]]", *lines, ""]), encoding="utf-8")


@cache
def _parser() -> Any:
    from markdown_it.renderer import RendererHTML
    from myst_parser.config.main import MdParserConfig
    from myst_parser.parsers.mdit import create_md_parser

    return create_md_parser(MdParserConfig(enable_extensions=EXTENSIONS), RendererHTML)


def _sentences(page: str, source: str, place: str, heading: str, offset: int = 1) -> Iterator[Sentence]:
    tokens = _parser().parse(source)
    for before, token in zip([None, *tokens], tokens, strict=False):
        line = offset + (token.map[0] if token.map else 0)
        if token.type == "inline":
            text = _plain(token.children)
            if before is not None and before.type == "heading_open":
                heading = " ".join(MARKS.sub("…", text).split())
            yield from (Sentence(page, place.format(line), heading, it) for it in sentences(text))
        elif token.type in ("fence", "colon_fence") and (found := re.match(r"\{([\w:-]+)\}\s*(.*)", token.info)):
            name, title = found.groups()
            if name in HOLD_PROSE:
                if title and name not in ("grid", "grid-item", "figure"):
                    yield from _sentences(page, title, place, heading, line)
                yield from _sentences(page, _without_options(token.content), place, heading, line + 1)


def _without_options(content: str) -> str:
    """The content of a directive, its options as empty lines."""
    lines = content.split("\n")
    for number, line in enumerate(lines):
        if not re.match(r":[\w-]+:", line):
            break
        lines[number] = ""
    return "\n".join(lines)


def _plain(tokens: Iterable[Any]) -> str:
    """Text of a paragraph as a reader sees it; what comes from elsewhere is a mark in double brackets."""
    pieces: list[str] = []
    cited = False
    for token in tokens:
        if token.type in ("link_open", "link_close"):
            # A notebook cites by a link with the work's title, where a page has a role.
            cited = not token.attrs.get("title", "Glossary: ").startswith("Glossary: ")
            pieces.append("⟦cite⟧" if cited else "")
        elif cited:
            continue
        elif token.type == "text":
            pieces.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif token.type == "myst_role":
            pieces.append(_role(token.meta["name"], token.content))
        elif token.type == "substitution_inline":
            pieces.append("⟦substitution⟧")
        elif token.type in ("code_inline", "math_inline", "math_inline_double"):
            pieces.append("⟦code⟧")
    return BRACKETED.sub("⟦cite⟧", "".join(pieces))


def _role(name: str, content: str) -> str:
    if name.startswith("glue"):
        return f"⟦glue:{content}⟧"
    if name.startswith("cite"):
        return "⟦cite⟧"
    # A reference shows its title, or what it refers to.
    return content.split("<")[0].strip() if name in ("term", "doc", "ref", "abbr") else "⟦code⟧"


def main() -> int:
    """Print what the lint finds in the files given, or everywhere."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="*", type=Path)
    parser.add_argument("--all", action="store_true", help="also what the reviewed lists hold as unreviewed")
    parser.add_argument("--count", action="store_true", help="numbers per page only, unreviewed ones among them")
    parser.add_argument("--write", action="store_true", help="append what is found to the lists as unreviewed")
    parser.add_argument("--words", action="store_true", help="put down in every entry the words that it excuses now")
    given = parser.parse_args()
    if given.words:
        write_words()
    paths = given.file or pages()
    entries = reviewed()
    kept = [it for it in entries if it.kind != "unreviewed"] if given.all or given.count else entries
    found = unexcused(paths, kept)
    if given.write:
        write_unreviewed(unexcused(paths, entries))
    if given.count:
        for page, number in Counter(it.sentence.page for it in found).items():
            print(f"{number:5} {page}")
    else:
        print(*found, sep="\n")
        named = {path.resolve().relative_to(ROOT).as_posix() for path in paths}
        about = [it for it in entries if it.page in named]
        print(*faults(about, [it for path in paths for it in page_sentences(path)]), sep="\n")
    print(f"{len(found)} words in {len({it.sentence for it in found})} sentences without a recorded value")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
