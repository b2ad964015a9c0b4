"""The cluster: the official client, behind the functions that `reflect` asks for.

Responsible for connections, credentials and turning the API's bytes into typed objects. The
only importer of `kubernetes`; it is imported on a thread, as loading the client takes long.
The loop itself is `podwatch.sources.reflect`.
"""

import atexit
import email.utils
import gc
import json
import logging
import os
import random
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import urllib3
import yaml

from podwatch.core.kube import (
    OWNER_KINDS,
    DaemonSet,
    Deployment,
    Job,
    KubeObject,
    Node,
    Owner,
    Pod,
    PodEvent,
    ReplicaSet,
    StatefulSet,
)
from podwatch.core.kube.decode import Undecodable, decoder
from podwatch.core.kube.meta import Base, ObjectMeta
from podwatch.core.stream import FORMAT, Opened, PodRef, RecordedItem, Scope
from podwatch.core.text import one_line
from podwatch.errors import ExitCode, PodwatchError, close_match
from podwatch.sources.api import PAGE, ApiError, Change, Malformed, Page, Stopped, Unreachable
from podwatch.sources.circuit_breaker import Gate
from podwatch.sources.clock import Clock as StreamClock
from podwatch.sources.cluster.connections import Sockets, keep_alive
from podwatch.sources.cluster.kubeconfig import exists, kubeconfig_paths, private_file
from podwatch.sources.reflect import PATIENCE, Clock, reflect
from podwatch.sources.refusals import insecure, refused, unreachable

# Loading makes much and drops nothing, so no garbage is looked for meanwhile.
_collects = gc.isenabled()
gc.disable()
try:
    from kubernetes import client, config, watch
    from kubernetes.client import ApiClient
    from kubernetes.config import kube_config
finally:
    if _collects:
        gc.enable()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for what, in seconds."""

    connect: float = 5.0
    first_list: float = PATIENCE
    silence: float = 75.0
    """Without a word in a watch: the API server sends a bookmark each minute."""
    event_silence: float = 300.0
    """Events have no bookmarks, so silence says little about their watch."""
    question: float = 5.0
    """For a single small answer that something on the screen waits for."""
    login: float = 120.0
    """For a login command: it may open a browser."""


# ── configuration ──


def connect(
    kubeconfig: str | None,
    context: str | None,
    patience: Patience | None = None,
    *,
    login_may_print: bool = False,
) -> "Cluster":
    """A cluster by kubeconfig and context, as kubectl finds them; inside a Pod, its own.

    Asks the cluster nothing yet, but runs the context's login command. `login_may_print`: what
    that says on standard error is for the user, who may have to open a page; when it is run
    again, it is only kept for an error. PodwatchError if there is no usable configuration.
    """
    patience = patience or Patience()
    _silence_the_client()
    files = _Kubeconfig.find(kubeconfig)
    if not files.exists():
        own = not kubeconfig and not context and not os.environ.get("KUBECONFIG")
        if own and os.environ.get("KUBERNETES_SERVICE_HOST"):
            return _in_cluster(patience)
        raise PodwatchError(
            f"there is no kubeconfig at {files}",
            "name one with --kubeconfig or $KUBECONFIG; without a cluster: podwatch demo",
            ExitCode.UNAVAILABLE,
        )
    contexts, current = files.contexts()
    if context is not None and context not in contexts:
        raise PodwatchError(
            f'the kubeconfig {files} has no context "{context}"',
            f"{close_match(context, contexts)}it has: {', '.join(sorted(contexts)) or 'none'}",
            ExitCode.USAGE,
        )
    name = context if context is not None else current
    if name not in contexts:
        raise PodwatchError(
            f'the current context "{name}" of the kubeconfig {files} does not exist'
            if name
            else f"the kubeconfig {files} has no current context",
            f"name one with --context; it has: {', '.join(sorted(contexts)) or 'none'}",
            ExitCode.UNAVAILABLE,
        )
    may_print = iter([login_may_print])
    return Cluster(
        lambda: files.configuration(name, patience.login, may_print=next(may_print, False)),
        name,
        contexts[name],
        patience,
    )


def context_names(kubeconfig: str | None) -> list[str]:
    """The names of the kubeconfig's contexts."""
    contexts, _ = _Kubeconfig.find(kubeconfig).contexts()
    return list(contexts)


def _silence_the_client() -> None:
    """Nothing may print over the screen.

    Without a handler at the root, the client installs one that prints to stderr, and so does
    Python itself for warnings of urllib3.
    """
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    # a kubeconfig that says insecure-skip-tls-verify knows what it does
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)


