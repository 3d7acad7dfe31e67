"""Names of trends of structural models."""

from typing import Literal

# `level`: a level that wanders. `slope`: also a slope that does.
Trend = Literal["level", "slope"]
