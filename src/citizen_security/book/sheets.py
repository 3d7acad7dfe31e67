"""One style sheet for the pages that load the same ones, without the theme's rules that no page uses.

A browser shows nothing before it has every style sheet of a page. The theme and its extensions bring a dozen, with
rules for parts that this book has not; those of the book itself stay whole.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from posixpath import join, normpath, relpath

import tinycss2
from tinycss2.ast import AtRule, Node, QualifiedRule

# Rules of the book's own sheets are used, or would not be there.
OWN = ("compendium.css", "icons.css", "places.css", "print.css", "workshop.css")
# At-rules that hold rules.
GROUPS = ("media", "supports", "container", "layer")
FOLDER = "_static"
# What no page loads: those of a notebook to download, and templates among the theme's own files.
NOT_PAGES = ("runs", FOLDER)
# Scripts that bring the rules for what they make.
LIBRARIES = {"mathjax", "vega.js"}

# Of the site itself, for every medium.
_SHEET = re.compile(
    r'[ \t]*<link\b(?=[^>]*\brel="stylesheet")(?![^>]*\bmedia=)'
    r'(?=[^>]*\bhref="(?!//|[a-z]+:)([^"?#]+)[^"]*")[^>]*>\n?'
)
_IMPORT = re.compile(r"@import\s+(?:url\()?['\"](?!//|[a-z]+:)([^'\"]+)['\"]\)?\s*;")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ADDRESS = re.compile(r"url\(\s*(['\"]?)(?!data:|#|[a-z]+:|/)([^)'\"]+)\1\s*\)")
_NAMED = re.compile(r"\b(?:class|id)=[\"']([^\"'<>]+)")
_WORD = re.compile(r"[\w-]+")
_PROPERTY = re.compile(r"(?<![\w-])--[a-zA-Z][\w-]*")
_ASKS = re.compile(r"var\(\s*(--[\w-]+)")
# A value may hold what ends others, in quotation marks or brackets.
_QUOTED = r"\"[^\"]*\"|'[^']*'"
_BRACKETS = rf"\((?:[^()\"']|{_QUOTED})*\)"
for _ in range(3):
    _BRACKETS = rf"\((?:[^()\"']|{_QUOTED}|{_BRACKETS})*\)"
_SETS = re.compile(rf"(?<=[{{;])\s*(--[\w-]+)\s*:(?:[^;{{}}\"'()]|{_QUOTED}|{_BRACKETS})*(?:;|(?=\}}))")


def join_sheets(site: Path) -> None:
    """Give every page one style sheet in place of its several, and take away those that no page loads any longer.

    Parameters
    ----------
    site : pathlib.Path
        Folder of the pages; they and its style sheets are changed in place.
    """
    pages = pages_of(site)
    scripts = [it for it in sorted((site / FOLDER).rglob("*.js")) if not LIBRARIES & {*it.parts}]
    names = used_names(pages, scripts)
    asked = _asked_for(path.read_text(encoding="utf-8") for path in (*pages, *scripts))
    joined: dict[tuple[str, ...], str] = {}
    taken: set[str] = set()

    @cache
    def cut(sheet: str) -> str:
        return without_unused(sheet, names)

    for page in pages:
        text, here = page.read_text(encoding="utf-8"), page.relative_to(site).parent.as_posix()
        sheets = tuple(normpath(join(here, it)) for it in _SHEET.findall(text))
        if not sheets:
            continue
        if sheets not in joined:
            joined[sheets] = _write_joined(site, sheets, cut, taken, asked)
        page.write_text(_with_sheet(text, relpath(joined[sheets], here)), encoding="utf-8")
    for sheet in taken:
        (site / sheet).unlink()


def pages_of(site: Path) -> list[Path]:
    """The pages of a site, without what is to download and the theme's templates.

    Parameters
    ----------
    site : pathlib.Path
    """
    return [it for it in sorted(site.rglob("*.html")) if it.relative_to(site).parts[0] not in NOT_PAGES]


def used_names(pages: Collection[Path], scripts: Collection[Path]) -> set[str]:
    """Names of classes and elements that a rule can be for: those of pages, and every word of the scripts.

    Parameters
    ----------
    pages, scripts : collection of pathlib.Path

    Returns
    -------
    set of str
        One that ends with a hyphen stands for all that begin with it: scripts put names together.
    """
    texts = (path.read_text(encoding="utf-8") for path in pages)
    said = {words for text in texts for words in set(_NAMED.findall(text))}
    names = {name.rstrip("-") for words in said for name in words.split()}
    return names | {word for path in scripts for word in set(_WORD.findall(path.read_text(encoding="utf-8")))}


def without_unused(sheet: str, names: Collection[str]) -> str:
    """A style sheet without comments, and without the rules for classes and elements that are not among the names.

    Parameters
    ----------
    sheet : str
        CSS without nested rules; what is no rule is left out, as a browser leaves it out.
    names : collection of str
        As `used_names` returns them.

    Returns
    -------
    str
    """
    known = frozenset(names)
    beginnings = tuple(it for it in known if it.endswith("-") and it.strip("-"))
    rules = tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    return "".join(_kept(rules, known, beginnings))


def _kept(rules: Iterable[Node], names: frozenset[str], beginnings: tuple[str, ...]) -> Iterator[str]:
    for rule in rules:
        if isinstance(rule, AtRule) and rule.content is not None and rule.lower_at_keyword in GROUPS:
            within = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if inner := "".join(_kept(within, names, beginnings)):
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude).rstrip()}{{\n{inner}}}\n"
        elif isinstance(rule, AtRule):
            yield f"{rule.serialize()}\n"
        elif isinstance(rule, QualifiedRule):
            used = [it for it in _selectors(rule.prelude) if _is_used(it, names, beginnings)]
            if selectors := ",".join(" ".join(tinycss2.serialize(it).split()) for it in used):
                content = tinycss2.serialize([it for it in rule.content if it.type != "comment"]).strip()
                yield f"{selectors}{{{content}}}\n"


def _selectors(prelude: Sequence[Node]) -> list[list[Node]]:
    """Those of a rule, parted by the commas that no bracket holds."""
    found: list[list[Node]] = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            found.append([])
        elif node.type != "comment":
            found[-1].append(node)
    return found


def _is_used(selector: Sequence[Node], names: frozenset[str], beginnings: tuple[str, ...]) -> bool:
    """Whether all that a selector asks for is there; in brackets stands one of several, or what must be absent."""
    classes = (
        name.value
        for dot, name in pairwise(selector)
        if dot.type == "literal" and dot.value == "." and name.type == "ident"
    )
    elements = (it.value for it in selector if it.type == "hash")
    return all(it in names or it.startswith(beginnings) for it in (*classes, *elements))


def _asked_for(texts: Iterable[str]) -> set[str]:
    """Names of properties of the book's and the theme's own that pages and scripts ask for."""
    return {name for text in texts for name in set(_PROPERTY.findall(text))}


def without_unasked(sheet: str, asked: Collection[str]) -> str:
    """A style sheet without properties of its own that nothing asks for.

    Parameters
    ----------
    sheet : str
        CSS.
    asked : collection of str
        Names, as `--wide`, that pages and scripts ask for; one that ends with a hyphen stands for all that begin so.

    Returns
    -------
    str
    """
    beginnings = tuple(it for it in asked if it.endswith("-"))
    before = ""
    # What asked for another may itself go.
    while sheet != before:
        before, used = sheet, {*asked, *_ASKS.findall(sheet)}
        sheet = _SETS.sub(partial(_if_asked, used, beginnings), sheet)
    return sheet


def _if_asked(used: Collection[str], beginnings: tuple[str, ...], found: re.Match[str]) -> str:
    return found[0] if found[1] in used or found[1].startswith(beginnings) else ""


def _write_joined(
    site: Path, sheets: Sequence[str], cut: Callable[[str], str], taken: set[str], asked: Collection[str]
) -> str:
    """Path below the site of the sheet that has the rules of several in their order; notes which it took them from."""
    text = without_unasked("\n".join(_rules(site, it, cut, taken) for it in sheets), asked)
    name = f"{FOLDER}/pages-{hashlib.sha256(text.encode()).hexdigest()[:10]}.css"
    (site / name).write_text(text, encoding="utf-8")
    return name


def _rules(site: Path, sheet: str, cut: Callable[[str], str], taken: set[str]) -> str:
    """Rules of a sheet after those of the sheets that it imports, with addresses that lead from the joined one."""
    taken.add(sheet)
    folder = Path(sheet).parent.as_posix()
    text = _COMMENT.sub("", (site / sheet).read_text(encoding="utf-8")).lstrip("\ufeff")
    imported = [_rules(site, normpath(join(folder, it)), cut, taken) for it in _IMPORT.findall(text)]
    text = _IMPORT.sub("", text).replace('@charset "UTF-8";', "")
    kept = text if Path(sheet).name in OWN else cut(text)
    moved = _ADDRESS.sub(lambda it: f"url({it[1]}{relpath(join(folder, it[2]), FOLDER)}{it[1]})", kept)
    return "\n".join([*imported, moved])


def _with_sheet(page: str, address: str) -> str:
    """A page with one style sheet where its first stood."""
    link = f'<link rel="stylesheet" href="{address}" />\n'
    first = _SHEET.search(page)
    start = first.start() if first else 0
    return f"{page[:start]}{link}{_SHEET.sub('', page[start:])}"
