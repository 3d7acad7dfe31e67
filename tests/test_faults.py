"""Faults of the machine end with status 1, the path and the remedy; what a user gave wrongly ends with status 2."""

import errno
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citizen_security import cli
from citizen_security.faults import fault_in_words
from citizen_security.project import WorkFailed

REMEDIES = {
    errno.ENOSPC: "Free space",
    errno.EDQUOT: "Remove files of yours",
    errno.EROFS: "Make it writable",
    errno.EACCES: "chmod",
    errno.EPERM: "chmod",
    errno.ENOTDIR: "Move it away",
    errno.EISDIR: "Move it away",
    errno.EEXIST: "Move it away",
    errno.ENOENT: "Restore it",
    errno.ENAMETOOLONG: "shorter path",
    errno.ELOOP: "Remove the link",
    errno.EMFILE: "ulimit -n",
    errno.ENFILE: "ulimit -n",
    errno.ENOMEM: "Close other programs",
    errno.EAGAIN: "ulimit -u",
    errno.EIO: "Check the disk",
    errno.ESTALE: "Mount it again",
    errno.ENOLCK: "local disk",
    errno.EFBIG: "ulimit -f",
    errno.EBUSY: "Wait",
    errno.EXDEV: "Put this right",
}


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path / "results"))

    def ended(*words, fault=None):
        if fault is not None:

            def raising(*_, **__):
                raise fault

            monkeypatch.setattr("citizen_security.runs.execute.execute", raising)
        return CliRunner().invoke(cli.application, words or ["run", "panel_regressions", "-q"])

    return ended


@pytest.mark.parametrize("number", REMEDIES, ids=errno.errorcode.get)
def test_a_fault_of_the_machine_names_the_path_and_the_remedy(command, number):
    ended = command(fault=OSError(number, os.strerror(number), "/data/results/a"))
    assert ended.exit_code == 1
    assert ended.stderr.startswith("error: /data/results/a: ")
    assert REMEDIES[number] in ended.stderr
    assert ended.stderr.endswith(".\n")
    assert len(ended.stderr.splitlines()) == 1


def test_the_fault_behind_a_failed_run_is_told_with_its_remedy(command):
    failed = WorkFailed("panel_regressions failed outside its cells")
    failed.__cause__ = OSError(errno.ENOSPC, "No space left on device", "/data/results/a")
    ended = command(fault=failed)
    assert ended.exit_code == 1
    assert "failed outside its cells" in ended.stderr
    assert "Free space" in ended.stderr


def test_memory_that_is_used_up_is_a_fault_of_the_machine(command):
    ended = command(fault=MemoryError())
    assert ended.exit_code == 1
    assert "memory is used up" in ended.stderr


def test_a_socket_whose_path_is_too_long_is_told_how_to_shorten_it(command):
    ended = command(fault=OSError("AF_UNIX path too long"))
    assert ended.exit_code == 1
    assert "TMPDIR" in ended.stderr


def test_a_reader_that_has_gone_is_no_fault(command):
    ended = command(fault=BrokenPipeError(errno.EPIPE, "Broken pipe"))
    assert ended.stderr == ""


def test_a_full_disk_is_told_as_such():
    file = Path("/dev/full").open("w")  # noqa: SIM115  # closing it raises what is looked for
    file.write("a")
    with pytest.raises(OSError, match="No space") as fault:
        file.close()
    assert "there is no space left. Free space" in fault_in_words(fault.value)


def test_a_file_where_the_results_should_be_is_a_fault_of_the_machine(tmp_path, monkeypatch):
    (tmp_path / "results").write_text("")
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path / "results"))
    ended = CliRunner().invoke(cli.application, ["run", "panel_regressions", "-q"])
    assert ended.exit_code == 1
    assert str(tmp_path / "results") in ended.stderr
    assert "Move it away" in ended.stderr


def test_results_whose_path_is_too_long_are_a_fault_of_the_machine(tmp_path, monkeypatch):
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path / ("x" * 300)))
    ended = CliRunner().invoke(cli.application, ["run", "panel_regressions", "-q"])
    assert ended.exit_code == 1
    assert "shorter path" in ended.stderr


@pytest.mark.parametrize("path", ["x" * 300 + ".csv", "no-such.csv", "/", "/dev/null", "/etc/passwd/a.csv"])
def test_a_table_of_the_users_own_that_is_not_there_is_refused(command, path):
    ended = command("run", "every_municipality", "-p", f"path={path}")
    assert ended.exit_code == 2, ended.stderr


INTERRUPTED = {
    "run": (["run", "panel_regressions"], "citizen_security.runs.execute.execute", "nothing of this run was kept"),
    "book": (
        ["book"],
        "citizen_security.book.workflow.make_book",
        "interrupted: notebooks that had finished are kept; repeat the command to make the rest\n",
    ),
    "list": (["data", "list"], "citizen_security.tables.catalog.tables", "interrupted: repeat the command\n"),
}


@pytest.mark.parametrize("case", INTERRUPTED)
def test_an_interrupted_command_says_what_it_left(command, monkeypatch, case):
    words, function, message = INTERRUPTED[case]

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(function, interrupt)
    ended = command(*words)
    assert ended.exit_code == 130
    assert message in ended.stderr
