"""The rows of the story: a row for each beat, equal beats of several Pods in one.

Responsible for which row a beat is shown in, for what the row shows of its Pods, and for the order
of the rows, in which things happened. Which beats are equal is `podwatch.core.story`'s to decide.
"""

import copy
from collections.abc import Iterable, Mapping
from operator import attrgetter

from msgspec.structs import replace

from podwatch.core.beat import Alike, Beat, BeatGroup
from podwatch.core.stream import Key, Ref

STORY_LIMIT = 2_000
"""How many rows are shown."""
ROW_LIMIT = 10_000
"""How many Pods a row is about at most: where Jobs fail for days, another row begins."""
SPARE = 500
"""How many more are kept until the oldest are thrown away together."""


class StoryRows:
    """`groups` are the rows by number; what was placed last comes last. `in_order` sorts them.

    A Pod that leaves a row can move it far back: to sort where somebody looks costs less than to
    keep them sorted.
    """

    def __init__(self) -> None:
        self.groups: dict[int, BeatGroup] = {}
        self._alike: dict[Alike, int] = {}

    def in_order(self) -> tuple[BeatGroup, ...]:
        """The newest rows, in the order in which the newest of each happened."""
        return tuple(sorted(self.groups.values(), key=_moment)[-STORY_LIMIT:])

    def copy(self) -> "StoryRows":
        """Others that show the same."""
        made = copy.copy(self)
        made.groups, made._alike = self.groups.copy(), self._alike.copy()
        return made

    def of(self, alike: Alike) -> BeatGroup | None:
        """The row that a beat may join."""
        return self.groups.get(self._alike.get(alike, 0))

    def place(
        self, alike: Alike, ref: Ref, since: float, others: Iterable[Beat]
    ) -> tuple[int, int]:
        """The row that a beat joins, with its place there; 0 if none of `since` is like it.

        No row has two beats of one Pod: `others` are those of this one. The row still shows what it
        did, until `show` is called.
        """
        number = self._alike.get(alike, 0)
        known = self.groups.get(number)
        if known is None or known.lead.t < since or known.pods >= ROW_LIMIT:
            return 0, 0
        if any(one.group == number for one in others):
            return 0, 0
        self.groups[number] = replace(known, refs=(*known.refs, ref))
        return number, known.pods + 1

    def show(self, beat: Beat, alike: Alike | None) -> None:
        """Let its row show it as it is now; a row that is new may be joined by what is `alike`."""
        number, group = beat.group, self.groups.get(beat.group)
        if group is None:
            self.groups[number] = BeatGroup(lead=beat, refs=(beat.ref,), alike=alike)
            if alike is not None:
                self._alike[alike] = number
        elif beat.t >= group.lead.t or group.lead.number == beat.number:
            self.groups[number] = replace(group, lead=beat)
            if beat.t == group.lead.t:
                return
        else:
            return
        self.groups[number] = self.groups.pop(number)
        if len(self.groups) > STORY_LIMIT + SPARE:
            by_age = sorted(self.groups.items(), key=lambda one: _moment(one[1]))
            for oldest, gone in by_age[:SPARE]:
                del self.groups[oldest]
                self._forget(oldest, gone)

    def leave(self, beat: Beat, beats: Mapping[Key, tuple[Beat, ...]]) -> None:
        """It happened again to one of a row's Pods, which is told in another row.

        `beats` are those of each Pod.
        """
        number, group = beat.group, self.groups.get(beat.group)
        if group is None:
            return
        left = tuple([ref for ref in group.refs if ref != beat.ref]) if group.pods > 1 else ()
        if not left:
            del self.groups[number]
            self._forget(number, group)
            return
        lead = group.lead
        if lead.number == beat.number:
            own = [one for ref in left for one in beats.get(ref.key, ()) if one.group == number]
            lead = max(own, key=lambda one: one.t, default=lead)
        del self.groups[number]
        self.groups[number] = replace(group, lead=lead, refs=left)

    def _forget(self, number: int, gone: BeatGroup) -> None:
        if gone.alike is not None and self._alike.get(gone.alike) == number:
            del self._alike[gone.alike]


_moment = attrgetter("lead.t")
