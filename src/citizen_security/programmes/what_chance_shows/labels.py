"""What designs, rules and panels are called in sentences and figures."""

from collections.abc import Iterable

DESIGNS = {
    "before_and_after": "a plain comparison of before and after",
    "extrapolated_line": "the place's own line",
    "structural_series": "a Bayesian structural model",
    "difference_in_differences": "difference in differences",
    "synthetic_control": "synthetic control by ratio",
    "synthetic_control_gap": "synthetic control by gap",
    "demeaned_synthetic_control": "demeaned synthetic control",
    "synthetic_difference_in_differences": "synthetic difference-in-differences",
    "equal_moments": "equal moments of other places",
}
RULES = {
    "random": "at random",
    "high": "for standing highest",
    "rising": "for rising most",
    "own_peak": "at their own peak",
}
PANELS = {
    "mexican_municipalities": "Mexican municipalities",
    "brazilian_cities": "Brazilian cities",
    "mexican_cities": "Mexican cities",
    "colombian_cities": "Colombian cities",
}
# Who publishes the deaths of each panel.
PUBLISHERS = {
    "mexican_municipalities": "INEGI",
    "brazilian_cities": "IPEA, Atlas da Violência",
    "mexican_cities": "INEGI",
    "colombian_cities": "National Police of Colombia",
}


def sources(panels: Iterable[str]) -> str:
    """Publishers of panels, each once: `INEGI; IPEA, Atlas da Violência`."""
    return "; ".join(dict.fromkeys(PUBLISHERS[name] for name in panels))
