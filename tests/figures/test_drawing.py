"""Light figures are drawings with text, heavy ones images, in a shell as a notebook has it."""

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from citizen_security.figures import theme
from citizen_security.figures.drawing import MOST_MARKS, drawing, is_light, marks

IN_A_SHELL = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import matplotlib
matplotlib.use("module://matplotlib_inline.backend_inline")
from citizen_security.figures import theme
for _ in range({calls}):
    theme.apply()
import matplotlib.pyplot as plt
kinds = []
for points in (10, 100_000):
    figure, axes = plt.subplots()
    axes.plot(range(points))
    axes.set_title("A finding")
    shown, _ = shell.display_formatter.format(figure)
    kinds.append(sorted(kind for kind in shown if kind != "text/plain"))
    plt.close(figure)
print(kinds)
"""


@pytest.fixture
def axes():
    theme.apply()
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


@pytest.mark.parametrize("calls", [1, 2])
def test_a_notebook_shows_a_light_figure_as_drawing_and_a_heavy_one_as_image(calls):
    code = IN_A_SHELL.format(calls=calls)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[['image/svg+xml'], ['image/png']]"


def test_the_same_figure_gives_the_same_bytes_with_its_words(axes):
    axes.plot([1, 2], label="a line")
    axes.set_title("A finding")
    assert drawing(axes.figure) == drawing(axes.figure)
    assert ">A finding</text>" in drawing(axes.figure)


def test_points_of_lines_scatters_and_areas_are_counted(axes):
    empty = marks(axes.figure)
    axes.plot(range(300))
    line = marks(axes.figure)
    axes.scatter(range(200), range(200))
    scatter = marks(axes.figure)
    axes.fill_between(range(100), range(100))
    assert line - empty >= 300
    assert scatter - line >= 200
    assert marks(axes.figure) - scatter >= 200


def test_a_map_of_pixels_is_heavy(axes):
    axes.imshow(np.zeros((2, 2)))
    assert not is_light(axes.figure)


def test_many_points_are_heavy(axes):
    axes.scatter(range(MOST_MARKS + 1), range(MOST_MARKS + 1))
    assert not is_light(axes.figure)
