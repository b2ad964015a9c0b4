"""The stages of a Pod's start, from real recordings and from Pods that are made here."""

import pytest
from msgspec.structs import replace

from podwatch import scenarios
from podwatch.core.board import Board, Row
from podwatch.core.concepts import catalog
from podwatch.core.kube import Pod
from podwatch.core.kube.meta import ObjectMeta
from podwatch.core.kube.pod_status import ContainerState, ContainerStatus, PodStatus, Running
from podwatch.core.startup import Progress, Stage, StageName, Waterfall
from podwatch.core.stream import (
    Deed,
    Fetched,
    Observed,
    Opened,
    Posed,
    Ref,
    StreamItem,
    Synced,
    Tick,
)
from podwatch.sources.recording import read
from tests.build import at, condition, ended, fed, running, status, synced
from tests.cases import cases
from tests.renderers.dashboard.boards import board, creating, event, opened, pod, seen


def recorded(name: str) -> list[StreamItem]:
    return list(read(scenarios.scenario(name).recording))


def after(items: list[StreamItem]) -> Board:
    return fed(items, catalog()).board


def start_of(of: Board, name: str) -> Waterfall:
    row = next(row for row in of.rows if row.ref.name.startswith(name))
    return of.start_of(row)


def stage(of: Waterfall, name: StageName, container: str = "") -> Stage:
    return next(one for one in of.stages if (one.name, one.container) == (name, container))


def listed_late(items: list[StreamItem]) -> Board:
    """What a watch knows that begins after everything has happened."""
    row_by_uid: dict[str, Row] = {row.ref.uid: row for row in after(items).rows}
    late: list[StreamItem] = [item for item in items if not isinstance(item, Observed)]
    scopes = (item.scope for item in items if isinstance(item, Synced))
    scope = next(scope for scope in scopes if scope.kind == "Pod")
    end = items[-1].t
    for row in row_by_uid.values():
        one = Observed(
            t=0.0, at=row.pod.metadata.creation_timestamp or at(0), scope=scope, type="ADDED",
            object=row.pod, initial=True,
        )  # fmt: skip
        late.insert(1, one)
    return after([*late, Tick(t=end)])


def test_a_start_that_was_seen_has_all_its_stages_in_order() -> None:
    start = start_of(after(recorded("init-containers")), "shop")
    assert [(one.name.value, one.container) for one in start.stages] == [
        ("scheduled", ""),
        ("sandbox", ""),
        ("pulled", "wait-for-database"),
        ("ran", "wait-for-database"),
        ("pulled", "migrate"),
        ("ran", "migrate"),
        ("pulled", "app"),
        ("started", "app"),
        ("ready", ""),
    ]
    assert all(one.progress is Progress.DONE for one in start.stages)
    assert not any(one.whole_seconds for one in start.stages)
    assert start.slowest == stage(start, StageName.RAN, "migrate")
    assert start.seconds == pytest.approx(10.6, abs=0.05)


def test_the_kubelet_itself_says_how_long_a_pull_took() -> None:
    start = start_of(after(recorded("deployment")), "web-")
    pulled = stage(start, StageName.PULLED, "httpd")
    assert pulled.seconds == pytest.approx(0.343, abs=0.001)
    assert not pulled.whole_seconds


def test_an_image_that_was_there_took_no_time() -> None:
    pulled = stage(start_of(after(recorded("overview")), "api"), StageName.PULLED, "app")
    assert (pulled.seconds, pulled.note) == (0.0, "already on the node")


def test_a_slow_probe_is_named() -> None:
    start = start_of(after(recorded("deployment")), "web-")
    assert start.slowest is not None
    assert start.slowest.name is StageName.READY
    assert start.slowest.note == "needs the probes of httpd"


