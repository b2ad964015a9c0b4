"""Lists and watches, over a real HTTP server on this machine that behaves well or badly."""

import json
import queue
import time
from pathlib import Path
from typing import Any

import pytest

from podwatch.core.stream import Observed, Scope, Synced
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import Patience, connect
from tests.cases import cases
from tests.fake_api import (
    FakeApi,
    Reply,
    access,
    error,
    event,
    kubeconfig,
    listing,
    pod,
    status,
    watching,
)
from tests.sources.cluster.follow import FAR, PODS, following
from tests.sources.test_reflect import told


def test_a_list_in_two_pages_and_then_a_watch(tmp_path: Path) -> None:
    lists = [listing(pod("a", 5), following="next"), listing(pod("b", 6), version=100)]
    watches = [watching(event("MODIFIED", pod("a", 101)), ending="hang")]
    with FakeApi(lists, watches) as api, following(kubeconfig(tmp_path, api.url)) as followed:
        assert followed.until("MODIFIED") == [
            "listing",
            "ADDED a@5 (listed)",
            "ADDED b@6 (listed)",
            "synced",
            "live",
            "MODIFIED a@101",
        ]
        first, second, watch = (request for request in api.requests if "/pods" in request.path)
        assert first.query == {"limit": "500"}
        assert second.query == {"limit": "500", "continue": "next"}
        assert watch.query.keys() == {
            "watch",
            "resourceVersion",
            "allowWatchBookmarks",
            "timeoutSeconds",
        }
        assert 300 <= int(watch.query["timeoutSeconds"]) <= 600
        assert watch.query["resourceVersion"] == "100"
        assert first.headers["Accept-Encoding"] == "gzip"
        assert "gzip" not in watch.headers.get("Accept-Encoding", "")


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        pytest.param(PODS, "/api/v1/namespaces/shop/pods", id="Pods of a namespace"),
        pytest.param(Scope("Pod"), "/api/v1/pods", id="all Pods"),
        pytest.param(Scope("Event", "shop"), "/api/v1/namespaces/shop/events", id="Events"),
        pytest.param(Scope("Job", "shop"), "/apis/batch/v1/namespaces/shop/jobs", id="Jobs"),
        pytest.param(Scope("Node"), "/api/v1/nodes", id="Nodes"),
    ],
)
def test_each_kind_has_its_path(tmp_path: Path, scope: Scope, path: str) -> None:
    with FakeApi() as api, following(kubeconfig(tmp_path, api.url), scope) as followed:
        followed.until("live")
        assert {request.path for request in api.requests} <= {path, "/api/v1/namespaces/shop"}


def test_selectors_are_sent_with_list_and_watch(tmp_path: Path) -> None:
    scope = Scope("Pod", "shop", "app in (a,b)", "status.phase!=Running")
    with FakeApi() as api, following(kubeconfig(tmp_path, api.url), scope) as followed:
        followed.until("live")
        for request in api.requests:
            if request.path.endswith("/pods"):
                assert request.query["labelSelector"] == "app in (a,b)"
                assert request.query["fieldSelector"] == "status.phase!=Running"


def test_a_compressed_list_is_read_and_its_date_compared(tmp_path: Path) -> None:
    headers = {"Content-Encoding": "gzip", "Date": "Thu, 01 Jan 2099 00:00:00 GMT"}
    page = Reply(listing(pod("a", 5)).body, headers=headers)
    with FakeApi([page]) as api, following(kubeconfig(tmp_path, api.url)) as followed:
        assert "ADDED a@5 (listed)" in followed.until("synced")
        assert isinstance(synced := followed.items[-1], Synced)
        assert synced.clock_skew > 1e9


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param(watching(error(410, "Expired", "too old")), id="an ERROR"),
        pytest.param(watching(error(None, "Expired", "too old")), id="an ERROR without a code"),
        pytest.param(watching(error(410)), id="an ERROR without words"),
        pytest.param(status(410, "Expired", "too old"), id="a status"),
    ],
)
def test_a_history_that_is_gone_is_listed_anew(tmp_path: Path, gone: Reply) -> None:
    lists = [
        listing(pod("a", 5), pod("b", 6, "first")),
        listing(pod("b", 150, "second"), version=200),
    ]
    with FakeApi(lists, [gone]) as api, following(kubeconfig(tmp_path, api.url)) as followed:
        followed.until("gap")
        assert followed.until("synced")[-4:] == [
            "DELETED b/first@6 (listed)",
            "ADDED b/second@150 (listed)",
            "DELETED a@5 (listed)",
            "synced",
        ]
        followed.until("live")
        assert api.watches[-1].query["resourceVersion"] == "200"


