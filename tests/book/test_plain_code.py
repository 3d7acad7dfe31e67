"""Code on pages looks as before, without marks that change nothing."""

import re
from pathlib import Path

import pytest

from citizen_security.book.plain_code import plain_names, without_plain

SHEET = """pre { line-height: 125%; }
html[data-theme="light"] .highlight { background: #fefefe; color: #080808 }
html[data-theme="light"] .highlight .n { color: #080808 } /* Name */
html[data-theme="light"] .highlight .o { color: #00622F } /* Operator */
html[data-theme="light"] .highlight .w { color: #080808 }
html[data-theme="light"] .highlight .gs { color: #080808; font-weight: bold }
html[data-theme="dark"] .highlight { background: #2b2b2b; color: #F8F8F2 }
html[data-theme="dark"] .highlight .n { color: #F8F8F2 }
html[data-theme="dark"] .highlight .o { color: #ABE338 }
html[data-theme="dark"] .highlight .w { color: #ABE338 }
html[data-theme="dark"] .highlight .gs { color: #F8F8F2; font-weight: bold }
"""
PAGE = (
    '<p><span class="n">a name</span></p><div class="highlight"><pre><span></span><span class="n">one</span>'
    '<span class="o">=</span><span class="n">two &lt; three</span><span class="w"> </span>\n</pre></div>'
)


def test_plain_is_what_has_the_colour_of_code_in_both_modes_and_nothing_else():
    assert plain_names(SHEET) == {"n"}


def test_only_plain_marks_within_code_go():
    assert without_plain(PAGE, {"n"}) == (
        '<p><span class="n">a name</span></p><div class="highlight"><pre><span></span>one'
        '<span class="o">=</span>two &lt; three<span class="w"> </span>\n</pre></div>'
    )
    assert without_plain(PAGE, set()) == PAGE


@pytest.mark.parametrize("word", ["n", "p", "o", "kn"])
def test_the_sheet_of_the_site_is_read(built, word):
    # Names and punctuation are most of code, and have its colour; operators and keywords have one of their own.
    page = (Path(built) / "cities" / "city_table.html").read_text("utf-8")
    marks = re.findall(rf'<span class="{word}">', page)
    assert bool(marks) == (word in ("o", "kn"))
