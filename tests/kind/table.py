"""A second watch of the same Pods: what the API server itself would let kubectl print.

Responsible for READY, STATUS and RESTARTS as the server's own printer computes them, for
each version of a Pod. It shares nothing with podwatch: that is what it is good for.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import urllib3
from kubernetes import config

ACCEPT = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
COLUMNS = ("Ready", "Status", "Restarts")


class Version(NamedTuple):
    """One version of one Pod."""

    uid: str
    resource_version: str


class Cells(NamedTuple):
    """What kubectl prints about it."""

    ready: str
    status: str
    restarts: int


@contextmanager
def cells(
    kubeconfig: Path, namespace: str, selector: str = ""
) -> Iterator[Mapping[Version, Cells]]:
    """The cells of each version that is seen until the block ends; complete after it."""
    api = config.new_client_from_config(str(kubeconfig))
    query = {"watch": "1"} | ({"labelSelector": selector} if selector else {})
    url = f"{api.configuration.host}/api/v1/namespaces/{namespace}/pods?{urlencode(query)}"
    answer = api.rest_client.pool_manager.request(
        "GET", url, headers={"Accept": ACCEPT}, preload_content=False, retries=False
    )
    if answer.status != 200:
        raise RuntimeError(f"the API server refused a watch as a Table: {answer.data!r}")
    seen: dict[Version, Cells] = {}
    broken: list[Exception] = []
    over = threading.Event()

    def read() -> None:
        try:
            _read(answer, seen)
        except urllib3.exceptions.HTTPError as error:
            if not over.is_set():  # shutdown() looks like a broken connection
                broken.append(error)

    reader = threading.Thread(target=read, name=f"table-{namespace}")
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        if reader.is_alive():
            answer.shutdown()
        reader.join()
        answer.close()
        api.close()
    if broken:
        raise RuntimeError(f"the watch as a Table broke: {broken[0]}") from broken[0]


def _read(answer: Any, seen: dict[Version, Cells]) -> None:
    names: list[str] = []
    rest = b""
    while chunk := answer.read1():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            event = json.loads(line)
            if event["type"] not in {"ADDED", "MODIFIED", "DELETED"}:
                continue
            table = event["object"]
            # Only the first event of a watch has the definitions.
            names = [one["name"] for one in table.get("columnDefinitions") or ()] or names
            for row in table["rows"]:
                meta = row["object"]["metadata"]
                ready, status, restarts = (row["cells"][names.index(name)] for name in COLUMNS)
                # "3 (25s ago)": the time since then is not a property of the version.
                seen[Version(meta["uid"], meta["resourceVersion"])] = Cells(
                    ready, status, int(str(restarts).split()[0])
                )
