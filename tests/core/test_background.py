"""What a Pod's controller and node say of it, and what is told because of that."""

from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.concepts.owner_facts import newest_set, node_facts, owner_facts, tolerated_for
from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Deployment, Node, ObjectReference, Pod, ReplicaSet, StatefulSet
from podwatch.core.kube.node import NodeSpec, Taint
from podwatch.core.kube.pod_spec import SchedulingGroup, Toleration
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition
from tests.build import (
    added,
    being_deleted,
    condition,
    deleted,
    event,
    feed,
    job,
    listed,
    modified,
    node,
    opened,
    owned_by,
    pod,
    running,
    scaled,
    scope_of,
    status,
    synced,
)
from tests.cases import cases

OLD = scaled(ReplicaSet, "web-old", wanted=1, there=2, revision=3)
NEW = scaled(ReplicaSet, "web-new", wanted=1, there=1, revision=4)
WEB = scaled(Deployment, "web", wanted=2)


def of(owner: str, kind: str = "ReplicaSet") -> Pod:
    """A Pod that runs, of that controller."""
    return pod(status(running(), "A"), name="web-x", owner=owned_by(kind, owner), node="worker")


def facts(one: Pod, *sets: ReplicaSet) -> Facts:
    """What its ReplicaSet, the first of them, and its Deployment say."""
    return owner_facts(one, sets[0], WEB, sets)


class TestOfAReplicaSet:
    def test_it_wants_fewer_pods_than_there_are(self) -> None:
        known = facts(of("web-old"), OLD)
        assert (known["owner.surplus"], known["owner.wanted"], known["owner.replicas"]) == (
            True,
            1,
            2,
        )
        assert "owner.template" not in known

    def test_while_the_deployment_replaces_its_pods_one_is_old_and_one_new(self) -> None:
        assert facts(of("web-old"), OLD, NEW)["owner.template"] == "old"
        known = facts(of("web-new"), NEW, OLD)
        assert known["owner.template"] == "new"
        assert (known["owner.newest"], known["deployment.wanted"]) == ("web-new", 2)

    def test_when_the_old_one_has_no_pods_the_rollout_is_over(self) -> None:
        done = scaled(ReplicaSet, "web-old", wanted=0, revision=3)
        assert "owner.template" not in facts(of("web-new"), NEW, done)

    def test_after_a_roll_back_the_highest_revision_is_the_new_one(self) -> None:
        back = scaled(ReplicaSet, "web-old", wanted=1, revision=5)
        assert newest_set([back, NEW]) is back

    def test_without_revisions_the_one_that_came_last_is_it(self) -> None:
        first, second = (scaled(ReplicaSet, name, wanted=1, revision=0) for name in "ab")
        assert newest_set([first, second]) is second
        assert newest_set([]) is None


def test_a_controller_that_is_gone_or_going_says_no_more() -> None:
    going = replace(OLD, metadata=being_deleted(of("web-old")).metadata)
    assert owner_facts(of("web-old"), None, None, ()) == {"owner.gone": True}
    assert owner_facts(of("web-old"), going, None, ()) == {"owner.gone": True}


def test_a_stateful_set_wants_a_pod_by_its_number() -> None:
    db = scaled(StatefulSet, "db", wanted=1, there=2)
    wants = {
        name: owner_facts(pod(name=name), db, None, ())["owner.wants_it"]
        for name in ("db-0", "db-1", "db")
    }
    assert wants == {"db-0": True, "db-1": False, "db": False}


def test_a_job_says_whether_it_is_suspended_and_how_it_ends() -> None:
    one = of("web", "Job")
    assert owner_facts(one, job(suspend=True), None, ()) == {"owner.suspended": True}
    known = owner_facts(one, job("FailureTarget"), None, ())
    assert (known["owner.ended"], known["owner.why"]) == ("failed", "Why")


REPAIR = Taint(key="repair", value="soon", effect="NoExecute")


@cases(
    "tolerations seconds",
    {
        "none": ([], 0),
        "for ever": ([Toleration(key="repair", operator="Exists")], None),
        "all taints": ([Toleration(operator="Exists")], None),
        "for some seconds": (
            [Toleration(key="repair", operator="Exists", toleration_seconds=5)],
            5,
        ),
        "its value": ([Toleration(key="repair", value="soon", effect="NoExecute")], None),
        "another value": ([Toleration(key="repair", value="now")], 0),
        "another effect": ([Toleration(key="repair", operator="Exists", effect="NoSchedule")], 0),
        "the shortest counts": (
            [
                Toleration(operator="Exists"),
                Toleration(key="repair", operator="Exists", toleration_seconds=7),
            ],
            7,
        ),
    },
)
def test_a_taint_is_tolerated_for(tolerations: list[Toleration], seconds: int | None) -> None:
    assert tolerated_for(REPAIR, tolerations) == seconds


def tainted(*taints: Taint, ready: str = "True") -> Node:
    return replace(node("worker", ready), spec=NodeSpec(taints=taints))


def test_a_node_names_the_taint_that_ends_the_pod_first() -> None:
    patient = pod(node="worker")
    tolerations = (Toleration(key="repair", operator="Exists", toleration_seconds=5),)
    patient = replace(patient, spec=replace(patient.spec, tolerations=tolerations))
    full = Taint(key="full", effect="NoSchedule")
    assert node_facts(patient, tainted(full, REPAIR)) == {
        "node.ready": "True",
        "node.taint": "repair",
        "pod.tolerates_for": "5 s",
    }
    assert "pod.tolerates_for" not in node_facts(pod(node="worker"), tainted(REPAIR))
    off = Taint(key="node.kubernetes.io/out-of-service", effect="NoSchedule")
    assert node_facts(patient, tainted(off, ready="Unknown"))["node.out_of_service"] is True


