"""Whether the object that a target names is there, was deleted, or never came.

Responsible for its newest version and for when it went. What follows from that is `deletion`'s
business, which Pods a target has `target_state`'s.
"""

from podwatch.core.expectations.expectation import Target
from podwatch.core.kube import Owner, PersistentVolumeClaim, Pod

Named = Owner | Pod | PersistentVolumeClaim
"""What a target can name."""


class Presence:
    """The object of a target, as far as one is named: `last` is the newest version that was seen.

    `gone_t`: when it was deleted; None while it is there, or never was.
    """

    def __init__(self, target: Target) -> None:
        self._target = target
        self.last: Named | None = None
        self.gone_t: float | None = None

    def take(self, seen: Named, t: float, *, deleted: bool) -> None:
        """Another version of an object, if it is this one."""
        if not self._target.names(seen):
            return
        if not deleted:
            self.last, self.gone_t = seen, None
        elif self.last is not None and self.last.metadata.uid == seen.metadata.uid:
            self.last, self.gone_t = seen, t
