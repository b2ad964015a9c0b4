"""A namespace that is followed beside something else, a test for one, and what happened there.

Responsible for catching up, as an expectation has a watch of its own, which can be ahead; for what
happened to the Pods of some targets only; and for one watch where several look at a namespace.
"""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field

from podwatch.app.feeds import Following
from podwatch.app.run import run
from podwatch.core.board import Update
from podwatch.core.concepts import catalog
from podwatch.core.expectations import Target
from podwatch.core.expectations.target_state import TargetState
from podwatch.core.kube import Pod
from podwatch.core.session import Session
from podwatch.core.stream import Key, Ref, Scope
from podwatch.core.timeline import PodVersion
from podwatch.errors import PodwatchError
from podwatch.renderers import Renderer
from podwatch.renderers.lines import Lines, TextLine
from podwatch.sources.cluster import connect
from podwatch.sources.cluster.access import Access

LINES = 60
"""How many lines are told at once."""
KEPT = 20_000
"""How many lines, and Pods, are kept: a test run may follow a busy namespace for hours."""
CATCH_UP = 10.0
"""For how many seconds a timeline waits for what the cluster knows already."""


class Timeline(Renderer):
    """The lines about one namespace, each with the name of the Pod that it is about."""

    def __init__(self, access: Access, namespace: str) -> None:
        self._cluster = connect(access)
        self.namespace = namespace or self._cluster.namespace
        self.stop = self._cluster.stop
        self._following = Following()
        self._session = Session(catalog())
        self._versions: dict[str, str] = {}
        self._pods: dict[Key, Pod] = {}
        self._kept: deque[TextLine] = deque(maxlen=KEPT)
        self._number = 0
        self._marked = False
        self._lines = Lines(len, lambda: None, gathered=False)
        self._following.open(
            self._cluster, (Scope("Pod", self.namespace), Scope("Event", self.namespace))
        )

    def told(self, targets: Collection[Target] = (), since: int = 0) -> str:
        """The last lines about the Pods of these targets; about all Pods, if there are none.

        `since`: only those after so many, as `mark` counts them.
        """
        self._catch_up()
        owners = [TargetState(target) for target in targets]
        kept = list(self._kept)[max(since - self._number + len(self._kept), 0) :]
        lines = [one.text for one in kept if not owners or self._is_of(owners, one.about)]
        left_out = max(len(lines) - LINES, 0)
        head = [f"… {left_out} earlier lines are left out"] if left_out else []
        about = ", ".join(map(str, targets)) or "the Pods"
        return "\n".join([*head, *lines[-LINES:]]) or f"nothing happened to {about}"

    def mark(self) -> int:
        """How many lines there were until now, with what came meanwhile; nothing is waited for.

        None at the first call: what was there before is the beginning of what happened.
        """
        if not self._marked:
            self._marked = True
            return 0
        self._versions = {}
        self._take_in()
        return self._number

    def _is_of(self, owners: Collection[TargetState], about: Ref | None) -> bool:
        """Whether a line belongs to one of the targets; what is about no object is about all."""
        if about is None:
            return True
        if about.kind != "Pod":
            return any(_is_workload(one.target, about) for one in owners)
        pod = self._pods.get(about.key)
        if pod is None:  # there are Events about it, and it was never seen
            return any(one.target.kind == "Pod" and one.target.name == about.name for one in owners)
        return any(one.owns(pod) for one in owners)

    def _catch_up(self) -> None:
        """Take what comes until every Pod was seen in the version that it has now."""
        try:
            self._versions = self._cluster.questions.versions(self.namespace)
        except PodwatchError as error:
            self._keep(TextLine(f"! {error}"))
            self._versions = {}
        self._take_in()

    def _take_in(self) -> None:
        """Take what comes until nothing is waited for any more."""
        self.done = False
        while not self.done:
            try:
                run(self._following, self._session, self, timeout=CATCH_UP)
            except PodwatchError as error:  # of one scope; the others go on
                self._keep(TextLine(f"! {error}"))
            else:
                return

    def show(self, update: Update) -> None:
        """Keep the lines that it brings."""
        for entry in update.entries:
            if isinstance(entry, PodVersion):
                self._pods[entry.ref.key] = entry.pod
                if len(self._pods) > KEPT:
                    del self._pods[next(iter(self._pods))]
        for line in self._lines.told(update):
            self._keep(line)

    def _keep(self, line: TextLine) -> None:
        self._kept.append(line)
        self._number += 1

    def frame(self) -> float | None:
        """Nothing is drawn; it is over when nothing is waited for any more."""
        seen = all(self._has_seen(uid, version) for uid, version in self._versions.items())
        self.done = seen and self._following.inbox.empty()
        return 0.0 if self.done else None

    def _has_seen(self, uid: str, version: str) -> bool:
        row = self._session.pods.rows.get(("", uid))
        seen = row.pod.metadata.resource_version if row is not None else ""
        return seen == version or (
            seen.isdecimal() and version.isdecimal() and int(seen) > int(version)
        )


def _is_workload(target: Target, about: Ref) -> bool:
    """Whether an Event is about this target, or about a ReplicaSet of its Deployment."""
    if (about.namespace, about.kind, about.name) == (target.namespace, target.kind, target.name):
        return True
    made_for, _, _ = about.name.rpartition("-")
    return (about.kind, target.kind) == ("ReplicaSet", "Deployment") and made_for == target.name


@dataclass
class Timelines:
    """The timelines of a process: one for each namespace, as long as somebody holds it."""

    _made: dict[tuple[Access, str], Timeline] = field(default_factory=dict)
    _usual: dict[Access, str] = field(default_factory=dict)
    _holders: dict[tuple[Access, str], set[object]] = field(default_factory=dict)

    def held(self, access: Access, namespace: str, holder: object) -> Timeline:
        """The one of a namespace (empty: the context's), for this holder until `release`."""
        namespace = namespace or self._usual.get(access, "")
        if (access, namespace) not in self._made:
            made = Timeline(access, namespace)
            if not namespace:
                self._usual[access] = made.namespace
            if self._made.setdefault((access, made.namespace), made) is not made:
                made.stop()
            namespace = made.namespace
        self._holders.setdefault((access, namespace), set()).add(holder)
        return self._made[access, namespace]

    def release(self, holder: object) -> None:
        """Let go of what this holder has; a watch that nobody holds any more ends."""
        for key, holders in list(self._holders.items()):
            holders.discard(holder)
            if not holders:
                del self._holders[key]
                self._made.pop(key).stop()
