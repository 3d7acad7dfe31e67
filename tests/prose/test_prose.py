"""Prose says of results what was recorded, or stands in a list of reviewed definitions and citations."""

import nbformat
import pytest
from prose import lint
from prose.words import numbers, verdicts
from support import ROOT

PAGES = lint.pages()


@pytest.fixture(scope="module")
def everything():
    return [sentence for path in PAGES for sentence in lint.page_sentences(path)]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_prose_quotes_recorded_values(path):
    reviewed = [entry for entry in lint.reviewed() if entry.kind != "unreviewed"]
    found = lint.unexcused([path], reviewed)
    assert not found, "\n".join(map(str, found))


def test_the_reviewed_lists_hold_what_stands_on_the_pages_and_nothing_else(everything):
    found = lint.faults(lint.reviewed(), everything)
    assert not found, "\n".join(found)


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Write a page below a root of the test's own, and read its sentences."""
    monkeypatch.setattr(lint, "ROOT", tmp_path)

    def written(text, name="book/page.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return list(lint.page_sentences(path))

    return written


def words(sentences):
    return [finding.word for sentence in sentences for finding in lint.findings(sentence)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Poverty fell by 12%.", ["12%", "fell"]),
        ("Poverty fell by {glue:text}`change_text`%.", ["fell"]),
        ("Poverty {glue:text}`poverty_verdict_text` by 12%.", ["12%"]),
        ("The larger {glue:text}`x_reading_text`. The larger {glue:text}`reading_rate_n`.", ["larger"]),
        ("Muggah {cite:p}`muggah2017rise` says 33%. We say 34%.", ["34%"]),
        ("Twenty countries, $x > 3$, `first_year=2000`, R2 and CRV1 per 100,000 people.", ["Twenty"]),
        ("[Only **one** of 9](https://example.org/3)", ["9", "Only one"]),
        ("{{ notebooks }} notebooks, 17 of them quick", ["17"]),
        ("| a | b |\n|---|---|\n| most | 3 |", ["most", "3"]),
        ("# Half of it", ["Half"]),
        (":::{dropdown} Solution 4\n```python\nx = 5\n```\nIt rises.\n:::", ["4", "rises"]),
        ("```{figure} x.png\n:width: 300\n\nThe 7.\n```", ["7"]),
        ("In the 1990s, since 2000.", ["2000", "1990s"]),
        ("**1.** What does it do?", []),
        ("{term}`one in ten <deciles>`", ["one in ten"]),
    ],
)
def test_what_is_said_without_a_value_is_found(page, text, found):
    assert sorted(words(page(text))) == sorted(found)


def test_a_finding_says_where_it_is_and_what_to_do(page):
    [sentence] = page("# A title\n\nIt\nfell.", "book/cities/p.md")[1:]
    [finding] = lint.findings(sentence)
    assert str(finding).startswith("book/cities/p.md:line 3: 'fell' in: It fell.")
    assert "*_verdict" in str(finding)


def test_texts_of_figures_in_notebooks_are_read(page):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Most"), nbformat.v4.new_code_cell("x")])
    notebook.cells[1].metadata["mystnb"] = {"image": {"alt": "A line that falls"}}
    found = page(nbformat.writes(notebook), "notebooks/part/n.ipynb")
    assert words(found) == ["Most", "falls"]
    assert [sentence.place for sentence in found] == ["cell 1, line 1", "cell 2, alt"]


def entry(phrase="", *, page="book/page.md", heading="", kind="definition", words="9, fell"):
    return lint.Entry("page.toml", page, phrase, heading, kind, words)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (entry("fell in 9"), ""),
        (entry("fell in 9", words="9"), "its sentence has '9, fell'"),
        (entry("fell in 10"), "stands no longer"),
        (entry("quiet"), "excuses nothing"),
        (entry("ell"), "fits 2 sentences"),
        (entry("fell in 9", kind="fine"), "of no kind"),
        (entry(heading="Title"), "a whole section"),
        (entry(heading="Other", page="book/glossary.md"), "stands no longer"),
        (entry(heading="Title", page="book/glossary.md"), ""),
    ],
)
def test_a_reviewed_entry_fits_one_sentence_that_needs_it(page, entry, fault):
    found = lint.faults([entry], page("# Title\n\nIt fell in 9. A bell is quiet.", entry.page))
    assert [bool(fault in it) for it in found] == ([True] if fault else [])


def test_an_entry_excuses_its_words_and_no_others(page, tmp_path, monkeypatch):
    path = tmp_path / "book" / "page.md"
    page("It fell in 9 of 12.")
    found = [it.word for it in lint.unexcused([path], [entry("fell in 9"), entry("fell in", page="book/other.md")])]
    assert found == ["12"]
    monkeypatch.setattr(lint, "pages", lambda: [path])
    monkeypatch.setattr(lint, "REVIEWED", tmp_path / "reviewed")
    (tmp_path / "reviewed" / "book").mkdir(parents=True)
    listed = tmp_path / "reviewed" / "book" / "page.toml"
    listed.write_text(
        '[[entry]]\nphrase = "fell in 9"\nkind = "rule"\nwords = "9"\n\n[[entry]]\nphrase = "x"\n', "utf-8"
    )
    lint.write_words()
    assert [it.words for it in lint.reviewed()] == ["9, 12, fell", None]
    assert lint.unexcused([path], lint.reviewed()) == []


def test_what_is_covered_is_not_found_again(page):
    [first, second] = page("It fell in 9. It rose in 8.")
    assert entry("fell in 9").covers(first)
    assert not entry("fell in 9").covers(second)


def test_numbers_and_verdicts_are_told_from_names_and_units():
    assert numbers("CR2, 2,018 rates, −9% and +5.7 per 100,000 in the two windows") == ["2,018", "−9%", "+5.7"]
    assert verdicts("most violent cities, most cities") == ["most"]
