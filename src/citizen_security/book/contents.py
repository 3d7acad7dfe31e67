"""The contents beside every page, whose folded parts are written once for all pages.

The theme writes the whole book's contents into each of its pages: a sixth of a page of words, and more with every new
page. A page keeps what it shows, the entries of the first level and those below its own; a script adds the others.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path
from posixpath import join, normpath

FILE = Path("_static") / "contents.js"
# Where the script has them.
PLACE = "const CONTENTS = {};"

_NAVIGATION = re.compile(r'<nav class="bd-links\b.*?</nav>', re.DOTALL)
# An entry with pages below it that is folded: the one of the page itself is open.
_FOLDED = re.compile(
    r'<li class="toctree-l1 has-children">(?P<entry><a class="reference internal" href="(?P<address>[^"#]+)">.*?</a>)'
    r"<details>(?P<below>.*?)</details></li>",
    re.DOTALL,
)
_TAG = re.compile(r'(_static/contents\.js)(?:\?[^"]*)?"')
_BELOW = re.compile(r'<a class="reference internal" href="([^"]+)">(.*?)</a>', re.DOTALL)


def share_contents(pages: Iterable[Path], site: Path) -> None:
    """Leave folded parts of the contents out of the pages, and give their script what it adds.

    Parameters
    ----------
    pages : iterable of pathlib.Path
        Those of the site; changed in place.
    site : pathlib.Path
        Its folder.
    """
    script = site / FILE
    if not script.is_file():
        return
    contents: dict[str, list[tuple[str, str]]] = {}
    shortened: dict[Path, str] = {}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        here = page.relative_to(site).parent.as_posix()
        if navigation := _NAVIGATION.search(text):
            contents |= _folded(navigation[0], here)
            short = _FOLDED.sub(r'<li class="toctree-l1">\g<entry></li>', navigation[0])
            shortened[page] = f"{text[: navigation.start()]}{short}{text[navigation.end() :]}"
    filled = script.read_text(encoding="utf-8").replace(PLACE, f"const CONTENTS = {json.dumps(contents)};", 1)
    script.write_text(filled, encoding="utf-8")
    # Whoever keeps an older copy of the script asks for it again.
    version = hashlib.sha256(filled.encode()).hexdigest()[:8]
    for page, text in shortened.items():
        page.write_text(_TAG.sub(rf'\g<1>?v={version}"', text), encoding="utf-8")


def _folded(navigation: str, here: str) -> dict[str, list[tuple[str, str]]]:
    """Pages below each folded entry, by its address from the front of the site: address and title of each."""
    return {
        _address(entry["address"], here): [(_address(it, here), title) for it, title in _BELOW.findall(entry["below"])]
        for entry in _FOLDED.finditer(navigation)
    }


def _address(link: str, here: str) -> str:
    return normpath(join(here, link))
