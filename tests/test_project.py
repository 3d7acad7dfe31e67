import pytest

from citizen_security import project


def checkout(folder):
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "datapackage.json").write_text("{}")
    return folder


def test_the_checkout_one_works_in_wins_over_the_one_installed(tmp_path, monkeypatch):
    monkeypatch.delenv("CITIZEN_SECURITY_ROOT", raising=False)
    deep = checkout(tmp_path / "second") / "notebooks" / "paradox"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    assert project.root() == tmp_path / "second"


def test_elsewhere_the_installed_checkout_is_used(tmp_path, monkeypatch):
    monkeypatch.delenv("CITIZEN_SECURITY_ROOT", raising=False)
    monkeypatch.chdir(tmp_path)
    assert (project.root() / "pyproject.toml").is_file()


def test_a_root_that_holds_no_tables_is_refused_with_the_remedy(tmp_path, monkeypatch):
    monkeypatch.setenv("CITIZEN_SECURITY_ROOT", str(tmp_path))
    with pytest.raises(project.ProjectNotFound, match=r"datapackage\.json.*CITIZEN_SECURITY_ROOT"):
        project.root()


def test_results_can_be_moved(tmp_path, monkeypatch):
    monkeypatch.setenv("CITIZEN_SECURITY_RESULTS", str(tmp_path / "elsewhere"))
    assert project.results() == tmp_path / "elsewhere"
