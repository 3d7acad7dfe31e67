"""A line under a cell that says how far a long computation has come."""

from collections.abc import Callable


def show_progress(what: str) -> Callable[[int, int], None]:
    """Display an empty line, and give the function that fills it.

    Parameters
    ----------
    what : str
        What is counted, such as `specifications`.

    Returns
    -------
    callable
        Takes what is done and all there is to do, and writes such as `50 of 1,200 specifications` in the line's place.
    """
    from IPython.display import display

    line = display("", display_id=True)

    def write(done: int, total: int) -> None:
        line.update(f"{done:,} of {total:,} {what}")

    return write
