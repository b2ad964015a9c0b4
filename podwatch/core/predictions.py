"""Predictions: which question is asked when, and what decides it.

Responsible for both: of a lesson's own questions, and of those about any Pod. A lesson's question
that is asked `before` a moment comes with the stream (`Posed`), as nobody here knows what is to
come; every other one follows from what was told. What happens decides, and nobody's answer is known
here. Who is asked, and how, is the renderers' business.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf

from msgspec.structs import replace

from podwatch.core.beat import Telling
from podwatch.core.board import Row
from podwatch.core.concepts.patterns import Facts, FactTest, all_hold, filled, parsed, places
from podwatch.core.durations import minutes_and_seconds
from podwatch.core.question import Moment, Question
from podwatch.core.states import CONTAINER_FACETS, Existence, Facet
from podwatch.core.stream import Key, Posed, Ref
from podwatch.core.timeline import (
    Decided,
    Explained,
    ExplainedEvent,
    ExplainedTransition,
    TimelineEntry,
)

PAUSE = 30.0
"""For how many seconds of the stream nothing is asked after a question about any Pod."""


def is_met(moment: Moment, told: Explained) -> bool:
    """Whether this is one of the times of a moment; which one, whoever asks has to count."""
    concept = told.explanation.concept
    return (
        (moment.event or isinstance(told, ExplainedTransition))
        and concept is not None
        and concept.id == moment.concept
        and told.ref.name.startswith(moment.pod)
    )


@dataclass(slots=True)
class _Open:
    """A question that was asked, of the container `subject` if it is about one.

    `owner`: who controls the Pod, as `Job import`: what its Events tell can decide it, too.
    `due`: when it is decided by nothing having happened, or withdrawn. `of_life`: it is about a Pod
    that goes on; its deletion withdraws it, and `withdrawn` says so. `by` has decided it, for the
    choice `right`; that is told with the beat that `by` becomes.
    """

    asked: Posed
    subject: str = ""
    owner: str = ""
    due: float = inf
    of_life: bool = False
    withdrawn: str = ""
    by: Explained | None = None
    right: int = -1


class Predictions:
    """Feed it what one item brought; it says which questions that asks or decides.

    `own` are a lesson's questions, each asked whenever its moment comes; `general` those about any
    Pod, each asked once, one at a time, with a `pause` in between. `later`: more are asked after
    this stream. `asks`: something is asked in it.
    """

    def __init__(
        self,
        own: Sequence[Question] = (),
        general: Sequence[Question] = (),
        *,
        pause: float = PAUSE,
        later: bool = False,
    ) -> None:
        self.asks = bool(own or general)
        self._later = later
        self._to_come = {one.id for one in own}
        self._own = [one for one in own if one.after is not None]
        self._decided_later = [one for one in own if one.decided_by is not None]
        self._general = list(general)
        self._pause = pause
        self._rests_until = -inf
        self._seen = Counter[str]()
        self._met = Counter[str]()
        self._owners: dict[Key, str] = {}
        self._open: list[_Open] = []
        self._next: list[tuple[Question, Explained]] = []
        self._last: tuple[float, datetime] | None = None

    @property
    def teaches(self) -> bool:
        """Whether no lesson can give an answer away any more: all known questions are decided."""
        return not self._later and not self._to_come

    def feed(
        self,
        entries: Iterable[TimelineEntry],
        beats: Iterable[Telling],
        t: float,
        rows: Mapping[Key, Row],
        facts: Callable[[Explained], Facts],
    ) -> Iterator[Posed | Decided]:
        """The questions that are due, and what was decided, after an item of the time `t`.

        `facts` are those of what happened, as they were then.
        """
        for entry in entries:
            self._last = entry.t, entry.at
            if isinstance(entry, Posed):
                self._ask(entry)
            elif isinstance(entry, Explained):
                self._meet(entry, facts)
        told = [part for telling in beats for part in telling.added]
        for part in told:
            yield from self._decided_by(part, t)
        for part in told:
            yield from self._asked_after(part, t, rows)
        yield from self._due(t)

    def wakes_at(self) -> float | None:
        """When an open question is decided by nothing having happened, or withdrawn."""
        due = min((one.due for one in self._open), default=inf)
        return due if due < inf else None

    def end(self, beats: Iterable[Telling]) -> Iterator[Decided]:
        """What was decided, and what nothing decides any more, as nothing more comes."""
        t = self._last[0] if self._last is not None else 0.0
        for part in [part for telling in beats for part in telling.added]:
            yield from self._decided_by(part, t)
        for one in list(self._open):
            if one.by is not None:
                yield self._decided(one, t, one.right)
            else:
                why = "It ends here, before anything has decided this."
                yield self._decided(one, t, withdrawn=why)

    # ── what happens ──

    def _meet(self, entry: Explained, facts: Callable[[Explained], Facts]) -> None:
        for question in self._decided_later:
            if question.decided_by is not None and is_met(question.decided_by, entry):
                self._met[question.id] += 1
        for one in self._open:
            if self._is_decided(one, entry):
                one.by, one.right = entry, one.asked.question.right
            if one.by is None and (right := _decides(one, entry)) >= 0:
                one.by, one.right = entry, right
            elif one.by is None and one.of_life and _ends(entry, one.asked.ref):
                one.due, one.withdrawn = -inf, one.withdrawn or _why_it_ends(entry)
        # What has been decided before it could be asked is no question any more.
        self._next = [
            (question, asked_by)
            for question, asked_by in self._next
            if _shown(question, entry, asked_by.ref, _container(asked_by)) < 0
            and not (_is_of_life(question, asked_by) and _ends(entry, asked_by.ref))
        ]
        for question in self._own:
            if question.after is not None and is_met(question.after, entry):
                self._seen[question.id] += 1
                if self._seen[question.id] == question.after.count:
                    self._next.append((question, entry))
        if self._general and not entry.inferred:
            self._meet_general(entry, facts)

    def _is_decided(self, one: _Open, entry: Explained) -> bool:
        """Whether this is the moment that decides it."""
        question = one.asked.question
        by = question.decided_by
        if by is None or one.by is not None or not is_met(by, entry):
            return False
        return self._met[question.id] == by.count

    def _meet_general(self, entry: Explained, facts: Callable[[Explained], Facts]) -> None:
        found = [one for one in self._general if one.after and is_met(one.after, entry)]
        if not found:
            return
        known = facts(entry)
        for question in found:
            if all_hold(_tests(question), known) and (made := _filled(question, known)):
                grace = known.get("pod.grace_period")
                if isinstance(grace, int) and not _is_of_life(question, entry):
                    made = replace(made, within=made.within + grace)
                self._owners[entry.ref.key] = str(known.get("pod.owner", ""))
                self._next.append((made, entry))

    def _ask(self, asked: Posed, by: Explained | None = None, *, general: bool = False) -> None:
        question = asked.question
        waits = general or any(choice.if_nothing for choice in question.choices)
        self._open.append(
            _Open(
                asked,
                subject=_container(by) if by is not None else "",
                owner=self._owners.get(by.ref.key, "") if by is not None and general else "",
                due=asked.t + question.within if waits else inf,
                of_life=general and by is not None and _is_of_life(question, by),
            )
        )

    # ── what is told ──

    def _decided_by(self, part: object, t: float) -> Iterator[Decided]:
        for one in [one for one in self._open if one.by is not None and one.by is part]:
            yield self._decided(one, t, one.right)

    def _asked_after(self, part: object, t: float, rows: Mapping[Key, Row]) -> Iterator[Posed]:
        for question, entry in [one for one in self._next if one[1] is part]:
            self._next.remove((question, entry))
            general = question.id not in {one.id for one in self._own}
            row = rows.get(entry.ref.key)
            if general and (self._open or t < self._rests_until or row is None or row.gone):
                continue
            if general:
                self._general = [one for one in self._general if one.id != question.id]
            asked = Posed(at=self._at(t), t=t, question=question, ref=entry.ref)
            self._ask(asked, entry, general=general)
            yield asked

    def _due(self, t: float) -> Iterator[Decided]:
        """What is decided without anything more happening."""
        for one in list(self._open):
            question = one.asked.question
            decider = question.before or question.decided_by or _is_shown(question)
            if not decider:
                yield self._decided(one, t, question.right)  # nothing of what happens decides it
            elif one.by is None and t >= one.due:
                quiet = [n for n, choice in enumerate(question.choices) if choice.if_nothing]
                if one.withdrawn:
                    yield self._decided(one, t, withdrawn=one.withdrawn)
                elif quiet:
                    yield self._decided(one, t, quiet[0])
                else:
                    time = minutes_and_seconds(question.within)
                    why = f"Nothing has decided this for {time}."
                    yield self._decided(one, t, withdrawn=why)

    def _decided(self, one: _Open, t: float, right: int = -1, *, withdrawn: str = "") -> Decided:
        self._open.remove(one)
        self._to_come.discard(one.asked.question.id)
        self._rests_until = t + self._pause
        asked = one.asked
        return Decided(
            at=self._at(t),
            t=t,
            question=asked.question,
            ref=asked.ref,
            right=right,
            withdrawn=withdrawn,
        )

    def _at(self, t: float) -> datetime:
        """The stream's time as UTC."""
        assert self._last is not None
        then, at = self._last
        return at + timedelta(seconds=max(t - then, 0.0))


