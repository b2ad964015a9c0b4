"""Single questions to the API server: one Pod with what belongs to it, names, a log.

Responsible for small answers that something on the screen waits for, and for saying what is
missing where one does not come. What is followed is a matter of `podwatch.sources.cluster.watch`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from podwatch.core.kube import Base, ConfigMap, KubeObject, ObjectMeta, Pod, Undecodable, decoder
from podwatch.core.stream import Ref, Scope
from podwatch.core.surroundings import Surroundings
from podwatch.errors import ExitCode, PodwatchError, meant, nearest
from podwatch.sources.api import PAGE, ApiError, Unreachable
from podwatch.sources.cluster.around import around
from podwatch.sources.cluster.everything import all_around
from podwatch.sources.cluster.family import family_of
from podwatch.sources.cluster.requests import Requests, server_time
from podwatch.sources.cluster.where import Where, nodes_of, where
from podwatch.sources.cluster.wire import listed_metadata, wire
from podwatch.sources.retry import refused, unreachable

_NO_LOG = re.compile(r"unable to retrieve container logs for [a-z-]+://[0-9a-f]+")
"""What the kubelet answers in place of the log of a container that is removed:
https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kuberuntime/kuberuntime_container.go
"""


@dataclass(frozen=True, slots=True)
class DescribedPod:
    """A Pod with what is known about it. `at`: the server's clock, in whole seconds.

    `missing`: what could not be had, with the cause.
    """

    pod: Pod
    around: Surroundings
    at: datetime | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DescribedFamily:
    """A workload with its Pods and what is known around them. `at`, `missing`: as above.

    `everywhere`: all Pods that have a Node are among the objects.
    """

    objects: list[KubeObject]
    everywhere: bool
    at: datetime | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DescribedPods:
    """All Pods of a namespace or of the cluster, with what is around those that are not well.

    `everywhere`, `at`, `missing`: as above. `complete`: the kinds of owners of which all that
    matter here are known.
    """

    objects: list[KubeObject]
    everywhere: bool
    complete: frozenset[str]
    at: datetime | None
    missing: tuple[str, ...]


class _Version(Base, frozen=True):
    git_version: str = ""


class Questions:
    """What can be asked of one API server."""

    def __init__(self, requests: Requests) -> None:
        self._requests = requests
        self._get = requests.get

    def server_version(self) -> str:
        """The server's version, as v1.37.2; empty if it can't be had."""
        try:
            return decoder(_Version)(self._get("/version").data).git_version
        except (ApiError, Unreachable, Undecodable):
            return ""

    def where(self) -> Where:
        """What is known of the cluster before something is written to it.

        PodwatchError if it does not answer.
        """
        server = self._requests.client.configuration.host
        try:
            nodes, _ = self._first("list of Nodes", wire("Node").path(""), nodes_of)
        except ApiError as error:
            if error.code != 403:
                raise refused(Scope("Node"), error) from error
            nodes = None
        return where(server, nodes, self.server_version())

    def is_going(self, namespace: str) -> bool:
        """Whether a namespace is gone, or is being deleted; PodwatchError if that is not known."""
        one = wire("Namespace")
        try:
            found, _ = self._first("Namespace", one.path("", namespace), one.item)
        except ApiError as error:
            if error.code == 404:
                return True
            raise refused(Scope("Namespace"), error) from error
        return bool(found.status.phase == "Terminating")

    def config_map(self, namespace: str, name: str) -> ConfigMap | None:
        """A ConfigMap as it is now; None if there is none. PodwatchError if that is not known."""
        one = wire("ConfigMap")
        try:
            return self._first("ConfigMap", one.path(namespace, name), one.item)[0]  # type: ignore[no-any-return]
        except ApiError as error:
            if error.code == 404:
                return None
            raise refused(Scope("ConfigMap", namespace), error) from error

    def pod(self, namespace: str, name: str) -> DescribedPod:
        """A Pod as it is now, with what is around it, by a few small requests.

        PodwatchError if there is no such Pod, or it can't be had. What else can't be had is
        missing in the answer, which says so.
        """
        pod, at = self._named("Pod", namespace, name)
        found, missing = around(pod, self._get)
        return DescribedPod(pod, found, at, missing)

    def workload(self, kind: str, namespace: str, name: str) -> DescribedFamily:
        """A workload as it is now, with its Pods and what is around them; errors as of a Pod."""
        head, at = self._named(kind, namespace, name)
        objects, everywhere, missing = family_of(head, self._get)
        return DescribedFamily(objects, everywhere, at, missing)

    def overview(self, namespace: str) -> DescribedPods:
        """All Pods of a namespace, or with "" of all, and what is around those that are not well.

        PodwatchError if there is no such namespace, or its Pods can't be had. What else can't be
        had is missing in the answer, which says so.
        """
        scope, path = Scope("Pod", namespace), wire("Pod").path(namespace)
        try:
            first, at = self._first(
                "list of Pods", path, lambda data: wire("Pod").page(data, None), limit=PAGE
            )
        except ApiError as error:
            raise refused(scope, error) from error
        if namespace and not first.items:
            self._exists(namespace)
        found = all_around(namespace, first, self._get)
        return DescribedPods(found.found, found.everywhere, found.complete, at, found.not_had)

    def _exists(self, namespace: str) -> None:
        """PodwatchError if there is no such namespace; nothing where that can't be known."""
        try:
            self._get(f"/api/v1/namespaces/{namespace}")
        except ApiError as error:
            if error.code == 404:
                raise PodwatchError(
                    f'there is no namespace "{namespace}"',
                    f"{self.meant(namespace, 'Namespace')}name another one, or all with -A",
                    ExitCode.NOT_MET,
                ) from error
        except Unreachable:
            pass

    def _named(self, kind: str, namespace: str, name: str) -> tuple[Any, datetime | None]:
        """An object as it is now, and the server's clock."""
        try:
            return self._first(kind, wire(kind).path(namespace, name), wire(kind).item)
        except ApiError as error:
            raise self._none(kind, namespace, name, error) from error

    def _first(
        self, what: str, path: str, decode: Callable[[bytes], Any], **query: object
    ) -> tuple[Any, datetime | None]:
        """The first answer of a server, and its clock; ApiError, or why there is none."""
        try:
            try:
                answer = self._get(path, **query)
            except ApiError as error:
                if error.code != 401:
                    raise
                self._requests.renew(self._requests.client)
                answer = self._get(path, **query)
            return decode(answer.data), server_time(answer)
        except Unreachable as error:
            raise unreachable(str(error), lasting=error.lasting) from error
        except Undecodable as error:
            raise unreachable(f"its answer is no {what} ({error})") from error

    def _none(self, kind: str, namespace: str, name: str, error: ApiError) -> PodwatchError:
        scope = Scope(kind, namespace, field_selector=f"metadata.name={name}")
        if error.code != 404:
            return refused(scope, error)
        meant = self.meant(name, kind, namespace)
        wait = f", or wait for it: podwatch pod {name} -n {namespace}" if kind == "Pod" else ""
        return PodwatchError(
            f'there is no {kind} "{name}" in namespace "{namespace}"',
            f"{meant}name another one{wait}",
            ExitCode.NOT_MET,
        )

    def names(self, kind: str, namespace: str = "") -> list[str]:
        """The names of Namespaces, or of the Pods of a namespace, of at most 500."""
        path = "/api/v1/namespaces" if kind == "Namespace" else wire(kind).path(namespace)
        return [meta.name for meta in listed_metadata(self._get(path, limit=PAGE).data)]

    def labelled(self, kind: str, selector: str) -> list[ObjectMeta]:
        """What there is of a kind with these labels, of at most 500; none where that is unknown."""
        try:
            answer = self._get(wire(kind).path(""), labelSelector=selector, limit=PAGE)
            return listed_metadata(answer.data)
        except (ApiError, Unreachable, Undecodable):
            return []

    def nearest(self, name: str, kind: str, namespace: str = "") -> str:
        """Which of the names that there are was probably meant; or nothing."""
        try:
            return nearest(name, self.names(kind, namespace))
        except (ApiError, Unreachable, Undecodable):
            return ""

    def meant(self, name: str, kind: str, namespace: str = "") -> str:
        """Which of the names that there are was probably meant, as a question; or nothing."""
        return meant(self.nearest(name, kind, namespace))

    def versions(self, namespace: str) -> dict[str, str]:
        """The resourceVersion of each Pod by uid, of at most 500; none if the cluster is silent."""
        try:
            metas = listed_metadata(self._get(wire("Pod").path(namespace), limit=PAGE).data)
        except (ApiError, Unreachable, Undecodable):
            return {}
        return {meta.uid: meta.resource_version for meta in metas}

    def log(
        self, ref: Ref, container: str, lines: int, *, previous: bool = False
    ) -> tuple[list[str], str]:
        """The last lines of a container's log, of its previous run if so; or none and why.

        Never more than 64 KiB: one line can be of any length.
        """
        try:
            answer = self._get(
                wire("Pod").path(ref.namespace, ref.name) + "/log",
                container=container,
                tailLines=lines,
                limitBytes=1 << 16,
                previous=str(previous).lower(),
            )
        except (ApiError, Unreachable) as error:
            may_not = isinstance(error, ApiError) and error.code == 403
            return [], f"you may not get pods/log ({error})" if may_not else str(error)
        text = answer.data.decode("utf-8", "replace")
        if _NO_LOG.fullmatch(text.strip()):
            return [], "the node does not have it any more"
        return text.splitlines()[-lines:], ""
