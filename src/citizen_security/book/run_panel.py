"""What a notebook's page says of the run it shows: tables, code, diagnostics, values, files."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from citizen_security.book.markdown import code, download, reference, table, text

FILES = {"notebook.ipynb": "executed notebook", "values.json": "values.json", "manifest.json": "manifest.json"}


def run_panel(manifest: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]], files: str) -> str:
    """Markdown of the panel that says what a notebook's page shows.

    Parameters
    ----------
    manifest : mapping
        The run's `manifest.json`.
    values : mapping
        The run's `values.json`.
    files : str
        Address of the run's files, relative to the page.

    Returns
    -------
    str
    """
    sections = [
        ("Tables it read", _tables(manifest["tables"])),
        ("Code", _code(manifest)),
        ("Sampler diagnostics", _diagnostics(manifest.get("diagnostics") or {})),
        ("Values it recorded", _values(values)),
    ]
    body = "\n\n".join(f"```{{rubric}} {title}\n```\n\n{content}" for title, content in sections if content)
    panel = f"``````{{dropdown}} This run: {text(_summary(manifest))}\n:class-container: this-run\n\n{body}\n``````"
    return f"{_files(manifest, files)}\n\n{panel}"


def _summary(manifest: Mapping[str, Any]) -> str:
    changed = ", ".join(f"{name} = {plain(value)}" for name, value in manifest["changed"].items())
    day = manifest["started"].split("T")[0]
    return f"{manifest['effort']} effort, {changed or 'default parameters'}, {day}, {_duration(manifest)}"


def quick_warning(manifest: Mapping[str, Any]) -> str:
    """What readers of a quick run must know before its numbers; nothing for a full one."""
    if manifest["effort"] == "full":
        return ""
    return (
        "`````{admonition} A quick run\n:class: warning\n\n"
        "This page shows a run at quick effort: the same steps with less computing, and where a model is sampled, "
        "fewer draws and a relaxed convergence gate. It teaches and tests; its numbers are not the book's results. "
        "Run it again at full effort before quoting anything.\n`````"
    )


def _tables(tables: Mapping[str, Mapping[str, str]]) -> str:
    rows = [(reference(name), text(entry["release"]), code(entry["sha256"][:12])) for name, entry in tables.items()]
    return table(["Table", "Publisher and release", "Checksum"], rows, name="run-table") if rows else ""


def _code(manifest: Mapping[str, Any]) -> str:
    package = manifest["package"]
    rows = [
        ("Package", f"citizen\\-security {text(package['version'])}"),
        ("Its sources", f"{code(package['source_sha256'][:12])}, {len(package['sources'])} files"),
        ("Commit", code(package.get("commit") or "not in a git checkout")),
        ("Dependencies", code(manifest["lock_sha256"][:12])),
        ("Notebook", code(manifest["notebook"]["sha256"][:12])),
        ("Seed", text("none: nothing is drawn at random" if manifest.get("seed") is None else manifest["seed"])),
        ("Started", text(manifest["started"])),
        ("Took", text(f"{_duration(manifest)}, {manifest['peak_memory_mebibytes']:.0f} MiB of memory at most")),
    ]
    return table(["Code and machine", "Version or checksum"], rows, name="run-table")


def _diagnostics(diagnostics: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (code(fit), text(name.replace("_", " ")), text(_number(value)))
        for fit, found in diagnostics.items()
        for name, value in found.items()
    ]
    return table(["Fit", "Diagnostic", "Value"], rows, name="run-table") if rows else ""


def _values(values: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [_value_cells(name, entry) for name, entry in values.items()]
    return table(["Name", "Value", "Interval", "Unit", "N", "What it is"], rows, name="run-table") if rows else ""


def _value_cells(name: str, entry: Mapping[str, Any]) -> Sequence[str]:
    specification = entry.get("format", "")
    interval = " to ".join(_formatted(end, specification) for end in entry.get("interval") or ())
    count = "" if entry.get("n") is None else f"{entry['n']:,}"
    shown = (_formatted(entry["value"], specification), interval, entry.get("unit", ""), count, entry.get("label", ""))
    return (code(name), *(text(cell) for cell in shown))


def _files(manifest: Mapping[str, Any], files: str) -> str:
    named = [(label, f"{files}/{name}") for name, label in FILES.items()]
    named += [(f"{name}.csv", f"{files}/tables/{name}.csv") for name in manifest.get("recorded_tables") or {}]
    return "{.run-files}\nFiles of this run: " + " · ".join(download(*item) for item in named)


def plain(value: object) -> str:
    """A parameter as one would write it after `-p name=`."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value:
        return ", ".join(plain(item) for item in value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else plain(value)


def _formatted(value: Any, specification: str) -> str:
    return value if isinstance(value, str) else f"{value:{specification}}".replace("-", "−")


def _duration(manifest: Mapping[str, Any]) -> str:
    seconds = float(manifest["duration_seconds"])
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.1f} min"
