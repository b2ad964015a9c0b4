"""Lanes: what each container of a Pod was in over time."""

from datetime import UTC

from podwatch.core.kube import Pod
from podwatch.renderers.dashboard.lanes import lanes
from podwatch.renderers.dashboard.layout import Layout
from podwatch.renderers.dashboard.theme import DEFAULT
from tests.build import (
    added,
    ended,
    fed,
    modified,
    opened,
    pod,
    running,
    status,
    synced,
    waiting,
)


def lane(*versions: Pod) -> str:
    """The states of the first container's lane; a second passes between two versions."""
    first, *others = versions
    items = [added(first), *(modified(one, t=float(n)) for n, one in enumerate(others, 1))]
    session = fed((opened(), synced(), *items))
    (row,) = session.board.rows
    _, *parts = lanes(session.board, row, 30, Layout(DEFAULT, UTC))[0]
    states = "".join(text for text, _ in parts)
    return "".join(
        one for one, before in zip(states, " " + states[:-1], strict=True) if one != before
    )


def test_a_run_that_ended_between_two_versions_is_seen_as_ended() -> None:
    first = pod(status(running(10), "A"), phase="Running", node="worker")
    last = ended("A", 137, began=10, finished=20)
    again = pod(status(running(21), "B", restarts=1, last=last), phase="Running", node="worker")
    assert lane(first, again) == "●✖●"


def test_a_run_before_a_pause_too() -> None:
    last = ended("A", 137, began=10, finished=20)
    first = pod(status(running(10), "A"), phase="Running", node="worker")
    paused = pod(status(waiting("CrashLoopBackOff"), "A", restarts=1, last=last), phase="Running")
    assert lane(first, paused) == "●✖↻"
