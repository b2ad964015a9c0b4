"""Which cluster is meant, and who we are there: the kubeconfig, or a Pod's own credentials.

Responsible for a configuration of the client, which is read anew whenever the credentials were
refused. Where the files are is a matter of `podwatch.sources.cluster.kubeconfig`.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from podwatch.errors import ExitCode, PodwatchError, close_match
from podwatch.sources.cluster.access import Access
from podwatch.sources.cluster.client import (
    ConfigException,
    Configuration,
    KubeConfigLoader,
    KubeConfigMerger,
    errors_logged,
    load_incluster_config,
    short,
    silence,
)
from podwatch.sources.cluster.kubeconfig import exists, kubeconfig_paths
from podwatch.sources.cluster.login import taken_login


@dataclass(frozen=True, slots=True)
class Chosen:
    """A context: its name, its namespace, and how to get its configuration as it is now."""

    context: str
    namespace: str
    configuration: Callable[[], Configuration]


def chosen(access: Access, login_patience: float, login_may_print: bool) -> Chosen:
    """What `connect` says."""
    silence()
    context = access.context
    files = Kubeconfig(kubeconfig_paths(access.kubeconfig))
    if not any(map(exists, files.paths)):
        own = not access.names() and not os.environ.get("KUBECONFIG")
        if own and os.environ.get("KUBERNETES_SERVICE_HOST"):
            return _in_cluster()
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
    return Chosen(
        name,
        contexts[name],
        lambda: files.configuration(name, login_patience, may_print=next(may_print, False)),
    )


def _in_cluster() -> Chosen:
    def configuration() -> Configuration:
        configured = Configuration()
        try:
            load_incluster_config(client_configuration=configured)
        except ConfigException as error:
            raise PodwatchError(
                f"this Pod's own credentials can't be used: {error}",
                "check its ServiceAccount, or name a kubeconfig with --kubeconfig",
                ExitCode.UNAVAILABLE,
            ) from error
        return configured

    namespace = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
    return Chosen(
        "in-cluster",
        namespace.read_text("utf-8").strip() if namespace.is_file() else "default",
        configuration,
    )


@dataclass(frozen=True, slots=True)
class Kubeconfig:
    """One or more files that are read as one, as $KUBECONFIG can name them."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.paths))

    def contexts(self) -> tuple[dict[str, str], str]:
        """The namespace of each context, and the name of the current one."""
        with self._broken():
            merged = self._merged().value
            entries = (entry.value for entry in merged["contexts"])
            namespaces = {
                str(entry["name"]): str((entry["context"] or {}).get("namespace") or "default")
                for entry in entries
            }
            return namespaces, str(merged.get("current-context") or "")

    def configuration(self, context: str, patience: float, *, may_print: bool) -> Configuration:
        """Read anew, so that credentials which were renewed since are found."""
        configured = Configuration()
        with self._broken(), errors_logged() as logged:
            merged = self._merged()
            login = taken_login(merged, context)
            loader = KubeConfigLoader(merged, context, config_base_path=None)
            loader.load_and_set(configured)
            if login is not None:
                login.apply(configured, patience, may_print=may_print)
            if "://" not in configured.host:  # as kubectl takes it; urllib3 would warn, and guess
                secure = configured.ssl_ca_cert or configured.cert_file or not configured.verify_ssl
                configured.host = f"{'https' if secure else 'http'}://{configured.host}"
        if logged and not configured.api_key and not configured.cert_file:
            # The client only logs that it got no credentials, and would go on as nobody.
            raise PodwatchError(
                f'the credentials of context "{context}" could not be had: {short(logged[-1])}',
                "run kubectl get pods once to see what it says",
                ExitCode.UNAVAILABLE,
            )
        return configured

    def _merged(self) -> Any:
        merged = KubeConfigMerger(os.pathsep.join(map(str, self.paths))).config
        if merged is None:
            raise ConfigException("there is no such file")
        return merged

    @contextmanager
    def _broken(self) -> Iterator[None]:
        formless = (TypeError, AttributeError, KeyError, RecursionError)
        try:
            yield
        except (ConfigException, yaml.YAMLError, OSError, ValueError, *formless) as error:
            is_formless = isinstance(error, formless)
            wrong = "it does not have a kubeconfig's form" if is_formless else short(error)
            raise PodwatchError(
                f"the kubeconfig {self} can't be used: {wrong}",
                "check it with kubectl config view",
                ExitCode.UNAVAILABLE,
            ) from error
