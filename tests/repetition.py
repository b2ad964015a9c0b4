"""How many lines repeat a cause that another line has told: `make repetition`.

Over all bundled recordings, for the lines of beats and for those of each transition and Event
(`--detail all`). A line repeats if a rule of RULES finds another line of its Pod within seconds
that tells the same thing, if it is a non-event, or if it says word for word what one of an Event or
of a silence has said of its Pod.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from podwatch.core.beat import Part
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.states import CONTAINER_FACETS, Facet
from podwatch.core.stream import Key
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition, Stalled
from podwatch.renderers.told import Teller
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read


class Line(NamedTuple):
    """A line about a Pod: what it tells (`token`) and says, of which container, and its text."""

    t: float
    pod: Key
    container: str
    token: str
    sentence: str
    text: str


class Rule(NamedTuple):
    """Lines with one of `tokens` repeat one with one of `others`, within seconds of it.

    A token is a kind and a value ("container running"); one that ends with * begins so.
    """

    tokens: tuple[str, ...]
    others: tuple[str, ...]
    within: float = 5.0


ENDED = ("container terminated",)
FAILED = ("event Failed", "event FailedPostStartHook")
RULES = (
    # an Event, and the state that it is about
    Rule(("event Scheduled",), ("condition PodScheduled True",)),
    Rule(("event Created", "event Started"), ("container running",)),
    Rule(("event Pulled there",), ("container running", "container terminated")),
    Rule(("event Killing",), ("deletion",), 40.0),
    Rule((*FAILED, "event ErrImageNeverPull", "event InspectFailed"), ("container *",)),
    Rule((*FAILED, "event BackOff"), (*FAILED, "event BackOff"), 2.0),
    Rule(("event BackOff",), ("container waiting", "container terminated"), 15.0),
    Rule(("event Resize*",), ("condition PodResize*",)),
    Rule(
        ("event TaintManagerEviction", "event Preempted", "condition DisruptionTarget True"),
        ("deletion",),
    ),
    Rule(("event FailedScheduling",), ("condition PodScheduled False",)),
    Rule(("event NodeNotReady",), ("condition Ready False",)),
    Rule(("event Evicted", "event DeadlineExceeded"), ("phase Failed",)),
    # a condition or the phase, and another state
    Rule(("condition ContainersReady *",), ("condition Ready *",), 3.0),
    Rule(("phase Running",), ("container running",)),
    Rule(("condition Ready False",), (*ENDED, "phase *"), 3.0),
    Rule(("condition ContainersReady False",), (*ENDED, "phase *"), 3.0),
    Rule(("condition PodReadyToStartContainers False",), (*ENDED, "phase *"), 40.0),
    Rule(("condition Ready False", "condition ContainersReady False"), ("deletion",), 3.0),
)
NON_EVENTS = ("condition Initialized True alone",)


def repeating(lines: Sequence[Line]) -> list[Line]:
    """Those of one recording's lines that repeat a cause, in their order."""
    found: list[Line] = []
    for at, line in enumerate(lines):
        others = [one for one in lines if one.pod == line.pod and one is not line]
        before = [one for one in lines[:at] if one.pod == line.pod]
        if (
            line.token in NON_EVENTS
            or any(_repeats(line, rule, others, found) for rule in RULES)
            or (line.token.startswith(("event", "silence")) and _is_said(line, before))
        ):
            found.append(line)
    return found


def _repeats(line: Line, rule: Rule, others: Iterable[Line], found: Sequence[Line]) -> bool:
    return _is_of(line.token, rule.tokens) and any(
        _is_of(one.token, rule.others)
        and abs(one.t - line.t) <= rule.within
        and (not one.container or not line.container or one.container == line.container)
        and one not in found
        for one in others
    )


def _is_of(token: str, patterns: Iterable[str]) -> bool:
    return any(
        token.startswith(pattern[:-1]) if pattern.endswith("*") else token == pattern
        for pattern in patterns
    )


def _is_said(line: Line, before: Iterable[Line]) -> bool:
    return line.sentence in line.text and any(
        one.container == line.container and line.sentence in one.text for one in before
    )


# ── what is told ──


def beats(name: str) -> list[Line]:
    """The lines of a scenario's recording, one a beat."""
    session, lines, teller = Session(catalog()), list[Line](), Teller(lambda text, _: text)
    updates = [session.feed(item) for item in read(scenario(name).recording)]
    for update in (*updates, session.end()):
        for telling in update.beats:
            if telling.told:
                beat = telling.beat
                text = next(teller.beat(beat))
                lines += _lines(beat.head, beat.t, beat.sentence, text)
    return lines


def unfolded(name: str) -> list[Line]:
    """The lines of a scenario's recording, one for each transition, Event and silence."""
    session, lines = Session(catalog()), list[Line]()
    for item in read(scenario(name).recording):
        for entry in session.feed(item).entries:
            if isinstance(entry, Stalled):
                lines += _lines(entry, entry.t, said := entry.wait.sentence, said)
            elif isinstance(entry, Explained):
                lines += _lines(entry, entry.t, said := entry.explanation.sentence, said)
    return lines


def _lines(part: Part, t: float, sentence: str, text: str) -> Iterator[Line]:
    container, token = "", ""
    match part:
        case ExplainedTransition(transition=one):
            after = one.after.value if one.after is not None else "gone"
            if one.facet in CONTAINER_FACETS:
                container, token = one.subject, f"container {after}"
            elif one.facet is Facet.CONDITION:
                token = f"condition {one.subject} {after}"
                if one.subject == "Initialized" and not part.pod.spec.init_containers:
                    token += " alone"
            else:
                token = "deletion" if one.facet is Facet.DELETION else f"{one.facet} {after}"
        case ExplainedEvent(event=event):
            there = " there" if event.reason == "Pulled" and "already" in event.message else ""
            container, token = event.container, f"event {event.reason}{there}"
        case Stalled():
            token = "silence"
        case _:
            token = "other"
    yield Line(t, part.ref.key, container, token, sentence, text)


def main() -> None:
    """Print the share of each recording and of all."""
    rows = [("", f"{'of each part':>20}{'of beats':>20}")]
    whole = [0, 0, 0, 0]
    for name in names():
        parts, told = unfolded(name), beats(name)
        numbers = [len(repeating(parts)), len(parts), len(repeating(told)), len(told)]
        whole = [one + other for one, other in zip(whole, numbers, strict=True)]
        rows.append((name, _shares(numbers)))
    rows.append(("all", _shares(whole)))
    sys.stdout.writelines(f"{name:32}{shares}\n" for name, shares in rows)


def _shares(numbers: Sequence[int]) -> str:
    parts, told = numbers[:2], numbers[2:]
    return "".join(f"{f'{part} of {all_}':>14}{part / all_:6.1%}" for part, all_ in (parts, told))


if __name__ == "__main__":
    main()
