"""The one place from which podwatch writes to a cluster: it calls kubectl.

Responsible for calling it with the cluster and the user that a permit is for, and for its failure
in words. What podwatch does is so what a person can type. Who may write, and whether somebody has
said yes, is a matter of `podwatch.app.permit`; which modules may import this one is a contract in
`pyproject.toml`, so that a command that watches can't write.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from podwatch.core.text import one_line
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.kubeconfig import kubeconfig_paths, private_file
from podwatch.sources.cluster.merged import merged
from podwatch.sources.cluster.overrides import resolved
from podwatch.sources.cluster.where import Where

PATIENCE = 120.0
"""For how many seconds one call may last, if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Permit:
    """That somebody has said yes. Only `podwatch.app.permit` makes one.

    `access` is the cluster and the user that it is for, `where` what is known of the cluster.
    """

    access: Access
    where: Where


class Refused(PodwatchError):
    """kubectl failed. `reason` is the API's, such as "NotFound"; empty if it gave none."""

    def __init__(self, message: str, hint: str, reason: str) -> None:
        super().__init__(message, hint, ExitCode.UNAVAILABLE)
        self.reason = reason


class Kubectl:
    """kubectl for one cluster and user, and docker for the nodes of a kind cluster."""

    def __init__(self, permit: Permit) -> None:
        self.permit = permit
        self._program = program()
        self._options, self._files = _same_on_its_command_line(permit.access)
        self._running: set[subprocess.Popen[str]] = set()

    def run(
        self, *arguments: str, namespace: str = "", given: str = "", patience: float = PATIENCE
    ) -> str:
        """What it wrote on standard output; `given` is its standard input.

        Without a namespace the arguments are about what belongs to none. Refused if it failed, or
        did not end within `patience` seconds. It is not ended by ^C, which is podwatch's to answer,
        but with the call, or by `stop`.
        """
        within = ["-n", namespace] if namespace else []
        command = [self._program, *self._options, *within, *arguments]
        return self._ended(command, ["kubectl", *arguments, *within], given, patience)

    def docker(self, *arguments: str, patience: float = PATIENCE) -> str:
        """The same of docker, whose containers are the nodes. Only a kind cluster has such."""
        if not self.permit.where.is_kind:
            raise Refused(f"docker has no nodes of this cluster: {self.permit.where}", "", "")
        command = ["docker", *arguments]
        return self._ended(command, command, "", patience)

    def stop(self) -> None:
        """End what is running, on whatever thread it was called."""
        for process in tuple(self._running):
            process.kill()

    def _ended(
        self, command: Sequence[str], typed: Sequence[str], given: str, patience: float
    ) -> str:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if given else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                env={
                    **os.environ,
                    "KUBERC": "off",
                },  # somebody's defaults would change what it does
                pass_fds=self._files,
                start_new_session=True,
            )
        except OSError as error:
            raise _refused(typed, f"it can't be run: {error.strerror}") from error
        self._running.add(process)
        with process:
            try:
                printed, said = process.communicate(given or None, patience)
            except subprocess.TimeoutExpired:
                raise _refused(typed, f"it did not end within {patience:g} s") from None
            finally:
                process.kill()
                self._running.discard(process)
        if process.returncode:
            raise _refused(typed, said)
        return printed


def program() -> str:
    """The path of kubectl; PodwatchError if there is none."""
    found = shutil.which("kubectl")
    if found is None:
        raise PodwatchError(
            "there is no kubectl on PATH, with which podwatch writes to a cluster",
            "install it: https://kubernetes.io/docs/tasks/tools/",
        )
    return found


def _same_on_its_command_line(access: Access) -> tuple[list[str], Sequence[int]]:
    """The options that name this cluster and user, and the open files that they speak of.

    A token goes by a file that only its owner can read: everybody can read a command line.
    """
    if access.token:
        return _with_file(_as_one_file(access))
    named = access.options()
    if access.kubeconfig:
        at = named.index("--kubeconfig")
        option, files = _with_file(kubeconfig_paths(access.kubeconfig)[0])
        return [*named[:at], *option, *named[at + 2 :]], files
    return named, ()


def _with_file(path: Path) -> tuple[list[str], Sequence[int]]:
    in_memory = re.fullmatch(r"/proc/self/fd/(\d+)", str(path))
    return ["--kubeconfig", str(path)], (int(in_memory[1]),) if in_memory else ()


def _as_one_file(access: Access) -> Path:
    """A kubeconfig with only this cluster and user in it, as a file that nobody else reads."""
    who = resolved(merged(kubeconfig_paths(access.kubeconfig)), access)
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "it",
        "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
        "clusters": [{"name": "it", "cluster": who.cluster}],
        "users": [{"name": "it", "user": who.user}],
    }
    return private_file(msgspec.json.encode(content))


# ── what it says when it fails ──

_REASON = re.compile(r"^(?:error: )?Error from server \((\w+)\): ", re.MULTILINE)
_OUT_OF_REACH = re.compile(
    r"unable to connect to the server|connection to the server .* was refused|couldn't get current "
    r"server API group list|i/o timeout|no such host",
    re.IGNORECASE,
)


def _refused(typed: Sequence[str], said: str) -> Refused:
    """Why it failed, and what to do; said by kubectl, so it may hold anything."""
    lines = [line for line in said.splitlines() if line and not line.startswith("Warning:")]
    words = one_line(" ".join(lines))[:400] or "it said nothing"
    reason = found[1] if (found := _REASON.search(said)) else ""
    if reason == "Forbidden":
        hint = "kubectl auth can-i --list -n NAMESPACE says what you may do; ask for the rest"
    elif _OUT_OF_REACH.search(said):
        hint = "check that it runs and that the context is the right one: kubectl cluster-info"
    else:
        hint = "run the command yourself to see more"
    return Refused(f"`{' '.join(typed)}` failed: {words}", hint, reason)
