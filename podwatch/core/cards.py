"""Cards: which beat is to be read.

Responsible for the choice, for a picture of one moment (`of_moment`) and for somebody who reads on
(`Cards`), and for how long it takes to read one. It is the newest beat that matters of what is in
scope, never one that its Pod has overtaken. The reader's clock is given, as a replay may run faster
than anybody reads. What a card looks like is the renderers' business.
"""

import math
from collections.abc import Iterator
from itertools import islice

import msgspec
from msgspec.structs import replace

from podwatch.core.beat import Beat, BeatGroup
from podwatch.core.board import Board
from podwatch.core.concepts import Concept, Weight
from podwatch.core.concepts.explanation import Aside
from podwatch.core.stream import Key, Ref

STAYS = 4.0
"""For how many seconds a card stays at least; and of the stream, before lighter news follow."""
_READING = (3.0, 9.0)
"""How many seconds it takes at least and at most to read a card."""
_GLANCE, _PER_CHARACTER = 1.2, 0.06
_AGAIN = 2.0
"""How many seconds it takes to see that what was read happened again, or to another Pod."""
_CONSEQUENCES = frozenset({"not-ready", "over"})
"""The kinds of beats that only follow from their cause: they are told below it."""
_ROOTS = 4
"""How many causes are gone back."""
_PODS = 4
"""Of how many Pods of a card, and their newest beats, the lessons are looked for."""

Scope = frozenset[Key] | None
"""The keys of the Pods that the reader looks at; None for all of them."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be read: `beat`, and below it what only `follows` from it, in its order.

    `newest` is the beat that it was chosen for: the last one that follows, or `beat` itself.
    `refs` are the Pods that it is about, the first one first. `since`: how many beats that matter
    have happened since. `aside`: the lesson that the beat demonstrates besides, if that is to be
    read now; `apart`: it is a card of its own, after the beat's.
    """

    beat: Beat
    newest: Beat
    follows: tuple[Beat, ...] = ()
    refs: tuple[Ref, ...] = ()
    since: int = 0
    aside: Aside | None = None
    apart: bool = False

    @property
    def concept(self) -> Concept | None:
        """What can be read about it."""
        return self.aside.concept if self.aside is not None else self.beat.concept

    @property
    def docs(self) -> str:
        """The address of the page about it, empty without a lesson."""
        return self.concept.docs if self.concept is not None else ""

    @property
    def pods(self) -> int:
        """How many Pods it is about."""
        return max(len(self.refs), 1)

    @property
    def fact(self) -> str:
        """The news in about 50 characters; of several Pods with how many."""
        return f"{self.pods:,} Pods: {self.beat.common_fact}" if self.pods > 1 else self.beat.fact


def of_moment(board: Board, scope: Scope = None) -> Card | None:
    """What a picture of this moment shows, and what somebody reads who has just come."""
    return _best(list(_standing(board, scope, None)), board, scope, _Standers())


def of_pod(board: Board, key: Key) -> Card | None:
    """The newest that matters of one Pod."""
    beat = _newest(board.beats.get(key, ()))
    return _card(beat, (beat.ref,), board) if beat is not None else None


def reading_time(card: Card, *, read: bool = False) -> float:
    """How many seconds it takes to read a card; `read`: its lesson was on a card before."""
    if read:
        return time_to_read(card.fact)
    if card.aside is not None:
        return time_to_read(card.aside.concept.title, card.aside.sentence)
    return time_to_read(card.beat.sentence, card.beat.then)  # the fact is the sentence in short


def time_to_read(*texts: str) -> float:
    """How many seconds it takes to read so much."""
    least, most = _READING
    return min(max(_GLANCE + _PER_CHARACTER * sum(map(len, texts)), least), most)


