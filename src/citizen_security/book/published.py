"""The last step of a site: icons without a font, files that no page uses out, what lets a page be found in.

The theme brings a script of every icon there is, source maps, other languages and all of MathJax: three times what the
pages themselves weigh. The site keeps what its pages ask for, and its pages wait for nothing before they are shown.
"""

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from functools import partial
from html import escape
from pathlib import Path

import yaml

from citizen_security import project
from citizen_security.book.contents import share_contents
from citizen_security.book.plain_code import plain_names, without_plain
from citizen_security.book.sheets import join_sheets, pages_of
from citizen_security.book.whole import INVENTORY

# Where the site will be found, for what must name whole addresses; `.github/workflows/publish.yml` says it.
ADDRESS = "COMPENDIUM_ADDRESS"
# Where its repository is found, said in the same two places.
REPOSITORY = "COMPENDIUM_REPOSITORY"
# Where it is said for those who publish by hand: `baseurl` of the part `html`.
CONFIGURATION = "_config.yml"
# Patterns below the site of files that no page asks for.
UNUSED = (
    "_sources",
    "_static/**/*.map",
    "_static/locales",
    "_static/vendor/fontawesome",
    "_static/scripts/fontawesome.js*",
    "_static/**/webpack-macros.html",
    "_static/**/*-webpack-macros.html",
)
# MathJax as `formulas.js` asks for it: its parts, and the letters that it draws with.
MATHJAX = Path("_static/mathjax")
MATHJAX_USED = (
    "startup.js",
    "core.js",
    "input/tex.js",
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2",
    "a11y/assistive-mml.js",
)

CODE_COLOURS = Path("_static/pygments.css")
# Pictures of notebooks, of which many are drawn on the page itself.
PICTURES = "pictures"
_WHOLE_ADDRESS = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:/[\w.~%+-]+)*/?")
_PICTURE = re.compile(rf"\b{PICTURES}/[\w./-]+")
# Scripts in the head of every page, of which all but the search page do without the index.
_ICONS = re.compile(r"\s*<script\b[^>]*\bscripts/fontawesome\.js[^>]*></script>")
_SEARCH = re.compile(r'\s*<script src="[^"]*\b(?:searchtools|language_data|searchindex)\.js[^"]*"></script>')
# What a formula is to the scripts that set it, the heaviest that there are.
FORMULA = 'class="math'
# Scripts that every page would load, and what a page has that they are for.
ONLY_FOR = {
    "charts": ('class="chart"',),
    "claims": ('class="claims"',),
    "clipboard.min": ("<pre",),
    "contents": ('<nav class="bd-links',),
    "copybutton": ("<pre",),
    "design-tabs": ("sd-tab-",),
    "explorer": ('class="explorer',),
    "find": ('class="find"', 'id="search-results"'),
    "formulas": (FORMULA,),
    "gap-map": ('class="gap-map"',),
    "map": ("year-map", 'class="place-list"'),
    # By no page: `phone.js` asks for it.
    "narrow": (),
    "phone": ('class="drawing-frame"',),
    "place": ('<body class="place"',),
    "site-search": ('id="search-results"',),
    "workshop": ('<details class="code"',),
}
_OWN_SCRIPT = re.compile(rf'\s*<script\b[^>]*\bsrc="[^"]*/({"|".join(map(re.escape, ONLY_FOR))})\.js[^"]*"></script>')
# `formulas.js` loads it when a formula comes near; Sphinx, where a page might have one in what a run computes.
_SETS_FORMULAS = re.compile(r'\s*<script\b[^>]*\bsrc="[^"]*/tex-chtml\.js[^"]*"></script>')
_FORMULA_SETTINGS = re.compile(r"\s*<script>window\.MathJax = [^<]*</script>")
# The few settings of a page's scripts, which are part of the page where all scripts wait for it.
_SETTINGS = re.compile(r'<script src="([^"?]*\bdocumentation_options\.js)[^"]*"></script>')
# Scripts that a browser would stop at, and those that it would fetch before the style sheet.
_STOPS = re.compile(r'<script src="(?=[^"]+"></script>)')
_EARLY = re.compile(r'[ \t]*<link rel="preload" as="script"[^>]*>\n?')
# What the theme leaves outside of the landmarks by which readers who listen move about, with names for it.
_SIDEBAR = re.compile(r'<div (?=id="pst-(primary|secondary)-sidebar" class=)')
SIDEBARS = {"primary": "Book", "secondary": "Page"}
# The size of its picture, whose room is then kept.
_LOGO = re.compile(r'<img (?=[^>]*class="logo__image)(?![^>]*width=)')
LOGO_SIZE = 'width="64" height="64" '
# Sphinx and both themes say it.
_VIEWPORT = re.compile(r'\s*<meta name="viewport"[^>]*>')
# The front page is called as the book is.
_TITLED_TWICE = re.compile(r"<title>(.+?) (?:&#8212;|—) \1</title>")
_TITLE = re.compile(r"<title>(.*?)(?= &#8212;| —|</title>)", re.DOTALL)
_DESCRIPTION = re.compile(r'(<meta (?:name="description"|property="og:description") content=")([^"]*)')
# Letters of the icons' font, which is not there.
_FACES = re.compile(r"@font-face\{[^{}]*Font Awesome[^{}]*\}")

