"""Blanks of a notebook's prose are told from its text, and filled."""

import pytest

from citizen_security.quoted import UNTIL_IT_RAN, Quotable, with_roles

VALUE = {"unit": "", "interval": [1.0, 2.0], "n": 3, "label": "", "format": ".1f", "value": 1.25}


@pytest.mark.parametrize(
    ("source", "roles"),
    [
        (
            "By …<!--fall_text-->% (…<!-- fall_interval -->).",
            "By {glue:text}`fall_text`% ({glue:text}`fall_interval`).",
        ),
        ("…<!--fall:+.2f--> is", "{glue:text}`fall:+.2f` is"),
        ("[…]<!--a_reading_text--> So", "{glue:text}`a_reading_text` So"),
        ("and so on … <!--a note-->", "and so on … <!--a note-->"),
        (f"# Title\n\nA question?\n\n*A … is\na value.*{UNTIL_IT_RAN}", "# Title\n\nA question?"),
        (f"*A … is a value.*{UNTIL_IT_RAN}\n\nAnd more.", "\n\nAnd more."),
    ],
)
def test_a_blank_is_a_role_and_what_tells_of_blanks_goes(source, roles):
    assert with_roles(source) == roles


def test_what_is_not_recorded_yet_stays_a_blank():
    filled = Quotable({"fall": VALUE}, {"gini": "no survey was used"}).resolve(
        with_roles("By …<!--fall_text--> or …<!--rise_text-->. So …<!--gini_text-->.")
    )
    assert filled == "By 1.2 or …. (Not in this run: no survey was used.)"
