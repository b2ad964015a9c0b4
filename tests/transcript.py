"""What happens in a recording, beat by beat, by id: a change of words touches none of them.

Each beat that is told stands in a line, with its kind and its cause; below it the transitions and
Events that it is made of, and at their place those that joined it later. Each sentence stands once,
in the page of its concept (docs/concepts).
"""

from collections.abc import Iterator
from pathlib import Path

from podwatch.core.beat import Beat, FoundInTrouble, Part, Telling
from podwatch.core.concepts import Explanation, catalog
from podwatch.core.session import Session
from podwatch.core.states import State
from podwatch.core.stream import Connection, ConnectionState, Deed, Gap, Unreadable
from podwatch.core.timeline import (
    ExplainedEvent,
    ExplainedTransition,
    Listed,
    PodVersion,
    Stalled,
    TimelineEntry,
)
from podwatch.sources.recording import read


def transcript(recording: Path) -> str:
    """The recording's story, told by podwatch."""
    session, lines, last = Session(catalog()), list[str](), 0
    updates = [session.feed(item) for item in read(recording)]
    for update in (*updates, session.end()):
        for telling in update.beats:
            lines += _told(telling, goes_on=telling.beat.number == last)
            last = telling.beat.number
        for entry in update.entries:
            if text := about_watch(entry):
                lines.append(f"+{entry.t:.1f} {text}")
                last = 0
    return "".join(f"{line}\n" for line in lines)


def _told(telling: Telling, *, goes_on: bool) -> Iterator[str]:
    """The lines about it; what `goes_on` is part of the beat in the lines above."""
    beat = telling.beat
    what = " ".join(filter(None, (beat.ref.title, beat.subject, beat.kind)))
    if telling.told:
        yield f"+{beat.t:.1f} {what}{_more(beat)}"
    elif not goes_on:
        yield f"      … {what}"
    for part in telling.added:
        yield "        " + " ".join(words(part))


def _more(beat: Beat) -> str:
    times = f" ×{beat.times}" if beat.times > 1 else ""
    return times + (f" because of {beat.because.kind}" if beat.because is not None else "")


def words(part: Part) -> Iterator[str]:
    """What a part of a beat is."""
    match part:
        case ExplainedTransition(transition=told):
            yield from filter(None, (told.facet, told.subject))
            yield f"{value(told.before)} → {value(told.after)}"
            yield from ids(part.explanation)
            if told.inferred:
                yield "inferred"
        case ExplainedEvent(event=event):
            yield from filter(None, (event.container, "event", event.reason))
            if event.times > 1:
                yield f"×{event.times}"
            yield from ids(part.explanation)
        case Stalled():
            yield f"not moved for {part.seconds:.0f} s [{part.wait.state}]"
        case FoundInTrouble():
            yield f"found [{part.finding.state}]"
        case Deed():
            yield part.command


def about_watch(one: TimelineEntry) -> str:
    """What is said of the watch itself; nothing where lines say nothing."""
    match one:
        case PodVersion(initial=True, type="ADDED", columns=row):
            return f"{one.ref.title} is there: {row.ready_text} {row.status} {row.restarts}"
        case Listed():
            return f"{'listed again' if one.again else 'listed'}: {one.pods} Pods"
        case Gap():
            return f"gap of {one.scope.kind}s: {one.reason}, {one.dropped} dropped"
        case Connection() if one.state not in {ConnectionState.LISTING, ConnectionState.LIVE}:
            return f"{one.scope.kind}s {one.state}"
        case Unreadable():
            return f"unreadable {one.scope.kind} {one.ref}"
    return ""


def value(state: State | None) -> str:
    """A state by its value and reason."""
    return f"{state.value} {state.reason}".strip() if state else "none"


def ids(explanation: Explanation) -> Iterator[str]:
    """The concept, and the lessons that it demonstrates besides."""
    yield f"[{explanation.concept.id if explanation.concept else 'unknown'}]"
    yield from (f"({aside.concept.id})" for aside in explanation.asides)
