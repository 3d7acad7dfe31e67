"""What prose quotes of runs, and what runs recorded: `python -m tests.prose.quoted RESULTS` lists the rest.

A value that nothing quotes is quoted, or goes; one that something other than prose needs stands in `KEPT`, with why.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import join, normpath

from citizen_security import compendium
from citizen_security.quoted import with_roles
from citizen_security.values import GLUE_SUFFIXES

ROOT = Path(__file__).resolve().parent.parent.parent
GLUE = re.compile(r"\{glue:\w+\}`([^`]+)`")

# `part/notebook` → value → what needs it besides prose.
KEPT: dict[str, dict[str, str]] = {}


def quotes(root: Path = ROOT) -> set[tuple[str, str]]:
    """Pairs of a notebook and a glue key, wherever prose quotes one."""
    return {pair for path in _prose(root) for pair in quoted_in(path, root)}


def quoted_in(path: Path, root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Pairs of a notebook and a glue key that a notebook's Markdown or a page quotes."""
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_text("utf-8"))["cells"]
        source = with_roles("\n".join("".join(it["source"]) for it in cells if it["cell_type"] == "markdown"))
        folder, own = "", path.relative_to(root / "notebooks").with_suffix("").as_posix()
    else:
        source = path.read_text("utf-8")
        folder, own = path.parent.relative_to(root / "book").as_posix(), ""
    for content in GLUE.findall(source):
        file, _, key = content.strip().rpartition("::")
        notebook = normpath(join(folder, file)).removesuffix(".ipynb") if file else own
        yield notebook, key.partition(":")[0]


def names(key: str) -> set[str]:
    """Names of values that a glue key may be about."""
    return {key, *(key.removesuffix(suffix) for suffix in GLUE_SUFFIXES)}


def unused(recorded: Mapping[str, Mapping[str, object]], found: set[tuple[str, str]]) -> dict[str, list[str]]:
    """Values by notebook that nothing quotes and nothing else needs."""
    used = {(notebook, name) for notebook, key in found for name in names(key)}
    rest = {
        notebook: [name for name in values if (notebook, name) not in used and name not in KEPT.get(notebook, {})]
        for notebook, values in recorded.items()
    }
    return {notebook: left for notebook, left in rest.items() if left}


def recorded_by_default(results: Path) -> dict[str, dict[str, object]]:
    """Values of every default run."""
    files = {name: results / name / "default" / "values.json" for name in compendium.NOTEBOOKS}
    return {name: json.loads(file.read_text("utf-8")) for name, file in files.items() if file.is_file()}


def _prose(root: Path) -> list[Path]:
    found = [*(root / "notebooks").rglob("*.ipynb"), *(root / "book").rglob("*.md")]
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(root).parts))


if __name__ == "__main__":
    recorded = recorded_by_default(Path(sys.argv[1]))
    rest = unused(recorded, quotes())
    for notebook, left in rest.items():
        print(f"{notebook} {len(left)} of {len(recorded[notebook])}: {', '.join(left)}")
    print(f"{sum(map(len, rest.values()))} of {sum(map(len, recorded.values()))} recorded values are quoted nowhere")
