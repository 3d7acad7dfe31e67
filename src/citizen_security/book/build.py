"""Build the website from the assembled sources with Jupyter Book: aside, checked, and put in place whole.

A warning is an error. What stands in the site's place is always the last website that was whole: a build that is cut
short or fails leaves it, and is begun again from nothing.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

import yaml

from citizen_security import project
from citizen_security.book.published import publish, site_address
from citizen_security.book.whole import PLACES, keep_times, lacks, replace, restore, write_inventory

CONFIGURATION = "_config.yml"
CONTENTS = "_toc.yml"
SITE = "html"
# Where Jupyter Book works, below the output folder; it gives the folder within that the name `_build` itself.
ASIDE = "aside"
# Is there when the last build aside came to its end without a warning: only then may the next one build upon it.
USABLE = "usable"
PHASES = ("reading sources", "writing output")
MAXIMUM_LISTED = 20

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class BuildFailed(project.WorkFailed):
    """Jupyter Book warned or failed; the message lists the warnings."""


def build(source: Path, output: Path, *, configuration: Path | None = None) -> Path:
    """Build the website.

    Parameters
    ----------
    source : pathlib.Path
        What `assemble` wrote.
    output : pathlib.Path
        The site is in its folder `html`, the log in its file `book.log`.
    configuration : pathlib.Path, optional
        Jupyter Book's settings; the checkout's `_config.yml` by default.

    Returns
    -------
    pathlib.Path
        Front page of the site.

    Raises
    ------
    BuildFailed
        If there is nothing to build, or Jupyter Book warned or failed, or the site is not whole; the site that was
        there before stays.
    """
    if not (source / CONTENTS).is_file():
        raise BuildFailed(f"there is no book to build in {source}: assemble it first (`citizen-security book` does)")
    output.mkdir(parents=True, exist_ok=True)
    restore(output / SITE)
    aside, log = output / ASIDE, output / "book.log"
    usable = aside / USABLE
    if not usable.is_file():
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
    usable.unlink(missing_ok=True)
    settings = configuration or project.root() / CONFIGURATION
    status = _typeset(_command(source, aside, settings), log)
    problems = warnings(log.read_text(encoding="utf-8"))
    if status or problems:
        raise BuildFailed(_reason(problems, log))
    site = aside / "_build" / SITE
    _drop_stale_pages(source, site)
    if lacking := lacks(site, source):
        raise BuildFailed(f"the website in {site} is not whole: {'; '.join(lacking[:MAXIMUM_LISTED])}")
    working = output / f"{SITE}.working"
    shutil.rmtree(working, ignore_errors=True)
    shutil.copytree(site, working)
    title = yaml.safe_load(settings.read_text(encoding="utf-8"))["title"]
    publish(working, title=title, address=site_address())
    write_inventory(working)
    keep_times(working, output / SITE)
    replace(working, output / SITE)
    usable.touch()
    return output / SITE / "index.html"


def warnings(log: str) -> list[str]:
    """Lines of a build's log that are warnings or errors, without their colours, each once."""
    lines = (_COLOURS.sub("", line).strip() for line in log.splitlines())
    return list(dict.fromkeys(line for line in lines if re.search(r"\b(WARNING|ERROR|CRITICAL|SEVERE)\b", line)))


def _command(source: Path, output: Path, configuration: Path) -> list[str]:
    places = ["--config", str(configuration), "--toc", str(source / CONTENTS), "--path-output", str(output)]
    # What would check international addresses, which no page asks for, takes a second to import.
    call = "import sys; sys.modules['rfc3987_syntax'] = None; from jupyter_book.cli.main import main; main()"
    return [sys.executable, "-c", call, "build", str(source), *places, "-W", "-n", "--keep-going"]


def _typeset(command: list[str], log: Path) -> int:
    """Run Jupyter Book, keep what it says, and show how far it is."""
    environment = os.environ | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    with (
        log.open("w", encoding="utf-8") as kept,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=environment,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        for phase in _phases(_kept(process.stdout or (), kept)):
            print(f"book: {phase} …", file=sys.stderr, flush=True)
    return process.returncode


def _kept(lines: Iterable[str], log: TextIO) -> Iterator[str]:
    for line in lines:
        log.write(line)
        yield line


def _phases(lines: Iterable[str]) -> Iterator[str]:
    """Each phase once, when its first line comes."""
    awaited = list(PHASES)
    for line in lines:
        for phase in [it for it in awaited if it in line]:
            awaited.remove(phase)
            yield phase


def _reason(problems: list[str], log: Path) -> str:
    if not problems:
        return f"Jupyter Book failed; see {log}"
    more = f"\n… and {len(problems) - MAXIMUM_LISTED} more" if len(problems) > MAXIMUM_LISTED else ""
    listed = "\n".join(problems[:MAXIMUM_LISTED])
    return f"the book has {len(problems)} warnings or errors; the whole log is {log}\n{listed}{more}"


def _drop_stale_pages(source: Path, site: Path) -> None:
    """Pages whose source is gone would still be found by readers who know their address."""
    sources = {
        path.relative_to(source).with_suffix("") for path in source.rglob("*") if path.suffix in (".md", ".ipynb")
    }
    sources |= {Path("places") / path.stem for path in (source / PLACES).glob("*.json")}
    made_by_sphinx = {Path("genindex"), Path("search"), Path("py-modindex")}
    for page in site.rglob("*.html"):
        name = page.relative_to(site).with_suffix("")
        if name not in sources | made_by_sphinx and name.parts[0] not in ("_static", "runs", "data"):
            page.unlink()
