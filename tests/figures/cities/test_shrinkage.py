"""What pooling moves: every city is drawn with its country."""

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
