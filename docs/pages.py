"""A page for each concept, with the picture of a recording at the moment that shows it.

Responsible for docs/concepts/: the pages, their pictures, and the diagrams of what follows what.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from podwatch.concepts import Concept, catalog
from podwatch.lifecycle import Facet
from podwatch.news import Notice, Told
from podwatch.renderers.screen import snapshot
from podwatch.scenarios import names, scenario
from podwatch.session import Session
from podwatch.sources.recording import read

_WIDTH, _HEIGHT = 100, 26
"""The pictures' size in cells: enough for a lesson's card."""

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
    moments = dict(_moments())
    yield "README.md", _overview(note)
    for one in catalog().by_id.values():
        yield f"{one.id}.md", _page(one, moments.get(one.id), note)
    yield from _pictures(set(moments.values()))


# ── pictures ──


def _moments() -> Iterator[tuple[str, tuple[str, float]]]:
    """For each concept that a recording shows, the scenario and the second of its picture.

    It is the first moment at which the screen explains a transition by it, else an Event;
    failing both, the first at which it happens behind a weightier lesson.
    """
    wanted = {one.id: set(one.shown_by) for one in catalog().by_id.values()}
    happened: dict[str, tuple[str, float]] = {}
    reported: dict[str, tuple[str, float]] = {}
    explained: dict[str, tuple[str, float]] = {}
    for name in names():
        session = Session(catalog())
        start: float | None = None
        for item in read(scenario(name).recording):
            start = item.t if start is None else start
            news = session.feed(item).news
            ids = {id_ for id_ in map(_told, news) if id_ and name in wanted[id_]}
            if not ids - explained.keys():
                continue
            moment = (name, round(item.t - start, 3))
            shown = session.board.lesson
            on_screen = shown.explanation.concept if shown is not None else None
            for id_ in ids:
                happened.setdefault(id_, moment)
                if on_screen is not None and on_screen.id == id_:
                    by = explained if isinstance(shown, Told) else reported
                    by.setdefault(id_, moment)
    yield from {**happened, **reported, **explained}.items()


def _told(one: object) -> str:
    known = one.explanation.concept if isinstance(one, Told | Notice) else None
    return known.id if known is not None else ""


def _file(moment: tuple[str, float]) -> str:
    """Concepts that one moment shows have one picture."""
    name, second = moment
    return f"{name}-{second:.3f}.svg".replace(".", "-", 1)


def _pictures(moments: Iterable[tuple[str, float]]) -> Iterator[tuple[str, str]]:
    """The stills, each recording played once."""
    by_scenario: dict[str, set[float]] = {}
    for name, second in moments:
        by_scenario.setdefault(name, set()).add(second)
    with TemporaryDirectory() as folder:
        for name, seconds in sorted(by_scenario.items()):
            session = Session(catalog())
            start: float | None = None
            left = sorted(seconds)
            for item in read(scenario(name).recording):
                start = item.t if start is None else start
                session.feed(item)
                if left and round(item.t - start, 3) == left[0]:
                    still = Path(folder, "still.svg")
                    snapshot(session.board, still, _WIDTH, _HEIGHT)
                    yield _file((name, left.pop(0))), still.read_text("utf-8")


# ── pages ──


def _page(one: Concept, moment: tuple[str, float] | None, note: str) -> str:
    parts = [f"{note}# {one.title}", f"*{one.summary}*"]
    if moment is not None:
        parts.append(f"![The dashboard at this moment]({_file(moment)})")
    parts.append(one.explanation)
    if one.myth:
        parts.append(f"**Not quite:** {one.myth}")
    if one.who:
        parts.append(f"**Who:** {_general(one.who)}")
    if one.then:
        parts.append(f"**Next:** {_general(one.then)}")
    if one.next:
        parts.append("**Usually followed by:** " + ", ".join(map(_link, one.next)))
    if one.try_:
        parts.append("**Try:**\n\n```\n" + "\n".join(map(_general, one.try_)) + "\n```")
    if one.entries:
        rows = "".join(
            f"| `{entry.term}` | {entry.kind} | {entry.text} |\n" for entry in one.entries
        )
        parts.append(f"| term | kind | meaning |\n|---|---|---|\n{rows}".rstrip())
    if one.shown_by:
        shown = ", ".join(f"`podwatch demo {name}`" for name in one.shown_by)
        parts.append(f"**See it:** {shown}")
    elif one.moments:
        parts.append("podwatch brings it up when a real Pod demonstrates it.")
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
    for when in one.when:
        for name, values, negated in when.tests:
            if name == "transition.facet" and not negated:
                return str(values[0])
    return ""


def _graph(members: Iterable[Concept]) -> str:
    edges = [(one.id, following) for one in members for following in one.next]
    nodes = dict.fromkeys(id_ for edge in edges for id_ in edge)
    lines = [f'  {_node(id_)}["{catalog().by_id[id_].title}"]\n' for id_ in nodes]
    lines += [f"  {_node(before)} --> {_node(after)}\n" for before, after in edges]
    return "".join(lines)


def _node(id_: str) -> str:
    return id_.replace("-", "_")
