"""A namespace that is followed beside something else, a test for one, and what happened there.

Responsible for catching up: an expectation has a watch of its own, which can be ahead.
"""

from podwatch.app.feeds import Following
from podwatch.app.run import run
from podwatch.core.board import Update
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import Scope
from podwatch.errors import PodwatchError
from podwatch.renderers import Renderer
from podwatch.renderers.lines import Lines
from podwatch.sources.cluster import connect
from podwatch.sources.cluster.access import Access

LINES = 60
"""How many lines are told at once."""
CATCH_UP = 5.0
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
        self._entries: list[tuple[str, str]] = []
        self._written: list[str] = []
        self._lines = Lines(self._written.append, lambda: None)
        scopes = (Scope("Pod", self.namespace), Scope("Event", self.namespace))
        self._following.open(self._cluster, scopes)

    def told(self, name: str = "") -> str:
        """The last lines about the Pod of this name, or about all Pods."""
        self._catch_up()
        lines = [line for pod, line in self._entries if name in {"", pod}]
        left_out = max(len(lines) - LINES, 0)
        head = [f"… {left_out} earlier lines are left out"] if left_out else []
        about = f"Pod {name}" if name else "the Pods"
        return "\n".join([*head, *lines[-LINES:]]) or f"nothing happened to {about}"

    def _catch_up(self) -> None:
        """Take what comes until every Pod was seen in the version that it has now."""
        self._versions = self._cluster.questions.versions(self.namespace)
        self.done = False
        while not self.done:
            try:
                run(self._following, self._session, self, timeout=CATCH_UP)
            except PodwatchError as error:  # of one scope; the others go on
                self._entries.append(("", f"{error.message}: {error.hint}"))
            else:
                return

    def show(self, update: Update) -> None:
        """Keep the lines of each entry."""
        for entry in update.entries:
            self._written.clear()
            self._lines.show(Update((entry,)))
            name = getattr(getattr(entry, "ref", None), "name", "")
            self._entries += [(name, line.rstrip("\n")) for line in self._written]

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
