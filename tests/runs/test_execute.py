"""Runs appear whole or not at all, whatever happens to them; a reader could not tell half a run from a whole one."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from nbconvert import HTMLExporter
from pydantic import Field
from support import write_notebook

from citizen_security.imports import UnreadableCell
from citizen_security.parameters import Parameters, TablePath
from citizen_security.runs.execute import Job, RunFailed, execute
from citizen_security.runs.intact import file_hash
from citizen_security.runs.kernel import TemporaryPathTooLong
from citizen_security.runs.manifest import source_hash
from citizen_security.runs.sources import sources
from citizen_security.runs.store import COMPLETE_FILES, Store

# Each starts a kernel.
pytestmark = pytest.mark.slow


class Example(Parameters):
    text: str = Field("plain", description="a text")
    texts: list[str] = Field([], description="texts")
    seed: int = Field(1, ge=0, description="a seed")
    path: TablePath = Field("simulated", description="a table that is brought")


PARAMETERS = 'text = "plain"\ntexts = []\nseed = 1\npath = "simulated"\neffort = "full"'
RECORD = "from citizen_security.values import record\nrecord('length', len(text), unit='characters', n=seed)"


def job(checkout, *cells, **values):
    notebook = write_notebook(checkout / "notebooks" / "paradox" / "example.ipynb", PARAMETERS, *cells)
    return Job(checkout, "paradox/example", notebook, ("countries",), Example.from_values(values))


@pytest.fixture
def store(checkout):
    return Store(checkout / "results")


def test_a_run_holds_the_notebook_the_values_the_manifest_and_the_log(checkout, store):
    work = job(checkout, "print('said by a cell')", RECORD)
    run = execute(work, store, progress=False)
    assert run.folder == checkout / "results" / "paradox" / "example" / "default"
    assert sorted(path.name for path in run.folder.iterdir()) == sorted(COMPLETE_FILES)
    assert run.values["length"] == {
        "value": 5,
        "unit": "characters",
        "interval": None,
        "n": 1,
        "label": "",
        "format": "",
    }
    assert "said by a cell" in (run.folder / "log.txt").read_text()
    executed = nbformat.read(run.folder / "notebook.ipynb", as_version=4)
    assert str(checkout) not in json.dumps(executed.metadata)


def test_a_cell_that_is_no_python_is_refused_before_anything_starts(checkout, store):
    with pytest.raises(UnreadableCell, match=r"paradox/example\.ipynb, cell 2, line 1"):
        execute(job(checkout, "%matplotlib inline"), store, progress=False)
    assert not list(store.folder.glob("**/manifest.json"))


def test_a_file_of_the_callers_folder_is_read_and_named_with_its_checksum(checkout, store, tmp_path, monkeypatch):
    (tmp_path / "mine.csv").write_text("a table")
    monkeypatch.chdir(tmp_path)
    cell = "from pathlib import Path\ntext = Path(path).read_text()"
    run = execute(job(checkout, cell, RECORD, path="mine.csv"), store, progress=False)
    assert run.values["length"]["value"] == len("a table")
    entry = {"file": "mine.csv", "sha256": file_hash(tmp_path / "mine.csv")}
    assert run.manifest["brought"] == {"path": entry}


def test_the_manifest_says_what_the_run_was_made_of(checkout, store):
    run = execute(job(checkout, RECORD, seed=7), store, progress=False)
    manifest = json.loads((run.folder / "manifest.json").read_text())
    assert manifest["parameters"] == {"effort": "full", "text": "plain", "texts": [], "seed": 7, "path": "simulated"}
    assert manifest["changed"] == {"seed": 7}
    assert manifest["brought"] == {}
    assert manifest["seed"] == 7
    assert manifest["state"] == "complete"
    assert manifest["notebook"]["sha256"] == file_hash(checkout / "notebooks" / "paradox" / "example.ipynb")
    assert manifest["tables"]["countries"]["sha256"] == file_hash(checkout / "data" / "country" / "countries.csv")
    assert "src/citizen_security/values.py" in manifest["package"]["sources"]
    assert manifest["package"]["source_sha256"] == source_hash(checkout, sources(checkout, "paradox/example"))
    assert manifest["lock_sha256"] == file_hash(checkout / "requirements.lock")
    assert manifest["duration_seconds"] > 0
    # A Python process with its libraries holds at least some ten mebibytes.
    assert manifest["peak_memory_mebibytes"] > 10


def test_recorded_tables_and_diagnostics_are_kept(checkout, store):
    cell = (
        "import pandas as pd\nfrom citizen_security.values import record_diagnostics, record_table\n"
        "record_table('cities', pd.DataFrame({'city': ['São Luís'], 'rate': [74.5]}), label='rates')\n"
        "record_diagnostics('fit', {'divergences': 0})"
    )
    run = execute(job(checkout, cell), store, progress=False)
    assert (run.folder / "tables" / "cities.csv").read_text("utf-8") == "city,rate\nSão Luís,74.5\n"
    assert run.manifest["diagnostics"] == {"fit": {"divergences": 0}}


SMUGGLED = [
    "'; open('smuggled', 'w'); '",
    '"; open("smuggled", "w"); "',
    "\\'; open('smuggled', 'w') #",
    "\n\nopen('smuggled', 'w')\n",
    '"""\nopen("smuggled", "w")\n"""',
    "{open('smuggled', 'w')}",
    "\\N{QUOTATION MARK}; open('smuggled', 'w')",
    "%%bash\ntouch smuggled",
    "!touch smuggled",
    "\u2028open('smuggled', 'w')",
    "\x00\x1b[31m\r",
]


def test_a_parameter_cannot_smuggle_code_into_the_notebook(checkout, store):
    cell = "import json\nrecord('texts', json.dumps(texts))"
    run = execute(job(checkout, RECORD, cell, texts=SMUGGLED), store, progress=False)
    assert json.loads(run.values["texts"]["value"]) == SMUGGLED
    assert list(checkout.rglob("smuggled")) == []


def test_a_failing_cell_is_told_in_one_line_and_leaves_only_the_partial_notebook_and_log(checkout, store):
    work = job(checkout, "x = 1", "raise ValueError('no such\\nthing')", RECORD)
    with pytest.raises(RunFailed) as failure:
        execute(work, store, progress=False)
    message = str(failure.value)
    assert "\n" not in message
    assert message.startswith("paradox/example failed in cell 3: ValueError: no such thing — ")
    assert not (checkout / "results" / "paradox").exists()
    (kept,) = store.runs()
    assert str(kept.folder) in message
    assert kept.manifest["state"] == "failed"
    partial = nbformat.read(kept.folder / "notebook.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in partial.cells for output in cell.get("outputs", []))
    assert "ValueError" in (kept.folder / "log.txt").read_text()


def test_a_failed_run_leaves_the_earlier_whole_one_in_place(checkout, store):
    whole = execute(job(checkout, RECORD), store, progress=False)
    with pytest.raises(RunFailed):
        execute(job(checkout, "1 / 0"), store, progress=False)
    assert json.loads((whole.folder / "values.json").read_text())["length"]["value"] == 5


def test_a_kernel_that_dies_is_told_as_well(checkout, store):
    with pytest.raises(RunFailed, match=r"paradox/example failed .*Dead"):
        execute(job(checkout, "import os; os.kill(os.getpid(), 9)"), store, progress=False)


def test_a_name_recorded_twice_fails_the_run(checkout, store):
    with pytest.raises(RunFailed, match="'length' is recorded twice"):
        execute(job(checkout, RECORD, RECORD), store, progress=False)


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_execute import Example, Job, Store, execute
root = Path(sys.argv[1])
job = Job(root, "paradox/example", root / "notebooks/paradox/example.ipynb", ("countries",), Example())
print(execute(job, Store(root / "results"), progress=False).name, flush=True)
"""


