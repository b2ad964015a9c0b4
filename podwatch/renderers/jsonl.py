"""JSON lines: one object for each piece of news. The schema is `docs/json.md`.

Responsible for a format that stays: fields are added, never renamed or removed. Times are
RFC 3339 in UTC. Fields that do not apply are null or empty, not absent.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from podwatch.core.concepts import Explanation
from podwatch.core.diagnosis import Diagnosis
from podwatch.core.stream import Connection, Gap, OwnerRef, Unreadable
from podwatch.core.text import capitalized
from podwatch.core.timeline import (
    ExplainedEvent,
    ExplainedTransition,
    Listed,
    News,
    PodVersion,
    Stalled,
)
from podwatch.core.update import Update
from podwatch.renderers import Renderer


class Line(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", rename="camel"):
    """Any line; `kind` tells which."""

    at: datetime
    """when podwatch received it"""


class PodLine(Line, frozen=True, kw_only=True, tag="pod"):
    """One version of a Pod that was observed."""

    type: str
    """ADDED, MODIFIED or DELETED, as the watch has it"""
    initial: bool
    """it was there before the watch began: not news"""
    namespace: str
    name: str
    uid: str
    """what identifies the Pod: the same name with a new uid is another Pod"""
    resource_version: str
    phase: str
    """Pending, Running, Succeeded, Failed or Unknown"""
    ready: str
    """kubectl's READY, like "1/2\""""
    status: str
    """kubectl's STATUS, computed for display: not the phase"""
    restarts: int
    """kubectl's RESTARTS, the number only"""


class TransitionLine(Line, frozen=True, kw_only=True, tag="transition"):
    """One facet of a Pod changed."""

    namespace: str
    name: str
    uid: str
    facet: str
    """existence, phase, condition, container, init-container, sidecar, ephemeral-container \
or deletion"""
    subject: str
    """the container's name, the condition's type or the new Pod's name of a replacement; \
empty for the whole Pod"""
    before: str | None
    """the value before; null if there was none"""
    after: str | None
    """the value after; null if there is none"""
    reason: str
    """the reason of `after`"""
    message: str
    """the message of `after`"""
    exit_code: int | None
    """of a container that terminated"""
    concept: str | None
    """the id of the concept that explains it; null where podwatch knows none"""
    who: str
    """who did it"""
    sentence: str
    """what happened, in words"""
    then: str
    """what comes next, in words"""
    docs: str
    """the page of kubernetes.io"""
    inferred: bool
    """proved by other fields, not seen itself"""
    aside: str
    """what this demonstrates besides, in words; empty if it demonstrates no lesson"""
    aside_concept: str | None
    """the id of that lesson"""


class NoticeLine(Line, frozen=True, kw_only=True, tag="notice"):
    """An Event about a Pod, or a warning about a workload that makes Pods; best effort and not \
ordered against transitions."""

    namespace: str
    name: str
    uid: str
    about: str
    """the workload that it is about, like "ReplicaSet/web-5d9c"; empty for a Pod"""
    type: str
    """Normal or Warning"""
    reason: str
    message: str
    container: str
    """the container that it is about; empty for the whole Pod"""
    count: int
    """how often it has happened"""
    reporter: str
    """the component that reported it"""
    seen: datetime | None
    """when it happened, as its reporter says"""
    concept: str | None
    sentence: str
    then: str
    docs: str
    aside: str
    """what this demonstrates besides, in words; empty if it demonstrates no lesson"""
    aside_concept: str | None
    """the id of that lesson"""


class SilenceLine(Line, frozen=True, kw_only=True, tag="silence"):
    """A Pod has not moved for a while: what it waits for. Said once, until it moves again."""

    namespace: str
    name: str
    uid: str
    seconds: float
    """for how long it has not moved"""
    sentence: str
    """what it waits for, in words"""
    who: str
    """who has to act"""
    brief: str
    """the same in a few words: what it waits for, or what comes at `until`"""
    until: datetime | None
    """when the wait ends, by the cluster's clock, where the Pod's fields say it"""


