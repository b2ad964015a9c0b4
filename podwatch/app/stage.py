"""The stage of a scenario that is performed live: where its Pods run, and what is done to them.

Responsible for a namespace that is nobody else's, for what is applied and done there, and for
nothing being left of it. When something is done is the director's business
(`podwatch.app.director`).
"""

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from podwatch.app.ours import OURS, SELECTOR, as_list
from podwatch.core.text import counted, listed
from podwatch.errors import ExitCode, PodwatchError
from podwatch.scenarios import Scenario, Step, filled, half_cpu
from podwatch.sources.kubectl import Kubectl, Permit, Refused
from podwatch.sources.yaml_as_json import documents

SCENARIO = "podwatch/scenario"
MADE = f"{SELECTOR},{SCENARIO}"
"""The selector of what scenarios made, and of nothing else."""
RUN = "podwatch/run"
"""The annotation that says which process performs there: HOST/PID."""
GONE_SECONDS = 150
"""For how long a namespace that is deleted is waited for."""

Say = Callable[[str], None]
"""Tells whoever looks on what is going on beside the Pods."""


def namespace_of(name: str) -> str:
    """The namespace that a scenario has for itself."""
    return f"podwatch-{name}"


def performer(meta: dict[str, Any]) -> str:
    """The process of this machine that performs in a namespace now; empty if none is known to."""
    host, _, number = str((meta.get("annotations") or {}).get(RUN, "")).rpartition("/")
    if host != socket.gethostname() or not number.isdecimal() or int(number) == os.getpid():
        return ""
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return ""
    except OSError:  # it is somebody else's
        pass
    return number


