"""The stream on a real API server that fails, dies and comes back: nothing is lost in silence.

Each test writes to Pods and keeps what it wrote; podwatch, whose connection is disturbed, has to
report each version once and in order, or a gap in whose time it was written.
"""

import json
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
import urllib3
from kubernetes import client, config
from pytest_kind import KindCluster

from tests.claims import Line
from tests.kind.proxy import PORTS, Proxy, target, through
from tests.kind.stage import Watch, new_namespace, podwatch

pytestmark = pytest.mark.kind

RECOVERY = 240.0
"""Seconds within which a killed API server is back: its kubelet restarts it with growing pauses."""
PODS = 4


@dataclass(frozen=True)
class Written:
    """One version of a Pod, and between which times it was written."""

    uid: str
    version: int
    after: datetime
    before: datetime


class Writer:
    """Pods that no scheduler takes, and a thread that changes their status all the time."""

    def __init__(self, kubeconfig: Path, namespace: str) -> None:
        self._api = client.CoreV1Api(config.new_client_from_config(str(kubeconfig)))
        self._namespace = namespace
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="writer")
        self.written: list[Written] = []
        self.last: dict[str, tuple[str, int]] = {}
        """By name, the uid and the version that each Pod has now."""
        for number in range(PODS):
            self.create(f"pod-{number}")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._over.set()
        self._thread.join()

    def write_more(self, versions: int) -> None:
        """Come back when so many more versions were written."""
        enough = len(self.written) + versions
        while len(self.written) < enough:
            time.sleep(0.05)

    def _run(self) -> None:
        number = 0
        while not self._over.wait(0.03):
            number += 1
            name = f"pod-{number % PODS}"
            if number % 40 == 0:
                self.replace(name)
            else:
                self.change(name, number)

    def create(self, name: str) -> None:
        body = {
            "metadata": {"name": name},
            "spec": {
                "schedulerName": "nobody",
                "containers": [{"name": "app", "image": "busybox:1.36"}],
            },
        }
        self._write(name, lambda: self._api.create_namespaced_pod(self._namespace, body))

    def change(self, name: str, number: int) -> None:
        one = {"type": "example.com/Number", "status": "True", "reason": f"Number{number}"}
        body = {"status": {"conditions": [one]}}
        self._write(
            name, lambda: self._api.patch_namespaced_pod_status(name, self._namespace, body)
        )

    def replace(self, name: str) -> None:
        """Another Pod of the same name."""
        self._until_it_is_done(
            lambda: self._api.delete_namespaced_pod(name, self._namespace), done={404}
        )
        self.create(name)

    def _write(self, name: str, request: Callable[[], Any]) -> None:
        after = datetime.now(UTC)
        made = self._until_it_is_done(request, done={409})
        if made is None:  # a try that seemed to fail had done it
            made = self._until_it_is_done(
                lambda: self._api.read_namespaced_pod(name, self._namespace)
            )
        uid, version = made.metadata.uid, int(made.metadata.resource_version)
        if self.last.get(name) != (uid, version):
            self.last[name] = (uid, version)
            self.written.append(Written(uid, version, after, datetime.now(UTC)))

    def _until_it_is_done(
        self, request: Callable[[], Any], done: frozenset[int] | set[int] = frozenset()
    ) -> Any:
        deadline = time.monotonic() + RECOVERY
        while True:
            try:
                return request()
            except client.ApiException as error:
                if error.status in done:
                    return None
                failure: Exception = error
            except (urllib3.exceptions.HTTPError, OSError) as error:
                failure = error
            if time.monotonic() > deadline:
                raise failure
            time.sleep(0.2)


def kill_api_server(cluster: KindCluster) -> None:
    """Kill it, and come back when it is ready again."""
    subprocess.run(
        ["docker", "exec", f"{cluster.name}-control-plane", "pkill", "-9", "-x", "kube-apiserver"],
        check=True,
        capture_output=True,
    )
    deadline = time.monotonic() + RECOVERY
    while not is_ready(cluster):
        assert time.monotonic() < deadline, "the API server does not come back"
        time.sleep(0.5)


