"""Why a Pod is in the state it is in, from one version of it."""

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from podwatch.core.columns import columns
from podwatch.core.concepts.patterns import FACT
from podwatch.core.diagnosis import diagnosed
from podwatch.core.disagreement import disagreement
from podwatch.core.kube import Container, Job, Node, Owner, Pod, PodEvent, ReplicaSet
from podwatch.core.kube.meta import Condition, ObjectMeta
from podwatch.core.kube.node import NodeStatus
from podwatch.core.kube.owner import OwnerStatus
from podwatch.core.kube.pod_status import ContainerState
from podwatch.core.pod_page import chain, pod_page
from podwatch.core.stream import Observed
from podwatch.core.surroundings import Surroundings
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import Recorder, read
from tests.build import (
    NO_IMAGE,
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

WORDS = 45
"""The most of a sentence: two breaths."""
NOT_READY = condition("Ready", "False", "ContainersNotReady", "containers with unready status: [a]")


def why(one: Pod, *events: PodEvent) -> list[str]:
    """What is found, the cause first, each as `role:state`."""
    found = diagnosed(one, Surroundings(events=events), at(60)).findings
    return [f"{finding.role}:{finding.state}" for finding in found]


def said(one: Pod, *events: PodEvent) -> str:
    found = diagnosed(one, Surroundings(events=events), at(60)).findings
    return " ".join(finding.sentence for finding in found)


def on_node(*statuses: object, **more: object) -> Pod:
    more = {"node": "worker", "phase": "Running", "conditions": [NOT_READY], **more}
    return pod(*statuses, **more)  # type: ignore[arg-type]


def node(ready: str) -> Node:
    return Node(
        metadata=ObjectMeta(name="worker"),
        status=NodeStatus(conditions=(Condition(type="Ready", status=ready),)),
    )


# ── the cause comes first, and what follows from it after it ──

NO_ROOM = "0/2 nodes are available: 2 Insufficient cpu."
MIGRATE = [Container(name="migrate", image="busybox:1.36")]
LOST = condition("Ready", "False")


@cases(
    "one states",
    {
        "just created": (pod(), ["wait:not-looked-at"]),
        "given to a node": (
            pod(node="worker", conditions=[condition("PodScheduled")]),
            ["wait:kubelet-not-begun"],
        ),
        "ready": (up(), ["fine:ready"]),
        "no node fits": (
            pod(conditions=[condition("PodScheduled", "False", "Unschedulable", NO_ROOM)]),
            ["cause:no-node-fits"],
        ),
        "no image": (
            on_node(status(waiting("ErrImagePull", NO_IMAGE)), phase="Pending"),
            ["cause:image-missing", "follows:not-ready"],
        ),
        "running, not ready for a reason of the container": (
            on_node(status(running(), "A")),
            ["follows:not-ready"],
        ),
        "ended, in back-off": (
            on_node(status(ended("A", 1), restarts=3)),
            ["cause:back-off-after-end", "follows:not-ready"],
        ),
        "ended well, started again": (
            on_node(status(ended("A", 0), restarts=1)),
            ["cause:back-off-after-end", "follows:not-ready"],
        ),
        "failed for its memory": (
            pod(
                status(ended("A", 137, "OOMKilled")),
                phase="Failed",
                restart_policy="Never",
                node="worker",
            ),
            ["cause:ended-for-good", "follows:failed-for-good"],
        ),
        "evicted: its container's end follows from that": (
            in_phase(on_node(status(ended("A", 137))), "Failed", "Evicted"),
            ["cause:evicted", "follows:ended-for-good"],
        ),
        "succeeded": (
            pod(status(ended("A", 0)), phase="Succeeded", restart_policy="Never"),
            ["fine:succeeded"],
        ),
        "an init container runs": (
            on_node(
                status(waiting("PodInitializing")),
                phase="Pending",
                init=[status(running(), "I", name="migrate")],
                init_containers=MIGRATE,
            ),
            ["wait:init-container-runs", "follows:not-ready"],
        ),
        "deleted: a back-off does not matter any more": (
            being_deleted(on_node(status(waiting("ImagePullBackOff")), phase="Pending")),
            [
                "cause:clean-up-not-reported",
                "follows:not-ready",
                "note:image-not-pulled-unsaid",
            ],
        ),
        "a reason of tomorrow": (
            on_node(status(waiting("Teleporting", "soon")), phase="Pending"),
            ["cause:can-not-start", "follows:not-ready"],
        ),
    },
)
def test_the_cause_comes_first(one: Pod, states: list[str]) -> None:
    assert why(one) == states


def test_a_debug_container_that_ended_is_nobodys_trouble() -> None:
    healthy = up()
    spec = replace(healthy.spec, ephemeral_containers=(Container(name="debug"),))
    ended_well = replace(
        healthy.status, ephemeral_container_statuses=(status(ended("D", 130), name="debug"),)
    )
    one = replace(healthy, spec=spec, status=ended_well)
    assert why(one) == ["fine:ready", "past:debug-ended"]


def test_a_container_that_was_restarted_tells_how_its_last_run_ended() -> None:
    last = ended("A", 137, "OOMKilled", began=0, finished=5)
    again = status(running(9), "B", restarts=1, last=last, ready=True)
    one = replace(up(), status=replace(up().status, container_statuses=(again,)))
    diagnosis = diagnosed(one)
    assert [finding.state for finding in diagnosis.findings] == ["ready-after-restarts"]
    assert "restarted once" in diagnosis.fact
    assert "OOMKilled" in diagnosis.sentence


@cases(
    "end events words",
    {
        "a message of its own": (
            ended("A", 1, message="starting\nhttpd: bind: Address already in use"),
            [],
            'left the message "httpd: bind: Address already in use"',
        ),
        "memory": (
            ended("A", 0, "OOMKilled"),
            [],
            "one of its processes, killed because memory ran out (OOMKilled",
        ),
        "a liveness probe": (
            ended("A", 137, began=0, finished=30),
            [
                event("Killing", pod(), container="app", seen=29, message="failed liveness probe"),
                event(
                    "Unhealthy",
                    pod(),
                    container="app",
                    seen=28,
                    type_="Warning",
                    message="Liveness probe failed: HTTP probe failed with statuscode: 500",
                ),
            ],
            "its liveness probe failed (",
        ),
        "a missing program": (
            ended(
                "A", 128, "StartError", message='exec: "serve": executable file not found in $PATH'
            ),
            [],
            "the image has no program serve",
        ),
        "a shell that found no command": (ended("A", 127), [], "did not find a command"),
        "an unknown signal's sender": (ended("A", 137), [], "doesn't say who sent it"),
    },
)
def test_a_crash_loop_begins_with_how_the_last_run_ended(
    end: ContainerState, events: list[PodEvent], words: str
) -> None:
    message = "back-off 5m0s restarting failed container=app"
    one = on_node(status(waiting("CrashLoopBackOff", message), restarts=4, last=end))
    diagnosis = diagnosed(one, Surroundings(events=tuple(events)), at(60))
    assert "CrashLoopBackOff" in diagnosis.sentence
    assert words in diagnosis.sentence
    assert diagnosis.who
    assert diagnosis.cure


@cases(
    "now state",
    {
        "just now": (60, "ready-for-now"),
        "in this hour": (3600, "ready-after-failures"),
        "long ago": (3700, "ready-after-restarts"),
        "nobody knows when": (None, "ready-after-failures"),
    },
)
def test_a_container_that_was_restarted_often_is_well_only_after_a_while(
    now: float | None, state: str
) -> None:
    last = ended("A", 1, began=40, finished=45)
    again = status(running(50), "B", restarts=4, last=last, ready=True)
    one = replace(up(), status=replace(up().status, container_statuses=(again,)))
    found = diagnosed(one, now=at(now) if now is not None else None)
    assert found.state == state
    assert "exit code 1" in found.sentence


def test_a_restart_long_ago_is_told_with_its_age() -> None:
    last = ended("A", 1, began=40, finished=45)
    again = status(running(50), "B", restarts=4, last=last, ready=True)
    one = replace(up(), status=replace(up().status, container_statuses=(again,)))
    assert "restarted 4 times (last 2d ago), and" in diagnosed(one, now=at(45 + 48 * 3600)).sentence
    assert "ago" not in diagnosed(one, now=at(3600)).sentence


def test_what_can_never_heal_is_said_to_be_permanent() -> None:
    missing = ended("A", 128, "StartError", message='exec: "x": executable file not found in $PATH')
    assert diagnosed(on_node(status(missing, restarts=1))).permanent
    assert diagnosed(on_node(status(waiting("InvalidImageName")))).permanent
    limited = on_node(status(waiting("ErrImagePull", "toomanyrequests: 429 Too Many Requests")))
    assert not diagnosed(limited).permanent
    assert diagnosed(on_node(status(ended("A", 1)), phase="Failed")).permanent
    assert not diagnosed(pod(phase="Succeeded", node="worker")).permanent
    assert not diagnosed(up()).permanent


# ── what is past, and what is known around it ──


def test_an_end_before_the_deletion_is_not_told_as_its_work() -> None:
    crashed = status(ended("A", 3, finished=10), restarts=0)
    one = being_deleted(on_node(crashed, restart_policy="Never"), deadline=120)
    assert "past:ended-before-deletion" in why(one)


@cases(
    "nodes states",
    {
        "its Node is silent": ((node("Unknown"),), "cause:node-does-not-report"),
        "its Node reports": ((node("True"),), "follows:on-its-way"),
        "its Node is not known": ((), "cause:node-silent"),
    },
)
def test_ready_without_a_reason_means_a_silent_node(nodes: tuple[Node, ...], states: str) -> None:
    containers = [condition("ContainersReady"), LOST]
    one = on_node(status(running(), "A", ready=True), conditions=containers)
    first = diagnosed(one, Surroundings(nodes=nodes), at(60)).first
    assert f"{first.role}:{first.state}" == states


def test_a_deletion_on_a_silent_node_is_stuck() -> None:
    one = being_deleted(on_node(status(running(), "A")))
    first = diagnosed(one, Surroundings(nodes=(node("Unknown"),)), at(60)).first
    assert first.state == "terminating-on-a-silent-node"


def test_an_owner_that_is_over_makes_no_more_pods() -> None:
    told = f"could not go on: {'it was tried again, ' * 12}because the fourth shard is missing"
    failed = Condition(type="Failed", status="True", reason="PodFailurePolicy", message=told)
    job = Job(metadata=ObjectMeta(name="etl", uid="j"), status=OwnerStatus(conditions=(failed,)))
    one = pod(
        status(ended("A", 42)), phase="Failed", node="worker", owner=owned_by("Job", "etl", "j")
    )
    found = diagnosed(one, Surroundings(owners=(job,)), at(60)).findings
    assert [finding.state for finding in found] == ["ended-for-good", "job-gave-up"]
    assert "PodFailurePolicy" in found[1].sentence
    assert "the fourth shard is missing" in found[1].sentence


# ── Events ──


def test_a_warning_explains_what_the_fields_leave_out() -> None:
    one = on_node(status(waiting("ContainerCreating")), phase="Pending")
    mount = event("FailedMount", one, message='secret "token" not found', type_="Warning")
    assert why(one, mount)[0] == "cause:volume-object-missing"
    assert "token" in said(one, mount)


def test_the_event_that_names_the_cause_counts_though_a_newer_one_sums_it_up() -> None:
    one = on_node(status(waiting("ContainerCreating")), phase="Pending")
    cause = event(
        "FailedAttachVolume",
        one,
        seen=5,
        type_="Warning",
        message='Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) old',
    )
    summary = event(
        "FailedMount",
        one,
        uid="s",
        seen=50,
        type_="Warning",
        message="Unable to attach or mount volumes: timed out waiting for the condition",
    )
    assert why(one, cause, summary)[0] == "cause:volume-in-use"


def test_a_warning_that_is_over_is_not_told() -> None:
    one = on_node(status(running(since=60), "A"))
    old = event("BrandNew", one, message="oh", type_="Warning", seen=30)
    new = event("BrandNew", one, message="oh", type_="Warning", seen=90)
    assert "note:event-warns" not in why(one, old)
    assert "note:event-warns" in why(one, new)


def test_an_eviction_of_which_only_an_event_tells_is_the_cause() -> None:
    one = pod(status(ended("A", 0)), phase="Succeeded", node="worker", restart_policy="Never")
    evicted = event("Evicted", one, message="used too much", type_="Warning", seen=9)
    assert why(one, evicted)[0] == "cause:event-evicted-and-succeeded"


def without_messages(recording: Path, file: Path) -> Path:
    """The recording as `--redact-messages` makes it."""
    with Recorder(file, redact_messages=True) as recorder:
        for item in read(recording):
            recorder.write(item)
    return file


@pytest.mark.parametrize("redacted", [False, True], ids=["as it is", "without messages"])
@pytest.mark.parametrize("name", names())
def test_every_pod_of_every_recording_is_explained(
    name: str, redacted: bool, tmp_path: Path
) -> None:
    """Whatever a real cluster shows, something is found, and no text has a hole."""
    events: dict[str, dict[str, PodEvent]] = {}
    recording = scenario(name).recording
    for item in read(without_messages(recording, tmp_path / "r") if redacted else recording):
        if not isinstance(item, Observed):
            continue
        if isinstance(item.object, PodEvent):
            about = events.setdefault(item.object.involved_object.uid, {})
            about[item.object.metadata.uid] = item.object
        if isinstance(item.object, Pod) and item.type != "DELETED":
            one = item.object
            around = Surroundings(events=tuple(events.get(one.metadata.uid, {}).values()))
            found = diagnosed(one, around, item.at).findings
            assert found
            for finding in found:
                assert len(finding.fact) <= FACT
                for text in (finding.fact, finding.sentence, finding.who, finding.cure):
                    assert not re.search(r"\(\)|\(not known\)|  | [.,;:]|[:;,]\.", text), text
                assert finding.sentence.endswith(".")
                assert ") (" not in finding.sentence
                assert len(finding.sentence.split()) <= WORDS


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
        "refused": (
            pod(node="worker", phase="Failed", reason="NodeAffinity"),
            "STATUS says NodeAffinity: that is the Pod's own reason",
            "Ready is not set: ",
        ),
        "kept from its start by the kubelet": (
            pod(status(waiting("Blocked")), node="worker"),
            "STATUS says Blocked: that is the reason why container app waits",
            "Ready is not set: ",
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
            "STATUS says Init:CrashLoopBackOff: init container migrate is not done",
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


def test_a_page_holds_what_a_view_needs() -> None:
    one = pod_page(up(), Surroundings(), at(5), note="deleted")
    assert (one.columns.status, one.note, one.disagreement) == ("Running", "deleted", ())
    assert one.diagnosis is not None


def test_a_manifest_has_no_state_to_explain() -> None:
    manifest = Pod(metadata=ObjectMeta(name="web"))
    assert pod_page(manifest, Surroundings(), None).diagnosis is None


# ── what it waits for ──


def test_it_is_said_what_the_pod_waits_for_and_until_when() -> None:
    one = on_node(status(ended("A", 1, finished=30), "A", restarts=2), restart_policy="Always")
    wait = diagnosed(one, now=at(40)).wait
    assert wait is not None
    assert wait.ends(at(40)) == "next start in 10 s or later"
    assert wait.ends(None) == ""


def test_what_is_ready_or_over_waits_for_nothing() -> None:
    assert diagnosed(up(), now=at(40)).wait is None
    assert diagnosed(in_phase(on_node(status(ended("A", 1))), "Failed"), now=at(40)).wait is None
