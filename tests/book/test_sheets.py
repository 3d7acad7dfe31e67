"""Style sheets without what no page uses: a rule that is lost by mistake shows on a page only much later."""

import pytest

from citizen_security.book.sheets import join_sheets, used_names, without_unasked, without_unused

NAMES = {"used", "also", "shown", "tip-", "p"}


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        (".used{a:1}.unused{b:2}", ".used{a:1}\n"),
        (".used, .unused p , a{a:1}", ".used,a{a:1}\n"),
        ("#used .unused{a:1}", ""),
        (".used.unused{a:1}", ""),
        # One of several, or what must be absent, decides nothing.
        (":is(.used, .unused) p{a:1}", ":is(.used, .unused) p{a:1}\n"),
        (".used:not(:is(.unused, .x)){a:1}", ".used:not(:is(.unused, .x)){a:1}\n"),
        ('[class*="unused"]{a:1}', '[class*="unused"]{a:1}\n'),
        # Names that scripts put together.
        (".tip-top{a:1}.tiptop{b:2}", ".tip-top{a:1}\n"),
        # An escaped sign is part of a name.
        (r".also\:unused{a:1}", ""),
        # What is no rule for a class stays.
        ("@keyframes unused{from{a:1}to{a:2}}", "@keyframes unused{from{a:1}to{a:2}}\n"),
        ("@font-face{src:url(a;b.woff)}", "@font-face{src:url(a;b.woff)}\n"),
        (":root{--a:1}", ":root{--a:1}\n"),
        # Groups are left with what is used of them, and go when nothing is.
        (
            "@media (a){@supports (b){.used{a:1}.unused{b:2}}}@media print{.unused{a:1}}",
            "@media (a){\n@supports (b){\n.used{a:1}\n}\n}\n",
        ),
        # Signs within texts and comments are none of the grammar.
        ('.used{content:"}.unused{"}.shown{b:2}', '.used{content:"}.unused{"}\n.shown{b:2}\n'),
        (".used{background:url(data:x;{})}", ".used{background:url(data:x;{})}\n"),
        ("/* .used{ */.shown{a:1}", ".shown{a:1}\n"),
    ],
)
def test_rules_of_classes_that_are_on_no_page_go(rules, kept):
    assert without_unused(rules, NAMES) == kept


def test_names_are_those_of_pages_and_the_words_of_scripts(tmp_path):
    (tmp_path / "a.html").write_text("<p class=\"one two-three\" id='four'>five- six</p>")
    (tmp_path / "b.js").write_text("element.className = `bs-tip-${place}`; it.add('seven')")
    names = used_names([tmp_path / "a.html"], [tmp_path / "b.js"])
    assert {"one", "two-three", "four", "bs-tip-", "seven"} <= names
    assert not {"five-", "six"} & names


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ("a{--unasked:1;color:red}", "a{color:red}"),
        ("a{color:red;--unasked:1}", "a{color:red;}"),
        ("a{--asked:1;--used:2}b{top:var(--used)}", "a{--asked:1;--used:2}b{top:var(--used)}"),
        # What asked for another is gone itself.
        (
            "a{--one:var(--two);--two:var(--three, 1);--three:3;--asked:var(--four);--four:4}",
            "a{--asked:var(--four);--four:4}",
        ),
        # Signs within a value end nothing.
        ("a{--unasked:url('data:x;y}z{');color:red}", "a{color:red}"),
        ('a{--unasked:url(data:x;y);--other:"}";color:red}', "a{color:red}"),
        ("a{--unasked:calc(1px*(2 + max(3px, (4px))));color:red}", "a{color:red}"),
        # Names of classes, and what begins alike, are no properties.
        (".b--unasked{color:red}a{--asked-more:1;x:y}", ".b--unasked{color:red}a{x:y}"),
        ("a{--made-here:1;--made:2}", "a{--made-here:1;}"),
    ],
)
def test_properties_that_nothing_asks_for_go(rules, kept):
    assert without_unasked(rules, {"--asked", "--made-"}) == kept


def test_addresses_lead_where_they_led(tmp_path):
    (tmp_path / "_static" / "styles").mkdir(parents=True)
    sheet = 'p{background:url("../images/a.svg")}q{background:url(data:x)}'
    (tmp_path / "_static" / "styles" / "theme.css").write_text(sheet)
    (tmp_path / "_static" / "places.css").write_text("/* words */ .own-and-nowhere{a:url(b.svg)}")
    links = "".join(f'<link rel="stylesheet" href="../_static/{it}">\n' for it in ("styles/theme.css", "places.css"))
    print_only = '<link rel="stylesheet" media="print" href="../_static/other.css">'
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "a.html").write_text(f"<head>{links}{print_only}</head>")
    join_sheets(tmp_path)
    [joined] = (tmp_path / "_static").rglob("*.css")
    rules = joined.read_text()
    assert 'url("images/a.svg")' in rules
    assert "url(data:x)" in rules
    # The book's own rules stay without a look at who uses them.
    assert ".own-and-nowhere{a:url(b.svg)}" in rules
    page = (tmp_path / "part" / "a.html").read_text()
    assert page == f'<head><link rel="stylesheet" href="../_static/{joined.name}" />\n{print_only}</head>'


def test_a_page_without_style_sheets_and_files_to_download_are_left_alone(tmp_path):
    (tmp_path / "runs").mkdir()
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "theme.css").write_text("p{a:1}")
    for name, text in {"a.html": "<p>", "runs/b.html": '<link rel="stylesheet" href="../_static/theme.css">'}.items():
        (tmp_path / name).write_text(text)
    join_sheets(tmp_path)
    assert (tmp_path / "_static" / "theme.css").is_file()
    assert (tmp_path / "a.html").read_text() == "<p>"
