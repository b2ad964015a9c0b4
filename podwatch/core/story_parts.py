"""The parts of beats: what the story asks a transition, an Event or another part.

Responsible for the questions that need nothing but the parts themselves. What is made of the
answers is `podwatch.core.story`'s.
"""

import re
from typing import Any

from podwatch.core.beat import Alike, Beat, FoundInTrouble, Part
from podwatch.core.concepts import Weight
from podwatch.core.finding import Finding
from podwatch.core.states import CONTAINER_FACETS
from podwatch.core.story_table import PartRow
from podwatch.core.stream import Deed, Ref
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition, Stalled

PARTS_LIMIT = 30
"""How many parts of a beat are kept: a crash loop goes on for days. The first ones stay."""

OFTEN = 10.0
"""For how many seconds what only happens again is not told again, however often it does."""
TEXTS_LIMIT = 8
"""How many texts of what happens again are known as told before."""

ROWS_OF_PARTS: dict[type, PartRow] = {
    Stalled: PartRow(concepts=(), opens="stalled"),
    FoundInTrouble: PartRow(concepts=(), opens="found"),
    Deed: PartRow(concepts=(), opens="deed"),
}
"""Where the parts belong that no concept is about."""


def container_of(part: Part) -> str:
    """The container that a part is about, if it is about one."""
    if isinstance(part, ExplainedTransition):
        one = part.transition
        return one.subject if one.facet in CONTAINER_FACETS else ""
    return part.event.container if isinstance(part, ExplainedEvent) else ""


def of_one(one: str, other: str) -> bool:
    """Whether two containers are the same, or one of the two is the whole Pod."""
    return not one or not other or one == other


def weight_of(part: Part, row: PartRow) -> Weight:
    """How much it matters."""
    if row.weight is not None:
        return row.weight
    if isinstance(part, Explained):
        return part.explanation.weight
    if isinstance(part, Stalled):
        return Weight.TROUBLE if part.wait.role == "cause" else Weight.NORMAL
    return Weight.TROUBLE if isinstance(part, FoundInTrouble) else Weight.IMPORTANT


def may_wait(part: Part, row: PartRow) -> bool:
    """Whether it may wait for the beat that it joins."""
    return row.waits or weight_of(part, row) != Weight.TROUBLE


def same_news(old: Part, new: Part, again: tuple[str, ...]) -> bool:
    """Whether two parts tell the same: the lesson, and the facts that their kind names."""
    if isinstance(old, Explained) and isinstance(new, Explained):
        was, now = old.explanation, new.explanation
        if was.concept is not now.concept:
            return False
        return all(was.facts.get(name) == now.facts.get(name) for name in again)
    if isinstance(old, Stalled) and isinstance(new, Stalled):
        return old.wait.state == new.wait.state or _cause(old.wait) == _cause(new.wait)
    return False


def _cause(wait: Finding) -> str:
    """What is told of it but for its term: in a crash loop kubectl's STATUS changes meanwhile."""
    fact = _PASSING.sub("", wait.fact)
    return _LASTED.sub("", fact.partition(": ")[2] or fact)


def event_times(parts: tuple[Part, ...], reasons: tuple[str, ...]) -> int:
    """How often it happened, as its Events with these reasons (*: any) count; 0 if none does."""
    return sum(
        {
            one.event.metadata.uid: one.event.times
            for one in parts
            if isinstance(one, ExplainedEvent) and (one.event.reason in reasons or "*" in reasons)
        }.values()
    )


def is_trouble(beat: Beat) -> bool:
    """Whether a Pod that does not move may be stuck in it."""
    return beat.weight == Weight.TROUBLE or beat.kind == "not-ready"


def shortened_parts(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Those that are kept: the first and the newest."""
    first = PARTS_LIMIT // 3
    return parts if len(parts) <= PARTS_LIMIT else (*parts[:first], *parts[first - PARTS_LIMIT :])


_PASSING = re.compile(r",? ?\b\d+(?:st|nd|rd|th) (?:run|time)\b|,? try \d+")
"""What differs each time that something happens again."""

_LASTED = re.compile(r" after \d+(?:\.\d+)? (?:ms|s|min|h)\b")


def essence_of(part: Part) -> str:
    """The news without what differs each time: told again, it is told for what has changed."""
    if isinstance(part, Explained):
        return _PASSING.sub("", part.explanation.fact)
    if isinstance(part, Stalled):
        return part.wait.state
    return part.command if isinstance(part, Deed) else _PASSING.sub("", part.finding.fact)


def told_as(beat: Beat) -> tuple[str, ...]:
    """What was told of it: the essences of its texts."""
    return beat.told_as or (beat.essence or essence_of(beat.head),)


def with_text(told: tuple[str, ...], essence: str) -> tuple[str, ...]:
    """These texts and another one."""
    return told if essence in told else (*told, essence)[-TEXTS_LIMIT:]


def is_news(beat: Beat, changes: dict[str, Any], t: float) -> bool:
    """Whether what changes at `t` is told: it has not been said, or it happened twice as often."""
    if (essence := changes.get("essence")) is not None and essence not in told_as(beat):
        return True
    if t - (beat.told_t or beat.first_t) < OFTEN:
        return False
    return bool(changes.get("times", beat.times) >= 2 * beat.told_times)


def alike_of(head: Part, kind: str, subject: str, weight: Weight, essence: str) -> Alike | None:
    """What equal beats of several Pods have in common; None where there is none like it.

    Of trouble the news itself, whosever Pods they are; else the controller of the Pods, too. To
    which node each of them was scheduled makes no difference.
    """
    ref = head.ref
    if isinstance(head, Deed) or ref.kind != "Pod":
        return None
    if weight == Weight.TROUBLE:
        # The same state of two Pods may have two causes, and their runs last not equally long.
        cause = _PASSING.sub("", head.wait.fact) if isinstance(head, Stalled) else essence
        return (ref.cluster, kind, _news(cause, ref))
    if not isinstance(head, ExplainedTransition):
        return None
    by, concept = head.pod.metadata.controller, head.explanation.concept
    if by is None or concept is None:
        return None
    news = "" if kind == "scheduled" else _news(essence_of(head), ref)
    return (ref.cluster, kind, concept.id, subject, by.uid, news)


def _news(fact: str, ref: Ref) -> str:
    """A fact without the Pod's own name, and without how long something lasted."""
    if ref.name in fact:
        fact = re.sub(rf"(?<![\w.-]){re.escape(ref.name)}(?![\w.-])", "…", fact)
    return _LASTED.sub("", fact)
