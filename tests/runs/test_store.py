import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from citizen_security.runs.intact import checksums
from citizen_security.runs.kept import BrokenRun
from citizen_security.runs.store import Store, UnknownRun, run_identifier

FACTS = {
    "notebook": {"name": "part/notebook"},
    "state": "complete",
    "parameters": {},
    "changed": {},
    "tables": {},
    "started": "2026-01-02T00:00:00+00:00",
    "duration_seconds": 1.5,
}


def finished(store, name, **manifest):
    with store.working_folder() as working:
        (working / "values.json").write_text("{}")
        whole = {**FACTS, "files": checksums(working), **manifest}
        (working / "manifest.json").write_text(json.dumps(whole))
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


# A process that replaces a run and is killed between moving the old one aside and putting the new one in place.
KILLED_BETWEEN = """
import os, sys
from pathlib import Path
from citizen_security.runs.store import Store

store, rename = Store(Path(sys.argv[1])), Path.rename

def killed(self, target):
    if self.name.startswith("run-"):
        os.kill(os.getpid(), 9)
    return rename(self, target)

Path.rename = killed
with store.working_folder() as working:
    (working / "manifest.json").write_text("{}")
    store.publish(working, "part/notebook/default")
"""


def test_a_kill_between_the_two_renames_loses_nothing(tmp_path):
    folder = finished(Store(tmp_path), "part/notebook/default", turn=1)
    killed = subprocess.run([sys.executable, "-c", KILLED_BETWEEN, str(tmp_path)], check=False)
    assert killed.returncode == -9
    assert not folder.exists()
    assert [run.manifest["turn"] for run in Store(tmp_path).runs()] == [1]
    assert folder.is_dir()
    finished(Store(tmp_path), "part/notebook/default", turn=2)
    assert [path.name for path in (tmp_path / ".working").iterdir()] == ["publish.lock"]


