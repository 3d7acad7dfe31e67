"""How much work a run is given. Nothing is imported here, so that a command line starts at once."""

from typing import Literal

Effort = Literal["full", "quick"]

# Chains that run beside each other, and threads that fit beside each other.
SAMPLER_CORES = 2
