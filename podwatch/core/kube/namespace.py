"""The typed Namespace. Source of the names: core/v1 `Namespace`."""

from podwatch.core.kube.meta import Base, ObjectMeta


class NamespaceStatus(Base, frozen=True):
    """What is. `phase` is Active or Terminating."""

    phase: str = ""


class Namespace(Base, frozen=True, tag_field="kind", tag="Namespace"):
    """What keeps the names of objects apart: a learner has one."""

    metadata: ObjectMeta = ObjectMeta()
    status: NamespaceStatus = NamespaceStatus()
