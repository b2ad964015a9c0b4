"""The answers of the API server, as types.

Responsible for decoding lists, watch events and single objects of each kind. An object that can't
be read costs only itself. What an object has is a matter of `podwatch.core.kube`.
"""

from datetime import datetime
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote

import msgspec

from podwatch.core.kube import KINDS, Base, KubeObject, ObjectMeta, Undecodable, decoder
from podwatch.core.kube.shared import share
from podwatch.sources.api import ListPage, Malformed, Unreachable, WatchEvent
from podwatch.sources.cluster.requests import refusal


class Wire:
    """How one kind is asked for and decoded. The decoders are made when they are first used."""

    def __init__(self, kind: str) -> None:
        self._kind = KINDS[kind]
        self._type = self._kind.type

    def path(self, namespace: str, name: str = "") -> str:
        """The path of its list, or of one object."""
        within = f"/namespaces/{quote(namespace, safe='')}" if namespace else ""
        object_ = f"/{quote(name, safe='')}" if name else ""
        return f"{self._kind.path}{within}/{self._kind.plural}{object_}"

    @cached_property
    def item(self) -> Any:
        """Decodes an object."""
        return decoder(self._type)

    @cached_property
    def change(self) -> Any:
        """Decodes a watch event."""
        return decoder(
            msgspec.defstruct(
                f"{self._type.__name__}WatchEvent",
                [("type", str), ("object", self._type)],
                bases=(WatchEvent,),
                frozen=True,
                gc=False,
            )
        )

    @cached_property
    def _items(self) -> Any:
        return decoder(
            msgspec.defstruct(
                f"{self._type.__name__}Page",
                [("metadata", _ListMeta, _ListMeta()), ("items", tuple[self._type, ...], ())],  # type: ignore[name-defined]
                frozen=True,
                gc=False,
            )
        )

    def objects(self, data: bytes) -> Any:
        """The objects of a list; Undecodable if one of them can't be read."""
        return self._items(data).items

    def page(self, data: bytes, date: datetime | None) -> ListPage:
        """One page of a list; Unreachable if it is none, as a proxy may answer."""
        try:
            page = self._items(data)
            items: tuple[KubeObject | Malformed, ...] = page.items
            share(page.items)
        except Undecodable as whole:
            try:
                page = _raw_page(data)
            except Undecodable:
                raise Unreachable(f"the server's answer is not a list: {whole}") from whole
            items = tuple(self._read(bytes(raw)) for raw in page.items)
        meta = page.metadata
        if not meta.resource_version:
            raise Unreachable("the server's answer is not a list")
        return ListPage(items, meta.resource_version, meta.continue_, date)

    def _read(self, raw: bytes) -> Any:
        try:
            return self.item(raw)
        except Undecodable as error:
            return _malformed(raw, str(error))

    def event(self, line: str) -> WatchEvent | Malformed | None:
        """What one line of a watch says, None if it is blank; raises ApiError for an ERROR."""
        wrong = ""
        try:
            event = self.change(line)
            if event.type in _CHANGES:
                return event  # type: ignore[no-any-return]
            if event.type != "ERROR":
                return Malformed("?", f'a watch event of the unknown type "{event.type}"')
        except Undecodable as error:
            wrong = str(error)
        if not line or line.isspace():
            return None
        try:
            raw = _raw_event(line)
        except Undecodable as error:
            return Malformed("?", f"a line that is not a watch event: {error}")
        if raw.type == "ERROR":
            raise refusal(bytes(raw.object))
        return _malformed(bytes(raw.object), wrong, deleted=raw.type == "DELETED")


wire = cache(Wire)
"""By the name of a kind that can be followed, such as "Pod"."""

_CHANGES = frozenset({"ADDED", "MODIFIED", "DELETED", "BOOKMARK"})


class _ListMeta(Base, frozen=True):
    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")


class _RawPage(Base, frozen=True):
    metadata: _ListMeta = _ListMeta()
    items: tuple[msgspec.Raw, ...] = ()


class _RawEvent(Base, frozen=True):
    type: str
    object: msgspec.Raw


class _Named(Base, frozen=True):
    metadata: ObjectMeta = ObjectMeta()


class _NamedList(Base, frozen=True):
    items: tuple[_Named, ...] = ()


_raw_page = decoder(_RawPage)
_raw_event = decoder(_RawEvent)
_named = decoder(_Named)
_named_list = decoder(_NamedList)


def metadata(data: bytes) -> ObjectMeta:
    """An object's metadata, of whichever kind it is."""
    return _named(data).metadata


def listed_metadata(data: bytes) -> list[ObjectMeta]:
    """The metadata of what a list has, of whichever kind it is."""
    return [item.metadata for item in _named_list(data).items]


def _malformed(raw: bytes, error: str, *, deleted: bool = False) -> Malformed:
    try:
        meta = metadata(raw)
    except Undecodable:
        return Malformed("?", error)
    ref = f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name
    return Malformed(ref or "?", error, meta.resource_version, meta.uid, deleted)
