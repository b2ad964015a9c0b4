"""Which lesson is on the card: each can be read, the weightiest first."""

import pytest

from podwatch.core.concepts import Catalog, Weight
from podwatch.core.lessons import BEHIND_LIMIT, READING, STALE, Lessons
from podwatch.core.timeline import ExplainedTransition
from tests.build import PODS, added, catalog_of, deleted, lesson, opened, pod, synced
from tests.renderers.dashboard.boards import session


def told(name: str, weight: Weight, concept: str = "") -> ExplainedTransition:
    """TimelineEntry about a Pod of its own, as a session tells them."""
    concept = concept or f"about-{name}"
    found = _CATALOGS.setdefault(
        (concept, weight),
        catalog_of(**{concept: lesson(concept, 'transition.facet = "existence"', weight=weight)}),
    )
    made = session([opened(PODS), synced()], found)
    step = made.feed(added(pod(name=name)))
    return next(news for news in step.entries if isinstance(news, ExplainedTransition))


_CATALOGS: dict[tuple[str, Weight], Catalog] = {}


def reading(who: str) -> Lessons:
    """Lessons of which a first, normal one is being read from 0 on."""
    lessons = Lessons()
    lessons.add(told(who, Weight.NORMAL), 0)
    lessons.shown(0)
    return lessons


def name(lessons: Lessons, now: float) -> str:
    shown = lessons.shown(now)
    assert shown is not None
    return shown.ref.name


def test_the_first_lesson_is_shown_at_once() -> None:
    lessons = Lessons()
    assert lessons.shown(0) is None
    assert lessons.due(0) is None
    lessons.add(told("a", Weight.NORMAL), 1)
    assert lessons.due(1) == 0
    assert name(lessons, 1) == "a"
    assert lessons.behind == 0


@pytest.mark.parametrize("weight", Weight)
def test_a_lesson_stays_until_it_could_be_read(weight: Weight) -> None:
    lessons = Lessons()
    lessons.add(told("a", weight), 0)
    assert name(lessons, 0) == "a"
    lessons.add(told("b", Weight.TROUBLE), 1)
    assert lessons.behind == 1
    assert name(lessons, READING[weight] - 0.1) == "a"
    assert lessons.due(READING[weight] - 0.5) == pytest.approx(0.5)
    assert name(lessons, READING[weight]) == "b"
    assert lessons.behind == 0


def test_of_a_burst_the_weightiest_comes_first_then_the_oldest() -> None:
    lessons = Lessons()
    for who, weight in (
        ("first", Weight.NORMAL),
        ("normal", Weight.NORMAL),
        ("trouble", Weight.TROUBLE),
        ("important", Weight.IMPORTANT),
        ("later-trouble", Weight.TROUBLE),
    ):
        lessons.add(told(who, weight), 0)
        lessons.shown(0)
    seen = [name(lessons, now / 2) for now in range(80)]
    assert list(dict.fromkeys(seen)) == ["first", "trouble", "later-trouble", "important"]
    assert lessons.behind == 0  # the normal one was no news any more


def test_details_do_not_wait() -> None:
    lessons = reading("a")
    lessons.add(told("detail", Weight.DETAIL), 1)
    assert lessons.behind == 0
    lessons.add(told("detail", Weight.DETAIL), READING[Weight.NORMAL])
    assert name(lessons, READING[Weight.NORMAL]) == "detail"


def test_the_same_lesson_waits_once_and_is_about_the_newest_pod() -> None:
    lessons = reading("a")
    lessons.add(told("b", Weight.NORMAL, "shared"), 0)
    lessons.add(told("c", Weight.NORMAL, "shared"), 1)
    assert lessons.behind == 1
    assert name(lessons, 4) == "c"


def test_what_waited_too_long_is_no_news_unless_it_is_important() -> None:
    lessons = reading("a")
    lessons.add(told("b", Weight.NORMAL), 0)
    lessons.add(told("c", Weight.IMPORTANT), 0)
    assert name(lessons, STALE + 1) == "c"
    assert lessons.behind == 0


def test_the_queue_is_bounded_and_gives_up_the_lightest() -> None:
    lessons = reading("a")
    lessons.add(told("light", Weight.NORMAL), 0)
    for number in range(BEHIND_LIMIT):
        lessons.add(told(f"t{number}", Weight.TROUBLE), 0)
    assert lessons.behind == BEHIND_LIMIT
    seen = {name(lessons, 8.0 * now) for now in range(1, BEHIND_LIMIT + 3)}
    assert seen == {f"t{number}" for number in range(BEHIND_LIMIT)}


def test_nothing_light_takes_the_place_of_trouble() -> None:
    """A restart is told right after the failure that it follows."""
    lessons = reading("a")
    failed, again = told("b", Weight.TROUBLE), told("b", Weight.IMPORTANT)
    lessons.add(failed, 1)
    lessons.add(again, 1)
    assert lessons.shown(4) is failed
    assert lessons.shown(4 + READING[Weight.TROUBLE]) is again


def test_a_sequel_comes_after_what_waits() -> None:
    lessons = reading("a")
    lessons.add(told("b", Weight.IMPORTANT), 1)
    lessons.add(told("c", Weight.IMPORTANT), 2)
    lessons.add(told("b", Weight.IMPORTANT), 3)
    assert [name(lessons, 4), name(lessons, 10)] == ["c", "b"]


@pytest.mark.parametrize("after", ["trouble", "its end"])
def test_what_is_overtaken_is_not_shown_afterwards(after: str) -> None:
    end = lesson("end", 'transition.facet = "existence"', weight=Weight.IMPORTANT)
    lessons = reading("a")
    lessons.add(told("b", Weight.NORMAL), 1)
    if after == "trouble":
        lessons.add(told("b", Weight.TROUBLE, "another"), 2)
    else:
        made = session([opened(PODS), synced(), added(pod(name="b"))], catalog_of(end=end))
        news = made.feed(deleted(pod(name="b"), 5)).entries
        lessons.add(next(one for one in news if isinstance(one, ExplainedTransition)), 2)
    assert lessons.behind == 1
    shown = lessons.shown(4)
    assert shown is not None
    assert shown.explanation.weight != Weight.NORMAL


def test_while_nobody_looks_nothing_gets_old() -> None:
    lessons = reading("a")
    lessons.add(told("b", Weight.NORMAL), 1)
    lessons.looked_away(1, 101)
    assert lessons.due(101) == pytest.approx(3)
    assert name(lessons, 103.9) == "a"
    assert name(lessons, 104) == "b"
