"""What a page says of itself to search engines and to whoever is sent its address: a description and a picture."""

import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citizen_security.book.published import page_address

if TYPE_CHECKING:
    from docutils import nodes

# The picture of every page that shows one, by the page's name: paths below the site.
PICTURES = Path("generated") / "page_pictures.json"
# What stands for the book where a page shows no picture.
FRONT_PICTURE = "_static/front-page.png"
# As much as search engines and messengers show.
LONGEST_DESCRIPTION = 200


def description(doctree: "nodes.document | None") -> str:
    """The first paragraph of a page, as plain text of a length that is shown whole.

    Parameters
    ----------
    doctree : docutils.nodes.document or None

    Returns
    -------
    str
        Empty for a page without a paragraph of its own.
    """
    from docutils import nodes

    if doctree is None:
        return ""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section) and (text := " ".join(paragraph.astext().split())):
            return _shortened(text)
    return ""


def meta_tags(*, name: str, title: str, said: str, site: str, address: str, picture: str) -> str:
    """Tags of a page's head.

    Parameters
    ----------
    name : str
        Of the page, such as `paradox/overview`.
    title, said : str
        The page's title and description.
    site : str
        Title of the book.
    address : str
        Of the published site, with a slash at its end; empty where nobody knows it, as in a copy to read offline.
    picture : str
        Path of the page's picture below the site.

    Returns
    -------
    str
    """
    tags = [_tag("name", "description", said)] if said else []
    tags += [
        _tag("property", "og:title", title),
        _tag("property", "og:type", "website" if name == "index" else "article"),
        _tag("property", "og:site_name", site),
        *([_tag("property", "og:description", said)] if said else []),
    ]
    # Both must be whole addresses, or they mislead.
    if address:
        tags += [
            _tag("property", "og:url", f"{address}{page_address(name)}"),
            _tag("property", "og:image", f"{address}{picture}"),
            _tag("name", "twitter:card", "summary_large_image"),
        ]
    return "\n".join(tags)


def page_pictures(source: Path) -> dict[str, str]:
    """The pictures of pages, as the assembly wrote them."""
    path = source / PICTURES
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return f"{text[:LONGEST_DESCRIPTION].rpartition(' ')[0].rstrip('.,;:')} …"


def _tag(kind: str, name: str, content: Any) -> str:
    return f'<meta {kind}="{name}" content="{escape(str(content))}" />'