def test_a_start_in_a_cluster_that_is_named_is_known_as_well() -> None:
    def in_the_east(item: StreamItem) -> StreamItem:
        if isinstance(item, Opened):
            return replace(item, scopes=tuple(replace(s, cluster="east") for s in item.scopes))
        if isinstance(item, Tick | Deed | Posed | Fetched):
            return item
        return replace(item, scope=replace(item.scope, cluster="east"))

    items = recorded("overview")
    named = list(map(in_the_east, items))
    assert start_of(after(named), "api") == start_of(after(items), "api")


def test_an_image_that_never_comes_keeps_its_stage_open() -> None:
    start = start_of(after(recorded("missing-image")), "typo")
    pulled = stage(start, StageName.PULLED, "app")
    assert pulled.progress is Progress.UNDER_WAY
    assert start.slowest == pulled
    assert stage(start, StageName.READY).progress is Progress.AHEAD
    assert start.seconds is None


def test_an_init_container_that_failed_first_says_how_often_it_ran() -> None:
    start = start_of(after(recorded("init-container-retried")), "patient")
    ran = stage(start, StageName.RAN, "prepare")
    assert (ran.note, round(ran.seconds or 0)) == ("3 runs", 17)


def test_restarts_do_not_count_as_the_start() -> None:
    start = start_of(after(recorded("crash-loop")), "api")
    assert start.seconds == pytest.approx(1.15, abs=0.05)


def test_from_timestamps_alone_only_whole_seconds_are_known() -> None:
    start = start_of(listed_late(recorded("init-containers")), "shop")
    assert start.whole_seconds
    assert start.seconds == pytest.approx(10.0)
    ran = stage(start, StageName.RAN, "wait-for-database")
    assert (ran.seconds, ran.whole_seconds) == (4.0, True)
    assert stage(start, StageName.PULLED, "app").progress is Progress.UNKNOWN
    assert stage(start, StageName.STARTED, "app").note == "with its image"
    assert "without a break" in stage(start, StageName.READY).note


def test_whole_seconds_that_could_hide_the_order_name_no_slowest() -> None:
    start = start_of(listed_late(recorded("init-containers")), "shop")
    seconds = sorted(one.seconds for one in start.stages if one.seconds is not None)
    assert seconds[-2:] == [4.0, 5.0] or seconds[-2:] == [4.0, 4.0]
    assert start.slowest is None


def test_ready_of_a_pod_with_restarts_is_not_dated_by_its_last_change() -> None:
    last = ended("c-1", began=0, finished=5)
    app = status(running(6), "c-2", ready=True, restarts=1, last=last)
    conditions = (condition("PodScheduled", since=-120), condition("Ready", since=6))
    one = pod("api", app, conditions=conditions)
    start = start_of(board([opened(), seen(0.05, one, "ADDED", initial=True), synced()]), "api")
    assert stage(start, StageName.STARTED, "app").progress is Progress.DONE
    assert stage(start, StageName.READY).progress is Progress.UNKNOWN
    assert start.seconds is None


def test_what_came_late_counts_at_its_own_timestamp() -> None:
    new = creating("web", age=0)
    scheduled = creating("web", age=0, conditions=[condition("PodScheduled", since=2)])
    items: list[StreamItem] = [
        opened(), synced(), seen(0.3, new, "ADDED"), seen(42, scheduled),
    ]  # fmt: skip
    start = start_of(board(items), "web")
    first = stage(start, StageName.SCHEDULED)
    assert first.seconds == pytest.approx(1.7)
    assert first.whole_seconds


def test_the_skew_of_the_clocks_does_not_spoil_durations() -> None:
    new = creating("web", age=-60)  # by the cluster's clock it is a minute later
    items: list[StreamItem] = [
        opened(),
        synced(clock_skew=60.0),
        seen(0.3, new, "ADDED"),
        Tick(t=10),
    ]
    first = stage(start_of(board(items), "web"), StageName.SCHEDULED)
    assert first.progress is Progress.UNKNOWN  # it has a node
    unscheduled = replace(new, spec=replace(new.spec, node_name=""))
    items[2] = seen(0.3, unscheduled, "ADDED")
    first = stage(start_of(board(items), "web"), StageName.SCHEDULED)
    assert first.progress is Progress.UNDER_WAY
    assert first.seconds == pytest.approx(9.7)


