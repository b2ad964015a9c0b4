"""How the API server is asked: the client's configuration, by the kubeconfig and the command line.

Responsible for choosing between a kubeconfig and a Pod's own credentials, and for a configuration
that is read anew whenever the credentials were refused. What the files say is a matter of
`podwatch.sources.cluster.merged`, what overrides it of `podwatch.sources.cluster.overrides`.
"""

from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import quote, unquote, urlsplit

from msgspec import to_builtins
from msgspec.structs import replace as replace_part
from urllib3.util import make_headers

from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.client import (
    ConfigException,
    Configuration,
    KubeConfigLoader,
    errors_logged,
    short,
    silence,
)
from podwatch.sources.cluster.in_cluster import own_credentials, own_namespace
from podwatch.sources.cluster.kubeconfig import kubeconfig_paths, private_file
from podwatch.sources.cluster.login import login_of
from podwatch.sources.cluster.merged import KubeconfigPart, User, merged, unusable
from podwatch.sources.cluster.overrides import Resolved, resolved

Part = TypeVar("Part", bound=KubeconfigPart)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A cluster: what it is called, the namespace, and how to get its configuration now.

    `options`: with which it was named. `access`: which names it for good.
    """

    context: str
    namespace: str
    configuration: Callable[[], Configuration]
    options: Sequence[str] = ()
    access: Access = field(default_factory=Access)


def chosen(access: Access, login_patience: float, login_may_print: bool) -> Chosen:
    """What `connect` says."""
    silence()
    first = _resolved(access)
    # whoever switches to another context later does not mean what is followed already
    same = replace(access, context=first.context or None)
    may_print = iter([login_may_print])
    return Chosen(
        first.title,
        first.namespace or own_namespace() or "default",
        lambda: _configuration(_resolved(same), login_patience, may_print=next(may_print, False)),
        access.options(),
        same,
    )


def _resolved(access: Access) -> Resolved:
    paths = kubeconfig_paths(access.kubeconfig)
    files = merged(paths)
    if not (access.says_where or files.current_context) and (own := own_credentials()):
        return replace(resolved(own, access), context="")
    if not files.found and (access.kubeconfig or not access.server):
        raise PodwatchError(
            f"there is no kubeconfig at {' or '.join(map(str, paths))}",
            "name one with --kubeconfig or $KUBECONFIG; without a cluster: podwatch demo",
            ExitCode.UNAVAILABLE,
        )
    return resolved(files, access)


def _configuration(who: Resolved, patience: float, *, may_print: bool) -> Configuration:
    configured = Configuration()
    with _broken(who.source), errors_logged() as logged:
        # over HTTP no credentials are sent, so that nobody reads them on the way
        is_secure = who.cluster.server.startswith("https://")
        user = who.user if is_secure else User()
        login = login_of(who) if is_secure else None
        named = {"cluster": "it", "user": "it"}
        loader = KubeConfigLoader(
            {
                "contexts": [{"name": "it", "context": named}],
                "clusters": [{"name": "it", "cluster": to_builtins(_kept(who.cluster))}],
                "users": [{"name": "it", "user": to_builtins(_kept(replace_part(user, exec={})))}],
            },
            "it",
        )
        loader.load_and_set(configured)
        if login is not None:
            login.apply(configured, patience, may_print=may_print)
    if "://" not in configured.host:  # as client-go takes it; urllib3 would warn, and guess
        configured.host = f"http://{configured.host}"
    if (proxy := configured.proxy) and "://" not in proxy:  # of the environment, as Go takes it
        configured.proxy = f"http://{proxy}"
    if "@" in (configured.proxy or ""):
        name_and_password = unquote(urlsplit(configured.proxy).netloc.rpartition("@")[0])
        configured.proxy_headers = make_headers(proxy_basic_auth=name_and_password)
    configured.impersonation = tuple(_impersonation(who.user))
    if logged and not configured.api_key and not configured.cert_file:
        # The client only logs that it got no credentials, and would go on as nobody.
        raise PodwatchError(
            f"podwatch could not get the credentials for {who.title}: {short(logged[-1])}",
            "run kubectl get pods once to see what it says",
            ExitCode.UNAVAILABLE,
        )
    return configured


def _kept(part: Part) -> Part:
    """The same, with files for the keys and certificates that it holds itself.

    The client would write them to the disk, where a process that is killed by force leaves them.
    """
    held = {name: data for name in part.__struct_fields__ if (data := _data(part, name))}
    files = {
        name.removesuffix("_data"): str(private_file(b64decode(data)))
        for name, data in held.items()
    }
    return replace_part(part, **dict.fromkeys(held, ""), **files)


def _data(part: KubeconfigPart, name: str) -> str:
    return getattr(part, name) if name.endswith("_data") else ""


def _impersonation(user: User) -> Iterator[tuple[str, str]]:
    """The headers with which the API server takes us for another user.

    A name is sent as UTF-8, as Go does, where http.client would have Latin-1. Source:
    https://github.com/kubernetes/client-go/blob/v0.34.0/transport/round_trippers.go
    """
    headers = [("User", user.as_), ("Uid", user.as_uid)]
    headers += [("Group", group) for group in user.as_groups]
    for key, values in user.as_user_extra.items():
        name = "Extra-" + quote(key, safe="!#$&'*+-.^_`|~")
        headers += [(name, value) for value in values]
    for name, value in headers:
        if value:
            yield f"Impersonate-{name}", value.encode().decode("latin-1")


@contextmanager
def _broken(source: str) -> Iterator[None]:
    formless = (TypeError, AttributeError, KeyError, RecursionError)
    try:
        yield
    except (ConfigException, OSError, ValueError, *formless) as error:
        is_formless = isinstance(error, formless)
        wrong = "it does not have a kubeconfig's form" if is_formless else short(error)
        raise unusable(source, wrong) from error
