"""The cluster: the official client, behind the functions that `reflect` asks for.

Responsible for connections, credentials and turning the API's bytes into typed objects; the loop
itself is `podwatch.sources.reflect`. This module is the way in. It can be imported without the
client, which is loaded by whoever connects.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from podwatch.sources.cluster.access import Access

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for what, in seconds."""

    connect: float = 5.0
    first_list: float = 10.0
    """While the server can't be reached: somebody looks on, and a wrong address shall be said
    before they give up."""
    silence: float = 75.0
    """Without a word in a watch: the API server sends a bookmark each minute. Source:
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/storage/cacher/cacher.go
    """
    event_silence: float = 300.0
    """Events have no bookmarks, so silence says little about their watch."""
    question: float = 5.0
    """For a single small answer that something on the screen waits for."""
    request: float | None = None
    """For the answer to one request, instead of any of these; a watch goes on."""
    login: float = 120.0
    """For a login command: it may open a browser."""


def connect(
    access: Access | None = None, patience: Patience | None = None, *, login_may_print: bool = False
) -> "Cluster":
    """A cluster as kubectl finds it with the same options; inside a Pod, its own.

    Asks the cluster nothing yet, but runs the context's login command. `login_may_print`: what
    that says on standard error is for the user, who may have to open a page; when it is run
    again, it is only kept for an error. PodwatchError if there is no usable configuration.
    """
    from podwatch.sources.cluster.cluster import Cluster
    from podwatch.sources.cluster.configuration import chosen

    access, patience = access or Access(), patience or Patience()
    if limit := access.request_timeout:
        patience = replace(patience, connect=limit, request=limit)
    return Cluster(chosen(access, patience.login, login_may_print), patience)
