"""The objects of an exercise in a namespace: made, and removed with what a learner made of them.

Responsible for touching nothing that neither podwatch nor the learner made for an exercise.
"""

import json
from collections.abc import Iterable
from typing import Any

import yaml

from podwatch.app.permit import MANAGED_BY
from podwatch.core.text import listed
from podwatch.course import Exercise, exercises
from podwatch.errors import PodwatchError
from podwatch.sources.kubectl import Kubectl

LABEL = "podwatch/exercise"
"""Whose value is the exercise that an object belongs to."""
_MADE_OF_OTHERS = {"pod", "service", "configmap", "persistentvolumeclaim"}
_REMOVAL = ("--ignore-not-found", "--cascade=foreground", "--timeout=100s")
"""With all Pods: one of the old ones would be taken for one of the new."""


def kinds() -> list[str]:
    """The kinds of all exercises' objects, those that make Pods first: nothing else is removed."""
    return sorted(
        {name.partition("/")[0] for one in exercises() for name in _names(one)},
        key=lambda kind: (kind in _MADE_OF_OTHERS, kind),
    )


def make(kubectl: Kubectl, namespace: str, exercise: Exercise) -> None:
    """Make what it begins with."""
    objects = _read(exercise, labels=True)
    kubectl.run("apply", "-f", "-", given=_list(objects), namespace=namespace)


def remove(kubectl: Kubectl, namespace: str, exercises: Iterable[Exercise]) -> None:
    """Remove all with podwatch's labels, and whatever has the names of these exercises' objects."""
    ours = f"{MANAGED_BY[0]}={MANAGED_BY[1]},{LABEL}"
    kubectl.run("delete", ",".join(kinds()), "-l", ours, *_REMOVAL, namespace=namespace)
    if names := sorted({name for one in exercises for name in _names(one)}):
        kubectl.run("delete", *names, *_REMOVAL, namespace=namespace)


def check_free(
    kubectl: Kubectl, namespace: str, exercise: Exercise, others: Iterable[Exercise]
) -> None:
    """PodwatchError if there is something of these names that nobody made for an exercise.

    `others`: exercises of which the learner may have made objects anew, without the labels.
    """
    names = _names(exercise) - {name for other in others for name in _names(other)}
    if not names:
        return
    printed = kubectl.run(
        *("get", *sorted(names), "--ignore-not-found", "-o", "json"), namespace=namespace
    )
    there = json.loads(printed) if printed.strip() else {}
    items = there.get("items", [there] if there else [])
    foreign = sorted(
        f"{one['kind'].lower()}/{one['metadata']['name']}"
        for one in items
        if LABEL not in one["metadata"].get("labels", {})
    )
    if foreign:
        raise PodwatchError(
            f"the exercise needs the {'name' if len(foreign) == 1 else 'names'} of "
            f'{listed(foreign)} in namespace "{namespace}", which podwatch did not make',
            "name another namespace with -n, or delete what is there",
        )


def _names(exercise: Exercise) -> set[str]:
    """`deployment/cart`, of what it begins with and of its solution; and `statefulset/cart`, which
    a learner may have made in its place.
    """
    names = {
        f"{one['kind'].lower()}/{one['metadata']['name']}"
        for one in (*_read(exercise), *_documents(exercise.solution.read_text("utf-8")))
    }
    instead = {name.replace("deployment/", "statefulset/") for name in names}
    return names | instead


def _read(exercise: Exercise, *, labels: bool = False) -> list[dict[str, Any]]:
    objects = _documents(exercise.start.read_text("utf-8"))
    if labels:
        ours = {MANAGED_BY[0]: MANAGED_BY[1], LABEL: exercise.name}
        for one in objects:
            one["metadata"]["labels"] = {**one["metadata"].get("labels", {}), **ours}
    return objects


def _documents(text: str) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all(text) if one]


def _list(objects: list[dict[str, Any]]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})