@dataclass(frozen=True, slots=True)
class _Kubeconfig:
    """One or more files that are read as one, as $KUBECONFIG can name them."""

    paths: tuple[Path, ...]

    @classmethod
    def find(cls, kubeconfig: str | None) -> "_Kubeconfig":
        return cls(kubeconfig_paths(kubeconfig))

    def __str__(self) -> str:
        return " or ".join(map(str, self.paths))

    def exists(self) -> bool:
        return any(map(exists, self.paths))

    def contexts(self) -> tuple[dict[str, str], str]:
        """The namespace of each context, and the name of the current one."""
        with self._broken():
            merged = self._merged().value
            entries = (entry.value for entry in merged["contexts"])
            found = {
                str(entry["name"]): str((entry["context"] or {}).get("namespace") or "default")
                for entry in entries
            }
            return found, str(merged.get("current-context") or "")

    def configuration(
        self, context: str, patience: float, *, may_print: bool
    ) -> client.Configuration:
        """Read anew, so that credentials which were renewed since are found."""
        made = client.Configuration()
        with self._broken(), _errors_logged() as logged:
            merged = self._merged()
            login = _taken_login(merged, context)
            loader = kube_config.KubeConfigLoader(merged, context, config_base_path=None)
            loader.load_and_set(made)
            if login is not None:
                login.apply(made, patience, may_print=may_print)
            if "://" not in made.host:  # as kubectl takes it; urllib3 would warn, and guess
                secure = made.ssl_ca_cert or made.cert_file or not made.verify_ssl
                made.host = f"{'https' if secure else 'http'}://{made.host}"
        if logged and not made.api_key and not made.cert_file:
            # The client only logs that it got no credentials, and would go on as nobody.
            raise PodwatchError(
                f'the credentials of context "{context}" could not be had: {_line(logged[-1])}',
                "run kubectl get pods once to see what it says",
                ExitCode.UNAVAILABLE,
            )
        return made

    def _merged(self) -> Any:
        merged = kube_config.KubeConfigMerger(os.pathsep.join(map(str, self.paths))).config
        if merged is None:
            raise config.ConfigException("there is no such file")
        return merged

    @contextmanager
    def _broken(self) -> Iterator[None]:
        wrong: object
        try:
            yield
            return
        except (config.ConfigException, yaml.YAMLError, OSError, ValueError) as error:
            wrong = error
        except (TypeError, AttributeError, KeyError, RecursionError):
            wrong = "it does not have a kubeconfig's form"
        raise PodwatchError(
            f"the kubeconfig {self} can't be used: {_line(wrong)}",
            "check it with kubectl config view",
            ExitCode.UNAVAILABLE,
        )


class _ExecStatus(Base, frozen=True):
    token: str = ""
    client_certificate_data: str = ""
    client_key_data: str = ""


class _ExecCredential(Base, frozen=True):
    """client.authentication.k8s.io ExecCredential: what a login command prints."""

    status: _ExecStatus = _ExecStatus()


_exec_credential = decoder(_ExecCredential)


@dataclass(frozen=True, slots=True)
class _Login:
    """A context's login command (`users[].user.exec`).

    The client's own runner gives it our standard input, from which the dashboard reads keys,
    and goes on without credentials when it fails.
    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
    """

    context: str
    spec: dict[str, Any]
    cluster: dict[str, Any]
    folder: str | None

    def apply(self, made: client.Configuration, patience: float, *, may_print: bool) -> None:
        """Run it and put what it says into the configuration; PodwatchError if it fails."""
        status = self._run(patience, None if may_print else subprocess.PIPE)
        if status.token:
            made.api_key["BearerToken"] = f"Bearer {status.token}"
        elif status.client_certificate_data and status.client_key_data:
            made.cert_file = str(private_file(status.client_certificate_data.encode()))
            made.key_file = str(private_file(status.client_key_data.encode()))
        else:
            raise self._failed("it printed neither a token nor a certificate with its key")

    def _run(self, patience: float, stderr: int | None) -> _ExecStatus:
        about: dict[str, Any] = {"interactive": False}
        if self.spec.get("provideClusterInfo"):
            about["cluster"] = dict(self.cluster)
            for extension in self.cluster.get("extensions") or ():
                if extension["name"] == "client.authentication.k8s.io/exec":
                    about["cluster"]["config"] = extension["extension"]
        info = {"apiVersion": self.spec["apiVersion"], "kind": "ExecCredential", "spec": about}
        added = {entry["name"]: entry["value"] for entry in self.spec.get("env") or ()}
        command = [str(part) for part in (self.spec["command"], *(self.spec.get("args") or ()))]
        try:
            login = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=self.folder,
                env={**os.environ, **added, "KUBERNETES_EXEC_INFO": json.dumps(info)},
            )
        except OSError as error:
            raise self._failed(str(error.strerror)) from error
        _logins.add(login)
        with login:
            try:
                printed, said = login.communicate(timeout=patience)
            except subprocess.TimeoutExpired:
                raise self._failed(f"it did not end within {patience:.0f} s") from None
            finally:
                _logins.discard(login)
                login.kill()
        if login.returncode:
            if said is None:
                raise self._failed(f"exit code {login.returncode}; what it said stands above")
            words = said.decode("utf-8", "replace").strip() or "it said nothing"
            raise self._failed(f"exit code {login.returncode}: {_line(words)}")
        try:
            return _exec_credential(printed).status
        except Undecodable:
            # what it printed may hold a secret, so it is not quoted
            raise self._failed("it did not print an ExecCredential") from None

    def _failed(self, why: str) -> PodwatchError:
        hint = _line(self.spec.get("installHint") or "") if "No such file" in why else ""
        return PodwatchError(
            f'the login command "{self.spec["command"]}" of context "{self.context}" failed: {why}',
            hint or "run kubectl get pods once to log in, and try again",
            ExitCode.UNAVAILABLE,
        )