def is_ready(cluster: KindCluster) -> bool:
    asked = subprocess.run(
        [
            *(str(cluster.kubectl_path), "--kubeconfig", str(cluster.kubeconfig_path)),
            *("get", "--raw", "/readyz", "--request-timeout=2s"),
        ],
        check=False,
        capture_output=True,
    )
    return asked.returncode == 0


# ── the judge ──


def versions(lines: list[Line]) -> list[Line]:
    """What podwatch saw of what was written; a deletion is the API server's own version."""
    return [
        line
        for line in lines
        if line["kind"] == "pod" and line["type"] != "DELETED" and line["status"] != "Terminating"
    ]


def gone(lines: list[Line]) -> set[str]:
    return {line["uid"] for line in lines if line["kind"] == "pod" and line["type"] == "DELETED"}


def gaps(lines: list[Line]) -> list[tuple[datetime, datetime]]:
    return [
        (datetime.fromisoformat(line["since"]), datetime.fromisoformat(line["until"]))
        for line in lines
        if line["kind"] == "gap" and line["of"] == "Pod"
    ]


def wrong(lines: list[Line], writer: Writer) -> list[str]:
    """What is missing and not announced, what is extra, and what came in another order."""
    seen = [(one["uid"], int(one["resourceVersion"])) for one in versions(lines)]
    written = {(one.uid, one.version): one for one in writer.written}
    slack = timedelta(seconds=1)
    found = [
        f"{one.uid}@{one.version} written about {one.after} is missing and not announced"
        for key, one in written.items()
        if key not in seen
        and not any(
            since - slack <= one.before and one.after <= until + slack
            for since, until in gaps(lines)
        )
    ]
    last: dict[str, int] = {}
    for uid, version in seen:
        if (uid, version) not in written:
            found.append(f"{uid}@{version} was never written")
        if version <= last.get(uid, 0):
            found.append(f"{uid}@{version} came again, or after {last.get(uid)}")
        last[uid] = version
    there = {uid for uid, _ in writer.last.values()}
    found += [f"{uid} is not said to be gone" for uid in set(last) - there - gone(lines)]
    return found + [f"{uid} is said to be gone" for uid in there & gone(lines)]


def caught_up(watch: Watch, writer: Writer) -> None:
    """Come back when podwatch knows the last version of each Pod, and the end of the others."""

    def has_seen() -> bool:
        known = {(one["uid"], int(one["resourceVersion"])) for one in versions(watch.parsed)}
        there = {uid for uid, _ in writer.last.values()}
        ended = {uid for uid, _ in known} - there
        return set(writer.last.values()) <= known and ended <= gone(watch.parsed)

    watch.wait_until(
        has_seen,
        time.monotonic() + RECOVERY,
        lambda: "it did not see the last version of each Pod",
    )


# ── what goes wrong ──


def test_a_history_that_is_gone_is_a_gap_with_what_it_proves(
    cluster: KindCluster, tmp_path: Path
) -> None:
    with (
        new_namespace(cluster, "a-gap"),
        Proxy(target(cluster.kubeconfig_path)) as proxy,
        podwatch(
            "a-gap",
            ["ns", "a-gap"],
            through(cluster.kubeconfig_path, proxy, tmp_path / "kubeconfig"),
            tmp_path / "stderr",
        ) as watch,
    ):
        watch.until_listed()
        with Writer(cluster.kubeconfig_path, "a-gap") as writer:
            writer.write_more(20)
            proxy.cut()
            kill_api_server(cluster)
            writer.write_more(50)  # more than 40: one of them is replaced
            proxy.mend()
        caught_up(watch, writer)
        lines = list(watch.parsed)
    assert wrong(lines, writer) == []
    assert len(gaps(lines)) == 1
    inferred = [line for line in lines if line["kind"] == "transition" and line["inferred"]]
    assert {line["facet"] for line in inferred} >= {"condition", "existence"}


