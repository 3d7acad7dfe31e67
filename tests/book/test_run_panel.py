"""The panel that tells readers of a page which run it shows."""

import pytest
from runs_on_paper import MANIFEST, VALUES

from citizen_security.book.run_panel import quick_warning, run_panel


@pytest.fixture
def panel():
    def made(values=VALUES, **changes):
        return run_panel({**MANIFEST, **changes}, values, "../runs/paradox/panel_regressions")

    return made


def plainly(panel: str) -> str:
    """The panel without the backslashes that keep its words from being markup."""
    return panel.replace("\\", "")


def test_headline_says_effort_parameters_day_and_duration(panel):
    assert "This run: full effort, default parameters, 2026-11-22, 14.2 s" in plainly(panel())


def test_changed_parameters_are_in_the_headline(panel):
    changed = {"countries": ["BRA", "MEX"], "weights": True}
    assert "full effort, countries = BRA, MEX, weights = true" in plainly(panel(changed=changed))


def test_tables_link_to_the_data_chapter_with_release_and_checksum(panel):
    shown = panel()
    assert "{ref}`table-country_year`" in shown
    assert "UNODC (2025)" in plainly(shown)
    assert "cdcdcdcdcdcd" in shown


def test_every_source_of_the_numbers_is_named(panel):
    shown = panel()
    assert all(checksum[:12] in shown for checksum in ("ef" * 32, "12" * 32, "ab" * 32))


@pytest.mark.parametrize(("commit", "said"), [("0123abc", "`0123abc`"), (None, "`not in a git checkout`")])
def test_commit_is_shown_or_its_absence(panel, commit, said):
    assert said in panel(package={**MANIFEST["package"], "commit": commit})


def test_values_are_formatted_as_in_the_text(panel):
    shown = plainly(panel())
    cells = ["`gdp_growth_effect`", "−0.24", "−0.41 to −0.07", "per point", "1,207", "95% confidence"]
    assert "* - " + "\n  - ".join(cells) in shown


def test_diagnostics_are_shown_where_something_was_sampled(panel):
    assert "Sampler diagnostics" not in panel()
    shown = panel(diagnostics={"city_homicide": {"r_hat_max": 1.00341, "divergences": 0}})
    assert "Sampler diagnostics" in shown
    assert "1.003" in plainly(shown)


def test_quick_run_warns_its_reader():
    # Nobody may quote a number of a teaching run because its page looked like any other.
    assert quick_warning(MANIFEST) == ""
    assert "its numbers are not the book's results" in quick_warning({**MANIFEST, "effort": "quick"})


def test_files_can_be_downloaded_tables_included(panel):
    shown = panel()
    for name in ("notebook.ipynb", "values.json", "manifest.json", "tables/coefficients.csv"):
        assert f'href="../runs/paradox/panel_regressions/{name}" download' in shown


def test_run_without_values_tables_or_diagnostics_has_no_empty_sections(panel):
    shown = panel(values={}, tables={}, recorded_tables={})
    assert "Values it recorded" not in shown
    assert "Tables it read" not in shown


def test_words_of_a_run_stay_words(panel):
    hostile = "<img src=x onerror=alert(1)> {{ version }} `x`"
    shown = panel(
        values={"bad": {**VALUES["gdp_growth_effect"], "label": hostile, "unit": hostile}},
        changed={"note": hostile},
        diagnostics={"fit": {hostile: hostile}},
    )
    assert "<img" not in shown.replace("\\<img", "")
    assert "{{ version" not in shown


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0.4 s"), (99.94, "99.9 s"), (150, "2.5 min")])
def test_durations_are_read_at_a_glance(panel, seconds, said):
    assert said in plainly(panel(duration_seconds=seconds))
