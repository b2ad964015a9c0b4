"""READY, STATUS, RESTARTS and AGE are what `kubectl get pods` prints."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.columns import Columns, age_text, columns, is_before_1_35, restarts_text
from podwatch.core.kube import (
    Container,
    ContainerState,
    ContainerStatus,
    ObjectMeta,
    Pod,
    PodCondition,
    Terminated,
    Waiting,
)
from tests import build
from tests.build import waiting
from tests.cases import cases
from tests.strategies import arbitrary_pods

NOW = build.START

UNKNOWN = ContainerState()
RUNNING = build.running()
COMPLETED = build.ended(exit_code=0)
IS_SIDECAR = {"ready": True, "started": True}


def failed(reason: str = "Error", *, exit_code: int = 1, signal: int = 0) -> ContainerState:
    return ContainerState(
        terminated=Terminated(reason=reason, exit_code=exit_code, signal=signal, finished_at=NOW)
    )


def ended(ago: int | None) -> ContainerState:
    """A previous run that ended so many seconds ago, or at an unknown time."""
    return build.ended(finished=None if ago is None else -ago)


def container(
    state: ContainerState = RUNNING, *, name: str = "main", **more: Any
) -> ContainerStatus:
    return build.status(state, name=name, **more)


def healthy(name: str = "main") -> ContainerStatus:
    return container(name=name, ready=True, started=True)


def sidecar(state: ContainerState = RUNNING, **more: Any) -> ContainerStatus:
    return container(state, name="sidecar", **{**IS_SIDECAR, **more})


def true(type_: str) -> PodCondition:
    return build.condition(type_)


def false(type_: str, reason: str = "") -> PodCondition:
    return build.condition(type_, "False", reason)


def a_pod(
    *statuses: ContainerStatus,
    init: Sequence[ContainerStatus] = (),
    phase: str = "Running",
    deleted: bool = False,
    wants: int | None = None,
    wants_init: int | None = None,
    **more: Any,
) -> Pod:
    """A Pod with these app container statuses.

    Its spec has as many containers as there are statuses, or as many as it `wants`. The init
    container called "sidecar" is one.
    """
    init_names = [one.name for one in init]
    init_names += [f"later-{n}" for n in range((wants_init or len(init)) - len(init))]
    policies = {"sidecar": "Always"}
    return build.pod(
        *statuses,
        init=init,
        phase=phase,
        deletion=0 if deleted else None,
        containers=[
            Container(name=f"app-{n}") for n in range(len(statuses) if wants is None else wants)
        ],
        init_containers=[
            Container(name=name, restart_policy=policies.get(name, "")) for name in init_names
        ],
        **more,
    )


def status(pod: Pod) -> str:
    return columns(pod).status


def ready(pod: Pod) -> str:
    return columns(pod).ready_text


def restarts(pod: Pod) -> str:
    return restarts_text(columns(pod), NOW)


# ── STATUS of a Pod without container statuses ──


@pytest.mark.parametrize("phase", ["Pending", "Running", "Succeeded", "Failed", "Unknown", "New"])
def test_status_is_the_phase_when_nothing_else_is_known(phase: str) -> None:
    assert status(a_pod(phase=phase)) == phase


def test_status_of_an_empty_object_is_empty() -> None:
    assert columns(Pod()) == Columns(ready=0, total=0, status="", restarts=0)


@pytest.mark.parametrize("reason", ["Evicted", "DeadlineExceeded", "NodeAffinity", "NodeLost"])
def test_the_reason_of_the_pod_goes_before_its_phase(reason: str) -> None:
    assert status(a_pod(phase="Failed", reason=reason)) == reason


@cases(
    "state shown",
    {
        "an error": (failed("Error"), "Error"),
        "a good end": (COMPLETED, "Completed"),
        "an end that nobody saw": (
            failed("ContainerStatusUnknown", exit_code=137),
            "ContainerStatusUnknown",
        ),
    },
)
def test_what_a_container_says_goes_before_the_reason_of_the_pod(
    state: ContainerState, shown: str
) -> None:
    assert status(a_pod(container(state), phase="Failed", reason="Evicted")) == shown


@pytest.mark.parametrize(
    "state",
    [
        pytest.param(UNKNOWN, id="no state"),
        pytest.param(waiting(), id="waiting without a reason"),
        pytest.param(RUNNING, id="running"),
    ],
)
def test_the_reason_of_the_pod_stays_when_its_container_says_nothing(state: ContainerState) -> None:
    assert status(a_pod(container(state), phase="Failed", reason="Evicted")) == "Evicted"


def test_a_pod_that_fits_nowhere_is_just_pending() -> None:
    unschedulable = false("PodScheduled", "Unschedulable")
    assert status(a_pod(phase="Pending", conditions=[unschedulable])) == "Pending"


@pytest.mark.parametrize("value", ["False", "True", "Unknown", ""])
def test_a_scheduling_gate_shows_whatever_the_value_of_its_condition(value: str) -> None:
    gated = PodCondition(type="PodScheduled", status=value, reason="SchedulingGated")
    assert status(a_pod(phase="Pending", conditions=[gated])) == "SchedulingGated"


def test_a_scheduling_gate_goes_before_the_reason_of_the_pod() -> None:
    gated = false("PodScheduled", "SchedulingGated")
    assert status(a_pod(reason="Evicted", conditions=[gated])) == "SchedulingGated"


def test_a_scheduling_gate_is_found_in_any_condition_of_its_type() -> None:
    conditions = [true("PodScheduled"), false("PodScheduled", "SchedulingGated")]
    assert status(a_pod(phase="Pending", conditions=conditions)) == "SchedulingGated"


def test_a_scheduling_gate_is_not_found_in_another_condition() -> None:
    elsewhere = false("Ready", "SchedulingGated")
    assert status(a_pod(phase="Pending", conditions=[elsewhere])) == "Pending"


# ── STATUS and the app containers ──


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        pytest.param(waiting("ContainerCreating"), "ContainerCreating", id="being created"),
        pytest.param(waiting("ImagePullBackOff"), "ImagePullBackOff", id="no image"),
        pytest.param(waiting("CrashLoopBackOff"), "CrashLoopBackOff", id="backing off"),
        pytest.param(waiting("PodInitializing"), "PodInitializing", id="after the init containers"),
        pytest.param(waiting(), "Pending", id="waiting without a reason"),
        pytest.param(UNKNOWN, "Pending", id="no state"),
        pytest.param(RUNNING, "Pending", id="running but not ready"),
        pytest.param(COMPLETED, "Completed", id="a good end"),
        pytest.param(failed("Error"), "Error", id="an error"),
        pytest.param(failed("OOMKilled", exit_code=137), "OOMKilled", id="out of memory"),
        pytest.param(failed("OOMKilled", exit_code=0), "OOMKilled", id="only a child was killed"),
        pytest.param(failed("", exit_code=3), "ExitCode:3", id="an end without a reason"),
        pytest.param(failed("", exit_code=0), "ExitCode:0", id="a good end without a reason"),
        pytest.param(failed("", exit_code=137, signal=9), "Signal:9", id="a signal"),
        pytest.param(failed("Error", signal=9), "Error", id="a reason and a signal"),
    ],
)
def test_status_is_what_the_container_says(state: ContainerState, shown: str) -> None:
    assert status(a_pod(container(state), phase="Pending")) == shown


@pytest.mark.parametrize("phase", ["Pending", "Running"])
def test_a_back_off_shows_whatever_the_phase(phase: str) -> None:
    assert status(a_pod(container(waiting("CrashLoopBackOff")), phase=phase)) == "CrashLoopBackOff"


@cases(
    "first second shown",
    {
        "two waiting": (waiting("ErrImagePull"), waiting("CrashLoopBackOff"), "ErrImagePull"),
        "an end before a wait": (failed("Error"), waiting("ErrImagePull"), "Error"),
        "a wait first": (waiting("ErrImagePull"), failed("Error"), "ErrImagePull"),
        "the first one runs": (RUNNING, failed("Error"), "Error"),
        "the first one gives no reason": (waiting(), failed("Error"), "Error"),
    },
)
def test_the_first_container_with_something_to_say_wins(
    first: ContainerState, second: ContainerState, shown: str
) -> None:
    pod = a_pod(container(first, ready=True), container(second))
    assert status(pod) == shown


def test_a_container_with_two_states_waits_if_it_gives_a_reason() -> None:
    both = ContainerState(waiting=Waiting(reason="Odd"), terminated=Terminated(reason="Error"))
    assert status(a_pod(container(both))) == "Odd"


# ── STATUS of a Pod of which some containers completed ──

IS_READY = (true("Ready"),)
NOT_READY = (true("Initialized"), false("Ready", "ContainersNotReady"))


@cases(
    "others conditions older newer",
    {
        "nothing else": ([], NOT_READY, "Completed", "Completed"),
        "one runs, ready Pod": ([healthy()], IS_READY, "Running", "Running"),
        "one runs, unready Pod": ([healthy()], NOT_READY, "NotReady", "NotReady"),
        "one runs, no condition": ([healthy()], (), "NotReady", "NotReady"),
        "one runs unready": ([container()], IS_READY, "Completed", "Completed"),
        "one is ready without running": (
            [container(ready=True, state=UNKNOWN)],
            IS_READY,
            "Completed",
            "Completed",
        ),
        "one failed, none runs": ([container(failed())], NOT_READY, "Completed", "Error"),
        "one failed, one runs": (
            [container(failed(), name="a"), healthy("b")],
            NOT_READY,
            "NotReady",
            "Error",
        ),
        "one failed, one runs, ready Pod": (
            [container(failed(), name="a"), healthy("b")],
            IS_READY,
            "Running",
            "Running",
        ),
        "one failed without a reason": (
            [container(failed("", exit_code=3))],
            NOT_READY,
            "Completed",
            "ExitCode:3",
        ),
        "two failed: the first counts": (
            [container(failed("OOMKilled"), name="a"), container(failed("Error"), name="b")],
            NOT_READY,
            "Completed",
            "OOMKilled",
        ),
        "a bad reason with exit code 0 is no error": (
            [container(failed("OOMKilled", exit_code=0))],
            NOT_READY,
            "Completed",
            "Completed",
        ),
        "a wait is no error": (
            [container(waiting("CrashLoopBackOff"))],
            NOT_READY,
            "Completed",
            "Completed",
        ),
    },
)
def test_a_completed_first_container_gives_way_to(
    others: list[ContainerStatus], conditions: Sequence[PodCondition], older: str, newer: str
) -> None:
    pod = a_pod(container(COMPLETED, name="first"), *others, conditions=conditions)
    assert columns(pod, before_1_35=True).status == older
    assert columns(pod).status == newer


@pytest.mark.parametrize("before_1_35", [True, False], ids=["up to 1.34", "since 1.35"])
def test_a_completed_later_container_does_not_hide_an_error(before_1_35: bool) -> None:
    pod = a_pod(container(failed()), container(COMPLETED))
    assert columns(pod, before_1_35=before_1_35).status == "Error"


def test_any_true_ready_condition_makes_a_pod_ready() -> None:
    pod = a_pod(container(COMPLETED), healthy(), conditions=[false("Ready"), true("Ready")])
    assert status(pod) == "Running"


@pytest.mark.parametrize(
    ("reason", "shown"), [("Completed", "Running"), ("Evicted", "Evicted")], ids=["that", "other"]
)
def test_only_the_text_completed_gives_way_even_if_it_is_the_reason_of_the_pod(
    reason: str, shown: str
) -> None:
    assert status(a_pod(healthy(), reason=reason, conditions=IS_READY)) == shown


# ── STATUS and the init containers ──


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        pytest.param(RUNNING, "Init:0/1", id="running"),
        pytest.param(UNKNOWN, "Init:0/1", id="no state"),
        pytest.param(waiting(), "Init:0/1", id="waiting without a reason"),
        pytest.param(waiting("PodInitializing"), "Init:0/1", id="its turn comes later"),
        pytest.param(waiting("ImagePullBackOff"), "Init:ImagePullBackOff", id="no image"),
        pytest.param(waiting("CrashLoopBackOff"), "Init:CrashLoopBackOff", id="backing off"),
        pytest.param(failed("Error"), "Init:Error", id="failed"),
        pytest.param(failed("", exit_code=3), "Init:ExitCode:3", id="failed without a reason"),
        pytest.param(failed("", exit_code=137, signal=9), "Init:Signal:9", id="a signal"),
        pytest.param(failed("OOMKilled", signal=9), "Init:OOMKilled", id="a reason and a signal"),
    ],
)
def test_an_init_container_that_is_not_done_is_the_status(
    state: ContainerState, shown: str
) -> None:
    app = container(waiting("PodInitializing"))
    assert status(a_pod(app, init=[container(state, name="setup")], phase="Pending")) == shown


@pytest.mark.parametrize("reason", ["Completed", "", "OOMKilled"], ids=["usual", "none", "odd"])
def test_an_init_container_with_exit_code_0_is_done_whatever_its_reason(reason: str) -> None:
    done = container(failed(reason, exit_code=0), name="setup")
    assert status(a_pod(healthy(), init=[done])) == "Running"


def test_init_counts_the_statuses_before_the_one_that_holds_up_the_pod() -> None:
    init = [
        container(COMPLETED, name="one"),
        container(COMPLETED, name="two"),
        container(RUNNING, name="three"),
        container(waiting("PodInitializing"), name="four"),
    ]
    assert status(a_pod(init=init, phase="Pending")) == "Init:2/4"


def test_init_counts_up_to_the_init_containers_of_the_spec() -> None:
    init = [container(RUNNING, name="one")]
    assert status(a_pod(init=init, wants_init=3, phase="Pending")) == "Init:0/3"


def test_init_counts_sidecars_among_the_done_and_the_wanted() -> None:
    init = [sidecar(), container(RUNNING, name="setup")]
    assert status(a_pod(init=init, phase="Pending")) == "Init:1/2"


def test_only_the_first_init_container_that_is_not_done_is_looked_at() -> None:
    init = [container(RUNNING, name="one"), container(failed(), name="two")]
    assert status(a_pod(init=init, phase="Pending")) == "Init:0/2"


def test_init_goes_before_the_reason_of_the_pod_and_its_app_containers() -> None:
    app = container(waiting("ErrImagePull"))
    init = [container(failed(), name="setup")]
    assert status(a_pod(app, init=init, reason="Evicted")) == "Init:Error"


def test_init_containers_without_statuses_hold_up_nothing() -> None:
    assert status(a_pod(phase="Pending", wants_init=2)) == "Pending"


@cases(
    "conditions shown",
    {
        "true": ([true("Initialized")], "CrashLoopBackOff"),
        "false": ([false("Initialized")], "Init:Error"),
        "absent": ([], "Init:Error"),
        "first false": ([false("Initialized"), true("Initialized")], "Init:Error"),
        "first true": ([true("Initialized"), false("Initialized")], "CrashLoopBackOff"),
    },
)
def test_app_containers_are_looked_at_once_the_condition_says_initialized(
    conditions: list[PodCondition], shown: str
) -> None:
    app = container(waiting("CrashLoopBackOff"))
    pod = a_pod(app, init=[container(failed(), name="setup")], conditions=conditions)
    assert status(pod) == shown


def test_an_init_text_survives_initialization_if_no_app_container_overrides_it() -> None:
    crashing = sidecar(waiting("CrashLoopBackOff"), started=False, ready=False)
    pod = a_pod(healthy(), init=[crashing], conditions=[true("Initialized"), false("Ready")])
    assert status(pod) == "Init:CrashLoopBackOff"
    assert ready(pod) == "1/2"


# ── STATUS and sidecars ──


@cases(
    "one status_ ready_",
    {
        "started and ready": (sidecar(), "Running", "2/2"),
        "started, not ready": (sidecar(ready=False), "Running", "1/2"),
        "not started": (sidecar(started=False), "Init:0/1", "0/2"),
        "not known to be started": (sidecar(started=None), "Init:0/1", "0/2"),
        "ended well, still called ready": (sidecar(COMPLETED), "Running", "1/2"),
        "failed, still called started": (sidecar(failed()), "Running", "2/2"),
        "failed": (sidecar(failed(), started=False), "Init:Error", "0/2"),
        "no image": (sidecar(waiting("ErrImagePull"), started=False), "Init:ErrImagePull", "0/2"),
    },
)
def test_a_sidecar_holds_up_the_pod_until_it_started(
    one: ContainerStatus, status_: str, ready_: str
) -> None:
    pod = a_pod(healthy(), init=[one])
    assert (status(pod), ready(pod)) == (status_, ready_)


def test_a_started_init_container_that_is_no_sidecar_still_holds_up_the_pod() -> None:
    started = container(RUNNING, name="setup", ready=True, started=True)
    pod = a_pod(init=[started], wants=1, phase="Pending")
    assert (status(pod), ready(pod)) == ("Init:0/1", "0/1")


def test_a_status_with_a_name_that_the_spec_does_not_have_is_no_sidecar() -> None:
    other = Container(name="other", restart_policy="Always")
    pod = build.pod(init=[sidecar(restarts=1)], containers=[], init_containers=[other])
    assert columns(pod) == Columns(ready=0, total=1, status="Init:0/1", restarts=1)


@cases(
    "main init phase conditions shown",
    {
        "at first": (
            container(waiting("PodInitializing")),
            sidecar(waiting("PodInitializing"), started=False, ready=False),
            "Pending",
            [false("Initialized")],
            "0/2 Init:0/1",
        ),
        "while both run": (
            healthy(),
            sidecar(),
            "Running",
            [true("Initialized"), true("Ready")],
            "2/2 Running",
        ),
        "when main has ended and the sidecar still runs": (
            container(COMPLETED),
            sidecar(),
            "Running",
            [true("Initialized"), false("Ready")],
            "1/2 Completed",
        ),
        "at the end": (
            container(COMPLETED),
            sidecar(COMPLETED, started=False, ready=False),
            "Succeeded",
            [true("Initialized"), false("Ready")],
            "0/2 Completed",
        ),
    },
)
def test_a_job_with_a_sidecar_shows(
    main: ContainerStatus,
    init: ContainerStatus,
    phase: str,
    conditions: list[PodCondition],
    shown: str,
) -> None:
    pod = a_pod(main, init=[init], phase=phase, conditions=conditions)
    assert f"{ready(pod)} {status(pod)}" == shown


# ── STATUS of a Pod that is being deleted ──


@pytest.mark.parametrize("phase", ["Pending", "Running", "Unknown", ""])
def test_a_deleted_pod_is_terminating_whatever_its_containers_say(phase: str) -> None:
    assert status(a_pod(container(failed()), phase=phase, deleted=True)) == "Terminating"


def test_a_deleted_pod_is_terminating_even_before_it_is_initialized() -> None:
    init = [container(RUNNING, name="setup")]
    assert status(a_pod(init=init, phase="Pending", deleted=True)) == "Terminating"


@cases(
    "phase state shown",
    {"succeeded": ("Succeeded", COMPLETED, "Completed"), "failed": ("Failed", failed(), "Error")},
)
def test_a_finished_pod_that_a_finalizer_keeps_is_not_terminating(
    phase: str, state: ContainerState, shown: str
) -> None:
    assert status(a_pod(container(state), phase=phase, deleted=True)) == shown


@pytest.mark.parametrize("phase", ["Running", "Succeeded", "Failed"])
def test_a_deleted_pod_of_a_lost_node_is_unknown(phase: str) -> None:
    assert status(a_pod(healthy(), phase=phase, reason="NodeLost", deleted=True)) == "Unknown"


# ── READY ──


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        pytest.param(healthy(), "1/1", id="ready and running"),
        pytest.param(container(RUNNING), "0/1", id="running only"),
        pytest.param(container(UNKNOWN, ready=True), "0/1", id="ready only"),
        pytest.param(container(failed(), ready=True), "0/1", id="ended, still called ready"),
        pytest.param(container(waiting("Odd"), ready=True), "0/1", id="waiting"),
    ],
)
def test_a_container_counts_if_it_is(one: ContainerStatus, shown: str) -> None:
    assert ready(a_pod(one)) == shown


def test_a_pod_can_be_running_with_no_container_ready() -> None:
    pod = a_pod(container(RUNNING), conditions=NOT_READY)
    assert f"{ready(pod)} {status(pod)}" == "0/1 Running"


def test_ready_is_out_of_the_containers_of_the_spec() -> None:
    assert ready(a_pod(healthy(), wants=3)) == "1/3"


def test_ordinary_init_containers_are_not_in_ready() -> None:
    assert ready(a_pod(healthy(), init=[container(COMPLETED, name="setup")])) == "1/1"


def test_a_started_sidecar_is_ready_while_the_pod_still_initializes() -> None:
    pod = a_pod(init=[sidecar(), container(RUNNING, name="setup")], wants=1, phase="Pending")
    assert ready(pod) == "1/2"


def test_app_containers_are_not_ready_before_the_pod_is_initialized() -> None:
    assert ready(a_pod(healthy(), init=[container(RUNNING, name="setup")])) == "0/1"


def test_a_false_readiness_gate_is_not_seen() -> None:
    unmet = false("Ready", "ReadinessGatesNotReady")
    pod = a_pod(healthy(), gates=["example.com/lb"], conditions=[unmet])
    assert f"{ready(pod)} {status(pod)}" == "1/1 Running"


def test_ephemeral_containers_are_not_looked_at() -> None:
    debugger = container(waiting("ErrImagePull"), name="debug", restarts=3, last=ended(5))
    spec = [Container(name="debug")]
    pod = a_pod(healthy(), ephemeral=[debugger], ephemeral_containers=spec)
    assert columns(pod) == Columns(ready=1, total=1, status="Running", restarts=0)


# ── RESTARTS ──


@cases(
    "one shown",
    {
        "none": (container(), "0"),
        "without a previous run": (container(restarts=3), "3"),
        "20 seconds ago": (container(restarts=3, last=ended(20)), "3 (20s ago)"),
        "minutes ago": (container(restarts=3, last=ended(330)), "3 (5m30s ago)"),
        "clocks differ": (container(restarts=3, last=ended(-1)), "3 (0s ago)"),
        "in future": (container(restarts=3, last=ended(-9)), "3 (<invalid> ago)"),
        "at an unknown time": (container(restarts=3, last=ended(None)), "3"),
        "a previous run, not counted": (container(restarts=0, last=ended(20)), "0"),
        "a previous state that is no end": (
            container(restarts=3, last=ContainerState(waiting=Waiting())),
            "3",
        ),
        "the current end does not count": (container(failed(), restarts=3), "3"),
    },
)
def test_restarts_of_one_container(one: ContainerStatus, shown: str) -> None:
    assert restarts(a_pod(one)) == shown


@pytest.mark.parametrize("ages", [(20, 300), (300, 20)], ids=["latest first", "latest last"])
def test_restarts_are_added_up_and_the_latest_is_shown(ages: tuple[int, int]) -> None:
    pod = a_pod(*(container(restarts=2, last=ended(age)) for age in ages))
    assert restarts(pod) == "4 (20s ago)"


def test_an_unknown_end_does_not_hide_a_known_one() -> None:
    known, unknown = container(restarts=1, last=ended(20)), container(restarts=1, last=ended(None))
    assert restarts(a_pod(known, unknown)) == "2 (20s ago)"
    assert restarts(a_pod(unknown, known)) == "2 (20s ago)"


def test_restarts_of_init_containers_count_while_the_pod_initializes() -> None:
    init = [
        sidecar(restarts=1, last=ended(50)),
        container(COMPLETED, name="done", restarts=2, last=ended(40)),
        container(failed(), name="failing", restarts=3, last=ended(30)),
    ]
    app = container(restarts=5, last=ended(10))
    assert restarts(a_pod(app, init=init, phase="Pending")) == "6 (30s ago)"


def test_restarts_go_down_when_the_init_containers_are_done() -> None:
    during = container(RUNNING, name="setup", restarts=4, last=ended(20))
    after = container(COMPLETED, name="setup", restarts=4, last=ended(20))
    assert restarts(a_pod(init=[during], phase="Pending")) == "4 (20s ago)"
    assert restarts(a_pod(healthy(), init=[after])) == "0"


def test_restarts_of_sidecars_stay_when_the_init_containers_are_done() -> None:
    init = [
        sidecar(restarts=2, last=ended(90)),
        container(COMPLETED, name="setup", restarts=4, last=ended(5)),
    ]
    app = container(restarts=1, last=ended(100))
    assert restarts(a_pod(app, init=init)) == "3 (90s ago)"


def test_a_sidecar_that_completed_keeps_its_restarts() -> None:
    done = sidecar(COMPLETED, restarts=2, last=ended(90))
    assert restarts(a_pod(healthy(), init=[done])) == "2 (90s ago)"


def test_a_sidecar_that_holds_up_an_initialized_pod_keeps_its_restarts() -> None:
    crashing = sidecar(failed(), started=False, restarts=2, last=ended(90))
    pod = a_pod(healthy(), init=[crashing], conditions=[true("Initialized")])
    assert restarts(pod) == "2 (90s ago)"


def test_restarts_after_the_init_container_that_holds_up_the_pod_do_not_count() -> None:
    init = [
        container(RUNNING, name="one", restarts=1, last=ended(90)),
        sidecar(restarts=2, last=ended(10)),
    ]
    assert restarts(a_pod(init=init, phase="Pending")) == "1 (90s ago)"


# ── AGE ──


def test_the_age_of_a_pod_without_a_creation_time_is_unknown() -> None:
    assert age_text(Pod(), NOW) == "<unknown>"


@pytest.mark.parametrize(
    ("age", "shown"),
    [
        pytest.param(timedelta(seconds=-2.1), "<invalid>", id="2.1 seconds in the future"),
        pytest.param(timedelta(seconds=-1.9), "0s", id="1.9 seconds in the future"),
        pytest.param(timedelta(0), "0s", id="just now"),
        pytest.param(timedelta(seconds=30), "30s", id="30 seconds"),
        pytest.param(timedelta(seconds=300), "5m", id="300 seconds"),
        pytest.param(timedelta(seconds=6000), "100m", id="6000 seconds"),
        pytest.param(timedelta(days=2), "2d", id="2 days"),
        pytest.param(timedelta(days=90), "90d", id="90 days"),
        pytest.param(timedelta(days=3650), "10y", id="10 years"),
    ],
)
def test_the_age_of_a_pod_is_the_time_since_its_creation(age: timedelta, shown: str) -> None:
    assert age_text(Pod(metadata=ObjectMeta(creation_timestamp=NOW - age)), NOW) == shown


# ── the server's version ──


@pytest.mark.parametrize(
    ("version", "older"),
    [
        ("v1.9.11", True),
        ("v1.34.2", True),
        ("v1.34.99-eks-a1b2c3d", True),
        ("1.34.0", True),
        ("v1.35.0-rc.1+k3s1", False),
        ("v1.35.0", False),
        ("v1.37.2", False),
        ("v1.100.0", False),
        ("v2.0.0", False),
        ("v11.3.0", False),
        ("", False),
        ("unknown", False),
    ],
)
def test_the_older_status_is_that_of_servers_up_to_1_34(version: str, older: bool) -> None:
    assert is_before_1_35(version) is older


# ── any Pod at all ──


@given(arbitrary_pods(), st.booleans())
def test_no_pod_is_so_odd_that_it_has_no_columns(pod: Pod, before_1_35: bool) -> None:
    row = columns(pod, before_1_35=before_1_35)
    assert row.ready_text == f"{row.ready}/{row.total}"
    assert restarts_text(row, NOW).startswith(str(row.restarts))
    assert age_text(pod, NOW)


SOME_ENDED = st.builds(
    lambda statuses, conditions: a_pod(*statuses, conditions=conditions),
    st.lists(st.sampled_from([container(COMPLETED), container(failed()), container(), healthy()])),
    st.sampled_from([IS_READY, NOT_READY, ()]),
)


@given(arbitrary_pods() | SOME_ENDED)
def test_the_servers_version_matters_only_where_the_older_hide_an_error(pod: Pod) -> None:
    older, newer = columns(pod, before_1_35=True), columns(pod)
    if older != newer:
        assert older.status in {"Completed", "NotReady"}
        assert (older.ready, older.restarts) == (newer.ready, newer.restarts)
