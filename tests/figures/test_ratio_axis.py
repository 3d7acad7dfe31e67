"""An axis of log ratios is labelled at ratios, or at the same places in per cent."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest

from citizen_security.figures.ratio_axis import HALF, in_percent, percent_ticks, ratio_ticks


@pytest.mark.parametrize(
    ("ratio", "said"), [(0.65, "−35%"), (1.0, "0%"), (0.999, "0%"), (1.12, "+12%"), (20.0, "+1,900%")]
)
def test_a_log_ratio_is_said_as_the_change_that_it_is(ratio, said):
    assert in_percent(np.log(ratio)) == said


@pytest.mark.parametrize(
    ("write", "ends", "shown"),
    [
        (ratio_ticks, (0.15, 3.0), ["0.2", "0.5", "1", "2"]),
        (percent_ticks, (0.08, 6.0), ["−90%", "−80%", "−50%", "0%", "+100%", "+400%"]),
        (percent_ticks, (0.45, 1.1), ["−50%", "−40%", "−30%", "−20%", "−10%", "0%"]),
    ],
)
def test_an_axis_is_labelled_where_ratios_lie_and_finely_where_few_do(write, ends, shown):
    _, axes = plt.subplots()
    limits = float(np.log(ends[0])), float(np.log(ends[1]))
    axes.set_xlim(limits)
    write(axes.xaxis, limits)
    formatter = axes.xaxis.get_major_formatter()
    assert [formatter(value, 0) for value in axes.xaxis.get_major_locator()()] == shown


@pytest.mark.parametrize(
    ("ends", "shown"),
    [((0.65, 1.3), ["−20%", "0%"]), ((0.08, 6.0), ["−80%", "0%", "+400%"]), ((2.1, 55.0), ["+400%", "+1,900%"])],
)
def test_where_room_is_scarce_labels_are_thinned_around_no_change(ends, shown):
    _, axes = plt.subplots()
    limits = float(np.log(ends[0])), float(np.log(ends[1]))
    percent_ticks(axes.xaxis, limits, most=3)
    formatter = axes.xaxis.get_major_formatter()
    assert [formatter(value, 0) for value in axes.xaxis.get_major_locator()()] == shown


def test_a_short_axis_keeps_even_steps():
    _, axes = plt.subplots()
    axes.set_xlim(0.01, 0.05)
    percent_ticks(axes.xaxis, (0.01, 0.05))
    assert len(axes.xaxis.get_major_locator()()) > 2


@pytest.mark.parametrize("ends", [(0.45, 1.7), (0.25, 1.5), (0.6, 1.1)])
@pytest.mark.parametrize("write", [percent_ticks, ratio_ticks])
def test_labels_of_one_of_two_panels_do_not_touch(write, ends):
    figure, (axes, _) = plt.subplots(1, 2, figsize=(9.5, 4.6))
    limits = float(np.log(ends[0])), float(np.log(ends[1]))
    axes.set_xlim(limits)
    write(axes.xaxis, limits, HALF)
    figure.canvas.draw()
    boxes = [label.get_window_extent() for label in axes.get_xticklabels()]
    assert len(boxes) > 2
    assert all(one.x1 < other.x0 for one, other in pairwise(boxes))