class Cards:
    """Ask it which card is to be read; it remembers which one is, and since when.

    `waited_for`: what happens waits until it is read. So each card stays for as long as that takes,
    and a lesson that is new follows the beat that demonstrates it as a card of its own; not where
    somebody else teaches (`asides` False), whose questions it might answer.
    """

    def __init__(self, *, waited_for: bool = False, asides: bool = True) -> None:
        self._waited_for = waited_for
        self._asides = asides
        self._read: set[str] = set()
        self._told = ""
        self._follows: Card | None = None
        self._time = STAYS
        self._card: Card | None = None
        self._since = 0.0
        self._look: object = None
        self._standers = _Standers()

    def shown(
        self, board: Board, now: float, scope: Scope = None, look: object = None
    ) -> Card | None:
        """The card that is to be read now, by the reader's clock in seconds.

        `look` is what the reader has made the scope of: whoever looks at something else is told
        the newest of that.
        """
        if look != self._look:
            self._look, self._card, self._standers = look, None, _Standers()
        old = again = _refreshed(self._card, board, scope, self._standers)
        newer = list(_standing(board, scope, old))
        if self._waited_for and old is not None:  # nobody waits for the ninth time of the same
            newer = [one for one in newer if _is_told(one[1])]
        new = _best(newer, board, scope, self._standers)
        if old is not None:
            old = replace(self._as_read(old), apart=self._waited_for, since=len(newer))
        if old is not None and self._follows is not None and self._unread(now) <= 0.0:
            self._turn_to(self._follows, now)
        elif new is None and again is not None and self._is_news(again, now):
            self._turn_to(replace(again, aside=None, apart=True), now)
        elif new is None:
            self._card = old
        elif old is None or self._unread(now) <= 0.0 or _is_urgent(new, old):
            self._turn_to(replace(new, apart=self._waited_for), now)
        else:
            self._card = old
        self._follows = self._lesson_after(self._card, board)
        return self._card

    def due(self, now: float) -> float | None:
        """In how many seconds the next one is to be shown; None if none waits."""
        waits = self._card is not None and (self._card.since or self._follows)
        return self._unread(now) if waits else None

    def unread(self, now: float) -> float:
        """For how many seconds there is something to be read, if nothing more happens."""
        then = reading_time(self._follows) if self._follows is not None else 0.0
        return self._unread(now) + then if self._card is not None else 0.0

    def skip(self) -> None:
        """What is on the card is read."""
        self._since = -math.inf

    def _turn_to(self, card: Card, now: float) -> None:
        self._card, self._since = card, now
        if self._waited_for:
            lesson = card.concept.id if card.concept is not None else ""
            lesson = card.aside.key if card.aside is not None else lesson
            again = card.beat.times > 1 or card.beat.fact in self._read
            self._time = reading_time(card, read=lesson in self._read)
            if card.aside is None and again:
                self._time = _AGAIN
            self._read |= {lesson, card.beat.fact}
            self._told = card.beat.fact if card.aside is None else self._told

    def _unread(self, now: float) -> float:
        return max(self._since + self._time - now, 0.0)

    def _as_read(self, card: Card) -> Card:
        """The card as it is now, still about the lesson that is being read."""
        if self._card is None or self._card.aside is None:
            return card
        return replace(card, beat=self._card.beat, aside=self._card.aside)

    def _is_news(self, card: Card, now: float) -> bool:
        """Whether what was read has another text now, even if its lesson came after it."""
        if not self._waited_for or self._unread(now) > 0.0:
            return False
        return _is_told(card.beat) and self._told != card.beat.fact

    def _lesson_after(self, card: Card | None, board: Board) -> Card | None:
        """The card about a lesson that its Pod demonstrates, if it is new; one after the other."""
        if not (self._waited_for and self._asides and board.teaches) or card is None:
            return None
        alike = (beat for ref in card.refs[-_PODS:] for beat in board.beats_of(ref)[-_PODS:])
        others = (beat for beat in alike if beat.group == card.newest.group)
        for beat in (*board.beats_of(card.newest.ref), card.beat, *others):
            for aside in beat.asides:
                if aside.key not in self._read:
                    return replace(card, beat=beat, aside=aside)
        return None


def _is_told(beat: Beat) -> bool:
    """Whether it is new, or has happened twice as often as when it was told last."""
    return beat.told_times == beat.times


def _is_urgent(new: Card, old: Card) -> bool:
    """Whether it takes the place of what is being read: the same Pod is in trouble now."""
    return new.newest.weight == Weight.TROUBLE and new.newest.ref.key == old.newest.ref.key


# ── the choice ──


_Standing = tuple[BeatGroup, Beat]
"""A row of the story, and its newest beat that stands."""


def _best(known: list[_Standing], board: Board, scope: Scope, standers: "_Standers") -> Card | None:
    """The first of them; before lighter news, trouble of the last seconds."""
    if not known:
        return None
    at = next((at for at, one in enumerate(known) if _is_recent_trouble(one[1], board)), 0)
    best = known[at]
    if best[1].kind == "found":  # all at once, in no order
        at, best = 0, max((one for one in known if one[1].t == best[1].t), key=_severity)
    group, beat = best
    return _card(beat, standers.of(group, board, scope), board, since=at)


