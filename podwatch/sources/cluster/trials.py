"""What is tried out on a cluster to see an effect: a Service's answer, and which Pods there are.

Responsible for single questions whose failure is part of the answer, so that it is passed on as it
is: ApiError, Unreachable. Nothing here changes anything.
"""

from urllib.parse import quote

from podwatch.core.kube import Pod, Undecodable
from podwatch.core.text import one_line
from podwatch.sources.api import ApiError, Unreachable
from podwatch.sources.cluster.requests import Requests
from podwatch.sources.cluster.wire import wire

LONGEST = 1 << 16
"""How many characters of a Service's answer are looked at."""


class Trials:
    """What can be tried out through one API server."""

    def __init__(self, requests: Requests) -> None:
        self._get = requests.get

    def reply(self, namespace: str, service: str, port: str, path: str) -> tuple[int, str]:
        """The status and the text that a Service answers a GET with, through the API server.

        A status that is no success is an ApiError, as is what the API server itself refuses: only
        that has a reason. https://kubernetes.io/docs/reference/kubernetes-api/
        """
        name = quote(f"{service}:{port}", safe=":")
        answer = self._get(
            f"/api/v1/namespaces/{quote(namespace, safe='')}/services/{name}/proxy{path}"
        )
        return answer.status, answer.data.decode("utf-8", "replace")[:LONGEST]

    def pods(self, namespace: str, selector: str) -> list[Pod]:
        """The Pods with these labels."""
        try:
            answer = self._get(wire("Pod").path(namespace), labelSelector=selector)
            return list(wire("Pod").objects(answer.data))
        except Undecodable as error:
            raise Unreachable(f"its answer is no list of Pods ({error})") from error

    def missing(self, namespace: str) -> str:
        """That the namespace is not there, or goes; empty if it is there, or nobody may know."""
        try:
            found = wire("Namespace").item(self._get(wire("Namespace").path("", namespace)).data)
        except ApiError as error:
            return f'there is no namespace "{namespace}"' if error.code == 404 else ""
        except (Unreachable, Undecodable):
            return ""
        gone = one_line(found.status.phase) == "Terminating"
        return f'namespace "{namespace}" is being deleted' if gone else ""
