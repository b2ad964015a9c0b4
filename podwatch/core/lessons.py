"""Lessons: which one is on the card.

Responsible for the choice, for a picture of one moment (`of_moment`) and for somebody who reads
on (`Lessons`): then a burst is a queue, of which the weightiest comes first, each stays as long as
it takes to read it, and what is the same again or a sequel takes the place of what waits. That
clock is the reader's and is given, as a replay may run faster than anybody reads. Not responsible
for a Pod that is selected: its card is about the newest of its timeline.
"""

from collections.abc import Iterable

from podwatch.core.concepts import Weight
from podwatch.core.states import Facet
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition

STAYS = 4.0
"""For how many seconds of the stream a lighter lesson does not follow in a picture of a moment."""
READING = {Weight.DETAIL: 2.0, Weight.NORMAL: 4.0, Weight.IMPORTANT: 6.0, Weight.TROUBLE: 8.0}
"""For how many seconds a lesson stays although others wait."""
BEHIND_LIMIT = 9
"""How many wait at most; the lightest is given up first. Details never wait."""
STALE = 12.0
"""After how many seconds in the queue a normal lesson is no news."""
_ENDS = frozenset({Facet.DELETION, Facet.EXISTENCE})


def of_moment(told: Iterable[Explained]) -> Explained | None:
    """What a picture shows, of all that was told until its moment: a weightier one stays a bit."""
    shown: Explained | None = None
    for one in told:
        if not _teaches(one):
            continue
        if shown is None or one.t - shown.t >= STAYS or _weight(one) >= _weight(shown):
            shown = one
    return shown


def weightiest(told: Iterable[Explained]) -> Explained | None:
    """The first of the weightiest."""
    return max(told, key=_weight, default=None)


class Lessons:
    """Give it news as they come, and ask what is to be shown. `current` was shown last."""

    def __init__(self) -> None:
        self.current: Explained | None = None
        self._since = 0.0
        self._waiting: list[tuple[float, Explained]] = []

    def add(self, one: Explained, now: float) -> None:
        """It happened; `now` is the reader's clock in seconds."""
        if not _teaches(one):
            return
        detail = one.explanation.weight == Weight.DETAIL
        if detail and (self._waiting or self._unread(now)):
            return
        self._waiting = [
            (since, waiting)
            for since, waiting in self._waiting
            if not (_takes_the_place(one, waiting) or _makes_old(one, waiting))
        ]
        self._waiting.append((now, one))
        if len(self._waiting) > BEHIND_LIMIT:
            self._waiting.remove(min(self._waiting, key=_rank))

    def shown(self, now: float) -> Explained | None:
        """The lesson that is to be read now."""
        if self.due(now) == 0.0:
            self._waiting = [
                (since, one)
                for since, one in self._waiting
                if now - since < STALE or _weight(one) > Weight.NORMAL.rank
            ]
            if self._waiting:
                best = max(self._waiting, key=_rank)
                self._waiting.remove(best)
                self.current, self._since = best[1], now
        return self.current

    def looked_away(self, since: float, now: float) -> None:
        """Nobody has read since then: what was shown and what waited are no older than before."""
        away = now - since
        self._since += away
        self._waiting = [
            (begun + away if begun <= since else begun, one) for begun, one in self._waiting
        ]

    @property
    def behind(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def due(self, now: float) -> float | None:
        """In how many seconds the next one may be shown; None if none waits."""
        return self._unread(now) if self._waiting else None

    def _unread(self, now: float) -> float:
        """For how many seconds what is shown is still to be read."""
        if self.current is None:
            return 0.0
        return max(self._since + READING[self.current.explanation.weight] - now, 0.0)


def _teaches(one: Explained) -> bool:
    """Whether it is new: a repetition of an Event is for the timeline."""
    return not isinstance(one, ExplainedEvent) or one.event.times == 1


def _weight(one: Explained) -> int:
    return one.explanation.weight.rank


def _rank(entry: tuple[float, Explained]) -> int:
    return _weight(entry[1])


def _takes_the_place(one: Explained, waiting: Explained) -> bool:
    """Whether it says all that is worth reading of what waits; nothing light does of trouble."""
    return _weight(one) >= _weight(waiting) and _same(one, waiting)


def _makes_old(one: Explained, waiting: Explained) -> bool:
    """Whether what waits, of no great weight, is overtaken: its Pod is in trouble or ends."""
    if one.ref.key != waiting.ref.key or _weight(waiting) > Weight.NORMAL.rank:
        return False
    ends = isinstance(one, ExplainedTransition) and one.transition.facet in _ENDS
    return one.explanation.weight == Weight.TROUBLE or (ends and _weight(one) > Weight.NORMAL.rank)


def _same(one: Explained, other: Explained) -> bool:
    """Whether they teach the same, be it of different Pods, or one is the other's sequel."""
    concept = one.explanation.concept
    if concept is not None and concept is other.explanation.concept:
        return True
    if isinstance(one, ExplainedEvent) or isinstance(other, ExplainedEvent):
        return False
    new, old = one.transition, other.transition
    return (new.pod.key, new.facet, new.subject) == (old.pod.key, old.facet, old.subject)