def test_a_token_that_is_not_accepted_any_more_is_read_anew(
    cluster: KindCluster, tmp_path: Path
) -> None:
    """A token that is bound to a Secret is refused as soon as that is deleted, as if expired."""
    kubectl = [str(cluster.kubectl_path), "--kubeconfig", str(cluster.kubeconfig_path)]

    def call(*arguments: str) -> str:
        done = subprocess.run(
            [*kubectl, "-n", "a-token", *arguments], check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def token(secret: str) -> str:
        call("create", "secret", "generic", secret)
        return call(
            "create", "token", "watcher", "--bound-object-kind=Secret",
            f"--bound-object-name={secret}",
        )  # fmt: skip

    with new_namespace(cluster, "a-token"), Proxy(target(cluster.kubeconfig_path)) as proxy:
        call("create", "serviceaccount", "watcher")
        call("create", "rolebinding", "watcher", "--clusterrole=view",
             "--serviceaccount=a-token:watcher")  # fmt: skip
        file = tmp_path / "token"
        file.write_text(token("first"))
        to = tmp_path / "kubeconfig"
        with podwatch(
            "a-token",
            ["ns", "a-token"],
            through(cluster.kubeconfig_path, proxy, to, user={"tokenFile": str(file)}),
            tmp_path / "stderr",
        ) as watch:
            watch.until_listed()
            with Writer(cluster.kubeconfig_path, "a-token") as writer:
                file.write_text(token("second"))
                call("delete", "secret", "first")
                time.sleep(11)  # the API server remembers for 10 s that it accepted a token
                proxy.cut()
                proxy.mend()
                writer.write_more(20)
            caught_up(watch, writer)
            lines = list(watch.parsed)
    assert wrong(lines, writer) == []
    assert gaps(lines) == []


@pytest.mark.full
def test_an_api_server_that_dies_five_times_costs_no_version_in_silence(
    cluster: KindCluster, tmp_path: Path
) -> None:
    with (
        new_namespace(cluster, "killed"),
        podwatch("killed", ["ns", "killed"], cluster.kubeconfig_path, tmp_path / "err") as watch,
    ):
        watch.until_listed()
        with Writer(cluster.kubeconfig_path, "killed") as writer:
            for _ in range(5):
                kill_api_server(cluster)
                writer.write_more(30)
        caught_up(watch, writer)
        lines = list(watch.parsed)
    assert wrong(lines, writer) == []
    lost = [one for one in lines if one["kind"] == "connection" and one["state"] == "reconnecting"]
    assert len(lost) >= 5


@pytest.mark.full
def test_a_connection_into_a_black_hole_is_given_up_and_nothing_is_missing(
    cluster: KindCluster, tmp_path: Path
) -> None:
    node = f"{cluster.name}-control-plane"
    address = json.loads(
        subprocess.run(["docker", "inspect", node], check=True, capture_output=True).stdout
    )[0]["NetworkSettings"]["Networks"]["kind"]["IPAddress"]

    def firewall(action: str) -> None:
        ports = f"{PORTS.start}:{PORTS.stop - 1}"
        rule = ["INPUT", "-p", "tcp", "--dport", "6443", "--sport", ports, "-j", "DROP"]
        subprocess.run(
            ["docker", "exec", node, "iptables", action, *rule], check=True, capture_output=True
        )

    def states() -> list[str]:
        return [
            line["state"]
            for line in watch.parsed
            if line["kind"] == "connection" and line["of"] == "Pod"
        ]

    with (
        new_namespace(cluster, "black-hole"),
        Proxy((address, 6443)) as proxy,
        podwatch(
            "black-hole",
            ["ns", "black-hole"],
            through(cluster.kubeconfig_path, proxy, tmp_path / "kubeconfig"),
            tmp_path / "stderr",
        ) as watch,
    ):
        watch.until_listed()
        with Writer(cluster.kubeconfig_path, "black-hole") as writer:
            firewall("-I")
            try:
                watch.wait_until(
                    lambda: "reconnecting" in states(),
                    time.monotonic() + 120,
                    lambda: "it did not notice that its connection is dead",
                )
            finally:
                firewall("-D")
            watch.wait_until(
                lambda: states()[-1] == "live",
                time.monotonic() + 120,
                lambda: "it did not come back",
            )
        caught_up(watch, writer)
        lines = list(watch.parsed)
    assert wrong(lines, writer) == []
