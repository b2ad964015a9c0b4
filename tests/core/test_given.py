"""Objects that programs give: JSON, its values, or the official client's."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from kubernetes.client import models

from podwatch.core.kube import Pod, PodEvent, Undecodable
from podwatch.core.kube.given import given
from tests.cases import cases

POD: dict[str, Any] = {
    "kind": "Pod",
    "metadata": {"name": "web", "creationTimestamp": "2026-03-05T10:00:00Z"},
    "spec": {"containers": [{"name": "app", "ports": [{"containerPort": 80}]}]},
    "status": {"phase": "Running", "podIP": "10.0.0.1"},
}
KINDLESS = {key: value for key, value in POD.items() if key != "kind"}
OF_THE_CLIENT = models.V1Pod(
    metadata=models.V1ObjectMeta(
        name="web", creation_timestamp=datetime(2026, 3, 5, 10, tzinfo=UTC)
    ),
    spec=models.V1PodSpec(
        containers=[
            models.V1Container(name="app", ports=[models.V1ContainerPort(container_port=80)])
        ]
    ),
    status=models.V1PodStatus(phase="Running", pod_ip="10.0.0.1"),
)


@cases(
    "value",
    {
        "values": POD,
        "values without a kind": KINDLESS,
        "bytes": json.dumps(POD).encode(),
        "a text": json.dumps(POD),
        "what Python made of times": {
            **POD,
            "metadata": {"name": "web", "creationTimestamp": datetime(2026, 3, 5, 10, tzinfo=UTC)},
        },
    },
)
def test_a_pod_is_taken_in_each_form(value: object) -> None:
    assert given(value) == given(POD)
    assert isinstance(given(value)[0], Pod)


def test_an_object_of_the_official_client_is_taken() -> None:
    assert given(OF_THE_CLIENT, "Pod") == given(POD)
    event = models.CoreV1Event(
        metadata=models.V1ObjectMeta(name="e"),
        involved_object=models.V1ObjectReference(kind="Pod", name="web", uid="u"),
        reason="Failed",
        count=3,
    )
    made, mended = given(event, "Event")
    assert isinstance(made, PodEvent)
    assert (made.involved_object.uid, made.count, mended) == ("u", 3, ())


@cases(
    "value words",
    {
        "a number": (7, "no object"),
        "no JSON": ("Pod", "malformed"),
        "no text": (b"\xff", "malformed"),
        "deep": ("[" * 100_000, "recursion|malformed|truncated"),
        "a list": ([POD], "no object"),
        "another kind": ({"kind": "Service"}, "its kind is Service"),
        "no kind": ({"metadata": {}}, "no kind"),
        "snake_case": ({"api_version": "v1", "kind": "Pod"}, "snake_case"),
        "no name": ({**POD, "metadata": {}}, "no name"),
        "no spec": ({**POD, "spec": {}}, "it has no spec"),
        "a part that is no part": ({**POD, "status": []}, "status is a list"),
        "a number that is none": (
            {**POD, "status": {"observedGeneration": "x"}},
            "status.observedGeneration is no whole number",
        ),
        "a number that has no end": (
            {**POD, "status": {"observedGeneration": float("inf")}},
            "no whole number",
        ),
    },
)
def test_what_is_no_object_is_refused_with_a_reason(value: object, words: str) -> None:
    with pytest.raises(Undecodable, match=words):
        given(value)
