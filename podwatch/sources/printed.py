"""The objects of a text: an object, a List or a stream of watch events, JSON or YAML.

Responsible for texts that somebody else made: cut off, with other kinds in them, mended by hand or
written to do harm. Nothing is made of them but the typed objects, one after the other: values in
general would take up to 250 times their size. YAML is written down as JSON first
(`podwatch.sources.yaml_as_json`). Not responsible for what stands around the objects
(`podwatch.sources.pasted`).
"""

import json
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache

import msgspec
from msgspec.structs import replace

from podwatch.core.kube import EXPLAINED_KINDS, KINDS, KubeObject, Pod, Undecodable, decoder
from podwatch.core.kube.given import SNAKE_CASE, Number, given, unfit
from podwatch.errors import PodwatchError
from podwatch.sources.contents import (
    WRITE_ONE,
    Contents,
    TooLarge,
    identity_of,
    too_large,
    unreadable,
)
from podwatch.sources.json_values import (
    AT,
    Names,
    Value,
    after_separators,
    elements,
    end_of,
    items_of,
    kind_by_shape,
    names_in,
    string,
    value_of,
)

OBJECT_LIMIT = 8 << 20
"""The most bytes of one object: etcd takes 1.5 MiB of the API server (--max-request-bytes)."""
MENDED_LIMIT = 1 << 20
"""The most bytes of an object that is mended: its values take about 60 times as much."""
MEMORY = 512 << 20
"""The most bytes that what was read may take, estimated from above: about 25,000 Pods."""
_NOTHING = "it holds no objects of Kubernetes"
_DEPTH = 3
"""How deep Lists are read that are in Lists: each level is gone through anew."""
_NOTES = 100
"""The most that is said of what was left out or mended."""


def read(shown: str, parts: Iterable[bytes]) -> Contents:
    """What these texts hold, in UTF-8 and each of whole objects; `shown` is what they are called.

    If nothing of them can be read, there is a failure. One part that can't be costs only itself.
    """
    reader = _Reader(shown)
    for part in parts:
        try:
            reader.read(part)
        except TooLarge as error:
            reader.found.failure = error
            break
        except PodwatchError as error:
            reader.found.failure = error
    return reader.found


_CHANGES = frozenset({"ADDED", "MODIFIED", "DELETED"})
_CUT = "unexpected end of stream"
"""What YAML's reader says of a quotation without an end."""
_ITEMS = re.compile(rb'"items":\s*\[\s*')
_WORD = re.compile(r"[A-Za-z]\w{0,62}")


@cache
def _typed(kind: str) -> Callable[[bytes], KubeObject]:
    return decoder(KINDS[kind].type)


