"""Parameters of the notebooks on city homicide."""

from typing import Annotated, Any

from pydantic import Field

# The gate asks for 400 effective draws; on small samples they were an eighth of all draws at the fewest.
MINIMUM_DRAWS_IN_ALL = 4_000

# Fields that several notebooks declare.
CredibleLevel = Annotated[
    float, Field(ge=0.5, le=0.99, description="probability that every interval on the page is to hold")
]


def refuse_odd_countries(countries: str | list[str]) -> None:
    """Refuse an empty list of countries, and one that names a country twice."""
    if isinstance(countries, str):
        return
    if not countries:
        raise ValueError(
            "countries = [] leaves no city. Allowed: all, lac, or a list of ISO codes such as ['BRA', 'MEX']."
        )
    repeated = sorted({country for country in countries if countries.count(country) > 1})
    if repeated:
        raise ValueError(f"countries names {', '.join(repeated)} more than once. Allowed: each country once.")


def refuse_few_draws(draws: int, chains: int) -> None:
    """Refuse chains too short to judge their convergence."""
    if draws * chains < MINIMUM_DRAWS_IN_ALL:
        raise ValueError(
            f"draws = {draws} in chains = {chains} make {draws * chains:,} draws in all; at least "
            f"{MINIMUM_DRAWS_IN_ALL:,} are needed to judge convergence. Allowed with so many chains: draws from "
            f"{-(-MINIMUM_DRAWS_IN_ALL // chains):,} (effort = 'quick' takes fewer by itself)."
        )


def refuse_repeated(name: str, values: list[Any]) -> None:
    """Refuse a list that names something twice."""
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"{name} holds {', '.join(map(str, repeated))} more than once. Allowed: each once.")
