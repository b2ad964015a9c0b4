"""The typed StorageClass. Source of the names: storage.k8s.io/v1."""

from podwatch.core.kube.meta import Base, ObjectMeta


class StorageClass(Base, frozen=True, tag_field="kind", tag="StorageClass"):
    """How volumes are made for claims.

    `volume_binding_mode`: Immediate, or WaitForFirstConsumer: once a Pod that uses the claim has a
    node.
    """

    metadata: ObjectMeta = ObjectMeta()
    provisioner: str = ""
    volume_binding_mode: str = ""
