"""A page for each concept, with the picture of a recording at the moment that shows it.

Responsible for docs/concepts/: the pages with every sentence that podwatch can say, their
pictures, and the diagrams of what follows what.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from podwatch.core.beat import Beat
from podwatch.core.board import Board
from podwatch.core.cards import Card
from podwatch.core.concepts import Concept, Explanation, catalog
from podwatch.core.concepts.examples import examples
from podwatch.core.concepts.loader import concept_files
from podwatch.core.session import Session
from podwatch.core.states import Facet
from podwatch.core.timeline import Explained, ExplainedTransition
from podwatch.renderers.dashboard.snapshot import snapshot
from podwatch.renderers.dashboard.view_state import ViewState
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read

Edge = tuple[str, str]
"""The ids of a concept and of one that follows it."""

_WIDTH, _HEIGHT = 100, 26
"""The pictures' size in cells: enough for a lesson's card."""

_USUAL = 3
"""An arrow that so many recordings show is a usual one."""

_GROUPS = {
    "The Pod as a whole": {Facet.EXISTENCE, Facet.PHASE, Facet.DELETION, Facet.CONDITION},
    "Its containers": {
        Facet.CONTAINER,
        Facet.INIT_CONTAINER,
        Facet.SIDECAR,
        Facet.EPHEMERAL_CONTAINER,
    },
}


def concept_pages(note: str) -> Iterator[tuple[str, str]]:
    """The files of docs/concepts/ by name, with their texts."""
    boards, said = _shown()
    said |= dict(_exemplary())
    yield "README.md", _overview(note)
    for one in catalog().by_id.values():
        yield f"{one.id}.md", _page(one, one.id in boards, said, note)
    with TemporaryDirectory() as folder:
        still = Path(folder, "still.svg")
        for id_, (board, lesson) in boards.items():
            snapshot(board, still, _WIDTH, _HEIGHT, ViewState(card=_card(lesson)))
            yield f"{id_}.svg", still.read_text("utf-8")


# ── pictures ──


def _card(lesson: Explained) -> Card:
    """A card of it alone, although it may only be a part of what is told."""
    beat = Beat(
        number=0,
        kind="other",
        ref=lesson.ref,
        subject=lesson.subject,
        head=lesson,
        parts=(lesson,),
        at=lesson.at,
        t=lesson.t,
        first_at=lesson.at,
        first_t=lesson.t,
        weight=lesson.explanation.weight,
    )
    return Card(beat=beat, newest=beat, refs=(lesson.ref,))


def _shown() -> tuple[dict[str, tuple[Board, Explained]], dict[int, Explanation]]:
    """For each concept that a recording shows, the board of its picture, with it as the lesson.

    Second, what is said for the first time by each pattern, by its id in memory.
    The moment is the first at which a transition is explained by it, else an Event. A weightier
    lesson may be told at the same instant; on the screen they come one after the other.
    """
    by_transition: dict[str, tuple[Board, Explained]] = {}
    by_event: dict[str, tuple[Board, Explained]] = {}
    said: dict[int, Explanation] = {}
    for name in names():
        for one, session in _played(name):
            if isinstance(one, Explained):
                said.setdefault(_pattern(one.explanation), one.explanation)
            for id_ in _told(one):
                by = by_transition if isinstance(one, ExplainedTransition) else by_event
                if name in catalog().by_id[id_].shown_by and id_ not in by:
                    by[id_] = session.board, one
    return by_event | by_transition, said


def _exemplary() -> Iterator[tuple[int, Explanation]]:
    """What is said in the examples of the concepts' files, by each pattern."""
    for id_, toml in concept_files().items():
        for example in reversed(examples(id_, toml)):
            explanation = catalog().explain(example.facts)
            yield _pattern(explanation), explanation


def _pattern(explanation: Explanation) -> int:
    return next((id(when) for _, when in catalog().candidates(explanation.facts)), 0)


def _played(name: str) -> Iterator[tuple[Any, Session]]:
    """The news of a recording, each with the session that it comes from."""
    session = Session(catalog())
    for item in read(scenario(name).recording):
        for one in session.feed(item).entries:
            yield one, session


def _told(one: object) -> list[str]:
    """What a piece of news explains, and the lesson that it brings up on the card."""
    if not isinstance(one, Explained):
        return []
    concept, asides = one.explanation.concept, one.explanation.asides[:1]
    return [*([concept.id] if concept else []), *(aside.concept.id for aside in asides)]


# ── pages ──


