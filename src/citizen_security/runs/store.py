"""Where runs are kept: each appears whole or not at all.

A run is made in a working folder beside the results and moved into place when it is complete. Whoever makes it holds a
lock, which the operating system gives back when its holder dies, however it dies and wherever it lives: in another
container or on another machine that shares the folder, where a process number would say nothing. What is not locked is
abandoned, and the next run clears it away.
"""

import errno
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from citizen_security.parameters import unknown
from citizen_security.runs.environment import TEMPORARY_PREFIX
from citizen_security.runs.intact import damage
from citizen_security.runs.kept import BrokenRun, read_manifest, read_values

WORKING = ".working"
FAILED = "failed"
DEFAULT = "default"
REPLACED = "replaced"
SET_ASIDE = "set_aside"
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
        """Recorded values; none of a failed run.

        Raises
        ------
        BrokenRun
            If they are not what a run writes, with the file and what to do.
        """
        path = self.folder / "values.json"
        if self.manifest["state"] != "complete":
            return {}
        try:
            return read_values(path)
        except BrokenRun as error:
            raise BrokenRun(f"{path} holds no recorded values: {error}. Run {self.name} again.") from None


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
        # One sentence for each thing that this store moved out of a run's way.
        self.set_aside: list[str] = []

    @contextmanager
    def working_folder(self) -> Iterator[Path]:
        """Folder for a run in the making; whatever is still in it at the end is thrown away."""
        self._clear_abandoned()
        folder = self.folder / WORKING / f"run-{uuid.uuid4().hex[:12]}"
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = folder.with_suffix(".lock")
        # Locked before it is there, so that nobody ever sees it without its lock.
        with FileLock(lock):
            folder.mkdir()
            try:
                yield folder
            finally:
                self._remove(folder)

    def temporary_link(self, working: Path) -> Path:
        """Where a run leaves a link to its folder for temporary files, so that they go even if it is killed."""
        return working.with_suffix(".temporary")

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
        final, replaced = self.folder / name, self.folder / WORKING / REPLACED / name
        final.parent.mkdir(parents=True, exist_ok=True)
        with self._publishing():
            if self._is_somebodys(final):
                self._set_aside(final)
            if final.exists():
                if replaced.exists():
                    self._set_aside(replaced)
                replaced.parent.mkdir(parents=True, exist_ok=True)
                final.rename(replaced)
            working.rename(final)
            self._drop(replaced)
        return final

    def _is_somebodys(self, path: Path) -> bool:
        """Whether what stands in a run's place holds what no run wrote: a person's notes, an edited notebook."""
        if not path.exists() and not path.is_symlink():
            return False
        found = self._read(path) if path.is_dir() and not path.is_symlink() else ""
        if isinstance(found, str):
            return True
        written = found.manifest.get("files")
        if not written:
            # A run of an earlier release did not note its files.
            return False
        there = [it.relative_to(path) for it in path.rglob("[!.]*") if not it.is_dir()]
        there = [name for name in there if not name.parts[0].startswith(".")]
        return any(name.as_posix() not in {"manifest.json", *written} for name in there) or bool(_damage(found))

    def _set_aside(self, path: Path) -> None:
        """Keep what a run would replace and no run can give back, and note where it is."""
        name = path.relative_to(self.folder).as_posix().removeprefix(f"{WORKING}/{REPLACED}/")
        kept = self.folder / SET_ASIDE / f"{name}-{uuid.uuid4().hex[:8]}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.rename(kept)
        self.set_aside.append(f"{name} held what no run had written; it is kept in {kept}")

    def damage(self, name: str) -> str:
        """Why a run is not there as it was kept, in a clause; empty if it is.

        Parameters
        ----------
        name : str
            `part/notebook/run`.
        """
        found = self._read(self.folder / name)
        return found if isinstance(found, str) else _damage(found)

    def runs(self) -> list[Run]:
        """Every kept run that can be read, the failed ones last, each group by name."""
        return [found for found in self._everything() if isinstance(found, Run)]

    def unreadable(self) -> list[str]:
        """One sentence for each folder among the runs that is passed over: it is none, or its manifest is broken."""
        return [found for found in self._everything() if isinstance(found, str)]

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

    def _everything(self) -> list[Run | str]:
        """Runs, and a sentence for what stands in a run's place and is none."""
        if self.folder.exists() and not self.folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(self.folder))
        self._restore_replaced()
        others = (FAILED, SET_ASIDE)
        kept = [path for path in self.folder.glob("*/*/*/") if path.relative_to(self.folder).parts[0] not in others]
        kept = [path for path in kept if not path.relative_to(self.folder).parts[0].startswith(".")]
        return [self._read(folder) for folder in [*sorted(kept), *sorted(self.folder.glob(f"{FAILED}/*/*/*/"))]]

    def _read(self, folder: Path) -> Run | str:
        name = folder.relative_to(self.folder).as_posix()
        try:
            return Run(name, folder, read_manifest(folder / "manifest.json"))
        except BrokenRun as error:
            return f"{name} is passed over: its manifest is none ({error}). Run it again, or remove {folder}."

    @contextmanager
    def _publishing(self) -> Iterator[None]:
        """Alone among those that put runs in place; what was cut short between two renames is put right first."""
        (self.folder / WORKING).mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / WORKING / "publish.lock"):
            for replaced in self._replaced():
                final = self.folder / replaced.relative_to(self.folder / WORKING / REPLACED)
                if not final.exists():
                    replaced.rename(final)
                self._drop(replaced)
            yield

    def _drop(self, replaced: Path) -> None:
        """Remove a run that was moved aside, and the folders that it leaves empty."""
        shutil.rmtree(replaced, ignore_errors=True)
        for folder in replaced.parents:
            if folder == self.folder / WORKING:
                break
            with suppress(OSError):
                folder.rmdir()

    def _replaced(self) -> list[Path]:
        """Runs that were moved aside for their successors."""
        return [path.parent for path in (self.folder / WORKING / REPLACED).glob("*/*/*/manifest.json")]

    def _remove(self, working: Path) -> None:
        """Remove a working folder with its temporary files, and its lock at last."""
        link = self.temporary_link(working)
        temporary = link.resolve()
        if link.is_symlink() and temporary.name.startswith(TEMPORARY_PREFIX):
            shutil.rmtree(temporary, ignore_errors=True)
        link.unlink(missing_ok=True)
        shutil.rmtree(working, ignore_errors=True)
        working.with_suffix(".lock").unlink(missing_ok=True)

    def _restore_replaced(self) -> None:
        if self._replaced():
            try:
                with self._publishing():
                    pass
            except OSError:
                return  # results that may only be read stay as they are

    def _clear_abandoned(self) -> None:
        self._restore_replaced()
        for folder in (self.folder / WORKING).glob("run-*/"):
            lock = folder.with_suffix(".lock")
            try:
                with FileLock(lock, timeout=0):
                    self._remove(folder)
            except (Timeout, OSError, NotImplementedError):
                continue  # somebody works there, or the file system cannot say: it stays


def _damage(run: Run) -> str:
    """Why a run that can be read is not as it was kept; empty if it is."""
    if run.manifest["state"] != "complete":
        return f"{run.name} did not come to its end"
    # Runs of earlier releases did not note their files.
    return damage(run.folder, run.manifest.get("files") or dict.fromkeys(COMPLETE_FILES, ""))
