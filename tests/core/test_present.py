"""What a Pod that does not move waits for."""

from collections.abc import Iterable
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.diagnosis import diagnosed
from podwatch.core.finding import Finding
from podwatch.core.kube import Container, ContainerStatus, Pod, PodEvent
from podwatch.core.kube.container_spec import Hook, Hooks, Probe
from podwatch.core.kube.pod_spec import ClaimSource, ImageSource, SchedulingGate, Volume
from podwatch.core.present.waits import countdown
from podwatch.core.stalled import STILL
from podwatch.core.stream import StreamItem, Tick
from podwatch.core.surroundings import Surroundings
from podwatch.core.timeline import Stalled
from tests.build import (
    EVENTS,
    added,
    at,
    being_deleted,
    catalog_of,
    condition,
    ended,
    event,
    fed,
    feed,
    in_phase,
    initializing,
    listed,
    modified,
    opened,
    pod,
    running,
    status,
    synced,
    up,
    waiting,
    watching,
)
from tests.cases import cases
from tests.strategies import arbitrary_pods

UNSCHEDULABLE = "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes help."
STARTABLE = condition("PodReadyToStartContainers")
APP = Container(name="app", image="web:2")
FIRST = Container(name="first", image="init:1")


def waiting_for(one: Pod, events: Iterable[PodEvent], now: datetime) -> Finding | None:
    return diagnosed(one, Surroundings(events=tuple(events)), now).wait


def with_spec(one: Pod, **more: object) -> Pod:
    return replace(one, spec=replace(one.spec, **more))


def unscheduled(message: str = UNSCHEDULABLE) -> Pod:
    return pod(conditions=[condition("PodScheduled", "False", "Unschedulable", message)])


def on_node(*statuses: ContainerStatus, spec: Container = APP, phase: str = "Pending") -> Pod:
    """A Pod whose network and volumes are there."""
    return pod(*statuses, containers=[spec], node="worker", phase=phase, conditions=[STARTABLE])


def unprepared() -> Pod:
    """A Pod that waits for its volumes and network."""
    return pod(
        status(waiting("ContainerCreating")),
        node="worker",
        conditions=[condition("PodReadyToStartContainers", "False")],
    )


def stopping(*sidecars: ContainerStatus) -> Pod:
    """A Pod whose container has ended, with its sidecars."""
    return pod(
        status(ended("A", 0)),
        init=sidecars,
        init_containers=[Container(name=one.name, restart_policy="Always") for one in sidecars],
        node="worker",
        restart_policy="Never",
        phase="Running",
        conditions=[condition("Initialized")],
    )


def gated(type_: str, value: str, reason: str = "ReadinessGatesNotReady") -> Pod:
    return pod(
        status(running(), "A", ready=True),
        node="worker",
        phase="Running",
        gates=["example.com/ready"],
        conditions=[
            condition("ContainersReady"),
            condition(type_, value),
            condition("Ready", "False", reason),
        ],
    )


CRASHED = status(ended("B", began=8, finished=10), restarts=2)
LONG = ended("A", began=-900, finished=1)
BACK_OFF = status(
    waiting("CrashLoopBackOff", "back-off 40s restarting failed container=app"),
    restarts=3,
    last=ended("B", began=8, finished=10),
)
STARTUP = replace(APP, startup_probe=Probe())
READINESS = replace(APP, readiness_probe=Probe())
HOOKED = replace(APP, lifecycle=Hooks(pre_stop=Hook()))
BOUND = Volume(name="data", persistent_volume_claim=ClaimSource(claim_name="files"))

GREETED = replace(APP, lifecycle=Hooks(post_start=Hook()))
TWO_CREATING = pod(
    status(waiting("ContainerCreating")),
    status(waiting("ContainerCreating"), name="huge"),
    containers=[APP, Container(name="huge", image="huge:1")],
    node="worker",
    conditions=[STARTABLE],
)


HELD = being_deleted(on_node(status(ended("A"))))
MODEL = Volume(name="model", image=ImageSource(reference="models/tiny:typo"))

