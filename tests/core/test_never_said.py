"""Sentences that were false when Kubernetes' own end-to-end tests ran under podwatch.

Each test brings about the situation and says which words must not come, and which have to.
"""

from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.kube import Container, ContainerState, Pod
from podwatch.core.messages import cause
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem, Tick
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition, Stalled, TimelineEntry
from tests.build import (
    added,
    being_deleted,
    condition,
    deleted,
    ended,
    event,
    feed,
    in_phase,
    modified,
    node,
    owned_by,
    pod,
    running,
    status,
    up,
    waiting,
    watching,
)
from tests.cases import cases

UNREADY = condition("Ready", "False", "ContainersNotReady")


def watch(*items: StreamItem) -> Session:
    return watching(*items, catalog=catalog())


def texts(entries: list[TimelineEntry]) -> list[str]:
    """What is said of each: the sentence, what comes next, who."""
    said = []
    for one in entries:
        if isinstance(one, ExplainedTransition | ExplainedEvent):
            parts = one.explanation
            said.append(" | ".join((one.change, parts.sentence, parts.then, parts.who)))
        elif isinstance(one, Stalled):
            said.append(" | ".join(("silence", one.wait.sentence, one.wait.who)))
    return said


def said(session: Session, *items: StreamItem) -> str:
    """All that is said of these items, in lower case."""
    return "\n".join(texts(feed(session, *items))).lower()


def on_node(*statuses: object, **more: object) -> Pod:
    return pod(*statuses, **{"node": "worker", "phase": "Running", **more})  # type: ignore[arg-type]


CRASHED = ended("A", 3, began=1, finished=5)
IN_BACK_OFF = on_node(
    status(
        waiting("CrashLoopBackOff", "back-off 40s restarting failed container=app"),
        restarts=3,
        last=CRASHED,
    ),
    conditions=[UNREADY],
)


def test_an_end_before_the_deletion_is_not_the_deletions_work() -> None:
    session = watch(added(IN_BACK_OFF, 6))
    over = being_deleted(on_node(status(CRASHED, restarts=3), conditions=[UNREADY]), deadline=50)
    text = said(
        session,
        modified(being_deleted(IN_BACK_OFF, deadline=50), 20),
        modified(over, 21),
        modified(in_phase(over, "Failed"), 22),
        deleted(in_phase(over, "Failed"), 23),
    )
    assert "within the grace period" not in text
    assert "asked it to stop" not in text
    assert "before somebody deleted the pod" in text
    assert "before any of its containers started" not in text


def test_of_an_indexed_job_the_index_says_what_is_replaced() -> None:
    def of_index(name: str, index: str, one: Pod) -> Pod:
        meta = replace(
            one.metadata,
            name=name,
            uid=name,
            labels={"batch.kubernetes.io/job-completion-index": index},
            owner_references=(owned_by("Job", "web", "job"),),
        )
        return replace(one, metadata=meta)

    failed = in_phase(on_node(status(CRASHED), restart_policy="Never"), "Failed")
    session = watch(
        added(of_index("web-1-a", "1", up()), 1), modified(of_index("web-1-a", "1", failed), 5)
    )
    assert "takes its place" not in said(session, added(of_index("web-2-a", "2", pod()), 6))
    assert "replace" in said(session, added(of_index("web-1-b", "1", pod()), 7))


def test_what_is_replaced_when_it_is_gone_does_not_end_any_more() -> None:
    old = replace(
        up("web-5d9c-a"),
        metadata=replace(
            up("web-5d9c-a").metadata, owner_references=(owned_by("ReplicaSet", "web-5d9c", "rs"),)
        ),
    )
    new = pod(name="web-5d9c-b", owner=owned_by("ReplicaSet", "web-5d9c", "rs"))
    session = watch(added(old, 1), modified(being_deleted(old), 2), deleted(being_deleted(old), 3))
    text = said(session, added(new, 4))
    assert "in place of this pod, which is gone" in text
    assert "ends on its own" not in text


def test_a_container_that_waits_in_a_deletion_is_not_prepared_to_start() -> None:
    session = watch(added(on_node(status(running(1), "A")), 2))
    again = on_node(status(waiting("ContainerCreating"), restarts=1, last=CRASHED))
    text = said(
        session,
        modified(being_deleted(on_node(status(running(1), "A"))), 3),
        modified(being_deleted(again), 4),
    )
    assert "prepares to start" not in text
    assert "starts it again" not in text


