"""Names that parameters and estimators share. Nothing is imported here, so that a command line starts at once."""

from typing import Literal

BootstrapWeights = Literal["webb", "rademacher"]
