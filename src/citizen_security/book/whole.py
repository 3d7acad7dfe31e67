"""A folder that is there as a whole: what it should hold, and how it takes the place of the one before."""

import filecmp
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import yaml

from citizen_security.runs.intact import checksums, damage

# Every file of a site with its checksum, in the site itself.
INVENTORY = "files.json"
# Folder of the sources with a file for each page of a place; the site's pages of them are in its folder `places`.
PLACES = "_places"
# Folders of a site whose files pages link to, and which Sphinx does not check.
DOWNLOADS = ("runs/", "data/")

# Of elements only: a page may show the text of a link that leads nowhere.
_LINK = re.compile(r'<\w[^<>]*\s(?:href|src)="([^"#?]+)')
_END = "</html>"
_TAIL_BYTES = 200


def lacks(site: Path, source: Path) -> list[str]:
    """What a website does not have that its sources say it has.

    Parameters
    ----------
    site : pathlib.Path
        Folder of the pages.
    source : pathlib.Path
        The sources, with the table of contents.

    Returns
    -------
    list of str
        A clause for each page of the contents or of a place that is missing or ends in the middle, and for each file
        of a run or table that a page links to and that is not there; empty if the site is whole.
    """
    contents = yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))
    places = [f"places/{path.stem}.html" for path in sorted((source / PLACES).glob("*.json"))]
    missing = [f"{page} is missing" for page in [*pages(contents), *places] if not (site / page).is_file()]
    # What Sphinx's theme brings along are no pages.
    found = [page for page in sorted(site.rglob("*.html")) if page.relative_to(site).parts[0] != "_static"]
    cut = [f"{page.relative_to(site)} ends in the middle" for page in found if not _is_closed(page)]
    dead = [
        f"{page.relative_to(site)} links to {target}, which is not there"
        for page in found
        for target in sorted(_downloads(page, site))
        if not (site / target).is_file()
    ]
    return [*missing, *cut, *dead]


def write_inventory(site: Path) -> None:
    """Note the checksum of every file of a site, so that a later look sees what is gone, cut or changed."""
    (site / INVENTORY).write_text(json.dumps(checksums(site), indent=0), encoding="utf-8")


def site_damage(site: Path) -> str:
    """Why a site is not there as it was built, in a clause; empty if it is.

    Parameters
    ----------
    site : pathlib.Path
        Folder of the pages.
    """
    try:
        written = json.loads((site / INVENTORY).read_text(encoding="utf-8"))
        return damage(site, written) if written else f"{site / INVENTORY} names no file"
    except OSError as error:
        return f"{site / INVENTORY} cannot be read ({error.strerror})"
    except (ValueError, TypeError, AttributeError):
        return f"{site / INVENTORY} is not as it was written"


def replace(working: Path, final: Path) -> None:
    """Put a complete folder in the place of the one before; `restore` mends a kill between the two renames."""
    replaced = _aside(final)
    shutil.rmtree(replaced, ignore_errors=True)
    if final.exists():
        final.rename(replaced)
    working.rename(final)
    shutil.rmtree(replaced, ignore_errors=True)


def keep_times(working: Path, before: Path) -> None:
    """Give every file that is as it was the time it had, so that who reads it again sees that it is not new.

    Parameters
    ----------
    working, before : pathlib.Path
        Folders of the files that are to be and of those that were.
    """
    for path in working.rglob("*"):
        old = before / path.relative_to(working)
        if path.is_file() and old.is_file() and filecmp.cmp(path, old, shallow=False):
            os.utime(path, ns=(old.stat().st_atime_ns, old.stat().st_mtime_ns))


def restore(final: Path) -> None:
    """Bring back the folder before where its successor did not come; clear it away where it did."""
    replaced = _aside(final)
    if replaced.exists() and not final.exists():
        replaced.rename(final)
    shutil.rmtree(replaced, ignore_errors=True)


def _aside(final: Path) -> Path:
    return final.with_name(f"{final.name}.replaced")


def pages(contents: dict[str, Any]) -> Iterator[str]:
    """Pages of a table of contents, as the site names them.

    Parameters
    ----------
    contents : dict
        As Jupyter Book's `_toc.yml` has it.
    """
    if "file" in contents or "root" in contents:
        yield f"{contents.get('file') or contents['root']}.html"
    for kind in ("parts", "chapters", "sections"):
        for entry in contents.get(kind, []):
            yield from pages(entry)


def _is_closed(page: Path) -> bool:
    with page.open("rb") as file:
        file.seek(max(0, page.stat().st_size - _TAIL_BYTES))
        return file.read().rstrip().endswith(_END.encode())


def _downloads(page: Path, site: Path) -> set[str]:
    """Files of runs and tables that a page links to, from the site's root."""
    here = page.relative_to(site).as_posix()
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    targets = {unquote(urljoin(f"/{here}", link)).lstrip("/") for link in links if ":" not in link}
    return {target for target in targets if target.startswith(DOWNLOADS)}