def test_a_pause_is_said_to_the_second() -> None:
    message = "back-off 2m40s restarting failed container=app pod=web"
    paused = on_node(status(waiting("CrashLoopBackOff", message), restarts=5, last=CRASHED))
    session = watch(added(on_node(status(ended("A", 3, began=1, finished=5), restarts=5)), 6))
    text = said(session, modified(paused, 7))
    assert "160 s" in text or "2 min 40 s" in text


def test_a_sandbox_that_fails_for_user_namespaces_is_not_the_networks_fault() -> None:
    creating = on_node(status(waiting("ContainerCreating")), phase="Pending")
    session = watch(added(creating))
    message = (
        "Failed to create pod sandbox: user namespaces: runtime does not support user namespaces"
    )
    text = said(
        session,
        added(
            event("FailedCreatePodSandBox", creating, message=message, type_="Warning", seen=2), 2
        ),
    )
    assert "user namespaces" in text
    assert "network plugin" not in text
    assert "its network can't" not in text


def test_a_pause_at_its_longest_does_not_double() -> None:
    message = "back-off 5m0s restarting failed container=app pod=web"
    paused = on_node(status(waiting("CrashLoopBackOff", message), restarts=9, last=CRASHED))
    session = watch(added(on_node(status(CRASHED, restarts=9)), 6))
    text = said(session, modified(paused, 7))
    assert "300 s" in text or "5 min" in text
    assert "doubles" not in text


def test_a_configuration_error_is_tried_again_whatever_the_policy_says() -> None:
    session = watch(
        added(
            on_node(status(waiting("ContainerCreating")), phase="Pending", restart_policy="Never")
        )
    )
    broken = on_node(
        status(waiting("CreateContainerConfigError", 'secret "keys" not found')),
        phase="Pending",
        restart_policy="Never",
    )
    text = said(session, modified(broken, 2))
    assert "keys" in text
    assert "restart policy allows" not in text
    assert "growing" not in text


def test_ready_again_is_not_promised_to_what_was_never_ready() -> None:
    session = watch(added(on_node(status(running(1), "A"), conditions=[]), 2))
    one = being_deleted(on_node(status(running(1), "A"), conditions=[UNREADY]))
    assert "ready again" not in said(session, modified(one, 3))


def test_an_event_after_the_end_promises_no_future() -> None:
    session = watch(added(pod()), deleted(pod(), 2))
    late = event(
        "FailedScheduling",
        pod(),
        type_="Warning",
        seen=2,
        message='binding rejected: running Bind plugin "DefaultBinder": pods "web" not found',
    )
    text = said(session, added(late, 3))
    assert "failedscheduling" in text
    assert "stays pending" not in text
    assert "found no node" not in text


def test_ready_that_somebody_wrote_is_not_a_silent_nodes_doing() -> None:
    session = watch(added(node("worker")), added(up()))
    patched = replace(up(), status=replace(up().status, conditions=(condition("Ready", "False"),)))
    text = said(session, modified(patched, 2))
    assert "stops reporting" not in text
    assert "the kubelet" not in text.split("|")[-1]


def test_a_binding_that_the_api_server_refuses_is_no_error_in_the_scheduler() -> None:
    session = watch(added(pod()))
    message = (
        'binding rejected: pods "web" is forbidden: unable to create new content in namespace '
        "default because it is being terminated"
    )
    refused = pod(conditions=[condition("PodScheduled", "False", "SchedulerError", message)])
    text = said(session, modified(refused, 2))
    assert "being terminated" in text or "being deleted" in text
    assert "in the scheduler itself" not in text


def test_not_ready_because_it_failed_is_no_ready_to_come() -> None:
    before = on_node(status(running(1), "A"), conditions=[UNREADY])
    failed = in_phase(
        on_node(
            status(CRASHED),
            conditions=[condition("Ready", "False", "PodFailed")],
            restart_policy="Never",
        ),
        "Failed",
    )
    session = watch(added(before, 2))
    assert "ready again" not in said(session, modified(failed, 3))


def test_a_preempted_pod_is_deleted_by_the_scheduler() -> None:
    victim = replace(
        up(),
        status=replace(
            up().status,
            conditions=(
                condition(
                    "DisruptionTarget",
                    "True",
                    "PreemptionByScheduler",
                    "default-scheduler: preempting to accommodate a higher priority pod",
                ),
            ),
        ),
    )
    session = watch(added(up()))
    text = texts(feed(session, modified(being_deleted(victim), 2)))
    (asked,) = (one for one in text if "deletion" in one.split("|")[0])
    assert "scheduler" in asked.split("|")[-1]
    assert "a person" not in asked