# What a notebook's title adds to that of the story of the same question.
NOTEBOOK = " (notebook)"
# The front page is found at the address of the site.
FRONT = "index.html"
MADE_BY_SPHINX = ("search.html", "genindex.html", "404.html")
NOT_FOUND = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Not found — {title}</title>
{base}<style>
body {{ max-width: 38rem; margin: 15vh auto; padding: 0 1.2rem; font: 1.05rem/1.6 system-ui, sans-serif; }}
</style>
</head>
<body>
<main>
<h1>This page is not there</h1>
<p>It may have moved, or the address has a slip in it.</p>
<p><a href="index.html">To the front page</a>, which leads to every other, or search the book:</p>
<form action="search.html" role="search"><input type="search" name="q" aria-label="Search the book">
<button>Search</button></form>
</main>
<script>
// The address that was asked for may lie in any folder: the site begins where its list of files is found.
(async () => {{
  const folders = location.pathname.split("/").slice(1, -1);
  for (let depth = folders.length; depth >= 0; depth -= 1) {{
    const begins = new URL(["", ...folders.slice(0, depth), ""].join("/"), location.href).href;
    const found = await fetch(new URL("{inventory}", begins), {{ method: "HEAD" }}).catch(() => ({{}}));
    if (!found.ok) continue;
    document.querySelector("a").href = new URL("index.html", begins).href;
    document.querySelector("form").action = new URL("search.html", begins).href;
    document.documentElement.dataset.site = begins;
    return;
  }}
}})();
</script>
</body>
</html>
"""


class WrongAddress(project.WorkFailed):
    """Where the site will be found is no address; the message says who gave it and what it may be."""


def site_address() -> str:
    """Where the published site will be found, with a slash at its end: as the environment says, else the settings.

    Returns
    -------
    str
        Empty if neither says it.

    Raises
    ------
    WrongAddress
        If what is said cannot be the address of a site.
    """
    given = _address(ADDRESS, ("html", "baseurl"), "then pages name no whole addresses")
    return f"{given.rstrip('/')}/" if given else ""


def repository_address() -> str:
    """Where the project's repository is found: as the environment says, else the settings.

    Returns
    -------
    str
        Empty if neither says it.

    Raises
    ------
    WrongAddress
        If what is said cannot be an address.
    """
    return _address(REPOSITORY, ("repository", "url"), "then pages say that this copy does not name it")


def _address(variable: str, keys: tuple[str, str], without: str) -> str:
    """An address from the environment, else from the settings; `without` says what becomes of pages without one."""
    settings = project.root() / CONFIGURATION
    said = {variable: os.environ.get(variable, ""), f"{'.'.join(keys)} of {CONFIGURATION}": _configured(settings, keys)}
    giver, given = next(((name, it.strip()) for name, it in said.items() if it.strip()), ("", ""))
    if given and not _WHOLE_ADDRESS.fullmatch(given):
        raise WrongAddress(
            f"{giver} is {given!r}, which is not the address of a site. Allowed: https:// or http://, a host, and a "
            f"folder if there is one, such as https://example.org/book/. Mend it, or leave it empty: {without}"
        )
    return given


def _configured(settings: Path, keys: tuple[str, str]) -> str:
    if not settings.is_file():
        return ""
    part, key = keys
    read = yaml.safe_load(settings.read_text(encoding="utf-8")) or {}
    return str((read.get(part) or {}).get(key) or "")


def page_address(name: str) -> str:
    """Where a page is found below the site's address: the front page at that address itself."""
    return "" if f"{name}.html" == FRONT else f"{name}.html"


def publish(site: Path, *, title: str, address: str) -> None:
    """Make a built site the one to publish, in place.

    Parameters
    ----------
    site : pathlib.Path
        Folder of the pages.
    title : str
        Of the book.
    address : str
        Where the site will be, with a slash at its end; empty where nobody knows: then it has no map of its pages,
        which must name whole addresses.
    """
    for path in sorted({*_unused(site), *_unseen(site)}):
        _remove(path)
    colours = site / CODE_COLOURS
    plain = plain_names(colours.read_text(encoding="utf-8")) if colours.is_file() else set()
    for page in pages_of(site):
        page.write_text(without_plain(_mended(page), plain), encoding="utf-8")
    _tell_apart(site)
    for sheet in (site / "_static").rglob("*.css"):
        sheet.write_text(_FACES.sub("", sheet.read_text(encoding="utf-8")), encoding="utf-8")
    join_sheets(site)
    share_contents(pages_of(site), site)
    for path in list(_unasked(site)):
        _remove(path)
    base = f'<base href="{escape(address)}">\n' if address else ""
    (site / "404.html").write_text(
        NOT_FOUND.format(title=escape(title), base=base, inventory=INVENTORY), encoding="utf-8"
    )
    if address:
        (site / "sitemap.xml").write_text(_map(site, address), encoding="utf-8")


