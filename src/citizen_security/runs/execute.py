"""Execute one notebook with papermill and keep the run, whole or not at all."""

import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citizen_security import values
from citizen_security.imports import cell_imports
from citizen_security.parameters import Parameters
from citizen_security.project import WorkFailed
from citizen_security.quoted import Quotable
from citizen_security.runs.intact import checksums
from citizen_security.runs.kernel import (
    SocketFileKernelManager,
    kernel_environment,
    orphans,
    peak_memory,
    refuse_long_sockets,
)
from citizen_security.runs.manifest import brought_entries, manifest, table_entries, write_json
from citizen_security.runs.resolved import resolve_notebook
from citizen_security.runs.store import FAILED, Run, Store, run_identifier
from citizen_security.runs.warm import plain_kernels

# Kernels colour their tracebacks for a terminal; a log is read in an editor.
ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# How long a cell's last outputs may lag behind its end: a busy machine takes longer than the usual four seconds.
OUTPUT_SECONDS = 120

# Papermill takes what is there of these, to check international addresses and to read from Hadoop, which no run does:
# importing them takes longer than all the rest.
NOT_NEEDED = ("rfc3987_syntax", "pyarrow.fs")

# What a run read, by kind and name: title, release and checksum.
type Inputs = dict[str, dict[str, dict[str, str]]]


class RunFailed(WorkFailed):
    """A notebook that did not run to its end; the message is one line and names what was kept."""


@dataclass(frozen=True)
class Job:
    """What to run.

    Attributes
    ----------
    root : pathlib.Path
        The checkout.
    name : str
        `part/notebook`.
    notebook : pathlib.Path
        The notebook file, below `root`.
    tables : tuple of str
        Tables it reads, by their names in the catalog.
    parameters : Parameters
        Its validated parameters.
    """

    root: Path
    name: str
    notebook: Path
    tables: tuple[str, ...]
    parameters: Parameters

    @property
    def run_name(self) -> str:
        """`part/notebook/run`."""
        return f"{self.name}/{run_identifier(self.parameters.changed())}"


def execute(job: Job, store: Store, *, progress: bool = True) -> Run:
    """Execute a notebook and keep the run.

    Parameters
    ----------
    job : Job
    store : Store
        Where the run is kept.
    progress : bool
        Show a bar that advances cell by cell.

    Returns
    -------
    Run

    Raises
    ------
    RunFailed
        If a cell raises or the kernel dies. The partial notebook and the log are kept under `failed/`.
    TemporaryPathTooLong
        If a kernel's sockets do not fit into the temporary folder.
    UnreadableCell
        If a cell is no Python: before anything starts, since nothing could tell what the run was made of.
    """
    cell_imports(job.notebook)
    refuse_long_sockets()
    started = datetime.now(UTC)
    read = {"tables": table_entries(job.tables), "brought": brought_entries(job.parameters.files())}
    with store.working_folder() as working:
        try:
            with _logging_to(working / "log.txt"), kernel_environment(job.root, store.temporary_link(working)):
                _run_cells_with_some_kernel(job, working / "notebook.ipynb", progress=progress)
            contents = _collect(job, working)
            outcome = {**_manifest(job, read, started, "complete"), **contents}
            write_json(working / "manifest.json", outcome)
            folder = store.publish(working, job.run_name)
        except Exception as error:
            raise _kept_failure(job, store, working, read, started, error) from error
    return Run(job.run_name, folder, outcome)


def _run_cells_with_some_kernel(job: Job, output: Path, *, progress: bool) -> None:
    """Run the cells; once more where the kernel ended with the process that it was forked from, not by itself."""
    from papermill.exceptions import PapermillExecutionError

    before = orphans()
    try:
        _run_cells(job, output, progress=progress)
    except PapermillExecutionError:
        # A cell failed, and would again.
        raise
    except Exception:
        if orphans() == before:
            raise
        # Nothing has been published: the notebook starts over in the same working folder.
        logging.getLogger("papermill").warning(
            "The process that the kernel was forked from ended, and the kernel with it: every cell is run once more, "
            "with a kernel of its own."
        )
        with plain_kernels():
            _run_cells(job, output, progress=progress)


