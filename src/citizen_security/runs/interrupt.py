"""Interrupts that are not lost."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Long enough for a kernel to be shut down in peace after the first interrupt, short enough for whoever waits.
AGAIN_SECONDS = 10.0


@contextmanager
def insistent_interrupts(seconds: float = AGAIN_SECONDS) -> Iterator[None]:
    """Raise an interrupt again, for as long as the block has not ended.

    An interrupt is an exception that arises wherever the program happens to be; where that is a callback or a
    finalizer inside a library, Python drops it, and the notebook would run on as if nobody had asked it to stop.

    Parameters
    ----------
    seconds : float
        Until the interrupt comes again.
    """
    # Signals reach the main thread only, and Windows has no timer that sends one.
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}

    def interrupt(number: int, frame: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        raise KeyboardInterrupt

    signal.signal(signal.SIGALRM, interrupt)
    for number in (signal.SIGINT, signal.SIGTERM):
        # What kills outright, or is ignored, stays as it is.
        if callable(before[number]):
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            # None stands for a handler that Python did not set, and cannot set again.
            if handler is not None:
                signal.signal(number, handler)
