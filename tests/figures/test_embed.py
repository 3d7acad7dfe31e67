"""Charts that travel with a page: static picture and inert specification in one figure."""

import json
import re
from urllib.parse import unquote
from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markup import Elements

from citizen_security.figures import theme
from citizen_security.figures.embed import inert_json, show, static_picture
from citizen_security.figures.lean import PLACES, short_places

HOSTILE = "</script><script>alert(1)</script><!-- {braces} & \"quotes\" 'single' \u2028"
ALT = "Bars, one a letter; taller is more."


def bars(labels=("a", "b", "c"), **properties):
    frame = pd.DataFrame({"label": list(labels), "number": range(1, len(labels) + 1)})
    return alt.Chart(frame).mark_bar().encode(x="label:N", y="number:Q").properties(**properties)


def carried(html: str) -> dict:
    (text,) = Elements(html).scripts
    return json.loads(text)


@pytest.fixture(scope="module")
def shown():
    return show(bars(), ALT, caption="Source: nobody")


def test_figure_holds_picture_caption_and_specification(shown):
    tags = [tag for tag, _ in Elements(shown.html).tags]
    assert tags == ["figure", "img", "figcaption", "script"]
    assert carried(shown.html)["light"]["mark"]["type"] == "bar"


def test_specification_is_no_program(shown):
    # A browser runs a script only if its type is that of a program.
    assert Elements(shown.html).only("script")["type"] == "application/json"


def test_picture_is_drawn_without_a_browser_and_keeps_its_place(shown):
    image = Elements(shown.html).only("img")
    kind, picture = image["src"].split(",", 1)
    root = ElementTree.fromstring(unquote(picture))
    assert kind == "data:image/svg+xml"
    assert image["alt"] == ALT
    assert [root.get("width"), root.get("height")] == [image["width"], image["height"]]


def test_jupyter_shows_the_figure_and_a_terminal_its_description(shown):
    assert shown._repr_mimebundle_() == {"text/html": shown.html, "text/plain": ALT}


def test_chart_without_alternative_text_is_refused():
    with pytest.raises(ValueError, match="alt is empty"):
        show(bars(), "  ")


def test_alternative_text_reaches_the_drawing(shown):
    assert carried(shown.html)["light"]["description"] == ALT


def test_dark_mode_differs_in_colours_and_carries_no_data_twice(shown):
    both = carried(shown.html)
    assert both["dark"]["config"]["axis"]["labelColor"] == theme.DARK["text"]
    assert both["light"]["config"]["axis"]["labelColor"] == theme.LIGHT["text"]
    assert "datasets" not in both["dark"]
    assert set(both["dark"]) == {"config"}


def test_dark_chart_of_its_own_is_taken():
    both = carried(show(bars(), ALT, dark=bars().encode(color=alt.value(theme.SKY))).html)
    assert both["dark"]["encoding"]["color"] == {"value": theme.SKY}
    assert "color" not in both["light"]["encoding"]


def test_settings_of_the_chart_win_over_the_theme_in_light_mode_only():
    both = carried(show(bars().configure_axis(labelColor="#123456", labelAngle=7), ALT).html)
    assert both["light"]["config"]["axis"]["labelColor"] == "#123456"
    assert both["dark"]["config"]["axis"]["labelColor"] == theme.DARK["text"]
    assert both["dark"]["config"]["axis"]["labelAngle"] == 7


def test_hostile_words_stay_words():
    # A city or a study may be named anything; nothing in a name may become part of the page.
    html = show(bars([HOSTILE, "b"]), HOSTILE, caption=HOSTILE).html
    elements = Elements(html)
    assert [tag for tag, _ in elements.tags] == ["figure", "img", "figcaption", "script"]
    assert elements.only("img")["alt"] == HOSTILE
    assert elements.text == HOSTILE
    (rows,) = carried(html)["light"]["datasets"].values()
    assert rows[0]["label"] == HOSTILE


def test_signs_that_no_picture_can_hold_are_shown_in_their_place():
    # The library that draws ends the whole process at one of them.
    signs = ["a\x00b", "a\x08b", "a\x1bb", "a\ufffeb", "\u202eab", "x" * 10_000]
    picture = static_picture(bars(signs).to_dict())
    ElementTree.fromstring(picture)
    assert "a�b" in picture


@settings(max_examples=200, deadline=None)
@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.dictionaries(st.text(), inner, max_size=3)))
def test_inert_json_is_the_same_json_without_markup(content):
    text = inert_json(content)
    assert json.loads(text) == content
    assert not re.search(r"[<>&]", text)


def test_numbers_that_json_does_not_know_are_refused():
    with pytest.raises(ValueError, match="JSON compliant"):
        inert_json({"rate": float("nan")})


def test_chart_as_wide_as_its_container_is_drawn_as_wide_as_the_text():
    picture = static_picture(bars(width="container").to_dict())
    assert 600 < float(ElementTree.fromstring(picture).get("width")) < 760


def test_picture_leaves_out_what_only_the_pointer_finds():
    # A chart with a target for the pointer on each point would otherwise weigh a megabyte.
    visible = bars(list("abcdefghij"))
    targets = visible.mark_point(opacity=0)
    drawn, alone = static_picture((visible + targets).to_dict()), static_picture(visible.to_dict())
    assert drawn.count("<path") == alone.count("<path")
    assert alone.count("<path") >= 10


def test_picture_loads_nothing_from_elsewhere():
    elsewhere = alt.Chart("https://example.org/table.csv").mark_bar().encode(x="a:N")
    with pytest.raises(ValueError, match="not allowed"):
        static_picture(elsewhere.to_dict())


def test_picture_is_the_same_each_time():
    # The book is rebuilt only where something changed; a picture that differs by chance would change every time.
    assert static_picture(bars().to_dict()) == static_picture(bars().to_dict())


def test_a_static_picture_keeps_the_digits_of_its_words():
    chart = alt.Chart(alt.Data(values=[{"x": 1}])).mark_text(text="p = 0.0154").encode(x="x:Q")
    shown = show(chart, "A word")
    assert "p = 0.0154" in unquote(shown.html)


def test_places_of_a_chart_are_as_short_as_those_of_any_drawing():
    curve = alt.Data(values=[{"x": it / 7, "y": it**2 / 3} for it in range(9)])
    chart = alt.Chart(curve).mark_line(point=True).encode(x="x:Q", y="y:Q")
    root = ElementTree.fromstring(static_picture(chart.to_dict()))
    places = [element.attrib[name] for element in root.iter() for name in PLACES & element.attrib.keys()]
    assert len(places) > 20
    assert [it for it in places if short_places(it) != it] == []
