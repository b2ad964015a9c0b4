"""What kubectl prints, read back: an object, a List or a stream of watch events, JSON or YAML.

Responsible for files that somebody else made: pasted, cut off, of another encoding, with other
kinds in them, or written to do harm. Nothing is made of a file but the typed objects, one after the
other: values in general would take up to 250 times the file's size. YAML is written down as JSON
first (`podwatch.sources.yaml_as_json`). Not responsible for recordings
(`podwatch.sources.recording`).
"""

import codecs
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import msgspec

from podwatch.core.kube import KINDS, Base, KubeObject, Pod, Undecodable, decoder
from podwatch.errors import ExitCode, PodwatchError, in_words

LIMIT = 256 << 20
"""The most bytes that are read: all Pods of a large cluster are about 100 MB of JSON."""
OBJECT_LIMIT = 8 << 20
"""The most bytes of one object: etcd takes 1.5 MiB of the API server (--max-request-bytes)."""
MEMORY = 512 << 20
"""The most bytes that what was read may take, estimated from above: about 25,000 Pods."""
_WRITE_ONE = "write one with: kubectl get pod NAME -o yaml > FILE"
_NOTHING = "it holds no objects of Kubernetes"


class Contents(msgspec.Struct, kw_only=True):
    """What a file holds. Of an object that is in it several times, the last version counts.

    `deleted`: the uids of what a watch saw deleted. `others`: how many of each kind were
    skipped. `failure`: what can't be read, after the rest was.
    """

    objects: dict[str, KubeObject] = {}
    deleted: set[str] = set()
    others: Counter[str] = msgspec.field(default_factory=Counter)
    failure: PodwatchError | None = None


def contents(name: str) -> Contents:
    """What the file of this name holds, or for `-` standard input.

    PodwatchError if there is no such file, or nothing of it can be read.
    """
    reader = _Reader("standard input" if name == "-" else name)
    try:
        reader.read(name)
    except PodwatchError as error:
        if not reader.found.objects:
            raise
        reader.found.failure = error
    return reader.found


_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""PowerShell's `>` writes UTF-16."""
_CHANGES = frozenset({"ADDED", "MODIFIED", "DELETED"})
_EMPTY = re.compile(rb"\[\s*\]")
_AT = re.compile(r"(?:JSON is malformed: )?(.*) \(byte (\d+)\)", re.DOTALL)


class _Identity(Base, frozen=True):
    name: str = ""
    namespace: str = ""
    uid: str = ""


class _Value(msgspec.Struct):
    """What tells an object, a List and a watch event apart."""

    kind: str | None = None
    type: str | None = None
    metadata: msgspec.Raw = msgspec.Raw()
    object: msgspec.Raw = msgspec.Raw()
    items: msgspec.Raw = msgspec.Raw()


_raw = msgspec.json.Decoder(msgspec.Raw).decode
_value = msgspec.json.Decoder(_Value).decode
_identity = decoder(_Identity)


@cache
def _typed(kind: str) -> Callable[[bytes], KubeObject]:
    return decoder(KINDS[kind].type)


