"""The official client's watch, over our own GET.

Responsible for one stream of lists and watches, as `reflect` asks for them.

`Watch.stream` asks a function for the answer, usually a method of `CoreV1Api`. It gets a plain GET
instead: to make that class, the client loads more than a thousand modules with its models, which
takes more time and memory than all the rest of a start (0.5 s of CPU, 25 to 90 MB), and nothing
here uses them.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import urllib3

from podwatch.core.kube import KINDS, Undecodable
from podwatch.core.stream import Ref, Scope
from podwatch.errors import PodwatchError
from podwatch.sources.api import BRIEF, PAGE, ApiError, ListPage, Malformed, Unreachable, WatchEvent
from podwatch.sources.cluster.client import ApiClient, Watch
from podwatch.sources.cluster.questions import Questions
from podwatch.sources.cluster.requests import Requests, failure, server_time
from podwatch.sources.cluster.wire import metadata, wire


class ScopeCalls:
    """`Calls` about one scope, through the official client."""

    def __init__(self, requests: Requests, scope: Scope) -> None:
        self._requests = requests
        self._scope = scope
        self._wire = wire(scope.kind)
        self._path = self._wire.path(scope.namespace)
        self._selectors = {
            "labelSelector": scope.label_selector,
            "fieldSelector": scope.field_selector,
        }
        self._client = requests.client

    def page(self, following: str, *, whole: bool) -> ListPage:
        """The page of the list that `following` names, or the first; or `whole`, all of it."""
        query = {**self._selectors, "limit": 0 if whole else PAGE, "continue": following}
        answer = self._requests.read(self._its_client(), self._path, query, silence=60.0)
        return self._wire.page(answer.data, server_time(answer))

    def watch(
        self, version: str, connected: Callable[[], None], *, brief: bool = False
    ) -> Iterator[WatchEvent | Malformed]:
        """What changes after `version`; says `connected` once the server has answered."""
        client, patience = self._its_client(), self._requests.patience
        silence = patience.event_silence if self._scope.kind == "Event" else patience.silence

        def answered(timeout_seconds: int, **_: object) -> _Lines:
            query = {
                **self._selectors,
                "watch": "true",
                "resourceVersion": version,
                "allowWatchBookmarks": "true",
                "timeoutSeconds": timeout_seconds,
            }
            answer = self._requests.read(client, self._path, query, silence, whole=False)
            connected()
            return _Lines(answer)

        # As long as client-go's reflector has it: from its least time-out to twice that.
        # https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/client-go/tools/cache/reflector.go
        # With a time-out, Watch leaves it to us to ask again.
        stream = _TypedWatch(self._wire.event).stream(
            answered, timeout_seconds=BRIEF if brief else random.randint(300, 600)
        )
        try:
            for change in stream:
                if change is not None:
                    yield change
        except Exception as error:
            raise failure(error, silence) from error

    def uid_now(self, ref: Ref) -> str:
        """The uid of the Pod that has this name now; empty if none has."""
        self._its_client()  # the one that asks: if its credentials are refused, they are renewed
        try:
            return metadata(self._requests.get(self._wire.path(ref.namespace, ref.name)).data).uid
        except Undecodable as error:
            raise Unreachable(str(error)) from error
        except ApiError as error:
            if error.code != 404:
                raise
            return ""

    def renew(self, again: bool) -> bool:
        """Read the credentials anew that were refused; whether others may be tried."""
        try:
            return self._requests.renew(self._client, again=again)
        except PodwatchError as error:
            raise Unreachable(error.message) from error

    def near_name(self) -> str:
        """See `Calls`. Nothing where the names can't be had, or any namespace may have the name."""
        scope = self._scope
        if KINDS[scope.kind].namespaced and not scope.namespace:
            return ""
        return Questions(self._requests).nearest(scope.name, scope.kind, scope.namespace)

    def missing_namespace(self) -> str:
        """In words, that the scope's namespace does not exist; empty if it does or may."""
        if not (namespace := self._scope.namespace):
            return ""
        try:
            self._requests.get(f"/api/v1/namespaces/{quote(namespace, safe='')}")
        except ApiError as error:
            if error.code == 404:
                meant = Questions(self._requests).meant(namespace, "Namespace").rstrip()
                meant = f" ({meant})" if meant else ""
                return f'namespace "{namespace}" does not exist{meant}; watching in case it comes'
        except Unreachable:
            pass
        return ""

    def _its_client(self) -> ApiClient:
        self._client = self._requests.client
        return self._client


class _TypedWatch(Watch):  # type: ignore[misc]  # the client has no types
    """The official watch, decoding each line into our own types.

    The client's models cost thirty times as much, and one that fails its validation would
    stop the stream for good.
    """

    def __init__(self, decode: Callable[[str], WatchEvent | Malformed | None]) -> None:
        super().__init__(return_type=object)
        self._decode = decode

    def unmarshal_event(self, data: str, return_type: object) -> Any:  # noqa: ARG002
        """One line; None for a blank one."""
        return self._decode(data)


class _Lines:
    """A response whose `stream` gives whole lines as soon as they arrive.

    The client's own splitting is quadratic in what arrives at once, and waits for the end of a
    body that is not chunked.
    """

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self._answer = answer
        self.status = answer.status

    def stream(self, amt: int | None = None, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: ARG002
        """Whole lines with their line break; what follows the last one is cut off, no event."""
        rest: list[bytes] = []
        for piece in self._pieces():
            end = piece.find(b"\n")
            if end < 0:
                rest.append(piece)
            elif not rest and end == len(piece) - 1:
                yield piece  # the usual case: one event is one chunk
            else:
                *lines, last = b"".join([*rest, piece]).split(b"\n")
                rest = [last] if last else []
                for line in lines:
                    yield line + b"\n"

    def _pieces(self) -> Iterator[bytes]:
        if getattr(self._answer, "chunked", False):
            yield from self._answer.stream(None, decode_content=True)
        else:  # stream() would wait for the end of the body
            while piece := self._answer.read1(1 << 18, decode_content=True):
                yield piece

    def close(self) -> None:
        """Close the connection: the rest of a watch is of no use to another request."""
        self._answer.close()

    def release_conn(self) -> None:
        """Nothing is left to give back."""
