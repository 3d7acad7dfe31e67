"""The doctor names what is wrong with a machine and how to mend it, and changes nothing."""

import errno
import json
import os
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path

import pytest
from runs_on_paper import write_run
from support import ROOT

from citizen_security import doctor
from citizen_security.locks import alone
from citizen_security.runs.store import Store


def states(findings):
    return {finding.what: finding.state for finding in findings}


def test_a_machine_that_passes_these_tests_has_nothing_wrong(tmp_path):
    found = doctor.examine(ROOT, tmp_path)
    assert [it for it in found if it.state == "wrong"] == []
    assert {"Python", "packages", "results", "temporary folder", "Chromium", "fonts", "locks"} <= states(found).keys()
    assert all(it.remedy for it in found if it.state != "ok" and it.what != "runs at work")


def test_the_command_prints_it_and_fails_only_where_something_is_wrong(tmp_path):
    command = [sys.executable, "-m", "citizen_security.cli", "doctor", "--json"]
    settings = {**os.environ, "CITIZEN_SECURITY_RESULTS": str(tmp_path)}
    good = subprocess.run(command, capture_output=True, text=True, check=False, env=settings)
    assert good.returncode == 0, good.stdout
    long = tmp_path / ("x" * 120)
    long.mkdir()
    bad = subprocess.run(command, capture_output=True, text=True, check=False, env={**settings, "TMPDIR": str(long)})
    assert bad.returncode == 1
    (wrong,) = [it for it in json.loads(bad.stdout) if it["state"] == "wrong"]
    assert wrong["what"] == "path of sockets"
    assert "set TMPDIR" in wrong["remedy"]


def test_another_python_or_another_package_is_wrong(tmp_path):
    (tmp_path / ".python-version").write_text("3.9\n")
    (tmp_path / "requirements.lock").write_text(
        "pandas==1.0.0 \\\n    --hash=x\nnot-there==2 \\\nonly-windows==1 ; x\n"
    )
    assert doctor.python_release(tmp_path).state == "wrong"
    found = doctor.locked_packages(tmp_path)
    assert found.state == "wrong"
    assert found.found.startswith("1 missing (not-there); 1 of another release (pandas ")


def test_copies_that_a_library_puts_on_the_path_are_not_what_is_installed(tmp_path, monkeypatch):
    before = doctor.locked_packages(ROOT)
    (tmp_path / "pandas-0.1.dist-info").mkdir()
    (tmp_path / "pandas-0.1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: pandas\nVersion: 0.1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert doctor.locked_packages(ROOT) == before


def test_a_folder_that_cannot_be_written_to_is_wrong(tmp_path, monkeypatch):
    def refused(**settings):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    found = doctor.folder_to_write("results", tmp_path / "not" / "there")
    assert (found.state, found.remedy) == ("wrong", "Set CITIZEN_SECURITY_RESULTS to a folder that can be written to.")
    assert f"{tmp_path} cannot be written to (Read-only file system)" in found.found


def test_a_file_in_a_folders_place_is_wrong(tmp_path):
    (tmp_path / "results").touch()
    found = doctor.folder_to_write("results", tmp_path / "results")
    assert (found.state, found.found) == ("wrong", f"{tmp_path / 'results'} is no folder")


def test_a_disk_that_is_nearly_full_is_wrong(tmp_path, monkeypatch):
    usage = namedtuple("Usage", "free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: usage(2**29))
    found = doctor.folder_to_write("site", tmp_path)
    assert (found.state, found.found) == ("wrong", f"0.5 GiB free on {tmp_path}, where 2 are needed")


def test_a_temporary_path_is_measured_in_bytes():
    assert doctor.socket_path(Path("/" + "x" * 79)).state == "ok"
    assert doctor.socket_path(Path("/" + "ñ" * 79)).state == "wrong"


@pytest.mark.parametrize(("encoding", "state"), [("utf-8", "ok"), ("ascii", "wrong"), ("iso8859-1", "wrong")])
def test_file_names_are_in_utf_8(monkeypatch, encoding, state):
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: encoding)
    assert doctor.locale().state == state


def test_a_browser_that_does_not_start_is_wrong_and_none_is_noted(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.browser().state == "note"
    fake = tmp_path / "chromium"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    assert doctor.browser().state == "wrong"
    fake.write_text("#!/bin/sh\necho Chromium 150\n")
    assert doctor.browser().found == "Chromium 150"


def test_a_folder_that_is_no_repository_is_noted(tmp_path):
    assert doctor.version_control(tmp_path).state == "note"


def test_who_works_here_and_what_killed_ones_left_is_said(tmp_path):
    (tmp_path / "_build").mkdir()
    results = tmp_path / "results"
    (results / ".working" / "run-0123").mkdir(parents=True)
    with alone(tmp_path / "_build" / ".book.lock", "the book"), Store(results).working_folder() as working:
        (results / ".working" / "run-4567").mkdir()
        found = {it.what: it.found for it in doctor.locks(tmp_path, results)}
        assert found["book"].startswith(f"is being made by the book (process {os.getpid()}")
        assert found["runs at work"] == "1"
        assert found["left by killed runs"].startswith("1 folders")
        assert working.is_dir()
    assert "book" not in states(doctor.locks(tmp_path, results))


def test_runs_that_are_broken_or_cut_are_said(tmp_path):
    write_run(tmp_path, "part/whole")
    (write_run(tmp_path, "part/cut") / "values.json").write_text("{")
    (tmp_path / "part" / "stray" / "folder").mkdir(parents=True)
    said = [it.found for it in doctor.broken_runs(tmp_path)]
    assert len(said) == 2
    assert said[0].startswith("part/stray/folder is passed over")
    assert said[1] == f"{tmp_path / 'part/cut/default/values.json'} is not as it was written"