WAITS: dict[str, tuple[Pod, str, str, *tuple[PodEvent, ...]]] = {
    "the scheduler has not come to it": (
        pod(),
        "not-looked-at",
        "scheduler has not looked",
    ),
    "no node fits": (
        unscheduled(),
        "no-node-fits",
        "2 nodes",
    ),
    "the autoscaler adds a node": (
        unscheduled(),
        "new-node",
        "autoscaler has asked for another",
        event("TriggeredScaleUp", pod(), seen=2),
        event("FailedScheduling", pod(), seen=1),
    ),
    "the autoscaler adds a node, and the scheduler looks again": (
        unscheduled(),
        "new-node",
        "autoscaler has asked for another",
        event("TriggeredScaleUp", pod(), seen=1),
        event("FailedScheduling", pod(), seen=2),
    ),
    "the autoscaler adds no other node": (
        unscheduled(),
        "no-node-is-added",
        "No node can take it",
        event("TriggeredScaleUp", pod(), seen=1),
        event("NotTriggerScaleUp", pod(), seen=2),
    ),
    "Pods of lower priority leave first": (
        replace(unscheduled(), status=replace(unscheduled().status, nominated_node_name="worker")),
        "room-is-made",
        "put it on worker",
    ),
    "a scheduling gate": (
        with_spec(pod(), scheduling_gates=(SchedulingGate(name="example.com/paid"),)),
        "scheduling-gates",
        "gates are removed: example.com/paid.",
    ),
    "the kubelet has not begun": (
        pod(node="worker", conditions=[condition("PodScheduled")]),
        "kubelet-not-begun",
        "has not begun",
    ),
    "volumes and network": (
        with_spec(unprepared(), volumes=(BOUND,)),
        "claims-and-network",
        "its volumes (claim files) and its network",
    ),
    "a volume that is not there": (
        unprepared(),
        "volume-object-missing",
        "Secret key",
        event("FailedMount", unprepared(), message='secret "key" not found', seen=3),
    ),
    "a network that fails": (
        unprepared(),
        "network-not-set-up",
        "no address left",
        event("FailedCreatePodSandBox", unprepared(), message="no address left", seen=3),
    ),
    "a pull": (
        on_node(status(waiting("ContainerCreating"))),
        "image-is-pulled",
        "pulling image web:2 (15 s so far);",
        event("Pulling", pod(), container="app", seen=5),
    ),
    "a container that is made, its image pulled": (
        on_node(status(waiting("ContainerCreating"))),
        "container-prepared",
        "prepares container app",
        event("Pulling", pod(), container="app", seen=5),
        event("Pulled", pod(), container="app", seen=5),
    ),
    "another container's pull": (
        on_node(status(waiting("ContainerCreating"))),
        "container-prepared",
        "prepares container app",
        event("Pulling", pod(), container="other", seen=5),
    ),
    "an image that can't be pulled": (
        on_node(status(waiting("ErrImagePull"))),
        "image-not-pulled-unsaid",
        "image web:2 can't be pulled",
    ),
    "an image that may not be pulled": (
        on_node(status(waiting("ErrImageNeverPull"))),
        "image-never-pulled",
        "imagePullPolicy is Never",
    ),
    "a name that no image has": (
        on_node(status(waiting("InvalidImageName"))),
        "invalid-image-name",
        "its image name web:2 is not valid",
    ),
    "a missing ConfigMap": (
        on_node(status(waiting("CreateContainerConfigError", 'configmap "x" not found'))),
        "config-object-missing",
        "ConfigMap x",
    ),
    "a reason of tomorrow": (
        on_node(status(waiting("BrandNew", "the moon is full"))),
        "can-not-start",
        "BrandNew: the moon is full",
    ),
    "back-off while STATUS shows the end": (
        on_node(CRASHED, phase="Running"),
        "back-off-after-end",
        "its 3rd run ended with exit code 1 after 2 s",
    ),
    "back-off in the kubelet's words": (
        on_node(BACK_OFF, phase="Running"),
        "crash-loop",
        "(CrashLoopBackOff): its 4th run ended with exit code 1",
    ),
    "the first restart": (
        on_node(status(ended("A", finished=10)), phase="Running"),
        "starts-again",
        "starts it again at once",
    ),
    "an init container that works": (
        initializing(FIRST, status(running(5), "I", name="first")),
        "init-container-runs",
        "is running (15 s so far)",
    ),
    "an init container in back-off": (
        initializing(FIRST, status(ended("I", finished=10), name="first", restarts=1)),
        "back-off-after-end",
        "Init container first ends again and again",
    ),
    "a sidecar that can't be pulled": (
        initializing(
            replace(FIRST, restart_policy="Always"),
            status(waiting("ImagePullBackOff"), name="first"),
        ),
        "image-not-pulled-unsaid",
        "Sidecar first can't start",
    ),
    "a startup probe": (
        on_node(status(running(), "A", started=False), spec=STARTUP, phase="Running"),
        "startup-probe",
        "no file",
        event("Unhealthy", pod(), container="app", message="Startup probe failed: no file"),
    ),
    "a readiness probe": (
        on_node(status(running(), "A", started=True), spec=READINESS, phase="Running"),
        "readiness-probe-at-first",
        "HTTP 500",
        event("Unhealthy", pod(), container="app", message="Readiness probe failed: HTTP 500"),
    ),
    "a readiness probe that goes on failing": (
        on_node(status(running(), "A", started=True), spec=READINESS, phase="Running"),
        "readiness-probe",
        "HTTP 500",
        event("Unhealthy", pod(), seen=1, container="app", message="Readiness probe failed: EOF"),
        event(
            "Unhealthy",
            pod(),
            seen=2,
            container="app",
            message="Readiness probe failed: HTTP 500",
            count=2,
        ),
    ),
    "a readiness gate that nobody has set": (
        gated("example.com/other", "True"),
        "readiness-gate",
        "example.com/ready is not True",
    ),
    "a readiness gate that is False": (
        gated("example.com/ready", "False"),
        "readiness-gate",
        "example.com/ready is not True",
    ),
    "a node that is silent": (
        gated("example.com/ready", "True", ""),
        "node-silent",
        "node worker stops reporting",
    ),
    "a resize that has to wait": (
        pod(
            status(running(), "A", ready=True),
            node="worker",
            phase="Running",
            conditions=[
                condition("ContainersReady"),
                condition("Ready"),
                condition("PodResizePending", "True", "Deferred", "not enough cpu"),
            ],
        ),
        "resize-deferred",
        "not enough cpu",
    ),
    "the grace period": (
        being_deleted(up()),
        "grace-period",
        "the kubelet on worker kills what still runs after it",
    ),
    "the grace period with a preStop hook": (
        being_deleted(on_node(status(running(), "A"), spec=HOOKED)),
        "grace-period-with-hooks",
        "preStop hooks run first",
    ),
    "a kubelet that does not confirm the end": (
        being_deleted(up(), deadline=10),
        "end-not-reported",
        "has not reported that its containers ended",
    ),
    "a finalizer": (
        replace(HELD, metadata=replace(HELD.metadata, finalizers=("example.com/hold",))),
        "finalizer",
        "finalizer example.com/hold holds the object",
    ),
    "the clean-up": (
        being_deleted(on_node(status(ended("A")))),
        "clean-up",
        "cleans up",
    ),
    "a kubelet that has nothing to end and does not say so": (
        being_deleted(on_node(status(waiting("ImagePullBackOff"))), deadline=10),
        "clean-up-not-reported",
        "none of its containers is reported to run, but the kubelet on worker has not",
    ),
    "the clean-up of what never ran": (
        being_deleted(on_node(status(waiting("ImagePullBackOff")))),
        "clean-up-of-what-never-ran",
        "none of its containers runs; the kubelet on worker cleans up",
    ),
    "the scheduler, which failed": (
        pod(conditions=[condition("PodScheduled", "False", "SchedulerError", "no answer")]),
        "scheduler-error",
        "no answer",
    ),
    "the image of another container than the first": (
        TWO_CREATING,
        "image-is-pulled",
        "is pulling image huge:1 (18 s so far); container huge starts after that",
        event("Started", TWO_CREATING, container="app", seen=1),
        event("Pulling", TWO_CREATING, container="huge", seen=2),
    ),
    "a postStart hook": (
        on_node(status(waiting("ContainerCreating")), spec=GREETED),
        "post-start-hook",
        "postStart hook has not ended yet",
        event("Started", pod(), container="app", seen=1),
    ),
    "the image of a volume": (
        with_spec(
            on_node(status(waiting("ErrImagePull", 'failed to pull image "models/tiny:typo": no'))),
            volumes=(MODEL,),
        ),
        "image-not-pulled",
        "image models/tiny:typo can't be pulled",
    ),
    "a pull of which no Event tells any more": (
        on_node(status(waiting("ImagePullBackOff"))),
        "image-not-pulled",
        "image web:2 can't be pulled",
        event("Failed", pod(), container="app", message="Failed to pull image: x", seen=-300),
    ),
    "a static Pod's mirror": (
        being_deleted(replace(pod(status(running(), "A"), mirror="hash", node="worker"))),
        "mirror-is-removed",
        "the mirror of a static Pod",
    ),
    "the sidecar that has not ended yet": (
        stopping(
            status(ended("S", 143), name="log", started=False),
            status(running(), "T", name="proxy", started=True),
        ),
        "sidecars-are-stopped",
        "now stops its sidecars",
    ),
    "sidecars that have to end": (
        stopping(status(running(), "S", name="log", started=True)),
        "sidecars-are-stopped",
        "now stops its sidecars",
    ),
}