class SyncedLine(Line, frozen=True, kw_only=True, tag="synced"):
    """All Pods of a namespace (empty for all namespaces) are known now."""

    namespace: str
    pods: int
    """how many there are"""
    awaited: str
    """the one Pod that is watched and does not exist yet"""
    clock_skew: float
    """the server's clock minus ours, in seconds"""


class GapLine(Line, frozen=True, kw_only=True, tag="gap"):
    """Between `since` and `until` something may have been missed."""

    of: str
    """the kind of object that was followed"""
    namespace: str
    since: datetime
    until: datetime
    reason: str
    dropped: int
    """how many changes were received and thrown away"""


class ConnectionLine(Line, frozen=True, kw_only=True, tag="connection"):
    """The connection of one stream changed."""

    of: str
    """the kind of object that is followed"""
    namespace: str
    state: str
    """listing, live, reconnecting, forbidden or missing"""
    cause: str
    """why, in words"""


class UnreadableLine(Line, frozen=True, kw_only=True, tag="unreadable"):
    """One object could not be decoded and is left out."""

    of: str
    namespace: str
    ref: str
    """namespace/name as far as it is known"""
    error: str


class ExplainedLine(Line, frozen=True, kw_only=True, tag="explained"):
    """What `podwatch explain pod/NAME -o json` says about one Pod; no other command writes it."""

    namespace: str
    name: str
    uid: str
    phase: str
    """Pending, Running, Succeeded, Failed or Unknown"""
    ready: str
    """kubectl's READY, like "1/2\""""
    status: str
    """kubectl's STATUS, computed for display: not the phase"""
    restarts: int
    """kubectl's RESTARTS, the number only"""
    owners: tuple[str, ...]
    """its controller and that one's, the nearest first, like "ReplicaSet web-5d9c\""""
    concepts: tuple[str, ...]
    """the ids of the concepts behind the sentences; those podwatch has none for are left out"""
    sentences: tuple[str, ...]
    """why it is in its state, what is worst first; then what it waits for and why STATUS, phase \
and Ready disagree"""
    note: str
    """what has to be known about this version, like that the Pod is gone; else empty"""


LINES: tuple[type[Line], ...] = (
    PodLine,
    TransitionLine,
    NoticeLine,
    SilenceLine,
    SyncedLine,
    GapLine,
    ConnectionLine,
    UnreadableLine,
    ExplainedLine,
)


class JsonLines(Renderer):
    """Writes one JSON object and a newline for each piece of news."""

    def __init__(self, write: Callable[[bytes], object], flush: Callable[[], None]) -> None:
        self._write = write
        self._flush = flush
        self._encode = msgspec.json.Encoder().encode
        self._dirty = False

    def show(self, update: Update) -> None:
        """Write what one item brought."""
        for one in update.news:
            made = line(one)
            if made is not None:
                self._write(harmless(self._encode(made)) + b"\n")
                self._dirty = True

    def frame(self) -> None:
        """Hand over what is written so far."""
        if self._dirty:
            self._flush()
            self._dirty = False

    def close(self) -> None:
        """Hand over the rest."""
        self.frame()


def harmless(made: bytes) -> bytes:
    """The same JSON with nothing in it that acts on a terminal, where it may be looked at."""
    if made.isascii() and b"\x7f" not in made:
        return made
    return _ACTING.sub(lambda char: f"\\u{ord(char[0]):04x}", made.decode()).encode()


