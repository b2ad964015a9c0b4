"""The typed ConfigMap. Source of the names: core/v1 `ConfigMap`."""

from podwatch.core.kube.meta import Base, ObjectMeta


class ConfigMap(Base, frozen=True, tag_field="kind", tag="ConfigMap"):
    """Texts by key; only those named `podwatch` are read, in which a learner's state is."""

    metadata: ObjectMeta = ObjectMeta()
    data: dict[str, str] = {}
