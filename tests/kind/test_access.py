"""Whom podwatch asks, and as whom, beside kubectl with the same options: each has one outcome.

An outcome is that Pods may be listed in two namespaces, or why not, in the API server's own words,
which name the user. The second one is for administrators only.
"""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_kind import KindCluster

from tests.cases import cases
from tests.command import ENVIRONMENT, called
from tests.kind.stage import call, new_namespace

pytestmark = [
    pytest.mark.kind,
    pytest.mark.filterwarnings("ignore:Unverified HTTPS request"),
]
OWN = "access"
NOWHERE = "https://127.0.0.1:1"


@pytest.fixture(scope="module")
def folder(cluster: KindCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Kubeconfigs: `one` has an administrator of the cluster, a reader, and somebody who may act
    as jane of uid 7; `production` is not there, and has entries of the same names.
    """
    path = tmp_path_factory.mktemp("access")
    with new_namespace(cluster, OWN):
        for name in ("reader", "actor"):
            call(cluster, "create", "-n", OWN, "serviceaccount", name)
        may_read = ("--verb=list,get,watch", "--resource=pods")
        call(cluster, "create", "-n", OWN, "role", "reader", *may_read)
        who = (f"--serviceaccount={OWN}:reader", "--group=access-readers")
        call(cluster, "create", "-n", OWN, "rolebinding", "reader", "--role=reader", *who)
        cluster.kubectl("apply", "-f", "-", input=json.dumps(ACTOR))
        try:
            written(path, cluster)
            yield path
        finally:
            for kind in ("clusterrole", "clusterrolebinding"):
                call(cluster, "delete", kind, "access-actor", "--ignore-not-found")


ACTOR = {
    "apiVersion": "v1",
    "kind": "List",
    "items": [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "access-actor"},
            "rules": [
                {
                    "apiGroups": [group],
                    "resources": [resource],
                    "verbs": ["impersonate"],
                    "resourceNames": [name],
                }
                for group, resource, name in (
                    ("", "users", "jane"),
                    ("", "groups", "access-readers"),
                    ("authentication.k8s.io", "uids", "7"),
                    ("authentication.k8s.io", "userextras/scopes", "view"),
                )
            ],
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "access-actor"},
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": "access-actor",
            },
            "subjects": [{"kind": "ServiceAccount", "name": "actor", "namespace": OWN}],
        },
    ],
}


def written(path: Path, cluster: KindCluster) -> None:
    config = yaml.safe_load(cluster.kubeconfig_path.read_text())
    here, admin = config["clusters"][0]["cluster"], config["users"][0]["user"]
    tokens = {
        name: cluster.kubectl("create", "-n", OWN, "token", name).strip()
        for name in ("reader", "actor")
    }
    (path / "server").write_text(here["server"])
    (path / "token").write_text(tokens["reader"])
    jane = {"as": "jane", "as-groups": ["access-readers"]}
    users: dict[str, Any] = {
        "admin": admin,
        "reader": {"token": tokens["reader"]},
        "from-a-file": {"token": "wrong", "tokenFile": "token"},
        "wrong": {"token": "wrong"},
        "nobody": {},
        "actor": {"token": tokens["actor"]},
        "jane": {**admin, **jane},
        "jane-by-the-actor": {"token": tokens["actor"], **jane, "as-uid": "7"},
        "jane-with-extras": {
            **{"token": tokens["actor"], **jane},
            "as-user-extra": {"scopes": ["view"]},
        },
        "jane-with-other-extras": {
            **{"token": tokens["actor"], **jane},
            "as-user-extra": {"scopes": ["edit"]},
        },
        "groups-alone": {**admin, "as-groups": ["access-readers"]},
        "a-token-and-a-password": {"token": tokens["reader"], "username": "a", "password": "b"},
    }
    clusters = {
        "here": here,
        "named": {**here, "tls-server-name": "kubernetes"},
        "misnamed": {**here, "tls-server-name": "wrong"},
        "of-nobody": {"server": here["server"]},
        "unchecked": {"server": here["server"], "insecure-skip-tls-verify": True},
        "contradictory": {**here, "insecure-skip-tls-verify": True},
    }
    _write(path / "one", "admin", clusters, users)
    nowhere = {"server": NOWHERE}
    _write(
        path / "production",
        "production",
        {"here": nowhere, "production": nowhere},
        {"admin": {"token": "wrong"}, "production": {"token": "wrong"}},
    )
    (path / "empty").write_text("")


def _write(path: Path, current: str, clusters: dict[str, Any], users: dict[str, Any]) -> None:
    """Each user has a context of its name, and each cluster one with its first user."""
    first_cluster, first_user = next(iter(clusters)), next(iter(users))
    contexts = {name: {"cluster": first_cluster, "user": name} for name in users} | {
        name: {"cluster": name, "user": first_user} for name in clusters if name not in users
    }
    if current == "production":
        contexts["production"]["cluster"] = "production"
    said = {
        plural: [{"name": name, plural[:-1]: value} for name, value in entries.items()]
        for plural, entries in (("contexts", contexts), ("clusters", clusters), ("users", users))
    }
    path.write_text(json.dumps({**said, "current-context": current}))


DONE = "may list Pods"
READER = f"system:serviceaccount:{OWN}:reader"


def forbidden(user: str) -> str:
    """The second half of an outcome of somebody who is no administrator."""
    return f'User "{user}" cannot list resource "pods"'


@cases(
    "options both",
    {
        # the kubeconfig
        "nothing": ("", (DONE, DONE)),
        "a context": ("--context=reader", (DONE, forbidden(READER))),
        "a token's file": ("--context=from-a-file", (DONE, forbidden(READER))),
        "a wrong token": ("--context=wrong", "not logged in"),
        "as in the kubeconfig": ("--context=jane", (DONE, forbidden("jane"))),
        "as and as-uid": ("--context=jane-by-the-actor", (DONE, forbidden("jane"))),
        "as-user-extra": ("--context=jane-with-extras", (DONE, forbidden("jane"))),
        "as-user-extra of others": ("--context=jane-with-other-extras", "cannot impersonate"),
        "as-groups alone": ("--context=groups-alone", "refused"),
        "a token and a password": ("--context=a-token-and-a-password", "refused"),
        "tls-server-name": ("--context=named", (DONE, DONE)),
        "a wrong tls-server-name": ("--context=misnamed", "not trusted"),
        "no authority": ("--context=of-nobody", "not trusted"),
        "insecure-skip-tls-verify": ("--context=unchecked", (DONE, DONE)),
        "that and an authority": ("--context=contradictory", "refused"),
        # the options
        "no such context": ("--context=x", "refused"),
        "--user": ("--user=reader", (DONE, forbidden(READER))),
        "no such user": ("--user=x", "refused"),
        "--cluster": ("--cluster=named", (DONE, DONE)),
        "no such cluster": ("--cluster=x", "refused"),
        "--token beside a certificate": ("--token={token}", (DONE, DONE)),
        "--token": ("--user=nobody --token={token}", (DONE, forbidden(READER))),
        "--token before another": ("--user=wrong --token={token}", (DONE, forbidden(READER))),
        "a wrong --token": ("--user=reader --token=wrong", "not logged in"),
        "--as": ("--as=jane", forbidden("jane")),
        "--as and --as-group": ("--as=jane --as-group=access-readers", (DONE, forbidden("jane"))),
        "two groups": (
            "--as=jane --as-group=others --as-group=access-readers",
            (DONE, forbidden("jane")),
        ),
        "two groups in one word": ("--as=jane --as-group=others,access-readers", forbidden("jane")),
        "administrators": ("--as=jane --as-group=system:masters", (DONE, DONE)),
        "a ServiceAccount": (f"--as={READER}", (DONE, forbidden(READER))),
        "a user in UTF-8": ("--as=Jos\u00e9", forbidden("Jos\u00e9")),
        "--as by nobody who may": ("--user=reader --as=jane", "cannot impersonate"),
        "--as before as": ("--user=jane --as=joe", (DONE, forbidden("joe"))),
        "--as-uid": (
            "--user=actor --as=jane --as-uid=7 --as-group=access-readers",
            (DONE, forbidden("jane")),
        ),
        "another --as-uid": ("--user=actor --as=jane --as-uid=8", "cannot impersonate"),
        "--as-group alone": ("--as-group=access-readers", "refused"),
        "--as-uid alone": ("--as-uid=7", "refused"),
        "--server": ("--server={server}", (DONE, DONE)),
        "-s elsewhere": (f"-s={NOWHERE}", "unreachable"),
        "--server without https": ("--server={bare}", "bad request"),
        "--server drops tls-server-name": (
            "--context=misnamed --server={server}",
            (DONE, DONE),
        ),
        "--tls-server-name": ("--context=misnamed --tls-server-name=kubernetes", (DONE, DONE)),
        "a wrong --tls-server-name": ("--tls-server-name=wrong", "not trusted"),
        "--insecure-skip-tls-verify": (
            "--context=misnamed --insecure-skip-tls-verify",
            (DONE, DONE),
        ),
        "with a value": ("--context=of-nobody --insecure-skip-tls-verify=true", (DONE, DONE)),
        "with another value": (
            "--context=unchecked --insecure-skip-tls-verify=false",
            (DONE, DONE),
        ),
        "--request-timeout": ("--request-timeout=20", (DONE, DONE)),
        "a short --request-timeout": ("--request-timeout=1ms", "unreachable"),
        "no --request-timeout": ("--request-timeout=soon", "refused"),
    },
)
def test_the_outcome_is_that_of_kubectl_with(
    cluster: KindCluster, folder: Path, options: str, both: str | tuple[str, str]
) -> None:
    check(cluster, folder, "one", options, both)


@cases(
    "files options both",
    {
        "the right one first": ("one:production", "", (DONE, DONE)),
        "the wrong one first": ("production:one", "", "unreachable"),
        "a context of the second": ("one:production", "--context=production", "unreachable"),
        "a context of both, the wrong one first": (
            "production:one",
            "--context=admin",
            "unreachable",
        ),
        "a context of the second, with a cluster of the first": (
            "production:one",
            "--context=reader",
            "unreachable",
        ),
        "a cluster of the second": (
            "production:one",
            "--cluster=named --user=reader",
            (DONE, forbidden(READER)),
        ),
        "none and an empty one first": ("missing:empty:one:production", "", (DONE, DONE)),
        "the same twice": ("one:one", "--context=reader", (DONE, forbidden(READER))),
        "one that is named": ("production", "--kubeconfig={one}", (DONE, DONE)),
        "one that is named and not there": ("one", "--kubeconfig={one}x", "refused"),
        "none": (
            "missing",
            "--server={server} --token={token} --insecure-skip-tls-verify",
            (DONE, forbidden(READER)),
        ),
        "none, and no authority": ("missing", "--server={server} --token={token}", "not trusted"),
    },
)
def test_the_outcome_is_that_of_kubectl_with_the_files(
    cluster: KindCluster, folder: Path, files: str, options: str, both: str | tuple[str, str]
) -> None:
    check(cluster, folder, files, options, both)


def check(
    cluster: KindCluster, folder: Path, files: str, options: str, both: str | tuple[str, str]
) -> None:
    server = (folder / "server").read_text()
    named = {
        "server": server,
        "bare": server.removeprefix("https://"),
        "token": (folder / "token").read_text(),
        "one": folder / "one",
    }
    words = [word.format(**named) for word in options.split()]
    listed = ":".join(str(folder / name) for name in files.split(":"))
    env = {"KUBECONFIG": listed, "HOME": str(folder)}  # kubectl keeps there what it found out
    expected = both if isinstance(both, tuple) else (both,)
    for namespace, part in zip((OWN, "kube-system"), expected, strict=False):
        of_kubectl = by_kubectl(cluster, ["get", "pods", "-n", namespace, *words], env)
        done = called("explain", "-n", namespace, "-o", "json", *words, **env)
        assert by_podwatch(done) == of_kubectl
        assert part in of_kubectl


def by_kubectl(cluster: KindCluster, arguments: list[str], env: dict[str, str]) -> str:
    done = subprocess.run(
        [str(cluster.kubectl_path), *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**ENVIRONMENT, **env},
    )
    if done.returncode == 0:
        return DONE
    if said := re.search(r"\(Forbidden\): (.*)", done.stderr):
        return said[1]
    return outcome(
        done.stderr,
        {
            "not logged in": "Unauthorized",
            "not trusted": "failed to verify certificate",
            "bad request": r"\(BadRequest\)",
            "unreachable": "was refused|Client.Timeout|deadline exceeded|TLS handshake timeout",
            "refused": "(?m)^error: |Error in configuration: ",
        },
    )


def by_podwatch(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode == 0:
        return DONE
    if said := re.search(r"\(403: (.*)\)", done.stderr):
        return said[1]
    return outcome(
        done.stderr,
        {
            "not logged in": r"\(401: ",
            "not trusted": "its certificate is not trusted",
            "bad request": "HTTP request to an HTTPS server",
            "unreachable": "can't be reached",
            "refused": "has no|can't be used|there is no|--as|is not a duration",
        },
    )


def outcome(said: str, by: dict[str, str]) -> str:
    return next((name for name, text in by.items() if re.search(text, said)), said)
