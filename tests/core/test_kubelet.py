"""The kubelet's pauses, and when it starts a container again."""

import pytest

from podwatch.core.kube.pod_status import ContainerState
from podwatch.core.kubelet import back_off, next_start
from tests.build import at, ended, pod, running, status, waiting


@pytest.mark.parametrize(
    ("restarts", "seconds"),
    [(0, 0), (1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 300), (99, 300)],
)
def test_the_back_off_doubles_up_to_five_minutes(restarts: int, seconds: int) -> None:
    assert back_off(restarts).total_seconds() == seconds


@pytest.mark.parametrize(
    ("state", "restarts", "seconds"),
    [
        pytest.param(ended("A", 1, finished=3), 0, None, id="the first end: at once"),
        pytest.param(ended("B", 1, finished=3), 1, 10, id="the second end"),
        pytest.param(ended("C", 1, finished=3), 2, 20, id="the third end"),
        pytest.param(ended("Z", 1, finished=3), 40, 300, id="never more than five minutes"),
        pytest.param(ended("B", 1), 1, None, id="nobody knows since when"),
        pytest.param(running(), 1, None, id="it runs"),
    ],
)
def test_the_next_start_is_told_from_the_back_off(
    state: ContainerState, restarts: int, seconds: int | None
) -> None:
    one = pod(status(state, restarts=restarts), phase="Running", node="worker")
    due = next_start(one, one.status.container_statuses[0])
    assert due == (None if seconds is None else at(3 + seconds))


def test_the_kubelets_own_word_about_the_pause_counts_more() -> None:
    message = "back-off 1m20s restarting failed container=app"
    state = waiting("CrashLoopBackOff", message)
    one = pod(
        status(state, "B", restarts=1, last=ended("B", 1, finished=3)),
        phase="Running",
        node="worker",
    )
    assert next_start(one, one.status.container_statuses[0]) == at(83)
