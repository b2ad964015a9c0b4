"""How a Pod stands, in one word: it says what the diagnosis says, whatever STATUS is."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from podwatch.core.board import Row
from podwatch.core.concepts import catalog
from podwatch.core.diagnosis import diagnosed
from podwatch.core.health import Health, health_of, starts_quietly
from podwatch.core.kube import ContainerStatus
from podwatch.core.kube.container_spec import Probe
from podwatch.core.session import Session
from podwatch.core.stream import Key
from podwatch.core.surroundings import Surroundings
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read
from tests.build import condition, ended, event, pod, running, status, waiting
from tests.renderers.dashboard.drawn import Drawn


def rows(name: str) -> Iterator[Row]:
    """Each version of each Pod of a recording."""
    session = Session(catalog())
    known: dict[Key, Row] = {}
    for item in read(scenario(name).recording):
        session.feed(item)
        for key, row in session.pods.rows.items():
            if known.get(key) is not row and not row.gone:
                known[key] = row
                yield row


@pytest.mark.parametrize("name", names())
def test_what_is_called_trouble_is_what_the_diagnosis_calls_a_cause(name: str) -> None:
    for row in rows(name):
        told = diagnosed(row.pod, row.around)
        if row.health is Health.TROUBLE:
            assert told.role == "cause"
        elif row.health in {Health.WAITING, Health.ENDED}:
            assert told.role != "cause", told


@pytest.mark.parametrize("name", names())
def test_nothing_is_amiss_with_a_pod_that_starts_quietly(name: str) -> None:
    for row in rows(name):
        if starts_quietly(row.pod, row.around):
            assert diagnosed(row.pod, row.around).role != "cause"


# ── D7: trouble that STATUS does not show ──


@pytest.mark.parametrize(
    "name", ["missing-secret-volume", "missing-config-volume", "unbound-claim"]
)
def test_a_missing_object_is_trouble_although_status_is_calm(name: str) -> None:
    session = Session(catalog())
    for item in read(scenario(name).recording):
        session.feed(item)
        if session.board.counts[Health.TROUBLE]:
            break
    board = session.board
    in_trouble = [row for row in board.rows if row.health is Health.TROUBLE]
    assert [row.columns.status for row in in_trouble] in (["ContainerCreating"], ["Pending"])
    drawn = Drawn(session)
    drawn.press("f")
    shown = "\n".join(drawn.framed().lines())
    assert in_trouble[0].ref.name in shown
    assert "no Pod is in trouble" not in shown


# ── D8: what has ended does not wait for its phase ──


def standing(*statuses: ContainerStatus, policy: str = "Never", phase: str = "Running") -> Health:
    one = pod(*statuses, phase=phase, node="worker")
    one = replace(one, spec=replace(one.spec, restart_policy=policy))
    return health_of(one, Surroundings(), gone=False)


def test_a_program_that_has_ended_well_does_not_wait_for_its_phase() -> None:
    assert standing(status(ended("A", 0), "A")) is Health.ENDED


def test_a_program_that_has_failed_is_trouble_before_its_phase_says_so() -> None:
    assert standing(status(ended("A", 1), "A")) is Health.TROUBLE


def test_a_program_that_starts_again_has_not_ended() -> None:
    assert standing(status(ended("A", 0), "A"), policy="Always") is Health.TROUBLE
    assert standing(status(running(), "B", restarts=1), policy="Always") is Health.WAITING


def test_no_container_waits_in_the_recordings_whose_programs_have_ended() -> None:
    for name in ("fast-pod", "job-succeeds", "overview", "sidecar"):
        for row in rows(name):
            if row.columns.status == "Completed":
                assert row.health is not Health.WAITING, row.ref


# ── probes ──


def failing(times: int, message: str = "Readiness probe failed: HTTP 500") -> Health:
    one = pod(status(running(), "A", started=True), phase="Running", node="worker")
    probed = replace(one.spec.containers[0], readiness_probe=Probe())
    one = replace(one, spec=replace(one.spec, containers=(probed,)))
    said = event("Unhealthy", one, container="app", message=message, count=times, type_="Warning")
    return health_of(one, Surroundings(events=(said,)), gone=False)


def test_a_readiness_probe_may_fail_while_a_program_starts() -> None:
    assert failing(2) is Health.WAITING


def test_a_readiness_probe_that_goes_on_failing_is_trouble() -> None:
    assert failing(3) is Health.TROUBLE


# ── the rest ──


def test_what_is_gone_or_being_deleted_is_no_trouble() -> None:
    crashed = status(waiting("CrashLoopBackOff"), "A", restarts=3, last=ended("A", 1))
    one = pod(crashed, phase="Running")
    assert health_of(one, Surroundings(), gone=False) is Health.TROUBLE
    assert health_of(one, Surroundings(), gone=True) is Health.GONE
    deleting = pod(crashed, phase="Running", deletion=30)
    assert health_of(deleting, Surroundings(), gone=False) is Health.DELETING


def test_a_pod_that_is_ready_is_ready_whatever_warnings_there_were() -> None:
    one = pod(status(running(), "A", ready=True), phase="Running", conditions=[condition("Ready")])
    warned = Surroundings(events=(event("FailedMount", one, message="no such secret"),))
    assert health_of(one, warned, gone=False) is Health.READY