def start(checkout):
    here = Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), os.environ["PYTHONPATH"]])}
    command = [sys.executable, "-c", SCRIPT, str(checkout), str(here)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def kernels_of(process):
    return [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if "ipykernel" in " ".join(child.cmdline())
    ]


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.05)


SLOW = (
    "import time; from pathlib import Path; Path('cell-runs').touch(); time.sleep(0.5 if Path('go').exists() else 60)"
)


PROSE = """The text has {glue:text}`length_text:s` characters {cite:p}`muggah2017rise`.

Growth is {glue:text}`growth_text`. It is so."""
MISSING = (
    f"{RECORD}\nfrom citizen_security.values import Missing, record_values\n"
    "record_values([Missing(names='growth*', reason='growth is not among the regressors')])"
)


def with_prose(work, *sources):
    """The same job with cells of Markdown at the notebook's end."""
    notebook = nbformat.read(work.notebook, as_version=4)
    notebook.cells += [nbformat.v4.new_markdown_cell(source) for source in sources]
    nbformat.write(notebook, work.notebook)
    return work


def test_a_kept_notebook_shows_values_reasons_and_citations(checkout, store):
    run = execute(with_prose(job(checkout, MISSING), PROSE), store, progress=False)
    executed = nbformat.read(run.folder / "notebook.ipynb", as_version=4)
    first, second = executed.cells[-1].source.split("\n\n")
    assert first.startswith("The text has 5 characters ([Muggah 2017](https://doi.org/")
    assert second == "(Not in this run: growth is not among the regressors.) It is so."
    assert run.manifest["missing"] == {"growth*": "growth is not among the regressors"}
    page, _ = HTMLExporter(template_name="classic").from_notebook_node(executed)
    assert "The text has 5 characters" in page
    assert "{glue" not in page
    assert "{cite" not in page


