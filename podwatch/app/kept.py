"""What a learner has done, as the cluster keeps it: read and written.

Responsible for the way of `podwatch.core.learning` to the ConfigMap of the learner's namespace and
back. Only what changed is written, so that two commands at a time don't undo each other's work.
"""

import json
from typing import TYPE_CHECKING

from podwatch.app.ours import OURS, SELECTOR, is_ours
from podwatch.core.learning import CONFIG_MAP, Learner, changes, from_data, to_data
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.kubectl import Kubectl, Refused

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster


def learner(cluster: "Cluster", namespace: str) -> Learner | None:
    """What is kept in this namespace; None if nothing is.

    PodwatchError if it can't be read, or somebody else made a ConfigMap of this name.
    """
    found = cluster.questions.config_map(namespace, CONFIG_MAP)
    if found is None:
        return None
    if not is_ours(found.metadata.labels):
        raise PodwatchError(
            f'ConfigMap {CONFIG_MAP} in namespace "{namespace}" was not made by podwatch, which '
            "would keep there what you have done",
            f"name another namespace with -n, or add its label {SELECTOR}",
            ExitCode.UNAVAILABLE,
        )
    return from_data(found.data)


def keep(kubectl: Kubectl, namespace: str, before: Learner | None, after: Learner) -> None:
    """Write what changed; Refused if that can't be."""
    if before is None:
        try:
            kubectl.run("create", "-f", "-", given=_object(after), namespace=namespace)
        except Refused as refused:
            if refused.reason != "AlreadyExists":
                raise
            before = Learner()  # somebody else was quicker
        else:
            return
    if patch := changes(before, after):
        data = json.dumps({"data": patch})
        kubectl.run(
            *("patch", "configmap", CONFIG_MAP, "--type=merge", "-p", data), namespace=namespace
        )


def _object(after: Learner) -> str:
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": CONFIG_MAP, "labels": OURS},
            "data": to_data(after),
        }
    )
