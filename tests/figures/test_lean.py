"""A lean drawing is the same picture: what is left out is what nobody sees."""

import base64
import io
import re
from xml.etree import ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import vl_convert
from PIL import Image

from citizen_security.figures import theme
from citizen_security.figures.drawing import light_image
from citizen_security.figures.lean import SVG, lean, references, short_places


@pytest.fixture(scope="module")
def written() -> str:
    """A drawing as the library writes it: lines, bands, markers, bars, rotated words, two panels."""
    theme.apply()
    figure, (left, right) = plt.subplots(1, 2)
    years = np.arange(2000, 2024)
    left.plot(years, np.sin(years), marker="o", alpha=0.6)
    left.fill_between(years, np.sin(years) - 0.3, np.sin(years) + 0.3, alpha=0.25)
    left.vlines(years, -1.8, -1.5, lw=2)
    left.set(ylabel="Rate & more", title="p = 0.0153")
    right.scatter(np.cos(years), years, c=years, cmap="viridis")
    right.barh(years, 0.2, alpha=0.4)
    right.tick_params(axis="x", rotation=30)
    right.annotate(r"$\mu^2$", (0, 2010))
    text = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        figure.savefig(text, format="svg", metadata={"Date": None})
    plt.close(figure)
    return text.getvalue()


def pixels(svg: str) -> np.ndarray:
    drawn = Image.open(io.BytesIO(vl_convert.svg_to_png(svg, scale=2.0))).convert("RGB")
    return np.asarray(drawn).astype(int)


def words(svg: str) -> list[str]:
    return ["".join(it.itertext()) for it in ElementTree.fromstring(svg).iter(f"{{{SVG}}}text")]


def test_the_picture_is_the_same(written):
    before, after = pixels(written), pixels(lean(written))
    assert before.shape == after.shape
    # A tenth of a point, of which two pixels are drawn here, shades edges a little; nothing is lost or moved.
    difference = np.abs(before - after).max(axis=2)
    assert difference.mean() < 1
    assert (difference > 100).mean() < 0.001


def test_words_are_the_same(written):
    assert words(lean(written)) == words(written)
    assert "p = 0.0153" in words(written)


def test_it_weighs_about_half(written):
    assert len(lean(written)) < 0.6 * len(written)


def test_a_second_time_changes_nothing(written):
    assert lean(lean(written)) == lean(written)


def test_whatever_is_referred_to_is_there_and_no_other_name_but_those_of_grounds(written):
    root = ElementTree.fromstring(lean(written))
    names = {it.get("id") for it in root.iter() if it.get("id")}
    assert references(root) <= names
    assert all(re.match("(figure|axes|patch)_", it) for it in names - references(root))


def test_opacity_is_said_by_each_mark():
    # A group's opacity is that of the whole: overlapping marks would look otherwise.
    marks = "".join(f'<path d="M{place} 0L9 9" style="opacity: 0.5; fill: none"/>' for place in range(5))
    assert lean(f'<svg xmlns="{SVG}">{marks}</svg>').count("opacity: 0.5") == 5


@pytest.mark.parametrize(
    ("places", "short"),
    [
        ("M 59.412345 62.25  L 323.4 62.2  z ", "M59.4 62.2L323.4 62.2z"),
        ("M 0 1.5  C 0.397805 1.5 -0.0004 1.341951 1.06 1.06 ", "M0 1.5C0.4 1.5 0 1.34 1.06 1.06"),
        ("translate(44.30001 221.8)", "translate(44.3 221.8)"),
        ("translate(1.23456 2) scale(0.015625)", "translate(1.23456 2) scale(0.015625)"),
        ("649.73753pt", "649.7pt"),
        ("rotate(-45.12345) translate(10.555,3.14159)", "rotate(-45.1) translate(10.6,3.14)"),
        ("M0,0L-1.1102230246251565e-15,200.5", "M0,0L-1.11e-15,200.5"),
    ],
)
def test_places_are_short(places, short):
    assert short_places(places) == short


@pytest.mark.parametrize("kind", ["bytes", "text", "sized"])
def test_an_image_of_a_figure_has_a_palette_and_looks_the_same(kind):
    figure, axes = plt.subplots()
    generator = np.random.default_rng(1)
    axes.scatter(*generator.normal(size=(2, 2000)), c=generator.normal(size=2000), alpha=0.4)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    plt.close(figure)
    heavy = file.getvalue()
    encoded = base64.b64encode(heavy).decode()
    given = {"bytes": heavy, "text": encoded, "sized": (encoded, {"image/png": {"width": 640}})}[kind]
    light = light_image(given)
    assert type(light) is type(given)
    if kind == "sized":
        assert light[1] == given[1]
        light = light[0]
    content = light if isinstance(light, bytes) else base64.b64decode(light)
    assert len(content) < 0.6 * len(heavy)
    before, after = (np.asarray(Image.open(io.BytesIO(it)).convert("RGBA")).astype(int) for it in (heavy, content))
    assert before.shape == after.shape
    assert np.abs(before - after).mean() < 2
