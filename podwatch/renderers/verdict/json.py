"""The verdict as one JSON object: `podwatch expect -o json`. `docs/verdict.schema.json` and
`docs/json.md` are made of its structs.

Responsible for a format that stays, like `jsonl`: fields are added, never renamed or removed.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from podwatch.core.expectations import Mishap, Result
from podwatch.core.expectations.expectation import NotJudged
from podwatch.core.expectations.verdict import End
from podwatch.renderers.sanitize import harmless_json
from podwatch.renderers.verdict.evidence import MOMENTS, Evidence, Story

API_VERSION = "podwatch/v1"
"""Another one would have fields that mean something else."""


class ResultPart(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One target and one thing expected of it."""

    target: str
    """KIND/NAME, or -l SELECTOR"""
    namespace: str
    role: str
    """for, never, within, sequence or max-restarts"""
    text: str
    """what was expected, as it was written"""
    outcome: str
    """as that of the verdict, or not judged: the verdict fell without it"""
    t: float | None
    """when it was decided, in seconds since the stream opened"""
    cause: str
    """why, in words; empty where nothing is wrong or nothing is known"""
    waits: tuple[str, ...]
    """what it still waits for, each in words"""
    note: str
    """what has to be known of one that is met: that a claim waits for its first Pod"""


class SeenPart(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What went wrong with one container, or with the Pod itself."""

    namespace: str
    pod: str
    uid: str
    container: str
    """empty where it is the Pod that failed"""
    ends: tuple[End, ...]
    """how it ended each time: exitCode, reason; fewer than restarts where a watch skipped some"""
    restarts: int
    failed: str
    """the Pod's own reason; empty if it did not fail"""
    sentence: str
    """it in one line"""


class VerdictLine(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="verdict", rename="camel"
):
    """What came out of `podwatch expect`; the only line that it prints with `-o json`."""

    api_version: str
    """podwatch/v1: fields are added to it, none is renamed, removed or given another meaning"""
    outcome: str
    """met, violated, timed out, unavailable, interrupted (by a signal) or error (no verdict)"""
    exit_code: int
    """the command's exit code"""
    sentence: str
    """the verdict in words"""
    cause: str
    """why, in words; empty where nothing is wrong or nothing is known"""
    certain: bool | None
    """whether nothing will change the cause by itself; false: it was given up, null: no cause"""
    rule: str
    """its id: a heading of states.toml, or max-restarts, deleted, not-there, is-ending, \
is-stopped, pod-in-the-way"""
    concept: str | None
    """the id of the concept that explains the cause"""
    tries: tuple[str, ...]
    """commands to try"""
    docs: str
    """the page of kubernetes.io"""
    t: float
    """when it fell, in seconds since the stream opened"""
    at: datetime | None
    """the same as a time; null if the cluster never answered, or no calendar has it"""
    results: tuple[ResultPart, ...]
    """each target and thing expected: target, namespace, role, text, outcome, t, cause, waits, \
note"""
    notes: tuple[str, ...]
    """what could not be read and was done without"""
    not_judged: tuple[NotJudged, ...]
    """what was named with the targets and is not judged: name, why, namespace"""
    seen: tuple[SeenPart, ...]
    """what went wrong with their Pods during the wait, whatever the outcome"""
    pods: tuple[Story, ...]
    """the Pods of what is not met: namespace, name, uid, phase, status, timeline, warnings, \
waterfall, logs; most of the line's length"""


def line(evidence: Evidence, exit_code: int) -> bytes:
    """The line, with its line break."""
    verdict, cause = evidence.verdict, evidence.verdict.cause
    explanation = cause.explanation if cause is not None else None
    made = VerdictLine(
        api_version=API_VERSION,
        outcome=str(verdict.outcome),
        exit_code=exit_code,
        t=round(verdict.t, 6),
        at=evidence.at,
        sentence=verdict.sentence,
        cause=cause.sentence if cause is not None else "",
        certain=cause.certain if cause is not None else None,
        rule=cause.rule if cause is not None else "",
        concept=explanation.concept.id if explanation and explanation.concept else None,
        tries=cause.commands if cause is not None else (),
        docs=explanation.docs if explanation is not None else "",
        results=tuple(map(_result, verdict.results)),
        pods=tuple(replace(one, timeline=one.timeline[-MOMENTS:]) for one in evidence.stories),
        notes=verdict.notes,
        not_judged=verdict.not_judged,
        seen=tuple(map(_seen, verdict.seen)),
    )
    return harmless_json(msgspec.json.encode(made)) + b"\n"


def _seen(one: Mishap) -> SeenPart:
    return SeenPart(
        namespace=one.pod.namespace,
        pod=one.pod.name,
        uid=one.pod.uid,
        container=one.container,
        ends=one.ends,
        restarts=one.restarts,
        failed=one.failed,
        sentence=one.sentence,
    )


def _result(one: Result) -> ResultPart:
    return ResultPart(
        target=one.target.local,
        namespace=one.target.namespace,
        role=one.role,
        text=one.text,
        outcome=one.outcome,
        t=None if one.t is None else round(one.t, 6),
        cause=one.cause.sentence if one.cause is not None else "",
        waits=one.waits,
        note=one.note,
    )
