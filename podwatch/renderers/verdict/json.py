"""The verdict as one JSON object: `podwatch expect -o json`. The schema is in `docs/json.md`.

Responsible for a format that stays, like `jsonl`: fields are added, never renamed or removed.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from podwatch.core.expectations import Result, Seen
from podwatch.core.expectations.expectation import NotJudged
from podwatch.renderers.sanitize import harmless_json
from podwatch.renderers.verdict.evidence import MOMENTS, Evidence, Story


class VerdictLine(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="verdict", rename="camel"
):
    """What came out of `podwatch expect`; the only line that it prints with `-o json`."""

    outcome: str
    """met, violated, timed out, unavailable, interrupted (by a signal) or error (no verdict)"""
    exit_code: int
    """the command's exit code"""
    t: float
    """when it fell, in seconds since the stream opened"""
    at: datetime | None
    """the same as a time; null if the cluster never answered, or no calendar has it"""
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
    results: tuple[dict[str, object], ...]
    """each target and thing expected: target, namespace, role (for, never, within, sequence, \
max-restarts), text, outcome (as above, or not judged: the verdict fell without it), t, cause, \
waits, note (of what is met: a claim that waits for its first Pod)"""
    pods: tuple[Story, ...]
    """the Pods of what is not met: namespace, name, uid, phase, status, timeline, warnings, \
waterfall, logs"""
    notes: tuple[str, ...]
    """what could not be read and was done without"""
    not_judged: tuple[NotJudged, ...]
    """what was named with the targets and is not judged: name, why, namespace"""
    seen: tuple[dict[str, object], ...]
    """what went wrong with their Pods during the wait, whatever the outcome: namespace, pod, uid, \
container, ends (exitCode, reason), restarts, failed (the Pod's own reason), sentence"""


def line(evidence: Evidence, exit_code: int) -> bytes:
    """The line, with its line break."""
    verdict, cause = evidence.verdict, evidence.verdict.cause
    explanation = cause.explanation if cause is not None else None
    made = VerdictLine(
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


def _seen(one: Seen) -> dict[str, object]:
    """What was seen of one container, or of one Pod."""
    return {
        "namespace": one.pod.namespace,
        "pod": one.pod.name,
        "uid": one.pod.uid,
        "container": one.container,
        "ends": one.ends,
        "restarts": one.restarts,
        "failed": one.failed,
        "sentence": one.sentence,
    }


def _result(one: Result) -> dict[str, object]:
    """One target and one thing expected of it."""
    return {
        "target": one.target.local,
        "namespace": one.target.namespace,
        "role": one.role,
        "text": one.text,
        "outcome": one.outcome,
        "t": None if one.t is None else round(one.t, 6),
        "cause": one.cause.sentence if one.cause is not None else "",
        "waits": one.waits,
        "note": one.note,
    }
