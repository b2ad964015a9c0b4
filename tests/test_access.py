"""The options about which cluster is asked and as whom: every command that asks one has them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from podwatch.sources.cluster.access import Access
from tests.cases import cases
from tests.command import called, completed
from tests.fake_api import FakeApi, kubeconfig, listing, pod, status

pytestmark = pytest.mark.filterwarnings(  # pytest brings back what podwatch has silenced
    "ignore:Unverified HTTPS request"
)
READY: dict[str, Any] = {"conditions": [{"type": "Ready", "status": "True"}]}
COMMANDS = {
    "ns": ["ns", "shop", "--snapshot", "{file}"],
    "pod": ["pod", "web", "-n", "shop", "--snapshot", "{file}"],
    "explain": ["explain", "-n", "shop"],
    "expect": ["expect", "pod/web", "-n", "shop", "--stable", "0s", "--timeout", "20s"],
}


@cases("command", COMMANDS)
def test_the_options_reach_the_api_server(tmp_path: Path, command: list[str]) -> None:
    arguments = [part.format(file=tmp_path / "now.txt") for part in command]
    with FakeApi([listing(pod("web", 5, **READY))], tokens={"t"}, tls=["kubernetes"]) as api:
        done = called(
            *(*arguments, "-s", api.url, "--token", "t", "--insecure-skip-tls-verify"),
            *("--as", "jane", "--as-group", "dev", "--as-group", "ops", "--as-uid", "7"),
            *("--request-timeout", "5"),
        )
        assert done.returncode == 0, done.stderr
        sent = {tuple(one for one in asked.sent if "Imp" in one[0]) for asked in api.requests}
    names = ("User", "Uid", "Group", "Group")
    values = ("jane", "7", "dev", "ops")
    expected = [(f"Impersonate-{name}", value) for name, value in zip(names, values, strict=True)]
    assert sent == {tuple(expected)}


@cases("command", COMMANDS)
def test_a_secret_is_not_said_whatever_fails(tmp_path: Path, command: list[str]) -> None:
    arguments = [part.format(file=tmp_path / "now.txt") for part in command]
    user = {"token": "s3cret", "as": "jane"}
    config = kubeconfig(tmp_path, "https://u:s3cret@127.0.0.1:1", user=user)
    for options in (
        ["--context", "nowhere", "--token", "s3cret"],
        ["--token", "s3cret", "--request-timeout", "soon"],
        ["--tokn=s3cret"],
        ["--server", "https://u:s3cret@h:x", "--token", "s3cret"],
    ):
        done = called(*arguments, *options, KUBECONFIG=config)
        assert done.returncode in {2, 5}, options
        assert "s3cret" not in done.stdout + done.stderr, options


def test_what_a_recording_says_of_the_cluster_has_no_secret(tmp_path: Path) -> None:
    run = tmp_path / "run.jsonl"
    with FakeApi([listing(pod("web", 5, **READY))]) as api:
        server = api.url.replace("http://", "http://u:s3cret@")
        arguments = [*COMMANDS["expect"], "--record", str(run)]
        done = called(*arguments, "--server", server, "--token", "s3cret", "--as", "jane")
        assert done.returncode == 0
        said = json.loads(run.read_text("utf-8").splitlines()[0])
        assert said["context"] == api.url.replace("http://", "") + " as jane"
    assert "s3cret" not in run.read_text("utf-8") + done.stdout + done.stderr


@pytest.mark.parametrize(
    "command", [["expect", "pod/web", "--replay", "r"], ["explain", "pod/web", "-f", "r"]]
)
def test_a_recording_or_a_file_needs_none_of_them(command: list[str]) -> None:
    done = called(*command, "--as", "jane", "--token", "s3cret", "--insecure-skip-tls-verify")
    assert done.returncode == 2
    words = " ".join(re.sub(r"[│╭╮╰╯─]", "", done.stderr).split())
    assert "leave out --token and --as and --insecure-skip-tls-verify" in words
    assert "s3cret" not in done.stderr


@cases(
    "flag checks",
    {
        "alone": ("--insecure-skip-tls-verify", False),
        "true": ("--insecure-skip-tls-verify=true", False),
        "false": ("--insecure-skip-tls-verify=false", True),
    },
)
def test_a_flag_may_have_a_value_as_for_kubectl(flag: str, checks: bool) -> None:
    with FakeApi([listing(pod("web", 5, **READY))], tls=["kubernetes"]) as api:
        done = called("explain", flag, "-n", "shop", "--server", api.url)
    assert (done.returncode == 5) is checks, done.stderr
    assert ("its certificate is not trusted" in done.stderr) is checks


@pytest.mark.parametrize("command", ["--tokn s3cret ns", "ns --tokn s3cret", "--tokn=s3cret ns"])
def test_the_value_of_a_misspelt_option_is_not_said(command: str) -> None:
    done = called(*command.split())
    assert done.returncode == 2
    assert "--tokn" in done.stderr
    assert "s3cret" not in done.stderr


@cases("command", COMMANDS)
def test_a_refusal_names_a_command_of_the_same_user(tmp_path: Path, command: list[str]) -> None:
    arguments = [part.format(file=tmp_path / "now.txt") for part in command]
    with FakeApi([status(403, "Forbidden", "no")], only="/pods") as api:
        done = called(*arguments, "--server", api.url, "--token", "s3cret", "--as", "ja ne")
    asking = "kubectl auth can-i list pods -n shop"
    options = f"--server {api.url} --token TOKEN --as 'ja ne'"
    assert done.returncode == 5
    assert f"`{asking} {options}`" in done.stdout + done.stderr


def test_groups_need_a_user() -> None:
    done = called("explain", "-n", "shop", "--server", "http://127.0.0.1:1", "--as-group", "dev")
    assert done.returncode == 2
    assert "name the user with --as" in done.stderr


def test_clusters_and_users_are_completed(tmp_path: Path) -> None:
    config = {"KUBECONFIG": kubeconfig(tmp_path, "http://127.0.0.1:1")}
    assert completed("podwatch ns --cluster ", **config) == ["fake"]
    assert completed("podwatch expect --user ", **config) == ["me"]


def test_the_options_can_be_said_again_but_for_the_token() -> None:
    words = ["--context", "kind", "--token", "TOKEN", "--as", "jane", "--as-group", "dev"]
    words += ["--as-group", "ops", "--insecure-skip-tls-verify", "--request-timeout", "5s"]
    given = Access(
        context="kind",
        token="s3cret",
        as_="jane",
        as_groups=("dev", "ops"),
        insecure_skip_tls_verify=True,
        request_timeout=5.0,
    )
    assert given.options() == words
    assert Access().options() == []
