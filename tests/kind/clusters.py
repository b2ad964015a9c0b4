"""kind clusters for tests and recordings.

Responsible for making, reusing and removing a cluster with the `kind` and `kubectl` that are
on this machine, and for saying what is missing where there can be none. The user's own
kubeconfig is never read or written.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pytest_kind import KindCluster

CONFIG = Path(__file__).parents[2] / "kind-config.yaml"
NODES_READY_SECONDS = 180


class NoCluster(Exception):
    """There can be no kind cluster here; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs that clusters are made with."""

    kind: Path
    kubectl: Path


def tools(kind: str | None = None, kubectl: str | None = None) -> Tools:
    """The named programs, or those on PATH. NoCluster if they can make no cluster."""
    found = Tools(_program("kind", kind), _program("kubectl", kubectl))
    asked = subprocess.run(
        [str(found.kind), "get", "clusters"], capture_output=True, text=True, check=False
    )
    if asked.returncode != 0:
        said = (asked.stderr.strip().splitlines() or ["it said nothing"])[-1]
        said = said.removeprefix("Command Output: ")
        if shutil.which("docker") is None:
            raise NoCluster(f"no `docker` on PATH for kind to use ({said})")
        raise NoCluster(f"no `docker` daemon that answers kind ({said})")
    return found


def _program(name: str, named: str | None) -> Path:
    found = shutil.which(named or name)
    if found is None:
        where = f"no file {named} to run as" if named else "no"
        raise NoCluster(f"{where} `{name}`" + ("" if named else " on PATH"))
    return Path(found)


@contextmanager
def fresh(name: str, use: Tools, folder: Path, config: Path = CONFIG) -> Iterator[KindCluster]:
    """A new cluster of this name, removed on every way out.

    One that a killed run left is replaced; one that another run uses is left alone. `folder`
    gets the kubeconfig.
    """
    with _sole_user(name):
        cluster = _described(name, use, folder)
        if _exists(name, use):
            cluster.delete()
        try:
            _start(cluster, config)
            yield cluster
        finally:
            cluster.delete()
            _remove_leavings(cluster)


@contextmanager
def reused(name: str, use: Tools, folder: Path, *, keep: bool = True) -> Iterator[KindCluster]:
    """The cluster of this name, made if it is missing; it stays if `keep`."""
    with _sole_user(name):
        cluster = _described(name, use, folder)
        try:
            if _exists(name, use):
                # KindCluster.create() takes it as it is, and does not ask for its kubeconfig.
                export = ("export", "kubeconfig", "--name", name, "--kubeconfig")
                subprocess.run(
                    [str(use.kind), *export, str(cluster.kubeconfig_path)],
                    check=True,
                    capture_output=True,
                )
            _start(cluster)
            yield cluster
        finally:
            if not keep:
                cluster.delete()
            _remove_leavings(cluster)


def _described(name: str, use: Tools, folder: Path) -> KindCluster:
    return KindCluster(
        name, folder / f"{name}.kubeconfig", kind_path=use.kind, kubectl_path=use.kubectl
    )


def _start(cluster: KindCluster, config: Path = CONFIG) -> None:
    cluster.create(config)
    # kind waits for the control plane only, and not even for all of that.
    cluster.kubectl(
        *("wait", "--for=condition=Ready", "node", "--all", f"--timeout={NODES_READY_SECONDS}s")
    )


def _exists(name: str, use: Tools) -> bool:
    asked = subprocess.run(
        [str(use.kind), "get", "clusters"], capture_output=True, text=True, check=True
    )
    return name in asked.stdout.split()


@contextmanager
def _sole_user(name: str) -> Iterator[None]:
    """Hold a lock, so that a cluster that is in use is not taken for one that was left."""
    import fcntl  # not there on Windows, where these tests are left out

    path = Path(tempfile.gettempdir()) / f"{name}-{os.getuid()}.lock"
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NoCluster(
                f'another run on this machine uses the cluster "{name}": wait for its end'
            ) from error
        yield


def _remove_leavings(cluster: KindCluster) -> None:
    """KindCluster makes a folder in the working directory, even where it puts nothing into it."""
    for folder in (cluster.path, cluster.path.parent):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