BROKEN = {
    "half": ("{", "it is no JSON in UTF-8"),
    "no bytes of UTF-8": (b"\xff", "it is no JSON in UTF-8"),
    "a list": (json.dumps(list(FACTS)), "it holds no names with values"),
    "a text": (json.dumps(" ".join(FACTS)), "it holds no names with values"),
    "deep": ("[" * 200_000, "it is nested too deep"),
    "little": ('{"state": "complete"}', "it lacks notebook, parameters"),
    "nothing changed": (json.dumps({**FACTS, "changed": None}), "it says what no run says of changed"),
    "another kind": (json.dumps({**FACTS, "tables": {"a": {}}}), "it says what no run says of tables.a.sha256"),
    "a moment that is none": (json.dumps({**FACTS, "started": "\x1b[31mnow"}), "it says what no run says of started"),
    "half a sign": (json.dumps({**FACTS, "started": "\ud800"}), "a text that UTF-8 does not have"),
    "a brought file": (json.dumps({**FACTS, "brought": {"path": 5}}), "it says what no run says of brought.path"),
    "none": (None, "it is not there"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_run_is_named_and_passed_over(tmp_path, case):
    content, reason = BROKEN[case]
    store = Store(tmp_path)
    finished(store, "part/notebook/default")
    broken = tmp_path / "part" / "notebook" / "broken"
    broken.mkdir()
    if content is not None:
        (broken / "manifest.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    assert [run.name for run in store.runs()] == ["part/notebook/default"]
    (said,) = store.unreadable()
    assert said.startswith("part/notebook/broken is passed over: its manifest is none (")
    assert reason in said
    assert "Run it again, or remove" in said
    assert store.run("default").name == "part/notebook/default"


def test_a_pipe_in_a_manifests_place_is_not_waited_for(tmp_path):
    store = Store(tmp_path)
    folder = finished(store, "part/notebook/default")
    (folder / "manifest.json").unlink()
    os.mkfifo(folder / "manifest.json")
    (said,) = store.unreadable()
    assert "it is no file" in said


@pytest.mark.parametrize(
    "content", ["5", '{"a": 5}', '{"a": {}}', "[" * 200_000, "{", json.dumps({"a": {"value": 1, "format": "zz"}})]
)
def test_values_that_no_run_writes_are_refused_with_the_file(tmp_path, content):
    folder = finished(Store(tmp_path), "part/notebook/default")
    (folder / "values.json").write_text(content)
    run = Store(tmp_path).run("default")
    with pytest.raises(BrokenRun, match=r"values\.json holds no recorded values: .*\. Run part/notebook/default again"):
        assert run.values


@pytest.mark.parametrize("kind", ["a file", "a folder of one's own", "a note in a run", "an edited run", "a link"])
def test_what_no_run_wrote_is_kept_when_a_run_takes_its_place(tmp_path, kind):
    store = Store(tmp_path / "results")
    place = tmp_path / "results" / "part" / "notebook" / "default"
    if kind in ("a note in a run", "an edited run"):
        finished(store, "part/notebook/default")
        (place / ("mine.txt" if kind == "a note in a run" else "values.json")).write_text("precious")
    elif kind == "a folder of one's own":
        place.mkdir(parents=True)
        (place / "mine.txt").write_text("precious")
    else:
        place.parent.mkdir(parents=True)
        mine = place if kind == "a file" else tmp_path / "mine.txt"
        mine.write_text("precious")
        if kind == "a link":
            place.symlink_to(mine)
    for turn in (1, 2):
        finished(store, "part/notebook/default", turn=turn)
    assert [run.manifest["turn"] for run in store.runs()] == [2]
    assert store.unreadable() == []
    (said,) = store.set_aside
    kept = Path(said.split("kept in ")[1])
    assert kept.parent == tmp_path / "results" / "set_aside" / "part" / "notebook"
    texts = [path.read_text() for path in ([kept] if kept.is_file() else kept.rglob("*")) if path.is_file()]
    assert "precious" in texts


def test_a_working_folder_whose_lock_is_gone_is_removed_all_the_same(tmp_path):
    store = Store(tmp_path / "results")
    with store.working_folder() as working:
        (working / "values.json").write_text("{}")
        working.with_suffix(".lock").unlink()
        store._remove(working)
        assert not working.exists()


def test_a_file_in_the_stores_place_is_a_fault(tmp_path):
    (tmp_path / "results").touch()
    with pytest.raises(NotADirectoryError):
        Store(tmp_path / "results").runs()


# Works in a folder until it is told to end, and says so.
WORKS = """
import sys
from pathlib import Path
from citizen_security.runs.store import Store

with Store(Path(sys.argv[1])).working_folder() as working:
    print(working, flush=True)
    sys.stdin.readline()
    print(working.is_dir(), flush=True)
"""


def test_a_live_run_of_another_process_namespace_keeps_its_folder(tmp_path):
    # In a namespace of its own the process has number 1 or so, which says nothing here.
    as_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *as_root, "--pid", "--fork", sys.executable, "-c", WORKS, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as working:
        folder = Path(working.stdout.readline().strip())
        with Store(tmp_path).working_folder():
            assert folder.is_dir()
        assert working.communicate("end\n")[0].strip() == "True"


# Starts as a run does and is killed among its temporary files.
KILLED_WITH_FILES = """
import os, sys
from pathlib import Path
from citizen_security.runs.kernel import kernel_environment
from citizen_security.runs.store import Store

store = Store(Path(sys.argv[1]))
with store.working_folder() as working, kernel_environment(Path.cwd(), store.temporary_link(working)):
    temporary = Path(os.environ["TMPDIR"])
    (temporary / "compiled").mkdir()
    (temporary / "compiled" / "code.so").touch()
    print(temporary, flush=True)
    os.kill(os.getpid(), 9)
"""


def test_temporary_files_of_a_killed_run_go_with_it(tmp_path):
    command = [sys.executable, "-c", KILLED_WITH_FILES, str(tmp_path)]
    temporary = Path(subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip())
    assert (temporary / "compiled" / "code.so").is_file()
    with Store(tmp_path).working_folder():
        pass
    assert not temporary.exists()
    assert list((tmp_path / ".working").iterdir()) == []


def test_a_link_to_anything_else_is_not_followed(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (tmp_path / "results" / ".working" / "run-0").mkdir(parents=True)
    (tmp_path / "results" / ".working" / "run-0.temporary").symlink_to(mine)
    with Store(tmp_path / "results").working_folder():
        assert not (tmp_path / "results" / ".working" / "run-0.temporary").is_symlink()
    assert mine.is_dir()


def test_two_stores_on_one_mount_leave_each_other_alone(tmp_path):
    first, second = Store(tmp_path / "one"), Store(tmp_path / "two")
    with first.working_folder() as here, second.working_folder() as there:
        with first.working_folder():
            assert here.is_dir()
            assert there.is_dir()
        finished(first, "part/notebook/default", turn=1)
        finished(second, "part/notebook/default", turn=2)
    assert [store.run("default").manifest["turn"] for store in (first, second)] == [1, 2]


def test_a_clock_that_was_changed_deletes_nothing(tmp_path):
    with Store(tmp_path).working_folder() as alive:
        os.utime(alive, (0, 0))
        os.utime(alive.with_suffix(".lock"), (2**31, 2**31))
        with Store(tmp_path).working_folder():
            assert alive.is_dir()


def test_results_that_may_only_be_read_are_listed(tmp_path):
    finished(Store(tmp_path), "part/notebook/default")
    (tmp_path / ".working" / "replaced" / "part" / "notebook" / "default").mkdir(parents=True)
    assert [run.name for run in Store(tmp_path).runs()] == ["part/notebook/default"]
