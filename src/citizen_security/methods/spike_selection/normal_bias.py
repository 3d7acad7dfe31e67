"""The bias of matching on the last period before the start, in closed form, for normal populations.

Treated and other places come from populations of different level; deviations from the level fade. Matching a treated
place with others of the same last figure takes one of high luck from the lower population, whose luck fades.
"""

from .. import require


def matching_bias(difference: float, persistence: float) -> float:
    """Mean effect that matching on the last period finds where nothing was done.

    Parameters
    ----------
    difference : float
        Level of the treated population less that of the others, in units of the outcome.
    persistence : float
        Correlation of a place's deviation from its population's level with that of the period before.

    Returns
    -------
    float
        `difference * (1 - persistence)`: the matched places fall back towards their own level, the treated ones towards
        theirs, and what is between them shows as an effect of the sign of the difference.

    Raises
    ------
    ValueError
        If a number is missing or the persistence is not from 0 to 1.

    References
    ----------
    Daw and Hatfield (2018), Health Services Research 53(6); Illenberger, Small and Shaw (2020), Epidemiology 31(6).

    Notes
    -----
    With figures y = level + deviation and normal deviations of lag-one correlation ρ, the next figure of a place whose
    last was y is level + ρ (y - level). At equal y, treated less others is (1 - ρ) times the difference of levels.
    """
    fading = float(require.share("persistence", persistence))
    return float(require.finite("difference", difference)) * (1 - fading)
