"""The Chromium that tests look at pages with, who looks, and what they wait for."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# Containers have no user namespaces for Chromium's own sandbox; the rest keeps it from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# Formulas are set when one comes near the window; resolves when those of the page are, at once where none is shown. A
# chart that is drawn meanwhile may push the formula away from the window again.
FORMULAS_SET = """async () => {
  const formula = [...document.querySelectorAll(".math")].find((it) => it.checkVisibility());
  const until = performance.now() + 20000;
  while (formula && !document.querySelector("mjx-container")) {
    if (performance.now() > until) throw new Error("no formula was set within 20 s");
    formula.scrollIntoView();
    await new Promise((go) => setTimeout(go, 50));
  }
  await window.MathJax?.startup?.promise;
}"""

# A colour that fades into another passes through ones that nobody chose, and what inherits it starts when it ends. What
# moves with the wheel never ends, and no colour does.
STILL = """async () => {
  const until = performance.now() + 10000;
  const fading = () => document.getAnimations().filter((it) => it instanceof CSSTransition);
  for (let some; (some = fading()).length && performance.now() < until;) {
    const late = new Promise((go) => setTimeout(go, 1000));
    await Promise.race([late, Promise.allSettled(some.map(({ finished }) => finished))]);
    await new Promise(requestAnimationFrame);
  }
}"""


# What a page may remember of its reader, beside what lives no longer than its tab.
REMEMBERED = "cookies,local_storage,indexeddb,cache_storage,service_workers,file_systems"


class Readers:
    """Readers of the site, each of whom comes for the first time, at browsers that have the site's files already.

    A context of its own for every page would fetch and compile each style sheet, script and font again. Contexts are
    lent again with what they fetched, and without what pages stored in them.
    """

    def __init__(self, browser: "Browser") -> None:
        self._browser = browser
        self._free: defaultdict[str, list[BrowserContext]] = defaultdict(list)

    @contextmanager
    def open(self) -> "Iterator[Callable[..., Page]]":
        """Give what opens an address for a reader of its own; options are those of a browser context.

        All readers leave at the end.
        """
        lent: list[tuple[str, BrowserContext]] = []

        def opened(address: str, *, before: "Callable[[Page], object] | None" = None, **options) -> "Page":
            settings = repr(sorted(options.items()))
            free = self._free[settings]
            context = free.pop() if free else self._browser.new_context(**options)
            lent.append((settings, context))
            context.set_default_timeout(20_000)
            page = context.new_page()
            place = urlsplit(address)
            forgetting = context.new_cdp_session(page)
            origin = {"origin": f"{place.scheme}://{place.netloc}", "storageTypes": REMEMBERED}
            forgetting.send("Storage.clearDataForOrigin", origin)
            forgetting.detach()
            if before:
                before(page)
            page.goto(address)
            return page

        try:
            yield opened
        finally:
            for settings, context in lent:
                for page in context.pages:
                    page.close()
                self._free[settings].append(context)
