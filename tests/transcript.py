"""What happens in a recording, a line each, by id: a change of words touches none of them.

Each sentence stands once, in the page of its concept (docs/concepts).
"""

from collections.abc import Iterator
from pathlib import Path

from podwatch.core.concepts import Explanation, catalog
from podwatch.core.session import Session
from podwatch.core.states import State
from podwatch.core.stream import Connection, ConnectionState, Gap, Unreadable
from podwatch.core.timeline import (
    ExplainedEvent,
    ExplainedTransition,
    Listed,
    PodVersion,
    Stalled,
    TimelineEntry,
)
from podwatch.sources.recording import read
from tests.build import feed


def transcript(recording: Path) -> str:
    """The recording's news, told by podwatch."""
    news = feed(Session(catalog()), *read(recording))
    return "".join(f"+{one.t:.1f} {text}\n" for one in news if (text := " ".join(words(one))))


def words(one: TimelineEntry) -> Iterator[str]:
    """What a piece of news says; nothing where lines say nothing."""
    match one:
        case ExplainedTransition(transition=told):
            yield from filter(None, (one.ref.title, told.facet, told.subject))
            yield f"{value(told.before)} → {value(told.after)}"
            yield from ids(one.explanation)
            if told.inferred:
                yield "inferred"
        case ExplainedEvent(event=event):
            yield from filter(None, (one.ref.title, event.container, "event", event.reason))
            if event.times > 1:
                yield f"×{event.times}"
            yield from ids(one.explanation)
        case Stalled():
            yield f"{one.ref.title} stalled for {one.seconds:.0f} s [{one.wait.state}]"
        case PodVersion(initial=True, type="ADDED", columns=row):
            yield f"{one.ref.title} is there: {row.ready_text} {row.status} {row.restarts}"
        case Listed():
            yield f"{'listed again' if one.again else 'listed'}: {one.pods} Pods"
        case Gap():
            yield f"gap of {one.scope.kind}s: {one.reason}, {one.dropped} dropped"
        case Connection() if one.state not in {ConnectionState.LISTING, ConnectionState.LIVE}:
            yield f"{one.scope.kind}s {one.state}"
        case Unreadable():
            yield f"unreadable {one.scope.kind} {one.ref}"


def value(state: State | None) -> str:
    """A state by its value and reason."""
    return f"{state.value} {state.reason}".strip() if state else "none"


def ids(explanation: Explanation) -> Iterator[str]:
    """The concept, and the lessons that it demonstrates besides."""
    yield f"[{explanation.concept.id if explanation.concept else 'unknown'}]"
    yield from (f"({aside.concept.id})" for aside in explanation.asides)
