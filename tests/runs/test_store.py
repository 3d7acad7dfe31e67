import json
import subprocess
import sys
from pathlib import Path

import pytest

from citizen_security.runs.store import Store, UnknownRun, run_identifier


def finished(store, name, **manifest):
    with store.working_folder() as working:
        (working / "manifest.json").write_text(json.dumps({"state": "complete", **manifest}))
        (working / "values.json").write_text("{}")
        return store.publish(working, name)


def test_a_run_without_changes_is_the_default_one():
    assert run_identifier({}) == "default"


def test_the_same_changes_have_the_same_name_in_any_order():
    assert run_identifier({"a": 1, "b": [2]}) == run_identifier({"b": [2], "a": 1})
    assert run_identifier({"a": 1}) != run_identifier({"a": 2})


def test_a_run_replaces_the_older_one_of_its_name(tmp_path):
    store = Store(tmp_path)
    finished(store, "part/notebook/default", turn=1)
    folder = finished(store, "part/notebook/default", turn=2)
    assert json.loads((folder / "manifest.json").read_text())["turn"] == 2
    assert [path.name for path in (tmp_path / ".working").iterdir()] == ["publish.lock"]


def test_what_is_not_published_is_thrown_away(tmp_path):
    store = Store(tmp_path)

    def interrupted():
        with store.working_folder() as working:
            (working / "manifest.json").write_text("{}")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list((tmp_path / ".working").iterdir()) == []
    assert store.runs() == []


def test_the_folder_of_a_killed_process_is_cleared_away_and_that_of_a_living_one_kept(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from citizen_security.runs.store import Store\n"
        "manager = Store(Path(sys.argv[1])).working_folder(); print(manager.__enter__(), flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    abandoned = Path(killed.stdout.strip())
    assert abandoned.is_dir()
    store = Store(tmp_path)
    with store.working_folder() as alive, store.working_folder():
        assert alive.is_dir()
        assert not abandoned.is_dir()


def test_runs_are_found_by_name_part_of_a_name_or_folder(tmp_path):
    store = Store(tmp_path)
    folder = finished(store, "paradox/panel/default")
    finished(store, "paradox/panel/0123456789")
    for name in ("paradox/panel/default", "results/paradox/panel/default", str(folder), f"{folder}/", "fault"):
        assert store.run(name).name == "paradox/panel/default"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("paradox", "fits 2 runs"),
        ("paradox/panel/defaultt", "did you mean 'paradox/panel/default'"),
        ("", "unknown run"),
    ],
)
def test_a_name_that_fits_no_run_or_several_is_refused(tmp_path, name, message):
    store = Store(tmp_path)
    finished(store, "paradox/panel/default")
    finished(store, "paradox/panel/0123456789")
    with pytest.raises(UnknownRun, match=message):
        store.run(name)


def test_before_anything_was_run_the_remedy_is_a_run(tmp_path):
    with pytest.raises(UnknownRun, match="nothing has been run yet"):
        Store(tmp_path).run("x")
