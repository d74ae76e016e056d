"""Two instances never work on one database, and a dead one keeps nobody out for long."""

import asyncio
import os
import socket
import sys
from datetime import timedelta

import pytest

from bot.lease import Lease, LeaseHeldError


async def test_a_second_instance_is_refused_and_told_who_is_there(store, clock):
    await Lease(store, clock, owner="first").take()
    await clock.advance(4)

    with pytest.raises(LeaseHeldError) as refusal:
        await Lease(store, clock, owner="second").take()

    assert "(first)" in str(refusal.value)
    assert "since 2026-01-10 01:14:32 UTC and was alive 4 s ago" in str(refusal.value)


async def test_one_that_stopped_lets_the_next_in_at_once(store, clock):
    first = Lease(store, clock, owner="first")
    await first.take()
    await first.release()

    await Lease(store, clock, owner="second").take()


async def test_one_that_is_silent_for_30_seconds_is_dead(store, clock):
    await Lease(store, clock, owner="first").take()
    await clock.advance(31)

    await Lease(store, clock, owner="second").take()


async def test_one_that_renews_keeps_its_lease(store, clock, background):
    first = Lease(store, clock, owner="first")
    await first.take()
    background.start(first.keep(lambda: None), "lease")
    await clock.advance(300)

    with pytest.raises(LeaseHeldError):
        await Lease(store, clock, owner="second").take()


async def test_one_that_lost_its_lease_learns_of_it(store, clock, background):
    """A process that was frozen for a minute must not go on as if nothing had happened."""
    lost: list[bool] = []
    first = Lease(store, clock, owner="first")
    await first.take()
    await clock.advance(60)
    await Lease(store, clock, owner="second").take()

    background.start(first.keep(lambda: lost.append(True)), "lease")
    await clock.settle()

    assert lost == [True]
    await first.release()
    with pytest.raises(LeaseHeldError):
        await Lease(store, clock, owner="third").take()


async def test_a_clock_set_back_keeps_nobody_out(store, clock):
    await Lease(store, clock, owner="first").take()
    clock.jump(-timedelta(hours=1))

    await Lease(store, clock, owner="second").take()


async def test_a_process_of_this_machine_that_ended_is_not_waited_for(store, clock):
    """After a crash the next start must not lose half a minute of alerts."""
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await ended.wait()
    await Lease(store, clock, owner=f"{socket.gethostname()}, process {ended.pid}, ab").take()

    await Lease(store, clock).take()


async def test_a_process_of_this_machine_that_runs_is_respected(store, clock):
    await Lease(store, clock, owner=f"{socket.gethostname()}, process {os.getppid()}, ab").take()

    with pytest.raises(LeaseHeldError):
        await Lease(store, clock).take()


async def test_in_a_container_the_own_number_is_that_of_the_life_before(store, clock):
    await Lease(store, clock).take()

    await Lease(store, clock).take()
