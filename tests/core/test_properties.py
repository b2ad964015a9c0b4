"""What holds for any life of a Pod, however it reaches podwatch: through the loop and the session.

*Without loss*: a stream with replays, duplicates, reconnections and lists in between, none of
which skipped a version, tells exactly what the clean stream tells; times and `inferred` aside,
as what a list shows is inferred. *With loss*: a list that skips versions tells of a Pod what
the session would tell of the versions that are left; nothing else, and never a birth or an end
that was not.
"""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.kube import ObjectMeta, Pod
from podwatch.core.session import Session
from podwatch.core.states import Existence, Facet
from podwatch.core.stream import Observed, RecordedItem, Scope
from podwatch.core.timeline import ExplainedTransition
from podwatch.sources.api import ApiError, Unreachable, WatchEvent
from tests.sources.test_reflect import Step as WatchStep
from tests.sources.test_reflect import World, page
from tests.strategies import lives

PODS = Scope("Pod", "default")
GONE = ApiError(410, "Expired")


def histories() -> st.SearchStrategy[list[WatchEvent]]:
    """Two Pods of one name, one after the other: created, changed, deleted."""
    return st.tuples(lives(), lives()).map(_history)


def _history(both: tuple[Sequence[Pod], Sequence[Pod]]) -> list[WatchEvent]:
    made: list[WatchEvent] = []

    def write(type_: str, pod: Pod, uid: str) -> None:
        meta = ObjectMeta(
            name="web", namespace="default", uid=uid, resource_version=str(101 + len(made))
        )
        made.append(WatchEvent(type_, replace(pod, metadata=meta)))  # type: ignore[arg-type]

    for uid, life in zip(("first", "second"), both, strict=True):
        for number, pod in enumerate(life):
            write("MODIFIED" if number else "ADDED", pod, uid)
        write("DELETED", life[-1], uid)
    return made


def told(items: Sequence[RecordedItem], *, times: int = 1) -> list[tuple[object, ...]]:
    """The transitions in order, without times and `inferred`; each item is fed so many times."""
    session = Session(catalog())
    return [
        (change.pod.uid, change.facet, change.subject, change.before, change.after)
        for item in items
        for _ in range(times)
        for one in session.feed(item).entries
        if isinstance(one, ExplainedTransition)
        for change in [one.transition]
    ]


def followed(
    pages: Sequence[list[WatchEvent]], watches: list[list[WatchStep]]
) -> list[RecordedItem]:
    """What the loop makes of a first, empty list, of these watches and the lists between."""
    versions = (until[-1].object.metadata.resource_version if until else "100" for until in pages)
    lists = [page(*_there(until), version=one) for until, one in zip(pages, versions, strict=True)]
    world = World([page(), *lists], watches)
    world.run(PODS)
    return world.items


def _there(until: Sequence[WatchEvent]) -> list[Pod]:
    there: dict[str, Pod] = {}
    for change in until:
        assert isinstance(change.object, Pod)
        there[change.object.metadata.uid] = change.object
        if change.type == "DELETED":
            del there[change.object.metadata.uid]
    return list(there.values())


@given(histories(), st.data())
def test_replays_reconnections_and_lists_that_skip_nothing_change_nothing(
    history: list[WatchEvent], data: st.DataObject
) -> None:
    clean = followed([], [list(history)])
    watches: list[list[WatchStep]] = [[]]
    pages = []
    for number, change in enumerate(history):
        watches[-1] += [change] * data.draw(st.integers(1, 2))
        happens = data.draw(st.sampled_from(["nothing", "a replay", "a cut", "a list"]))
        so_far = history[: number + 1]
        if happens == "a replay":
            watches[-1] += so_far[data.draw(st.integers(0, number)) :]
        elif happens == "a cut":
            watches[-1].append(Unreachable("broke"))
            watches.append(list(so_far[data.draw(st.integers(0, number)) :]))
        elif happens == "a list":
            watches[-1].append(GONE)
            watches.append([])
            pages.append(so_far)
    assert told(followed(pages, watches)) == told(clean)


@given(histories(), st.data())
def test_lists_that_skip_versions_tell_what_is_left_and_nothing_false(
    history: list[WatchEvent], data: st.DataObject
) -> None:
    watches: list[list[WatchStep]] = [[]]
    pages = []
    number = 0
    while number < len(history):
        if data.draw(st.booleans()):
            number = data.draw(st.integers(number, len(history)))
            watches[-1].append(GONE)
            watches.append([])
            pages.append(history[:number])
        else:
            watches[-1].append(history[number])
            number += 1
    items = followed(pages, watches)
    changes = told(items)
    left = [replace(item, initial=False) if isinstance(item, Observed) else item for item in items]
    assert changes == told([item for item in left if isinstance(item, Observed)])
    existence = [change for change in changes if change[1] is Facet.EXISTENCE]
    assert len(existence) == len(set(map(str, existence)))
    for uid in ("first", "second"):
        own = [getattr(change[4], "value", "") for change in existence if change[0] == uid]
        assert own in ([], [Existence.PRESENT, Existence.ABSENT])


@given(histories())
def test_feeding_each_item_twice_tells_nothing_twice(history: list[WatchEvent]) -> None:
    items = followed([], [list(history)])
    assert told(items, times=2) == told(items)
