"""How many periods a design needs on either side of the start, and what to do where the table has fewer."""

from citizen_security.methods.interrupted_series.segments import LEAST_AFTER, LEAST_BEFORE
from citizen_security.methods.synthetic_control.panels import LEAST_BEFORE as LEAST_BEFORE_WEIGHTS
from citizen_security.programmes.your_own_programme.programme_panel import ProgrammePanel
from citizen_security.words import counted

# Periods before the earliest date to which a line's start is moved.
LEAST_BEFORE_EARLIER = 2 * LEAST_BEFORE


def require_periods(panel: ProgrammePanel, before: int, after: int = 1) -> None:
    """Refuse a design that needs more periods than the treated unit has.

    Parameters
    ----------
    panel : ProgrammePanel
    before, after : int
        Periods that are needed before the start and from it on.

    Raises
    ------
    ValueError
        With what is needed, what there is, and what to do.
    """
    has_before = int(panel.starts[0])
    has_after = panel.periods - has_before
    noun = panel.calendar.noun
    remedies = [f"earlier {noun}s"] * (has_before < before) + [f"later {noun}s"] * (has_after < after)
    if remedies:
        raise ValueError(
            f"it needs {counted(before, noun)} before the start and {counted(after, noun)} from it on, and the table "
            f"has {counted(has_before, noun)} and {counted(has_after, noun)}; give {' and '.join(remedies)}"
        )


def require_line(panel: ProgrammePanel) -> None:
    """Refuse a line where either side of the start is too short for it."""
    require_periods(panel, LEAST_BEFORE, LEAST_AFTER)


def require_earlier_lines(panel: ProgrammePanel) -> None:
    """Refuse lines that start earlier where no earlier start leaves enough on either side."""
    after = max(panel.periods - int(panel.starts[0]), LEAST_AFTER)
    before = LEAST_BEFORE_EARLIER + LEAST_AFTER
    # As many periods are looked at as follow the start, but no more than a third of those before.
    while min(after, before // 3) > before - LEAST_BEFORE_EARLIER:
        before += 1
    require_periods(panel, before, LEAST_AFTER)


def require_earlier_weights(panel: ProgrammePanel) -> None:
    """Refuse weights of donors at earlier starts where none leaves enough before it."""
    require_periods(panel, LEAST_BEFORE_WEIGHTS + 1)
