"""Where runs are kept: each appears whole or not at all.

A run is made in a working folder beside the results and moved into place when it is complete. What an interrupted
process leaves behind is a working folder whose process is gone; the next run clears it away.
"""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock

from citizen_security.parameters import unknown

WORKING = ".working"
FAILED = "failed"
DEFAULT = "default"
COMPLETE_FILES = ("notebook.ipynb", "values.json", "manifest.json", "log.txt")


class UnknownRun(ValueError):
    """A run that the store does not hold."""


@dataclass(frozen=True)
class Run:
    """A run that was kept.

    Attributes
    ----------
    name : str
        `part/notebook/run`; failed runs start with `failed/`.
    folder : pathlib.Path
        Where its files are.
    manifest : dict
        What was run, on what, and how it ended.
    """

    name: str
    folder: Path
    manifest: dict[str, Any]

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """Recorded values; none of a failed run."""
        path = self.folder / "values.json"
        values: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        return values


def run_identifier(changed: Mapping[str, Any]) -> str:
    """Name of a run: `default`, or a short hash of the parameters that differ from the defaults.

    Parameters
    ----------
    changed : mapping
        Plain values by the name of the parameter.

    Returns
    -------
    str
    """
    if not changed:
        return DEFAULT
    canonical = json.dumps(dict(changed), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:10]


class Store:
    """The runs below one folder.

    Parameters
    ----------
    folder : pathlib.Path
        Usually `results/` of a checkout.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def working_folder(self) -> Iterator[Path]:
        """Folder for a run in the making; whatever is still in it at the end is thrown away."""
        self._clear_abandoned()
        # The process and its start are in the name, so that another run can tell whether this one still lives.
        started = int(psutil.Process().create_time())
        folder = self.folder / WORKING / f"{os.getpid()}-{started}-{uuid.uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, working: Path, name: str) -> Path:
        """Move a complete run into place, replacing an older one of the same name.

        Parameters
        ----------
        working : pathlib.Path
            Folder that holds the complete run.
        name : str
            `part/notebook/run`.

        Returns
        -------
        pathlib.Path
            Where the run is now.
        """
        final = self.folder / name
        final.parent.mkdir(parents=True, exist_ok=True)
        replaced = working.with_name(working.name + "-replaced")
        with FileLock(self.folder / WORKING / "publish.lock"):
            if final.exists():
                final.rename(replaced)
            working.rename(final)
        shutil.rmtree(replaced, ignore_errors=True)
        return final

    def runs(self) -> list[Run]:
        """Every kept run, the failed ones last, each group by name."""
        folders = [path.parent for path in self.folder.glob("*/*/*/manifest.json")]
        failed = [path.parent for path in self.folder.glob(f"{FAILED}/*/*/*/manifest.json")]
        return [self._read(folder) for folder in [*sorted(folders), *sorted(failed)]]

    def run(self, name: str) -> Run:
        """The run of that name; its folder, or a part of the name that fits one run only, will do.

        Raises
        ------
        UnknownRun
            If none or several fit, with the names there are.
        """
        wanted = name.removesuffix("/").removeprefix(f"{self.folder}/").removeprefix("results/")
        runs = {run.name: run for run in self.runs()}
        if wanted in runs:
            return runs[wanted]
        fitting = [known for known in runs if wanted and wanted in known]
        if len(fitting) == 1:
            return runs[fitting[0]]
        if fitting:
            raise UnknownRun(f"{name!r} fits {len(fitting)} runs: {', '.join(fitting)}. Give one of these names.")
        if not runs:
            raise UnknownRun(f"unknown run {name!r}: nothing has been run yet. Run `citizen-security run NOTEBOOK`.")
        raise UnknownRun(unknown("run", name, runs))

    def _read(self, folder: Path) -> Run:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        return Run(folder.relative_to(self.folder).as_posix(), folder, manifest)

    def _clear_abandoned(self) -> None:
        for folder in (self.folder / WORKING).glob("*-*-*"):
            process, started = folder.name.split("-")[:2]
            if not _alive(int(process), int(started)):
                shutil.rmtree(folder, ignore_errors=True)


def _alive(process: int, started: int) -> bool:
    """Whether the process that made a working folder still runs; numbers are used again, so its start counts too."""
    try:
        return int(psutil.Process(process).create_time()) == started
    except psutil.NoSuchProcess:
        return False
