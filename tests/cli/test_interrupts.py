"""Signals are held back while work is recorded, and raised while work is done."""

import signal
import sys

import pytest

from factorio_release.cli.interrupts import Interrupts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")


def test_a_signal_waits_for_a_released_block() -> None:
    interrupts, steps = Interrupts(), []
    with interrupts.installed():
        signal.raise_signal(signal.SIGTERM)
        steps.append("held back")
        with pytest.raises(KeyboardInterrupt), interrupts.released():
            steps.append("never")
    assert steps == ["held back"]


def test_a_held_block_inside_of_a_released_one_is_finished() -> None:
    interrupts, steps = Interrupts(), []
    with interrupts.installed(), interrupts.released():
        with interrupts.held():
            signal.raise_signal(signal.SIGHUP)
            steps.append("finished")
        steps.append("goes on")  # what comes behind it is still part of the end
        with pytest.raises(KeyboardInterrupt), interrupts.released():
            steps.append("never")
    assert steps == ["finished", "goes on"]


def test_ctrl_c_counts_each_time_and_the_others_once_each() -> None:
    interrupts, raised = Interrupts(), []
    with interrupts.installed(), interrupts.released():
        for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT, signal.SIGINT, signal.SIGHUP):
            try:
                signal.raise_signal(number)
            except KeyboardInterrupt:
                raised.append(number)
    assert raised == [signal.SIGTERM, signal.SIGINT, signal.SIGINT, signal.SIGHUP]


def test_handlers_are_restored_unless_they_were_installed_for_the_process() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    interrupts = Interrupts()
    with interrupts.installed():
        assert signal.getsignal(signal.SIGTERM) not in before
        with interrupts.installed():
            pass
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [
        signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ] == before
