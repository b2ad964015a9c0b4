"""`from podwatch import diagnose`, as a program calls it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from kubernetes.client import ApiClient, models
from msgspec.structs import replace

import podwatch
from podwatch import Diagnosis, Finding, PodwatchError, Undiagnosable, diagnose
from podwatch.core.finding_parts import DiagnosisPart
from podwatch.core.kube import PersistentVolumeClaim, Pod
from podwatch.core.kube.meta import ObjectMeta
from podwatch.core.kube.pod_spec import ClaimSource, Volume
from tests.build import (
    NO_IMAGE,
    at,
    condition,
    ended,
    event,
    job,
    node,
    owned_by,
    pod,
    status,
    up,
    waiting,
)
from tests.cases import cases
from tests.command import loaded

PULLS = pod(status(waiting("ErrImagePull", NO_IMAGE)), node="worker")
SELECTS = pod(
    conditions=[
        condition(
            "PodScheduled",
            "False",
            "Unschedulable",
            "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
        )
    ]
)
SELECTS = replace(SELECTS, spec=replace(SELECTS.spec, node_selector={"disktype": "ssd"}))


def as_dict(one: msgspec.Struct) -> dict[str, Any]:
    """As the API has it."""
    made: dict[str, Any] = json.loads(msgspec.json.encode(one))
    return made


def of_the_client(one: Pod) -> models.V1Pod:
    """As the official client makes it; what the API always says is filled in."""
    said = as_dict(one)
    for each in said["status"]["containerStatuses"]:
        each |= {"image": "", "imageID": "", "ready": False, "restartCount": 0}
    made: models.V1Pod = ApiClient().deserialize(json.dumps(said), "V1Pod", "application/json")
    return made


# ── what it takes ──


@cases(
    "form",
    {
        "typed": lambda one: one,
        "a dict": as_dict,
        "a dict out of a list": lambda one: {**as_dict(one), "kind": None},
        "bytes": msgspec.json.encode,
        "bytes with a number where the API has a text": lambda one: json.dumps(
            as_dict(one) | {"metadata": {**as_dict(one)["metadata"], "labels": {"version": 1}}}
        ).encode(),
        "a text": lambda one: msgspec.json.encode(one).decode(),
        "the official client's": of_the_client,
    },
)
def test_a_pod_is_taken_in_each_form(form: Callable[[Pod], object]) -> None:
    diagnosis = diagnose(form(PULLS))
    assert diagnosis.state == "image-missing"
    assert diagnosis.as_dict() == diagnose(PULLS).as_dict()


WARNING = event("FailedMount", PULLS, message='secret "token" not found', type_="Warning")
CREATES = pod(status(waiting("ContainerCreating")), node="worker")
OF_THE_NEWER_API = {
    "apiVersion": "events.k8s.io/v1",
    "metadata": {"name": "e"},
    "regarding": as_dict(WARNING)["involvedObject"],
    "reason": "FailedMount",
    "note": WARNING.message,
    "type": "Warning",
    "deprecatedCount": 3,
    "deprecatedLastTimestamp": "2026-03-05T10:00:00Z",
}


@cases(
    "events",
    {
        "a list": [as_dict(WARNING)],
        "a generator": (one for one in [as_dict(WARNING)]),
        "a list as the API has it": {"kind": "EventList", "items": [as_dict(WARNING)]},
        "the same as bytes": json.dumps({"items": [as_dict(WARNING)]}).encode(),
        "the official client's list": models.CoreV1EventList(
            items=[
                models.CoreV1Event(
                    metadata=models.V1ObjectMeta(name="e"),
                    involved_object=models.V1ObjectReference(kind="Pod", uid="web-uid"),
                    reason="FailedMount",
                    message=WARNING.message,
                    type="Warning",
                )
            ]
        ),
        "one alone": WARNING,
        "one of events.k8s.io": [OF_THE_NEWER_API],
        "one of events.k8s.io, the client's": [
            models.EventsV1Event(
                metadata=models.V1ObjectMeta(name="e"),
                event_time=datetime(2026, 3, 5, 10, tzinfo=UTC),
                regarding=models.V1ObjectReference(kind="Pod", uid="web-uid"),
                reason="FailedMount",
                note=WARNING.message,
                type="Warning",
            )
        ],
    },
)
def test_events_come_as_programs_have_them(events: object) -> None:
    diagnosis = diagnose(as_dict(CREATES), events)
    assert diagnosis.state == "volume-object-missing"
    assert '"token"' in diagnosis.sentence or "token" in diagnosis.sentence


def test_objects_of_an_older_client_are_taken_whose_dicts_are_in_snake_case() -> None:
    class V1Pod:
        def to_dict(self) -> dict[str, Any]:
            waits = {"name": "app", "state": {"waiting": {"reason": "ContainerCreating"}}}
            return {
                "api_version": None,
                "kind": None,
                "metadata": {"name": "web", "uid": "web-uid", "creation_timestamp": at(0)},
                "spec": {"containers": [{"name": "app"}], "node_name": "worker"},
                "status": {"phase": "Pending", "container_statuses": [waits]},
            }

    assert diagnose(V1Pod(), [WARNING]).state == "volume-object-missing"


def test_events_of_another_pod_add_nothing() -> None:
    assert diagnose(CREATES, [event("FailedMount", up("other"), type_="Warning")]).role == "wait"


def test_nodes_say_which_label_none_has() -> None:
    assert "hdd" not in diagnose(SELECTS).sentence
    nodes = [as_dict(node("worker", labels={"disktype": "hdd"}))]
    assert "hdd" in diagnose(SELECTS, nodes=nodes).sentence


def test_an_owner_that_is_over_is_told_and_of_a_kind_that_is_not_known_adds_nothing() -> None:
    failed = status(ended("A", 42))
    one = pod(failed, phase="Failed", node="worker", owner=owned_by("Job", "web", "job"))
    owners = [{"kind": "Rollout", "metadata": {"name": "x"}}, as_dict(job("Failed"))]
    assert "job-gave-up" in [finding.state for finding in diagnose(one, owners=owners).findings]


def test_events_about_a_claim_say_why_it_is_not_bound() -> None:
    claim = PersistentVolumeClaim(metadata=ObjectMeta(name="data", namespace="default"))
    volume = Volume(name="data", persistent_volume_claim=ClaimSource(claim_name="data"))
    said = condition(
        "PodScheduled",
        "False",
        "Unschedulable",
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
    )
    one = pod(conditions=[said])
    one = replace(one, spec=replace(one.spec, volumes=(volume,)))
    about = {"kind": "PersistentVolumeClaim", "namespace": "default", "name": "data"}
    told = {
        "involvedObject": about,
        "reason": "ProvisioningFailed",
        "message": 'storageclass.storage.k8s.io "fast" not found',
    }
    diagnosis = diagnose(one, [told], claims=[{**as_dict(claim), "kind": None}])
    assert "fast" in diagnosis.sentence


def test_without_a_clock_nothing_is_said_that_depends_on_it() -> None:
    back_off = pod(status(waiting("CrashLoopBackOff", "back-off 10s restarting"), restarts=1))
    assert diagnose(back_off).now is None
    assert diagnose(back_off, now=at(5)).now == at(5)


# ── what it refuses ──


@cases(
    "value words",
    {
        "nothing": (None, "the Pod can't be read"),
        "no JSON": (b"Name: web", "malformed"),
        "a number": (7, "it is no object"),
        "another kind": ({"kind": "Service"}, "its kind is Service"),
        "another kind as bytes": (b'{"kind": "Service"}', "its kind is Service"),
        "to_dict() of an older client, as bytes": (
            b'{"api_version": "v1", "kind": "Pod", "metadata": {"name": "web", "uid": "u"}}',
            "snake_case",
        ),
        "a kind that is no text": ({"kind": ["Pod"]}, "no kind"),
        "a workload": (job(), "this is a Job, not a Pod: give one of the Pods"),
        "a manifest": (
            {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "app"}]}},
            "is a manifest",
        ),
        "a class": (models.V1Pod, "to_dict.. failed"),
    },
)
def test_what_is_no_pod_is_refused_with_a_reason(value: object, words: str) -> None:
    with pytest.raises(Undiagnosable, match=words) as raised:
        diagnose(value)
    assert isinstance(raised.value, ValueError)
    assert isinstance(raised.value, PodwatchError)


@cases(
    "more words",
    {
        "an Event": ({"events": [WARNING, {"metadata": 7}]}, r"events\[1\] can't be read"),
        "no list": ({"nodes": 7}, "nodes can't be read: it is a int"),
        "no JSON": ({"pods": b"NAME"}, "pods can't be read"),
        "an owner without a kind": ({"owners": [{}]}, r"owners\[0\] .* no kind"),
        "a time without a zone": ({"now": datetime(2026, 3, 5)}, "no time zone"),  # noqa: DTZ001
        "no time": ({"now": "10:00"}, "no time zone"),
    },
)
def test_what_is_beside_it_is_named_where_it_cant_be_read(more: Any, words: str) -> None:
    with pytest.raises(Undiagnosable, match=words):
        diagnose(PULLS, **more)


# ── what comes of it ──


def test_a_diagnosis_has_all_that_its_first_finding_has() -> None:
    diagnosis = diagnose(PULLS)
    for name in DiagnosisPart.__struct_fields__:
        if name != "findings":
            assert getattr(diagnosis, name) == getattr(diagnosis.first, name)
    assert str(diagnosis) == diagnosis.sentence
    assert repr(diagnosis).startswith("Diagnosis(state='image-missing', role='cause', fact='")
    assert repr(diagnosis.first).startswith("Finding(state='image-missing', ")
    assert isinstance(diagnosis, Diagnosis)
    assert isinstance(diagnosis.first, Finding)


def test_a_log_gets_plain_values_that_json_can_hold() -> None:
    plain = diagnose(PULLS).as_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["findings"][0]["waitsFor"] == plain["waitsFor"] == "an image"
    whole = msgspec.convert(plain, DiagnosisPart)
    assert whole.state == "image-missing"


# ── what the import costs ──


def test_importing_it_loads_neither_the_client_nor_what_draws_and_reads_no_file() -> None:
    modules = loaded("from podwatch import diagnose")
    assert "podwatch.core.public" in modules
    assert not {"kubernetes", "rich", "typer", "yaml", "tomllib", "importlib.resources"} & modules
    assert "podwatch.core.finding" not in loaded("import podwatch")


def test_all_public_names_are_there_and_no_other() -> None:
    for name in {*podwatch.__all__} - {"__version__"}:
        assert getattr(podwatch, name).__name__ == name
        assert name in dir(podwatch)
    with pytest.raises(AttributeError, match="no attribute 'diagnosis'"):
        podwatch.diagnosis  # noqa: B018
