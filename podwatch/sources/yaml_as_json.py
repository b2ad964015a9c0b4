"""YAML, written down as JSON: event by event, as the parser finds them.

Responsible for the part of YAML that kubectl prints and people write. The usual way, by nodes and
then values of the whole document, takes up to 250 times its size. What can stand for more than it
is has a limit: aliases, and values that are nested by the hundred.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import msgspec
import yaml

LIMIT = 64 << 20
"""The most bytes of YAML: reading that much takes half a minute, as JSON two seconds."""
_DEPTH = 100
"""How deep it may be nested; a Pod is about ten levels deep."""
_ANCHORS = 1_000
"""How many anchors one document may have, which programs write for what is there twice."""
_COPIED = 1 << 20
"""The most bytes that aliases may stand for in one document."""
_AS_JSON = "get it as JSON, which is read much faster: kubectl get pods -o json > FILE"

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+(?:[eE][-+]?\d+)?)?", re.ASCII)
"""The numbers that are the same in YAML and in JSON."""
_BEGINNINGS = frozenset({"apiVersion", "kind"})
_pairs = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_resolver = yaml.resolver.Resolver()
_constructor = yaml.constructor.SafeConstructor()


class NotReadable(Exception):
    """It can't be read as YAML; the message says why, `hint` what to do, if that is known."""

    def __init__(self, why: str, hint: str = "") -> None:
        super().__init__(why)
        self.hint = hint


def documents(data: bytes) -> Iterator[bytes]:
    """Each document that is not empty, as JSON."""
    if len(data) > LIMIT:
        raise NotReadable(f"it has more than {LIMIT >> 20} MiB of YAML", _AS_JSON)
    written = _Written()
    try:
        for event in yaml.parse(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.DocumentEndEvent):
                if written.json != b"null":
                    yield bytes(written.json)
                written = _Written()
            else:
                written.add(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1} is" if mark is not None else "it is"
        problem = getattr(error, "problem", None) or "it can't be parsed"
        raise NotReadable(f"{where} no YAML: {problem}") from error
    except (ArithmeticError, AttributeError, LookupError, ValueError) as error:
        # a date like 2026-99-99, `!!bool maybe`, `!!int`: the constructor takes what it gets
        raise NotReadable("its YAML is nothing that kubectl prints") from error