_logins: set[subprocess.Popen[bytes]] = set()
"""Login commands that run."""


@atexit.register
def _end_logins() -> None:
    """No login command outlives who asked for it."""
    for login in list(_logins):
        login.kill()


def _taken_login(merged: Any, context: str) -> _Login | None:
    """The context's login command, taken out of the kubeconfig so that the client runs none."""
    entry = merged["contexts"].get_with_name(context)["context"]
    if not entry.safe_get("user") or not merged.safe_get("users"):
        return None
    user = merged["users"].get_with_name(entry["user"], safe=True)
    if user is None or not isinstance(user.value.get("user"), dict):
        return None
    spec = user.value["user"].pop("exec", None)
    if not spec or {"token", "tokenFile", "auth-provider"} & user.value["user"].keys():
        return None
    missing = {"command", "apiVersion"} - spec.keys()
    if missing:
        raise config.ConfigException(f"users[].user.exec lacks {' and '.join(sorted(missing))}")
    cluster = merged["clusters"].get_with_name(entry["cluster"]).value["cluster"]
    folder = os.path.dirname(os.path.abspath(user.path)) if user.path else None
    return _Login(context, spec, cluster, folder)


def _line(text: object) -> str:
    """Any text as one line that is not too long."""
    return one_line(str(text))[:300]


def _in_cluster(patience: Patience) -> "Cluster":
    folder = Path("/var/run/secrets/kubernetes.io/serviceaccount")

    def configuration() -> client.Configuration:
        made = client.Configuration()
        try:
            config.load_incluster_config(client_configuration=made)
        except config.ConfigException as error:
            raise PodwatchError(
                f"this Pod's own credentials can't be used: {error}",
                "check its ServiceAccount, or name a kubeconfig with --kubeconfig",
                ExitCode.UNAVAILABLE,
            ) from error
        return made

    namespace = folder / "namespace"
    return Cluster(
        configuration,
        "in-cluster",
        namespace.read_text("utf-8").strip() if namespace.is_file() else "default",
        patience,
    )


@contextmanager
def _errors_logged() -> Iterator[list[str]]:
    """What the client logs as an error meanwhile; its own handler would print it."""
    logged: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logged.append(record.getMessage())

    keep = Keep(logging.ERROR)
    root = logging.getLogger()
    root.addHandler(keep)
    try:
        yield logged
    finally:
        root.removeHandler(keep)


# ── the cluster ──


