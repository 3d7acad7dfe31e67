"""Sphinx extension of the book: its version, the pages of places, and what the theme leaves out for listeners."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybtex.plugin import register_plugin  # type: ignore[import-untyped]
from pybtex.style.formatting.plain import Style as PlainStyle  # type: ignore[import-untyped]
from sphinxcontrib.bibtex.plugin import register_plugin as register_style
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from citizen_security import __version__
from citizen_security.book import head
from citizen_security.book.head import FRONT_PICTURE, PICTURES, description, meta_tags, page_pictures
from citizen_security.book.places.index import find_place
from citizen_security.book.published import page_address, repository_address, site_address
from citizen_security.book.whole import PLACES
from citizen_security.figures.embed import inert_json

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

# The theme prepares its navigation at the usual priority, 500.
AFTER_THE_THEME = 900

# What the pages of places are set in.
PLACE_TEMPLATE = "place.html"

# The repository in words, where nobody said its address.
UNKNOWN_REPOSITORY = "the repository (this copy of the book does not name it: whoever gave it to you has it)"

# What docutils writes of a bibliography gives roles that a browser does not allow there: a list without items, and
# entries whose role is no longer in use. Without them, screen readers hear paragraphs with links.
CITATIONS = (
    ('<div role="list" class="citation-list">', '<div class="citation-list">'),
    (' role="doc-biblioentry"', ""),
)

# How MyST-NB folds a cell's code, and how it is folded here: a plain summary, whose words are its name.
CODE_FOLDS = re.compile(
    r'<details class="admonition hide above-input">\s*<summary aria-label="[^"]*">.*?</summary>', flags=re.DOTALL
)
# Pictures that the notebook's reader writes out; those of the assembly say themselves when they are fetched.
_LAZY = re.compile(r'(<img\b(?=[^>]*src="[^"]*_images/)(?![^>]*loading=))')
CODE_FOLD = '<details class="code"><summary>Code</summary>'


class FamilyNameFirst(PlainStyle):  # type: ignore[misc]
    """Bibliography in the order of family names, each first in its entry, as readers look for `[Muggah, 2017]`."""

    default_name_style = "lastfirst"


@dataclass
class RoundBrackets(AuthorYearReferenceStyle):
    """Citations as resolved notebooks have them: `(Muggah 2017)`."""

    bracket_parenthetical: BracketStyle = field(default_factory=lambda: BracketStyle(left="(", right=")", sep="; "))
    bracket_textual: BracketStyle = field(default_factory=lambda: BracketStyle(left="(", right=")"))
    author_year_sep: str = " "


def setup(app: "Sphinx") -> dict[str, Any]:
    """Connect the extension to Sphinx."""
    register_plugin("pybtex.style.formatting", "compendium", FamilyNameFirst)
    register_style("sphinxcontrib.bibtex.style.referencing", "compendium", RoundBrackets)
    # Sphinx writes a page again when its source or a setting changed; what every page is made with is a setting too.
    app.add_config_value("compendium_look", "", "html", [str])
    app.add_config_value("compendium_contents", "", "env", [str])
    app.connect("config-inited", set_look)
    app.connect("config-inited", set_version)
    app.connect("doctree-read", anchor_cells)
    app.connect("html-page-context", mend_page, priority=AFTER_THE_THEME)
    app.connect("html-collect-pages", place_pages)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def set_look(app: "Sphinx", config: "Config") -> None:
    """Take this module, the style sheet, the scripts and the table of contents into the settings."""
    source = Path(app.srcdir)
    pictures = [it for it in [source / PICTURES] if it.is_file()]
    looks = sorted((source / "_static").glob("*.*s"))
    config.compendium_look = _digest([Path(__file__), Path(head.__file__), *looks, *pictures])
    config.compendium_contents = _digest([source / "_toc.yml"])
    # The theme writes a page's canonical address from it.
    config.html_baseurl = site_address()


def set_version(app: "Sphinx", config: "Config") -> None:
    """Let pages write `{{ version }}` and `{{ repository }}`."""
    address = repository_address()
    repository = f"[the repository]({address})" if address else UNKNOWN_REPOSITORY
    config.myst_substitutions = {**config.myst_substitutions, "version": __version__, "repository": repository}


def place_pages(app: "Sphinx") -> Iterator[tuple[str, dict[str, Any], str]]:
    """Pages of places from what was assembled of them: address, filling and template of each."""
    look = app.config.compendium_look[:8]
    for path in sorted((Path(app.srcdir) / PLACES).glob("*.json")):
        place = json.loads(path.read_text(encoding="utf-8"))
        filling = {**place, "dataset": inert_json(_at(site_address(), path.stem, place["dataset"]))}
        yield f"places/{path.stem}", {"place": filling, "look": look, "find": find_place("../")}, PLACE_TEMPLATE


def _at(address: str, name: str, dataset: dict[str, Any]) -> dict[str, Any]:
    """The data of a place's page with whole addresses, as those that index data sets read no others."""
    if not address:
        return dataset
    file = dataset["distribution"]
    return {
        **dataset,
        "url": f"{address}places/{name}.html",
        "distribution": {**file, "contentUrl": f"{address}places/{file['contentUrl']}"},
    }


def anchor_cells(app: "Sphinx", doctree: Any) -> None:
    """Give cells of notebooks the anchors that the assembly wrote into them, so that links can lead to a cell."""
    for node in doctree.findall():
        anchor = getattr(node, "attributes", {}).get("cell_metadata", {}).get("anchor")
        if anchor and anchor not in node["ids"]:
            node["ids"].append(anchor)


def mend_page(app: "Sphinx", name: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Name what the theme leaves without a name, and take away roles that do not fit."""
    for wrong, right in CITATIONS:
        context["body"] = context.get("body", "").replace(wrong, right)
    context["body"] = _LAZY.sub(r'\1 loading="lazy"', CODE_FOLDS.sub(CODE_FOLD, context["body"]))
    if context.get("pageurl"):
        # Sphinx would name the file of the front page.
        context["pageurl"] = f"{site_address()}{page_address(name)}"
    context["metatags"] = context.get("metatags", "") + _tags(app, name, context, doctree)
    if "generate_toctree_html" in context:
        context["generate_toctree_html"] = _named_toggles(context["generate_toctree_html"])


def _tags(app: "Sphinx", name: str, context: dict[str, Any], doctree: Any) -> str:
    picture = page_pictures(Path(app.srcdir)).get(name, FRONT_PICTURE)
    title = re.sub(r"<[^>]+>", "", context.get("title", "")) or app.config.project
    return meta_tags(
        name=name,
        title=unescape(title),
        said=description(doctree),
        site=app.config.project,
        address=site_address(),
        picture=picture,
    )


def _named_toggles(generate: Any) -> Any:
    def generated(*arguments: Any, **options: Any) -> Any:
        navigation = generate(*arguments, **options)
        for summary in navigation.find_all("summary") if hasattr(navigation, "find_all") else ():
            summary["aria-label"] = "Pages below"
        return navigation

    return generated


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
