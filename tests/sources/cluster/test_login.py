"""Login commands: run without our input, ended with us, and never replaced by nobody."""

import os
import queue
import time
from pathlib import Path
from typing import Any

import pytest

from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import connect
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.login import end_logins
from tests.cases import cases
from tests.fake_api import FakeApi, access, event, kubeconfig, listing, pod, watching
from tests.sources.cluster.follow import FAR, PODS, SOON, following, login, refused

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


@cases(
    "user words",
    {
        "fails": (login("import sys; sys.exit('session expired')"), "session expired"),
        "says nonsense": (login("print('hello')"), "did not print an ExecCredential"),
        "gives nothing": (login("print('{\"status\": {}}')"), "neither a token"),
        "is not there": (login("", command="/no/such/login"), "No such file"),
        "is half described": ({"exec": {"command": "x"}}, "exec lacks apiVersion"),
    },
)
def test_nobody_is_tried_when_a_login_command(
    tmp_path: Path, user: dict[str, Any], words: str
) -> None:
    with FakeApi(tls=["127.0.0.1"]) as api:
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
    config = kubeconfig(tmp_path, "https://127.0.0.1:9", user=login(program))
    cluster = connect(Access(kubeconfig=config), login_may_print=True)
    assert capfd.readouterr() == ("", "open the page\n")
    cluster.requests.renew(cluster.requests.client)
    connect(Access(kubeconfig=config))
    assert capfd.readouterr() == ("", "")


def test_a_login_command_does_not_outlive_the_stop_and_its_end_is_no_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended() -> None:
        end_logins()
        time.sleep(0.2)  # for whoever waits for it to go on

    monkeypatch.setattr("podwatch.sources.cluster.cluster.end_logins", ended)
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
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
        cluster = connect(access(tmp_path, api.url, user=login(program)))
        cluster.follow([PODS], told.put, Clock())
        deadline = time.monotonic() + SOON
        while not (running.exists() and running.read_text()):
            assert time.monotonic() < deadline
        cluster.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(int(running.read_text()), 0)
    assert told.qsize() == 1  # that it lists


def test_what_a_login_command_printed_is_not_said_again(tmp_path: Path) -> None:
    user = login("import sys; sys.exit('session expired')")
    with pytest.raises(PodwatchError, match=r"failed: exit code 1; what it said stands above: "):
        connect(access(tmp_path, "https://127.0.0.1:9", user=user), login_may_print=True)


def test_a_login_command_that_is_missing_says_how_to_get_it(tmp_path: Path) -> None:
    user = login("", command="/no/such/login", installHint="brew install the-login")
    assert (
        refused(kubeconfig(tmp_path, "https://127.0.0.1:9", user=user)).hint
        == "brew install the-login"
    )