# ── what is told ──

SETS, DEPLOYMENTS = scope_of("ReplicaSet"), scope_of("Deployment")


def sentences(*items: StreamItem) -> list[str]:
    """What the last of the items brings is told so; owners and Nodes are watched."""
    scopes = [scope_of(kind) for kind in ("Pod", "Event", "Node")]
    session = Session(catalog())
    feed(session, opened(*scopes, SETS, DEPLOYMENTS))
    feed(session, *(synced(scope=scope) for scope in (*scopes, SETS, DEPLOYMENTS)))
    feed(session, *items[:-1])
    return [
        f"{one.explanation.sentence} [{one.explanation.who}] {one.explanation.then}".strip()
        for one in feed(session, items[-1])
        if isinstance(one, ExplainedTransition | ExplainedEvent)
    ]


def test_a_scale_down_names_the_replica_set_and_its_numbers() -> None:
    (said, *_) = sentences(added(OLD), added(of("web-old")), modified(being_deleted(of("web-old"))))
    assert "ReplicaSet web-old deletes the Pod because it wants 1 and has 2" in said


def test_a_rollout_names_both_replica_sets() -> None:
    (said, *_) = sentences(
        added(WEB),
        added(OLD),
        added(NEW),
        added(of("web-old")),
        modified(being_deleted(of("web-old"))),
    )
    assert "web-new has 1 of 2 new Pods, so the old ReplicaSet web-old deletes" in said


def test_what_is_deleted_with_its_controller_says_so() -> None:
    one = of("web-old")
    (said, *_) = sentences(added(OLD), added(one), deleted(OLD), modified(being_deleted(one)))
    assert "because its controller ReplicaSet web-old was deleted" in said
    assert said.endswith("nothing replaces it.")


def test_a_deletion_on_a_node_that_does_not_answer_promises_no_end() -> None:
    lost = pod(status(running(), "A"), conditions=(condition("Ready", "False"),), node="worker")
    (said, *_) = sentences(
        added(tainted(ready="Unknown")), added(lost), modified(being_deleted(lost))
    )
    assert "node worker doesn't answer" in said
    assert "[whoever runs node worker]" in said


def test_what_is_evicted_names_the_taint_and_for_how_long_it_is_tolerated() -> None:
    disrupted = condition("DisruptionTarget", "True", "DeletionByTaintManager", "deleting")
    one = pod(status(running(), "A"), node="worker")
    tolerations = (Toleration(key="repair", operator="Exists", toleration_seconds=5),)
    one = replace(one, spec=replace(one.spec, tolerations=tolerations))
    chosen = replace(one, status=replace(one.status, conditions=(disrupted,)))
    (said, *_) = sentences(added(tainted(REPAIR)), added(one), modified(being_deleted(chosen)))
    assert "has the taint repair, which the Pod tolerated for 5 s only" in said


def test_a_refused_pod_is_counted_against_what_its_replica_set_wants() -> None:
    about = ObjectReference(
        kind="ReplicaSet", namespace="default", name="web-old", uid="web-old-uid"
    )
    refused = event("FailedCreate", about, message="quota one-pod is used up", type_="Warning")
    wants = scaled(ReplicaSet, "web-old", wanted=2)
    (said,) = sentences(added(wants), added(of("web-old")), added(refused))
    assert "ReplicaSet web-old has 1 of 2 Pods" in said
    alone = sentences(added(refused))
    assert "of 2 Pods" not in alone[0]


def test_a_job_that_failed_names_its_limit() -> None:
    one = replace(
        job(backoff_limit=0), metadata=replace(job().metadata, name="web", namespace="default")
    )
    about = ObjectReference(kind="Job", namespace="default", name="web", uid="job")
    (said,) = sentences(added(one), added(event("BackoffLimitExceeded", about, type_="Warning")))
    assert "its backoffLimit (0) allows" in said


def test_a_controller_adopts_a_pod_or_lets_it_go() -> None:
    bare = pod(status(running(), "A"), name="web-x", node="worker")
    (adopted,) = sentences(added(bare), modified(of("web-old")))
    assert adopted.startswith("ReplicaSet web-old adopted the Pod")
    (released,) = sentences(added(OLD), added(of("web-old")), modified(bare))
    assert released.startswith("ReplicaSet web-old let the Pod go because its labels")
    (orphaned,) = sentences(added(OLD), added(of("web-old")), deleted(OLD), modified(bare))
    assert "--cascade=orphan" in orphaned


def test_a_pod_of_a_group_is_said_to_wait_for_it() -> None:
    one = pod()
    one = replace(one, spec=replace(one.spec, scheduling_group=SchedulingGroup(pod_group_name="g")))
    session = Session(catalog())
    feed(session, opened(), synced())
    (created,) = (
        told for told in feed(session, added(one)) if isinstance(told, ExplainedTransition)
    )
    said = {aside.concept.id: aside.sentence for aside in created.explanation.asides}
    assert "web belongs to PodGroup g" in said["pod-group"]


def test_an_event_of_a_pod_that_is_gone_promises_nothing() -> None:
    one = pod()
    late = event("FailedScheduling", one, message="running Bind plugin: not found", type_="Warning")
    (there,) = sentences(listed(one), added(late))
    (gone,) = sentences(listed(one), deleted(one), added(late))
    assert there.split("]")[0] == gone.split("]")[0]
    assert gone.endswith("]")
