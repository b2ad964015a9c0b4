"""What the command line says comes before the kubeconfig, and nothing that contradicts itself."""

from typing import Any

import pytest
from msgspec.structs import asdict

from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.merged import ClusterInfo, Context, Merged, User
from podwatch.sources.cluster.overrides import resolved
from tests.cases import cases


def files(
    cluster: ClusterInfo | None = None, user: User | None = None, current: str = "kind"
) -> Merged:
    """Two clusters and users; those of the context `kind` are given."""
    return Merged(
        source="the kubeconfig K",
        found=1,
        contexts={
            "kind": Context(cluster="kind", user="me", namespace="shop"),
            "production": Context(cluster="production", user="root"),
            "broken": Context(cluster="nowhere", user="me"),
            "alone": Context(cluster="kind", user="nobody"),
        },
        clusters={
            "kind": cluster or ClusterInfo(server="https://kind", tls_server_name="kubernetes"),
            "production": ClusterInfo(server="https://production"),
        },
        users={"me": user or User(token="mine"), "root": User(token="theirs")},
        current_context=current,
    )


@cases(
    "options cluster user title",
    {
        "nothing": ({}, "kind", {"token": "mine"}, "kind"),
        "a context": ({"context": "production"}, "production", {"token": "theirs"}, "production"),
        "a cluster": ({"cluster": "production"}, "production", {"token": "mine"}, "production"),
        "a user": ({"user": "root"}, "kind", {"token": "theirs"}, "kind"),
        "a token": ({"token": "t"}, "kind", {"token": "t"}, "kind"),
        "a user and a token": ({"user": "root", "token": "t"}, "kind", {"token": "t"}, "kind"),
        "a server": ({"server": "https://u:p@h:1"}, "u:p@h:1", {"token": "mine"}, "h:1"),
        "a bare server": ({"server": "h:1"}, "h:1", {"token": "mine"}, "h:1"),
        "another user": (
            {"as_": "joe", "as_groups": ("dev",)},
            "kind",
            {"token": "mine", "as_": "joe", "as_groups": ["dev"]},
            "kind as joe",
        ),
        "nothing, by empty words": (
            {"context": "", "cluster": "", "user": "", "server": "", "token": "", "as_": ""},
            "kind",
            {"token": "mine"},
            "kind",
        ),
    },
)
def test_who_asks_whom_with(
    options: dict[str, Any], cluster: str, user: dict[str, Any], title: str
) -> None:
    who = resolved(files(), Access(**options))
    assert who.cluster.server.removeprefix("https://") == cluster
    assert {name: value for name, value in asdict(who.user).items() if value} == user
    assert who.title == title


@cases(
    "options name",
    {
        "kept": ({}, "kubernetes"),
        "replaced": ({"tls_server_name": "other"}, "other"),
        "dropped with the server": ({"server": "https://h"}, ""),
        "given with the server": ({"server": "https://h", "tls_server_name": "other"}, "other"),
    },
)
def test_the_name_in_the_certificate_is(options: dict[str, Any], name: str) -> None:
    assert resolved(files(), Access(**options)).cluster.tls_server_name == name


def test_an_unchecked_server_needs_no_authority() -> None:
    cluster = ClusterInfo(server="https://h", certificate_authority="ca.pem")
    who = resolved(files(cluster), Access(insecure_skip_tls_verify=True))
    assert who.cluster == ClusterInfo(server="https://h", insecure_skip_tls_verify=True)


def test_a_file_with_a_token_comes_before_a_token_but_not_before_the_option() -> None:
    user = User(token="old", token_file="/t")
    assert resolved(files(user=user), Access()).user == User(token_file="/t")
    assert resolved(files(user=user), Access(token="t")).user == User(token="t")


@cases(
    "options words hint",
    {
        "context": ({"context": "productoin"}, 'no context "productoin"', 'mean "production"?'),
        "cluster": ({"cluster": "kid"}, 'no cluster "kid"', 'did you mean "kind"?'),
        "user": ({"user": "rot"}, 'no user "rot"', 'did you mean "root"? it has: me, root'),
        "address": ({"server": "https://u:s3cret@h:x"}, "--server", "https://HOST:PORT"),
        "address of a port": ({"server": ":6443"}, "--server", "https://HOST:PORT"),
        "impersonated user": ({"as_groups": ("dev",)}, "groups", "--as"),
    },
)
def test_it_is_a_usage_error_to_name_no_such(
    options: dict[str, Any], words: str, hint: str
) -> None:
    with pytest.raises(PodwatchError) as raised:
        resolved(files(), Access(**options))
    assert raised.value.exit_code == ExitCode.USAGE
    assert words in raised.value.message
    assert hint in raised.value.hint
    assert "s3cret" not in f"{raised.value.message} {raised.value.hint}"


@cases(
    "cluster user words",
    {
        "no server": ({"server": ""}, {}, "no server"),
        "no address": ({"server": "https://h:x"}, {}, "no address"),
        "no proxy": ({"proxy_url": "ftp://u:s3cret@h"}, {}, "proxy-url is no address"),
        "another protocol": ({"server": "ftp://h"}, {}, "no address"),
        "an authority twice": (
            {"certificate_authority": "ca.pem", "certificate_authority_data": "QQ=="},
            {},
            "both",
        ),
        "an authority that is not asked": (
            {"insecure_skip_tls_verify": True, "certificate_authority": "ca.pem"},
            {},
            "insecure-skip-tls-verify and a certificate authority",
        ),
        "a certificate twice": (
            {},
            {"client_certificate": "c", "client_certificate_data": "QQ==", "client_key": "k"},
            "client-certificate and client-certificate-data",
        ),
        "a key twice": ({}, {"client_key": "k", "client_key_data": "QQ=="}, "client-key-data"),
        "no key": ({}, {"client_certificate": "c"}, "without a key"),
        "a token and a password": ({}, {"token": "t", "password": "p"}, "a password"),
        "two ways to log in": (
            {},
            {"exec": {"command": "c"}, "auth_provider": {"name": "oidc"}},
            "auth-provider",
        ),
        "groups of nobody": ({}, {"as_groups": ["dev"]}, "without as"),
        "extras of nobody": ({}, {"as_user_extra": {"a": ["b"]}}, "without as"),
    },
)
def test_a_kubeconfig_is_refused_that_has(
    cluster: dict[str, Any], user: dict[str, Any], words: str
) -> None:
    cluster = {"server": "https://h", **cluster}
    with pytest.raises(PodwatchError) as raised:
        resolved(files(ClusterInfo(**cluster), User(**user)), Access())
    assert raised.value.exit_code == ExitCode.UNAVAILABLE
    assert raised.value.message.startswith("the kubeconfig K can't be used: ")
    assert words in raised.value.message


@cases(
    "context words",
    {"a cluster": ("broken", 'the cluster "nowhere"'), "a user": ("alone", 'the user "nobody"')},
)
def test_a_context_is_refused_that_names_without_there_being(context: str, words: str) -> None:
    with pytest.raises(PodwatchError) as raised:
        resolved(files(), Access(context=context))
    assert words in raised.value.message


def test_what_a_context_lacks_can_be_given() -> None:
    assert resolved(files(), Access(context="alone", token="t")).user.token == "t"
    who = resolved(files(), Access(context="broken", server="https://h"))
    assert (who.cluster.server, who.user.token) == ("https://h", "mine")
    assert resolved(files(current=""), Access(cluster="kind", user="me")).user.token == "mine"


def test_a_user_alone_does_not_say_where_it_asks() -> None:
    with pytest.raises(PodwatchError, match="no current context"):
        resolved(files(current=""), Access(user="me"))
