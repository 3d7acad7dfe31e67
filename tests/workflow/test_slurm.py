"""The graph on a cluster: a real Slurm of one node runs its jobs, and a job that fails is reported."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from one_node_slurm import one_node
from support import ROOT, copy_checkout, write_notebook

pytestmark = pytest.mark.slow

REAL, STUB, FAILING = "evidence/programme_register", "evidence/claimed_and_evaluated", "cities/city_table"


@pytest.fixture(scope="module")
def cluster():
    with tempfile.TemporaryDirectory(prefix="slurm-") as folder, one_node(Path(folder)):
        yield


@pytest.fixture(scope="module")
def outcome(cluster, tmp_path_factory):
    """A checkout after one notebook as it is, one that does nothing and one that fails, and what Snakemake said."""
    checkout = copy_checkout(tmp_path_factory.mktemp("cluster") / "checkout")
    write_notebook(
        checkout / "notebooks" / f"{STUB}.ipynb", "effort = 'full'", "import os; print(os.environ['SLURM_JOB_ID'])"
    )
    write_notebook(checkout / "notebooks" / f"{FAILING}.ipynb", "effort = 'full'", "raise ValueError('broken')")
    settings = {
        "CITIZEN_SECURITY_ROOT": str(checkout),
        "PYTHONPATH": str(checkout / "src"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    environment = {key: value for key, value in os.environ.items() if key != "CITIZEN_SECURITY_RESULTS"} | settings
    stamps = [f"results/.made/{name}" for name in (REAL, STUB, FAILING)]
    places = ["--directory", str(checkout), "--snakefile", str(checkout / "Snakefile")]
    profile = ["--workflow-profile", str(checkout / "workflow" / "profiles" / "slurm")]
    sooner = ["--slurm-init-seconds-before-status-checks", "3", "--latency-wait", "10"]
    command = [sys.executable, "-m", "snakemake", *stamps, *places, *profile, *sooner]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=checkout)
    return checkout, done


def test_the_notebooks_ran_as_jobs_of_the_cluster(outcome):
    checkout, done = outcome
    assert done.stderr.count("has been submitted with SLURM jobid") == 3, done.stderr
    values = json.loads((checkout / "results" / REAL / "default" / "values.json").read_text())
    assert values
    log = (checkout / "results" / STUB / "default" / "log.txt").read_text()
    assert re.search(r"INFO \d+$", log, flags=re.MULTILINE), log
    assert all((checkout / "results" / ".made" / name).exists() for name in (REAL, STUB))


def test_a_job_that_fails_is_reported_and_leaves_no_stamp(outcome):
    checkout, done = outcome
    assert done.returncode != 0
    assert "At least one job did not complete successfully" in done.stdout + done.stderr
    assert not (checkout / "results" / ".made" / FAILING).exists()
    (failed,) = (checkout / "results" / "failed").glob("*/*/*/reason.txt")
    assert "ValueError: broken" in failed.read_text()
    # What the job said is kept where the profile says.
    (log,) = (checkout / "results" / ".slurm").rglob("*.log")
    assert "ValueError: broken" in log.read_text()


@pytest.mark.usefixtures("outcome")
def test_the_profile_asks_for_what_a_notebook_uses():
    said = subprocess.run(["scontrol", "show", "jobs"], capture_output=True, text=True, check=True).stdout
    assert said.count("MinMemoryNode=2G") == 3
    assert said.count("TimeLimit=00:10:00") == 3


def test_the_readme_names_the_profile():
    assert "workflow/profiles/slurm" in (ROOT / "README.md").read_text("utf-8")
