"""Priors and errors of the designs."""

from paradox.slope_panels import PRIORS

from citizen_security.paradox.country_heterogeneity.designs import (
    Design,
    SlopePriors,
    describe_errors,
    error_designs,
    main_design,
)
from citizen_security.paradox.country_heterogeneity.parameters import CountryHeterogeneity


def test_priors_are_varied_one_at_a_time():
    variants = PRIORS.variants(2)
    assert sorted((other.slope_scale, other.deviation_scale) for other in variants.values()) == [
        (0.25, 0.25), (0.5, 0.125), (0.5, 0.5), (1.0, 0.25),
    ]  # fmt: skip


def test_the_main_design_comes_last_among_the_models_of_the_errors_and_is_in_words():
    main = Design(PRIORS)
    assert list(error_designs(main).values())[-1] == main
    assert describe_errors(main) == "autoregressive errors, spread by country"


def test_the_parameters_say_which_design_is_the_main_one():
    parameters = CountryHeterogeneity.from_values({"slope_scale": 0.7, "spread": "common"})
    assert main_design(parameters) == Design(SlopePriors(0.7, 0.25), spread="common")