def _page(one: Concept, pictured: bool, said: dict[int, Explanation], note: str) -> str:
    parts = [f"{note}# {one.title}", f"*{one.summary}*"]
    if pictured:
        parts.append(f"![The dashboard at this moment]({one.id}.svg)")
    parts.append(one.explanation)
    if one.pair:
        said_of_it = (f"**{label.capitalize()}:** {text}" for label, text in one.pair)
        parts.append("\n\n".join(said_of_it))
    if one.who:
        parts.append(f"**Who:** {_general(one.who)}")
    if one.then:
        parts.append(f"**Next:** {_general(one.then)}")
    if one.when:
        told = [said[id(when)] for when in one.when if id(when) in said]
        texts = dict.fromkeys((explanation.sentence, explanation.then) for explanation in told)
        rows = (f"- {sentence} *Next:* {then}" for sentence, then in texts)
        parts.append("**What podwatch says,** for example:\n\n" + "\n".join(rows))
    if one.next:
        parts.append("**Usually followed by:** " + ", ".join(map(_link, one.next)))
    if one.try_:
        parts.append("**Try:**\n\n```\n" + "\n".join(map(_general, one.try_)) + "\n```")
    if one.demonstrates:
        rows = (f"- {_general(when.sentence)}" for when in one.demonstrates)
        parts.append("**Brought up when a Pod demonstrates it:**\n\n" + "\n".join(rows))
    if one.entries:
        rows = (f"| `{entry.term}` | {entry.kind} | {entry.text} |" for entry in one.entries)
        parts.append("| term | kind | meaning |\n|---|---|---|\n" + "\n".join(rows))
    if one.shown_by:
        shown = ", ".join(f"`podwatch demo {name}`" for name in one.shown_by)
        parts.append(f"**See it:** {shown}")
    parts.append(f"**Read on:** <{one.docs}>")
    return "\n\n".join(parts) + "\n"


def _general(text: str) -> str:
    """A text without a Pod to fill it in: `{pod.node}` is NODE."""

    def word(place: re.Match[str]) -> str:
        group, _, name = place[1].partition(".")
        return (group if name == "name" and group != "pod" else name).replace("_", "-").upper()

    return re.sub(r"\{([a-z_]+\.[a-z_]+)\}", word, text)


def _link(id_: str) -> str:
    return f"[{catalog().by_id[id_].title}]({id_}.md)"


# ── what follows what ──


def _overview(note: str) -> str:
    out = [
        f"{note}# Concepts, and what follows what",
        "An arrow leads from what happened to what usually comes next, as the concepts say and "
        "the recordings show. No state is illegal: a watch can miss steps in between.",
    ]
    usual = [edge for edge, recordings in _seen() if recordings >= _USUAL]
    out.append(
        f"## The usual ways\n\nThe arrows that at least {_USUAL} of the recordings show.\n\n"
        f"```mermaid\nstateDiagram-v2\n{_states(usual)}```"
    )
    for title, facets in _GROUPS.items():
        members = [one for one in catalog().by_id.values() if _facet(one) in facets and one.next]
        out.append(f"## {title}\n\n```mermaid\nflowchart LR\n{_graph(members)}```")
    rows = "".join(
        f"- {_link(one.id)}: {one.summary}\n"
        for one in sorted(catalog().by_id.values(), key=lambda one: one.title.casefold())
    )
    out.append(f"## All of them\n\n{rows}")
    return "\n\n".join(out)


def _facet(one: Concept) -> str:
    """The first facet that it is about; empty for Events and lessons."""
    facets = (facet for when in one.when for facet in when.values_of("transition.facet"))
    return str(next(facets, ""))


def _seen() -> Iterator[tuple[Edge, int]]:
    """What Pods did, each time with the number of recordings that show it; the most seen first."""
    recordings: Counter[Edge] = Counter()
    for name in names():
        lives: defaultdict[str, list[ExplainedTransition]] = defaultdict(list)
        for one, _ in _played(name):
            if isinstance(one, ExplainedTransition):
                lives[one.ref.uid].append(one)
        recordings.update({edge for life in lives.values() for edge in _edges(life)})
    yield from sorted(recordings.items(), key=lambda one: (-one[1], one[0]))


def _edges(life: list[ExplainedTransition]) -> Iterator[Edge]:
    """From each concept to the first of its `next`, of the whole Pod and of a container."""
    steps = [
        (one.explanation.concept, one.transition.facet in _GROUPS["Its containers"])
        for one in life
        if one.explanation.concept
    ]
    for at, (one, _) in enumerate(steps):
        later = [(step.id, container) for step, container in steps[at + 1 :] if step.id in one.next]
        for level in (False, True):
            after = next((id_ for id_, container in later if container is level), None)
            if after:
                yield one.id, after


def _states(edges: list[Edge]) -> str:
    ids = dict.fromkeys(id_ for edge in edges for id_ in edge)
    lines = [f'  state "{catalog().by_id[id_].title}" as {_node(id_)}\n' for id_ in ids]
    lines += ["  [*] --> created\n", "  deleted --> [*]\n"]
    lines += [f"  {_node(before)} --> {_node(after)}\n" for before, after in edges]
    return "".join(lines)


def _graph(members: Iterable[Concept]) -> str:
    edges = [(one.id, following) for one in members for following in one.next]
    nodes = dict.fromkeys(id_ for edge in edges for id_ in edge)
    lines = [f'  {_node(id_)}["{catalog().by_id[id_].title}"]\n' for id_ in nodes]
    lines += [f"  {_node(before)} --> {_node(after)}\n" for before, after in edges]
    return "".join(lines)


def _node(id_: str) -> str:
    return id_.replace("-", "_")
