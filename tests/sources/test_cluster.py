"""The official client against a real HTTP server on this machine that behaves well or badly."""

import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from podwatch.core.stream import Observed, RecordedItem, Scope, Synced
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.api import ApiError
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import Patience, connect, context_names
from podwatch.sources.cluster.watch import ScopeCalls
from tests.fake_api import (
    FakeApi,
    Reply,
    error,
    event,
    kubeconfig,
    listing,
    pod,
    status,
    watching,
)
from tests.sources.test_reflect import told

PODS = Scope("Pod", "shop")
SOON = 5.0
"""Seconds after which a test gives up waiting."""

Items = Callable[[], Iterator[RecordedItem]]


@pytest.fixture(autouse=True)
def no_other_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)


class Followed:
    """What comes from following some scopes."""

    def __init__(self) -> None:
        self.inbox: queue.SimpleQueue[RecordedItem | PodwatchError] = queue.SimpleQueue()
        self.items: list[RecordedItem] = []

    def until(self, last: str) -> list[str]:
        """All items in words, up to the first that begins so."""
        deadline = time.monotonic() + SOON
        while not (self.items and told(self.items[-1]).startswith(last)):
            try:
                got = self.inbox.get(timeout=max(deadline - time.monotonic(), 0))
            except queue.Empty:
                raise AssertionError(f"no {last!r} after {list(map(told, self.items))}") from None
            if isinstance(got, PodwatchError):
                raise got
            self.items.append(got)
        return [told(item) for item in self.items]

    def error(self) -> PodwatchError:
        """The fatal error that ends it."""
        with pytest.raises(PodwatchError) as raised:
            self.until("never")
        return raised.value


@contextmanager
def following(config: str, *scopes: Scope, patience: Patience | None = None) -> Iterator[Followed]:
    followed = Followed()
    cluster = connect(config, None, patience)
    cluster.follow(scopes or (PODS,), followed.inbox.put, Clock())
    try:
        yield followed
    finally:
        cluster.stop()


# ── following ──


def test_a_list_in_two_pages_and_then_a_watch(tmp_path: Path) -> None:
    lists = [listing(pod("a", 5), following="next"), listing(pod("b", 6), version=100)]
    watches = [watching(event("MODIFIED", pod("a", 101)), ending="hang")]
    with (
        FakeApi(lists, watches) as api,
        following(kubeconfig(tmp_path, api.url)) as followed,
    ):
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


FAR = event("ADDED", pod("far", 300))


@pytest.mark.parametrize(
    ("first", "said"),
    [
        pytest.param(watching(event("ADDED", pod("a", 101))), None, id="ends well"),
        pytest.param(
            watching(event("ADDED", pod("a", 101)), FAR[:50], ending="cut"),
            "reconnecting: the connection broke",
            id="is cut in the middle of a line",
        ),
        pytest.param(
            watching(event("ADDED", pod("a", 101)), 0.05, ending="reset"),
            "reconnecting: the connection broke",
            id="is reset",
        ),
        pytest.param(
            watching(event("ADDED", pod("a", 101)), FAR[:50], framing="until close"),
            None,
            id="is cut in the middle of a line that no framing guards",
        ),
        pytest.param(
            watching(event("ADDED", pod("a", 101)), error(500, "InternalError", "no leader")),
            "reconnecting: no leader",
            id="has an ERROR",
        ),
        pytest.param(
            watching(event("ADDED", pod("a", 101)), ending="hang"),
            "reconnecting: no answer for 0 s",
            id="falls silent",
        ),
    ],
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


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Retry_After": "1"}, id="in seconds"),
        pytest.param(
            {
                "Date": "Thu, 05 Mar 2026 10:00:00 GMT",
                "Retry_After": "Thu, 05 Mar 2026 10:00:01 GMT",
            },
            id="as a date",
        ),
    ],
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


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(b"\n", None, id="a blank line"),
        pytest.param(b"   \r\n", None, id="white space"),
        pytest.param(b'{"type": "ADDED", "obj\n', "unreadable ?", id="a malformed line"),
        pytest.param(b'"hello"\n', "unreadable ?", id="another JSON"),
        pytest.param(b"[" * 100_000 + b"\n", "unreadable ?", id="deep nesting"),
        pytest.param(event("NEW", pod("a", 101)), "unreadable ?", id="an unknown type of event"),
        pytest.param(event("ADDED", BROKEN_POD), "unreadable shop/bad", id="a broken Pod"),
        pytest.param(
            event("MODIFIED", {**pod("a", 102), "spec": None, "status": {"conditions": None}}),
            "MODIFIED a@102",
            id="a Pod with null for what is not there",
        ),
        pytest.param(
            event("ADDED", {**pod("huge", 102), "data": "x" * 8_000_000}),
            "ADDED huge@102",
            id="a huge line",
        ),
        pytest.param(
            event("ADDED", pod("bytes", 102)).replace(b"Running", b"\xff\xfe"),
            "ADDED bytes@102",
            id="invalid UTF-8",
        ),
    ],
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
        cluster = connect(kubeconfig(tmp_path, api.url), None)
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
    with (
        FakeApi(others=others) as api,
        following(kubeconfig(tmp_path, api.url), scope) as followed,
    ):
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