class Cluster:
    """An API server that can be followed. `namespace` is the context's, `server` its address."""

    def __init__(
        self,
        configuration: Callable[[], client.Configuration],
        context: str,
        namespace: str,
        patience: Patience,
    ) -> None:
        self._configuration = configuration
        self.context = context
        self.namespace = namespace
        self.patience = patience
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._gate = Gate(random.random, time.monotonic)
        self._sockets = Sockets()
        self._threads: list[threading.Thread] = []
        self.api = self._client()
        self.server: str = self.api.configuration.host

    def _client(self) -> ApiClient:
        made = self._configuration()
        made.retries = False  # urllib3 would sleep through a Retry-After
        made.socket_options = keep_alive()
        api = ApiClient(made)
        api.rest_client.pool_manager.pool_classes_by_scheme = self._sockets.pools
        return api

    def renew(self, refused: ApiClient) -> None:
        """Read the credentials anew, unless another thread did since `refused` was in use.

        Running watches keep the connection they have.
        """
        with self._lock:
            if self.api is refused:
                self.api = self._client()
                refused.rest_client.pool_manager.clear()

    def get(self, path: str, names: Mapping[str, str], **query: object) -> urllib3.BaseHTTPResponse:
        """A small answer that something on the screen waits for; see `_read`."""
        return _read(self.api, path, names, (self.patience.connect, self.patience.question), query)

    def server_version(self) -> str:
        """The server's version, as v1.37.2; empty if it can't be had."""
        try:
            answer = self.get("/version", {})
            return decoder(_Version)(answer.data).git_version
        except (ApiError, Unreachable, Undecodable):
            return ""

    def pod(self, namespace: str, name: str) -> "Seen":
        """A Pod as it is now, with its Events and owners, by a few small requests.

        PodwatchError if there is no such Pod, or it can't be had. What else can't be had is
        missing in the answer, which says so.
        """
        try:
            try:
                answer = self.get(*KINDS["Pod"].place(namespace, name))
            except ApiError as error:
                if error.code != 401:
                    raise
                self.renew(self.api)
                answer = self.get(*KINDS["Pod"].place(namespace, name))
            pod = KINDS["Pod"].item(answer.data)
        except ApiError as error:
            raise self._no_pod(namespace, name, error) from error
        except Unreachable as error:
            made = insecure if error.lasting else unreachable
            raise made(str(error)) from error
        except Undecodable as error:
            raise unreachable(f"its answer is no Pod ({error})") from error
        missing = []
        events: tuple[PodEvent, ...] = ()
        try:
            events = self._events_about(pod)
        except (ApiError, Unreachable, Undecodable) as error:
            missing.append(f"its Events ({error})")
        owners: list[Owner] = []
        controller = pod.metadata.controller
        while controller is not None and controller.kind in OWNER_KINDS and len(owners) < 4:
            try:
                kind = KINDS[controller.kind]
                owner = kind.item(self.get(*kind.place(namespace, controller.name)).data)
            except (ApiError, Unreachable, Undecodable):
                break  # its name is known; who owns it is not
            owners.append(owner)
            controller = owner.metadata.controller
        return Seen(pod, events, tuple(owners), _date(answer), tuple(missing))

    def _events_about(self, pod: Pod) -> tuple[PodEvent, ...]:
        meta = pod.metadata
        answer = self.get(
            *KINDS["Event"].place(meta.namespace),
            fieldSelector=f"involvedObject.kind=Pod,involvedObject.name={meta.name}",
            limit=PAGE,
        )
        uids = {meta.uid, meta.annotations.config_mirror}
        page = KINDS["Event"].page(answer.data)
        return tuple(event for event in page.items if event.involved_object.uid in uids)

    def _no_pod(self, namespace: str, name: str, error: ApiError) -> PodwatchError:
        scope = Scope("Pod", namespace, field_selector=f"metadata.name={name}")
        if error.code != 404:
            return refused(scope, error)
        try:
            meant = close_match(name, self.names("Pod", namespace))
        except (ApiError, Unreachable, Undecodable):
            meant = ""
        return PodwatchError(
            f'there is no Pod "{name}" in namespace "{namespace}"',
            f"{meant}name another one, or wait for it: podwatch pod {name} -n {namespace}",
            ExitCode.NOT_MET,
        )

    def open(
        self,
        scopes: Sequence[Scope],
        put: Callable[[RecordedItem | PodwatchError], None],
        clock: StreamClock,
        waiting: Callable[[], int],
    ) -> None:
        """Open the stream: its first item, then what `follow` puts. The clock begins now."""
        server_version = self.server_version()
        clock.open()
        put(
            Opened(
                t=clock.t(),
                at=clock.at(),
                format=FORMAT,
                server_version=server_version,
                context=self.context,
                scopes=tuple(scopes),
            )
        )
        self.follow(scopes, put, clock, waiting)

    def follow(
        self,
        scopes: Sequence[Scope],
        put: Callable[[RecordedItem | PodwatchError], None],
        clock: Clock,
        waiting: Callable[[], int] = lambda: 0,
    ) -> None:
        """Start a thread for each scope, which puts items until `stop`.

        `waiting` is how many of them were not taken yet.
        """
        for scope in scopes:
            thread = threading.Thread(
                target=self._reflect,
                args=(scope, put, clock, waiting),
                name=f"podwatch-{scope.kind}-{scope.namespace}",
                daemon=True,
            )
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """End all threads and close all connections.

        Waits for a thread that connects at this moment, until the connect time-out: one that is
        left inside of the client when the interpreter ends can abort the process.
        """
        self._stop.set()
        _end_logins()
        self._gate.stop()
        self._sockets.close()
        self.api.rest_client.pool_manager.clear()
        deadline = time.monotonic() + self.patience.connect + 1.0
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0.0))

    def names(self, kind: str, namespace: str = "") -> list[str]:
        """The names of Namespaces, or of the Pods of a namespace (the context's by default)."""
        places = {
            "Namespace": ("/api/v1/namespaces", {}),
            "Pod": KINDS["Pod"].place(namespace or self.namespace),
        }
        return [meta.name for meta in self._listed(*places[kind])]

    def versions(self, namespace: str) -> dict[str, str]:
        """The resourceVersion of each Pod by uid, of at most 500; none if the cluster is silent."""
        try:
            metas = self._listed(*KINDS["Pod"].place(namespace))
        except (ApiError, Unreachable, Undecodable):
            return {}
        return {meta.uid: meta.resource_version for meta in metas}

    def _listed(self, path: str, names: Mapping[str, str]) -> list[ObjectMeta]:
        """The metadata of what is listed there, of 500 objects at most."""
        answer = self.get(path, names, limit=PAGE)
        return [item.metadata for item in decoder(_Names)(answer.data).items]

    def log(
        self, ref: PodRef, container: str, lines: int, *, previous: bool = False
    ) -> tuple[list[str], str]:
        """The last lines of a container's log, of its previous run if so; or none and why.

        Never more than 64 KiB: one line can be of any length.
        """
        pod, names = KINDS["Pod"].place(ref.namespace, ref.name)
        try:
            answer = self.get(
                f"{pod}/log",
                names,
                container=container,
                tailLines=lines,
                limitBytes=1 << 16,
                previous=str(previous).lower(),
            )
        except ApiError as error:
            if error.code == 403:
                return [], f"you may not get pods/log ({error})"
            return [], str(error)
        except Unreachable as error:
            return [], str(error)
        return answer.data.decode("utf-8", "replace").splitlines()[-lines:], ""

    def _reflect(
        self,
        scope: Scope,
        put: Callable[[RecordedItem | PodwatchError], None],
        clock: Clock,
        waiting: Callable[[], int],
    ) -> None:
        try:
            reflect(
                scope,
                _Calls(self, scope),
                put,
                clock,
                self._pause,
                random.random,
                self.patience.first_list,
                self._gate,
                waiting,
            )
        except Stopped:
            pass
        except PodwatchError as error:
            if not self._stop.is_set():  # or else it is about a connection that was closed
                put(error)
        except Exception as error:  # a defect must end the watch, not a thread in silence
            put(
                PodwatchError(
                    f"podwatch failed while it followed {scope.kind}s: "
                    f"{type(error).__name__}: {error}",
                    "this is a defect of podwatch: please report it",
                    ExitCode.INTERNAL,
                )
            )

    def _pause(self, seconds: float) -> None:
        if self._stop.wait(seconds):
            raise Stopped


