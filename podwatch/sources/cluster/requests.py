"""One GET, and what it means if it fails.

Responsible for asking with the newest credentials, and for putting a failure into words: an
`ApiError` if the server refused, `Unreachable` if it did not answer.
"""

import email.utils
import ssl
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import urllib3

from podwatch.core.kube import Base, Undecodable, decoder
from podwatch.sources.api import ApiError, Stopped, Unreachable
from podwatch.sources.cluster import Patience
from podwatch.sources.cluster.client import ApiClient, ApiException, short
from podwatch.sources.cluster.configuration import Chosen
from podwatch.sources.cluster.connections import Sockets, keep_alive
from podwatch.version import __version__


class Requests:
    """GETs of one API server, through the client with the newest credentials."""

    def __init__(self, chosen: Chosen, patience: Patience) -> None:
        self._configuration = chosen.configuration
        self._options = chosen.options
        self.patience = patience
        self._lock = threading.Lock()
        self._sockets = Sockets()
        self.client = self._new_client()

    def _new_client(self) -> ApiClient:
        configuration = self._configuration()
        configuration.retries = False  # urllib3 would sleep through a Retry-After
        configuration.socket_options = keep_alive()
        client = ApiClient(configuration)
        client.user_agent = f"podwatch/{__version__}"
        client.rest_client.pool_manager.pool_classes_by_scheme = self._sockets.pools
        return client

    def renew(self, refused: ApiClient, *, again: bool = False) -> bool:
        """Read the credentials anew, unless another thread did since `refused` was in use.

        Whether others may be tried. `again`: only a token that differs counts, and no login
        command is run for it. Running watches keep the connection they have.
        """
        with self._lock:
            if self.client is not refused:
                return True
            if again and refused.configuration.by_login:
                return False
            self.client = self._new_client()
            refused.rest_client.pool_manager.clear()
            return not again or self.client.configuration.api_key != refused.configuration.api_key

    def close(self) -> None:
        """Close all connections, also those that others read from."""
        self._sockets.close()
        self.client.rest_client.pool_manager.clear()

    def get(self, path: str, **query: object) -> urllib3.BaseHTTPResponse:
        """A small answer that something on the screen waits for; see `read`."""
        return self.read(self.client, path, query, self.patience.question)

    def read(
        self,
        client: ApiClient,
        path: str,
        query: Mapping[str, object],
        silence: float,
        *,
        whole: bool = True,
    ) -> urllib3.BaseHTTPResponse:
        """The answer to a GET: all of it, or, not `whole`, one that goes on.

        What is empty in `query` is not sent. After `silence` seconds without a byte it has failed,
        if no other time is set for a whole answer. ApiError for a status that is no success.
        """
        limit = self.patience.request if whole else None
        silence = limit or silence
        accepted = {"Accept": "application/json, */*"}
        try:
            method, url, headers, *rest = client.param_serialize(
                "GET",
                path,
                query_params=[(name, value) for name, value in query.items() if value],
                header_params={**accepted, "Accept-Encoding": "gzip"} if whole else accepted,
                auth_settings=["BearerToken"],
            )
            timeout = limit or (self.patience.connect, silence)
            # one by one: a mapping would have one group only
            headers = urllib3.HTTPHeaderDict(headers)
            for name, value in client.configuration.impersonation:
                headers.add(name, value)
            got = client.call_api(method, url, headers, *rest, _request_timeout=timeout)
            answer: urllib3.BaseHTTPResponse = got.response
            success = 200 <= answer.status <= 299
            if success and not whole:
                return answer
            body = answer.data  # within the time-out
        except Exception as error:
            raise failure(error, silence) from error
        if not success:
            said = refusal(body or str(answer.reason).encode(), answer.status, answer.headers)
            raise replace(said, options=self._options)
        return answer


class _Status(Base, frozen=True):
    """metav1.Status: an error in a watch, or the body of a refused request."""

    code: int = 0
    reason: str = ""
    message: str = ""
    details: "_StatusDetails | None" = None


class _StatusDetails(Base, frozen=True):
    retry_after_seconds: float = 0


_status = decoder(_Status)


def refusal(body: bytes, code: int = 0, headers: Mapping[str, str] | None = None) -> ApiError:
    """What a refused request says in its body, or, without a `code`, an ERROR in a watch."""
    text = body.decode("utf-8", "replace")
    try:
        said = _status(text)
    except Undecodable:  # from a proxy, say
        said = _Status(message=short(text[:200]) if code else "an ERROR that is no Status")
    retry_after = _retry_after(headers or {})
    if retry_after is None and said.details and said.details.retry_after_seconds:
        retry_after = said.details.retry_after_seconds
    return ApiError(
        code or said.code or 500, said.reason, said.message, retry_after, in_watch=not code
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """In seconds; it can be a number of them or a date."""
    said = headers.get("Retry-After", "")
    if said.isdecimal():
        return float(said)
    until, now = _time(said), _time(headers.get("Date", "")) or datetime.now(UTC)
    return max((until - now).total_seconds(), 0.0) if until is not None else None


def failure(error: Exception, silence: float) -> Exception:
    """A failed request in words; a defect of ours stays what it is."""
    errors = urllib3.exceptions
    match error:
        case ApiError() | Unreachable() | Stopped():
            return error
        case ApiException():  # that is what the client makes of an SSLError
            return _insecure(error.reason)
        case errors.MaxRetryError(reason=Exception() as reason):
            return failure(reason, silence)
        case errors.ProxyError(original_error=errors.NewConnectionError()):
            return Unreachable("the proxy can't be reached")
        case errors.ProxyError(original_error=OSError() as answer):
            said = str(answer).removeprefix("Tunnel connection failed: ")
            return Unreachable(f"the proxy did not connect to the server: {short(said)}")
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
            return Unreachable(f"no answer for {silence:g} s")
        case errors.ProtocolError() | ConnectionError():
            return Unreachable("the connection broke")
        case errors.HTTPError() | OSError():
            return Unreachable(f"the connection failed: {_reason(error)}")
        case ValueError():  # not quoted: it may hold the header with the token
            return Unreachable("the request can't be made as the kubeconfig says")
    return error


def _insecure(error: object) -> Unreachable:
    text = short(error)
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
    return short(str(error).rpartition(": ")[2])


def server_time(answer: urllib3.BaseHTTPResponse) -> datetime | None:
    """The server's clock as its answer says it, in whole seconds."""
    return _time(answer.headers.get("Date", ""))


def _time(header: str) -> datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(header)
    except ValueError:
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