class _Reader:
    def __init__(self, shown: str) -> None:
        self.found = Contents()
        self._shown = shown
        self._spent = 0
        self._costs: dict[str, int] = {}

    def read(self, name: str) -> None:
        data = self._text(self._bytes(name))
        if data[:1] in b"{[":
            self._documents(data)
        else:
            from podwatch.sources.yaml_as_json import NotReadable, documents

            try:
                for document in documents(data):
                    self._take(memoryview(document))
            except NotReadable as error:
                raise self._unreadable(str(error), error.hint or _WRITE_ONE) from error

    def _bytes(self, name: str) -> bytes:
        try:
            if name == "-":
                data = sys.stdin.buffer.read(LIMIT + 1)
            else:
                with Path(name).open("rb") as file:
                    data = file.read(LIMIT + 1)
        except (OSError, ValueError) as error:
            raise self._unreadable(in_words(error)) from error
        if len(data) > LIMIT:
            raise self._too_large(f"it has more than {LIMIT >> 20} MiB")
        return data

    def _text(self, data: bytes) -> bytes:
        """The text in UTF-8."""
        encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "utf-8")
        try:
            if encoding != "utf-8":
                data = data.decode(encoding).encode()
            else:
                decode = codecs.getincrementaldecoder(encoding)()
                for at in range(0, len(data), 1 << 20):  # a str may take four times as much
                    decode.decode(data[at : at + (1 << 20)])
                decode.decode(b"", final=True)
        except UnicodeError as error:
            why = getattr(error, "reason", None) or str(error)
            raise self._unreadable(f"it is not text ({why})") from error
        data = data.lstrip()
        if not data:
            raise self._unreadable("it is empty")
        if data.startswith(b'{"item":"opened"'):
            raise self._unreadable(
                "it is a recording of podwatch",
                "explain a Pod of it with: podwatch explain pod/NAME --recording FILE",
            )
        return data

    # ── values ──

    def _documents(self, data: bytes) -> None:
        """Values that follow each other, as `kubectl get -w -o json` prints them."""
        at = 0
        while at < len(data):
            try:
                end = _end(data, at)
            except msgspec.DecodeError as error:
                found = _AT.fullmatch(str(error))
                line = data.count(b"\n", 0, at + int(found[2]) if found else len(data)) + 1
                what = found[1] if found else "the file ends in the middle of it"
                hint = "what comes before it was read" if at else _WRITE_ONE
                raise self._unreadable(f"line {line} is no JSON: {what}", hint) from error
            except RecursionError as error:
                raise self._unreadable("its JSON is nothing that kubectl prints") from error
            self._take(memoryview(data)[at:end])
            at = end

    def _take(self, data: memoryview, kind: str = "", *, inside: bool = False) -> str:
        """Take an object, a List's items or a watch event's object; the identity of an object."""
        try:
            value = _value(data)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise self._unreadable(_NOTHING) from error
        kind = value.kind or kind
        items, object_ = memoryview(value.items), memoryview(value.object)
        if not inside and kind.endswith("List") and bytes(items[:1]) == b"[":
            for item in _elements(items):
                self._take(item, kind.removesuffix("List"), inside=True)
            return ""
        if not inside and not kind and value.type and bytes(object_[:1]) == b"{":
            if value.type in _CHANGES:
                identity = self._take(object_, inside=True)
                if value.type == "DELETED":
                    self._spend(0 if identity in self.found.deleted else 200)
                    self.found.deleted.add(identity)
            return ""
        if not kind:
            raise self._unreadable(_NOTHING)
        if kind not in KINDS:
            self._spend(0 if kind[:63] in self.found.others else 200)
            self.found.others[kind[:63]] += 1
            return ""
        return self._object(data, kind, value)

    def _object(self, data: memoryview, kind: str, value: _Value) -> str:
        """Take one object; of several that can't be read, the last one is told."""
        uid, named = _named(memoryview(value.metadata))
        identity = uid or f"{kind}/{named}"
        try:
            if len(data) > OBJECT_LIMIT:
                raise Undecodable(f"it has more than {OBJECT_LIMIT >> 20} MiB")
            made = _typed(kind)(bytes(data))
        except Undecodable as error:
            self.found.failure = self._unreadable(
                f"{kind} {named} is not as the API has it: {error}",
                "get it anew: kubectl get pod NAME -o yaml",
            )
            return identity
        if isinstance(made, Pod) and made.metadata.uid and not made.status.phase:
            # YAML that is cut off is YAML all the same; the API server gives every Pod a phase.
            self.found.failure = self._unreadable(
                f"Pod {named} ends before its status", "get all of it: it was cut off"
            )
            return identity
        cost = _cost(made)
        self._spend(cost - self._costs.pop(identity, 0))
        self._costs[identity] = cost
        self.found.deleted.discard(identity)
        self.found.objects.pop(identity, None)  # the newest version comes last
        self.found.objects[identity] = made
        return identity

    def _spend(self, cost: int) -> None:
        self._spent += cost
        if self._spent > MEMORY:
            raise self._too_large(f"its objects take more than {MEMORY >> 20} MiB of memory")

    def _too_large(self, why: str) -> PodwatchError:
        return self._unreadable(f"it is too large: {why}", "name fewer Pods")

    def _unreadable(self, why: str, hint: str = _WRITE_ONE) -> PodwatchError:
        return PodwatchError(f"{self._shown} can't be read: {why}", hint, ExitCode.UNREADABLE)


def _end(data: bytes | memoryview, at: int) -> int:
    """Where the JSON value that begins at `at` ends, with the blanks behind it."""
    try:
        _raw(memoryview(data)[at:])
    except msgspec.DecodeError as error:
        found = _AT.fullmatch(str(error))
        if found is None or found[1] != "trailing characters":
            raise
        return at + int(found[2]) - 1
    return len(data)


def _elements(array: memoryview) -> Iterator[memoryview]:
    """The elements of a JSON array that is known to be one."""
    at = 1 if _EMPTY.match(array) is None else len(array)
    while at < len(array) - 1:
        end = _end(array, at)
        yield array[at:end]
        at = end + 1  # a comma, or the bracket


def _named(metadata: memoryview) -> tuple[str, str]:
    """The uid, empty if there is none, and a name for people."""
    if bytes(metadata[:1]) != b"{":
        return "", "without metadata"
    try:
        names = _identity(bytes(metadata)) if len(metadata) <= OBJECT_LIMIT else _Identity()
    except Undecodable:
        names = _Identity()
    parts = (part[:253] for part in (names.namespace, names.name) if part)
    return names.uid, "/".join(parts) or "without a name"


def _cost(made: KubeObject) -> int:
    """How much memory an object may take, from above: a struct or a text takes up to 144 bytes."""
    text = msgspec.json.encode(made)
    width = 1 if text.isascii() else 4
    return width * len(text) + 144 * (text.count(b"{") + text.count(b","))
