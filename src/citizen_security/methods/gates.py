"""What a fit by simulation must reach before anything is read from it, by the effort of its run.

The samplers' gate (`sampling`) and that of weighted samples (`importance`) are made of these.

References
----------
Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian Analysis 16(2), for R-hat and effective samples;
Betancourt (2016) for the energy; Vehtari, Simpson, Gelman, Yao and Gabry (2024), Journal of Machine Learning Research
25(72), for the Pareto k.
"""

from collections.abc import Mapping

from .effort import Effort

# Rank-normalised split R-hat, at most.
MAXIMUM_R_HAT: Mapping[Effort, float] = {"full": 1.01, "quick": 1.05}

# Effective draws, at least: bulk and tail of every parameter that is sampled, and of a weighted sample.
MINIMUM_EFFECTIVE_SAMPLE: Mapping[Effort, float] = {"full": 400, "quick": 100}

# Divergent transitions over all draws, at most.
MAXIMUM_DIVERGENCE_SHARE: Mapping[Effort, float] = {"full": 0, "quick": 0.01}

# Energy fraction of missing information (E-BFMI) of each chain, at least.
MINIMUM_ENERGY_FRACTION: Mapping[Effort, float] = {"full": 0.3, "quick": 0.2}

# Shape of the tail of importance weights, at most, whatever the effort: beyond, more draws do not help.
MAXIMUM_PARETO_K = 0.7
