"""What is about one Pod of everything that is known."""

from time import perf_counter

from msgspec.structs import replace

from podwatch.core.kube import (
    KubeObject,
    ObjectMeta,
    ObjectReference,
    PersistentVolumeClaim,
    Pod,
    PodEvent,
)
from podwatch.core.kube.claim import ClaimStatus
from podwatch.core.kube.meta import Empty
from podwatch.core.kube.pod_spec import ClaimSource, PodSpec, Volume
from podwatch.core.surroundings import EVENTS, Objects
from tests.build import deployment, event, node, owned_by, pod, replica_set

CLAIM = PersistentVolumeClaim(
    metadata=ObjectMeta(name="data", namespace="default", uid="claim"),
    status=ClaimStatus(phase="Pending"),
)
DATA = Volume(name="data", persistent_volume_claim=ClaimSource(claim_name="data"))
SCRATCH = Volume(name="scratch", ephemeral=Empty())


def ref(kind: str, name: str, uid: str = "", namespace: str = "default") -> ObjectReference:
    return ObjectReference(kind=kind, name=name, uid=uid, namespace=namespace)


def mounting(*volumes: Volume) -> Pod:
    return replace(pod(), spec=PodSpec(volumes=volumes))


def renamed(one: Pod, **metadata: str) -> Pod:
    return replace(one, metadata=replace(one.metadata, **metadata))


def reasons(events: tuple[PodEvent, ...]) -> list[str]:
    return [one.reason for one in events]


# ── Events ──


def test_its_events_are_those_of_its_uid_and_those_without_one() -> None:
    events = (
        event("Mine", pod()),
        event("Nameless", ref("Pod", "web")),
        event("Before", ref("Pod", "web", "before")),
        event("Elsewhere", ref("Pod", "web", namespace="other")),
        event("Another", pod(name="api")),
        event("Owner", ref("ReplicaSet", "web")),
    )
    assert reasons(Objects(events).around(pod()).events) == ["Mine", "Nameless"]


def test_events_of_a_pod_whose_uid_was_cut_out_are_found_by_its_name() -> None:
    known = Objects([event("Mine", pod()), event("Elsewhere", ref("Pod", "web", "u", "other"))])
    cut = renamed(pod(), uid="")
    assert reasons(known.around(cut).events) == ["Mine"]
    assert reasons(known.around(renamed(cut, namespace="")).events) == ["Mine", "Elsewhere"]


def test_events_from_before_its_creation_are_about_another_one_of_its_name() -> None:
    known = Objects([event("Old", ref("Pod", "web"), seen=1), event("New", pod(), seen=9)])
    assert reasons(known.around(pod(created=5)).events) == ["New"]


def test_a_static_pod_is_called_by_its_mirrors_hash() -> None:
    known = Objects([event("Pulled", ref("Pod", "web", "hash"))])
    assert reasons(known.around(pod(mirror="hash")).events) == ["Pulled"]


# ── claims ──


def test_its_claims_are_had_with_what_events_say_of_them() -> None:
    pending = event("ProvisioningFailed", ref("PersistentVolumeClaim", "data", "claim"))
    other = event("ProvisioningFailed", ref("PersistentVolumeClaim", "logs", "logs"))
    found = Objects([CLAIM, pending, other]).around(mounting(DATA))
    assert (found.claims, found.others, found.events) == ((CLAIM,), (pending,), ())
    assert Objects([CLAIM, pending]).around(pod()).others == ()


def test_events_about_a_claim_that_is_not_known_are_found_by_its_name() -> None:
    pending = event("FailedBinding", ref("PersistentVolumeClaim", "data", "claim"))
    assert Objects([pending]).around(mounting(DATA)).others == (pending,)


def test_a_claim_that_is_made_for_the_pod_alone_is_found() -> None:
    made = replace(CLAIM, metadata=replace(CLAIM.metadata, name="web-scratch"))
    assert Objects([made]).around(mounting(SCRATCH)).claims == (made,)


# ── owners ──


def test_the_chain_of_owners_has_the_nearest_first_and_its_events() -> None:
    owned = pod(owner=owned_by("ReplicaSet", "web-1", "set1"))
    scaled = event("ScalingReplicaSet", ref("Deployment", "web", "deployment"))
    failed = event("FailedCreate", ref("ReplicaSet", "web-1", "set1"))
    known = Objects([deployment(), scaled, failed, replica_set(1), replica_set(2)])
    found = known.around(owned)
    assert [one.metadata.name for one in found.owners] == ["web-1", "web"]
    assert reasons(found.others) == ["FailedCreate", "ScalingReplicaSet"]


def test_an_owner_of_that_name_but_another_uid_is_another_one() -> None:
    owned = pod(owner=owned_by("ReplicaSet", "web-1", "before"))
    assert Objects([replica_set(1)]).around(owned).owners == ()
    cut = replace(replica_set(1), metadata=replace(replica_set(1).metadata, uid=""))
    assert Objects([cut]).around(owned).owners == (cut,)


def test_owners_in_a_circle_end() -> None:
    own = replace(replica_set(1).metadata, owner_references=(owned_by("ReplicaSet", "web-1", "a"),))
    circle = replace(replica_set(1), metadata=replace(own, uid="a"))
    owned = pod(owner=owned_by("ReplicaSet", "web-1", "a"))
    assert len(Objects([circle]).around(owned).owners) < 10


# ── Nodes and Pods ──


def test_a_pod_with_a_node_has_that_node_and_its_events() -> None:
    pressed = event("NodeHasDiskPressure", ref("Node", "a", "a", namespace=""))
    other = event("NodeHasDiskPressure", ref("Node", "b", "b", namespace=""))
    found = Objects([node("a"), node("b"), pressed, other, pod()]).around(pod(node="a"))
    assert (found.nodes, found.pods, found.others) == ((node("a"),), (), (pressed,))
    assert Objects([node("b")]).around(pod(node="a")).nodes == ()


def test_a_pod_that_waits_for_a_node_has_all_nodes_and_pods() -> None:
    found = Objects([node("a"), node("b"), pod(name="api", node="a"), pod()]).around(pod())
    assert found.nodes == (node("a"), node("b"))
    assert [one.metadata.name for one in found.pods] == ["api", "web"]


def test_a_pod_that_ended_without_a_node_needs_none() -> None:
    found = Objects([node("a"), pod(phase="Failed")]).around(pod(phase="Failed"))
    assert (found.nodes, found.pods) == ((), ())


# ── numbers ──


def test_what_is_about_one_object_is_bounded() -> None:
    many = [event("Mine", pod(), uid=f"e{number}") for number in range(3 * EVENTS)]
    assert len(Objects(many).around(pod()).events) == EVENTS


def test_thousands_of_pods_take_no_longer_each_than_a_few() -> None:
    def seconds_for_each(number: int) -> float:
        pods = [mounting(DATA)] * number
        objects: list[KubeObject] = [
            *(renamed(pod(), uid=f"u{n}") for n in range(number)),
            CLAIM,
            node("a"),
        ]
        events = [event("Mine", ref("Pod", "web", f"u{n}")) for n in range(number)]
        began = perf_counter()
        known = Objects([*objects, *events])
        for one in pods:
            known.around(one)
        return (perf_counter() - began) / number

    seconds_for_each(50)
    assert seconds_for_each(5_000) < 10 * seconds_for_each(500)