def test_a_pod_that_is_deleted_before_it_has_a_node_never_gets_one() -> None:
    new = pod("web", deleting=True)
    new = replace(new, spec=replace(new.spec, node_name=""))
    start = start_of(board([opened(), seen(0, new, "ADDED", initial=True), synced()]), "web")
    assert {one.progress for one in start.stages} == {Progress.NEVER}


def test_a_container_that_could_not_be_started_is_not_started() -> None:
    start = start_of(after(recorded("wrong-command")), "mistyped")
    assert stage(start, StageName.STARTED, "app").progress is Progress.NEVER
    assert stage(start, StageName.READY).progress is Progress.NEVER


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ('Successfully pulled image "a" in 3.2s (1m4.5s including waiting). Image size: 1', 64.5),
        ('Successfully pulled image "a" in 12ms (850ms including waiting)', 0.85),
        ('Successfully pulled image "a" in soon (soon including waiting)', None),
        ("x in " * 200_000, None),
    ],
    ids=["minutes", "milliseconds", "no duration", "very long"],
)
def test_a_pulls_message_is_read_with_care(message: str, seconds: float | None) -> None:
    new = creating("web", age=0)
    pulled = replace(event(new, "Pulled", message, t=70), first_timestamp=at(70))
    items: list[StreamItem] = [opened(), synced(), seen(0.3, new, "ADDED"), seen(70.5, pulled)]
    found = stage(start_of(board(items), "web"), StageName.PULLED, "app")
    assert found.progress is Progress.DONE
    assert found.seconds == (pytest.approx(seconds) if seconds is not None else None)


def test_events_of_a_later_run_are_not_taken_for_the_first() -> None:
    app = status(ContainerState(running=Running()), "c", restarts=9)
    old = pod("web", app)
    started = replace(event(old, "Started", "Container started", t=10), first_timestamp=at(10))
    there = seen(0, old, "ADDED", initial=True)
    items: list[StreamItem] = [opened(), there, synced(), seen(10.2, started)]
    found = stage(start_of(board(items), "web"), StageName.STARTED, "app")
    assert found.progress is Progress.UNKNOWN


@cases(
    "one",
    {
        "nothing": Pod(),
        "a status without a container": Pod(
            status=PodStatus(container_statuses=(ContainerStatus(name="ghost"),))
        ),
        "created in the future": Pod(metadata=ObjectMeta(name="x", creation_timestamp=at(1e9))),
    },
)
def test_no_pod_is_too_strange(one: Pod) -> None:
    row = Row(ref=Ref.of(one), pod=one, changed_t=0)
    start = board([]).start_of(row)
    assert [each.name for each in start.stages] == ["scheduled", "sandbox", "ready"]


@pytest.mark.parametrize("name", scenarios.names())
def test_every_recorded_start_adds_up(name: str) -> None:
    items = recorded(name)
    for of in (after(items), listed_late(items)):
        for row in of.rows:
            start = of.start_of(row)
            for one in start.stages:
                assert one.seconds is None or one.seconds >= 0
                assert one.begin is None or one.begin >= 0
                if one.progress in {Progress.AHEAD, Progress.NEVER, Progress.UNKNOWN}:
                    assert one.seconds is None
            done = [one for one in start.stages if one.progress is Progress.DONE]
            if start.seconds is not None and not start.whole_seconds:
                ends = [(one.begin or 0) + (one.seconds or 0) for one in done]
                assert max(ends) <= start.seconds + 0.001
            assert (start.slowest is None) or start.slowest in start.stages
            names = {one.container for one in start.stages if one.container}
            spec = row.pod.spec
            assert names == {one.name for one in (*spec.init_containers, *spec.containers)}