def _run_cells(job: Job, output: Path, *, progress: bool) -> None:
    """Papermill's part: inject the changed parameters, run every cell, save after each."""
    with _left_out(*NOT_NEEDED):
        import papermill

    papermill.execute_notebook(
        job.notebook,
        output,
        parameters=job.parameters.changed(),
        kernel_name="python3",
        kernel_manager_class=SocketFileKernelManager,
        progress_bar={"desc": job.name, "unit": " cells", "file": sys.stderr} if progress else False,
        log_output=True,
        cwd=str(job.root),
        request_save_on_cell_execute=True,
        iopub_timeout=OUTPUT_SECONDS,
    )


def _collect(job: Job, working: Path) -> dict[str, Any]:
    """Resolve the notebook's prose and write what it recorded beside it; return what the manifest says of it."""
    import nbformat

    path = working / "notebook.ipynb"
    notebook = nbformat.read(path, as_version=4)
    # Papermill notes where its files were, which says nothing to whoever downloads the notebook.
    for key in ("input_path", "output_path"):
        notebook.metadata.get("papermill", {}).pop(key, None)
    outputs = list(_outputs(notebook.cells))
    recorded, missing = values.values_of(outputs), values.missing_of(outputs)
    resolve_notebook(notebook.cells, job.name, job.root, Quotable(recorded, missing))
    tables = values.tables_of(outputs)
    values.drop_tables(outputs)
    nbformat.write(notebook, path)
    write_json(working / "values.json", recorded)
    for name, table in tables.items():
        (working / "tables").mkdir(exist_ok=True)
        (working / "tables" / f"{name}.csv").write_text(table["csv"], encoding="utf-8")
    return {
        "diagnostics": values.diagnostics_of(outputs),
        "values_count": len(recorded),
        "missing": missing,
        "recorded_tables": {name: table["label"] for name, table in tables.items()},
        "files": checksums(working),
    }


def _outputs(cells: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for cell in cells:
        yield from cell.get("outputs", [])


def _manifest(job: Job, read: Inputs, started: datetime, state: str) -> dict[str, Any]:
    return manifest(
        root=job.root,
        name=job.name,
        notebook=job.notebook,
        parameters=job.parameters.model_dump(mode="json"),
        changed=job.parameters.changed(),
        tables=read["tables"],
        brought=read["brought"],
        started=started,
        state=state,
        peak_memory=peak_memory(),
    )


def _kept_failure(
    job: Job, store: Store, working: Path, read: Inputs, started: datetime, error: Exception
) -> RunFailed:
    """Keep what a failed run left, under a name of its own, and say so in one line."""
    reason = _reason(error)
    outcome = {**_manifest(job, read, started, "failed"), "reason": reason}
    write_json(working / "manifest.json", outcome)
    (working / "reason.txt").write_text(f"{reason}\n", encoding="utf-8")
    stamp = f"{started:%Y%m%dT%H%M%S}-{working.name.rsplit('-', 1)[1]}"
    folder = store.publish(working, f"{FAILED}/{job.run_name}-{stamp}")
    return RunFailed(f"{job.name} failed {reason} — the partial notebook and the log are in {folder}")


def _reason(error: Exception) -> str:
    """Where and why a notebook failed, in one line."""
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, PapermillExecutionError):
        message = " ".join(str(error.evalue).split())
        # Papermill counts cells from nought and puts the injected parameters among them, as the saved notebook does.
        return f"in cell {error.cell_index + 1}: {error.ename}: {message}"
    return f"outside its cells: {type(error).__name__}: {' '.join(str(error).split())}"


@contextmanager
def _left_out(*names: str) -> Iterator[None]:
    """Imports of these modules fail within, unless they have been imported already."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # how Python is told not to import a module
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


@contextmanager
def _logging_to(path: Path) -> Iterator[None]:
    """Send what papermill says and the cells print to the run's log, and nowhere else."""
    logger = logging.getLogger("papermill")
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    except Exception as error:
        logger.error("%s", ANSI_COLOUR.sub("", str(error)))
        raise
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate
        handler.close()