@cases("case", WAITS)
def test_it_waits_for(case: tuple[Pod, str, str, *tuple[PodEvent, ...]]) -> None:
    one, state, says, *events = case
    wait = waiting_for(one, events, at(20))
    assert wait is not None
    assert wait.state == state
    assert says in wait.sentence
    assert wait.who
    assert wait.sentence.endswith(".")
    assert len(wait.waits_for) <= 40


CONTENT = {
    # the kubelet has told of its start, but not in its status yet
    "an init container that has just started": initializing(
        FIRST, status(waiting("PodInitializing"), name="first")
    ),
    "a ready Pod": up(),
    "a Pod that ended well": in_phase(up(), "Succeeded"),
    "a Pod that failed": in_phase(on_node(CRASHED), "Failed"),
    "a readiness gate that has just become True": gated("example.com/ready", "True"),
    "a container that runs without a probe": on_node(status(running(), "A"), phase="Running"),
    "a Pod whose init container failed for good": with_spec(
        initializing(FIRST, status(ended("I", 1), name="first")), restart_policy="Never"
    ),
    "one container that ended for good": pod(
        status(ended("A", 0)), node="worker", phase="Running", restart_policy="Never"
    ),
}


@cases("one", CONTENT)
def test_it_waits_for_nothing(one: Pod) -> None:
    started = event("Started", pod(), container="first", seen=1)
    assert waiting_for(one, [started], at(20)) is None


