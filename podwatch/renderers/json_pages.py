"""The JSON lines of `podwatch explain`, which watches nothing.

Responsible for which line tells what of a page. The fields are `json_schema`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate

import msgspec
from msgspec.structs import replace

from podwatch.core.finding_parts import FindingPart
from podwatch.core.folding import Group
from podwatch.core.overview import Member, Overview
from podwatch.core.pod_page import PodPage
from podwatch.core.workload import WorkloadPage
from podwatch.renderers import json_schema
from podwatch.renderers.sanitize import harmless_json


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
