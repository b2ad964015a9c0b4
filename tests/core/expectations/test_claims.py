"""Claims to storage as targets: bound, waiting for their first Pod, or why they are not bound."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from podwatch.core.expectations import Outcome, Target
from podwatch.core.expectations.verdict import Result
from podwatch.core.kube import ObjectMeta, ObjectReference, PersistentVolumeClaim, Pod, StorageClass
from podwatch.core.kube.claim import ClaimSpec, ClaimStatus
from podwatch.core.kube.pod_spec import ClaimSource, Volume
from podwatch.core.session import Session
from podwatch.core.stream import ConnectionState, StreamItem
from podwatch.sources.recording import read
from tests import build as pods
from tests.build import added, connected, deleted, listed, modified, opened, synced
from tests.core.expectations.judging import (
    LATE,
    begun,
    end_of,
    judged,
    met,
    verdict_of,
    violated,
)

DATA = Target("PersistentVolumeClaim", "default", "data")
CLASSES = pods.scope_of("StorageClass")
AT_ONCE = StorageClass(metadata=ObjectMeta(name="disk"), volume_binding_mode="Immediate")
WITH_A_POD = replace(AT_ONCE, volume_binding_mode="WaitForFirstConsumer")
NO_CLASS = 'storageclass.storage.k8s.io "disk" not found'
RECORDINGS = Path(__file__).parent / "recordings"


def claim(phase: str = "Pending", *, class_: str | None = "disk") -> PersistentVolumeClaim:
    return PersistentVolumeClaim(
        metadata=ObjectMeta(name="data", namespace="default", uid="data-uid"),
        spec=ClaimSpec(storage_class_name=class_),
        status=ClaimStatus(phase=phase),
    )


def user(name: str = "web", phase: str = "Pending") -> Pod:
    """A Pod that uses the claim."""
    volume = Volume(name="v", persistent_volume_claim=ClaimSource(claim_name="data"))
    made = pods.pod(name=name, phase=phase)
    return replace(made, spec=replace(made.spec, volumes=(volume,)))


def told(reason: str, message: str, t: float = 1, type_: str = "Warning") -> StreamItem:
    about = ObjectReference("PersistentVolumeClaim", namespace="default", name="data")
    about = replace(about, uid="data-uid")
    return added(pods.event(reason, about, message=message, seen=t, type_=type_), t)


def stream(*items: StreamItem, classes: tuple[StorageClass, ...] = (AT_ONCE,)) -> list[StreamItem]:
    """What is followed for a claim, with the StorageClasses that there are."""
    return [
        *begun("Event", "PersistentVolumeClaim", "StorageClass")[:-1],
        *(listed(one) for one in classes),
        synced(0, CLASSES),
        *items,
    ]


def test_a_claim_is_ready_once_it_is_bound() -> None:
    items = stream(added(claim(), 1), modified(claim("Bound"), 4))
    assert judged(items, target=DATA) == met(4)
    assert judged(items, "phase=Bound", target=DATA) == met(4)
    assert judged(items, "jsonpath={.status.phase}=Bound", target=DATA) == met(4)


def test_one_that_waits_for_its_first_pod_is_ready_and_said_to_wait() -> None:
    verdict = verdict_of(stream(added(claim(), 1), classes=(WITH_A_POD,)), target=DATA)
    assert (verdict.outcome, verdict.t) == met(1)
    assert verdict.sentence == (
        "persistentvolumeclaim/data: ready (waits for its first Pod: WaitForFirstConsumer)"
    )


def test_but_not_where_the_phase_bound_is_asked_for() -> None:
    items = stream(added(claim(), 1), classes=(WITH_A_POD,))
    assert judged(items, "phase=Bound", target=DATA) == LATE


@pytest.mark.parametrize(
    ("pod", "outcome"),
    [(user(), LATE), (user(phase="Succeeded"), met(2)), (pods.pod(), met(2))],
    ids=["one that uses it", "one that has ended", "one that does not use it"],
)
def test_a_pod_that_uses_it_has_to_get_its_volume(pod: Pod, outcome: object) -> None:
    items = stream(added(pod, 1), added(claim(), 2), classes=(WITH_A_POD,))
    assert judged(items, target=DATA) == outcome


def test_without_a_right_to_list_classes_the_event_says_that_it_waits_for_a_pod() -> None:
    items = [
        *begun("Event", "PersistentVolumeClaim"),
        connected(0, ConnectionState.FORBIDDEN, "no classes", CLASSES),
        added(claim(), 1),
        told("WaitForFirstConsumer", "waiting for first consumer", 3, "Normal"),
    ]
    assert judged(items, target=DATA) == met(3)


def test_a_class_that_does_not_exist_is_borne_for_the_grace() -> None:
    items = stream(added(claim(), 1), told("ProvisioningFailed", NO_CLASS), classes=())
    verdict = verdict_of(items, target=DATA)
    assert (verdict.outcome, verdict.t) == violated(16)
    assert verdict.cause is not None
    assert (verdict.cause.rule, verdict.cause.certain) == ("claim-lacks-class", False)
    assert "the StorageClass disk does not exist" in verdict.sentence
    assert verdict.cause.explanation is not None
    assert verdict.cause.explanation.try_[1] == "kubectl events --for pvc/data -n default"


@pytest.mark.parametrize("class_", [None, ""], ids=["the default class", "no class"])
def test_a_claim_without_a_class_lacks_none(class_: str | None) -> None:
    assert judged(stream(added(claim(class_=class_), 1), classes=()), target=DATA) == LATE


def test_a_class_that_comes_late_is_in_time_within_the_grace() -> None:
    items = stream(
        added(claim(), 1),
        told("ProvisioningFailed", NO_CLASS),
        added(AT_ONCE, 9),
        modified(claim("Bound"), 30),
        classes=(),
    )
    assert judged(items, target=DATA) == met(30)


def test_a_volume_that_a_person_made_for_a_class_that_does_not_exist_is_enough() -> None:
    items = stream(added(claim(), 1), modified(claim("Bound"), 2), classes=())
    assert judged(items, target=DATA) == met(2)


def test_the_cause_of_a_time_out_is_what_the_events_say() -> None:
    why = "no persistent volumes available for this claim and no storage class is set"
    items = stream(added(claim(class_=""), 1), told("FailedBinding", why, type_="Normal"))
    verdict = verdict_of(items, target=DATA)
    assert (verdict.outcome, verdict.t) == LATE
    assert verdict.sentence.endswith(
        "the claim has no StorageClass, and no PersistentVolume fits it"
    )
    (result,) = verdict.results
    assert result.waits[0].startswith("its volume: the claim has no StorageClass")


def test_one_that_has_lost_its_volume_fails_at_once_for_certain() -> None:
    verdict = verdict_of(stream(added(claim("Lost"), 1)), target=DATA)
    assert (verdict.outcome, verdict.t) == violated(1)
    assert verdict.cause is not None
    assert verdict.cause.certain
    assert judged(stream(added(claim("Lost"), 1)), "phase=Lost", target=DATA) == met(1)


def test_one_that_is_deleted_fails_and_is_gone() -> None:
    items = stream(added(claim(), 1), deleted(claim(), 2))
    assert judged(items, target=DATA) == violated(5)
    was_there = stream(deleted(claim(), 2))
    was_there.insert(3, listed(claim()))
    assert judged(was_there, "gone", target=DATA) == met(2)


def test_what_is_wrong_with_the_pods_that_use_it_is_nothing_about_the_claim() -> None:
    crashing = pods.status(pods.waiting("CrashLoopBackOff"), "A", restarts=9)
    one = user()
    broken = replace(one, status=replace(one.status, container_statuses=(crashing,)))
    items = stream(added(claim(), 1), added(broken, 2), modified(claim("Bound"), 30))
    assert judged(items, target=DATA) == met(30)
    assert judged(items, target=DATA, max_restarts=1) == met(30)


def test_a_claim_may_not_be_read() -> None:
    claims = pods.scope_of("PersistentVolumeClaim")
    items: list[StreamItem] = [
        opened(pods.PODS, claims),
        synced(0),
        connected(1, ConnectionState.FORBIDDEN, "no claims", claims),
    ]
    assert judged(items, target=DATA) == (Outcome.UNAVAILABLE, 1)


# ── recorded on a cluster ──


def results(name: str, *targets: str, timeout: float = 20.0) -> dict[str, Result]:
    """How each claim of a recording came out."""
    from podwatch.core.concepts import catalog
    from podwatch.core.expectations import Expectations

    wanted = tuple(Target("PersistentVolumeClaim", "what-pvc", one) for one in targets)
    session = Session(catalog(), Expectations(targets=wanted, keep_going=True, timeout=timeout))
    for item in read(RECORDINGS / f"{name}.jsonl"):
        session.feed(item)
    return {one.target.name: one for one in end_of(session).results}


RECORDED = {
    "static": (Outcome.MET, ""),
    "wffc": (Outcome.MET, ""),
    "wffc-used": (Outcome.TIMED_OUT, "claim-pending-because"),
    "unprovisioned": (Outcome.TIMED_OUT, "claim-pending-because"),
    "no-class": (Outcome.TIMED_OUT, "claim-pending-because"),
    "missing-class": (Outcome.VIOLATED, "claim-lacks-class"),
    "unfit": (Outcome.VIOLATED, "claim-fits-no-volume"),
    "lost": (Outcome.VIOLATED, "claim-lost"),
}


def test_claims_of_a_cluster_are_judged() -> None:
    found = results("claims", *RECORDED)
    shown = {
        name: (one.outcome, one.cause.rule if one.cause else "") for name, one in found.items()
    }
    assert shown == RECORDED
    assert found["wffc"].note
    assert found["lost"].t is not None
    assert found["lost"].t < 1


LIMITED = "claim-lacks-class-it-says"
"""What decides for somebody who may not list StorageClasses."""


def test_somebody_with_few_rights_is_told_by_events_that_the_class_does_not_exist() -> None:
    (lacking,) = results("claim-without-classes", "missing-class", timeout=40.0).values()
    assert lacking.outcome is Outcome.VIOLATED
    assert lacking.cause is not None
    assert lacking.cause.rule == LIMITED


def test_an_event_about_the_class_is_over_when_another_one_came() -> None:
    items = [
        *begun("Event", "PersistentVolumeClaim"),
        added(claim(), 1),
        told("ProvisioningFailed", NO_CLASS),
        told("Provisioning", "External provisioner is provisioning volume", 12, "Normal"),
    ]
    assert judged(items, target=DATA) == LATE


def test_a_volume_that_was_made_late_was_waited_for() -> None:
    (late,) = results("claim-bound-late", "late").values()
    assert late.outcome is Outcome.MET
    assert late.t == pytest.approx(7.7, abs=0.1)
