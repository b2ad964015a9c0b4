"""The objects of an exercise in a namespace: made, and removed with what a learner made of them.

Responsible for touching nothing that neither podwatch nor the learner made for an exercise.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import yaml

from podwatch.app.ours import OURS, as_list, is_ours
from podwatch.core.text import listed
from podwatch.course import Exercise, exercises
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.kubectl import Kubectl, Refused

LABEL = "podwatch/exercise"
"""Whose value is the exercise that an object belongs to."""
_MADE = {"pod", "service", "configmap", "persistentvolumeclaim"}
_REMOVAL = ("--ignore-not-found", "--cascade=foreground", "--timeout=100s")
"""With all Pods: one of the old ones would be taken for one of the new."""


def kinds() -> list[str]:
    """The kinds of all exercises' objects, and what a learner may make instead: nothing else is
    removed.
    """
    return sorted({"statefulset", *(_kind(name) for one in exercises() for name in _names(one))})


def there(kubectl: Kubectl, namespace: str) -> list[dict[str, Any]]:
    """The objects of these kinds in the namespace."""
    printed = kubectl.run("get", ",".join(kinds()), "-o", "json", namespace=namespace)
    items: list[dict[str, Any]] = json.loads(printed or "{}").get("items", [])
    return items


def make(kubectl: Kubectl, namespace: str, exercise: Exercise) -> None:
    """Make what it begins with."""
    objects = _read(exercise, labels=True)
    kubectl.run("apply", "-f", "-", given=as_list(objects), namespace=namespace)


def remove(
    kubectl: Kubectl,
    namespace: str,
    objects: Iterable[dict[str, Any]],
    exercises: Sequence[Exercise],
) -> None:
    """Remove what of these objects has podwatch's labels, or belongs to one of the exercises."""
    names = [
        _name(one)
        for one in objects
        if _is_ours(one) or any(belongs(one, exercise) for exercise in exercises)
    ]
    if names:
        makers_first = sorted(names, key=lambda name: (_kind(name) in _MADE, name))
        try:
            kubectl.run("delete", *makers_first, *_REMOVAL, namespace=namespace)
        except Refused as refused:
            if "timed out waiting" not in refused.message:
                raise
            raise PodwatchError(
                f'what was there in namespace "{namespace}" takes long to end',
                "do the same again in a moment: podwatch goes on from there",
                ExitCode.UNAVAILABLE,
            ) from refused


def check_free(
    namespace: str,
    objects: Iterable[dict[str, Any]],
    exercise: Exercise,
    others: Sequence[Exercise],
) -> None:
    """PodwatchError if one of these objects would be in the way that nobody made for an exercise.

    `others`: exercises of which the learner may have made objects anew, without the labels.
    """
    foreign = [
        _name(one)
        for one in objects
        if belongs(one, exercise)
        and not _is_ours(one)
        and not any(belongs(one, other) for other in others)
    ]
    if foreign:
        raise PodwatchError(
            f'{listed(sorted(foreign))} in namespace "{namespace}", which podwatch did not make, '
            f"{'is' if len(foreign) == 1 else 'are'} in the way of the exercise",
            "name another namespace with -n, or delete what is there",
        )


def belongs(object_: dict[str, Any], exercise: Exercise) -> bool:
    """Whether it has the name of one of the exercise's objects, or its Pods would stand for theirs.

    A learner may make a StatefulSet in place of a Deployment, and call it otherwise.
    """
    if _name(object_) in _names(exercise):
        return True
    if object_["kind"] == "Pod":
        owned = bool(object_["metadata"].get("ownerReferences"))
        labels = {} if owned else object_["metadata"].get("labels", {})
    else:
        template = object_.get("spec", {}).get("template", {})
        labels = template.get("metadata", {}).get("labels") or {}
    return any(selector.items() <= labels.items() for selector in _selectors(exercise))


def _selectors(exercise: Exercise) -> list[dict[str, str]]:
    """What the exercise's objects find Pods by."""
    found = (one.get("spec", {}).get("selector") for one in _all(exercise))
    return [one.get("matchLabels", one) for one in found if one]


def _is_ours(object_: dict[str, Any]) -> bool:
    labels = object_["metadata"].get("labels", {})
    return LABEL in labels and is_ours(labels)


def _name(object_: dict[str, Any]) -> str:
    """As kubectl takes it: `deployment/cart`."""
    return f"{object_['kind'].lower()}/{object_['metadata']['name']}"


def _names(exercise: Exercise) -> set[str]:
    """`deployment/cart`, of what it begins with and of its solution."""
    return {_name(one) for one in _all(exercise)}


def _kind(name: str) -> str:
    return name.partition("/")[0]


@cache
def _all(exercise: Exercise) -> list[dict[str, Any]]:
    return [*_read(exercise), *_documents(exercise.solution.read_text("utf-8"))]


def _read(exercise: Exercise, *, labels: bool = False) -> list[dict[str, Any]]:
    objects = _documents(exercise.start.read_text("utf-8"))
    if labels:
        ours = {**OURS, LABEL: exercise.name}
        for one in objects:
            one["metadata"]["labels"] = {**one["metadata"].get("labels", {}), **ours}
    return objects


def _documents(text: str) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(text) if one]
