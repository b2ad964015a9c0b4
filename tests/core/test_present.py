"""What a Pod that does not move waits for."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.kube import Container, ContainerStatus, Pod, PodEvent
from podwatch.core.kube.pod_spec import (
    ClaimSource,
    Hook,
    Hooks,
    ImageSource,
    Probe,
    SchedulingGate,
    Volume,
)
from podwatch.core.present import Wait, waiting_for
from podwatch.core.present.states import present_states
from podwatch.core.present.waits import countdown
from podwatch.core.stalled import STILL
from podwatch.core.stream import StreamItem, Tick
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
    "the scheduler has not come to it": (pod(), "scheduler has not looked", "the scheduler"),
    "no node fits": (
        unscheduled(),
        "no node that fits (0/2 nodes are available: 2 Insufficient cpu);",
        "the scheduler",
    ),
    "the autoscaler adds a node": (
        unscheduled(),
        "autoscaler has asked for another",
        "the cluster autoscaler",
        event("TriggeredScaleUp", pod(), seen=2),
        event("FailedScheduling", pod(), seen=1),
    ),
    "the autoscaler's node did not help": (
        unscheduled(),
        "no node that fits",
        "the scheduler",
        event("TriggeredScaleUp", pod(), seen=1),
        event("FailedScheduling", pod(), seen=2),
    ),
    "Pods of lower priority leave first": (
        replace(unscheduled(), status=replace(unscheduled().status, nominated_node_name="worker")),
        "put it on worker",
        "the scheduler",
    ),
    "a scheduling gate": (
        with_spec(pod(), scheduling_gates=(SchedulingGate(name="example.com/paid"),)),
        "gates are removed: example.com/paid.",
        "whoever set the gates",
    ),
    "the kubelet has not begun": (
        pod(node="worker", conditions=[condition("PodScheduled")]),
        "has not begun",
        "the kubelet on worker",
    ),
    "volumes and network": (
        with_spec(unprepared(), volumes=(BOUND,)),
        "its volumes (claim files) and its network",
        "the kubelet on worker",
    ),
    "a volume that is not there": (
        unprepared(),
        'a volume can\'t be mounted (secret "key" not found)',
        "whoever provides the volume",
        event("FailedMount", unprepared(), message='secret "key" not found', seen=3),
    ),
    "a network that fails": (
        unprepared(),
        "its network can't be set up (no address left)",
        "the node's network plugin",
        event("FailedCreatePodSandBox", unprepared(), message="no address left", seen=3),
    ),
    "a pull": (
        on_node(status(waiting("ContainerCreating"))),
        "pulling image web:2 for 15 s;",
        "the registry of web:2",
        event("Pulling", pod(), container="app", seen=5),
    ),
    "a container that is made, its image pulled": (
        on_node(status(waiting("ContainerCreating"))),
        "prepares container app",
        "the kubelet on worker",
        event("Pulling", pod(), container="app", seen=5),
        event("Pulled", pod(), container="app", seen=5),
    ),
    "another container's pull": (
        on_node(status(waiting("ContainerCreating"))),
        "prepares container app",
        "the kubelet on worker",
        event("Pulling", pod(), container="other", seen=5),
    ),
    "an image that can't be pulled": (
        on_node(status(waiting("ErrImagePull"))),
        "image web:2 could not be pulled",
        "whoever provides the image, or wrote its name",
    ),
    "an image that may not be pulled": (
        on_node(status(waiting("ErrImageNeverPull"))),
        "imagePullPolicy is Never",
        "whoever prepares worker",
    ),
    "a name that no image has": (
        on_node(status(waiting("InvalidImageName"))),
        "the spec has to be corrected",
        "whoever wrote the spec",
    ),
    "a missing ConfigMap": (
        on_node(status(waiting("CreateContainerConfigError", 'configmap "x" not found'))),
        '(configmap "x" not found)',
        "whoever makes what is missing",
    ),
    "a reason of tomorrow": (
        on_node(status(waiting("BrandNew", "the moon is full"))),
        "BrandNew (the moon is full)",
        "the kubelet on worker",
    ),
    "back-off while STATUS shows the end": (
        on_node(CRASHED, phase="Running"),
        "is in back-off: after its end the kubelet on worker waits up to 20 s",
        "the kubelet on worker",
    ),
    "back-off in the kubelet's words": (
        on_node(BACK_OFF, phase="Running"),
        "waits 40 s before it starts it again.",
        "the kubelet on worker",
    ),
    "the first restart": (
        on_node(status(ended("A", finished=10)), phase="Running"),
        "starts it again at once",
        "the kubelet on worker",
    ),
    "an init container that works": (
        initializing(FIRST, status(running(5), "I", name="first")),
        "init container first has been running for 15 s;",
        "the program in init container first",
    ),
    "an init container in back-off": (
        initializing(FIRST, status(ended("I", finished=10), name="first", restarts=1)),
        "init container first is in back-off",
        "the kubelet on worker",
    ),
    "a sidecar that can't be pulled": (
        initializing(
            replace(FIRST, restart_policy="Always"),
            status(waiting("ImagePullBackOff"), name="first"),
        ),
        "so sidecar first can't start",
        "whoever provides the image, or wrote its name",
    ),
    "a startup probe": (
        on_node(status(running(), "A", started=False), spec=STARTUP, phase="Running"),
        'has not succeeded yet ("no file")',
        "the program in container app",
        event("Unhealthy", pod(), container="app", message="Startup probe failed: no file"),
    ),
    "a readiness probe": (
        on_node(status(running(), "A", started=True), spec=READINESS, phase="Running"),
        'has not succeeded ("HTTP 500")',
        "the program in container app",
        event("Unhealthy", pod(), container="app", message="Readiness probe failed: HTTP 500"),
    ),
    "a readiness gate that nobody has set": (
        gated("example.com/other", "True"),
        "condition example.com/ready is True",
        "the controller behind the readiness gate",
    ),
    "a readiness gate that is False": (
        gated("example.com/ready", "False"),
        "condition example.com/ready is True",
        "the controller behind the readiness gate",
    ),
    "a node that is silent": (
        gated("example.com/ready", "True", ""),
        "node worker does not report",
        "the kubelet on worker",
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
        "resize is pending (not enough cpu)",
        "the kubelet on worker",
    ),
    "the grace period": (
        being_deleted(up()),
        "the kubelet on worker kills what still runs after it",
        "the programs in its containers",
    ),
    "the grace period with a preStop hook": (
        being_deleted(on_node(status(running(), "A"), spec=HOOKED)),
        "preStop hooks run first",
        "the programs in its containers",
    ),
    "a kubelet that does not confirm the end": (
        being_deleted(up(), deadline=10),
        "has not reported that its containers ended",
        "the kubelet on worker",
    ),
    "a finalizer": (
        replace(HELD, metadata=replace(HELD.metadata, finalizers=("example.com/hold",))),
        "a finalizer (example.com/hold) holds the object",
        "the controller that set the finalizer",
    ),
    "the clean-up": (
        being_deleted(on_node(status(ended("A")))),
        "cleans up",
        "the kubelet on worker",
    ),
    "a kubelet that has nothing to end and does not say so": (
        being_deleted(on_node(status(waiting("ImagePullBackOff"))), deadline=10),
        "none of its containers is reported to run, but the kubelet on worker has not",
        "the kubelet on worker",
    ),
    "the clean-up of what never ran": (
        being_deleted(on_node(status(waiting("ImagePullBackOff")))),
        "none of its containers runs; the kubelet on worker cleans up",
        "the kubelet on worker",
    ),
    "the scheduler, which failed": (
        pod(conditions=[condition("PodScheduled", "False", "SchedulerError", "no answer")]),
        "the scheduler failed while it placed the Pod (no answer)",
        "the scheduler",
    ),
    "the image of another container than the first": (
        TWO_CREATING,
        "has been pulling image huge:1 for 18 s; container huge starts after that",
        "the registry of huge:1",
        event("Started", TWO_CREATING, container="app", seen=1),
        event("Pulling", TWO_CREATING, container="huge", seen=2),
    ),
    "a postStart hook": (
        on_node(status(waiting("ContainerCreating")), spec=GREETED),
        "container app has started, and its postStart hook has not ended yet",
        "the postStart hook of container app",
        event("Started", pod(), container="app", seen=1),
    ),
    "the image of a volume": (
        with_spec(
            on_node(status(waiting("ErrImagePull", 'failed to pull image "models/tiny:typo": no'))),
            volumes=(MODEL,),
        ),
        "image models/tiny:typo could not be pulled, so container app can't start",
        "whoever provides the image, or wrote its name",
    ),
    "a pull of which no Event tells any more": (
        on_node(status(waiting("ImagePullBackOff"))),
        "image web:2 could not be pulled",
        "whoever provides the image, or wrote its name",
        event("Failed", pod(), container="app", message="Failed to pull image: x", seen=-300),
    ),
    "a static Pod's mirror": (
        being_deleted(replace(pod(status(running(), "A"), mirror="hash", node="worker"))),
        "the mirror of a static Pod",
        "the kubelet on worker",
    ),
    "the sidecar that has not ended yet": (
        stopping(
            status(ended("S", 143), name="log", started=False),
            status(running(), "T", name="proxy", started=True),
        ),
        "now stops its sidecars",
        "the kubelet on worker",
    ),
    "sidecars that have to end": (
        stopping(status(running(), "S", name="log", started=True)),
        "now stops its sidecars",
        "the kubelet on worker",
    ),
}


@cases("case", WAITS)
def test_it_waits_for(case: tuple[Pod, str, str, *tuple[PodEvent, ...]]) -> None:
    one, says, who, *events = case
    wait = waiting_for(one, events, at(20))
    assert wait is not None
    assert says in wait.sentence
    assert wait.who == who
    assert wait.sentence.endswith(".")
    assert len(wait.brief) <= 40


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
    states = {state.id: state for state in present_states().states}
    wait = Wait(states["back-off"], {}, at(43))
    assert wait.short(at(20)) == "next start in about 23 s"
    assert wait.short(at(43)) == "next start any moment"
    assert Wait(states["no-node-fits"], {}).short(at(0)) == "waits for a node that fits"
    assert countdown(at(300), at(0)) == "in about 5 min"


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
    return [(one.t, one.wait.brief) for one in told if isinstance(one, Stalled)]


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
    assert wait.brief == "an image"
