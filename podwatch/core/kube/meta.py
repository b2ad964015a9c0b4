"""What all typed objects share: naming, metadata, owner references, conditions."""

from datetime import datetime
from typing import Annotated

import msgspec

Time = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its zone: one without can't be compared with the others."""

_INITIALISMS = {"ip": "IP", "ips": "IPs", "id": "ID", "api": "API", "io": "IO"}


def api_name(field: str) -> str:
    """The API's name of a field: `pod_ips` is `podIPs`, `host_path` is `hostPath`.

    A plain camel case would make `podIps`, which the API doesn't have; a test compares
    every name with the official client's models.
    """
    first, *rest = field.split("_")
    return first + "".join(_INITIALISMS.get(word, word.capitalize()) for word in rest)


class Base(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename=api_name, gc=False
):
    """A part of an API object. Frozen, and written without what has its default."""


class Empty(Base, frozen=True):
    """Something of which only the presence is kept (a probe's command, say, is not)."""


class OwnerReference(Base, frozen=True):
    """Who made this object; the one with `controller` set manages it."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool = False


class Annotations(Base, frozen=True):
    """The only annotations that are kept.

    `config_mirror` marks the API's image of a static Pod; `revision` tells which ReplicaSet is
    a Deployment's current one.
    """

    config_mirror: str = msgspec.field(name="kubernetes.io/config.mirror", default="")
    revision: str = msgspec.field(name="deployment.kubernetes.io/revision", default="")


class ObjectMeta(Base, frozen=True):
    """metadata. Times are UTC."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: Time | None = None
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = None
    labels: dict[str, str] = {}
    annotations: Annotations = Annotations()
    finalizers: tuple[str, ...] = ()
    owner_references: tuple[OwnerReference, ...] = ()

    @property
    def controller(self) -> OwnerReference | None:
        """The owner that manages this object, if there is one."""
        for reference in self.owner_references:
            if reference.controller:
                return reference
        return None


class Condition(Base, frozen=True):
    """A condition as owners and Nodes have it. `status` is True, False or Unknown."""

    type: str = ""
    status: str = ""
    reason: str = ""
    message: str = ""
    last_transition_time: Time | None = None