# ── refusals ──


@pytest.mark.parametrize(
    ("reply", "scope", "code", "words"),
    [
        pytest.param(
            status(401, "Unauthorized", "Unauthorized"),
            PODS,
            ExitCode.UNAVAILABLE,
            "does not accept your credentials",
            id="401",
        ),
        pytest.param(
            status(403, "Forbidden", 'pods is forbidden: User "me" cannot list resource "pods"'),
            PODS,
            ExitCode.UNAVAILABLE,
            "kubectl auth can-i list pods -n shop",
            id="403",
        ),
        pytest.param(
            status(400, "BadRequest", "unable to parse requirement: found '=='"),
            Scope("Pod", "shop", "a==b==c"),
            ExitCode.USAGE,
            "unable to parse requirement",
            id="an invalid selector",
        ),
        pytest.param(
            Reply([b"<html>login</html>"], 302, {"Location": "/login"}),
            PODS,
            ExitCode.UNAVAILABLE,
            "302",
            id="a login page",
        ),
    ],
)
def test_a_refusal_of_the_first_list_is_fatal(
    tmp_path: Path, reply: Reply, scope: Scope, code: ExitCode, words: str
) -> None:
    with FakeApi([reply]) as api, following(kubeconfig(tmp_path, api.url), scope) as followed:
        fatal = followed.error()
    assert fatal.exit_code == code
    assert words in f"{fatal.message} | {fatal.hint}"