FAILED = "Failed to pull image: not found"
ENDS: dict[str, tuple[Pod, float, *tuple[PodEvent, ...]]] = {
    "back-off after the second restart": (on_node(CRASHED, phase="Running"), 30),
    "back-off after a run that was long enough to forget what was before": (
        on_node(
            status(
                ended("B", began=8, finished=10),
                restarts=8,
                last=LONG,
            ),
            phase="Running",
        ),
        20,
    ),
    "back-off as the kubelet says": (on_node(BACK_OFF, phase="Running"), 50),
    "the grace period": (being_deleted(up(), deadline=25), 25),
    "the second pause between pulls": (
        on_node(status(waiting("ImagePullBackOff"))),
        35,
        event("Failed", pod(), container="app", message=FAILED, count=2, seen=15),
        event("Failed", pod(), container="app", message="Error: ErrImagePull", uid="o", seen=15),
    ),
    "a pause that is as long as it gets": (
        on_node(status(waiting("ImagePullBackOff"))),
        310,
        event("Failed", pod(), container="app", message=FAILED, count=99, seen=10),
    ),
}


@cases("case", ENDS)
def test_the_end_is_known_of(case: tuple[Pod, float, *tuple[PodEvent, ...]]) -> None:
    one, end, *events = case
    wait = waiting_for(one, events, at(20))
    assert wait is not None
    assert wait.until == at(end)


