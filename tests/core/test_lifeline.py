"""Lifelines: the one state that a Pod is in, and the history of it."""

import pytest
from msgspec.structs import replace

from podwatch.core.kube import ContainerState, Pod
from podwatch.core.lifeline import LIFELINE_LIMIT, PodState
from podwatch.core.stream import Scope, StreamItem
from podwatch.scenarios import scenario
from podwatch.sources.recording import read
from tests.build import (
    added,
    being_deleted,
    deleted,
    ended,
    fed,
    fetched,
    in_phase,
    listed,
    modified,
    opened,
    pod,
    running,
    status,
    synced,
    up,
    waiting,
)


def lifeline(*items: StreamItem) -> list[str]:
    """The stages of the one Pod after these items."""
    session = fed((opened(), synced(), *items))
    return [span.state.value for row in session.board.rows for span in row.lifeline]


def with_state(state: ContainerState, run: str = "", restarts: int = 0) -> Pod:
    return pod(status(state, run, restarts=restarts), phase="Running", node="worker")


STAGES = {
    "just created": (pod(), ["waiting"]),
    "its container runs": (with_state(running(), "A"), ["running"]),
    "ready": (up(), ["ready"]),
    "its container failed, and starts again at once": (
        with_state(ended("A", 1, finished=3)),
        ["failed"],
    ),
    "its container failed again: a pause follows": (
        with_state(ended("B", 1, finished=3), restarts=1),
        ["failed", "back-off"],
    ),
    "its container ended well again: a pause follows": (
        with_state(ended("B", 0, finished=3), restarts=1),
        ["ended", "back-off"],
    ),
    "the image can't be pulled": (with_state(waiting("ErrImagePull")), ["failed"]),
    "the next pull waits": (with_state(waiting("ImagePullBackOff")), ["back-off"]),
    "its configuration is missing": (with_state(waiting("CreateContainerConfigError")), ["failed"]),
    "being deleted": (being_deleted(up()), ["deleting"]),
    "ended well": (in_phase(pod(), "Succeeded"), ["ended"]),
    "evicted": (in_phase(pod(), "Failed", "Evicted"), ["failed"]),
    "a phase that nobody knows": (in_phase(pod(), "Odd"), ["waiting"]),
}


@pytest.mark.parametrize("case", STAGES)
def test_a_pod_is_in_one_stage(case: str) -> None:
    one, expected = STAGES[case]
    assert lifeline(added(one)) == expected


def test_a_lifeline_grows_with_each_other_stage_only() -> None:
    runs = with_state(running(), "A")
    more = replace(runs, metadata=replace(runs.metadata, generation=2))
    assert lifeline(added(pod()), modified(runs), modified(more, 3), modified(up(), 4)) == [
        "waiting",
        "running",
        "ready",
    ]


def test_what_was_before_the_watch_is_not_claimed() -> None:
    session = fed((opened(), listed(up()), synced()))
    assert [span.state for span in session.board.rows[0].lifeline] == [
        PodState.UNSEEN,
        PodState.READY,
    ]


def test_a_run_that_nobody_saw_is_in_the_lifeline() -> None:
    again = pod(
        status(running(), "B", restarts=1, last=ended("A", 1, began=2, finished=3)),
        phase="Running",
        node="worker",
    )
    assert lifeline(added(pod()), modified(again)) == ["waiting", "running", "failed", "running"]


def test_the_end_is_that_the_pod_is_gone() -> None:
    leaving = being_deleted(up())
    assert lifeline(added(up()), modified(leaving), deleted(leaving)) == [
        "ready",
        "deleting",
        "gone",
    ]


def test_one_that_leaves_the_selection_keeps_its_last() -> None:
    some = Scope("Pod", label_selector="app=web")
    left = (fetched(up(), "web-uid"), deleted(up(), scope=some))
    assert lifeline(listed(up(), scope=some), *left) == ["unseen", "ready"]


def test_only_the_newest_stages_are_kept() -> None:
    items = [added(pod())]
    for number in range(LIFELINE_LIMIT):
        items += [modified(up(), 2 * number + 2), modified(pod(), 2 * number + 3)]
    kept = lifeline(*items)
    assert len(kept) == LIFELINE_LIMIT
    assert kept[-2:] == ["ready", "waiting"]


def test_a_recorded_crash_loop_goes_round() -> None:
    session = fed(read(scenario("crash-loop").recording))
    stages = [span.state.value for span in session.board.rows[0].lifeline]
    assert stages == [
        *("waiting", "ready", "failed"),  # the first time it is started again at once
        *("ready", "failed", "back-off"),
        *("ready", "failed", "back-off"),
    ]
