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


class NodeStatus(Base, frozen=True):
    """How the node is. Resources are quantities ("3920m"), by name, also those of devices.

    `allocatable`: what Pods may use of the `capacity`.
    """

    conditions: tuple[Condition, ...] = ()
    allocatable: dict[str, str] = {}
    capacity: dict[str, str] = {}


class Node(Base, frozen=True, tag_field="kind", tag="Node"):
    """A machine of the cluster."""

    metadata: ObjectMeta = ObjectMeta()
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()