def _is_recent_trouble(beat: Beat, board: Board) -> bool:
    """Whether it is trouble of the last seconds; that a Pod still waits is nothing new."""
    recent = beat.kind != "stalled" and board.t - beat.t < STAYS
    return recent and beat.weight == Weight.TROUBLE


class _Standers:
    """The Pods of a row of the story of which it is still true.

    Of many they are looked at once a second of the stream; those that come meanwhile are added.
    """

    def __init__(self) -> None:
        self._of: tuple[int, int] | None = None
        self._seen = 0
        self._refs: tuple[Ref, ...] = ()

    def of(self, group: BeatGroup, board: Board, scope: Scope) -> tuple[Ref, ...]:
        """In the order of the row."""
        of = (group.lead.group, int(board.t))
        if group.pods < _MANY or of != self._of or group.pods < self._seen:
            self._refs = tuple(
                ref for ref in group.refs if _stands(group, ref, board, scope) is not None
            )
        elif group.pods > self._seen:
            self._refs += group.refs[self._seen :]
        self._of, self._seen = of, group.pods
        return self._refs


_MANY = 100


_LOOKED_AT = 200
"""How many rows of the story are looked at for beats that are newer."""


def _standing(board: Board, scope: Scope, after: Card | None) -> Iterator[_Standing]:
    """The rows that matter, are in scope and not overtaken, and newer than a card: newest first.

    Each with its newest beat of which that is true.
    """
    for group in islice(reversed(board.story), _LOOKED_AT if after is not None else None):
        if not group.lead.matters:
            continue
        refs = (group.lead.ref, *reversed(group.refs)) if group.pods > 1 else group.refs
        found = (_stands(group, ref, board, scope) for ref in refs)
        beat = next((one for one in found if one is not None), None)
        if beat is None:
            continue
        if after is not None and not _is_newer(beat, after.newest):
            return
        yield group, beat
        if after is None and board.t - beat.t >= STAYS and beat.kind != "found":
            return


def _stands(group: BeatGroup, ref: Ref, board: Board, scope: Scope) -> Beat | None:
    """A Pod's beat of a row of the story, if it is in scope and its newest that matters."""
    if scope is not None and ref.key not in scope:
        return None
    known = board.beats_of(ref)
    newest = _newest(known)
    if newest is None:
        return group.lead if ref == group.lead.ref and not known else None
    return newest if newest.group == group.lead.group else None


def _newest(beats: tuple[Beat, ...]) -> Beat | None:
    return next((beat for beat in reversed(beats) if beat.matters), None)


def _is_newer(beat: Beat, other: Beat) -> bool:
    """Whether it happened after another one; of one moment: of the same Pod, or a deed."""
    if beat.number == other.number or beat.group == other.group:
        return False
    at_once = beat.ref.key == other.ref.key or beat.kind == "deed"
    return beat.t > other.t or (beat.t == other.t and at_once)


def _severity(one: _Standing) -> tuple[bool, bool, int]:
    """Of what was found: what is over comes last, what can't heal first, then what most have."""
    group, beat = one
    finding = beat.finding
    over = finding is not None and finding.symptom.facts.get("pod.over") is True
    return not over, finding is not None and finding.permanent, group.pods


# ── the card ──


def _card(beat: Beat, refs: tuple[Ref, ...], board: Board, since: int = 0) -> Card:
    """The beat, below its cause if it only follows from that."""
    root, follows = beat, list[Beat]()
    while root.kind in _CONSEQUENCES and root.because is not None and len(follows) < _ROOTS:
        cause = root.because
        if cause.weight.rank <= root.weight.rank:
            break
        follows.insert(0, root)
        known = board.beats_of(cause.ref)
        root = next((one for one in known if one.number == cause.number), cause)
    return Card(beat=root, newest=beat, follows=tuple(follows), refs=refs, since=since)


def _refreshed(card: Card | None, board: Board, scope: Scope, standers: _Standers) -> Card | None:
    """The card as it is now; None if it is out of scope or not known any more."""
    if card is None:
        return None
    old = card.newest
    for group in reversed(board.story):
        if group.lead.group == old.group or group.lead.number == old.number:
            refs = standers.of(group, board, scope)
            beat = _stands(group, old.ref, board, scope)
            if beat is None and refs:
                beat = _stands(group, refs[-1], board, scope)
            if beat is not None:
                return _card(beat, refs, board)
            break
    if scope is not None and old.ref.key not in scope:
        return None
    return replace(card, since=0)
