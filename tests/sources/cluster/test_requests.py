"""What is said when a server refuses or does not answer, and which credentials are tried."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import urllib3

from podwatch.core.stream import Ref, Scope
from podwatch.errors import ExitCode
from podwatch.sources.api import ApiError
from podwatch.sources.cluster import Patience, connect
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.requests import failure
from podwatch.sources.cluster.watch import ScopeCalls
from tests.cases import cases
from tests.fake_api import FakeApi, Reply, event, kubeconfig, listing, pod, status, watching
from tests.sources.cluster.follow import FAR, PODS, following, free_port


@cases(
    "reply scope code words",
    {
        "401": (
            status(401, "Unauthorized", "Unauthorized"),
            PODS,
            ExitCode.UNAVAILABLE,
            "does not accept your credentials",
        ),
        "403": (
            status(403, "Forbidden", 'pods is forbidden: User "me" cannot list resource "pods"'),
            PODS,
            ExitCode.UNAVAILABLE,
            "kubectl auth can-i list pods -n shop",
        ),
        "an invalid selector": (
            status(400, "BadRequest", "unable to parse requirement: found '=='"),
            Scope("Pod", "shop", "a==b==c"),
            ExitCode.USAGE,
            "unable to parse requirement",
        ),
        "a login page": (
            Reply([b"<html>login</html>"], 302, {"Location": "/login"}),
            PODS,
            ExitCode.UNAVAILABLE,
            "302",
        ),
    },
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


@cases(
    "server words",
    {
        "is down": ("http://127.0.0.1:{port}", "refused the connection"),
        "has no name": ("http://no-such-host.invalid", '"no-such-host.invalid" does not resolve'),
        "speaks no TLS": ("https://127.0.0.1:{plain}", "no secure connection"),
        "hangs up": ("https://127.0.0.1:{deaf}", "broke before it was secure"),
    },
)
def test_it_is_said_when_the_server(tmp_path: Path, server: str, words: str) -> None:
    with FakeApi() as api, hanging_up() as deaf:
        url = server.format(port=free_port(), plain=api.url.rpartition(":")[2], deaf=deaf)
        config = kubeconfig(tmp_path, url)
        with following(config, patience=Patience(first_list=0.1)) as followed:
            fatal = followed.error()
    assert fatal.exit_code == ExitCode.UNAVAILABLE
    assert words in fatal.message


@cases(
    "answer words",
    {
        "says no": (
            OSError("Tunnel connection failed: 502 Bad Gateway"),
            "the proxy did not connect to the server: 502 Bad Gateway",
        ),
        "is not there": (
            urllib3.exceptions.NewConnectionError(None, "refused"),  # type: ignore[arg-type]
            "the proxy can't be reached",
        ),
    },
)
def test_it_is_said_when_a_proxy(answer: Exception, words: str) -> None:
    error = urllib3.exceptions.ProxyError("Cannot connect to proxy.", answer)
    pool = urllib3.HTTPSConnectionPool("server")
    assert str(failure(urllib3.exceptions.MaxRetryError(pool, "/", error), 5.0)) == words


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


def test_a_token_that_is_replaced_while_a_first_list_is_tried_is_read_again(tmp_path: Path) -> None:
    with FakeApi([listing(pod("a", 5))], tokens={"third"}) as api:
        config = kubeconfig(tmp_path, api.url, user={"token": "first"})
        calls = ScopeCalls(connect(Access(kubeconfig=config)).requests, PODS)
        told = []
        for token, again in (("second", False), ("second", True), ("third", True)):
            kubeconfig(tmp_path, api.url, user={"token": token})
            with pytest.raises(ApiError):
                calls.page("", whole=True)
            told.append(calls.renew(again=again))
        assert told == [True, False, True]
        assert len(calls.page("", whole=True).items) == 1


def test_credentials_that_expire_again_during_one_watch_are_renewed_again(tmp_path: Path) -> None:
    with FakeApi(tokens={"first"}) as api:
        config = kubeconfig(tmp_path, api.url, user={"token": "first"})
        calls = ScopeCalls(connect(Access(kubeconfig=config)).requests, PODS)
        for token in ("second", "third"):
            api.tokens = {token}
            kubeconfig(tmp_path, api.url, user={"token": token})
            with pytest.raises(ApiError):
                calls.uid_now(Ref("shop", "a", "1"))
            assert calls.renew(again=False)
        assert calls.uid_now(Ref("shop", "a", "1")) == ""
