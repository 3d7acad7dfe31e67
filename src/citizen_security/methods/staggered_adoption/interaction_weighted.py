"""The event study that weights interactions of groups and time since the start by the groups' shares."""

from dataclasses import dataclass

from ..panel.rows import NotAPanel
from .aggregates import Averages, average
from .effects import Effects
from .group_time import group_time_effects
from .panels import StaggeredPanel


@dataclass(frozen=True)
class EventStudy:
    """Effects by time since the start.

    Attributes
    ----------
    effects : Effects
        Labels event_time; the period before the start is the one that others are compared with, and has none.
    by_group : Effects
        Of each group, labels start, period, event_time.
    overall : Effects
        Mean over event times from 0.
    """

    effects: Effects
    by_group: Effects
    overall: Effects


def interaction_weighted(panel: StaggeredPanel) -> EventStudy:
    """Event study by group, averaged with the groups' shares among units at that time since the start.

    The regression on unit and period effects and on every group's event times is saturated: its coefficients are
    differences between changes since the period before the start, and are computed as such. Units that are never
    treated are the comparison; where there are none, those that start last, in periods before they do.

    Parameters
    ----------
    panel : StaggeredPanel

    Returns
    -------
    EventStudy
        Errors are clustered by unit without a correction for few, and take the shares as given.

    Raises
    ------
    NotAPanel
        If no periods are left before the last start.

    References
    ----------
    Sun and Abraham (2021), Journal of Econometrics 225(2), section 4.1.
    """
    compared = panel
    if not panel.never.any():
        last = int(panel.groups[-1])
        if last <= panel.groups[0] or last < 2:
            raise NotAPanel(["no group starts before the last one. Add units that start later, or never."])
        compared = panel.up_to(last)
    found = group_time_effects(compared, "never_treated", "universal")
    means: Averages = average(found, "event_time", random_shares=False)
    return EventStudy(means.effects, found.effects, means.overall)