@cases(
    "first said",
    {
        "ends well": (watching(event("ADDED", pod("a", 101))), None),
        "is cut in the middle of a line": (
            watching(event("ADDED", pod("a", 101)), FAR[:50], ending="cut"),
            "reconnecting: the connection broke",
        ),
        "is reset": (
            watching(event("ADDED", pod("a", 101)), 0.05, ending="reset"),
            "reconnecting: the connection broke",
        ),
        "is cut in the middle of a line that no framing guards": (
            watching(event("ADDED", pod("a", 101)), FAR[:50], framing="until close"),
            None,
        ),
        "has an ERROR": (
            watching(event("ADDED", pod("a", 101)), error(500, "InternalError", "no leader")),
            "reconnecting: no leader",
        ),
        "falls silent": (
            watching(event("ADDED", pod("a", 101)), ending="hang"),
            "reconnecting: no answer for 0.3 s",
        ),
    },
)
def test_a_watch_is_resumed_after_the_last_event_when_it(
    tmp_path: Path, first: Reply, said: str | None
) -> None:
    patience = Patience(silence=0.3)
    with (
        FakeApi(watches=[first, watching(FAR, ending="hang")]) as api,
        following(kubeconfig(tmp_path, api.url), patience=patience) as followed,
    ):
        lines = followed.until("ADDED far")
        assert [line for line in lines if line.startswith("ADDED")] == [
            "ADDED a@101",
            "ADDED far@300",
        ]
        assert [line for line in lines if line.startswith("reconn")] == ([said] if said else [])
        assert [request.query["resourceVersion"] for request in api.watches] == ["100", "101"]


@cases(
    "headers",
    {
        "in seconds": {"Retry_After": "1"},
        "as a date": {
            "Date": "Thu, 05 Mar 2026 10:00:00 GMT",
            "Retry_After": "Thu, 05 Mar 2026 10:00:01 GMT",
        },
    },
)
def test_a_retry_after_is_kept(tmp_path: Path, headers: dict[str, str]) -> None:
    busy = status(429, "TooManyRequests", "come back later", **headers)
    with (
        FakeApi(watches=[busy, watching(FAR, ending="hang")]) as api,
        following(kubeconfig(tmp_path, api.url)) as followed,
    ):
        followed.until("ADDED far")
        when = {told(item): item.t for item in followed.items}
        assert when["live"] - when["reconnecting: come back later"] >= 1


BROKEN_POD = {**pod("bad", 102), "status": {"containerStatuses": 7}}


@cases(
    "line said",
    {
        "a blank line": (b"\n", None),
        "white space": (b"   \r\n", None),
        "a malformed line": (b'{"type": "ADDED", "obj\n', "unreadable ?"),
        "another JSON": (b'"hello"\n', "unreadable ?"),
        "deep nesting": (b"[" * 100_000 + b"\n", "unreadable ?"),
        "an unknown type of event": (event("NEW", pod("a", 101)), "unreadable ?"),
        "a broken Pod": (event("ADDED", BROKEN_POD), "unreadable shop/bad"),
        "a Pod with null for what is not there": (
            event("MODIFIED", {**pod("a", 102), "spec": None, "status": {"conditions": None}}),
            "MODIFIED a@102",
        ),
        "a huge line": (
            event("ADDED", {**pod("huge", 102), "data": "x" * 8_000_000}),
            "ADDED huge@102",
        ),
        "invalid UTF-8": (
            event("ADDED", pod("bytes", 102)).replace(b"Running", b"\xff\xfe"),
            "ADDED bytes@102",
        ),
    },
)
def test_the_watch_goes_on_after(tmp_path: Path, line: bytes, said: str | None) -> None:
    watch = watching(event("ADDED", pod("a", 101)), line, FAR, ending="hang")
    with FakeApi(watches=[watch]) as api, following(kubeconfig(tmp_path, api.url)) as followed:
        lines = followed.until("ADDED far")
        assert lines[3:] == ["ADDED a@101", *([said] if said else []), "ADDED far@300"]
        assert len(api.watches) == 1


def test_a_list_goes_on_after_a_pod_that_can_not_be_read(tmp_path: Path) -> None:
    page = listing(pod("a", 5), BROKEN_POD, pod("b", 6))
    with FakeApi([page]) as api, following(kubeconfig(tmp_path, api.url)) as followed:
        assert followed.until("synced") == [
            "listing",
            "ADDED a@5 (listed)",
            "unreadable shop/bad",
            "ADDED b@6 (listed)",
            "synced",
        ]


def test_an_answer_that_is_no_list_deletes_nothing(tmp_path: Path) -> None:
    error = Reply([b'{"error": "upstream unavailable"}'])
    gone = watching(event("ERROR", {"kind": "Status", "code": 410}))
    with (
        FakeApi(
            [listing(pod("a", 5)), error, listing(pod("a", 5), version=200)],
            watches=[gone, watching(FAR, ending="hang")],
        ) as api,
        following(kubeconfig(tmp_path, api.url)) as followed,
    ):
        lines = followed.until("ADDED far")
    assert "reconnecting: the server's answer is not a list" in lines
    assert not [line for line in lines if line.startswith("DELETED")]


