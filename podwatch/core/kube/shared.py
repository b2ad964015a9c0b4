"""Equal parts of many objects, kept once.

Responsible for memory only: the Pods of a cluster repeat each other's images, labels and
tolerations. The values stay the same. Frozen structs are changed in place, which is safe: only what
was just decoded is changed, by the thread that decoded it, before it hands it on.
"""

from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import fields, force_setattr

_UNIQUE = frozenset({"uid", "resource_version", "container_id", "message"})
"""Fields whose texts hardly ever repeat."""


def share(objects: Iterable[Struct]) -> None:
    """Let each of these objects, all of one kind, hold what it has in common with the one before.

    A list is sorted by name, so that is nearly always one of the same owner. The objects must be
    new: nobody else may hold them yet.
    """
    for before, after in pairwise(objects):
        _share(before, after)


def _share(before: Struct, after: Struct) -> None:
    for name in _repeating(type(after)):
        own, other = getattr(after, name), getattr(before, name)
        if not own or not other or own is other:
            continue
        if own == other:
            force_setattr(after, name, other)
        elif isinstance(own, tuple):
            for part, like in zip(own, other, strict=False):
                if isinstance(part, Struct):
                    _share(like, part)
        elif isinstance(own, Struct):
            _share(other, own)
        elif isinstance(own, dict):
            own.update((key, other[key]) for key in own if own[key] == other.get(key))


@cache
def _repeating(type_: type[Struct]) -> tuple[str, ...]:
    """Its fields that are worth a look."""
    return tuple(
        field.name
        for field in fields(type_)
        if field.name not in _UNIQUE and field.type not in {int, bool}
    )


def share_with(before: Any, after: Any) -> None:
    """Let `after`, a new version that nobody else holds yet, hold what did not change of `before`.

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