def test_no_end_is_known_of_a_pull_of_which_no_event_tells_any_more() -> None:
    one, _, _, *events = WAITS["a pull of which no Event tells any more"]
    wait = waiting_for(one, events, at(20))
    assert wait is not None
    assert wait.until is None


def test_it_counts_down() -> None:
    wait = waiting_for(on_node(BACK_OFF, phase="Running"), [], at(20))
    assert wait is not None
    assert wait.ends(at(20)) == "next start in 30 s or later"
    assert wait.short(at(50)).endswith("; next start any moment")
    assert countdown(at(300), at(0)) == "in 5 min or later"


def test_a_hostile_message_is_one_short_line() -> None:
    wait = waiting_for(unscheduled("x\ny" * 500 + "z" * 900), [], at(0))
    assert wait is not None
    assert "\n" not in wait.sentence
    assert len(wait.sentence) < 300


@given(arbitrary_pods(), st.floats(-1e9, 1e9))
def test_no_pod_is_impossible(one: Pod, t: float) -> None:
    wait = waiting_for(one, [event("FailedMount", one), event("Pulling", one)], at(t))
    assert wait is None or wait.sentence


# ── when it is told ──


def silences(*items: StreamItem) -> list[tuple[float, str]]:
    """When which silence is told, as (t, brief)."""
    told = feed(watching(), *items)
    return [(one.t, one.wait.waits_for) for one in told if isinstance(one, Stalled)]


def test_silence_is_told_once() -> None:
    ticks = [Tick(t=t) for t in (5, 1 + STILL, 30, 60)]
    assert silences(added(unscheduled(), 1), *ticks) == [(1 + STILL, "a node that fits")]


def test_it_is_told_again_after_a_movement() -> None:
    told = silences(added(pod(), 1), Tick(t=20), modified(unscheduled(), 21), Tick(t=50))
    assert told == [(1 + STILL, "the scheduler"), (21 + STILL, "a node that fits")]


def test_a_pod_that_was_there_is_silent_from_its_first_sight() -> None:
    assert silences(listed(unscheduled(), 0), Tick(t=30)) == [(STILL, "a node that fits")]


def test_a_new_event_is_a_movement_and_a_repeated_one_is_none() -> None:
    one = unscheduled()
    again = event("FailedScheduling", one, count=2)
    items = [added(one, 1), added(event("FailedScheduling", one), 5), modified(again, 9)]
    assert silences(*items, Tick(t=60)) == [(5 + STILL, "a node that fits")]


def test_a_pod_that_moves_or_leaves_or_is_ready_is_not_silent() -> None:
    gone = modified(in_phase(pod(), "Failed"), 9)
    assert silences(added(up(), 1), added(pod(name="a"), 1), Tick(t=60)) == [
        (1 + STILL, "the scheduler")
    ]
    assert silences(added(pod(), 1), gone, Tick(t=60)) == []


def test_several_news_at_one_instant_are_one_movement() -> None:
    one = unscheduled()
    items: list[StreamItem] = [added(one, 1), added(event("FailedScheduling", one), 1), Tick(t=60)]
    assert silences(*items) == [(1 + STILL, "a node that fits")]


def test_without_ticks_the_next_item_brings_it_at_its_own_instant() -> None:
    items: list[StreamItem] = [added(unscheduled(), 1), added(pod(name="other"), 40)]
    with_ticks: list[StreamItem] = [items[0], Tick(t=1 + STILL), Tick(t=20), items[1]]
    assert silences(*items) == silences(*with_ticks) == [(1 + STILL, "a node that fits")]


def test_the_instant_is_named() -> None:
    session = fed((opened(), synced(), added(unscheduled(), 1.5), Tick(t=11)), catalog_of())
    assert session.wakes_at() == 1.5 + STILL


def test_an_event_that_comes_before_its_pod_is_known() -> None:
    one = on_node(status(waiting("ContainerCreating")))
    early = listed(event("Pulling", one, container="app"), scope=EVENTS)
    board = fed([opened(), early, listed(one), synced(), Tick(t=5)]).board
    (row,) = board.rows
    wait = board.wait(row)
    assert wait is not None
    assert wait.waits_for == "an image"
