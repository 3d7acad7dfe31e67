"""What a run was made of: the notebook, the parameters, the tables, the code, the machine's share."""

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citizen_security import __version__
from citizen_security.runs.intact import file_hash
from citizen_security.runs.sources import sources
from citizen_security.tables import catalog

LOCK = "requirements.lock"


def source_hash(root: Path, files: Iterable[Path]) -> str:
    """One hash over the names and contents of source files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(root).as_posix()}\0{file_hash(path)}\n".encode())
    return digest.hexdigest()


def table_entries(tables: Iterable[str]) -> dict[str, dict[str, str]]:
    """Title, release and checksum of each table as it is on disk, by name."""
    return {name: _table_entry(name) for name in tables}


def brought_entries(files: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    """Name and checksum of each file that the parameters name, by parameter; a run's own name tells the path only."""
    return {name: {"file": path.name, "sha256": file_hash(path)} for name, path in files.items() if path.is_file()}


def manifest(
    *,
    root: Path,
    name: str,
    notebook: Path,
    parameters: Mapping[str, Any],
    changed: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, str]],
    brought: Mapping[str, Mapping[str, str]],
    started: datetime,
    state: str,
    peak_memory: float,
) -> dict[str, Any]:
    """What is known of a run apart from its results.

    Parameters
    ----------
    root : pathlib.Path
        The checkout.
    name : str
        `part/notebook`.
    notebook : pathlib.Path
        The notebook that was executed.
    parameters, changed : mapping
        All parameters, and those that differ from the defaults.
    tables : mapping
        `table_entries` of the tables it reads, taken before it ran.
    brought : mapping
        `brought_entries` of the files that its parameters name, taken before it ran.
    started : datetime.datetime
        Start of the run, with its time zone.
    state : str
        `complete` or `failed`.
    peak_memory : float
        Of its kernel, in mebibytes.

    Returns
    -------
    dict
        Plain data; duration in seconds.
    """
    files = sources(root, name)
    return {
        "notebook": {"name": name, "path": notebook.relative_to(root).as_posix(), "sha256": file_hash(notebook)},
        "state": state,
        "parameters": dict(parameters),
        "changed": dict(changed),
        "effort": parameters.get("effort"),
        "seed": parameters.get("seed"),
        "tables": {table: dict(entry) for table, entry in tables.items()},
        "brought": {parameter: dict(entry) for parameter, entry in brought.items()},
        "package": {
            "version": __version__,
            "source_sha256": source_hash(root, files),
            "sources": [path.relative_to(root).as_posix() for path in files],
            "commit": _commit(root),
        },
        "lock_sha256": file_hash(root / LOCK),
        "python": platform.python_version(),
        "started": started.isoformat(timespec="seconds"),
        "duration_seconds": round((datetime.now(UTC) - started).total_seconds(), 2),
        "peak_memory_mebibytes": peak_memory,
    }


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write plain data as readable JSON; numbers that JSON does not know are refused."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _table_entry(name: str) -> dict[str, str]:
    descriptor = catalog.describe(name)
    releases = "; ".join(source["title"] for source in descriptor["sources"])
    return {"title": descriptor["title"], "sha256": catalog.checksum(name), "release": releases}


def _commit(root: Path) -> str | None:
    """Commit of the checkout, marked when files differ from it; none outside of git."""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
