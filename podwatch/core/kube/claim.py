"""The typed PersistentVolumeClaim. Source of the names: core/v1 `PersistentVolumeClaim`."""

from podwatch.core.kube.container_spec import Resources
from podwatch.core.kube.meta import Base, Condition, ObjectMeta


class ClaimSpec(Base, frozen=True):
    """What is wanted. `storage_class_name`: None is the cluster's default one, "" is none at all.

    `volume_name`: the volume that it is bound to.
    """

    storage_class_name: str | None = None
    volume_name: str = ""
    access_modes: tuple[str, ...] = ()
    resources: Resources = Resources()


class ClaimStatus(Base, frozen=True):
    """What is. `phase` is Pending, Bound or Lost."""

    phase: str = ""
    conditions: tuple[Condition, ...] = ()


class PersistentVolumeClaim(Base, frozen=True, tag_field="kind", tag="PersistentVolumeClaim"):
    """A claim to storage, which a Pod's volume can be."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ClaimSpec = ClaimSpec()
    status: ClaimStatus = ClaimStatus()