@dataclass(frozen=True, slots=True)
class Seen:
    """A Pod with what is known about it. `at`: the server's clock, in whole seconds.

    `missing`: what could not be had, with the cause.
    """

    pod: Pod
    events: tuple[PodEvent, ...]
    owners: tuple[Owner, ...]
    at: datetime | None
    missing: tuple[str, ...]


class _Version(Base, frozen=True):
    git_version: str = ""


class _Named(Base, frozen=True):
    metadata: ObjectMeta = ObjectMeta()


class _Names(Base, frozen=True):
    items: tuple[_Named, ...] = ()


# ── one kind of object ──

T = TypeVar("T", bound=KubeObject)


class Kind(Generic[T]):
    """How one kind is listed, watched and decoded.

    `group` is its API's path, `plural` its name in there.
    """

    def __init__(self, group: str, plural: str, type_: type[T]) -> None:
        self._group = group
        self._plural = plural
        self.page = decoder(_page_of(type_))
        self.raw_page = decoder(_RawPage)
        self.item = decoder(type_)
        self.event: Callable[[bytes | bytearray | str], Any] = decoder(_event_of(type_))

    def place(self, namespace: str, name: str = "") -> tuple[str, dict[str, str]]:
        """The path of its list, or of one object, and what stands for the names in it."""
        within = "/namespaces/{namespace}" if namespace else ""
        one = "/{name}" if name else ""
        return (
            f"{self._group}{within}/{self._plural}{one}",
            {"namespace": namespace, "name": name},
        )