# ── reading what happened ──


def _decides(one: _Open, entry: Explained) -> int:
    """The choice that comes true with this; -1: none."""
    question = one.asked.question
    if question.decided_by is not None:
        return -1
    if question.before is not None and not _is_shown(question):
        return question.right if is_met(question.before, entry) else -1
    return _shown(question, entry, one.asked.ref, one.subject, one.owner)


def _shown(
    question: Question, entry: Explained, ref: Ref | None, container: str, owner: str = ""
) -> int:
    """The choice that this proves right, of the Pod, its container and its owner; -1: none."""
    concept, about = entry.explanation.concept, entry.ref
    if concept is None:
        return -1
    if ref is not None and about.key != ref.key:
        near = (about.cluster, about.namespace) == (ref.cluster, ref.namespace)
        if not near or f"{about.kind} {about.name}" != owner:
            return -1
    if container and _container(entry) not in {"", container}:
        return -1
    shown = (n for n, one in enumerate(question.choices) if concept.id in one.shown_by)
    return next(shown, -1)


def _is_shown(question: Question) -> bool:
    return any(choice.shown_by or choice.if_nothing for choice in question.choices)


def _container(entry: Explained) -> str:
    """The container that it is about, if it is about one."""
    if isinstance(entry, ExplainedEvent):
        return entry.event.container
    transition = entry.transition
    return transition.subject if transition.facet in CONTAINER_FACETS else ""


