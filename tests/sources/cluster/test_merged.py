"""Several kubeconfigs are read as one, and what is wrong in one is said without its secrets."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.kubeconfig import kubeconfig_paths, may_log_in
from podwatch.sources.cluster.merged import Merged, User, merged
from tests.cases import cases


def files(monkeypatch: pytest.MonkeyPatch, *paths: Path) -> Merged:
    """What those that $KUBECONFIG lists say."""
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, paths)))
    return merged(kubeconfig_paths(None))


def written(path: Path, current: str = "", **parts: dict[str, Any]) -> Path:
    """A kubeconfig with these clusters, users and contexts by name."""
    path.parent.mkdir(exist_ok=True)
    said = {
        plural: [{"name": name, plural[:-1]: value} for name, value in entries.items()]
        for plural, entries in parts.items()
    }
    path.write_text(json.dumps({**said, "current-context": current}))
    return path


def test_the_first_file_has_the_say_about_each_name_and_the_current_context(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    none = written(tmp_path / "none")
    first = written(
        tmp_path / "first",
        "kind",
        contexts={"kind": {"cluster": "a", "user": "me"}},
        clusters={"a": {"server": "https://first"}},
        users={"me": {"token": "first"}},
    )
    second = written(
        tmp_path / "second",
        "production",
        contexts={"kind": {"cluster": "b"}, "production": {"cluster": "b", "namespace": "shop"}},
        clusters={"a": {"server": "https://second", "proxy-url": "http://p"}, "b": {}},
        users={"me": {"client-key": "k", "as": "root"}, "you": {}},
    )
    said = files(monkeypatch, tmp_path / "missing", none, first, second, first)
    assert said.current_context == "kind"
    assert said.contexts["kind"].cluster == "a"
    assert said.contexts["production"].namespace == "shop"
    assert (said.clusters["a"].server, said.clusters["a"].proxy_url) == ("https://first", "")
    assert said.users["me"] == User(token="first")
    assert set(said.users) == {"me", "you"}
    assert said.source == f"the kubeconfig {none} or {first} or {second}"
    assert files(monkeypatch, second, first).current_context == "production"


def test_paths_in_a_file_are_relative_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = written(
        tmp_path / "one" / "config",
        clusters={"a": {"certificate-authority": "ca.pem"}},
        users={
            "file": {"tokenFile": "token", "client-certificate": "/c", "client-key": "../k"},
            "login": {"exec": {"command": "bin/login", "apiVersion": "v1"}},
            "login in the path": {"exec": {"command": "login", "apiVersion": "v1"}},
        },
    )
    two = written(tmp_path / "two" / "config", clusters={"b": {"certificate-authority": "ca.pem"}})
    monkeypatch.chdir(tmp_path)
    said = files(monkeypatch, one.relative_to(tmp_path), two)
    assert said.clusters["a"].certificate_authority == f"{tmp_path}/one/ca.pem"
    assert said.clusters["b"].certificate_authority == f"{tmp_path}/two/ca.pem"
    user = said.users["file"]
    assert user.token_file == f"{tmp_path}/one/token"
    assert (user.client_certificate, user.client_key) == ("/c", f"{tmp_path}/one/../k")
    assert said.users["login"].exec["command"] == f"{tmp_path}/one/bin/login"
    assert said.users["login in the path"].exec["command"] == "login"


@cases(
    "content",
    {
        "empty": "",
        "a comment": "# nothing yet\n",
        "without lists": "apiVersion: v1\nkind: Config\npreferences: {}\n",
        "with nothing in the lists": "contexts:\nclusters: null\nusers: []\ncurrent-context:\n",
    },
)
def test_a_file_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    path = tmp_path / "config"
    path.write_text(content)
    said = files(monkeypatch, path, written(tmp_path / "other", "a", contexts={"a": {}}))
    assert (said.current_context, list(said.contexts), said.found) == ("a", ["a"], 2)


@cases(
    "content where",
    {
        "a quote that is open": ('users:\n- token: "s3cret\n', "line 3 is no YAML"),
        "a tab": ("users:\n\t- token: s3cret\n", "line 2 is no YAML"),
        "an alias": ("users: [{name: a, user: {token: *s3cret }}]", "aliases"),
        "a number as a token": (
            "users: [{name: a, user: {token: 53453}}]",
            "users[0].user.token",
        ),
        "a list as a user": ("users: [{name: a, user: [s3cret]}]", "users[0].user"),
        "two of a name": (
            "users: [{name: a, user: {token: s3cret}}, {name: a, user: {}}]",
            'two entries called "a"',
        ),
        "one without a name": ("users: [{user: {token: s3cret}}]", "`name`"),
    },
)
def test_a_secret_is_not_quoted_where_the_file_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, where: str
) -> None:
    path = tmp_path / "config"
    path.write_text(content)
    with pytest.raises(PodwatchError) as raised:
        files(monkeypatch, written(tmp_path / "good"), path)
    assert raised.value.exit_code == ExitCode.UNAVAILABLE
    assert str(path) in raised.value.message
    assert where in raised.value.message
    assert "s3cret" not in raised.value.message
    assert "53453" not in raised.value.message


def test_a_user_shows_none_of_its_secrets() -> None:
    secrets = User(token="s3cret", password="s3cret", client_key_data="s3cret")
    assert "s3cret" not in f"{secrets!r} {secrets}"
    assert "s3cret" not in f"{Access(token='s3cret')!r}"


def test_only_a_list_is_split_and_a_named_file_is_the_only_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "a:b", "mine")
    monkeypatch.setenv("KUBECONFIG", str(written(tmp_path / "other", "theirs")))
    assert merged(kubeconfig_paths(str(path))).current_context == "mine"


def test_a_login_is_foreseen_only_where_no_token_is_given(tmp_path: Path) -> None:
    path = written(tmp_path / "config", users={"me": {"exec": {"command": "login"}}})
    assert may_log_in(Access(kubeconfig=str(path)))
    assert not may_log_in(Access(kubeconfig=str(path), token="t"))