def _mended(page: Path) -> str:
    """A page that waits for no script and has all it shows in landmarks."""
    text = _EARLY.sub("", _ICONS.sub("", page.read_text(encoding="utf-8")))
    first = _VIEWPORT.search(text)
    text = _VIEWPORT.sub(lambda it: it[0] if first and it.start() == first.start() else "", text)
    text = _TITLED_TWICE.sub(r"<title>\1</title>", text)
    text = _SIDEBAR.sub(lambda it: f'<div role="navigation" aria-label="{SIDEBARS[it[1]]}" ', text)
    text = _LOGO.sub(f"<img {LOGO_SIZE}", text)
    text = _SETS_FORMULAS.sub("", text if FORMULA in text else _FORMULA_SETTINGS.sub("", text))
    shown = text
    text = _OWN_SCRIPT.sub(lambda it: it[0] if any(part in shown for part in ONLY_FOR[it[1]]) else "", text)
    if page.name == "search.html":
        return text
    text = _SETTINGS.sub(lambda it: f"<script>{_read_near(page, it[1])}</script>", _SEARCH.sub("", text))
    return _STOPS.sub('<script defer="defer" src="', text)


def _tell_apart(site: Path) -> None:
    """Give pages that have one title or one description their own, as whoever finds them by a search sees no more."""
    texts = {page: page.read_text(encoding="utf-8") for page in pages_of(site)}
    titles = Counter(_first(_TITLE, 1, text) for text in texts.values())
    descriptions = Counter(_first(_DESCRIPTION, 2, text) for text in texts.values())
    for page, text in texts.items():
        title, said = _first(_TITLE, 1, text), _first(_DESCRIPTION, 2, text)
        changed = text
        if titles[title] > 1 and 'class="code"' in text:
            changed = _TITLE.sub(rf"\g<0>{NOTEBOOK}", changed, count=1)
        if said and descriptions[said] > 1 and page != site / FRONT:
            changed = _DESCRIPTION.sub(partial(_with_title, title), changed)
        if changed != text:
            page.write_text(changed, encoding="utf-8")


def _with_title(title: str, description: re.Match[str]) -> str:
    return f"{description[1]}{title.replace('"', '&quot;')}: {description[2]}"


def _first(pattern: re.Pattern[str], group: int, text: str) -> str:
    found = pattern.search(text)
    return found[group] if found else ""


def _read_near(page: Path, address: str) -> str:
    return (page.parent / address).read_text(encoding="utf-8").strip()


def _unused(site: Path) -> Iterator[Path]:
    for pattern in UNUSED:
        yield from site.glob(pattern)
    kept = [site / MATHJAX / name for name in MATHJAX_USED]
    for path in (site / MATHJAX).rglob("*"):
        if path.is_file() and not any(path.is_relative_to(it) for it in kept):
            yield path


def _unseen(site: Path) -> Iterator[Path]:
    """Files of pictures that no page shows, offers or names as its preview."""
    pages = "\n".join(page.read_text(encoding="utf-8") for page in pages_of(site))
    named = set(_PICTURE.findall(pages))
    for path in (site / PICTURES).rglob("*"):
        if path.is_file() and path.relative_to(site).as_posix() not in named:
            yield path


def _unasked(site: Path) -> Iterator[Path]:
    """Scripts and style sheets that neither a page nor another script names."""
    assets = [path for path in sorted((site / "_static").glob("*")) if path.suffix in (".js", ".css")]
    texts = {path: path.read_text(encoding="utf-8") for path in (*pages_of(site), *assets) if path.suffix != ".css"}
    for asset in assets:
        if not any(asset.name in text for path, text in texts.items() if path != asset):
            yield asset


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _map(site: Path, address: str) -> str:
    """Every page that readers look for, as a map for search engines."""
    pages = [it.relative_to(site).as_posix() for it in pages_of(site)]
    kept = ["" if it == FRONT else it for it in pages if it not in MADE_BY_SPHINX]
    entries = "\n".join(f"<url><loc>{escape(address + it)}</loc></url>" for it in kept)
    head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return f"{head}\n{entries}\n</urlset>\n"
