"""Citations of a kept run name authors and year, and lead to the work."""

import re

import pytest
from support import ROOT

from citizen_security.runs import citations

BIBLIOGRAPHY = """@article{one2001,
  author = {One, Anna},
  title = {A "title" with *marks*},
  year = {2001},
  doi = {10.1000/a(b)c}
}
@book{two2002,
  author = {Two, Ben and Three, C{\\'e}line},
  title = {Plain},
  year = {2002}
}
@misc{four2003,
  author = {A, B and C, D and E, F},
  title = {T},
  year = {2003},
  url = {https://example.org/four_2003}
}
@misc{office,
  author = {{Office_of *Numbers*}},
  title = {T}
}
"""


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "book" / "references"
    folder.mkdir(parents=True)
    (folder / "all.bib").write_text(BIBLIOGRAPHY, encoding="utf-8")
    return tmp_path


def resolved(root, role):
    known = citations.works(root, citations.cited(role))
    return citations.ROLE.sub(citations.resolver(known, "../bibliography.md"), role)


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("{cite:p}`one2001`", '([One 2001](https://doi.org/10.1000/a%28b%29c "A title with marks"))'),
        ("{cite:t}`two2002`", '[Two and Three (2002)](../bibliography.md "Plain")'),
        (
            "{cite:p}`four2003, one2001`",
            '([A et al. 2003](https://example.org/four_2003 "T"); '
            '[One 2001](https://doi.org/10.1000/a%28b%29c "A title with marks"))',
        ),
        ("{cite:p}`office`", '([Office\\_of \\*Numbers\\* no year](../bibliography.md "T"))'),
    ],
)
def test_a_citation_becomes_author_and_year_with_a_link(root, role, shown):
    assert resolved(root, role).replace("é", "e").replace("Ce", "C") == shown


def test_several_works_in_a_sentence_are_listed(root):
    labels = re.findall(r"\[([^]]*)\]", resolved(root, "{cite:t}`one2001,two2002,four2003`"))
    assert labels == ["One (2001)", "Two and Three (2002)", "A et al. (2003)"]


def test_an_unknown_work_is_named(root):
    with pytest.raises(citations.UnknownReference, match="nobody1999 cited"):
        citations.works(root, ["one2001", "nobody1999"])


def test_what_a_citation_depends_on_is_its_own_entry(root):
    before = citations.entries(root, ["one2001"])
    path = root / "book" / "references" / "all.bib"
    path.write_text(BIBLIOGRAPHY.replace("Plain", "Changed"), encoding="utf-8")
    assert citations.entries(root, ["one2001"]) == before
    path.write_text(BIBLIOGRAPHY.replace("{2001}", "{2011}"), encoding="utf-8")
    assert citations.entries(root, ["one2001"]) != before


def test_every_work_of_the_book_can_be_cited():
    keys = [
        entry[1]
        for path in (ROOT / citations.REFERENCES).glob("*.bib")
        for entry in re.finditer(r"^@\w+\{([^,]+),", path.read_text("utf-8"), re.MULTILINE)
    ]
    known = citations.works(ROOT, keys)
    assert len(known) == len(set(keys))
    assert all(work.authors != "No author" for work in known.values())
