"""Parameters of the notebooks on city homicide."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from citizen_security.parameters import EachOnce

# The gate asks for 400 effective draws; on small samples they were an eighth of all draws at the fewest.
MINIMUM_DRAWS_IN_ALL = 4_000

# Fields that several notebooks declare.
PanelCountries = Annotated[list[Literal["BRA", "COL", "MEX"]], Field(min_length=1), EachOnce()]
CredibleLevel = Annotated[
    float, Field(ge=0.5, le=0.99, description="probability that every interval on the page is to hold")
]


def few_draws(draws: int, chains: int) -> Iterator[str]:
    """Why chains are too short to judge their convergence, if they are."""
    if draws * chains < MINIMUM_DRAWS_IN_ALL:
        yield (
            f"draws = {draws} in chains = {chains} make {draws * chains:,} draws in all; at least "
            f"{MINIMUM_DRAWS_IN_ALL:,} are needed to judge convergence. Allowed with so many chains: draws from "
            f"{-(-MINIMUM_DRAWS_IN_ALL // chains):,} (effort = 'quick' takes fewer by itself)."
        )
