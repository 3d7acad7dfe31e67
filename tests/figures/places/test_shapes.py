"""Shapes on a map: read, projected without changing areas, drawn in whole numbers."""

import re
from itertools import accumulate, pairwise
from math import dist, pi, sin, sqrt

import pytest

from citizen_security.figures.places.shapes import (
    MOVED,
    TOLERANCE,
    Window,
    contains,
    equal_area,
    fit,
    moved,
    neighbours,
    outlines,
    read_shape,
)

SQUARE = "MULTIPOLYGON (((0 0,10 0,10 10,0 10,0 0),(4 4,6 4,6 6,4 6,4 4)),((20 0,20.1 0,20.1 0.1,20 0)))"
BESIDE = "MULTIPOLYGON (((10 0,20 0,20 10,10 10,10 0)))"
AT_A_CORNER = "MULTIPOLYGON (((10 10,20 10,20 20,10 20,10 10)))"


def area(points):
    closed = [*points, points[0]]
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise(closed))) / 2


def test_a_shape_is_read_with_its_holes_and_parts():
    first, second = read_shape(SQUARE)
    assert first[0] == [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
    assert first[1][0] == (4, 4)
    assert second == [[(20, 0), (20.1, 0), (20.1, 0.1), (20, 0)]]


@pytest.mark.parametrize("text", ["", "POLYGON ((0 0,1 0,1 1,0 0))", "MULTIPOLYGON (((0 0,1 0,1 1,0 0))"])
def test_what_is_no_shape_is_refused(text):
    with pytest.raises(ValueError, match="no MULTIPOLYGON"):
        read_shape(text)


def test_a_hole_is_not_in_a_shape():
    shape = read_shape(SQUARE)
    assert contains(shape, (2, 2))
    assert not contains(shape, (5, 5))
    assert not contains(shape, (15, 5))


@pytest.mark.parametrize("centre", [(-70.0, -15.0), (-102.0, 23.0), (0.0, 0.0)])
def test_areas_are_those_of_the_sphere(centre):
    # A strip between two parallels, whose area on a sphere of radius one is known: width × difference of the sines.
    west, east, south, north = -80.0, -60.0, -30.0, 10.0
    number = 400
    edge = [(west + (east - west) * it / number, south) for it in range(number + 1)]
    edge += [(east, south + (north - south) * it / number) for it in range(number + 1)]
    edge += [(east - (east - west) * it / number, north) for it in range(number + 1)]
    edge += [(west, north - (north - south) * it / number) for it in range(number + 1)]
    project = equal_area(centre)
    expected = (20 * pi / 180) * (0.5 + 0.17364817766693)
    assert area([project(point) for point in edge]) == pytest.approx(expected, rel=1e-4)


def test_north_is_up_and_east_is_right():
    project = equal_area((-70.0, -15.0))
    assert project((-70.0, -15.0)) == pytest.approx((0, 0))
    assert project((-60.0, -15.0))[0] > 0
    assert project((-70.0, 0.0))[1] > 0


def test_a_window_holds_its_shapes_and_wastes_no_room():
    window = fit([read_shape(SQUARE)], 300, 200, margin=5)
    placed = [window.project(point) for point in read_shape(SQUARE)[0][0]]
    assert min(x for x, _ in placed) == pytest.approx(5, abs=0.6)
    assert max(y for _, y in placed) == pytest.approx(195, abs=0.6)
    assert (window.width <= 300, window.height) == (True, 200)


def test_an_islet_far_out_widens_no_window():
    with_islet = fit([read_shape(SQUARE)], 300, 200)
    without = fit([read_shape(SQUARE)[:1]], 300, 200)
    assert with_islet.width == without.width


def test_a_window_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no shape"):
        fit([], 100, 100)


def test_an_outline_is_closed_in_whole_numbers_without_points_on_a_line():
    shape = read_shape("MULTIPOLYGON (((0 0,5 0,10 0,10 10,0 10,0 0)))")
    drawn = outlines({"a": shape}, fit([shape], 100, 100))["a"]
    assert re.fullmatch(r"M\d+ \d+l(-?\d+[ -]?)+z", drawn.path)
    # Four corners: one to start from and three steps.
    assert len(re.findall(r"-?\d+", drawn.path)) == 8
    assert drawn.dot is None


def test_a_place_too_small_to_be_seen_has_a_dot():
    small = read_shape("MULTIPOLYGON (((20 0,20.1 0,20.1 0.1,20 0)),((25 0,25.01 0,25.01 0.01,25 0)))")
    window = fit([read_shape(SQUARE), small], 200, 200)
    drawn = outlines({"a": small}, window)["a"]
    assert drawn.dot == pytest.approx(window.project((20.05, 0.05)), abs=1)


def corners(path):
    """Corners of the one ring of a path, in whole numbers."""
    numbers = [int(it) for it in re.findall(r"-?\d+", path)]
    pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
    return list(accumulate(pairs, lambda at, step: (at[0] + step[0], at[1] + step[1])))


def wavy(start, end):
    """A border that wanders by far more than the tolerance, and trembles by less, as the table writes it."""
    steps = [(start + (end - start) * n / 60, 50 + 8 * sin(n / 5) + 0.1 * (-1) ** n) for n in range(61)]
    return ",".join(f"{x} {y}" for x, y in steps)


def test_both_sides_of_a_border_keep_the_same_corners_and_few_of_them():
    # Else white slivers would lie between neighbours, wherever the ring of each begins.
    below = read_shape(f"MULTIPOLYGON ((({wavy(0, 60)},60 0,0 0,0 50.1)))")
    above = read_shape(f"MULTIPOLYGON (((60 90,0 90,{wavy(0, 60)},60 90)))")
    flat = Window(60, 90, lambda at: at)
    drawn = outlines({"below": below, "above": above}, flat)
    one, other = (set(corners(drawn[name].path)) for name in ("below", "above"))
    shared = one & other
    assert one - shared == {(60, 0), (0, 0)}
    assert other - shared == {(60, 90), (0, 90)}
    assert 10 < len(shared) < 30


def test_what_is_left_of_a_line_is_near_all_of_it():
    # One coast, an island in whose ring no border begins.
    shape = read_shape(f"MULTIPOLYGON ((({wavy(0, 60)},30 0,0 50.1)))")
    left = corners(outlines({"a": shape}, Window(60, 90, lambda at: at))["a"].path)
    edges = list(pairwise([*left, left[0]]))
    rounding = sqrt(0.5)
    assert max(min(off(point, *edge) for edge in edges) for point in shape[0][0]) <= TOLERANCE + rounding


def off(point, start, end):
    """Distance of a point to a stretch, by trying many places on it."""
    places = ([one + (other - one) * t / 500 for one, other in zip(start, end, strict=True)] for t in range(501))
    return min(dist(point, place) for place in places)


def test_neighbours_share_a_stretch_and_not_a_corner():
    found = neighbours({"a": read_shape(SQUARE), "b": read_shape(BESIDE), "c": read_shape(AT_A_CORNER)})
    assert found == {"a": ["b"], "b": ["a", "c"], "c": ["b"]}


def test_islands_far_out_are_drawn_nearer_and_others_where_they_are():
    ((place, (across, _)),) = MOVED.items()
    assert moved(place, read_shape(BESIDE))[0][0][0] == (10 + across, 0)
    assert moved("HND", read_shape(BESIDE)) == read_shape(BESIDE)
