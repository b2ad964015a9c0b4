"""What crosses the boundary: the items that a source gives and a recording holds.

Responsible for the shape of the stream, live or recorded. A recording is these items, one
JSON object per line; `FORMAT` counts its incompatible changes. Every item but Tick carries
`at` (UTC) and `t` (monotonic seconds since the stream was opened). Ticks, Deeds and questions that
were asked are never recorded.
"""

from enum import StrEnum
from typing import Literal

import msgspec

from podwatch.core.kube import KubeObject, Pod, Time
from podwatch.core.question import Question

FORMAT = 1
"""The version of the recording format."""


Key = tuple[str, str]
"""What tells objects apart: the cluster, and the uid.

A uid alone is not enough where there are several clusters: one that was restored from another's
backup has the same uids. The cluster is empty while there is only one.
"""


class Scope(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What one list and watch is about: a kind, where, and which of them.

    `namespace` is empty for all namespaces and for kinds that have none, `cluster` while there is
    only one. `owner`: of Pods only those of the workload `Deployment/web` are meant; all of them
    are listed, and `podwatch.core.selection` knows whose they are.
    """

    kind: str
    namespace: str = ""
    label_selector: str = ""
    field_selector: str = ""
    cluster: str = ""
    owner: str = ""

    @property
    def selective(self) -> bool:
        """Whether objects can enter and leave it while they exist.

        A selection by name is none: a Pod's name never changes.
        """
        return bool(self.label_selector or self.field_selector) and not self.name

    @property
    def name(self) -> str:
        """The name of the one object that it is about, empty if it is about more."""
        key, _, name = self.field_selector.partition("=")
        if key != "metadata.name" or "," in name or self.label_selector:
            return ""
        return name.removeprefix("=")

    @property
    def place(self) -> str:
        """Where it is, in words: `shop`, `shop/web-0`, `shop/deployment/web`, `all namespaces`."""
        kind, _, name = self.owner.partition("/")
        within = self.name or (f"{kind.lower()}/{name}" if name else "")
        return "/".join(filter(None, (self.namespace or "all namespaces", within)))

    def covers(self, namespace: str, name: str) -> bool:
        """Whether an object of that name can be in it; what labels say is not known here."""
        return self.namespace in {"", namespace} and self.name in {"", name}


class Ref(msgspec.Struct, frozen=True, order=True, omit_defaults=True, gc=False):
    """Which Pod, or which workload of those that make Pods: an Event can be about it and no Pod.

    Its identity is its key: the same name with a new uid is another Pod.
    """

    namespace: str
    name: str
    uid: str
    cluster: str = ""
    kind: str = "Pod"

    @classmethod
    def of(cls, pod: Pod, cluster: str = "") -> "Ref":
        """The reference to this Pod."""
        return cls(pod.metadata.namespace, pod.metadata.name, pod.metadata.uid, cluster)

    @property
    def key(self) -> Key:
        """What tells it apart."""
        return (self.cluster, self.uid)

    @property
    def title(self) -> str:
        """What it is called among Pods; a workload as kubectl takes it: `ReplicaSet/web-5d9c`."""
        return self.name if self.kind == "Pod" else f"{self.kind}/{self.name}"

    @property
    def path(self) -> str:
        """Its title within its namespace, where it has one: a Node has none."""
        return f"{self.namespace}/{self.title}" if self.namespace else self.title


class Item(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    tag_field="item",
    tag=str.lower,
    omit_defaults=True,
    gc=False,
):
    """Any item of the stream that a recording holds. `t` is in seconds."""

    t: float
    at: Time


class Opened(Item, frozen=True, kw_only=True):
    """The stream begins. The first item, and a recording's first line."""

    format: int
    server_version: str = ""
    context: str = ""
    scopes: tuple[Scope, ...] = ()


class Observed(Item, frozen=True, kw_only=True):
    """One version of one object.

    `type` is the watch's: ADDED, MODIFIED or DELETED. With a selective scope ADDED and
    DELETED also mean entering and leaving it. `initial`: part of a list, not news.
    """

    scope: Scope
    type: Literal["ADDED", "MODIFIED", "DELETED"]
    object: KubeObject
    initial: bool = False


class Fetched(Item, frozen=True, kw_only=True):
    """The answer to "is this Pod still there?", asked when it left a selective scope.

    `uid` is of the Pod that has the name now, empty if there is none, None if the answer
    could not be had. It comes right before the DELETED that it explains.
    """

    ref: Ref
    uid: str | None = None


class Synced(Item, frozen=True, kw_only=True):
    """A list is complete. `clock_skew`: the server's clock minus ours, in seconds.

    `near`: of a scope that is about one name, and lists nothing, the name of another object of
    this kind that may have been meant.
    """

    scope: Scope
    clock_skew: float = 0.0
    near: str = ""


class Gap(Item, frozen=True, kw_only=True):
    """Between `since` and `until` something may have been missed.

    What the list that follows shows is the state after it. `dropped` counts items that were
    received and thrown away.
    """

    scope: Scope
    since: Time
    until: Time
    reason: str
    dropped: int = 0


class ConnectionState(StrEnum):
    """How a stream is connected."""

    LISTING = "listing"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    """The namespace that is watched does not exist (yet)."""


class Connection(Item, frozen=True, kw_only=True):
    """The connection's state changed; `cause` says why in words."""

    scope: Scope
    state: str
    cause: str = ""


class Unreadable(Item, frozen=True, kw_only=True):
    """One object could not be decoded. `ref` is what is known of it, as namespace/name."""

    scope: Scope
    ref: str
    error: str


RecordedItem = Opened | Observed | Fetched | Synced | Gap | Connection | Unreadable


class Tick(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Time passed and nothing came. Never recorded."""

    t: float


class Deed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a person did: `command` is what they typed, `aim` what for, `ref` what it is done to.

    Never recorded, as no cluster tells it: of a lesson it is known.
    """

    at: Time
    t: float
    ref: Ref
    command: str
    aim: str = ""


class Posed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A question is asked, before what decides it; `ref` is the Pod that it is about, if known yet.

    Never recorded: of a lesson it is known, of any other Pod it follows from what happens.
    """

    at: Time
    t: float
    question: Question
    ref: Ref | None = None


KeptItem = RecordedItem | Deed | Posed
"""What a session that shall know the same has to be fed with, too."""


StreamItem = KeptItem | Tick