@contextmanager
def hanging_up() -> Iterator[int]:
    """The port of a server that reads what is sent and ends the connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    connection.recv(65536)
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("server", "words"),
    [
        pytest.param("http://127.0.0.1:{port}", "refused the connection", id="is down"),
        pytest.param(
            "http://no-such-host.invalid",
            '"no-such-host.invalid" does not resolve',
            id="has no name",
        ),
        pytest.param("https://127.0.0.1:{plain}", "no secure connection", id="speaks no TLS"),
        pytest.param("https://127.0.0.1:{deaf}", "broke before it was secure", id="hangs up"),
    ],
)
def test_it_is_said_when_the_server(tmp_path: Path, server: str, words: str) -> None:
    with FakeApi() as api, hanging_up() as deaf:
        url = server.format(port=free_port(), plain=api.url.rpartition(":")[2], deaf=deaf)
        config = kubeconfig(tmp_path, url)
        with following(config, patience=Patience(first_list=0.1)) as followed:
            fatal = followed.error()
    assert fatal.exit_code == ExitCode.UNAVAILABLE
    assert words in fatal.message


def test_an_outage_costs_nine_streams_what_it_costs_one(tmp_path: Path) -> None:
    kinds = ("Event", "Job")
    scopes = [PODS, *(Scope(kind, "shop", f"n={n}") for kind in kinds for n in range(4))]
    with (
        FakeApi([status(503, "ServiceUnavailable", "shutting down")]) as api,
        following(
            kubeconfig(tmp_path, api.url), *scopes, patience=Patience(first_list=2.0)
        ) as followed,
    ):
        fatal = followed.error()
        assert "shutting down" in fatal.message
        assert len(api.requests) <= 6  # at 0, 0, 0.25, 0.75, 1.75 s at the earliest
        assert len(api.requests) >= 3


def test_events_that_may_not_be_read_end_nothing(tmp_path: Path) -> None:
    with (
        FakeApi([status(403, "Forbidden", "no")]) as api,
        following(kubeconfig(tmp_path, api.url), Scope("Event", "shop")) as followed,
    ):
        assert followed.until("forbidden")[-1] == (
            'forbidden: no permission to list events in namespace "shop"; '
            "podwatch goes on without them"
        )


def test_a_token_that_was_renewed_in_the_kubeconfig_is_found(tmp_path: Path) -> None:
    watches = [watching(event("ADDED", pod("a", 101)), 0.1), watching(FAR, ending="hang")]
    with FakeApi(watches=watches, tokens={"old"}) as api:
        config = kubeconfig(tmp_path, api.url, user={"token": "old"})
        with following(config) as followed:
            followed.until("ADDED a")
            api.tokens = {"new"}
            kubeconfig(tmp_path, api.url, user={"token": "new"})
            lines = followed.until("ADDED far")
    assert not [line for line in lines if line.startswith(("forbidden", "gap"))]


def test_a_token_that_is_replaced_while_a_first_list_is_tried_is_read_again(
    tmp_path: Path,
) -> None:
    with FakeApi([listing(pod("a", 5))], tokens={"third"}) as api:
        config = kubeconfig(tmp_path, api.url, user={"token": "first"})
        calls = ScopeCalls(connect(config, None).requests, PODS)
        told = []
        for token, again in (("second", False), ("second", True), ("third", True)):
            kubeconfig(tmp_path, api.url, user={"token": token})
            with pytest.raises(ApiError):
                calls.page("", 500)
            told.append(calls.renew(again=again))
        assert told == [True, False, True]
        assert len(calls.page("", 500).items) == 1


def test_stopping_ends_a_thread_that_waits(tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, f"http://127.0.0.1:{free_port()}")
    cluster = connect(config, None, Patience(first_list=60))
    seen: queue.SimpleQueue[object] = queue.SimpleQueue()
    before = set(_threads())
    cluster.follow([PODS], seen.put, Clock())
    (thread,) = set(_threads()) - before
    seen.get(timeout=SOON)
    seen.get(timeout=SOON)
    cluster.stop()
    assert not thread.is_alive()


Server = tuple[str, Callable[[], list[socket.socket]]]
"""An address, and the connections to it so far."""


@contextmanager
def silent_before_the_headers() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(SOON)
        accepted: list[socket.socket] = []

        def connections() -> list[socket.socket]:
            if not accepted:
                accepted.append(server.accept()[0])
                accepted[0].recv(65536)
            return accepted

        yield f"http://127.0.0.1:{server.getsockname()[1]}", connections


@contextmanager
def silent_in_a_watch() -> Iterator[Server]:
    with FakeApi() as api:
        yield api.url, lambda: api.connections if api.watches else []


@contextmanager
def silent_in_a_list() -> Iterator[Server]:
    body = Reply([b'{"items": [', 0.1], framing="chunked", ending="hang")
    with FakeApi([body]) as api:
        yield api.url, lambda: api.connections if api.requests else []


@pytest.mark.parametrize("served", [silent_before_the_headers, silent_in_a_watch, silent_in_a_list])
def test_stopping_ends_a_thread_that_reads_and_its_connection(
    tmp_path: Path, served: Callable[[], AbstractContextManager[Server]]
) -> None:
    before = set(_threads())
    with served() as (address, connections):
        cluster = connect(kubeconfig(tmp_path, address), None)
        seen: queue.SimpleQueue[object] = queue.SimpleQueue()
        cluster.follow([PODS], seen.put, Clock())
        (thread,) = set(_threads()) - before
        deadline = time.monotonic() + SOON
        while not connections():
            assert time.monotonic() < deadline
        cluster.stop()
        assert not thread.is_alive()
        for connection in connections():
            connection.settimeout(SOON)
            with suppress(ConnectionResetError):
                assert connection.recv(1, socket.MSG_PEEK) == b""
    while not seen.empty():
        assert not isinstance(seen.get(), PodwatchError)


def test_a_connection_that_is_opened_after_the_stop_is_shut_at_once(tmp_path: Path) -> None:
    with FakeApi() as api:
        cluster = connect(kubeconfig(tmp_path, api.url), None)
        cluster.stop()
        assert cluster.questions.server_version() == ""


def _threads() -> list[Any]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("podwatch-")]


# ── questions ──


def test_a_cluster_knows_its_version_and_names(tmp_path: Path) -> None:
    others = {
        "/version": Reply([b'{"gitVersion": "v1.37.2"}']),
        "/api/v1/namespaces": listing({"metadata": {"name": "shop"}}),
    }
    with FakeApi([listing(pod("a", 5))], others=others) as api:
        cluster = connect(kubeconfig(tmp_path, api.url), None)
        assert cluster.questions.server_version() == "v1.37.2"
        assert cluster.questions.names("Namespace") == ["shop"]
        assert cluster.questions.names("Pod") == cluster.questions.names("Pod", "shop") == ["a"]
        assert (cluster.context, cluster.namespace) == ("test", "shop")


POD_PATH = "/api/v1/namespaces/shop/pods/web"


def body(value: object) -> Reply:
    return Reply([json.dumps(value).encode()])


def owned(name: str, kind: str, owner: str) -> dict[str, Any]:
    reference = {"kind": kind, "name": owner, "uid": f"uid-{owner}", "controller": True}
    return {"metadata": {"name": name, "uid": f"uid-{name}", "ownerReferences": [reference]}}


def test_a_pod_is_had_with_its_events_and_owners(tmp_path: Path) -> None:
    web = pod("web", 5)
    web["metadata"]["ownerReferences"] = owned("", "ReplicaSet", "web-5d9c")["metadata"][
        "ownerReferences"
    ]
    about = {"kind": "Pod", "name": "web", "namespace": "shop", "uid": "uid-web"}
    events = [
        {"metadata": {"name": "one", "uid": "e1"}, "reason": "Pulled", "involvedObject": about},
        {
            "metadata": {"name": "two", "uid": "e2"},
            "reason": "Killing",
            "involvedObject": {**about, "uid": "of the Pod that had the name before"},
        },
    ]
    apps = "/apis/apps/v1/namespaces/shop"
    others = {
        POD_PATH: body(web),
        f"{apps}/replicasets/web-5d9c": body(owned("web-5d9c", "Deployment", "web")),
        f"{apps}/deployments/web": body({"metadata": {"name": "web", "uid": "uid-web"}}),
    }
    with FakeApi([listing(*events)], others=others, only="/events") as api:
        seen = connect(kubeconfig(tmp_path, api.url), None).questions.pod("shop", "web")
        asked = api.requests
    assert seen.pod.metadata.uid == "uid-web"
    assert [one.reason for one in seen.events] == ["Pulled"]
    assert [one.metadata.name for one in seen.owners] == ["web-5d9c", "web"]
    assert seen.missing == ()
    assert seen.at is not None
    assert "watch" not in {name for request in asked for name in request.query}


def test_a_pod_is_had_without_what_may_not_be_read(tmp_path: Path) -> None:
    web = pod("web", 5)
    web["metadata"]["ownerReferences"] = owned("", "Job", "import")["metadata"]["ownerReferences"]
    with FakeApi([status(403, "Forbidden", "no events")], others={POD_PATH: body(web)}) as api:
        seen = connect(kubeconfig(tmp_path, api.url), None).questions.pod("shop", "web")
    assert (seen.events, seen.owners, seen.missing) == ((), (), ("its Events (no events)",))


@pytest.mark.parametrize(
    ("reply", "code", "words"),
    [
        pytest.param(status(404, "NotFound"), ExitCode.NOT_MET, "no Pod", id="no such Pod"),
        pytest.param(
            status(403, "Forbidden", "cannot get resource"),
            ExitCode.UNAVAILABLE,
            "you may not get pods",
            id="forbidden",
        ),
        pytest.param(status(401), ExitCode.UNAVAILABLE, "credentials", id="credentials"),
        pytest.param(Reply([b"[]"]), ExitCode.UNAVAILABLE, "is no Pod", id="nonsense"),
    ],
)
def test_a_pod_that_can_not_be_had_is_an_error(
    tmp_path: Path, reply: Reply, code: ExitCode, words: str
) -> None:
    with FakeApi([listing(pod("wed", 1))], others={POD_PATH: reply}) as api:
        cluster = connect(kubeconfig(tmp_path, api.url), None)
        with pytest.raises(PodwatchError, match=words) as raised:
            cluster.questions.pod("shop", "web")
    assert raised.value.exit_code is code
    if code is ExitCode.NOT_MET:
        assert 'did you mean "wed"' in raised.value.hint


def test_a_version_that_can_not_be_had_is_empty(tmp_path: Path) -> None:
    cluster = connect(kubeconfig(tmp_path, f"http://127.0.0.1:{free_port()}"), None)
    assert cluster.questions.server_version() == ""


# ── kubeconfigs ──


def refused(config: str | None, context: str | None = None) -> PodwatchError:
    with pytest.raises(PodwatchError) as raised:
        connect(config, context)
    assert raised.value.hint
    return raised.value


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"hello", id="a word"),
        pytest.param(b"- a\n- b\n", id="a list"),
        pytest.param(b"{", id="broken YAML"),
        pytest.param(b"\x00\xff\xfe", id="bytes"),
        pytest.param(b"contexts: 7\n", id="contexts that are a number"),
        pytest.param(b"contexts: [1, 2]\n", id="contexts that are numbers"),
        pytest.param(b"contexts: [{name: a}]\ncurrent-context: a\n", id="a context without one"),
        pytest.param(
            b"contexts: [{name: a, context: {cluster: b}}]\ncurrent-context: a\n", id="no cluster"
        ),
        pytest.param(b"apiVersion: v1\nkind: Config\n", id="no contexts"),
        pytest.param(b"[" * 5_000, id="deep nesting"),
    ],
)
def test_a_kubeconfig_that_is_none_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "kubeconfig"
    path.write_bytes(content)
    fatal = refused(str(path))
    assert fatal.exit_code == ExitCode.UNAVAILABLE
    assert str(path) in fatal.message


@pytest.mark.parametrize("named", [True, False], ids=["named", "by default"])
def test_a_kubeconfig_that_is_not_there_is_named(tmp_path: Path, named: bool) -> None:
    path = tmp_path / ("missing" if named else ".kube/config")
    fatal = refused(str(path) if named else None)
    assert fatal.exit_code == ExitCode.UNAVAILABLE
    assert f"there is no kubeconfig at {path}" in fatal.message


def test_an_unknown_context_is_a_usage_error_that_names_a_close_one(tmp_path: Path) -> None:
    fatal = refused(kubeconfig(tmp_path, "http://x", context="production"), "prodution")
    assert fatal.exit_code == ExitCode.USAGE
    assert '"prodution"' in fatal.message
    assert fatal.hint == 'did you mean "production"? it has: other, production'


def test_a_context_can_be_named_where_none_is_current(tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, "http://x")
    path = Path(config)
    path.write_text(path.read_text().replace('"current-context": "test", ', ""))
    assert "no current context" in refused(config).message
    assert connect(config, "other").namespace == "default"
    assert context_names(config) == ["test", "other"]


def test_contexts_are_collected_from_several_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        paths.append(kubeconfig(tmp_path / name, "http://x", context=name))
    monkeypatch.setenv("KUBECONFIG", ":".join([*paths, str(tmp_path / "missing")]))
    assert context_names(None) == ["one", "other", "two"]
    assert connect(None, "one").context == "one"


# ── login commands ──


def login(program: str, **more: Any) -> dict[str, Any]:
    """A user whose credentials come from a command."""
    version = "client.authentication.k8s.io/v1"
    return {
        "exec": {"apiVersion": version, "command": sys.executable, "args": ["-c", program], **more}
    }


CREDENTIAL = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential"}


def test_a_login_command_gives_a_token_and_gets_no_input(tmp_path: Path) -> None:
    program = (
        "import json, os, sys; assert sys.stdin.read() == ''\n"
        "info = json.loads(os.environ['KUBERNETES_EXEC_INFO']); assert info['spec']['cluster']\n"
        f"print(json.dumps({CREDENTIAL} | {{'status': {{'token': os.environ['MINE']}}}}))"
    )
    user = login(program, env=[{"name": "MINE", "value": "fresh"}], provideClusterInfo=True)
    with (
        FakeApi([listing(pod("a", 5))], tokens={"fresh"}) as api,
        following(kubeconfig(tmp_path, api.url, user=user)) as followed,
    ):
        assert "ADDED a@5 (listed)" in followed.until("live")


def test_a_login_command_is_run_again_when_its_token_has_expired(tmp_path: Path) -> None:
    count = tmp_path / "count"
    program = (
        f"import json, pathlib; file = pathlib.Path({str(count)!r})\n"
        "n = len(file.read_text()) if file.exists() else 0; file.write_text('x' * (n + 1))\n"
        f"print(json.dumps({CREDENTIAL} | {{'status': {{'token': f'token-{{n}}'}}}}))"
    )
    watches = [watching(event("ADDED", pod("a", 101)), 0.1), watching(FAR, ending="hang")]
    with FakeApi(watches=watches, tokens={"token-0"}) as api:
        config = kubeconfig(tmp_path, api.url, user=login(program))
        with following(config) as followed:
            followed.until("ADDED a")
            api.tokens = {"token-1"}
            followed.until("ADDED far")
    assert count.read_text() == "xx"


def test_a_login_command_is_not_run_without_end_when_its_token_is_refused(tmp_path: Path) -> None:
    count = tmp_path / "count"
    program = (
        f"import json; file = open({str(count)!r}, 'a+'); file.write('x'); file.seek(0)\n"
        f"print(json.dumps({CREDENTIAL} | {{'status': {{'token': file.read()}}}}))"
    )
    with (
        FakeApi(tokens={"another"}) as api,
        following(kubeconfig(tmp_path, api.url, user=login(program))) as followed,
    ):
        assert "does not accept your credentials" in followed.error().message
    assert count.read_text() == "xx"


@pytest.mark.parametrize(
    ("user", "words"),
    [
        pytest.param(
            login("import sys; sys.exit('session expired')"), "session expired", id="fails"
        ),
        pytest.param(
            login("print('hello')"), "did not print an ExecCredential", id="says nonsense"
        ),
        pytest.param(login("print('{\"status\": {}}')"), "neither a token", id="gives nothing"),
        pytest.param(login("", command="/no/such/login"), "No such file", id="is not there"),
        pytest.param({"exec": {"command": "x"}}, "exec lacks apiVersion", id="is half described"),
    ],
)
def test_nobody_is_tried_when_a_login_command(
    tmp_path: Path, user: dict[str, Any], words: str
) -> None:
    with FakeApi() as api:
        fatal = refused(kubeconfig(tmp_path, api.url, user=user))
        assert api.requests == []
    assert fatal.exit_code == ExitCode.UNAVAILABLE
    assert words in fatal.message


def test_a_login_command_may_print_before_the_screen_is_taken_but_not_later(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    program = (
        "import json, sys; print('open the page', file=sys.stderr)\n"
        f"print(json.dumps({CREDENTIAL} | {{'status': {{'token': 'fresh'}}}}))"
    )
    config = kubeconfig(tmp_path, "http://x", user=login(program))
    cluster = connect(config, None, login_may_print=True)
    assert capfd.readouterr() == ("", "open the page\n")
    cluster.requests.renew(cluster.requests.client)
    connect(config, None)
    assert capfd.readouterr() == ("", "")


def test_a_login_command_does_not_outlive_the_stop(tmp_path: Path) -> None:
    running = tmp_path / "running"
    program = (
        "import json, os, pathlib, time\n"
        f"once = pathlib.Path({str(tmp_path / 'once')!r})\n"
        f"running = pathlib.Path({str(running)!r})\n"
        "if once.exists(): running.write_text(str(os.getpid())); time.sleep(60)\n"
        "once.touch()\n"
        f"print(json.dumps({CREDENTIAL} | {{'status': {{'token': 'expired'}}}}))"
    )
    with FakeApi(tokens={"another"}) as api:
        cluster = connect(kubeconfig(tmp_path, api.url, user=login(program)), None)
        cluster.follow([PODS], queue.SimpleQueue[object]().put, Clock())
        deadline = time.monotonic() + SOON
        while not (running.exists() and running.read_text()):
            assert time.monotonic() < deadline
        cluster.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(int(running.read_text()), 0)


def test_what_a_login_command_printed_is_not_said_again(tmp_path: Path) -> None:
    user = login("import sys; sys.exit('session expired')")
    with pytest.raises(PodwatchError, match=r"failed: exit code 1; what it said stands above$"):
        connect(kubeconfig(tmp_path, "http://x", user=user), None, login_may_print=True)


def test_a_login_command_that_is_missing_says_how_to_get_it(tmp_path: Path) -> None:
    user = login("", command="/no/such/login", installHint="brew install the-login")
    assert refused(kubeconfig(tmp_path, "http://x", user=user)).hint == "brew install the-login"


def test_the_first_frame_does_not_wait_for_the_client() -> None:
    program = """
