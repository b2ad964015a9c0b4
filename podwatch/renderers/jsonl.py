"""JSON lines: one object for each piece of news.

Responsible for which line tells what. The fields are `json_schema`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

import msgspec
from msgspec.structs import replace

from podwatch.core.board import Update
from podwatch.core.concepts import Explanation
from podwatch.core.finding_parts import FindingPart
from podwatch.core.folding import Group
from podwatch.core.overview import Member, Overview
from podwatch.core.pod_page import PodPage
from podwatch.core.stream import Connection, Gap, Unreadable
from podwatch.core.timeline import (
    Explained,
    ExplainedEvent,
    ExplainedTransition,
    Listed,
    PodVersion,
    Stalled,
    TimelineEntry,
)
from podwatch.core.workload import WorkloadPage
from podwatch.renderers import StreamRenderer, json_schema
from podwatch.renderers.sanitize import harmless_json


class JsonLines(StreamRenderer):
    """Writes one JSON object and a newline for each piece of news."""

    def __init__(self, write: Callable[[bytes], object], flush: Callable[[], None]) -> None:
        super().__init__(flush)
        self._write = write
        self._encode = msgspec.json.Encoder().encode

    def show(self, update: Update) -> None:
        """Write what one item brought."""
        for one in update.entries:
            made = line(one)
            if made is not None:
                self._write(harmless_json(self._encode(made)) + b"\n")
                self._dirty = True


def explained_line(one: PodPage, at: datetime) -> bytes:
    """The line about one Pod, its line break included."""
    meta, shown = one.pod.metadata, one.columns
    findings = one.diagnosis.findings if one.diagnosis is not None else ()
    made = json_schema.ExplainedLine(
        at=at,
        namespace=meta.namespace,
        name=meta.name,
        uid=meta.uid,
        phase=one.pod.status.phase,
        ready=shown.ready_text,
        status=shown.status,
        restarts=shown.restarts,
        owners=one.owners,
        concepts=tuple(dict.fromkeys(one.concept for one in findings if one.concept)),
        sentences=(*(finding.sentence for finding in findings), *one.disagreement),
        findings=tuple(finding.part for finding in findings),
        note=one.note,
    )
    return harmless_json(msgspec.json.encode(made)) + b"\n"


def workload_line(one: WorkloadPage, at: datetime) -> bytes:
    """The line about a workload, its line break included."""
    family = one.family
    made = json_schema.WorkloadLine(
        at=at,
        namespace=family.namespace,
        name=family.name,
        uid=family.head.metadata.uid if family.head is not None else "",
        of=family.kind,
        counts=one.counts,
        sentences=tuple(note.standing_alone for note in one.notes),
        causes=tuple(
            json_schema.CausePart(
                state=group.state,
                fact=group.fact,
                pods=tuple(page.pod.metadata.name for page in group.members),
            )
            for group in one.groups
        ),
        well=len(one.well),
        note=one.note,
    )
    return harmless_json(msgspec.json.encode(made)) + b"\n"


def overview_lines(one: Overview, at: datetime) -> Iterator[bytes]:
    """The line about many Pods, then one for each cause, their line breaks included."""
    at = at.replace(microsecond=0)
    head = json_schema.OverviewLine(
        at=at,
        namespace=one.namespace,
        pods=one.pods,
        well=one.well,
        manifests=one.manifests,
        findings=len(one.groups),
        missing=one.missing,
    )
    yield _encoded(head)
    for group in one.groups:
        yield _encoded(_finding(group, at))


def _encoded(made: json_schema.Line) -> bytes:
    return harmless_json(msgspec.json.encode(made)) + b"\n"


def _finding(group: Group[Member], at: datetime) -> json_schema.FindingLine:
    part, first = replace(group.finding.part, fact=group.fact), group.members[0]
    names = _names(group.members)
    made = json_schema.FindingLine(
        at=at,
        count=group.pods,
        **{name: getattr(part, name) for name in _OF_A_FINDING},
        namespace=first.namespace,
        owner=first.workload,
        owners=len({member.owner for member in group.members}),
        pods=names[:1],
    )
    room = _LINE - len(_encoded(made))
    lengths = accumulate(len(name) + len(',""') for name in names[1:])
    fitting = sum(length <= room for length in lengths)
    return replace(made, pods=names[: 1 + fitting])


_OF_A_FINDING = [
    name
    for name in json_schema.FindingLine.__struct_fields__
    if name in FindingPart.__struct_fields__
]
_NAMED = 5
"""The most Pods of a cause that are named."""
_LINE = 750
"""The bytes of a line up to which others than the first are named: ten causes fit into 8 KB."""


def _names(members: Sequence[Member]) -> tuple[str, ...]:
    """The first Pods, those of another namespace than the first one's with it."""
    here = members[0].namespace
    return tuple(
        member.pod if member.namespace == here else f"{member.namespace}/{member.pod}"
        for member in members[:_NAMED]
        if member.pod
    )


def line(one: TimelineEntry) -> json_schema.Line | None:
    """The line for a piece of news; None where there is none."""
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
            return _transition(one)
        case ExplainedEvent():
            event = one.event
            return json_schema.NoticeLine(
                **_of(one),
                about=one.ref.title if one.ref.kind != "Pod" else "",
                type=event.type,
                reason=event.reason,
                message=event.message,
                container=event.container,
                count=event.times,
                reporter=event.reporter,
                seen=one.seen,
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
        case Unreadable():
            return json_schema.UnreadableLine(**_followed(one), ref=one.ref, error=one.error)
        case _:
            return None


def _transition(one: ExplainedTransition) -> json_schema.TransitionLine:
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
        **_explained(one.explanation),
    )


def _of(one: PodVersion | Explained | Stalled) -> dict[str, Any]:
    """What it is about, and when."""
    return {"at": one.at, "namespace": one.ref.namespace, "name": one.ref.name, "uid": one.ref.uid}


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
