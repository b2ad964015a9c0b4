"""Equal parts of many objects, kept once.

Responsible for memory only: the Pods of a cluster repeat each other's names, images, labels and
tolerations. The values stay the same, so it does no harm that others hold the objects already.
"""

from collections.abc import Iterable
from sys import intern
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

_UNIQUE = frozenset({"uid", "resource_version", "container_id", "message"})
"""Fields whose texts hardly ever repeat."""


def share(items: Iterable[Struct]) -> None:
    """Let these objects hold only one of each text and of each equal part."""
    parts: dict[Any, Any] = {}

    def part(own: Any) -> Any:
        match own:
            case str():
                return intern(own)
            case dict():
                return {intern(key): part(value) for key, value in own.items()}
            case tuple() | Struct():
                try:
                    known = parts.get(own)
                except TypeError:  # something with a dict inside
                    return inside(own)
                if known is None:
                    known = parts[own] = inside(own)
                return known
        return own

    def inside(own: Any) -> Any:
        if isinstance(own, tuple):
            return tuple(map(part, own))
        for name in own.__struct_fields__:
            value = getattr(own, name)
            if value and name not in _UNIQUE and (shared := part(value)) is not value:
                force_setattr(own, name, shared)
        return own

    for item in items:
        inside(item)


def share_with(before: Any, after: Any) -> None:
    """Let a new version of an object hold what did not change of the one before.

    Most versions differ in their status alone.
    """
    for old, new, names in (
        (before, after, ("spec",)),
        (before.metadata, after.metadata, ("labels", "owner_references")),
    ):
        for name in names:
            value = getattr(old, name, None)
            if value is not None and value == getattr(new, name):
                force_setattr(new, name, value)
