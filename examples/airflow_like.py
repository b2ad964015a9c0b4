"""A task runner that starts a Pod through its own client, and fails with the cause.

It needs no more of podwatch than `diagnose`: what its client answers is given as it is. Run it on
your current cluster: python examples/airflow_like.py NAMESPACE IMAGE COMMAND…
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from podwatch import Diagnosis, diagnose

PATIENCE = timedelta(minutes=2)
"""For so long a task may be in trouble that can heal: a registry or a node may come back."""


class TaskFailed(Exception):
    """The task's Pod will not do its work; the text says why, and what to try."""

    def __init__(self, diagnosis: Diagnosis) -> None:
        tries = "".join(f"\n  try: {command}" for command in diagnosis.tries)
        super().__init__(f"{diagnosis.sentence} {diagnosis.cure}{tries}")
        self.diagnosis = diagnosis


class Client(Protocol):
    """The runner's own client: answers may be dicts or objects of the official client."""

    def pod(self) -> Any:
        """The Pod as it is now."""

    def events(self) -> Sequence[Any]:
        """The Events about it."""


def run(
    client: Client,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until the task is done; TaskFailed as soon as it is clear that it will not be."""
    trouble_since: datetime | None = None
    while True:
        at = now()
        diagnosis = diagnose(client.pod(), events=client.events(), now=at)
        if diagnosis.state == "succeeded":
            return
        if diagnosis.permanent:
            raise TaskFailed(diagnosis)
        if diagnosis.role != "cause":
            trouble_since = None
        elif trouble_since is None:
            trouble_since = at
        elif at - trouble_since > PATIENCE:
            raise TaskFailed(diagnosis)
        sleep(5)


class OfficialClient:
    """The official client; the Pod is created at once."""

    def __init__(self, namespace: str, image: str, command: list[str]) -> None:
        from kubernetes import client, config

        config.load_config()
        self._core = client.CoreV1Api()
        container = client.V1Container(name="task", image=image, command=command)
        pod = client.V1Pod(
            metadata=client.V1ObjectMeta(generate_name="task-"),
            spec=client.V1PodSpec(containers=[container], restart_policy="Never"),
        )
        self._meta = self._core.create_namespaced_pod(namespace, pod).metadata

    def pod(self) -> Any:
        """The Pod as it is now."""
        return self._core.read_namespaced_pod(self._meta.name, self._meta.namespace)

    def events(self) -> Sequence[Any]:
        """The Events about it."""
        about = f"involvedObject.uid={self._meta.uid}"
        found: Sequence[Any] = self._core.list_namespaced_event(
            self._meta.namespace, field_selector=about
        ).items
        return found


if __name__ == "__main__":
    try:
        run(OfficialClient(sys.argv[1], sys.argv[2], sys.argv[3:]))
    except TaskFailed as failure:
        sys.exit(f"the task failed: {failure}")
