"""Why a Pod is in the state it is in, from one version of it."""

import pytest
from msgspec.structs import replace

from podwatch.core.columns import columns
from podwatch.core.concepts import catalog
from podwatch.core.diagnosis import chain, explained, reasons
from podwatch.core.disagreement import disagreement
from podwatch.core.kube import Container, Owner, Pod, PodEvent, ReplicaSet
from podwatch.core.kube.meta import ObjectMeta
from podwatch.core.stream import Observed
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read
from tests.build import (
    at,
    being_deleted,
    condition,
    ended,
    event,
    in_phase,
    owned_by,
    pod,
    running,
    status,
    up,
    waiting,
)
from tests.cases import cases

NOT_READY = condition("Ready", "False", "ContainersNotReady", "containers with unready status: [a]")


def why(one: Pod, *events: PodEvent) -> list[str]:
    """The ids of the concepts, worst first."""
    return [
        reason.explanation.concept.id if reason.explanation.concept else "?"
        for reason in reasons(one, events, catalog())
    ]


def said(one: Pod, *events: PodEvent) -> str:
    return " ".join(reason.sentence for reason in reasons(one, events, catalog()))


def on_node(*statuses: object, **more: object) -> Pod:
    more = {"node": "worker", "phase": "Running", "conditions": [NOT_READY], **more}
    return pod(*statuses, **more)  # type: ignore[arg-type]


# ── nothing amiss: how far it has come ──


@cases(
    "one concept",
    {
        "just created": (pod(), "created"),
        "scheduled": (pod(conditions=[condition("PodScheduled")]), "scheduled"),
        "network set up": (
            pod(
                status(waiting("ContainerCreating")),
                conditions=[condition("PodScheduled"), condition("PodReadyToStartContainers")],
            ),
            "sandbox-ready",
        ),
        "ready": (up(), "ready"),
    },
)
def test_a_pod_on_its_way_says_how_far_it_has_come(one: Pod, concept: str) -> None:
    assert why(one) == [concept]


# ── what is not as it should be ──


@cases(
    "one concepts",
    {
        "no node fits": (
            pod(conditions=[condition("PodScheduled", "False", "Unschedulable", "0/2 nodes")]),
            ["unschedulable"],
        ),
        "gated": (
            pod(conditions=[condition("PodScheduled", "False", "SchedulingGated")]),
            ["scheduling-gated"],
        ),
        "no image": (
            on_node(status(waiting("ErrImagePull", "not found")), phase="Pending"),
            ["err-image-pull"],
        ),
        "running, not ready": (on_node(status(running(), "A")), ["not-ready"]),
        "ended, in back-off": (
            on_node(status(ended("A", 1), restarts=3)),
            ["exited-non-zero", "not-ready"],
        ),
        "ended well, started again": (
            on_node(status(ended("A", 0), restarts=1)),
            ["exited-0", "not-ready"],
        ),
        "failed for its memory": (
            pod(
                status(ended("A", 137, "OOMKilled")),
                phase="Failed",
                restart_policy="Never",
                node="worker",
            ),
            ["oom-killed", "failed"],
        ),
        "evicted: the Pod's own reason comes first": (
            in_phase(
                on_node(status(ended("A", 137, "ContainerStatusUnknown"))), "Failed", "Evicted"
            ),
            ["evicted", "container-lost"],
        ),
        "succeeded": (
            pod(status(ended("A", 0)), phase="Succeeded", restart_policy="Never"),
            ["succeeded"],
        ),
        "an init container runs": (
            on_node(
                status(waiting("PodInitializing")),
                phase="Pending",
                init=[status(running(), "I", name="migrate")],
                init_containers=[Container(name="migrate", image="busybox:1.36")],
            ),
            ["init-container-running"],
        ),
    },
)
def test_what_is_amiss_is_named_worst_first(one: Pod, concepts: list[str]) -> None:
    assert why(one) == concepts


