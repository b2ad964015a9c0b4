"""What is asked of an API server about one scope, and what it may answer.

Responsible for the shapes that a source of objects and `podwatch.sources.reflect` share. How they
come over a network is `podwatch.sources.cluster`'s business.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from podwatch.core.kube import KubeObject
from podwatch.core.stream import Ref

PAGE = 500
"""How many objects one page of a list has; client-go's pager asks for as many:
https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/client-go/tools/pager/pager.go
"""

BRIEF = 1
"""For how many seconds a watch lasts that is to be brief."""


@dataclass(eq=False)
class ApiError(Exception):
    """The API server said no: an HTTP status, or an ERROR in a watch.

    `options`: those with which kubectl would be told the same.
    """

    code: int
    reason: str = ""
    message: str = ""
    retry_after: float | None = None
    in_watch: bool = field(default=False, kw_only=True)
    options: Sequence[str] = field(default=(), kw_only=True)

    def __str__(self) -> str:
        return self.message or self.reason or f"status {self.code}"

    @property
    def expired(self) -> bool:
        """Whether the history that was asked for is gone; an ERROR may lack code and reason."""
        return (
            self.code == 410
            or self.reason in {"Expired", "Gone"}
            or "too old resource version" in self.message.lower()
        )

    @property
    def ahead(self) -> bool:
        """Whether we know a version that the server doesn't: it is behind, or was restored."""
        return "too large resource version" in self.message.lower()

    @property
    def is_outage(self) -> bool:
        """Whether the server, not the request, is what is wrong."""
        return (self.code >= 500 or self.code == 429) and not self.ahead


class Unreachable(Exception):
    """The API server did not answer; the message says why in words.

    `lasting`: trying again can't help, as with a certificate that is not trusted.
    """

    def __init__(self, cause: str, *, lasting: bool = False) -> None:
        super().__init__(cause)
        self.lasting = lasting


Failure = ApiError | Unreachable
"""Why a request brought nothing."""


class Stopped(Exception):
    """The watch was ended from outside."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something that is no object that podwatch can read. `version` is its resourceVersion.

    `deleted`: a watch says that it is no more.
    """

    ref: str
    error: str
    version: str = ""
    uid: str = ""
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list. `date` is the server's clock, `following` the token of the next page."""

    items: tuple[KubeObject | Malformed, ...]
    version: str
    following: str = ""
    date: datetime | None = None


class WatchEvent(msgspec.Struct, frozen=True):
    """One event of a watch; a BOOKMARK has only a resourceVersion."""

    type: Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]
    object: KubeObject


class Calls(Protocol):
    """What is asked of an API server about one scope. All raise ApiError and Unreachable."""

    def page(self, following: str, *, whole: bool) -> ListPage:
        """The page of the list that `following` names, or the first; or `whole`, all of it."""

    def watch(
        self, version: str, connected: Callable[[], None], *, brief: bool = False
    ) -> Iterator[WatchEvent | Malformed]:
        """What changes after `version`; calls `connected` when the server has accepted.

        `brief`: for BRIEF seconds only.
        """

    def uid_now(self, ref: Ref) -> str:
        """The uid of the Pod that has this name now, empty if there is none."""

    def renew(self, again: bool) -> bool:
        """Read the credentials anew; whether others may be tried than those that were refused.

        `again`: those that were read last were refused as well, so only if these differ.
        """

    def near_name(self) -> str:
        """The name that may have been meant by the scope's, of those that there are; or nothing."""

    def missing_namespace(self) -> str:
        """In words, that the scope's namespace does not exist; empty if it does or may."""