def test_characters_that_are_split_between_chunks_survive(tmp_path: Path) -> None:
    line = json.dumps(
        {"type": "ADDED", "object": pod("a", 101, reason="ünï→😀")}, ensure_ascii=False
    ).encode()
    pieces = [line[n : n + 1] for n in range(len(line))]
    watch = watching(*pieces, b"\n", ending="hang")
    with FakeApi(watches=[watch]) as api, following(kubeconfig(tmp_path, api.url)) as followed:
        followed.until("ADDED a")
        assert isinstance(item := followed.items[-1], Observed)
        assert item.object.status.reason == "ünï→😀"  # type: ignore[union-attr]


@pytest.mark.parametrize("framing", ["chunked", "until close"])
def test_an_event_arrives_at_once_however_the_body_is_framed(tmp_path: Path, framing: Any) -> None:
    watch = watching(event("ADDED", pod("a", 101)), ending="hang", framing=framing)
    with FakeApi(watches=[watch]) as api, following(kubeconfig(tmp_path, api.url)) as followed:
        followed.until("live")
        live = time.monotonic()
        followed.until("ADDED a")
        assert time.monotonic() - live < 5


def test_many_events_in_one_chunk_take_linear_time(tmp_path: Path) -> None:
    many = b"".join(event("ADDED", pod(f"p{n}", 101 + n)) for n in range(20_000))
    watch = watching(many, ending="hang")
    with FakeApi(watches=[watch]) as api, following(kubeconfig(tmp_path, api.url)) as followed:
        followed.until("ADDED p19999")


def test_a_consumer_that_looks_away_holds_up_nobody_and_misses_nothing(tmp_path: Path) -> None:
    events = 10_000  # as many as come in 10 s at 1,000 a second
    pieces = [event("MODIFIED", pod("a", 100 + number)) for number in range(1, events + 1)]
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    with FakeApi([listing(pod("a", 5))], [watching(*pieces, ending="hang")]) as api:
        cluster = connect(access(tmp_path, api.url))
        cluster.follow([PODS], inbox.put, Clock(), inbox.qsize)
        deadline = time.monotonic() + 60
        while inbox.qsize() < events:  # nobody takes anything meanwhile
            assert time.monotonic() < deadline
            time.sleep(0.01)
        cluster.stop()
    seen = [inbox.get() for _ in range(inbox.qsize())]
    versions = [
        int(item.object.metadata.resource_version)
        for item in seen
        if isinstance(item, Observed) and not item.initial
    ]
    assert versions == list(range(101, 101 + events))


def test_a_pod_that_leaves_a_selection_is_asked_for(tmp_path: Path) -> None:
    scope = Scope("Pod", "shop", "app=web")
    others = {"/api/v1/namespaces/shop/pods/b": Reply([json.dumps(pod("b", 9, "u2")).encode()])}
    watch = watching(
        event("DELETED", pod("a", 101)), event("DELETED", pod("b", 102)), ending="hang"
    )
    with (
        FakeApi([listing(pod("a", 5), pod("b", 6))], [watch], others) as api,
        following(kubeconfig(tmp_path, api.url), scope) as followed,
    ):
        assert followed.until("DELETED b")[-4:] == [
            "fetched a: ''",
            "DELETED a@101",
            "fetched b: 'u2'",
            "DELETED b@102",
        ]


def test_a_missing_namespace_is_named_with_one_that_was_meant(tmp_path: Path) -> None:
    names = [{"metadata": {"name": name}} for name in ("default", "shop", "kube-system")]
    others = {"/api/v1/namespaces": listing(*names)}
    scope = Scope("Pod", "shpo")
    with FakeApi(others=others) as api, following(kubeconfig(tmp_path, api.url), scope) as followed:
        said = followed.until("missing")[-1]
        assert 'namespace "shpo" does not exist' in said
        assert 'did you mean "shop"?' in said
        followed.until("live")


@pytest.mark.parametrize("code", [200, 403, 500], ids=["there", "forbidden", "broken"])
def test_a_namespace_that_may_exist_is_not_called_missing(tmp_path: Path, code: int) -> None:
    answer = status(code) if code != 200 else Reply([b'{"metadata": {"name": "shop"}}'])
    others = {"/api/v1/namespaces/shop": answer}
    with FakeApi(others=others) as api, following(kubeconfig(tmp_path, api.url)) as followed:
        assert followed.until("live") == ["listing", "synced", "live"]


def test_a_name_that_every_namespace_may_have_is_not_taken_for_a_mistake(tmp_path: Path) -> None:
    scope = Scope("ConfigMap", "", "", "metadata.name=podwatch")
    with FakeApi() as api, following(kubeconfig(tmp_path, api.url), scope) as followed:
        followed.until("live")
        assert {request.query.get("fieldSelector") for request in api.requests} == {
            "metadata.name=podwatch"
        }