def test_a_silence_names_the_key_that_an_event_named() -> None:
    creating = on_node(
        status(waiting("ContainerCreating")),
        phase="Pending",
        conditions=[condition("PodReadyToStartContainers")],
    )
    missing = event(
        "Failed",
        creating,
        container="app",
        type_="Warning",
        seen=2,
        message="Error: couldn't find key token in Secret default/keys",
    )
    session = watch(added(creating, 1), added(missing, 2))
    text = said(session, Tick(t=20))
    assert "silence" in text
    assert "token" in text
    assert "its image" not in text


# ── what was said too weakly ──


def test_an_init_container_that_ends_in_a_deletion_lets_nothing_start() -> None:
    def one(state: ContainerState) -> Pod:
        first = status(state, "I", name="first")
        return on_node(
            status(waiting("PodInitializing")),
            phase="Pending",
            init=[first],
            init_containers=[Container(name="first")],
        )

    session = watch(added(one(running(1)), 2), modified(being_deleted(one(running(1))), 3))
    text = said(session, modified(being_deleted(one(ended("I", 0, finished=4))), 4))
    assert "no further one starts" in text
    assert "next container" not in text


def test_a_forced_deletion_is_told_as_one_though_only_a_sidecar_runs() -> None:
    one = on_node(
        status(waiting("PodInitializing")),
        phase="Pending",
        init=[status(running(1), "S", name="proxy", started=True)],
        init_containers=[Container(name="proxy", restart_policy="Always")],
    )
    session = watch(added(one, 2))
    text = said(session, deleted(being_deleted(one, deadline=3, grace=0), 3))
    assert "force" in text


def test_an_event_about_a_probe_is_about_its_container() -> None:
    session = watch(added(up()))
    message = "Readiness probe failed: HTTP probe failed with statuscode: 500"
    failed = event("Unhealthy", up(), container="app", type_="Warning", message=message, seen=2)
    (told,) = feed(session, added(failed, 2))
    assert isinstance(told, ExplainedEvent)
    assert told.subject == "app"
    assert "HTTP 500" in told.explanation.sentence
    assert "a container" not in told.explanation.sentence


def test_one_that_others_make_room_for_is_told_so() -> None:
    message = "0/2 nodes are available: 2 Insufficient cpu."
    before = pod(conditions=[condition("PodScheduled", "False", "Unschedulable", message)])
    after = replace(before, status=replace(before.status, nominated_node_name="worker"))
    session = watch(added(before, 1), modified(after, 2))
    text = said(session, Tick(t=20))
    assert "lower priority" in text
    assert "worker" in text


def test_an_end_by_a_probe_names_the_probe() -> None:
    session = watch(added(on_node(status(running(1), "A")), 1))
    kill = event("Killing", up(), container="app", seen=5, message="failed liveness probe")
    end = on_node(status(ended("A", 137, began=1, finished=6)))
    text = said(session, added(kill, 5), modified(end, 6))
    assert "liveness probe" in text.split("terminated")[-1]


REFUSALS = {
    "an operating system": (
        "PodOSNotSupported",
        "Failed to admit pod as the OS field doesn't match",
    ),
    "a sysctl": ("SysctlForbidden", 'forbidden sysctl: "kernel.msgmax" not allowlisted'),
    "a port": ("NodePorts", "Predicate NodePorts failed"),
    "a word of tomorrow": ("Teleporting", "Pod was rejected: the moon is full"),
}


@cases("reason message", REFUSALS)
def test_a_refusal_says_why_and_that_it_is_over(reason: str, message: str) -> None:
    session = watch(added(pod(node="worker"), 1))
    refused = in_phase(pod(node="worker"), "Failed", reason, message)
    text = said(session, modified(refused, 2))
    assert reason.lower() in text
    assert cause(message).detail.lower() in text


def test_a_condition_that_vanishes_is_explained() -> None:
    session = watch(added(up(), 1))
    left = replace(up(), status=replace(up().status, conditions=(condition("Ready"),)))
    (told,) = texts(feed(session, modified(left, 2)))
    assert "podscheduled" in told.lower()
    assert "knows no" not in told
