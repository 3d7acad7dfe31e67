"""The built site on a server of its own, below a path."""

import functools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from browser import FORMULAS_SET, STILL, Readers
from playwright.sync_api import Locator, Page, Request, Response
from support import ROOT

from citizen_security import compendium

SUB_PATH = "/compendium/"
# Without preloading: axe would fetch the style sheets again, some from addresses that it guesses wrong. A finding shows
# its element; to find a selector for every element that passes takes long.
AXE = {"resultTypes": ["violations"], "preload": False, "selectors": False}
# Only colours differ in the dark.
AXE_BY_MODE = {"light": AXE, "dark": {**AXE, "runOnly": {"type": "rule", "values": ["color-contrast"]}}}
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
READER = {"viewport": DESKTOP, "reduced_motion": "reduce"}


def toc_pages() -> list[str]:
    """Every page that the table of contents names, as the site names it."""
    contents = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text(encoding="utf-8"))
    return [f"{name}.html" for name in [contents["root"], *_files(contents["parts"])]]


def _files(entries: list[dict]) -> Iterator[str]:
    for entry in entries:
        if "file" in entry:
            yield entry["file"]
        yield from _files(entry.get("chapters", []) + entry.get("sections", []))


def pytest_generate_tests(metafunc):
    """A test that takes `page_name` runs for every page, one that takes `notebook_name` for every notebook's page."""
    if "page_name" in metafunc.fixturenames:
        # The scope lets pytest run all tests of one page after another, so that it is opened once.
        metafunc.parametrize("page_name", [*toc_pages(), "search.html", "genindex.html"], scope="module")
    if "notebook_name" in metafunc.fixturenames:
        metafunc.parametrize("notebook_name", list(compendium.NOTEBOOKS), scope="module")


class SubPathHandler(SimpleHTTPRequestHandler):
    """Serves a folder below a path, as a project site is served; everything else is not found."""

    protocol_version = "HTTP/1.1"

    def send_head(self):
        if not urlsplit(self.path).path.startswith(SUB_PATH):
            self.send_error(404)
            return None
        return super().send_head()

    def send_error(self, code, message=None, explain=None):
        """Where there is no page, the site's own that says so, as hosts of such sites do."""
        lost = Path(self.directory) / "404.html"
        if code != 404 or not lost.is_file():
            super().send_error(code, message, explain)
            return
        content = lost.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def translate_path(self, path):
        return super().translate_path("/" + urlsplit(path).path.removeprefix(SUB_PATH))

    def log_message(self, format, *args):
        pass


@dataclass(frozen=True)
class Archived:
    """What a notebook's page shows of its run to whoever keeps or prints it."""

    summary: str
    panel: str
    # Address of each of the run's files, by what its link says.
    files: dict[str, str]