class _ListMeta(Base, frozen=True):
    resource_version: str = ""
    continue_: str = msgspec.field(name="continue", default="")


class _RawPage(Base, frozen=True):
    metadata: _ListMeta = _ListMeta()
    items: tuple[msgspec.Raw, ...] = ()


class _RawEvent(Base, frozen=True):
    type: str
    object: msgspec.Raw


class _Status(Base, frozen=True):
    """metav1.Status: an error in a watch, or the body of a refused request."""

    code: int = 0
    reason: str = ""
    message: str = ""
    details: "_StatusDetails | None" = None


class _StatusDetails(Base, frozen=True):
    retry_after_seconds: float = 0


def _page_of(type_: type[T]) -> Any:
    return msgspec.defstruct(
        f"{type_.__name__}Page",
        [("metadata", _ListMeta, _ListMeta()), ("items", tuple[type_, ...], ())],  # type: ignore[valid-type]
        frozen=True,
        gc=False,
    )


def _event_of(type_: type[T]) -> Any:
    return msgspec.defstruct(
        f"{type_.__name__}Change",
        [("type", str), ("object", type_)],
        bases=(Change,),
        frozen=True,
        gc=False,
    )


KINDS: dict[str, Kind[Any]] = {
    "Pod": Kind("/api/v1", "pods", Pod),
    "Event": Kind("/api/v1", "events", PodEvent),
    "Deployment": Kind("/apis/apps/v1", "deployments", Deployment),
    "ReplicaSet": Kind("/apis/apps/v1", "replicasets", ReplicaSet),
    "StatefulSet": Kind("/apis/apps/v1", "statefulsets", StatefulSet),
    "DaemonSet": Kind("/apis/apps/v1", "daemonsets", DaemonSet),
    "Job": Kind("/apis/batch/v1", "jobs", Job),
    "Node": Kind("/api/v1", "nodes", Node),
}
"""Every kind that can be followed."""


class _Calls:
    """`reflect.Calls` about one scope, through the official client."""

    def __init__(self, cluster: Cluster, scope: Scope) -> None:
        self._cluster = cluster
        self._scope = scope
        self._kind = KINDS[scope.kind]
        self._place = self._kind.place(scope.namespace)
        self._selectors = {
            "labelSelector": scope.label_selector,
            "fieldSelector": scope.field_selector,
        }
        self._api = cluster.api

    def page(self, following: str, limit: int) -> Page:
        answer = _read(
            self._its_client(),
            *self._place,
            (self._cluster.patience.connect, 60.0),
            {**self._selectors, "limit": limit, "continue": following},
        )
        try:
            page = self._kind.page(answer.data)
            items: tuple[KubeObject | Malformed, ...] = page.items
        except Undecodable as whole:
            try:
                page = self._kind.raw_page(answer.data)
            except Undecodable:
                raise Unreachable(f"the server's answer is no list: {whole}") from whole
            items = tuple(self._item(raw) for raw in page.items)
        meta = page.metadata
        if not meta.resource_version:  # JSON, but of a proxy, say
            raise Unreachable("the server's answer is no list")
        return Page(items, meta.resource_version, meta.continue_, _date(answer))

    def watch(self, version: str, connected: Callable[[], None]) -> Iterator[Change | Malformed]:
        # The client's Watch asks a function for the answer. It gets ours and no method of
        # CoreV1Api: to make that class, the client loads its models, which takes more time and
        # memory than all the rest of a start, and none of them is used here.
        api, patience = self._its_client(), self._cluster.patience
        silence = patience.event_silence if self._scope.kind == "Event" else patience.silence

        def answered(timeout_seconds: int, **_: object) -> _Lines:
            query = {
                **self._selectors,
                "watch": "true",
                "resourceVersion": version,
                "allowWatchBookmarks": "true",
                "timeoutSeconds": timeout_seconds,
            }
            answer = _read(api, *self._place, (patience.connect, silence), query, whole=False)
            connected()
            return _Lines(answer)

        # with a time-out, Watch leaves it to us to ask again
        stream = _TypedWatch(self._event).stream(answered, timeout_seconds=random.randint(300, 600))
        try:
            for change in stream:
                if change is not None:
                    yield change
        except Exception as error:
            raise _failure(error, silence) from error

    def uid_now(self, ref: PodRef) -> str:
        try:
            answer = self._cluster.get(*KINDS["Pod"].place(ref.namespace, ref.name))
        except ApiError as error:
            if error.code == 404:
                return ""
            raise
        try:
            return _named(answer.data).metadata.uid
        except Undecodable as error:
            raise Unreachable(str(error)) from error

    def renew(self) -> None:
        try:
            self._cluster.renew(self._api)
        except PodwatchError as error:
            raise Unreachable(error.message) from error

    def missing_namespace(self) -> str:
        namespace = self._scope.namespace
        if not namespace:
            return ""
        try:
            self._cluster.get("/api/v1/namespaces/{name}", {"name": namespace})
        except ApiError as error:
            if error.code != 404:
                return ""
        except Unreachable:
            return ""
        else:
            return ""
        try:
            meant = close_match(namespace, self._cluster.names("Namespace")).rstrip()
        except (ApiError, Unreachable, Undecodable):
            meant = ""
        meant = f" ({meant})" if meant else ""
        return f'namespace "{namespace}" does not exist{meant}; watching in case it comes'

    def _its_client(self) -> ApiClient:
        self._api = self._cluster.api
        return self._api

    def _item(self, raw: msgspec.Raw) -> KubeObject | Malformed:
        try:
            item: KubeObject = self._kind.item(bytes(raw))
            return item
        except Undecodable as error:
            return _malformed(bytes(raw), error)

    def _event(self, line: str) -> Change | Malformed | None:
        """What one line of a watch says; raises ApiError for an ERROR."""
        try:
            event = self._kind.event(line)
            if event.type in _CHANGES:
                change: Change = event
                return change
            if event.type != "ERROR":
                return Malformed("?", f'a watch event of the unknown type "{event.type}"')
        except Undecodable as error:
            wrong = error
        else:
            wrong = Undecodable("an ERROR without a Status")
        if not line or line.isspace():
            return None
        try:
            raw = _raw_event(line)
        except Undecodable as error:
            return Malformed("?", f"a line that is no watch event: {error}")
        if raw.type == "ERROR":
            try:
                status = _status(bytes(raw.object))
            except Undecodable:
                status = _Status(message="an ERROR that is no Status")
            raise _api_error(status.code or 500, status, in_watch=True)
        return _malformed(bytes(raw.object), wrong, deleted=raw.type == "DELETED")


