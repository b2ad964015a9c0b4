"""Every field that podwatch reads exists in the API, by the official client's own models.

The models are made from the API's OpenAPI document. A wrong name would not fail anywhere
else: the field would just never have a value.
"""

import types
import typing
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from kubernetes.client import models

from podwatch.core.kube import (
    ConfigMap,
    DaemonSet,
    Deployment,
    Job,
    Namespace,
    Node,
    PersistentVolumeClaim,
    Pod,
    PodEvent,
    ReplicaSet,
    StatefulSet,
)
from podwatch.core.kube.meta import Annotations

# Maps of the API of which podwatch keeps some keys as fields.
MAPS = {Annotations}

# One struct serves the three lists of containers; only ephemeral ones have a target.
ONLY_EPHEMERAL = {
    "Pod.spec.containers.targetContainerName",
    "Pod.spec.initContainers.targetContainerName",
}

# One struct serves all owners; each kind has those of its fields that its API has.
OWNERS: dict[type[msgspec.Struct], Any] = {
    Deployment: models.V1Deployment,
    ReplicaSet: models.V1ReplicaSet,
    StatefulSet: models.V1StatefulSet,
    DaemonSet: models.V1DaemonSet,
    Job: models.V1Job,
}


def parts(annotation: Any) -> Iterator[Any]:
    """The types in an annotation: in `tuple[X, ...] | None` it is X and None."""
    arguments = typing.get_args(annotation)
    if not arguments:
        yield annotation
    for argument in arguments:
        yield from parts(argument)


def struct_in(annotation: Any) -> type[msgspec.Struct] | None:
    for part in parts(annotation):
        if isinstance(part, type) and issubclass(part, msgspec.Struct):
            return part
    return None


def model_in(annotation: Any) -> Any:
    for part in parts(annotation):
        if isinstance(part, type) and hasattr(part, "model_fields"):
            return part
    return None


def fields(struct: type[msgspec.Struct]) -> Iterator[tuple[str, Any]]:
    """The API's name and the type of each field."""
    hints = typing.get_type_hints(struct)
    for name, encoded in zip(
        struct.__struct_fields__, struct.__struct_encode_fields__, strict=True
    ):
        yield encoded, hints[name]


def by_alias(model: Any) -> dict[str, Any]:
    fields_ = model.model_fields
    return {
        (field.serialization_alias or name): field.annotation for name, field in fields_.items()
    }


def names(struct: type[msgspec.Struct], model: Any, path: str) -> Iterator[tuple[str, bool]]:
    """Each path that podwatch reads, and whether the API has it."""
    known = by_alias(model)
    for name, type_ in fields(struct):
        here = f"{path}.{name}"
        yield here, name in known
        inner = struct_in(type_)
        if inner is not None and name in known and inner not in MAPS and inner.__struct_fields__:
            inner_model = model_in(known[name])
            assert inner_model is not None, f"{here} is no object in the API"
            yield from names(inner, inner_model, here)


@pytest.mark.parametrize(
    ("struct", "model"),
    [
        pytest.param(Pod, models.V1Pod, id="Pod"),
        pytest.param(PodEvent, models.CoreV1Event, id="Event"),
        pytest.param(Node, models.V1Node, id="Node"),
        pytest.param(PersistentVolumeClaim, models.V1PersistentVolumeClaim, id="claim"),
        pytest.param(Namespace, models.V1Namespace, id="Namespace"),
        pytest.param(ConfigMap, models.V1ConfigMap, id="ConfigMap"),
    ],
)
def test_every_field_exists_in_the_api(struct: type[msgspec.Struct], model: Any) -> None:
    found = list(names(struct, model, struct.__name__))
    assert {path for path, known in found if not known} - ONLY_EPHEMERAL == set()
    assert len(found) > 15


@pytest.mark.parametrize("struct", OWNERS, ids=lambda struct: struct.__name__)
def test_an_owner_has_the_metadata_and_some_of_the_fields(struct: type[msgspec.Struct]) -> None:
    found = dict(names(struct, OWNERS[struct], "it"))
    assert all(known for path, known in found.items() if path.startswith("it.metadata"))
    assert any(known for path, known in found.items() if path.startswith("it.spec."))
    assert any(known for path, known in found.items() if path.startswith("it.status."))


def test_every_field_of_an_owner_exists_in_one_of_the_kinds() -> None:
    everywhere: dict[str, bool] = {}
    for struct, model in OWNERS.items():
        for path, known in names(struct, model, "it"):
            everywhere[path] = everywhere.get(path, False) or known
    assert [path for path, known in everywhere.items() if not known] == []


def test_the_test_itself_notices_a_wrong_name() -> None:
    wrong = msgspec.defstruct("Wrong", [("podIp", str, "")], namespace={"__module__": __name__})
    status = types.SimpleNamespace(model_fields=models.V1PodStatus.model_fields)
    assert list(names(wrong, status, "status")) == [("status.podIp", False)]
