"""Which kubeconfig and context are meant, and what is said where they can not be used."""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from podwatch import __version__
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.api import Unreachable
from podwatch.sources.clock import Clock
from podwatch.sources.cluster import connect
from podwatch.sources.cluster.access import Access
from tests.cases import cases
from tests.fake_api import (
    FakeApi,
    Reply,
    access,
    authority,
    event,
    kubeconfig,
    listing,
    pod,
    watching,
)
from tests.sources.cluster.follow import FAR, PODS, Followed, following, login, refused


@cases(
    "content",
    {
        "nothing": b"",
        "a word": b"hello",
        "a list": b"- a\n- b\n",
        "broken YAML": b"{",
        "bytes": b"\x00\xff\xfe",
        "contexts that are a number": b"contexts: 7\n",
        "contexts that are numbers": b"contexts: [1, 2]\n",
        "a context without one": b"contexts: [{name: a}]\ncurrent-context: a\n",
        "no cluster": b"contexts: [{name: a, context: {cluster: b}}]\ncurrent-context: a\n",
        "no contexts": b"apiVersion: v1\nkind: Config\n",
        "deep nesting": b"[" * 5_000,
    },
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
    assert connect(Access(kubeconfig=config, context="other")).namespace == "default"


@cases(
    "user headers",
    {
        "a password": ({"username": "me", "password": "pw"}, {"Authorization": "Basic bWU6cHc="}),
        "a token": ({"token": "t"}, {"Authorization": "Bearer t"}),
        "nothing": ({}, {}),
    },
)
def test_who_asks_is_said_with(
    tmp_path: Path, user: dict[str, str], headers: dict[str, str]
) -> None:
    with FakeApi(tls=["127.0.0.1"]) as api:
        assert asked(api, access(tmp_path, api.url, user={"as-uid": "", **user})) == headers


def test_no_credentials_are_sent_in_the_clear(tmp_path: Path) -> None:
    never = login("import pathlib; pathlib.Path('run').touch()")
    for user in ({"token": "t"}, {"username": "me", "password": "pw"}, never):
        with FakeApi() as api:
            assert asked(api, access(tmp_path, api.url, user={**user, "as": "jane"})) == {
                "Impersonate-User": "jane"
            }
            bare = Access(server=api.url.removeprefix("http://"), token="t")
            assert asked(api, bare) == {}
    assert not Path("run").exists()


def test_a_proxy_gets_its_password_and_nobody_else_hears_it(tmp_path: Path) -> None:
    with FakeApi() as api:  # to which a proxy's requests are as good as any
        cluster = {"proxy-url": api.url.replace("://", "://me:s%403cret@")}
        connect(access(tmp_path, "http://api.example", cluster=cluster)).questions.server_version()
        sent = api.requests[-1].headers
    assert sent["Proxy-Authorization"] == f"Basic {base64.b64encode(b'me:s@3cret').decode()}"
    for proxy in ("http://me:s3cret@127.0.0.1:1", "http://me:s3cret@no.invalid", "s3cret:"):
        options = access(tmp_path, "https://api.example", cluster={"proxy-url": proxy})
        with pytest.raises((PodwatchError, Unreachable)) as raised:
            connect(options).questions.names("Pod", "shop")
        assert "s3cret" not in str(raised.value)


def test_a_proxy_of_the_environment_may_lack_its_scheme(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeApi() as api:
        monkeypatch.setenv("HTTP_PROXY", api.url.removeprefix("http://"))
        connect(access(tmp_path, "http://api.example")).questions.server_version()
        assert api.requests


def test_every_request_names_podwatch(tmp_path: Path) -> None:
    with (
        FakeApi([listing(pod("a", 5))], [watching(FAR, ending="hang")]) as api,
        following(kubeconfig(tmp_path, api.url)) as followed,
    ):
        followed.until("ADDED far")
        connect(access(tmp_path, api.url)).questions.names("Pod", "shop")
        agents = {request.headers["User-Agent"] for request in api.requests}
        assert len(api.requests) > 2
    assert agents == {f"podwatch/{__version__}"}


AS = {
    "as": "Jos\u00e9",
    "as-uid": "7",
    "as-groups": ["developers", "a, b"],
    "as-user-extra": {"scopes/a%": ["view", "edit"]},
}


@cases(
    "user options expected",
    {
        "the kubeconfig": (
            AS,
            {},
            [
                ("User", "Jos\u00c3\u00a9"),  # UTF-8, read as Latin-1
                ("Uid", "7"),
                ("Group", "developers"),
                ("Group", "a, b"),
                ("Extra-Scopes%2Fa%25", "view"),
                ("Extra-Scopes%2Fa%25", "edit"),
            ],
        ),
        "options": (
            {},
            {"as_": "joe", "as_groups": ("dev", "ops"), "as_uid": "8"},
            [("User", "joe"), ("Uid", "8"), ("Group", "dev"), ("Group", "ops")],
        ),
        "options before the kubeconfig": (
            AS,
            {"as_": "joe", "as_groups": ("dev",)},
            [
                ("User", "joe"),
                ("Uid", "7"),
                ("Group", "dev"),
                ("Extra-Scopes%2Fa%25", "view"),
                ("Extra-Scopes%2Fa%25", "edit"),
            ],
        ),
    },
)
def test_the_impersonated_user_is_that_of(
    tmp_path: Path,
    user: dict[str, Any],
    options: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    with FakeApi() as api:
        cluster = connect(replace(access(tmp_path, api.url, user=user), **options))
        cluster.questions.server_version()
        sent = [pair for pair in api.requests[-1].sent if pair[0].startswith("Impersonate-")]
    assert [(name.removeprefix("Impersonate-"), value) for name, value in sent] == expected
    assert cluster.context == f"test as {options.get('as_') or user['as']}"


@cases(
    "names cluster options works",
    {
        "the address's name": (["127.0.0.1"], {}, {}, True),
        "another name": (["kubernetes"], {}, {}, False),
        "the kubeconfig's": (["kubernetes"], {"tls-server-name": "kubernetes"}, {}, True),
        "the option's": (
            ["kubernetes"],
            {"tls-server-name": "wrong"},
            {"tls_server_name": "kubernetes"},
            True,
        ),
        "a wrong option's": (["127.0.0.1"], {}, {"tls_server_name": "wrong"}, False),
        "any": (["kubernetes"], {}, {"insecure_skip_tls_verify": True}, True),
    },
)
def test_the_server_is_believed_to_be_the_one_that_is_meant_by(
    tmp_path: Path,
    names: list[str],
    cluster: dict[str, Any],
    options: dict[str, Any],
    works: bool,
) -> None:
    ca = base64.b64encode(authority().cert_pem.bytes()).decode()
    with FakeApi(tls=names) as api:
        config = access(tmp_path, api.url, cluster={"certificate-authority-data": ca, **cluster})
        questions = connect(replace(config, **options)).questions
        if works:
            questions.server_version()
            return
        with pytest.raises(Unreachable, match="its certificate is not trusted"):
            questions.names("Pod", "shop")


def test_a_server_can_be_named_without_any_kubeconfig() -> None:
    with FakeApi(tls=["127.0.0.1"]) as api:
        bare = Access(server=api.url, token="t", insecure_skip_tls_verify=True)
        assert asked(api, bare) == {"Authorization": "Bearer t"}
        cluster = connect(bare)
    assert (cluster.context, cluster.namespace) == (api.url.removeprefix("https://"), "default")


def test_what_is_followed_stays_the_same_when_the_current_context_changes(tmp_path: Path) -> None:
    with FakeApi() as api, FakeApi() as another:
        config = access(tmp_path, api.url)
        cluster = connect(config)
        path = Path(config.kubeconfig or "")
        said = json.loads(path.read_text())
        said["clusters"].append({"name": "another", "cluster": {"server": another.url}})
        said["contexts"].append({"name": "another", "context": {"cluster": "another"}})
        path.write_text(json.dumps({**said, "current-context": "another"}))
        cluster.requests.renew(cluster.requests.client)
        cluster.questions.server_version()
        assert not another.requests


@pytest.mark.parametrize("limit", [None, 0.2])
def test_a_request_timeout_is_for_what_is_asked_and_not_for_a_watch(
    tmp_path: Path, limit: float | None
) -> None:
    late = [watching(FAR, 0.6, event("ADDED", pod("late", 301)), ending="hang")]
    with FakeApi([listing(pod("a", 5))], late, {"/version": Reply([0.6, b"{}"])}) as api:
        options = replace(access(tmp_path, api.url), request_timeout=limit)
        cluster = connect(options)
        if limit:
            with pytest.raises(Unreachable, match=r"no answer for 0\.2 s"):
                cluster.requests.get("/version")
        else:
            cluster.requests.get("/version")
        followed = Followed()
        cluster.follow([PODS], followed.inbox.put, Clock())
        assert "gap" not in " ".join(followed.until("ADDED late"))
        cluster.stop()


def asked(api: FakeApi, options: Access) -> dict[str, str]:
    """The headers of a request that say who asks."""
    connect(options).questions.server_version()
    headers = api.requests[-1].headers
    return {
        name: value
        for name, value in headers.items()
        if name == "Authorization" or name.startswith("Impersonate-")
    }
