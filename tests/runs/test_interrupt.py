"""Whoever presses Ctrl-C wants the run to end, even if a library drops the first interrupt."""

import contextlib
import os
import signal
import threading
import time

import pytest

from citizen_security.runs.interrupt import insistent_interrupts


def press():
    os.kill(os.getpid(), signal.SIGINT)


def press_and_wait():
    press()
    time.sleep(5)


def test_an_interrupt_that_was_dropped_comes_again():
    with insistent_interrupts(0.2):
        with contextlib.suppress(KeyboardInterrupt):
            press_and_wait()
        # The second comes inside a wait, as in a cell that runs for a minute.
        with pytest.raises(KeyboardInterrupt):
            time.sleep(5)


def test_nothing_comes_again_after_the_block():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGALRM)]
    with pytest.raises(KeyboardInterrupt), insistent_interrupts(0.1):
        press_and_wait()
    time.sleep(0.3)
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGALRM)] == before


def test_a_block_in_another_thread_is_left_alone():
    found = []

    def block():
        with insistent_interrupts():
            found.append(signal.getsignal(signal.SIGALRM))

    thread = threading.Thread(target=block)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGALRM)]
