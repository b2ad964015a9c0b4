"""The typed Node. Source of the names: core/v1 `Node`."""

from podwatch.core.kube.meta import Base, Condition, ObjectMeta


class Taint(Base, frozen=True):
    """What keeps Pods off a node, or drives them from it."""

    key: str = ""
    value: str = ""
    effect: str = ""


class NodeSpec(Base, frozen=True):
    """What is wanted of the node."""

    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False


class Allocatable(Base, frozen=True):
    """What Pods may use, as quantities."""

    cpu: str = ""
    memory: str = ""
    pods: str = ""


class NodeStatus(Base, frozen=True):
    """How the node is."""

    conditions: tuple[Condition, ...] = ()
    allocatable: Allocatable = Allocatable()


class Node(Base, frozen=True, tag_field="kind", tag="Node"):
    """A machine of the cluster."""

    metadata: ObjectMeta = ObjectMeta()
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()
