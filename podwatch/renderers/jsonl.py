"""JSON lines: one object for each piece of news.

Responsible for which line tells what of a watch. The fields are `json_schema`.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from podwatch.core.beat import Part, Telling
from podwatch.core.board import Update
from podwatch.core.concepts import Explanation
from podwatch.core.stream import Connection, Gap, Posed, Ref, Unreadable
from podwatch.core.timeline import (
    Decided,
    Explained,
    ExplainedEvent,
    ExplainedTransition,
    Listed,
    PodVersion,
    Stalled,
    TimelineEntry,
)
from podwatch.renderers import StreamRenderer, json_schema
from podwatch.renderers.sanitize import harmless_json


class JsonLines(StreamRenderer):
    """Writes one JSON object and a newline for each piece of news."""

    def __init__(self, write: Callable[[bytes], object], flush: Callable[[], None]) -> None:
        super().__init__(flush)
        self._write = write
        self._encode = msgspec.json.Encoder().encode
        self._number = 0
        self._loose: dict[int, tuple[int, TimelineEntry]] = {}

    def show(self, update: Update) -> None:
        """Write what one item brought."""
        for one in update.entries:
            made = line(one, self._numbered(one))
            if made is not None:
                self._put(made)
        for telling in update.beats:
            self._put(_beat(telling, tuple(filter(None, map(self._taken, telling.added)))))

    def _put(self, made: json_schema.Line) -> None:
        self._write(harmless_json(self._encode(made)) + b"\n")
        self._dirty = True

    def _numbered(self, one: TimelineEntry) -> int:
        """The number of a line that a beat can be made of, which is kept until one takes it."""
        if not isinstance(one, Explained | Stalled):
            return 0
        self._number += 1
        self._loose[id(one)] = self._number, one
        return self._number

    def _taken(self, part: Part) -> int:
        """The number of a part's line; 0 of what has none: what was found, what a person did."""
        number, _ = self._loose.pop(id(part), (0, None))
        return number


def line(one: TimelineEntry, number: int) -> json_schema.Line | None:
    """The line for a piece of news, `number` if a beat can be made of it; None: there is none."""
    match one:
        case PodVersion(columns=shown):
            return json_schema.PodLine(
                **_of(one),
                type=one.type,
                initial=one.initial,
                resource_version=one.pod.metadata.resource_version,
                phase=one.pod.status.phase,
                ready=shown.ready_text,
                status=shown.status,
                restarts=shown.restarts,
            )
        case ExplainedTransition():
            return _transition(one, number)
        case ExplainedEvent():
            event = one.event
            return json_schema.NoticeLine(
                **_of(one),
                about=_workload(one.ref),
                type=event.type,
                reason=event.reason,
                message=event.message,
                container=event.container,
                count=event.times,
                reporter=event.reporter,
                seen=one.seen,
                number=number,
                **_explained(one.explanation),
            )
        case Stalled():
            return json_schema.SilenceLine(
                **_of(one),
                seconds=one.seconds,
                sentence=one.wait.sentence,
                who=one.wait.who,
                fact=one.wait.fact,
                cure=one.wait.cure,
                brief=one.wait.waits_for,
                until=one.wait.until,
                number=number,
            )
        case Listed():
            return json_schema.SyncedLine(
                at=one.at,
                namespace=one.scope.namespace,
                pods=one.pods,
                awaited=one.awaited,
                clock_skew=one.clock_skew,
            )
        case Gap():
            return json_schema.GapLine(
                **_followed(one),
                since=one.since,
                until=one.until,
                reason=one.reason,
                dropped=one.dropped,
            )
        case Connection():
            return json_schema.ConnectionLine(**_followed(one), state=one.state, cause=one.cause)
        case Posed(question=question):
            return json_schema.QuestionLine(
                **_asked(one),
                prompt=question.prompt,
                choices=tuple(choice.text for choice in question.choices),
            )
        case Decided():
            return _outcome(one)
        case Unreadable():
            return json_schema.UnreadableLine(**_followed(one), ref=one.ref, error=one.error)
        case _:
            return None


def _outcome(one: Decided) -> json_schema.OutcomeLine:
    question, is_known = one.question, one.right >= 0
    return json_schema.OutcomeLine(
        **_asked(one),
        right=one.right if is_known else None,
        answers=tuple(choice.answer for choice in question.choices) if is_known else (),
        point=question.point,
        often_read=question.often_read,
        withdrawn=one.withdrawn,
    )


def _asked(one: Posed | Decided) -> dict[str, Any]:
    """Which question it is, about which Pod."""
    ref = one.ref or Ref("", "", "")
    return {
        "at": one.at,
        "namespace": ref.namespace,
        "name": ref.name,
        "uid": ref.uid,
        "question": one.question.id,
    }


def _beat(telling: Telling, parts: tuple[int, ...]) -> json_schema.BeatLine:
    beat = telling.beat
    return json_schema.BeatLine(
        at=beat.at,
        namespace=beat.ref.namespace,
        name=beat.ref.name,
        uid=beat.ref.uid,
        number=beat.number,
        beat=beat.kind,
        about=_workload(beat.ref),
        subject=beat.subject,
        fact=beat.fact,
        sentence=beat.sentence,
        then=beat.then,
        who=beat.who,
        cure=beat.cure,
        tries=beat.tries,
        concept=beat.concept.id if beat.concept is not None else None,
        docs=beat.docs,
        weight=beat.weight,
        inferred=beat.inferred,
        times=beat.times,
        since=beat.first_at,
        because=beat.because.number if beat.because is not None else None,
        parts=parts,
        told=telling.told,
    )


def _transition(one: ExplainedTransition, number: int) -> json_schema.TransitionLine:
    transition = one.transition
    before, after = transition.before, transition.after
    return json_schema.TransitionLine(
        **_of(one),
        facet=str(transition.facet),
        subject=transition.subject,
        before=before.value if before else None,
        after=after.value if after else None,
        reason=after.reason if after else "",
        message=after.message if after else "",
        exit_code=after.exit_code if after else None,
        who=one.explanation.who,
        inferred=transition.inferred,
        number=number,
        **_explained(one.explanation),
    )


def _of(one: PodVersion | Explained | Stalled) -> dict[str, Any]:
    """What it is about, and when."""
    return {"at": one.at, "namespace": one.ref.namespace, "name": one.ref.name, "uid": one.ref.uid}


def _workload(ref: Ref) -> str:
    """The workload that it is about; empty for a Pod."""
    return ref.title if ref.kind != "Pod" else ""


def _followed(one: Connection | Gap | Unreadable) -> dict[str, Any]:
    """What was followed, and when."""
    return {"at": one.at, "of": one.scope.kind, "namespace": one.scope.namespace}


def _explained(one: Explanation) -> dict[str, Any]:
    """What it means, and what it demonstrates besides."""
    aside = next(iter(one.asides), None)
    return {
        "concept": one.concept.id if one.concept else None,
        "sentence": one.sentence,
        "then": one.then,
        "docs": one.docs,
        "aside": aside.sentence if aside else "",
        "aside_concept": aside.concept.id if aside else None,
    }
