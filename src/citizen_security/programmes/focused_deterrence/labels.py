"""What designs are called in sentences and beside rows."""

from collections.abc import Mapping

from citizen_security.programmes.focused_deterrence.parameters import Design

DESIGN_NAMES: Mapping[Design, str] = {
    "year_before": "against the year before",
    "all_before": "against all months before",
    "synthetic": "against synthetic counts",
    "own_peak": "against falls from own peaks",
}
