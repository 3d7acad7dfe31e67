"""Sphinx extension of the book: its version, and what the theme leaves out for readers who listen to a page."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pybtex.plugin import register_plugin  # type: ignore[import-untyped]
from pybtex.style.formatting.plain import Style as PlainStyle  # type: ignore[import-untyped]
from sphinxcontrib.bibtex.plugin import register_plugin as register_style
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from citizen_security import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

# The theme prepares its navigation at the usual priority, 500.
AFTER_THE_THEME = 900

# What docutils writes of a bibliography gives roles that a browser does not allow there: a list without items, and
# entries whose role is no longer in use. Without them, screen readers hear paragraphs with links.
CITATIONS = (
    ('<div role="list" class="citation-list">', '<div class="citation-list">'),
    (' role="doc-biblioentry"', ""),
)


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
    app.connect("html-page-context", mend_page, priority=AFTER_THE_THEME)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}


def set_look(app: "Sphinx", config: "Config") -> None:
    """Take this module, the style sheet, the scripts and the table of contents into the settings."""
    source = Path(app.srcdir)
    config.compendium_look = _digest([Path(__file__), *sorted((source / "_static").glob("*.*s"))])
    config.compendium_contents = _digest([source / "_toc.yml"])


def set_version(app: "Sphinx", config: "Config") -> None:
    """Let pages write `{{ version }}`."""
    config.myst_substitutions = {**config.myst_substitutions, "version": __version__}


def mend_page(app: "Sphinx", name: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Name what the theme leaves without a name, and take away roles that do not fit."""
    for wrong, right in CITATIONS:
        context["body"] = context.get("body", "").replace(wrong, right)
    if "generate_toctree_html" in context:
        context["generate_toctree_html"] = _named_toggles(context["generate_toctree_html"])


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