class _Reader:
    def __init__(self, shown: str) -> None:
        self.found = Contents()
        self._shown = shown
        self._spent = 0
        self._costs: dict[str, int] = {}

    def read(self, data: bytes) -> None:
        data = data.lstrip()
        if data[:1] in b"{[":
            self._documents(data)
            return
        from podwatch.sources.yaml_as_json import NotReadable, documents

        try:
            for document in documents(data):
                self._take(memoryview(document))
        except NotReadable as error:
            whole, item, _ = data.rpartition(b"\n- apiVersion:")
            if item and _CUT in str(error):
                with suppress(NotReadable):
                    for document in documents(whole + b"\n"):
                        self._take(memoryview(document))
            hint = "what comes before it was read" if self.found.objects else WRITE_ONE
            raise self._unreadable(str(error), error.hint or hint) from error

    # ── values ──

    def _documents(self, data: bytes) -> None:
        """Values that follow each other, as `kubectl get -w -o json` prints them."""
        at = 0
        while at < len(data):
            try:
                end = end_of(data, at)
            except msgspec.DecodeError as error:
                found = AT.fullmatch(str(error))
                line = data.count(b"\n", 0, at + int(found[2]) if found else len(data)) + 1
                what = found[1] if found else "the file ends in the middle of it"
                had = self._items_before_a_cut(data, at) or at
                hint = "what comes before it was read" if had else WRITE_ONE
                raise self._unreadable(f"line {line} is no JSON: {what}", hint) from error
            except RecursionError as error:
                raise self._unreadable("its JSON is nothing that kubectl prints") from error
            self._take(memoryview(data)[at:end])
            at = after_separators(data, end)
            if end < at < len(data) and data[at : at + 1] not in {b"{", b"["}:
                self.read(data[at:])  # YAML
                return

    def _items_before_a_cut(self, data: bytes, at: int) -> bool:
        """Take the items of a List whose end is missing, if it is one."""
        items = _ITEMS.search(data, at, at + 1000)
        if items is None:
            return False
        try:
            for item in elements(memoryview(data), items.end()):
                self._take(item, level=1)
        except (msgspec.DecodeError, RecursionError):
            pass  # that is the cut
        return bool(self.found.objects)

    def _take(self, data: memoryview, kind: str = "", *, level: int = 0) -> str:
        """Take an object, a List's items or a watch event's object; the identity of an object."""
        if not level and bytes(data[:1]) == b"[":
            for item in items_of(data):
                self._take(item, level=1)
            return ""
        try:
            value = value_of(data)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise self._unreadable(_NOTHING) from error
        kind = value.kind or kind
        items, object_ = memoryview(value.items), memoryview(value.object)
        is_list = kind.endswith("List") or not kind
        if is_list and level < _DEPTH and bytes(items[:1]) == b"[":
            for item in items_of(items):
                self._take(item, kind.removesuffix("List"), level=level + 1)
            return ""
        if not level and not kind and value.type and bytes(object_[:1]) == b"{":
            if value.type in _CHANGES:
                identity = self._take(object_, level=_DEPTH)
                if value.type == "DELETED":
                    self._spend(0 if identity in self.found.deleted else 200)
                    self.found.deleted.add(identity)
            return ""
        return self._object(data, kind or kind_by_shape(value), value)

    def _object(self, data: memoryview, kind: str, value: Value) -> str:
        """Take one object; of several that can't be read, the last one is told."""
        names = names_in(memoryview(value.metadata))
        called = f"{kind or 'an object'} {names}"
        if memoryview(value.snake_case):
            self._refuse(f"{called} can't be taken: {SNAKE_CASE}")
            return ""
        if not _WORD.fullmatch(kind):
            part = not kind and (memoryview(value.spec) or memoryview(value.metadata))
            why = "it has no kind: give all of the object, from apiVersion on"
            raise self._unreadable(why if part else _NOTHING)
        if kind == "Status":
            said = f'it is an answer of the API server: "{string(value.message)[:200]}"'
            self._refuse(said, "ask for a Pod that is there")
            return ""
        if kind not in EXPLAINED_KINDS or not _is_group(kind, value.api_version or ""):
            self._spend(0 if kind in self.found.others else 200)
            self.found.others[kind] += 1
            return ""
        try:
            made, mended = self._made(data, kind, names)
        except Undecodable as error:
            what = f"{called} is not as the API has it: {error}"
            if kind == "Pod":
                self._refuse(what, "get it again: kubectl get pod NAME -o yaml")
            else:
                self._note(f"{what}; it is left out")
            return str(names.uid)
        identity = identity_of(made)
        cost = _cost(made) + sum(map(len, mended))
        self._spend(cost - self._costs.pop(identity, 0))
        self._costs[identity] = cost
        self.found.deleted.discard(identity)
        for known in (self.found.objects, self.found.mended):
            known.pop(identity, None)  # the newest version comes last
        self.found.objects[identity] = made
        if mended:
            self.found.mended[identity] = mended
        return identity

    def _made(
        self, data: memoryview, kind: str, names: Names
    ) -> tuple[KubeObject, tuple[str, ...]]:
        """The object and what of it was mended; Undecodable if it is none, or no whole one."""
        if len(data) > OBJECT_LIMIT:
            raise Undecodable(f"it has more than {OBJECT_LIMIT >> 20} MiB")
        mended: tuple[str, ...] = ()
        try:
            made = _typed(kind)(bytes(data))
        except Undecodable:
            if len(data) > MENDED_LIMIT:
                raise
            values = json.loads(bytes(data), parse_int=Number, parse_float=Number)
            made, mended = given(values, kind)
        if names.generate_name and not made.metadata.name:
            made = replace(made, metadata=replace(made.metadata, name=names.generate_name))
            mended = (*mended, "it has no name yet, only generateName")
        if reason := unfit(made):
            raise Undecodable(reason)
        if isinstance(made, Pod) and made.metadata.uid and not made.status.phase:
            # YAML that is cut off is YAML all the same; the API server gives every Pod a phase.
            raise Undecodable(
                "it has no phase, as each Pod of a cluster has: it was cut off, or edited"
            )
        return made, mended

    # ── what is said ──

    def _note(self, what: str) -> None:
        if len(self.found.notes) < _NOTES:
            self.found.notes[what] = None

    def _refuse(self, why: str, hint: str = WRITE_ONE) -> None:
        self.found.failure = self._unreadable(why, hint)

    def _spend(self, cost: int) -> None:
        self._spent += cost
        if self._spent > MEMORY:
            raise too_large(self._shown, f"its objects take more than {MEMORY >> 20} MiB of memory")

    def _unreadable(self, why: str, hint: str = WRITE_ONE) -> PodwatchError:
        return unreadable(self._shown, why, hint)


def _is_group(kind: str, version: str) -> bool:
    """Whether it is Kubernetes' own kind of that name; workloads were in `extensions` once."""
    group = version.partition("/")[0] if "/" in version else ""
    return not version or group == KINDS[kind].group or group == "extensions"


def _cost(made: KubeObject) -> int:
    """How much memory an object may take, from above: a struct or a text takes up to 144 bytes."""
    text = msgspec.json.encode(made)
    width = 1 if text.isascii() else 4
    return width * len(text) + 144 * (text.count(b"{") + text.count(b","))
