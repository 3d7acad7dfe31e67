"""What pooling moves: every city is drawn with its country."""

import numpy as np
import pandas as pd

from citizen_security.figures.cities.shrinkage import plot_shrinkage


def drawn(figure):
    """The figure with its layout done, which is where an overfull one complains."""
    figure.canvas.draw()
    return figure


def names(axes):
    return [label.get_text() for label in axes.get_yticklabels()]


def test_every_city_moved_is_drawn_with_its_country(cities):
    figure = drawn(plot_shrinkage(cities, named=2))
    left, right = figure.axes
    assert figure.get_suptitle() == "Pooling moves the middle city by 1.5%"
    assert {text.get_text() for text in left.texts} == {"Alpha", "Beta"}
    assert names(right) == ["CCC", "BBB", "AAA"]


def test_names_of_cities_side_by_side_cover_neither_each_other_nor_a_point():
    number = 12
    crowd = pd.DataFrame(
        {
            "city": [f"A city with a long name {row}" for row in range(number)],
            "iso3": "AAA",
            "homicides": np.geomspace(200, 900, number),
            "raw_rate": 40.0,
            "rate": 41.0,
            "country_rate": 50.0,
            "change_percent": np.where(np.arange(number) < 3, [-3.2, -3.0, -2.7] * 4, 1.0),
        }
    )
    figure = drawn(plot_shrinkage(crowd, named=3))
    axes = figure.axes[0]
    boxes = [text.get_window_extent() for text in axes.texts]
    points = axes.transData.transform(crowd[["homicides", "change_percent"]].to_numpy())
    assert len(boxes) == 3
    assert [box.count_overlaps(boxes) for box in boxes] == [1, 1, 1], "a name covers another one besides itself"
    assert not any(box.count_contains(points) for box in boxes)
    assert all(axes.bbox.x0 < box.x0 and box.x1 < axes.bbox.x1 for box in boxes)
