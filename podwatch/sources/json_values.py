"""JSON, cut into its values without making any of them: what is needed to choose what is read.

Responsible for where a value ends, and for the few fields that tell an object, a List and a watch
event apart. What is made of a value is `podwatch.sources.printed`'s business.
"""

import re
from collections.abc import Iterator

import msgspec

from podwatch.core.kube import Base, Undecodable, decoder

_LARGE = 8 << 20
"""Of what has more bytes than this, nothing is read: it is no part of an object."""
_EMPTY = re.compile(rb"\[\s*\]")
AT = re.compile(r"(?:JSON is malformed: )?(.*) \(byte (\d+)\)", re.DOTALL)


class Names(Base, frozen=True):
    """What an object is called in its metadata, also where the names are numbers."""

    name: str | int | float = ""
    namespace: str | int | float = ""
    uid: str | int | float = ""
    generate_name: str = ""

    def __str__(self) -> str:
        parts = [str(part)[:253] for part in (self.namespace, self.name) if part != ""]
        return "/".join(parts) or "without a name"


class Value(msgspec.Struct, rename="camel"):
    """What tells an object, a List and a watch event apart."""

    kind: str | None = None
    type: str | None = None
    api_version: str | None = None
    metadata: msgspec.Raw = msgspec.Raw()
    object: msgspec.Raw = msgspec.Raw()
    items: msgspec.Raw = msgspec.Raw()
    spec: msgspec.Raw = msgspec.Raw()
    involved_object: msgspec.Raw = msgspec.Raw()
    message: msgspec.Raw = msgspec.Raw()
    snake_case: msgspec.Raw = msgspec.field(name="api_version", default=msgspec.Raw())


class _Shape(msgspec.Struct):
    containers: msgspec.Raw = msgspec.Raw()


_raw = msgspec.json.Decoder(msgspec.Raw).decode
value_of = msgspec.json.Decoder(Value).decode
_shape = decoder(_Shape)
_names = decoder(Names)
_text = decoder(str)


def end_of(data: bytes | memoryview, at: int) -> int:
    """Where the JSON value that begins at `at` ends, with the blanks behind it."""
    try:
        _raw(memoryview(data)[at:])
    except msgspec.DecodeError as error:
        found = AT.fullmatch(str(error))
        if found is None or found[1] != "trailing characters":
            raise
        return at + int(found[2]) - 1
    return len(data)


_SEPARATOR = re.compile(rb"\s*---[ \t]*(?:#[^\n]*)?(?:\r?\n|$)")


def after_separators(data: bytes, at: int) -> int:
    """Where what follows begins, if YAML's separators stand at `at`, else `at`: JSON may have them
    between its values, and after them even YAML, as for kubectl.

    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go
    """
    while (mark := _SEPARATOR.match(data, at)) is not None:
        at = mark.end()
    return at


def items_of(array: memoryview) -> Iterator[memoryview]:
    """The elements of a JSON array that is known to be one."""
    return elements(array, 1) if _EMPTY.match(array) is None else iter(())


def elements(data: memoryview, at: int) -> Iterator[memoryview]:
    """The values that follow each other with commas between them, up to a bracket."""
    while at < len(data) - 1:
        end = end_of(data, at)
        yield data[at:end]
        if bytes(data[end : end + 1]) != b",":
            return
        at = end + 1


def string(raw: msgspec.Raw) -> str:
    """The text that it is; empty if it is none."""
    try:
        return _text(bytes(raw))
    except Undecodable:
        return ""


def kind_by_shape(value: Value) -> str:
    """As in `podwatch.core.kube.given`, of what the items of a list are."""
    if memoryview(value.involved_object):
        return "Event"
    try:
        spec = bytes(value.spec)
        return "Pod" if len(spec) <= _LARGE and bytes(_shape(spec).containers) else ""
    except Undecodable:
        return ""


def names_in(metadata: memoryview) -> Names:
    """What it is called, as far as its metadata can be read."""
    try:
        return _names(bytes(metadata)) if len(metadata) <= _LARGE else Names()
    except Undecodable:
        return Names()