class LiveStage:
    """Where a scenario is performed: in a namespace of its own, or in one that is `lent`.

    One that is lent stays, and what was there before is not touched.
    """

    def __init__(self, kubectl: Kubectl, scenario: Scenario, say: Say, *, lent: str = "") -> None:
        self.scenario = scenario
        self.namespace = lent or namespace_of(scenario.name)
        self._lent = bool(lent)
        self._kubectl = kubectl
        self._say = say
        self._folder = tempfile.TemporaryDirectory(prefix="podwatch-", ignore_cleanup_errors=True)
        self._undo: list[Step] = []
        self._refused = False
        self._labels = {**OURS, SCENARIO: scenario.name}

    @property
    def permit(self) -> Permit:
        """What may be written, and where."""
        return self._kubectl.permit

    @contextmanager
    def set(self) -> Iterator[None]:
        """It is there and empty; at the end nothing is left of it, whatever came of it."""
        with self._folder:
            if self._lent:
                self._borrow()
            else:
                self._refuse_a_strangers()
            try:
                if not self._lent:
                    self._make()
                    self._await_what_pods_need()
                yield
            finally:
                self._kubectl.stop()
                if not self._refused:
                    self.clear()

    # ── what is done ──

    def apply(self) -> None:
        """Apply the manifest, its quotas first.

        Admission hears of a quota by a watch, a moment after it was made, and refuses nothing until
        then; when the quota's controller has counted what is used, it has heard of it:
        https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/resource_access.go
        """
        quotas = [one for one in self._objects() if one["kind"] == "ResourceQuota"]
        if quotas:
            first = as_list(quotas)
            self._run("apply", "-f", "-", given=first)
            self._run(
                "wait", "--for=jsonpath={.status.used}", "--timeout=60s", "-f", "-", given=first
            )
        self._run("apply", "-f", str(self._manifest()), *self.scenario.apply.arguments)

    def take(self, step: Step, pod: str) -> None:
        """Do what a step says; what undoes it is done at the end in any case."""
        if step.undo:
            self._undo.append(step)
        self._call(step, step.run, pod)

    def arguments(self, step: Step, pod: str) -> list[str]:
        """The arguments of a step as they are typed beside the scenario's files."""
        return filled(
            step.run, {**self._places(pod), "{manifest}": "manifest.yaml", "{folder}": "."}
        )

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of what can be there, of those that make Pods."""
        made = {one["kind"] for one in self._objects()}
        return frozenset(made | {"ReplicaSet"}) if "Deployment" in made else frozenset(made)

    def has(self, name: str) -> bool:
        """Whether an object of this name is of the scenario, as far as its name can say."""
        if not self._lent:
            return True
        known = [one["metadata"]["name"] for one in self._objects()]
        return any(name == one or name.startswith(f"{one}-") for one in known)

    def _call(self, step: Step, arguments: tuple[str, ...], pod: str) -> None:
        words = filled(arguments, {**self._places(pod), **self._files()})
        if step.program == "kubectl":
            self._run(*words, patience=360.0)
        else:
            self._kubectl.docker(*words)

    def _run(self, *arguments: str, given: str = "", patience: float = 120.0) -> str:
        return self._kubectl.run(
            *arguments, namespace=self.namespace, given=given, patience=patience
        )

    def _places(self, pod: str) -> dict[str, str]:
        where = self.permit.where
        places = {"{pod}": pod, "{worker}": where.worker}
        return places | ({"{half-cpu}": half_cpu(where.worker_cpu)} if where.worker_cpu else {})

    def _files(self) -> dict[str, str]:
        return {"{manifest}": str(self._manifest()), "{folder}": self._folder_for_a_node()}

    def _manifest(self) -> Path:
        """The scenario's own; in a namespace that is lent one whose objects can be told apart."""
        if not self._lent:
            return self.scenario.manifest_path
        path = Path(self._folder.name) / "manifest.json"
        path.write_text(as_list(self._objects()), "utf-8")
        return path

    def _folder_for_a_node(self) -> str:
        """Its files; what goes to a node says itself in which namespace it is."""
        written = f"namespace: {self.scenario.name}\n"
        for file in self.scenario.manifest_path.parent.glob("*.yaml"):
            text = file.read_text("utf-8").replace(written, f"namespace: {self.namespace}\n")
            Path(self._folder.name, file.name).write_text(text, "utf-8")
        return self._folder.name

    def _objects(self) -> list[dict[str, Any]]:
        """What the manifest makes; where the namespace is lent, with podwatch's labels."""
        made = list(map(msgspec.json.decode, documents(self.scenario.manifest_path.read_bytes())))
        for one in made if self._lent else ():
            one["metadata"].setdefault("labels", {}).update(self._labels)
        return made

    # ── before ──

    def _refuse_a_strangers(self) -> None:
        name = self.namespace
        try:
            found = self._kubectl.run("get", "namespace", name, "-o", "json", "--ignore-not-found")
        except Refused as error:
            if error.reason != "Forbidden":
                raise
            return  # who may not look may not make it either, and is told so then
        if not found.strip():
            return
        there = msgspec.json.decode(found)
        if not self._is_ours(there):
            raise PodwatchError(
                f'namespace "{name}" exists, and this scenario did not make it',
                f"delete it yourself if nobody needs it: kubectl delete namespace {name}; "
                "or run the scenario in another one: -n NAME",
            )
        if process := performer(there["metadata"]):
            raise PodwatchError(
                f"scenario {self.scenario.name} is being performed in namespace {name} already, by "
                f"process {process}",
                "wait for its end, or run the scenario in another namespace: -n NAME",
            )
        self._say(f"namespace {name} is left of an earlier run")
        self.clear(of_another_run=True)

    def _make(self) -> None:
        run = {RUN: f"{socket.gethostname()}/{os.getpid()}"}
        meta = {"name": self.namespace, "labels": self._labels, "annotations": run}
        made = {"apiVersion": "v1", "kind": "Namespace", "metadata": meta}
        try:
            self._kubectl.run("create", "-f", "-", given=msgspec.json.encode(made).decode())
        except Refused as error:
            self._refused = True
            if error.reason != "Forbidden":
                raise
            raise PodwatchError(
                f'you may not make the namespace "{self.namespace}": {error.message}',
                "name one in which you may make Pods: -n NAME",
                ExitCode.UNAVAILABLE,
            ) from error

    def _await_what_pods_need(self) -> None:
        """Without the one the API server refuses every Pod, without the other the kubelet can't
        mount the volume with the Pod's token.
        """
        for needed in ("serviceaccount/default", "configmap/kube-root-ca.crt"):
            self._run("wait", "--for=create", needed, "--timeout=60s")

    def _borrow(self) -> None:
        """Make sure that nothing of somebody else can be mistaken for the scenario's."""
        name, kinds = self.namespace, dict.fromkeys(one["kind"] for one in self._objects())
        try:
            self._kubectl.run("get", "namespace", name, "-o", "name")
        except Refused as error:
            if error.reason == "NotFound":
                raise PodwatchError(
                    f'there is no namespace "{name}"',
                    "name another one, or leave -n out",
                    ExitCode.UNAVAILABLE,
                ) from error
            if error.reason != "Forbidden":  # who may not look at it may still use it
                raise
        if any(self._is_ours(one) for kind in kinds for one in self._there(kind)):
            self._say(f"namespace {name} has something that is left of an earlier run")
            self.clear(of_another_run=True)
        made = {(one["kind"], one["metadata"]["name"]) for one in self._objects()}
        strangers = [
            f"{kind.lower()}/{one['metadata']['name']}"
            for kind in dict.fromkeys((*kinds, "Pod"))
            for one in self._there(kind)
            if kind == "Pod" or (kind, one["metadata"]["name"]) in made
        ]
        if strangers:
            raise PodwatchError(
                f'namespace "{name}" has {counted(len(strangers), "object")} that this scenario '
                f"could touch: {listed(strangers[:3])}",
                "name a namespace in which no Pods run, or leave -n out",
            )

    def _there(self, kind: str) -> list[dict[str, Any]]:
        found = msgspec.json.decode(self._run("get", kind, "-o", "json"))
        return list(found["items"])

    def _is_ours(self, one: dict[str, Any]) -> bool:
        labels = one["metadata"].get("labels") or {}
        return all(labels.get(name) == value for name, value in self._labels.items())

    # ── after ──

    def clear(self, *, of_another_run: bool = False) -> None:
        """Undo everything: what was done to nodes, the namespace, and what belongs to none.

        `of_another_run`: it is not known which steps were done, so each is undone.
        """
        for step in self.scenario.steps if of_another_run else tuple(self._undo):
            if step.undo:
                with suppress(Refused):  # where there is nothing left to undo
                    self._call(step, step.undo, "")
        self._undo.clear()
        self._say(f"cleaning up: {self._what}")
        try:
            self._remove()
        except Refused as error:
            if error.reason != "NotFound":  # somebody else was faster
                self._say(f"not all is cleaned up: {error.message}; later: podwatch scenario clean")
        except BaseException:
            self._say(f"not waited for: {self._what} may still be on the way out")
            raise

    @property
    def _what(self) -> str:
        if self._lent:
            return f"what {self.scenario.name} made in namespace {self.namespace}"
        return f"namespace {self.namespace} and all that is in it"

    def _remove(self) -> None:
        manifest = ("delete", "-f", str(self._manifest()), "--ignore-not-found")
        if self._lent:
            self._run(*manifest, "--cascade=foreground", "--timeout=90s")
            return
        name, later = self.namespace, "--wait=false"
        with suppress(Refused):  # so that nobody waits for a program that ignores SIGTERM
            self._run("delete", "pods", "--all", "--grace-period=1", later)
        self._kubectl.run("delete", "namespace", name, "--ignore-not-found", later)
        if self.scenario.alone:
            with suppress(Refused):
                self._run(*manifest, later)
        limit = f"--timeout={GONE_SECONDS}s"
        self._kubectl.run(
            "wait", "--for=delete", f"namespace/{name}", limit, patience=GONE_SECONDS + 10.0
        )