_CHANGES = frozenset({"ADDED", "MODIFIED", "DELETED", "BOOKMARK"})
_raw_event = decoder(_RawEvent)
_status = decoder(_Status)
_named = decoder(_Named)


class _TypedWatch(watch.Watch):  # type: ignore[misc]  # the client has no types
    """The official watch, decoding each line into our own types.

    The client's models cost thirty times as much, and one that fails its validation would
    stop the stream for good.
    """

    def __init__(self, decode: Callable[[str], Change | Malformed | None]) -> None:
        super().__init__(return_type=object)
        self._decode = decode

    def unmarshal_event(self, data: str, return_type: object) -> Any:  # noqa: ARG002
        """One line; None for a blank one."""
        return self._decode(data)


class _Lines:
    """A response whose `stream` gives whole lines as soon as they arrive.

    The client's own splitting is quadratic in what arrives at once, and waits for the end of a
    body that is not chunked.
    """

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self._answer = answer
        self.status = answer.status

    def stream(self, amt: int | None = None, decode_content: bool | None = None) -> Iterator[bytes]:  # noqa: ARG002
        """Whole lines with their line break; what follows the last one is cut off, no event."""
        rest: list[bytes] = []
        for piece in self._pieces():
            end = piece.find(b"\n")
            if end < 0:
                rest.append(piece)
            elif not rest and end == len(piece) - 1:
                yield piece  # the usual case: one event is one chunk
            else:
                *lines, last = b"".join([*rest, piece]).split(b"\n")
                rest = [last] if last else []
                for line in lines:
                    yield line + b"\n"

    def _pieces(self) -> Iterator[bytes]:
        if getattr(self._answer, "chunked", False):
            yield from self._answer.stream(None, decode_content=True)
        else:  # stream() would wait for the end of the body
            while piece := self._answer.read1(1 << 18, decode_content=True):
                yield piece

    def close(self) -> None:
        """Close the connection: the rest of a watch is of no use to another request."""
        self._answer.close()

    def release_conn(self) -> None:
        """Nothing is left to give back."""