_ACTING = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Controls that JSON need not escape, direction overrides, what has no width; all in plane 0."""


def explained_line(one: Diagnosis, at: datetime) -> bytes:
    """The line about one Pod, its line break included."""
    meta, shown = one.pod.metadata, one.columns
    concepts = (reason.explanation.concept for reason in one.reasons)
    wait = (capitalized(one.wait.sentence),) if one.wait is not None else ()
    made = ExplainedLine(
        at=at,
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        phase=one.pod.status.phase,
        ready=shown.ready_text,
        status=shown.status,
        restarts=shown.restarts,
        owners=one.owners,
        concepts=tuple(dict.fromkeys(concept.id for concept in concepts if concept)),
        sentences=(*(reason.sentence for reason in one.reasons), *wait, *one.disagreement),
        note=one.note,
    )
    return harmless(msgspec.json.encode(made)) + b"\n"


def line(one: News) -> Line | None:
    """The line for a piece of news; None where there is none."""
    match one:
        case PodVersion():
            return PodLine(
                at=one.at,
                type=one.type,
                initial=one.initial,
                namespace=one.ref.namespace,
                name=one.ref.name,
                uid=one.ref.uid,
                resource_version=one.pod.metadata.resource_version,
                phase=one.pod.status.phase,
                ready=one.columns.ready_text,
                status=one.columns.status,
                restarts=one.columns.restarts,
            )
        case ExplainedTransition():
            return _transition(one)
        case ExplainedEvent():
            event, concept = one.event, one.explanation.concept
            return NoticeLine(
                at=one.at,
                namespace=one.ref.namespace,
                name=one.ref.name,
                uid=one.ref.uid,
                about=one.ref.title if isinstance(one.ref, OwnerRef) else "",
                type=event.type,
                reason=event.reason,
                message=event.message,
                container=event.container,
                count=event.times,
                reporter=event.reporter,
                seen=one.seen,
                concept=concept.id if concept else None,
                sentence=one.explanation.sentence,
                then=one.explanation.then,
                docs=one.explanation.docs,
                **_aside(one.explanation),
            )
        case Stalled():
            return SilenceLine(
                at=one.at,
                namespace=one.ref.namespace,
                name=one.ref.name,
                uid=one.ref.uid,
                seconds=one.seconds,
                sentence=one.wait.sentence,
                who=one.wait.who,
                brief=one.wait.brief,
                until=one.wait.until,
            )
        case Listed():
            return SyncedLine(
                at=one.at,
                namespace=one.scope.namespace,
                pods=one.pods,
                awaited=one.awaited,
                clock_skew=one.clock_skew,
            )
        case Gap():
            return GapLine(
                at=one.at,
                of=one.scope.kind,
                namespace=one.scope.namespace,
                since=one.since,
                until=one.until,
                reason=one.reason,
                dropped=one.dropped,
            )
        case Connection():
            return ConnectionLine(
                at=one.at,
                of=one.scope.kind,
                namespace=one.scope.namespace,
                state=one.state,
                cause=one.cause,
            )
        case Unreadable():
            return UnreadableLine(
                at=one.at,
                of=one.scope.kind,
                namespace=one.scope.namespace,
                ref=one.ref,
                error=one.error,
            )
        case _:
            return None


def _transition(one: ExplainedTransition) -> TransitionLine:
    transition, explanation = one.transition, one.explanation
    before, after = transition.before, transition.after
    return TransitionLine(
        at=one.at,
        namespace=one.ref.namespace,
        name=one.ref.name,
        uid=one.ref.uid,
        facet=str(transition.facet),
        subject=transition.subject,
        before=before.value if before else None,
        after=after.value if after else None,
        reason=after.reason if after else "",
        message=after.message if after else "",
        exit_code=after.exit_code if after else None,
        concept=explanation.concept.id if explanation.concept else None,
        who=explanation.who,
        sentence=explanation.sentence,
        then=explanation.then,
        docs=explanation.docs,
        inferred=transition.inferred,
        **_aside(explanation),
    )


def _aside(explanation: Explanation) -> dict[str, Any]:
    aside = next(iter(explanation.asides), None)
    return {
        "aside": aside.sentence if aside else "",
        "aside_concept": aside.concept.id if aside else None,
    }
