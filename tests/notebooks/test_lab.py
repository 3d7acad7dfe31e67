"""A real JupyterLab, started as `make lab` starts it: what a student meets before and after a run."""

import os
import re
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from notebooks.test_notebooks import BOOKISH
from runs_on_paper import write_run
from support import ROOT

from citizen_security.quoted import Quotable
from citizen_security.runs.resolved import resolve_notebook

NAME = "cities/city_table"
VALUE = {"unit": "", "interval": None, "n": 4, "label": "", "format": "", "value": 12}
SECONDS = 120
# For a server that has nothing to keep.
TO_END = 15


def command() -> list[str]:
    """What `make lab` runs."""
    recipe = re.search(r"^lab:.*?^\t@(jupyter lab .*?)$", (ROOT / "Makefile").read_text("utf-8"), re.M | re.S)
    return shlex.split(recipe[1])


def kept_run(checkout: Path) -> str:
    """Keep a run of the notebook that nobody ran: its prose with values, an output where code was."""
    notebook = nbformat.read(checkout / "notebooks" / f"{NAME}.ipynb", as_version=4)
    quotable = Quotable({}, {})
    keys = dict.fromkeys(key for cell in notebook.cells for key in re.findall(r"<!--(\w+)-->", cell.source))
    quotable.texts = dict.fromkeys(keys, "12")
    resolve_notebook(notebook.cells, NAME, checkout, quotable)
    path = write_run(checkout / "results", NAME) / "notebook.ipynb"
    nbformat.write(notebook, path)
    return path.relative_to(checkout).as_posix()


@pytest.fixture
def lab(checkout, tmp_path):
    """Address of a JupyterLab on a checkout of the test's own."""
    own = {
        f"JUPYTER{kind}_DIR": str(tmp_path / kind) for kind in ("_CONFIG", "_DATA", "LAB_SETTINGS", "LAB_WORKSPACES")
    }
    options = ["--no-browser", "--allow-root", "--ServerApp.port=0", "--IdentityProvider.token=", "--ServerApp.sock="]
    log = tmp_path / "lab.log"
    with log.open("w") as file:
        server = subprocess.Popen(
            [sys.executable, "-m", *command(), *options], cwd=checkout, env={**os.environ, **own}, stderr=file
        )
    try:
        yield wait_for(server, log)
    finally:
        server.terminate()
        try:
            server.wait(TO_END)
        except subprocess.TimeoutExpired:
            # It waits for kernels that are still starting, now and then for ever; they end when it does.
            server.kill()
            server.wait()


def wait_for(server, log: Path) -> str:
    """The address that the server's log says, once it answers there."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        found = re.search(r"http://(?:localhost|127\.0\.0\.1):(\d+)/", log.read_text("utf-8"))
        try:
            if found and urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/api").status == 200:
                return f"http://127.0.0.1:{found[1]}"
        except urllib.error.URLError:
            pass
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text('utf-8')}")


def shown(page, address):
    """What a notebook's prose says, once all of it is there."""
    page.goto(address)
    page.get_by_role("heading", name="Exercises").wait_for()
    odd = page.locator(".jp-MarkdownOutput", has_text="have something odd")
    odd.wait_for(state="attached")
    return "\n".join(page.locator(".jp-MarkdownOutput").all_text_contents())


@pytest.mark.slow
def test_a_notebook_reads_well_before_and_after_its_run(lab, checkout, browser):
    page = browser.new_page()
    page.set_default_timeout(1000 * SECONDS)
    before = shown(page, f"{lab}/doc/tree/notebooks/{NAME}.ipynb")
    after = shown(page, f"{lab}/doc/tree/{kept_run(checkout)}")
    assert BOOKISH.findall(before) == BOOKISH.findall(after) == []
    assert not re.search("<!--|:::", before + after)
    assert "… of … have something odd" in before
    assert "12 of 12 have something odd" in after
    assert ("Run all cells" in before, "Run all cells" in after) == (True, False)
    assert page.locator(".jp-MarkdownOutput a[href*='doi.org']").count() > 0
    # Solutions are folded, and unfold.
    fold = page.locator(".jp-MarkdownOutput details").first
    assert fold.locator("pre").is_hidden()
    fold.locator("summary").click()
    fold.locator("pre").wait_for(state="visible")
    page.close()
