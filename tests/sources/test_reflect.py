"""The loop without a network: a scripted server, a virtual clock, pauses that take no time."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podwatch.core.kube import ObjectMeta, Pod
from podwatch.core.stream import (
    Connection,
    Fetched,
    Gap,
    Observed,
    RecordedItem,
    Ref,
    Scope,
    Synced,
    Unreadable,
)
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.api import (
    ApiError,
    Failure,
    ListPage,
    Malformed,
    Stopped,
    Unreachable,
    WatchEvent,
)
from podwatch.sources.circuit_breaker import CircuitBreaker
from podwatch.sources.clock import Clock, clock_skew
from podwatch.sources.items import Items
from podwatch.sources.reflect import BACKLOG, Reflection
from podwatch.sources.retry import RENEWALS, Retries
from tests.cases import cases

PODS = Scope("Pod", "shop")
START = datetime(2026, 1, 1, tzinfo=UTC)

Step = WatchEvent | Malformed | Exception | float
"""What a scripted watch does: an event, a failure, or so many seconds pass."""


def pod(name: str, version: int | str, uid: str = "") -> Pod:
    meta = ObjectMeta(
        name=name, namespace="shop", uid=uid or f"uid-{name}", resource_version=str(version)
    )
    return Pod(metadata=meta)


def added(name: str, version: int | str, uid: str = "") -> WatchEvent:
    return WatchEvent("ADDED", pod(name, version, uid))


def modified(name: str, version: int | str, uid: str = "") -> WatchEvent:
    return WatchEvent("MODIFIED", pod(name, version, uid))


def deleted(name: str, version: int | str, uid: str = "") -> WatchEvent:
    return WatchEvent("DELETED", pod(name, version, uid))


def bookmark(version: int) -> WatchEvent:
    return WatchEvent("BOOKMARK", pod("", version, uid="none"))


def page(*items: Pod | Malformed, version: int | str = 100, following: str = "") -> ListPage:
    return ListPage(items, str(version), following)


GONE = ApiError(410, "Expired", "too old resource version: 100 (200)")


class World:
    """A server that follows a script, and the clock that it runs by. Ends after the script."""

    def __init__(
        self,
        pages: list[ListPage | Exception],
        watches: list[list[Step]] | None = None,
        *,
        uid_now: str | Exception | list[str | Exception] = "",
        renew: Callable[[], bool] = lambda: False,
        missing: str | list[str] = "",
        near: str = "",
        waiting: Callable[[], int] = lambda: 0,
        last: int = 200,
    ) -> None:
        self.pages = pages
        self.watches = watches or []
        self.uid = uid_now
        self.on_renew = renew
        self.missing = [missing] if isinstance(missing, str) else missing
        self.near = near
        self.brief: list[bool] = []
        """Of each watch, whether it was to be brief."""
        self.waiting = waiting
        self.last = last
        self.seconds = 0.0
        self.items: list[RecordedItem] = []
        self.pauses: list[float] = []
        self.versions: list[str] = []
        self.asked: list[tuple[str, bool]] = []
        """Each page that was asked for, and whether as the whole list."""
        self.renewals: list[bool] = []
        """Each time that credentials were read anew: whether again."""
        self.asked_for: list[str] = []

    def enter(self) -> None:
        """What happens while a request waits for its turn."""

    # the clock
    def t(self) -> float:
        return self.seconds

    def at(self) -> datetime:
        return START + timedelta(seconds=self.seconds)

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds
        if len(self.pauses) >= self.last:
            raise Stopped

    # the server
    def page(self, following: str, *, whole: bool) -> ListPage:
        self.asked.append((following, whole))
        if not self.pages:
            raise Stopped
        got = self.pages.pop(0)
        if isinstance(got, Exception):
            raise got
        return got

    def watch(
        self, version: str, connected: Callable[[], None], *, brief: bool = False
    ) -> Iterator[WatchEvent | Malformed]:
        if not self.watches:
            raise Stopped
        self.brief.append(brief)
        self.versions.append(version)
        steps = self.watches.pop(0)
        if steps and isinstance(steps[0], ApiError) and not steps[0].in_watch:
            raise steps[0]
        connected()
        for step in steps:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, float):
                self.seconds += step
            else:
                yield step

    def uid_now(self, ref: Ref) -> str:
        self.asked_for.append(ref.name)
        got = self.uid.pop(0) if isinstance(self.uid, list) else self.uid
        if isinstance(got, Exception):
            raise got
        return got

    def renew(self, again: bool) -> bool:
        """`on_renew` says whether others than those that were refused were read."""
        self.renewals.append(again)
        return self.on_renew() or not again

    def missing_namespace(self) -> str:
        return self.missing.pop(0) if len(self.missing) > 1 else self.missing[0]

    def near_name(self) -> str:
        return self.near

    # what came of it
    def run(self, scope: Scope = PODS, patience: float = 10.0) -> list[str]:
        with suppress(Stopped):
            clock, breaker = Clock(monotonic=self.t, utc=self.at), Passing(self)
            items, retries = Items(scope, self.items.append, clock), Retries(scope, lambda: 0.5)
            Reflection(scope, self, items, clock, retries, breaker, patience, self.waiting).run()
        return [told(item) for item in self.items]

    def run_items(self) -> list[RecordedItem]:
        self.run()
        return self.items

    def error(self, scope: Scope = PODS) -> PodwatchError:
        with pytest.raises(PodwatchError) as raised:
            self.run(scope)
        return raised.value


class Passing(CircuitBreaker):
    """Lets everybody pass, after what the world wants to happen."""

    def __init__(self, world: World) -> None:
        super().__init__(lambda: 0.5, world.t)
        self._world = world

    def enter(
        self,
        who: Hashable,  # noqa: ARG002
        waiting: Callable[[Failure], None],  # noqa: ARG002
        until: Callable[[], float],  # noqa: ARG002
    ) -> None:
        self._world.enter()

    def pause(self, seconds: float) -> None:
        self._world.pause(seconds)


def told(item: RecordedItem) -> str:
    """An item in a few words."""
    match item:
        case Observed(type=type_, object=object_, initial=initial):
            meta = object_.metadata
            own = "" if meta.uid == f"uid-{meta.name}" else f"/{meta.uid}"
            listed = " (listed)" if initial else ""
            return f"{type_} {meta.name}{own}@{meta.resource_version}{listed}"
        case Synced():
            return "synced"
        case Gap(since=since, until=until):
            return f"gap of {(until - since).total_seconds():.0f} s"
        case Connection(state=state, cause=cause):
            return f"{state}: {cause}" if cause else str(state)
        case Unreadable(ref=ref):
            return f"unreadable {ref}"
        case Fetched(ref=ref, uid=uid):
            return f"fetched {ref.name}: {uid!r}"
    raise AssertionError(item)


# ── list, then watch ──


def test_a_list_comes_first_and_then_its_changes() -> None:
    world = World(
        [page(pod("a", 5), pod("b", 6))], [[added("c", 101), modified("a", 102), deleted("b", 103)]]
    )
    assert world.run() == [
        "listing",
        "ADDED a@5 (listed)",
        "ADDED b@6 (listed)",
        "synced",
        "live",
        "ADDED c@101",
        "MODIFIED a@102",
        "DELETED b@103",
    ]


def test_a_page_is_given_before_the_next_one_is_asked_for() -> None:
    world = World([page(pod("a", 5), following="more"), Unreachable("cut")])
    world.last = 1
    assert world.run() == ["listing", "ADDED a@5 (listed)", "reconnecting: cut"]
    assert world.asked == [("", False), ("more", False)]


def test_a_first_list_that_breaks_off_is_begun_again_without_repeating_itself() -> None:
    world = World(
        [page(pod("a", 5), following="more"), Unreachable("cut"), page(pod("a", 5), pod("b", 6))]
    )
    assert world.run()[1:] == [
        "ADDED a@5 (listed)",
        "reconnecting: cut",
        "ADDED b@6 (listed)",
        "synced",
    ]


def test_the_clock_skew_is_the_servers_clock_minus_ours() -> None:
    world = World([ListPage((), "100", date=START + timedelta(seconds=90))])
    world.run()
    assert [item.clock_skew for item in world.items if isinstance(item, Synced)] == [90.0]


def test_a_namespace_that_does_not_exist_is_said_and_watched_all_the_same() -> None:
    world = World([page()], [[added("a", 101)]], missing='namespace "shop" does not exist')
    assert world.run() == [
        "listing",
        "synced",
        'missing: namespace "shop" does not exist',
        "live",
        "ADDED a@101",
    ]
    connections = [item for item in world.items if isinstance(item, Connection)]
    assert connections[1].scope == Scope("Namespace", "shop")


def test_a_namespace_that_comes_is_said() -> None:
    watches: list[list[Step]] = [[5.0], [5.0], [5.0]]
    world = World([page()], watches, missing=["no namespace", "no namespace", ""])
    world.run()
    told = [item for item in world.items if isinstance(item, Connection)]
    states = [item.state for item in told if item.scope.kind == "Namespace"]
    assert states == ["missing", "live"]
    assert world.brief == [True, True, False]


def test_a_namespace_that_is_waited_for_long_is_told_as_soon_as_it_comes() -> None:
    minutes: list[list[Step]] = [[1.0]] * 300
    world = World([page()], minutes, missing=["no namespace"] * 291 + [""], last=999)
    world.run()
    (came,) = (
        item.t
        for item in world.items
        if isinstance(item, Connection) and (item.scope.kind, item.state) == ("Namespace", "live")
    )
    assert 289 <= came <= 291 + 2


def test_a_server_that_ends_brief_watches_at_once_is_not_asked_without_a_pause() -> None:
    world = World([page()], [[0.01]] * 100, missing="no namespace", last=20)
    world.run()
    assert world.pauses[-1] > 5


@cases(
    "scope pages near",
    {
        "another name": (Scope("Pod", "shop", "", "metadata.name=wbe"), [page()], "web"),
        "it is there": (Scope("Pod", "shop", "", "metadata.name=a"), [page(pod("a", 1))], ""),
        "no name": (PODS, [page()], ""),
    },
)
def test_a_name_that_is_not_there_comes_with_one_that_may_be_meant(
    scope: Scope, pages: list[ListPage | Exception], near: str
) -> None:
    world = World(pages, near="web")
    world.run(scope)
    assert [item.near for item in world.items if isinstance(item, Synced)] == [near]


# ── resuming ──


@cases(
    "steps expected",
    {
        "nothing came: the list's version": ([], "100"),
        "the last event": ([added("a", 105)], "105"),
        "a bookmark after it": ([added("a", 105), bookmark(140)], "140"),
        "an old bookmark moves nothing": ([added("a", 105), bookmark(90)], "105"),
        "past an object that can't be read": ([Malformed("shop/a", "bad", "107")], "107"),
        "a line without a version": ([Malformed("?", "bad")], "100"),
        "an old event moves nothing": ([added("a", 105), modified("a", 103)], "105"),
    },
)
def test_the_next_watch_resumes_at_the_last_applied_version(
    steps: list[Step], expected: str
) -> None:
    world = World([page()], [steps, []])
    world.run()
    assert world.versions == ["100", expected]


def test_a_bookmark_is_a_sign_of_life_if_nothing_else_was_for_a_while() -> None:
    watch: list[Step] = [20.0, bookmark(101), 20.0, bookmark(102), 5.0, bookmark(103)]
    world = World([page()], [watch])
    assert world.run()[2:] == ["live", "live"]
    assert [item.t for item in world.items[2:]] == [0, 40]


# ── a consumer that is behind ──


class Consumer:
    """Has so many items to take, one number after another each time that it is asked."""

    def __init__(self, *waiting: int) -> None:
        self.left = list(waiting)

    def __call__(self) -> int:
        return self.left.pop(0) if len(self.left) > 1 else self.left[0]


def test_a_change_that_nobody_has_room_for_is_a_gap_and_the_list_is_read_again() -> None:
    consumer = Consumer(0, 0, BACKLOG, BACKLOG, BACKLOG // 2 + 1, BACKLOG // 2, 0)
    world = World(
        [page(pod("a", 5)), page(pod("a", 102), pod("b", 101), version=103)],
        [[added("b", 101), modified("a", 102)], [modified("b", 104)]],
        waiting=consumer,
    )
    assert world.run() == [
        "listing",
        "ADDED a@5 (listed)",
        "synced",
        "live",
        "ADDED b@101",
        "listing: what waited was taken",
        "gap of 0 s",
        "MODIFIED a@102 (listed)",
        "synced",
        "live",
        "MODIFIED b@104",
    ]
    (gap,) = (item for item in world.items if isinstance(item, Gap))
    assert (gap.dropped, gap.reason) == (1, f"backlog: {BACKLOG} items wait to be taken")
    assert world.versions == ["100", "103"]


def test_nothing_is_read_while_a_consumer_is_stuck() -> None:
    world = World([page()], [[added("a", 101)]], waiting=Consumer(0, BACKLOG), last=50)
    assert world.run() == ["listing", "synced", "live"]
    assert set(world.pauses) == {0.25}


def test_a_list_waits_for_its_consumer() -> None:
    pages: list[ListPage | Exception] = [page(pod("a", 5), following="2"), page(pod("b", 6))]
    world = World(pages, waiting=Consumer(0, BACKLOG, BACKLOG, BACKLOG - 1, 0))
    assert world.run() == ["listing", "ADDED a@5 (listed)", "ADDED b@6 (listed)", "synced"]
    assert world.pauses == [0.25, 0.25]


def test_bookmarks_are_not_items() -> None:
    assert World([page()], [[bookmark(140)]]).run() == ["listing", "synced", "live"]


@pytest.mark.parametrize(
    ("change", "is_news"),
    [
        pytest.param(modified("a", 120), False, id="the version that is known"),
        pytest.param(modified("a", 119), False, id="an older version"),
        pytest.param(modified("a", 121), True, id="a newer version"),
        pytest.param(added("new", 99), False, id="older than the list, of an unknown uid"),
        pytest.param(added("new", 122), True, id="a new uid"),
        pytest.param(deleted("a", 120), True, id="a deletion with the last known version"),
        pytest.param(deleted("a", 119), False, id="a deletion that is older"),
        pytest.param(deleted("gone", 118), False, id="a deletion that was applied already"),
        pytest.param(modified("a", "opaque"), True, id="no number: only equality says"),
    ],
)
def test_replays_are_no_news(change: WatchEvent, is_news: bool) -> None:
    world = World([page(pod("gone", 10))], [[deleted("gone", 118), added("a", 120), change]])
    assert len(world.run()) == (7 if is_news else 6)


# ── failures ──


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Unreachable("the server refused the connection"), id="refused"),
        pytest.param(Unreachable("no answer for 75 s"), id="half-open"),
        pytest.param(ApiError(500, message="etcd has no leader"), id="500"),
        pytest.param(ApiError(429, message="too many requests"), id="429"),
        pytest.param(ApiError(503, message="shutting down", in_watch=True), id="in a watch"),
    ],
)
def test_a_failure_is_said_and_the_watch_resumed(failure: Exception) -> None:
    world = World([page()], [[added("a", 105), failure], [added("b", 106)]])
    said = f"reconnecting: {failure}"
    assert world.run()[2:] == ["live", "ADDED a@105", said, "live", "ADDED b@106"]
    assert world.versions == ["100", "105"]


def test_the_same_failure_again_is_not_said_again_but_another_is() -> None:
    down, back = Unreachable("refused"), Unreachable("broke")
    world = World([page(), down, down, down, back, page()], [[GONE]])
    assert world.run()[2:] == [
        f"listing: {GONE}",
        "reconnecting: refused",
        "reconnecting: broke",
        "gap of 3 s",
        "synced",
    ]


def test_pauses_grow_after_an_immediate_first_retry() -> None:
    world = World([page()], [[Unreachable("broke")] for _ in range(9)])
    world.run()
    # equal jitter, with a random number that is always one half: three quarters of the whole
    assert world.pauses == [0.0, 0.375, 0.75, 1.5, 3.0, 6.0, 12.0, 15.0, 15.0]


def test_what_the_server_asks_for_is_the_least_pause() -> None:
    busy = ApiError(429, message="busy", retry_after=7.0)
    world = World([page()], [[busy], [busy], [busy]])
    world.run()
    assert world.pauses == [7.0, 7.0, 7.0]


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([], id="closes at once"),
        pytest.param([bookmark(130)], id="sends a bookmark and closes"),
        pytest.param([added("a", 105)], id="sends the same event again and closes"),
        pytest.param([ApiError(500, in_watch=True)], id="sends an ERROR"),
        pytest.param([ApiError(401, in_watch=True)], id="sends a 401"),
        pytest.param([GONE], id="says each time that the history is gone"),
    ],
)
def test_there_is_no_storm_of_requests_when_the_server(steps: list[Step]) -> None:
    world = World([page() for _ in range(500)], [list(steps) for _ in range(500)], last=100)
    world.run()
    requests = len(world.asked) + len(world.versions)
    assert requests <= 10 + 5 * world.seconds


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([1.5, bookmark(130)], id="an event after a while"),
        pytest.param([11.0], id="ten quiet seconds"),
        pytest.param([11.0, Unreachable("broke")], id="ten quiet seconds and a failure"),
    ],
)
def test_the_next_retry_is_immediate_again_after(steps: list[Step]) -> None:
    failing: list[list[Step]] = [[Unreachable("broke")] for _ in range(4)]
    world = World([page()], [*failing, steps, []])
    world.run()
    assert world.pauses[4] == 0.0


# ── the history is gone ──


def test_a_list_does_not_wait_for_the_pauses_of_the_outage_before_it() -> None:
    outage: list[list[Step]] = [[Unreachable("refused")] for _ in range(9)]
    world = World([page(), page(version=200)], [*outage, [GONE], []])
    lines = world.run()
    listing = next(item.t for item in world.items if told(item) == f"listing: {GONE}")
    assert world.items[lines.index("synced", 2)].t == listing


def test_lists_that_never_help_wait_longer_and_longer() -> None:
    world = World([page() for _ in range(6)], [[GONE] for _ in range(6)])
    world.run()
    assert world.pauses == [0.0, 0.375, 0.75, 1.5, 3.0, 6.0]


@cases(
    "watches gap",
    {
        "begins after a list": ([[3.0, added("a", 105), 4.0, GONE]], 4),
        "has hardly begun": ([[1.0, added("a", 105), 4.0, GONE]], 5),
        "was away for long": ([[8.0, Unreachable("broke")], [3.0, added("a", 105), GONE]], 11),
        "resumed soon": ([[3.0, added("b", 104)], [2.5, added("a", 105), 1.0, GONE]], 1),
    },
)
def test_a_gap_begins_at_the_last_event_that_was_new_for_a_watch_that(
    watches: list[list[Step]], gap: int
) -> None:
    world = World([page(), page(version=200)], watches)
    assert f"gap of {gap} s" in world.run()


@cases(
    "gone",
    {
        "as a status": ApiError(410, "Expired"),
        "as an ERROR": ApiError(410, "Gone", in_watch=True),
        "as an ERROR without code": ApiError(500, "Expired", in_watch=True),
        "as an ERROR with a message only": ApiError(
            500, "", "too old resource version: 1 (5)", in_watch=True
        ),
    },
)
def test_a_gap_is_said_and_the_differences_by_uid_are_listed(gone: ApiError) -> None:
    world = World(
        [
            page(pod("same", 1), pod("other", 2), pod("gone", 3), pod("again", 4, "first")),
            page(pod("same", 1), pod("other", 150), pod("again", 160, "second"), version=200),
        ],
        [[2.0, bookmark(120), 5.0, gone], []],
    )
    assert world.run()[7:] == [
        f"listing: {gone}",
        "gap of 5 s",
        "MODIFIED other@150 (listed)",
        "DELETED again/first@4 (listed)",
        "ADDED again/second@160 (listed)",
        "DELETED gone@3 (listed)",
        "synced",
        "live",
    ]
    assert world.versions == ["100", "200"]


def test_the_end_of_a_pod_is_told_before_the_one_that_has_its_name() -> None:
    pages: list[ListPage | Exception] = [
        page(pod("a", 5), pod("b", 6)),
        page(pod("a", 150, uid="other"), version=200),
    ]
    world = World(pages, [[GONE]])
    assert world.run()[-4:] == [
        "DELETED a@5 (listed)",
        "ADDED a/other@150 (listed)",
        "DELETED b@6 (listed)",
        "synced",
    ]


def test_a_gap_begins_when_the_server_last_ended_a_watch_well() -> None:
    world = World([page(), page()], [[300.0], [GONE]])
    assert "gap of 0 s" in world.run()


def test_a_gap_is_said_once_although_its_list_needs_two_tries() -> None:
    world = World([page(pod("a", 5)), Unreachable("cut"), page()], [[GONE]])
    assert [line for line in world.run() if line.startswith("gap")] == ["gap of 0 s"]


def test_a_list_that_breaks_off_after_a_page_is_a_gap_of_its_own() -> None:
    """What the first page showed is old when the next list comes."""
    world = World([page(pod("a", 5)), page(pod("b", 6), following="x"), Unreachable("cut"), page()])
    world.watches = [[GONE]]
    gaps = [item for item in world.run_items() if isinstance(item, Gap)]
    assert [gap.reason for gap in gaps] == [str(GONE), "cut"]
    assert gaps[0].until == gaps[1].since


def test_a_gap_reaches_back_to_before_events_that_came_late() -> None:
    """What comes first after a reconnection was written while nothing was connected."""
    broken: list[list[Step]] = [[Unreachable("broke")] for _ in range(5)]
    world = World([page(), page(version=200)], [*broken, [added("a", 105), GONE]])
    world.run()
    (gap,) = (item for item in world.items if isinstance(item, Gap))
    assert (gap.until - gap.since).total_seconds() >= sum(world.pauses[:5])


def test_an_old_event_after_a_long_wait_for_its_turn_proves_nothing_either() -> None:
    class Waiting(World):
        """Each request has to wait for its turn, for 20 seconds."""

        def enter(self) -> None:
            self.seconds += 20.0

    world = Waiting([page(), page(version=200)], [[added("a", 105), GONE]])
    assert "gap of 40 s" in world.run()  # since the first list was asked for, after 20 s


def test_an_old_event_does_not_prove_that_all_is_known() -> None:
    world = World([page(pod("a", 90)), page()], [[30.0, modified("a", 80), bookmark(70), GONE]])
    assert "gap of 30 s" in world.run()


def test_a_list_of_the_past_takes_nothing_back() -> None:
    past, now = page(pod("gone", 80), version=85), page(pod("a", 90), version=100)
    world = World([page(pod("a", 90)), past, now], [[GONE]])
    assert world.run()[3:] == [
        f"listing: {GONE}",
        "reconnecting: the server's list is older than what was seen",
        "gap of 0 s",
        "synced",
    ]


def test_a_first_list_that_is_begun_again_takes_nothing_back_either() -> None:
    past = page(pod("a", 80), version=85)
    world = World([page(pod("a", 90), following="x"), Unreachable("cut"), past, page(pod("a", 90))])
    assert [line for line in world.run() if "a@" in line] == ["ADDED a@90 (listed)"]


def test_a_server_that_has_only_the_past_was_restored() -> None:
    past = page(pod("a", 80), version=85)
    world = World([page(pod("a", 90)), *[past] * 5], [[GONE], []])
    assert world.run()[-3:] == ["MODIFIED a@80 (listed)", "synced", "live"]
    assert world.versions == ["100", "85"]


def test_a_pod_that_is_deleted_while_a_list_is_begun_again_is_gone() -> None:
    world = World(
        [
            page(pod("a", 5), pod("b", 6)),
            page(pod("a", 5), following="x"),
            GONE,
            page(pod("b", 6), version=200),
        ],
        [[GONE]],
    )
    assert "DELETED a@5 (listed)" in world.run()


@cases(
    "failures asked",
    {
        "is begun again": (1, [("", False), ("x", False), ("", False)]),
        "twice is asked for in one piece": (
            2,
            [("", False), ("x", False), ("", False), ("x", False), ("", True)],
        ),
    },
)
def test_a_list_whose_token_expires(failures: int, asked: list[tuple[str, bool]]) -> None:
    pages: list[ListPage | Exception] = []
    for _ in range(failures):
        pages += [page(pod("a", 5), following="x"), GONE]
    world = World([*pages, page(pod("a", 5), pod("b", 6))])
    assert world.run()[1:] == ["ADDED a@5 (listed)", "ADDED b@6 (listed)", "synced"]
    assert world.asked == asked


def test_a_server_that_was_restored_to_an_earlier_state_is_listed_anew() -> None:
    behind = ApiError(504, "Timeout", "Too large resource version: 100, current: 50")
    world = World(
        [page(pod("a", 90)), page(pod("a", 40), version=50)],
        [[behind], [behind], [behind], [behind], [behind], [modified("a", 51)]],
    )
    assert world.run()[3:] == [
        f"reconnecting: {behind}",
        f"listing: {behind}",
        "gap of 3 s",
        "MODIFIED a@40 (listed)",
        "synced",
        "live",
        "MODIFIED a@51",
    ]


def test_an_unexplained_error_at_the_same_version_ends_in_a_new_list() -> None:
    odd = ApiError(500, message="?", in_watch=True)
    world = World([page(), page(version=200)], [[odd], [odd], [odd], [odd], [odd], []])
    assert "gap of" in " ".join(world.run())
    assert world.versions == ["100"] * 5 + ["200"]


# ── what can't be read ──


def test_an_unreadable_object_does_not_end_the_stream() -> None:
    world = World([page(pod("a", 5))], [[Malformed("shop/a", "bad", "105"), modified("a", 106)]])
    assert world.run()[4:] == ["unreadable shop/a", "MODIFIED a@106"]


def test_a_known_object_that_is_listed_unreadable_is_not_taken_for_deleted() -> None:
    bad = Malformed("shop/a", "bad", "150", "uid-a")
    world = World([page(pod("a", 5)), page(bad)], [[GONE]])
    assert world.run()[-2:] == ["unreadable shop/a", "synced"]


def test_nothing_is_taken_for_deleted_while_a_listed_object_has_no_uid() -> None:
    world = World([page(pod("a", 5)), page(Malformed("?", "bad"))], [[GONE]])
    assert world.run()[-2:] == ["unreadable ?", "synced"]


def test_what_can_not_be_read_is_said_once() -> None:
    bad = Malformed("shop/a", "bad", "105", "uid-a")
    later = page(pod("b", 6), bad, version=110)
    world = World([page(pod("a", 5), pod("b", 6)), later, later], [[bad, bad], [bad, GONE], [GONE]])
    assert world.run().count("unreadable shop/a") == 1


def test_an_older_version_of_what_can_not_be_read_is_no_news() -> None:
    bad = Malformed("shop/a", "bad", "150", "uid-a")
    world = World([page(pod("a", 5)), page(bad, version=200)], [[GONE], [modified("a", 120)]])
    assert world.run()[-1] == "live"


def test_a_deletion_that_can_not_be_read_is_a_deletion() -> None:
    bad = Malformed("shop/a", "bad", "105", "uid-a", deleted=True)
    world = World([page(pod("a", 5))], [[bad, bad], [bad]])
    assert world.run()[4:] == ["unreadable shop/a", "DELETED a@5 (listed)"]


def test_an_object_that_can_be_read_again_was_not_added() -> None:
    bad = Malformed("shop/a", "bad", "90", "uid-a")
    world = World([page(bad), page(pod("a", 150), version=200)], [[GONE]])
    assert world.run()[-2:] == ["MODIFIED a@150 (listed)", "synced"]


# ── leaving a selection ──


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param("", "''", id="no Pod has the name"),
        pytest.param("uid-a", "'uid-a'", id="it is still there"),
        pytest.param("other", "'other'", id="another has the name"),
        pytest.param(ApiError(403), "None", id="it may not be asked"),
        pytest.param(Unreachable("refused"), "None", id="it can't be asked"),
    ],
)
@pytest.mark.parametrize("by", ["an event", "a list"])
def test_a_pod_that_leaves_a_selection_is_asked_for(
    answer: str | Exception, said: str, by: str
) -> None:
    world = World([page(pod("a", 5)), page()], [[deleted("a", 105)]], uid_now=answer)
    if by == "a list":
        world.watches = [[GONE]]
    lines = world.run(Scope("Pod", "shop", label_selector="app=web"))
    position = next(n for n, line in enumerate(lines) if line.startswith("DELETED"))
    assert lines[position - 1] == f"fetched a: {said}"


SELECTED = Scope("Pod", "shop", label_selector="app=web")


def test_after_a_question_without_an_answer_nothing_is_asked_for_a_while() -> None:
    world = World(
        [page(*(pod(name, 5) for name in "abc"))],
        [[deleted("a", 105), deleted("b", 106), 6.0, deleted("c", 107)]],
        uid_now=[Unreachable("no answer for 5 s"), ""],
    )
    lines = world.run(SELECTED)
    assert [line for line in lines if line.startswith("fetched")] == [
        "fetched a: None",
        "fetched b: None",
        "fetched c: ''",
    ]
    assert world.asked_for == ["a", "c"]


def test_a_pod_is_asked_for_with_new_credentials_if_the_old_ones_have_expired() -> None:
    world = World([page(pod("a", 5))], [[deleted("a", 105)]], uid_now=[ApiError(401), ""])
    assert "fetched a: ''" in world.run(SELECTED)
    assert world.renewals == [False]


def test_credentials_are_not_read_anew_for_each_pod_without_end() -> None:
    gone: list[Step] = []
    for number, name in enumerate("abcdef"):
        gone += [deleted(name, 105 + number), 6.0]
    world = World(
        [page(*(pod(name, 5) for name in "abcdef"))],
        [gone],
        uid_now=[ApiError(401) for _ in range(12)],
    )
    world.run(SELECTED)
    assert world.renewals == [False, True]


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(PODS, id="all Pods"),
        pytest.param(Scope("Pod", "shop", "", "metadata.name=a"), id="one Pod by name"),
        pytest.param(Scope("Job", "shop", "app=web"), id="another kind"),
    ],
)
def test_nothing_is_asked_for_when_the_deletion_is_certain(scope: Scope) -> None:
    world = World([page(pod("a", 5))], [[deleted("a", 105)]])
    assert world.run(scope)[-2:] == ["live", "DELETED a@105"]


# ── refusals ──


@cases(
    "failure scope code words",
    {
        "401": (
            ApiError(401, "Unauthorized"),
            PODS,
            ExitCode.UNAVAILABLE,
            ["does not accept your credentials"],
        ),
        "403 in a namespace": (
            ApiError(403, "Forbidden", 'User "me" cannot list resource "pods"'),
            PODS,
            ExitCode.UNAVAILABLE,
            ["you may not list pods", "kubectl auth can-i list pods -n shop"],
        ),
        "403 everywhere": (
            ApiError(403, "Forbidden", 'User "me" cannot list resource "pods"'),
            Scope("Pod"),
            ExitCode.UNAVAILABLE,
            ["in the whole cluster", "kubectl auth can-i list pods -A"],
        ),
        "a selector that is none": (
            ApiError(400, "BadRequest", "unable to parse requirement"),
            Scope("Pod", "shop", "a=b=c"),
            ExitCode.USAGE,
            ['"a=b=c"', "unable to parse requirement"],
        ),
        "something that is no API server": (
            ApiError(404, "NotFound", "the server could not find it"),
            PODS,
            ExitCode.UNAVAILABLE,
            ["404"],
        ),
        "a certificate": (
            Unreachable("its certificate is not trusted", lasting=True),
            PODS,
            ExitCode.UNAVAILABLE,
            ["its certificate is not trusted"],
        ),
    },
)
def test_a_first_list_that_is_refused_ends_the_watch_at_once(
    failure: Exception, scope: Scope, code: ExitCode, words: list[str]
) -> None:
    world = World([failure, failure])
    error = world.error(scope)
    assert error.exit_code == code
    for word in words:
        assert word in f"{error.message} | {error.hint}"
    assert world.seconds == 0


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Unreachable("the server refused the connection"), id="is down"),
        pytest.param(ApiError(500, message="etcd has no leader"), id="answers 500"),
        pytest.param(ApiError(429, message="too many requests", retry_after=1.0), id="is busy"),
    ],
)
def test_patience_ends_when_the_server(failure: Exception) -> None:
    world = World([failure for _ in range(50)])
    error = world.error()
    assert error.exit_code == ExitCode.UNAVAILABLE
    assert str(failure) in error.message
    assert 10 <= world.seconds < 25


def test_a_server_that_comes_up_in_time_is_no_error() -> None:
    world = World([Unreachable("refused"), Unreachable("refused"), page()])
    assert world.run() == ["listing", "reconnecting: refused", "synced"]


@pytest.mark.parametrize("code", [401, 403])
def test_a_refusal_after_the_first_list_is_said_and_tried_again_slowly(code: int) -> None:
    refusals: list[list[Step]] = [[ApiError(code)] for _ in range(6)]
    world = World([page()], [[], *refusals, []])
    states = world.run()
    assert states[2] == "live"
    assert states[-2].startswith("forbidden: ")
    assert states[-1] == "live"
    assert any(15 <= pause <= 60 for pause in world.pauses)


def test_a_server_that_starts_refuses_everybody_for_a_moment() -> None:
    world = World([page()], [[], [ApiError(403, "", "no")], [ApiError(403, "", "no")], []])
    assert world.run()[2:] == ["live", "reconnecting: refused for the moment: no", "live"]
    assert sum(world.pauses) < 5


def test_who_may_list_but_not_watch_is_told_at_once() -> None:
    refusal = ApiError(403, "Forbidden", 'User "x" cannot watch resource "pods"')
    with pytest.raises(PodwatchError, match="you may not watch pods") as raised:
        World([page()], [[refusal]]).run()
    assert raised.value.exit_code is ExitCode.UNAVAILABLE
    assert "kubectl auth can-i watch pods -n shop" in raised.value.hint


def test_a_server_that_was_started_anew_since_the_list_refuses_for_a_moment() -> None:
    refusal = ApiError(403, "", "no")
    world = World([page()], [[ApiError(503, "", "down")], [refusal], [refusal], []])
    assert world.run()[2:] == [
        "reconnecting: down",
        "reconnecting: refused for the moment: no",
        "live",
    ]


@pytest.mark.parametrize(
    ("behind", "skew"),
    [
        pytest.param(0.4, 0.0, id="within the second that is not told"),
        pytest.param(-3.0, 3.0, id="the server is ahead"),
        pytest.param(61.0, -60.0, id="the server is behind"),
    ],
)
def test_the_clocks_differ_by_what_whole_seconds_prove(behind: float, skew: float) -> None:
    date = START - timedelta(seconds=behind)
    assert clock_skew(date, START) == pytest.approx(skew)


def test_other_kinds_than_pods_are_given_up_once_and_quietly() -> None:
    world = World([ApiError(403, "Forbidden", "no") for _ in range(4)])
    assert world.run(Scope("Job", "shop")) == [
        "listing",
        'forbidden: no permission to list jobs.batch in namespace "shop"; '
        "podwatch goes on without them",
    ]
    assert all(pause >= 60 for pause in world.pauses)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(ApiError(401), id="401"),
        pytest.param(ApiError(404), id="404"),
        pytest.param(ApiError(400), id="400"),
        pytest.param(ApiError(500), id="500"),
        pytest.param(Unreachable("refused"), id="down"),
        pytest.param(Unreachable("certificate", lasting=True), id="a certificate"),
    ],
)
def test_nothing_is_fatal_for_other_kinds(failure: Exception) -> None:
    world = World([*(failure for _ in range(30)), page()])
    assert world.run(Scope("Event", "shop"))[-1] == "synced"


def test_after_a_401_new_credentials_are_tried_at_once() -> None:
    world = World([ApiError(401), page()], [[ApiError(401)], [added("a", 105)]])
    assert world.run() == ["listing", "synced", "live", "ADDED a@105"]
    assert world.renewals == [False, False]


def test_the_same_credentials_are_tried_only_once_before_it_is_said() -> None:
    world = World([page()], [[ApiError(401)], [ApiError(401)], [ApiError(401)], []])
    world.run()
    assert world.renewals == [False, True, False]  # the last after a long pause
    assert world.pauses[1] >= 15


@pytest.mark.parametrize(
    "between",
    [
        pytest.param(ApiError(429, message="busy"), id="accepted"),
        pytest.param(Unreachable("down"), id="in an outage"),
    ],
)
def test_credentials_are_read_anew_again_after_they_were(between: Exception) -> None:
    world = World([ApiError(401), between, ApiError(401), page()])
    assert world.run()[-1] == "synced"
    assert world.renewals == [False, False]


def test_credentials_that_were_replaced_on_their_way_are_read_once_more() -> None:
    world = World([ApiError(401), ApiError(401), ApiError(401), page()], renew=lambda: True)
    assert world.run() == ["listing", "synced"]
    assert world.renewals == [False, True, True]


def test_credentials_that_always_differ_are_not_read_anew_for_ever() -> None:
    world = World([ApiError(401, "Unauthorized") for _ in range(9)], renew=lambda: True)
    assert "does not accept your credentials" in world.error().message
    assert len(world.renewals) == RENEWALS


def test_a_login_command_that_fails_later_does_not_end_the_watch() -> None:
    def fails() -> bool:
        raise Unreachable("the login command failed")

    world = World([page()], [[ApiError(401)], [added("a", 105)]], renew=fails)
    lines = world.run()
    assert lines[2].startswith("forbidden: ")
    assert lines[-1] == "ADDED a@105"


# ── everything at once ──


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_happens_the_end_is_the_truth_and_nothing_comes_twice(data: st.DataObject) -> None:
    """A cluster changes; the watch is cut, replayed and expired at random in between."""
    version = 100
    truth: dict[str, Pod] = {}
    history: list[WatchEvent] = []
    world = World([page()], [])
    for _ in range(data.draw(st.integers(1, 6))):
        steps: list[Step] = []
        for name in data.draw(st.lists(st.sampled_from("abc"), max_size=5)):
            version += 1
            uid = f"uid-{name}"
            if uid in truth and data.draw(st.booleans()):
                change = deleted(name, version, uid)
                del truth[uid]
            else:
                change = (modified if uid in truth else added)(name, version, uid)
                assert isinstance(change.object, Pod)
                truth[uid] = change.object
            history.append(change)
            steps.append(change)
        if data.draw(st.booleans()):  # an old server sends some of it again
            steps += history[data.draw(st.integers(0, len(history))) :]
        if data.draw(st.booleans()):  # and what follows is missed
            lost = data.draw(st.integers(0, len(steps)))
            world.watches.append([*steps[:lost], GONE])
            world.pages.append(page(*truth.values(), version=version))
        else:
            world.watches.append([*steps, Unreachable("broke")])
    world.watches.append([])
    world.run()
    seen: dict[str, Pod] = {}
    given_: set[tuple[str, str, str]] = set()
    for item in world.items:
        if isinstance(item, Observed):
            meta = item.object.metadata
            key = (meta.uid, meta.resource_version, item.type if item.type == "DELETED" else "")
            assert key not in given_
            given_.add(key)
            if item.type == "DELETED":
                del seen[meta.uid]
            else:
                assert isinstance(item.object, Pod)
                seen[meta.uid] = item.object
    assert seen == truth
