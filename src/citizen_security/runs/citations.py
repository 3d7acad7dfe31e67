"""Citations in a notebook's Markdown as a reader meets them: author and year, with a link to the work."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from citizen_security.prose import escaped

REFERENCES = Path("book") / "references"
ROLE = re.compile(r"\{cite:([pt])\}`([^`]+)`")

_ENTRY = re.compile(r"^@\w+\{([^,\s]+),.*?(?=^@|\Z)", re.MULTILINE | re.DOTALL)


class UnknownReference(ValueError):
    """A citation of a work that no file of references has."""


@dataclass(frozen=True)
class Work:
    """What a citation says of a work; the address is empty where it has none."""

    authors: str
    year: str
    title: str
    address: str


def cited(source: str) -> list[str]:
    """Keys of the works that some Markdown cites, in order, each once."""
    return list(dict.fromkeys(key for role in ROLE.finditer(source) for key in _keys(role[2])))


def entries(root: Path, keys: list[str]) -> str:
    """Entries of these works as they stand in the files of references: what resolved citations depend on."""
    found = {entry[1]: entry[0] for text in _texts(root) for entry in _ENTRY.finditer(text)}
    return "".join(found.get(key, "") for key in sorted(set(keys)))


def works(root: Path, keys: list[str]) -> dict[str, Work]:
    """Works by their keys.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    keys : list of str

    Returns
    -------
    dict

    Raises
    ------
    UnknownReference
        If no file of references has one of them.
    """
    keys = list(dict.fromkeys(keys))
    # Its own import takes a while, and many runs cite nothing.
    from pybtex.database import parse_string  # type: ignore[import-untyped]

    known = parse_string(entries(root, keys), "bibtex").entries if keys else {}
    if missing := [key for key in keys if key not in known]:
        raise UnknownReference(f"{', '.join(missing)} cited, and in no file of {REFERENCES}")
    return {key: _work(known[key]) for key in keys}


def resolver(known: dict[str, Work], elsewhere: str) -> Callable[[re.Match[str]], str]:
    """What stands in place of a role: `(Muggah 2017)`, or `Muggah (2017)` in a sentence's run, with links.

    Parameters
    ----------
    known : dict
        As `works` returns them.
    elsewhere : str
        Address of the bibliography, for works without one of their own.
    """

    def resolved(role: re.Match[str]) -> str:
        kind, keys = role[1], _keys(role[2])
        links = [_link(known[key], elsewhere, in_text=kind == "t") for key in keys]
        if kind == "t":
            return " and ".join([", ".join(links[:-1]), links[-1]]) if len(links) > 1 else links[0]
        return f"({'; '.join(links)})"

    return resolved


def _keys(content: str) -> list[str]:
    return [key.strip() for key in content.split(",")]


def _texts(root: Path) -> Iterator[str]:
    for path in sorted((root / REFERENCES).glob("*.bib")):
        yield path.read_text(encoding="utf-8")


def _work(entry: object) -> Work:
    fields = {name: _plain(text) for name, text in entry.fields.items()}  # type: ignore[attr-defined]
    persons = entry.persons.get("author") or entry.persons.get("editor") or []  # type: ignore[attr-defined]
    families = [_plain(" ".join([*person.prelast_names, *person.last_names])) for person in persons]
    doi = fields.get("doi", "")
    address = f"https://doi.org/{doi}" if doi else fields.get("url", "")
    return Work(_authors(families), fields.get("year", "no year"), fields.get("title", ""), address)


def _authors(families: list[str]) -> str:
    if len(families) > 2:
        return f"{families[0]} et al."
    return " and ".join(families) or "No author"


def _plain(text: str) -> str:
    from pybtex.richtext import Text  # type: ignore[import-untyped]

    return " ".join(str(Text.from_latex(text)).split())


def _link(work: Work, elsewhere: str, *, in_text: bool) -> str:
    label = escaped(f"{work.authors} ({work.year})" if in_text else f"{work.authors} {work.year}")
    title = re.sub(r'[\\"<>&`$*_\[\]]', "", work.title)
    return f'[{label}]({_address(work.address or elsewhere)} "{title}")'


def _address(address: str) -> str:
    """An address as Markdown takes it: blanks and brackets would end it."""
    return re.sub(r"[\s()<>\\]", lambda it: f"%{ord(it[0]):02X}", address)