def _read(
    api: ApiClient,
    path: str,
    names: Mapping[str, str],
    timeout: tuple[float, float],
    query: Mapping[str, object],
    *,
    whole: bool = True,
) -> urllib3.BaseHTTPResponse:
    """The answer to a GET: all of it, or, not `whole`, one that goes on.

    `names` are for the places in the path that are in braces; `timeout` for the connection and
    for silence, in seconds. What is empty in `query` is not sent. ApiError for a status that is
    no success.
    """
    accepted = {"Accept": "application/json, */*"}
    try:
        request = api.param_serialize(
            "GET",
            path,
            path_params=dict(names),
            query_params=[(name, value) for name, value in query.items() if value],
            header_params={**accepted, "Accept-Encoding": "gzip"} if whole else accepted,
            auth_settings=["BearerToken"],
        )
        answer: urllib3.BaseHTTPResponse = api.call_api(*request, _request_timeout=timeout).response
        success = 200 <= answer.status <= 299
        if success and not whole:
            return answer
        body = answer.data  # within the time-out
    except Exception as error:
        raise _failure(error, timeout[1]) from error
    if not success:
        raise _refused(answer.status, body or str(answer.reason), answer.headers)
    return answer


def _refused(code: int, body: bytes | str, headers: Mapping[str, str]) -> ApiError:
    text = body if isinstance(body, str) else body.decode("utf-8", "replace")
    try:
        status = _status(text)
    except Undecodable:  # from a proxy, say
        status = _Status(message=_line(text[:200]))
    return _api_error(code, status, _retry_after(headers))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """In seconds; it can be a number of them or a date."""
    said = headers.get("Retry-After", "")
    if said.isdecimal():
        return float(said)
    until, now = _time(said), _time(headers.get("Date", "")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0) if until is not None else None


def _api_error(
    code: int, status: _Status, retry_after: float | None = None, *, in_watch: bool = False
) -> ApiError:
    if retry_after is None and status.details and status.details.retry_after_seconds:
        retry_after = status.details.retry_after_seconds
    return ApiError(code, status.reason, status.message, retry_after, in_watch=in_watch)


def _failure(error: Exception, silence: float) -> Exception:
    """A failed request in words; a defect of ours stays what it is."""
    errors = urllib3.exceptions
    match error:
        case ApiError() | Unreachable() | Stopped():
            return error
        case client.ApiException(status=status) if status:
            return _refused(status, str(error.body or error.reason), error.headers or {})
        case client.ApiException():  # that is what the client makes of an SSLError
            return _insecure(error.reason)
        case errors.MaxRetryError(reason=Exception() as reason):
            return _failure(reason, silence)
        case errors.SSLError() | ssl.SSLError():
            return _insecure(error)
        case errors.NameResolutionError():
            name = str(error).partition("resolve '")[2].partition("'")[0]
            return Unreachable(f'the name "{name}" does not resolve')
        case errors.NewConnectionError() if "refused" in str(error):
            return Unreachable("the server refused the connection")
        case errors.NewConnectionError():
            return Unreachable(f"no connection to the server: {_reason(error)}")
        case errors.ConnectTimeoutError():
            return Unreachable("the server's address does not answer")
        case errors.ReadTimeoutError():
            return Unreachable(f"no answer for {silence:.0f} s")
        case errors.ProtocolError() | ConnectionError():
            return Unreachable("the connection broke")
        case errors.HTTPError() | OSError():
            return Unreachable(f"the connection failed: {_reason(error)}")
        case ValueError():  # not quoted: it may hold the header with the token
            return Unreachable("the request can't be made as the kubeconfig says")
    return error


def _insecure(error: object) -> Unreachable:
    text = _line(error)
    if "EOF" in text:  # no word about what it is: a server that starts or a proxy hung up
        return Unreachable("the connection broke before it was secure")
    lasting = "CERTIFICATE" in text.upper() or "PEM" in text or "WRONG_VERSION_NUMBER" in text
    _, found, rest = text.partition("certificate verify failed: ")
    if found:
        cause = f"its certificate is not trusted: {rest.partition(' (_ssl')[0]}"
    else:
        cause = f"no secure connection: {text}"
    return Unreachable(cause, lasting=lasting)


def _reason(error: object) -> str:
    return _line(str(error).rpartition(": ")[2])


def _date(answer: urllib3.BaseHTTPResponse) -> datetime | None:
    """The server's clock as its answer says it, in whole seconds."""
    return _time(answer.headers.get("Date", ""))


def _time(header: str) -> datetime | None:
    try:
        made = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return made if made.tzinfo is not None else made.replace(tzinfo=UTC)


def _malformed(raw: bytes, error: Undecodable, *, deleted: bool = False) -> Malformed:
    try:
        meta = _named(raw).metadata
    except Undecodable:
        return Malformed("?", str(error))
    ref = f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name
    return Malformed(ref or "?", str(error), meta.resource_version, meta.uid, deleted)