@dataclass
class Visit:
    """What a browser saw of a page that was opened and read to its end."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    # Requests that have no answer yet.
    pending: set[Request] = field(default_factory=set)
    # What axe finds wrong, by light and dark mode.
    violations: dict[str, list[dict]] = field(default_factory=dict)
    # What the page names as its language, and how many titles its text shows on a desk.
    language: str | None = None
    titles: int = 0
    # How far the page can be scrolled sideways on a phone, in pixels.
    overflow: int = 0

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._asked)
        page.on("requestfinished", lambda request: self.pending.discard(request))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def settle(self, page: Page) -> None:
        """Wait until nothing is fetched, typeset or fading into another colour; what is asked for later is noted."""
        page.evaluate("async () => { await document.fonts.ready; }")
        page.evaluate(FORMULAS_SET)
        page.evaluate(STILL)
        until = time.monotonic() + 20
        while self.pending and time.monotonic() < until:
            page.wait_for_timeout(10)
        assert not self.pending, f"no answer within 20 s: {sorted(request.url for request in self.pending)}"

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        self.pending.add(request)

    def _failed(self, request: Request) -> None:
        self.pending.discard(request)
        # A picture that waits for its place on the screen, or a script that a phone alone asks for, is cut off when the
        # page is opened again on a phone.
        if request.resource_type not in ("image", "script") or "ERR_ABORTED" not in str(request.failure):
            self.failures.append(f"{request.failure} {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.failures.append(f"{response.status} {response.url}")


@pytest.fixture(scope="session")
def built(request) -> Path:
    """Folder of the built site; COMPENDIUM_SITE names one that is built already."""
    chosen = os.environ.get("COMPENDIUM_SITE")
    return Path(chosen) if chosen else request.getfixturevalue("site")


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], str]]:
    """Serve a folder to the end of the session; the address of its front page's folder on a local server."""
    addresses: dict[Path, str] = {}
    with ExitStack() as session:

        def served(folder: Path) -> str:
            if folder not in addresses:
                addresses[folder] = session.enter_context(_server(folder))
            return addresses[folder]

        yield served


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(SubPathHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{SUB_PATH}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def address(built: Path, serve: Callable[[Path], str]) -> str:
    """Address of the front page's folder on a local server."""
    return serve(built)


@pytest.fixture
def open_page(readers: Readers, address: str) -> Iterator[Callable[..., Page]]:
    """Open a page of the site; options are those of a browser context, such as `color_scheme="dark"`."""
    with readers.open() as open_address:

        def opened(name: str, *, before: Callable[[Page], object] | None = None, **options) -> Page:
            return open_address(address + name, before=before, **{**READER, **options})

        yield opened


@pytest.fixture(scope="module")
def archived(readers: Readers, address: str, notebook_name: str) -> Archived:
    """A notebook's page as it is without scripts."""
    with readers.open() as open_address:
        page = open_address(f"{address}{notebook_name}.html", java_script_enabled=False, **READER)
        links = page.locator("p.run-files a")
        panel = page.locator("details.this-run")
        return Archived(
            panel.locator("summary").inner_text(),
            panel.text_content() or "",
            dict(links.evaluate_all("(links) => links.map((link) => [link.innerText, link.href])")),
        )


@pytest.fixture(scope="module")
def visit(visited: Callable[[str], Visit], address: str, page_name: str) -> Visit:
    """A page of the site as a reader meets it."""
    return visited(address + page_name)


@pytest.fixture(scope="session")
def visited(readers: Readers) -> Callable[[str], Visit]:
    """Visit an address: on a desk in light and in dark mode, then on a phone."""
    return functools.partial(_visited, readers)


def _visited(readers: Readers, address: str) -> Visit:
    seen = Visit()
    with readers.open() as open_address:
        page = open_address(address, before=seen.watch, color_scheme="light", **READER)
        for mode in ("light", "dark"):
            page.emulate_media(color_scheme=mode)
            page.wait_for_function("(mode) => document.documentElement.dataset.theme === mode", arg=mode)
            read_to_the_end(page, mode)
            seen.settle(page)
            page.evaluate(f"() => {{ {SHORTEN} }}")
            # Its script stays on the page.
            axe = Axe() if mode == "light" else Axe("")
            seen.violations[mode] = axe.run(page, options=AXE_BY_MODE[mode]).response["violations"]
        # The theme repeats the title for print, hidden on a screen.
        seen.titles = page.locator("main h1:visible").count()
        seen.language = page.locator("html").get_attribute("lang")
        page.set_viewport_size(PHONE)
        page.reload()
        read_to_the_end(page, "dark")
        seen.settle(page)
        seen.overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return seen


def read_to_the_end(page: Page, mode: str) -> None:
    """Open what a run's panel folds away, scroll down, and wait until every chart is drawn."""
    page.evaluate("document.querySelectorAll('details.this-run').forEach((panel) => { panel.open = true; })")
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.evaluate(DRAWN, mode)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")


@pytest.fixture
def drawn_chart() -> Callable[..., Locator]:
    """Wait until a page's first chart is drawn, in a certain mode if one is given."""

    def drawn(page: Page, mode: str | None = None) -> Locator:
        figure = page.locator("figure.chart").first
        figure.scroll_into_view_if_needed()
        figure.evaluate(DRAWN, mode)
        return figure

    return drawn


# What repeats on a page, so that axe does not take most of the time for it: rows of tables, marks of charts, the glyphs
# that MathJax makes a formula of, and cells of code.
SHORTEN = """const repeated = ['tbody tr:nth-child(n + 6)', 'svg.marks path:nth-child(n + 60)', 'mjx-container > *'];
document.querySelectorAll(repeated.join()).forEach((element) => element.remove());
[...document.querySelectorAll('div.highlight')].slice(5).forEach((element) => element.remove());"""

# Resolves as soon as a chart is drawn, in a certain mode if one is given.
DRAWN = """(figure, mode) => new Promise((resolve, reject) => {
  const look = () => figure.dataset.drawn && (!mode || figure.dataset.drawn === mode) && resolve();
  new MutationObserver(look).observe(figure, { attributes: true });
  look();
  setTimeout(() => reject(new Error("the chart was not drawn within 20 s")), 20000);
})"""
