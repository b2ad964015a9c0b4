"""Which lesson is on the card: each can be read, the weightiest first."""

import pytest

from podwatch.concepts import Catalog, Weight
from podwatch.news import Told
from podwatch.renderers.lessons import BEHIND_LIMIT, READING, STALE, Lessons
from tests.pods import PODS, added, catalog_of, lesson, opened, pod, synced
from tests.renderers.boards import session


def told(name: str, weight: Weight, concept: str = "") -> Told:
    """News about a Pod of its own, as a session tells them."""
    concept = concept or f"about-{name}"
    found = _CATALOGS.setdefault(
        (concept, weight),
        catalog_of(**{concept: lesson(concept, 'transition.facet = "existence"', weight=weight)}),
    )
    made = session([opened(PODS), synced()], found)
    step = made.feed(added(pod(name=name)))
    return next(news for news in step.news if isinstance(news, Told))


_CATALOGS: dict[tuple[str, Weight], Catalog] = {}


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
    lessons = Lessons()
    lessons.add(told("a", Weight.NORMAL), 0)
    lessons.shown(0)
    lessons.add(told("detail", Weight.DETAIL), 1)
    assert lessons.behind == 0
    lessons.add(told("detail", Weight.DETAIL), READING[Weight.NORMAL])
    assert name(lessons, READING[Weight.NORMAL]) == "detail"


def test_the_same_lesson_waits_once_and_is_about_the_newest_pod() -> None:
    lessons = Lessons()
    lessons.add(told("a", Weight.NORMAL), 0)
    lessons.shown(0)
    lessons.add(told("b", Weight.NORMAL, "shared"), 0)
    lessons.add(told("c", Weight.NORMAL, "shared"), 1)
    assert lessons.behind == 1
    assert name(lessons, 4) == "c"


def test_what_waited_too_long_is_no_news_unless_it_is_important() -> None:
    lessons = Lessons()
    lessons.add(told("a", Weight.NORMAL), 0)
    lessons.shown(0)
    lessons.add(told("b", Weight.NORMAL), 0)
    lessons.add(told("c", Weight.IMPORTANT), 0)
    assert name(lessons, STALE + 1) == "c"
    assert lessons.behind == 0


def test_the_queue_is_bounded_and_gives_up_the_lightest() -> None:
    lessons = Lessons()
    lessons.add(told("a", Weight.NORMAL), 0)
    lessons.shown(0)
    lessons.add(told("light", Weight.NORMAL), 0)
    for number in range(BEHIND_LIMIT):
        lessons.add(told(f"t{number}", Weight.TROUBLE), 0)
    assert lessons.behind == BEHIND_LIMIT
    seen = {name(lessons, 8.0 * now) for now in range(1, BEHIND_LIMIT + 3)}
    assert seen == {f"t{number}" for number in range(BEHIND_LIMIT)}
