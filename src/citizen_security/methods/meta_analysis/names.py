"""Names that parameters and estimators share. Nothing is imported here, so that a command line starts at once."""

from typing import Literal

Estimator = Literal[
    "equal_effects",
    "dersimonian_laird",
    "hedges_olkin",
    "hunter_schmidt",
    "sidik_jonkman",
    "maximum_likelihood",
    "restricted_maximum_likelihood",
    "empirical_bayes",
    "paule_mandel",
]

# How the pooled effect is tested: t with the error of Knapp and Hartung, never below the model's; the same without that
# floor, as published; or normal (Wald).
Test = Literal["knapp_hartung", "knapp_hartung_unfloored", "normal"]
