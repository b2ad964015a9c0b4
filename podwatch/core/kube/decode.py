"""The one place where bytes become typed objects.

Whatever is wrong with the bytes comes out as one exception, `Undecodable`, so that a reader
can say so and go on: msgspec reports most of it as its own errors, but invalid UTF-8 as
UnicodeDecodeError and too deep a nesting as RecursionError.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class Undecodable(Exception):
    """These bytes are not such an object; the message says where and why."""


def decoder(type_: type[T]) -> Callable[[bytes | bytearray | str], T]:
    """A function from JSON to a `type_`, which raises Undecodable for anything else."""
    typed: msgspec.json.Decoder[T] = msgspec.json.Decoder(type_)

    def decode(data: bytes | bytearray | str) -> T:
        try:
            try:
                return typed.decode(data)
            except msgspec.ValidationError as error:
                if "`null`" not in str(error):
                    raise
                # Go writes null for a list, map or string that is not there; read it as absent.
                return msgspec.convert(_without_nulls(msgspec.json.decode(data)), type_)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Undecodable(str(error)[:200]) from error  # it may quote a value of any size

    return decode


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value