_ENDS = frozenset({Facet.DELETION, Facet.EXISTENCE})
_SUCCESSION = frozenset({"replaced", "deleted"})


def _is_of_life(question: Question, asked_by: Explained) -> bool:
    """Whether it is about a Pod that goes on: not about its end, nor about what comes after it."""
    if isinstance(asked_by, ExplainedTransition) and asked_by.transition.facet in _ENDS:
        return False
    return not any(_SUCCESSION.intersection(choice.shown_by) for choice in question.choices)


_GONE = frozenset({Existence.ABSENT, Existence.NOT_MATCHING, Existence.LOST_SIGHT})


def _ends(entry: Explained, ref: Ref | None) -> bool:
    """Whether the Pod is to go now, is gone, or is not among those that are watched any more."""
    if ref is None or entry.ref.key != ref.key or not isinstance(entry, ExplainedTransition):
        return False
    if entry.transition.facet is Facet.DELETION:
        return True
    after = entry.transition.after
    return entry.transition.facet is Facet.EXISTENCE and after is not None and after.value in _GONE


def _why_it_ends(entry: Explained) -> str:
    deleting = isinstance(entry, ExplainedTransition) and entry.transition.facet is Facet.DELETION
    what = "is being deleted" if deleting else "is gone"
    return f"{entry.ref.name} {what}, before anything has decided this."


def _filled(question: Question, facts: Facts) -> Question | None:
    """The question with the Pod's own names; None if a name is not known."""
    texts = [question.prompt, *(t for one in question.choices for t in (one.text, one.answer))]
    if any(facts.get(name, "") == "" for text in texts for name in places(text)):
        return None
    choices = tuple(
        replace(one, text=filled(one.text, facts), answer=filled(one.answer, facts))
        for one in question.choices
    )
    return replace(question, prompt=filled(question.prompt, facts), choices=choices)


def _tests(question: Question) -> tuple[FactTest, ...]:
    return parsed("when", question.when, ()) if question.when else ()