import sys, podwatch.app.watch, podwatch.app.welcome, podwatch.renderers.dashboard.screen
print(*sys.modules.keys() & {"kubernetes", "urllib3", "yaml"})
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert (done.stdout, done.stderr) == ("\n", "")


def test_a_live_watch_loads_none_of_the_clients_api_classes_and_models(tmp_path: Path) -> None:
    """In a process of its own: other tests may have loaded them."""
    with FakeApi() as api:
        program = f"""
import queue, sys
from podwatch.core.stream import Scope
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import connect
inbox = queue.SimpleQueue()
cluster = connect({kubeconfig(tmp_path, api.url)!r}, None)
cluster.open([Scope("Pod", "shop")], inbox.put, Clock(), inbox.qsize)
while getattr(inbox.get(timeout=10), "state", "") != "live":
    pass
heavy = ("kubernetes.client.api.", "kubernetes.client.models.")
print(*(name for name in sys.modules if name.startswith(heavy)))
cluster.stop()
"""
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, text=True
        )
    assert done.stdout == "\n"


def test_nothing_is_printed_whatever_fails(tmp_path: Path) -> None:
    """In a process of its own: no logging of pytest's is in the way there."""
    chatty = login("import sys; print('noise', file=sys.stderr); sys.exit(1)")
    (tmp_path / "login").mkdir()
    failing = kubeconfig(tmp_path / "login", "http://127.0.0.1:9", user=chatty)
    down = kubeconfig(tmp_path, f"http://127.0.0.1:{free_port()}")
    program = f"""
import os
import queue
from podwatch.errors import PodwatchError
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import Patience, connect
from podwatch.core.stream import Scope
try:
    connect({failing!r}, None)
except PodwatchError:
    pass
got = queue.SimpleQueue()
cluster = connect({down!r}, None, Patience(first_list=0.5))
cluster.follow([Scope("Pod", "shop"), Scope("Event", "shop")], got.put, Clock())
while not isinstance(got.get(timeout=10), PodwatchError):
    pass
"""
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", program], capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