def test_prose_that_quotes_what_nothing_recorded_fails_and_leaves_the_earlier_run(checkout, store):
    before = execute(job(checkout, RECORD), store, progress=False)
    with pytest.raises(RunFailed, match="quotes growth_text, lost_interval, which this run did not record") as raised:
        execute(with_prose(job(checkout, RECORD), PROSE, "{glue:text}`lost_interval`"), store, progress=False)
    assert "\n" not in str(raised.value)
    assert store.run(before.name).manifest == before.manifest


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_killed_run_leaves_nothing_and_its_repetition_is_like_an_undisturbed_one(checkout, store, number):
    work = job(checkout, SLOW, RECORD)
    process = start(checkout)
    wait_until((checkout / "cell-runs").exists)
    kernels = kernels_of(process)
    assert kernels
    process.send_signal(number)
    assert process.wait(timeout=120) != 0
    assert store.runs() == []
    # An orphaned kernel notices that its parent is gone.
    psutil.wait_procs(kernels, timeout=60)
    assert not any(kernel.is_running() and kernel.status() != psutil.STATUS_ZOMBIE for kernel in kernels)
    (checkout / "go").touch()
    repeated = execute(work, store, progress=False)
    undisturbed = execute(work, Store(checkout / "other-results"), progress=False)
    assert repeated.values == undisturbed.values
    assert sorted(path.name for path in (checkout / "results" / ".working").iterdir()) == ["publish.lock"]


def test_two_runs_at_once_in_one_checkout_both_succeed(checkout, store):
    (checkout / "go").touch()
    job(checkout, SLOW, RECORD)
    processes = [start(checkout) for _ in range(2)]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], outputs
    assert [run.name for run in store.runs()] == ["paradox/example/default"]
    assert store.runs()[0].values["length"]["value"] == 5


def test_temporary_files_of_a_kernel_go_with_its_run(checkout, store):
    cell = "import os, tempfile\nfrom pathlib import Path\nopen('where', 'w').write(tempfile.mkdtemp())"
    execute(job(checkout, cell), store, progress=False)
    kept = Path((checkout / "where").read_text())
    assert kept.parent.name.startswith("kernel-")
    assert not kept.parent.exists()


def test_a_temporary_folder_with_a_long_path_gets_a_sentence(checkout, store, tmp_path, monkeypatch):
    long = tmp_path / ("x" * 100)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with pytest.raises(TemporaryPathTooLong, match=r"(?s)xxx has a path of \d+ bytes; .*allow 80\. Set TMPDIR"):
        execute(job(checkout), store, progress=False)
    assert not store.folder.exists()
