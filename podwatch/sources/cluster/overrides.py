"""The cluster and the user that are meant: a context's, where the command line says no other.

Responsible for what overrides what, and for refusing what contradicts itself, both as client-go's
clientcmd does it. What the client makes of it is `podwatch.sources.cluster.configuration`'s matter.

Source: https://github.com/kubernetes/client-go/blob/v0.34.0/tools/clientcmd/client_config.go
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from podwatch.errors import ExitCode, PodwatchError, close_match
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.merged import ClusterInfo, Context, Merged, User, unusable

_PROXIES = ("http", "https", "socks5")
Named = TypeVar("Named", ClusterInfo, Context, User)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who asks whom. `context`: by which name it is found again, empty if by none.

    `title` is what it is called where somebody looks on, `source` in errors.
    """

    source: str
    context: str
    title: str
    namespace: str
    cluster: ClusterInfo
    user: User


def resolved(files: Merged, access: Access) -> Resolved:
    """What the files and the command line say together.

    PodwatchError if that is not enough, or contradicts itself.
    """
    context = _context(files, access)
    cluster = _cluster(files, context, access)
    user = _user(files, context, access)
    if (access.as_groups or access.as_uid) and not user.as_:
        raise PodwatchError(
            "groups and a uid are impersonated together with a user", "name the user with --as"
        )
    for wrong in _contradictions(cluster, user):
        raise unusable(files.source, wrong)
    # never the name of a cluster that is not asked, or of a user that somebody acts as
    name = access.context or files.current_context
    title = _host(access.server) or access.cluster or name
    title += f" as {user.as_}" if user.as_ else ""
    return Resolved(files.source, name, title, context.namespace, cluster, user)


def _context(files: Merged, access: Access) -> Context:
    if access.context:
        return _chosen(files, "context", files.contexts, access.context)
    if (name := files.current_context) in files.contexts:
        return files.contexts[name]
    if not name and (access.server or access.cluster):
        return Context()
    raise PodwatchError(
        f'the current context "{name}" of {files.source} does not exist'
        if name
        else f"{files.source} has no current context",
        f"name one with --context; it has: {_listed(files.contexts)}",
        ExitCode.UNAVAILABLE,
    )


def _cluster(files: Merged, context: Context, access: Access) -> ClusterInfo:
    if access.server and not _is_address(access.server):
        raise PodwatchError("what --server names is no address", "write https://HOST:PORT")
    if access.cluster:
        cluster = _chosen(files, "cluster", files.clusters, access.cluster)
    elif context.cluster in files.clusters or access.server:
        cluster = files.clusters.get(context.cluster, ClusterInfo())
    else:
        raise unusable(files.source, f'it lacks the cluster "{context.cluster}" of the context')
    if access.insecure_skip_tls_verify:
        cluster = replace(
            cluster,
            insecure_skip_tls_verify=True,
            certificate_authority="",
            certificate_authority_data="",
        )
    if access.server or access.tls_server_name:  # another server has another name
        cluster = replace(
            cluster,
            server=access.server or cluster.server,
            tls_server_name=access.tls_server_name or "",
        )
    return cluster


def _user(files: Merged, context: Context, access: Access) -> User:
    if access.user:
        user = _chosen(files, "user", files.users, access.user)
    elif not context.user or context.user in files.users or access.token:
        user = files.users.get(context.user, User())
    else:  # kubectl asks for a name and a password then
        raise unusable(files.source, f'it lacks the user "{context.user}" of the context')
    # The file of a token comes before a token, as in client-go, where it does so even before
    # --token, though that is meant to be instead of it.
    return replace(
        user,
        token=access.token or ("" if user.token_file else user.token),
        token_file="" if access.token else user.token_file,
        as_=access.as_ or user.as_,
        as_uid=access.as_uid or user.as_uid,
        as_groups=list(access.as_groups) or user.as_groups,
    )


def _chosen(files: Merged, what: str, parts: Mapping[str, Named], name: str) -> Named:
    if name not in parts:
        raise PodwatchError(
            f'{files.source} has no {what} "{name}"',
            f"{close_match(name, parts)}it has: {_listed(parts)}",
        )
    return parts[name]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _host(server: str | None) -> str:
    """The host and port of an address, without a password that it may hold."""
    address = server or ""
    return (urlsplit(address).netloc or address).rpartition("@")[2]


def _is_address(server: str, schemes: Container[str] = ("http", "https")) -> bool:
    """Whether it is a URL, or a host with or without a port, as client-go takes it."""
    try:
        url = urlsplit(server if "://" in server else f"http://{server}")
        return url.scheme in schemes and bool(url.hostname) and url.port != 0
    except ValueError:
        return False


def _contradictions(cluster: ClusterInfo, user: User) -> Iterator[str]:
    """What clientcmd and the transport refuse.

    Sources: https://github.com/kubernetes/client-go/blob/v0.34.0/tools/clientcmd/validation.go
    https://github.com/kubernetes/client-go/blob/v0.34.0/transport/transport.go
    """
    authority = cluster.certificate_authority or cluster.certificate_authority_data
    certificate = user.client_certificate or user.client_certificate_data
    wrong = {
        "its cluster has no server": not cluster.server,
        "its cluster's server is no address": not _is_address(cluster.server),
        "proxy-url is no address of a proxy": cluster.proxy_url
        and not ("://" in cluster.proxy_url and _is_address(cluster.proxy_url, _PROXIES)),
        "certificate-authority and certificate-authority-data are both given": (
            cluster.certificate_authority and cluster.certificate_authority_data
        ),
        "insecure-skip-tls-verify and a certificate authority are both given": (
            cluster.insecure_skip_tls_verify and authority
        ),
        "client-certificate and client-certificate-data are both given": (
            user.client_certificate and user.client_certificate_data
        ),
        "client-key and client-key-data are both given": user.client_key and user.client_key_data,
        "its user has a client certificate without a key": (
            certificate and not (user.client_key or user.client_key_data)
        ),
        "a token and a password are both given": user.token and (user.username or user.password),
        "exec and auth-provider are both given": user.exec and user.auth_provider,
        "as-uid, as-groups or as-user-extra are given without as": (
            not user.as_ and (user.as_uid or user.as_groups or user.as_user_extra)
        ),
    }
    return (text for text, is_so in wrong.items() if is_so)
