"""Make the prose of the notebooks plain Markdown, which JupyterLab, Colab and the book read alike.

Whoever writes may use the roles of the book: this script puts a link in place of `{cite:p}`, `{cite:t}` and `{term}`, a
blank in place of `{glue:text}` (`citizen_security.quoted` says what that is), and `<details>` in place of a dropdown.
Links to pages lead to the checkout's files. What is plain already stays.
"""

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from citizen_security.quoted import GLUE, UNTIL_IT_RAN, with_roles
from citizen_security.runs.citations import ROLE, cited, resolver, works
from citizen_security.runs.resolved import outside_code, with_links

ROOT = Path(__file__).resolve().parent.parent
# From the folder of a notebook, `notebooks/part`, to the checkout.
CHECKOUT = "../.."
DROPDOWN = re.compile(r"^:::\{dropdown\} ([^\n]*)\n(.*?)^:::$", re.MULTILINE | re.DOTALL)
SENTENCE = re.compile(r"(?:sentence|reading|verdict|answer)s?(?:_\w+)?_text$")
HINT = (
    "*Where the text has … or […], the run computes a value or a sentence. Run all cells: below the last cell that "
    f"records values stands the text with all of them.*{UNTIL_IT_RAN}"
)


def blank(role: re.Match[str]) -> str:
    """What stands in place of a role of glue."""
    key = role[1].strip().removesuffix(":s")
    return f"{'[…]' if SENTENCE.search(key) else '…'}<!--{key}-->"


def plain(source: str, part: str, cite: Callable[[re.Match[str]], str]) -> str:
    """Markdown of a cell without roles and directives."""

    def changed(text: str) -> str:
        return with_links(ROLE.sub(cite, GLUE.sub(blank, text)), part, CHECKOUT)

    folded = DROPDOWN.sub(r"<details>\n<summary>\1</summary>\n\n\2\n</details>", source)
    return outside_code(folded, changed)


def plain_notebook(content: Mapping[str, Any], part: str, root: Path) -> dict[str, Any]:
    """A notebook whose prose is plain, and tells in its first cell what the blanks are."""
    cells = [dict(cell) for cell in content["cells"]]
    prose = {
        number: with_roles("".join(cell["source"]))
        for number, cell in enumerate(cells)
        if cell["cell_type"] == "markdown"
    }
    known = works(root, [key for source in prose.values() for key in cited(source)])
    cite = resolver(known, f"{CHECKOUT}/book/bibliography.md")
    if any(GLUE.search(source) for source in prose.values()):
        prose[0] = f"{prose[0].rstrip()}\n\n{HINT}"
    for number, source in prose.items():
        cells[number]["source"] = plain(source, part, cite).splitlines(keepends=True)
    return {**content, "cells": cells}


def main(paths: list[Path]) -> None:
    """Make the given notebooks plain, all of the checkout by default."""
    for path in paths or sorted((ROOT / "notebooks").rglob("*.ipynb")):
        before = path.read_text("utf-8")
        after = json.dumps(plain_notebook(json.loads(before), path.parent.name, ROOT), ensure_ascii=False, indent=1)
        if f"{after}\n" != before:
            path.write_text(f"{after}\n", encoding="utf-8")
            print(f"{path}: its prose is plain Markdown now")


if __name__ == "__main__":
    main([Path(it) for it in sys.argv[1:]])
