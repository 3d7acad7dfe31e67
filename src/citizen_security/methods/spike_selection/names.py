"""Names of the rules that choose a place."""

from typing import Literal

# `random`: any place. `high`: among those highest in the last periods. `rising`: among those that rose most up to them.
# `own_peak`: any place whose last periods are its highest.
Rule = Literal["random", "high", "rising", "own_peak"]