class _Written:
    """One document as JSON, as far as it has come."""

    def __init__(self) -> None:
        self.json = bytearray()
        self._open: list[bytes] = []
        """What closes each value that is open, the innermost last."""
        self._parts = [0]
        """Of each, how many values it has so far; in a mapping, keys are values, too."""
        self._begun: set[str] = set()
        """The keys with which an object begins that were there."""
        self._begins: list[tuple[str | None, int]] = []
        """Of each value that is open, its anchor and where it begins."""
        self._anchors: dict[str, tuple[int, int]] = {}
        """Where the value of each anchor begins and ends."""
        self._copied = 0
        self._merges = self._in_list = False
        """Whether the next value is merged into the mapping that is open: its key was `<<`."""

    def add(self, event: yaml.Event) -> None:
        """The next event."""
        if self._merges:
            self._add_merged(event)
        elif isinstance(event, yaml.ScalarEvent) and self._is_merge_key(event):
            self._merges = True
        elif isinstance(event, yaml.ScalarEvent):
            is_key = self._separate()
            if is_key and len(self._open) == 1 and event.value in _BEGINNINGS:
                if event.value in self._begun:
                    raise NotReadable(
                        f"it has two objects without --- between them ({event.value})"
                    )
                self._begun.add(event.value)
            value, start = _scalar(event), len(self.json)
            self.json += value if not is_key or value[:1] == b'"' else b'"%b"' % value
            self._name(event.anchor, start)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.json += self._open.pop()
            self._parts.pop()
            self._name(*self._begins.pop())
        elif isinstance(event, yaml.CollectionStartEvent):
            if self._separate():
                raise NotReadable("it has a key that is not a text")
            self._begins.append((event.anchor, len(self.json)))
            is_list = isinstance(event, yaml.SequenceStartEvent)
            self.json += b"[" if is_list else b"{"
            self._open.append(b"]" if is_list else b"}")
            self._parts.append(0)
            if len(self._open) > _DEPTH:
                raise NotReadable("its YAML is nested too deeply")
        elif isinstance(event, yaml.AliasEvent):
            self._copy(event.anchor, is_key=self._separate())

    # ── what is merged (`<<: *common`), as sigs.k8s.io/yaml does for kubectl ──

    def _is_merge_key(self, event: yaml.ScalarEvent) -> bool:
        is_key = self._open[-1:] == [b"}"] and self._parts[-1] % 2 == 0
        return is_key and event.value == "<<" and event.tag is None and event.implicit[0]

    def _add_merged(self, event: yaml.Event) -> None:
        """A mapping by its alias, or several in a list, of which the first counts most."""
        if isinstance(event, yaml.AliasEvent):
            self._merge(event.anchor)
            self._merges = self._in_list
        elif isinstance(event, yaml.SequenceStartEvent) and not self._in_list:
            self._in_list = True
        elif isinstance(event, yaml.SequenceEndEvent):
            self._merges = self._in_list = False
        else:
            raise NotReadable("it merges (<<) what is no alias (*name)")

    def _merge(self, anchor: str | None) -> None:
        """Write the keys of a mapping that are not there: one that comes later takes its place."""
        start, end = self._anchors.get(anchor or "", (0, 0))
        begin = self._begins[-1][1]
        self._spend(end - start + len(self.json) - begin)
        if self.json[start : start + 1] != b"{" or start == end:
            raise NotReadable("it merges (<<) what is no mapping")
        there = _pairs(bytes(self.json[begin:]) + b"}")
        for key, value in _pairs(bytes(self.json[start:end])).items():
            if key not in there:
                self.json += b"," if self._parts[-1] else b""
                self.json += msgspec.json.encode(key) + b":" + bytes(value)
                self._parts[-1] += 2

    def _name(self, anchor: str | None, start: int) -> None:
        """What was written since `start` may be repeated by this name."""
        if anchor is not None:
            self._anchors[anchor] = (start, len(self.json))
            if len(self._anchors) > _ANCHORS:
                raise NotReadable(f"it has more than {_ANCHORS} YAML anchors (&name)")

    def _copy(self, anchor: str | None, *, is_key: bool) -> None:
        start, end = self._anchors.get(anchor or "", (0, _COPIED + 1))
        self._spend(end - start if not is_key else _COPIED + 1)
        self.json += self.json[start:end]

    def _spend(self, size: int) -> None:
        self._copied += size
        if self._copied > _COPIED:
            raise NotReadable("it has YAML aliases (*name) that stand for too much")

    def _separate(self) -> bool:
        """What stands before the next value; whether that is a mapping's key."""
        number = self._parts[-1]
        self._parts[-1] = number + 1
        in_mapping = self._open[-1:] == [b"}"]
        if number:
            self.json += b":" if in_mapping and number % 2 else b","
        return in_mapping and number % 2 == 0


def _scalar(event: yaml.ScalarEvent) -> bytes:
    if event.tag is None and event.implicit[0]:
        return _plain(event.value)
    if event.tag is None:
        return msgspec.json.encode(event.value)
    return _of_tag(event.tag, event.value)


@lru_cache(4096)
def _plain(value: str) -> bytes:
    """A text without quotes, which may be a number, a date, true or null."""
    if _NUMBER.fullmatch(value):
        return value.encode()  # as it is written: the label `1.10` is not `1.1`
    tag: str = _resolver.resolve(yaml.ScalarNode, value, (True, False))  # type: ignore[no-untyped-call]
    try:
        return _of_tag(tag, value)
    except (ArithmeticError, LookupError, ValueError):
        return msgspec.json.encode(value)  # only like a date, as 2026-99-99 is


def _of_tag(tag: str, value: str) -> bytes:
    return msgspec.json.encode(_constructor.construct_document(yaml.ScalarNode(tag, value)))