def test_a_requested_deletion_comes_before_what_it_brings_about() -> None:
    one = being_deleted(on_node(status(ended("A", 1)), conditions=[NOT_READY]))
    assert why(one)[0] == "deletion-requested"


def test_a_container_that_was_restarted_tells_how_its_last_run_ended() -> None:
    last = ended("A", 137, "OOMKilled", began=0, finished=5)
    one = up()
    again = status(running(9), "B", restarts=1, last=last, ready=True)
    one = replace(one, status=replace(one.status, container_statuses=(again,)))
    now, before = reasons(one, [], catalog())
    assert now.sentence.startswith("The Pod is ready")
    assert before.past
    assert before.sentence.startswith(
        "Container app, the run before this one: out of memory: the kernel killed it (OOMKilled"
    )
    assert before.explanation.then == ""


def test_what_a_program_left_as_its_message_is_told() -> None:
    one = on_node(status(ended("A", 1, message="httpd: bind: Address already in use")))
    assert 'It left the message "httpd: bind: Address already in use".' in said(one)


def test_a_reason_that_nobody_knows_is_said_as_it_is() -> None:
    one = on_node(status(waiting("Teleporting", "soon")), phase="Pending")
    assert why(one) == ["?"]
    assert '"Teleporting"' in said(one)


# ── Events ──


def test_a_warning_explains_what_the_fields_leave_out() -> None:
    one = on_node(status(waiting("ContainerCreating")), phase="Pending")
    mount = event("FailedMount", one, message='secret "token" not found', type_="Warning")
    assert why(one, mount) == ["failed-mount"]
    assert "token" in said(one, mount)


def test_a_warning_that_is_over_is_not_told() -> None:
    one = on_node(status(running(since=60), "A"))
    old = event("Unhealthy", one, message="Readiness probe failed", type_="Warning", seen=30)
    new = event("Unhealthy", one, message="Readiness probe failed", type_="Warning", seen=90)
    assert "probe-failed" not in why(one, old)
    assert "probe-failed" in why(one, new)
    assert "unschedulable" not in why(one, event("FailedScheduling", one, type_="Warning", seen=99))


def test_a_ready_pod_has_no_warnings_left() -> None:
    assert why(up(), event("Unhealthy", up(), type_="Warning", seen=99)) == ["ready"]


def test_a_warning_that_repeats_a_reason_is_not_told_twice() -> None:
    one = on_node(status(waiting("ErrImagePull")), phase="Pending")
    failed = event("Failed", one, message="Failed to pull image: not found", type_="Warning")
    assert why(one, failed).count("err-image-pull") == 1


@pytest.mark.parametrize("name", names())
def test_every_pod_of_every_recording_is_explained(name: str) -> None:
    """Whatever a real cluster shows, there is a reason, and podwatch knows a concept for it."""
    events: dict[str, dict[str, PodEvent]] = {}
    for item in read(scenario(name).recording):
        if not isinstance(item, Observed):
            continue
        if isinstance(item.object, PodEvent):
            about = events.setdefault(item.object.involved_object.uid, {})
            about[item.object.metadata.uid] = item.object
        if isinstance(item.object, Pod) and item.type != "DELETED":
            one = item.object
            found = why(one, *events.get(one.metadata.uid, {}).values())
            assert found
            assert "?" not in found
            assert "(not known)" not in said(one)


# ── phase, STATUS and Ready ──


def differing(one: Pod) -> tuple[str, ...]:
    return disagreement(one, columns(one))


def test_nothing_is_said_where_all_three_agree() -> None:
    assert differing(up()) == ()
    assert differing(pod()) == ()


