"""Equal beats of many Pods: the first are told one by one, the others together.

Responsible for which are kept back, and for how long.
"""

import msgspec

from podwatch.core.beat import Beat, Telling

ONE_BY_ONE = 3
"""How many of equal beats are told one by one."""
PAUSE = 1.5
"""A burst is over when for so many seconds of the stream nothing equal came."""
LONGEST = 10.0
"""For how many seconds a burst is kept back, if it goes on."""


class Burst(msgspec.Struct):
    """`pods` equal beats that are kept back, the newest of which is `last`; since `t`."""

    t: float
    last: Beat
    pods: int = 1


class Bursts:
    """What is kept back, the oldest first."""

    def __init__(self) -> None:
        self._open: dict[int, Burst] = {}

    def keep(self, telling: Telling, t: float) -> bool:
        """Whether it is one of many, and so kept back. `t`: the stream's time."""
        beat = telling.beat
        if telling.nth <= ONE_BY_ONE:
            return False
        if (burst := self._open.get(beat.group)) is None:
            self._open[beat.group] = Burst(t, beat)
        else:
            burst.last, burst.pods = beat, burst.pods + 1
        return True

    def over(self, t: float) -> list[Burst]:
        """The bursts that have ended by the stream's time `t`; they are forgotten."""
        ended = [
            group
            for group, one in self._open.items()
            if t >= one.last.t + PAUSE or t >= one.t + LONGEST
        ]
        return [self._open.pop(group) for group in ended]

    def rest(self) -> list[Burst]:
        """What is still kept back when nothing more comes."""
        kept, self._open = list(self._open.values()), {}
        return kept
