"""What a scene of the tour is made of, read from the lesson's files.

Responsible for turning what a chapter names into objects and items: the manifest and the real Pod
of a page, the part of a recording that is played. A recording that is cut or too old for its
chapter is no reason to stop the tour: what is missing is said (`problem`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from podwatch.app.deeds import played_items
from podwatch.app.moments import Still, reached, still
from podwatch.app.predict import with_questions
from podwatch.core.concepts import catalog
from podwatch.core.question import Moment, Question
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem, Posed
from podwatch.course import Ask, Chapter, Page, Play, Scene, questions
from podwatch.errors import PodwatchError
from podwatch.renderers.pictures.manifest import excerpt
from podwatch.scenarios import FOLDER, Scenario, scenario


@dataclass(frozen=True, slots=True)
class Pictured:
    """What a page's pictures show: the manifest, and what there was at its moment.

    `met` are the phases that Pods of the chapter went through up to here, `now` those in which
    they are.
    """

    manifest: str = ""
    still: Still | None = None
    met: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """A part of a recording: `before` brought it to where the part begins, `items` are the part.

    `questions` are those that are asked in it, `lesson` is whose recording it is. `met` are the
    phases that Pods of the chapter went through in its scenes before. `live`: it was
    performed on a cluster a moment ago. `later`: the chapter asks more after it.
    """

    lesson: Scenario
    before: Sequence[KeptItem] = ()
    items: Sequence[KeptItem] = ()
    questions: tuple[Question, ...] = ()
    met: frozenset[str] = frozenset()
    problem: str = ""
    live: bool = False
    later: bool = False


def pictured(chapter: Chapter, at: int) -> Pictured:
    """What the page at this place of its chapter shows."""
    page = chapter.scenes[at - 1]
    assert isinstance(page, Page)
    met, now = phases_until(chapter, at)
    if not page.scenario:
        return Pictured(met=met, now=now)
    manifest = excerpt(scenario(page.scenario).manifest_path.read_text("utf-8"), page.left_out)
    try:
        found = still(_items(page.scenario), page.moment, page.pod)
    except PodwatchError as error:
        return Pictured(manifest, met=met, now=now, problem=str(error))
    problem = "" if found is not None else _LACKS.format(page.scenario)
    return Pictured(manifest, found, met, now, problem)


def played(chapter: Chapter, at: int, seen: Sequence[KeptItem] = ()) -> Played:
    """What is played at this place of a chapter: of what was `seen` live, else of the recording."""
    play = chapter.scenes[at - 1]
    assert isinstance(play, Play)
    lesson, (met, _) = scenario(play.scenario), phases_until(chapter, at)
    try:
        items = with_questions(tuple(seen) or _items(play.scenario), _asked(play))
    except PodwatchError as error:
        return Played(lesson, met=met, problem=str(error))
    since, until = _place(items, play.since), _place(items, play.until)
    lacks = (play.since is not None and since is None) or (play.until is not None and until is None)
    begin = _first_news(items) if since is None else since
    end = len(items) if until is None else until
    return Played(
        lesson,
        before=items[:begin],
        items=items[begin : max(begin, end)],
        questions=tuple(_asked(play)),
        met=met,
        problem=_LACKS.format(play.scenario) if lacks and not seen else "",
        live=bool(seen),
        later=any(True for _ in _asked_in(chapter.scenes[at:])),
    )


_LACKS = (
    'the recording of "{}" is cut off, or older than this chapter: something that it should show '
    "is missing"
)


def questions_asked(chapter: Chapter) -> Iterable[Question]:
    """The questions of a chapter, in its order."""
    return _asked_in(chapter.scenes)


def _asked_in(scenes: Iterable[Scene]) -> Iterable[Question]:
    for scene in scenes:
        if isinstance(scene, Ask):
            yield scene.question
        elif isinstance(scene, Play):
            yield from _asked(scene)


def _asked(play: Play) -> Iterable[Question]:
    known = questions(FOLDER / play.scenario / "questions.toml")
    return (one for one in known if one.id in play.ask)


def phases_until(chapter: Chapter, at: int) -> tuple[frozenset[str], frozenset[str]]:
    """The phases that Pods of the chapter's plays before this place went through, and the last."""
    met: frozenset[str] = frozenset()
    now: frozenset[str] = frozenset()
    for scene in chapter.scenes[: max(at - 1, 0)]:
        if isinstance(scene, Play):
            try:
                found = still(_items(scene.scenario), scene.until)
            except PodwatchError:
                continue
            if found is not None:
                met, now = met | found.met, found.now
    return met, now


def _first_news(items: Sequence[KeptItem]) -> int:
    """The number of the first item with which something happens; before, all is listed."""
    session = Session(catalog())
    for number, item in enumerate(items):
        if isinstance(item, Posed) or session.feed(item).beats:
            return number
    return 0


def _place(items: Sequence[KeptItem], moment: Moment | None) -> int | None:
    found = reached(items, moment) if moment is not None else None
    return found.end if found is not None else None


@lru_cache(maxsize=4)
def _items(lesson: str) -> tuple[KeptItem, ...]:
    return tuple(played_items(scenario(lesson).recording))