@cases(
    "one status_words ready_words",
    {
        "a crash loop": (
            on_node(status(waiting("CrashLoopBackOff"), restarts=4)),
            "STATUS says CrashLoopBackOff: that is the reason why container app waits",
            "Ready is False (ContainersNotReady: ",
        ),
        "in back-off, since 1.35": (
            on_node(status(ended("A", 1), restarts=4)),
            "STATUS says Error: that is the reason with which container app ended",
            "Ready is False",
        ),
        "being deleted": (
            being_deleted(up()),
            "STATUS says Terminating: its deletion was requested",
            "Ready is still True, but Services send no new traffic",
        ),
        "running, not ready": (
            on_node(status(running(), "A")),
            "STATUS says Running: nothing else is to be said",
            "Ready is False",
        ),
        "evicted": (
            in_phase(on_node(), "Failed", "Evicted"),
            "STATUS says Evicted: that is the Pod's own reason",
            "Ready is False",
        ),
        "gated": (
            pod(conditions=[condition("PodScheduled", "False", "SchedulingGated")]),
            "STATUS says SchedulingGated: that is the reason of the condition PodScheduled",
            "Ready is not set yet",
        ),
        "an init container": (
            on_node(
                init=[status(waiting("CrashLoopBackOff"), name="migrate")],
                init_containers=[Container(name="migrate")],
                phase="Pending",
            ),
            "STATUS says Init:CrashLoopBackOff: an init container is not done",
            "Ready is False",
        ),
    },
)
def test_each_of_the_three_says_why_it_differs(
    one: Pod, status_words: str, ready_words: str
) -> None:
    of_status, of_phase, of_ready = differing(one)
    assert of_status.startswith(status_words)
    assert of_phase.startswith(f"The phase is {one.status.phase}: ")
    assert of_ready.startswith(ready_words)


# ── owners ──


def test_the_owners_are_followed_as_far_as_they_are_known() -> None:
    one = pod(owner=owned_by("ReplicaSet", "web-5d9c", "rs"))
    replica_set: Owner = ReplicaSet(
        metadata=ObjectMeta(
            name="web-5d9c", uid="rs", owner_references=(owned_by("Deployment", "web"),)
        )
    )
    assert chain(one, []) == ("ReplicaSet web-5d9c",)
    assert chain(one, [replica_set]) == ("ReplicaSet web-5d9c", "Deployment web")
    assert chain(pod(), [replica_set]) == ()


def test_owners_that_own_each_other_end_somewhere() -> None:
    """A file can say anything."""
    circle: Owner = ReplicaSet(
        metadata=ObjectMeta(
            name="a", uid="rs", owner_references=(owned_by("ReplicaSet", "a", "rs"),)
        )
    )
    one = pod(owner=owned_by("ReplicaSet", "a", "rs"))
    assert chain(one, [circle]) == ("ReplicaSet a", "ReplicaSet a")


def test_an_explanation_holds_what_a_view_needs() -> None:
    one = explained(up(), [], [], catalog(), at(5), note="deleted")
    assert (one.columns.status, one.note, one.disagreement) == ("Running", "deleted", ())
    assert [reason.about for reason in one.reasons] == [""]


def test_a_manifest_has_no_state_to_explain() -> None:
    manifest = Pod(metadata=ObjectMeta(name="web"))
    assert explained(manifest, [], [], catalog(), None).reasons == ()


# ── what it waits for ──


def test_it_is_said_what_the_pod_waits_for_and_from_whom() -> None:
    one = on_node(status(ended("A", 1, finished=30), "A", restarts=2), restart_policy="Always")
    wait = explained(one, [], [], catalog(), at(40)).wait
    assert wait is not None
    assert wait.short(at(40)) == "next start in about 10 s"
    assert wait.who == "the kubelet on worker"


def test_nothing_is_said_of_a_wait_where_the_time_is_not_known_or_the_pod_is_gone() -> None:
    one = on_node(status(ended("A", 1, finished=30), "A", restarts=2))
    assert explained(one, [], [], catalog(), None).wait is None
    assert explained(one, [], [], catalog(), at(40), gone=True).wait is None
    assert explained(up(), [], [], catalog(), at(40)).wait is None
