"""What the stream has shown, as far as a verdict needs it."""

from podwatch.core.expectations.expectation import Target
from podwatch.core.kube import Node, PodEvent, ReplicaSet
from podwatch.core.kube.owner import Owner
from podwatch.core.stream import Connection, Observed, Opened, Scope, StreamItem, Synced


class Shown:
    """The owners, Nodes and Events that there are, and how the stream's scopes stand."""

    def __init__(self) -> None:
        self.opened: Opened | None = None
        self.synced: set[Scope] = set()
        self.connections: dict[Scope, Connection] = {}
        self.owners: dict[tuple[str, str, str], Owner] = {}
        self.sets: dict[str, ReplicaSet] = {}
        self.nodes: dict[str, Node] = {}
        self.events: dict[str, dict[str, PodEvent]] = {}
        self.events_before: set[str] = set()

    def owner(self, target: Target) -> Owner | None:
        """The object that a target names, if it is there and no Pod."""
        return self.owners.get((target.kind, target.namespace, target.name))

    def apply(self, item: StreamItem) -> None:
        """Take in what an item shows."""
        match item:
            case Opened():
                self.opened = item
            case Synced():
                self.synced.add(item.scope)
            case Connection():
                self.connections[item.scope] = item
            case Observed(object=PodEvent() as event) if item.type != "DELETED":
                uid = event.metadata.uid
                self.events.setdefault(event.involved_object.uid, {})[uid] = event
                if item.initial and item.scope not in self.synced:
                    self.events_before.add(uid)
                else:
                    self.events_before.discard(uid)
            case Observed(object=Node() as node):
                if item.type == "DELETED":
                    self.nodes.pop(node.metadata.name, None)
                else:
                    self.nodes[node.metadata.name] = node
            case Observed(object=Owner() as owner):
                meta = owner.metadata
                key = (type(owner).__name__, meta.namespace, meta.name)
                if item.type == "DELETED":
                    self.owners.pop(key, None)
                    self.sets.pop(meta.uid, None)
                else:
                    self.owners[key] = owner
                    if isinstance(owner, ReplicaSet):
                        self.sets[meta.uid] = owner
