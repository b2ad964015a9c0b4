"""Which version is news: what was applied, held against what a server lists and sends.

Responsible for giving each version of an object once. A server may send what it sent before (one
that is behind, or a watch that is resumed), list a state from before the last one, or send what
can't be read. All of that is judged by resourceVersions. They are numbers, by contract since 1.35;
where another API server writes something else, only equality counts.
https://v1-35.docs.kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions

Not responsible for asking, for time, or for what follows: that is `podwatch.sources.reflect`.
"""

from collections.abc import Iterator

from podwatch.core.kube import KubeObject
from podwatch.core.kube.shared import share_with
from podwatch.sources.api import ApiError, ListPage, Malformed, WatchEvent

STUCK = 5
"""How often in a row the server may refuse the same version, or list an older state, before that is
believed: replicas of an API server differ for a moment, and the next try may reach another one."""


class Applied:
    """What was applied of one scope: each object in its last version, and the scope's own.

    `version`: the last resourceVersion that was applied, from which a watch resumes; empty before
    the first list.
    """

    def __init__(self) -> None:
        self.version = ""
        self._known: dict[str, KubeObject] = {}
        self._unread: dict[str, str] = {}
        """By uid, the version of what can't be read."""
        self._newest = ""
        """The newest resourceVersion that was seen, of a list that broke off too."""
        self._restored = False
        """Whether the server lost what was seen, as one that is restored to an earlier state."""
        self._past_lists = 0
        self._refusals = 0
        self._listed: set[str] = set()
        self._names: dict[tuple[str, str], str] = {}
        """When a list began, the uid of each name: who has it now proves that the other is gone."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing."""
        return not self._known

    # ── lists ──

    def is_past(self, version: str) -> bool:
        """Whether a list of this version would bring back what is gone, so that it is not used.

        If that is all there is, the server was restored to an earlier state.
        """
        if self._restored or not _is_older(version, self._newest):
            return False
        self._past_lists += 1
        self._restored = self._past_lists >= STUCK
        return not self._restored

    def begin_list(self, version: str) -> None:
        """A list begins, perhaps again: harmless, as what is known in its version is not news."""
        self._newest = version
        self._listed = set()
        self._names = {_name(item): uid for uid, item in self._known.items()}

    def listed(self, page: ListPage) -> Iterator[WatchEvent | Malformed]:
        """What one page says that is not known."""
        for item in page.items:
            uid = item.uid if isinstance(item, Malformed) else item.metadata.uid
            self._listed.add(uid)
            if isinstance(item, Malformed):
                if not uid or self._unread.get(uid) != item.version:
                    yield from self._cant_read(item)
                continue
            known = self._known.get(uid)
            if known is not None:
                before, now = known.metadata.resource_version, item.metadata.resource_version
                if now == before or (not self._restored and _is_older(now, before)):
                    continue
            elif namesake := self._known.pop(self._names.get(_name(item), uid), None):
                yield WatchEvent("DELETED", namesake)
            is_new = known is None and uid not in self._unread
            self._unread.pop(uid, None)
            self._known[uid] = item
            yield WatchEvent("ADDED" if is_new else "MODIFIED", item)

    def end_list(self, version: str) -> Iterator[WatchEvent]:
        """What the whole list lacks is gone; from now on the list's version is the last."""
        if "" not in self._listed:  # or else a known one is there and can't be read
            for uid in [uid for uid in self._known if uid not in self._listed]:
                yield WatchEvent("DELETED", self._known.pop(uid))
            self._unread = {uid: self._unread[uid] for uid in self._unread if uid in self._listed}
        self._listed, self._names = set(), {}
        self.version = version
        self._restored, self._past_lists, self._refusals = False, 0, 0

    # ── watches ──

    def is_old(self, change: WatchEvent) -> bool:
        """Whether this was applied already."""
        meta, deleted = change.object.metadata, change.type == "DELETED"
        return self._is_old(meta.uid, meta.resource_version, deleted=deleted)

    def _is_old(self, uid: str, version: str, *, deleted: bool) -> bool:
        known = self._known.get(uid)
        last = self._unread.get(uid) or (known.metadata.resource_version if known else self.version)
        if _is_older(version, last):
            return True
        if version != last:
            return False
        # a deletion of what is still known can't have been applied
        return known is None or not deleted

    def take(self, change: WatchEvent) -> None:
        """A change that is not old."""
        uid = change.object.metadata.uid
        self._unread.pop(uid, None)
        known = self._known.get(uid)
        if known is not None:
            share_with(known, change.object)
        if change.type == "DELETED":
            self._known.pop(uid, None)
        else:
            self._known[uid] = change.object

    def misread(self, item: Malformed) -> Iterator[WatchEvent | Malformed]:
        """Something in a watch that can't be read; a deletion is proved all the same."""
        if item.version and self._is_old(item.uid, item.version, deleted=item.deleted):
            return
        yield from self._cant_read(item)
        self.advance(item.version)

    def _cant_read(self, item: Malformed) -> Iterator[WatchEvent | Malformed]:
        if item.deleted:
            self._unread.pop(item.uid, None)
        elif item.uid:
            self._unread[item.uid] = item.version
        yield item
        if item.deleted and item.uid in self._known:
            yield WatchEvent("DELETED", self._known.pop(item.uid))

    def advance(self, version: str) -> bool:
        """Resume after this version; False if it is an old one.

        To go back would bring everything since once more.
        """
        if not version or _is_older(version, self.version):
            return False
        self.version = self._newest = version
        self._refusals = 0
        return True

    def is_stuck(self, refusal: ApiError) -> bool:
        """Whether a server that answers refused this version once too often: a list is needed.

        One that does not know the version yet may have been restored.
        """
        if not (refusal.in_watch or refusal.ahead):
            return False
        self._refusals += 1
        if self._refusals < STUCK:
            return False
        self._restored = self._restored or refusal.ahead
        return True


def _name(item: KubeObject) -> tuple[str, str]:
    return (item.metadata.namespace, item.metadata.name)


def _is_older(version: str, other: str) -> bool:
    """Whether one resourceVersion is before another, where they are numbers and can say so."""
    return version.isdecimal() and other.isdecimal() and int(version) < int(other)
