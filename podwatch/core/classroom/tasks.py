"""Exercises, as far as a class board judges them: what has to be so, without doing anything.

Responsible for their shape here and for which of it is so now. What they say to a learner, and the
checks that do something, are the course's and `podwatch.app.exercise`'s.
"""

from collections.abc import Collection
from datetime import datetime

import msgspec

from podwatch.core.classroom.standing import stands
from podwatch.core.concepts import Catalog
from podwatch.core.expectations import Expectations, Target
from podwatch.core.expectations.expectation import Word
from podwatch.core.kube import KubeObject, Pod
from podwatch.core.kube.selectors import requirements


class Required(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be so of one target; its namespace is left open. `still` is said until then."""

    target: Target
    words: tuple[Word, ...]
    still: str


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """An exercise."""

    name: str
    title: str
    required: tuple[Required, ...] = ()

    def lacks(
        self, namespace: str, objects: Collection[KubeObject], at: datetime, catalog: Catalog
    ) -> str:
        """What is still wrong in a namespace, in words; empty where all that can be seen is so."""
        for one in self.required:
            target = msgspec.structs.replace(one.target, namespace=namespace)
            wanted = Expectations(targets=(target,), words=one.words)
            if not stands(wanted, namespace, objects, at, catalog):
                return one.still
        return ""

    def is_there(self, objects: Collection[KubeObject]) -> bool:
        """Whether anything is there that it is about: else it was cleaned up."""
        return any(_is_about(one.target, made) for one in self.required for made in objects)


def _is_about(target: Target, made: KubeObject) -> bool:
    if target.selector:
        labels = made.metadata.labels
        return isinstance(made, Pod) and all(
            one.holds(labels) for one in requirements(target.selector)
        )
    return (target.kind, target.name) == (made.__struct_config__.tag, made.metadata.name)
