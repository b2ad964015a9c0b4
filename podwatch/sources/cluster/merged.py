"""The kubeconfig's files as one: contexts, clusters and users by name.

Responsible for reading them and for which file wins, as in client-go's clientcmd. What a command
line says otherwise is a matter of `podwatch.sources.cluster.overrides`.

Source: https://github.com/kubernetes/client-go/blob/v0.34.0/tools/clientcmd/loader.go
"""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from podwatch.core.kube import Undecodable, decoder
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.yaml_as_json import NotReadable, documents


class KubeconfigPart(Struct, frozen=True, kw_only=True, rename="kebab", omit_defaults=True):
    """A part of a kubeconfig, with the fields that are understood; empty is as good as absent."""

    def __repr__(self) -> str:
        """Without its values, as some of them are secret."""
        return f"{type(self).__name__}(…)"


class ClusterInfo(KubeconfigPart, frozen=True):
    """`clusters[].cluster`: where the API server is, and how it is known to be the right one."""

    server: str = ""
    tls_server_name: str = ""
    insecure_skip_tls_verify: bool = False
    certificate_authority: str = ""
    certificate_authority_data: str = ""
    proxy_url: str = ""
    extensions: list[dict[str, Any]] = field(default_factory=list)


class User(KubeconfigPart, frozen=True):
    """`users[].user`: who asks, and as whom."""

    client_certificate: str = ""
    client_certificate_data: str = ""
    client_key: str = ""
    client_key_data: str = ""
    token: str = ""
    token_file: str = field(default="", name="tokenFile")
    as_: str = field(default="", name="as")
    as_uid: str = ""
    as_groups: list[str] = field(default_factory=list)
    as_user_extra: dict[str, list[str]] = field(default_factory=dict)
    username: str = ""
    password: str = ""
    auth_provider: dict[str, Any] = field(default_factory=dict)
    exec: dict[str, Any] = field(default_factory=dict)


class Context(KubeconfigPart, frozen=True):
    """`contexts[].context`: a cluster, a user and a namespace."""

    cluster: str = ""
    user: str = ""
    namespace: str = ""


class _NamedCluster(KubeconfigPart, frozen=True):
    name: str
    cluster: ClusterInfo = ClusterInfo()


class _NamedUser(KubeconfigPart, frozen=True):
    name: str
    user: User = User()


class _NamedContext(KubeconfigPart, frozen=True):
    name: str
    context: Context = Context()


class _File(KubeconfigPart, frozen=True):
    clusters: list[_NamedCluster] = field(default_factory=list)
    users: list[_NamedUser] = field(default_factory=list)
    contexts: list[_NamedContext] = field(default_factory=list)
    current_context: str = ""


_file = decoder(_File)


@dataclass(frozen=True, slots=True)
class Merged:
    """All that the files say. `source` is what errors call them, `found` how many there were."""

    source: str
    found: int
    contexts: Mapping[str, Context]
    clusters: Mapping[str, ClusterInfo]
    users: Mapping[str, User]
    current_context: str


def merged(paths: Sequence[Path]) -> Merged:
    """What stands in these files; those that are not there are left out.

    Of all that has one name the first file has the say, and the first that names a current
    context chooses it. PodwatchError if one of them can't be read.
    """
    contexts: dict[str, Context] = {}
    clusters: dict[str, ClusterInfo] = {}
    users: dict[str, User] = {}
    current_context = ""
    found: list[Path] = []
    for path in paths:
        file, folder = _read(path), path.absolute().parent
        if file is None:
            continue
        found.append(path)
        for context in file.contexts:
            contexts.setdefault(context.name, context.context)
        for cluster in file.clusters:
            clusters.setdefault(cluster.name, _cluster_in(folder, cluster.cluster))
        for user in file.users:
            users.setdefault(user.name, _user_in(folder, user.user))
        current_context = current_context or file.current_context
    source = "the kubeconfig " + " or ".join(map(str, found or paths))
    return Merged(source, len(found), contexts, clusters, users, current_context)


def unusable(source: str, why: str) -> PodwatchError:
    """That what stands there is no help."""
    return PodwatchError(
        f"{source} can't be used: {why}",
        "check it with kubectl config view",
        ExitCode.UNAVAILABLE,
    )


def _read(path: Path) -> _File | None:
    source = f"the kubeconfig {path}"
    try:
        file = _file(next(documents(path.read_bytes()), b"{}"))
    except FileNotFoundError:
        return None
    except NotReadable as error:
        # what the parser quotes may be a secret
        raise unusable(source, str(error).partition(":")[0]) from None
    except Undecodable as error:
        raise unusable(source, str(error)) from error
    except OSError as error:
        raise unusable(source, str(error.strerror)) from error
    for entries in (file.contexts, file.clusters, file.users):
        names = Counter(entry.name for entry in entries)
        if twice := [name for name, times in names.items() if times > 1]:
            raise unusable(source, f'it has two entries called "{twice[0]}"')
    return file


# ── paths of a file are relative to it ──


def _cluster_in(folder: Path, cluster: ClusterInfo) -> ClusterInfo:
    return replace(cluster, certificate_authority=_in(folder, cluster.certificate_authority))


def _user_in(folder: Path, user: User) -> User:
    exec_, command = user.exec, user.exec.get("command")
    if isinstance(command, str) and os.sep in command:  # else it is looked for in $PATH
        exec_ = {**exec_, "command": _in(folder, command)}
    return replace(
        user,
        client_certificate=_in(folder, user.client_certificate),
        client_key=_in(folder, user.client_key),
        token_file=_in(folder, user.token_file),
        exec=exec_,
    )


def _in(folder: Path, path: str) -> str:
    return str(folder / path) if path else ""
