"""A context's login command, which says who we are.

Responsible for running it and for what it printed. Which configuration that goes into is a matter
of `podwatch.sources.cluster.configuration`.
"""

import atexit
import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from msgspec import to_builtins

from podwatch.core.kube import Base, Undecodable, decoder
from podwatch.errors import ExitCode, PodwatchError
from podwatch.sources.cluster.client import ConfigException, Configuration, short
from podwatch.sources.cluster.kubeconfig import private_file
from podwatch.sources.cluster.overrides import Resolved


class _ExecStatus(Base, frozen=True):
    token: str = ""
    client_certificate_data: str = ""
    client_key_data: str = ""


class _ExecCredential(Base, frozen=True):
    """client.authentication.k8s.io ExecCredential: what a login command prints."""

    status: _ExecStatus = _ExecStatus()


_exec_credential = decoder(_ExecCredential)


@dataclass(frozen=True, slots=True)
class Login:
    """A context's login command (`users[].user.exec`).

    The client's own runner gives it our standard input, from which the dashboard reads keys,
    and goes on without credentials when it fails.
    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
    """

    context: str
    spec: dict[str, Any]
    cluster: dict[str, Any]

    def apply(self, configured: Configuration, patience: float, *, may_print: bool) -> None:
        """Run it and put what it says into the configuration; PodwatchError if it fails."""
        status = self._run(patience, None if may_print else subprocess.PIPE)
        configured.by_login = True
        if status.token:
            configured.api_key["BearerToken"] = f"Bearer {status.token}"
        elif status.client_certificate_data and status.client_key_data:
            configured.cert_file = str(private_file(status.client_certificate_data.encode()))
            configured.key_file = str(private_file(status.client_key_data.encode()))
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
            raise self._failed(f"exit code {login.returncode}: {short(words)}")
        try:
            return _exec_credential(printed).status
        except Undecodable:
            # what it printed may hold a secret, so it is not quoted
            raise self._failed("it did not print an ExecCredential") from None

    def _failed(self, why: str) -> PodwatchError:
        hint = short(self.spec.get("installHint") or "") if "No such file" in why else ""
        return PodwatchError(
            f'the login command "{self.spec["command"]}" of context "{self.context}" failed: {why}',
            hint or "run kubectl get pods once to log in, and try again",
            ExitCode.UNAVAILABLE,
        )


_logins: set[subprocess.Popen[bytes]] = set()
"""Login commands that run."""


@atexit.register
def end_logins() -> None:
    """No login command outlives who asked for it."""
    for login in list(_logins):
        login.kill()


def login_of(who: Resolved) -> Login | None:
    """The user's login command; none is needed where there are other credentials.

    Source: https://github.com/kubernetes/client-go/blob/v0.34.0/plugin/pkg/client/auth/exec/exec.go
    """
    user = who.user
    has_token, has_password = user.token or user.token_file, user.username or user.password
    has_certificate = user.client_certificate or user.client_certificate_data
    if not user.exec or has_token or has_password or has_certificate:
        return None
    if missing := {"command", "apiVersion"} - user.exec.keys():
        raise ConfigException(f"users[].user.exec lacks {' and '.join(sorted(missing))}")
    return Login(who.title, user.exec, to_builtins(who.cluster))
