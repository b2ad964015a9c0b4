"""Objects as people have them: with numbers where the API has texts, or one time that is none.

Responsible for making a typed object of JSON's values that were written, edited or converted by
hand, for saying what was mended, and for refusing what only looks like such an object. Bytes of an
API server need none of this (`podwatch.core.kube.decode`).
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
from msgspec import UNSET, inspect

from podwatch.core.kube.decode import Undecodable
from podwatch.core.kube.event import PodEvent
from podwatch.core.kube.kinds import EXPLAINED_KINDS, KINDS, KubeObject
from podwatch.core.kube.pod import Pod
from podwatch.core.kube.pod_spec import PodSpec

_TOLD = 20
"""The most that is said of what was mended in one object."""
_QUANTITIES = frozenset({"requests", "limits", "sizeLimit", "allocatable", "capacity"})
"""Where the API takes numbers, too: `cpu: 1` is as good as `cpu: "1"`."""
SNAKE_CASE = (
    "its names are in snake_case: it is to_dict() of the Python client, not what the API has; "
    "give ApiClient().sanitize_for_serialization(pod)"
)
"""What is said of an object that is read by no name of the API."""


_OF_THE_CLIENT = re.compile(r"^(?:Core|Events)?V\d+(?:(?:alpha|beta)\d+)?")
"""What the client's classes put before the kind: an object out of a list does not say its own."""


class UnknownKind(Undecodable):
    """An object of a kind that podwatch does not know, such as a custom resource."""


class Number:
    """A number of JSON as it was written: the label `1.10` is not the label `1.1`."""

    def __init__(self, written: str) -> None:
        self._written = written

    def __str__(self) -> str:
        return self._written


def given(value: object, kind: str = "") -> tuple[KubeObject, tuple[str, ...]]:
    """The object that this is, and what of it was mended, a few words each.

    `value` is JSON, JSON's values or an object of the official client; `kind` is what it is if it
    does not say so itself, as in a list. Undecodable if it is none.
    """
    if isinstance(value, bytes | bytearray | str):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Undecodable(str(error)[:200]) from error
    to_dict = getattr(value, "to_dict", None)
    if to_dict is not None:  # of the official client, whose attributes are called as ours
        kind = kind or _OF_THE_CLIENT.sub("", type(value).__name__)
        try:
            value = to_dict()
        except Exception as error:  # it is foreign code
            raise Undecodable(f"its to_dict() failed: {str(error)[:200]}") from error
    if not isinstance(value, Mapping):
        raise Undecodable("it is no object")
    if "api_version" in value and to_dict is None:
        raise Undecodable(SNAKE_CASE)
    kind = value.get("kind") or kind or kind_by_shape(value)
    if not kind or not isinstance(kind, str):
        raise Undecodable("it has no kind")
    if kind not in EXPLAINED_KINDS:
        raise UnknownKind(f"its kind is {kind[:63]}")
    if kind == "Event" and "regarding" in value:
        value = _of_the_core(value)
    type_ = KINDS[kind].type
    mended: list[str] = []
    try:
        made = msgspec.convert(value, type_) if to_dict is None else _mended(value, type_, mended)
    except (msgspec.ValidationError, RecursionError):
        made = _mended(value, type_, mended)
    if reason := unfit(made):
        raise Undecodable(reason)
    return made, tuple(mended)


def kind_by_shape(value: Mapping[str, object]) -> str:
    """What an object that does not say its kind must be: a list's items don't; or nothing."""
    spec = value.get("spec")
    if "involvedObject" in value or "regarding" in value:
        return "Event"
    return "Pod" if isinstance(spec, Mapping) and spec.get("containers") else ""


_NEWER = {
    "regarding": "involvedObject",
    "note": "message",
    "deprecatedCount": "count",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedSource": "source",
    "reportingController": "reportingComponent",
}
"""What events.k8s.io calls the fields of a core/v1 Event.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/events/v1/conversion.go
"""


def _of_the_core(event: Mapping[str, Any]) -> dict[str, Any]:
    """An Event of events.k8s.io/v1 as the core has it; the client's names are in snake case."""
    return {_NEWER.get(_camel(name), name): one for name, one in event.items()}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def unfit(made: KubeObject) -> str:
    """Why this can't be such an object of a cluster or a manifest; empty if it can."""
    name = made.metadata.name
    if isinstance(made, PodEvent):
        return ""
    if not name:
        return "it has no name"
    if not name.isascii():
        return "its name has characters that no name has"
    if isinstance(made, Pod) and made.spec == PodSpec():
        return "it has no spec"
    return ""


# ── mending ──


def _mended(value: Mapping[str, object], type_: type[KubeObject], mended: list[str]) -> KubeObject:
    try:
        fitting = _Fitting(mended).fit(value, _shape(type_), "")
        return msgspec.convert(fitting, type_)
    except (msgspec.ValidationError, RecursionError) as error:
        raise Undecodable(str(error)[:200]) from error


@cache
def _shape(type_: type[KubeObject]) -> inspect.Type:
    return inspect.type_info(type_)


class _Fitting:
    """Makes values fit a type. What is left out has its default."""

    def __init__(self, mended: list[str]) -> None:
        self._mended = mended

    def fit(self, value: Any, shape: inspect.Type, path: str) -> Any:
        """The value as its type has it, UNSET to leave it out; Undecodable if nothing fits."""
        if isinstance(shape, inspect.UnionType):
            shape = self._chosen(value, shape)
        match shape:
            case _ if value is None:
                return UNSET  # Go writes null for what is not there
            case inspect.StructType() if isinstance(value, Mapping):
                parts = {
                    one.encode_name: (value.get(one.encode_name, value.get(one.name)), one.type)
                    for one in shape.fields
                }
                return self._all(parts, path)
            case inspect.DictType() if isinstance(value, Mapping):
                parts_ = {_text(key): (one, shape.value_type) for key, one in value.items()}
                return self._all(parts_, path)
            case inspect.VarTupleType() if isinstance(value, list | tuple):
                fitted = (
                    self.fit(one, shape.item_type, f"{path}[{number}]")
                    for number, one in enumerate(value)
                )
                return [one for one in fitted if one is not UNSET]
            case inspect.StrType() if isinstance(value, str | int | float | Number):
                return self._as_text(value, path)
            case inspect.BoolType() if isinstance(value, bool):
                return value
            case inspect.BoolType() if str(value).lower() in {"true", "false"}:
                self._tell(path, "is a text, where the API has true or false")
                return str(value).lower() == "true"
            case inspect.IntType() if not isinstance(value, bool):
                return self._as_number(value, path)
            case inspect.DateTimeType():
                return self._as_time(value, path)
        what = "a map" if isinstance(value, Mapping) else f"a {type(value).__name__.lower()}"
        if isinstance(shape, inspect.StrType):  # `message: [left out]`
            self._tell(path, f"is {what}, where the API has a text: it is left out")
            return UNSET
        raise Undecodable(f"{path or 'it'} is {what}, which the API does not have there")

    def _chosen(self, value: object, shape: inspect.UnionType) -> inspect.Type:
        """Of the types that the API allows, the one that is meant; a port is a number or a name."""
        types = [one for one in shape.types if not isinstance(one, inspect.NoneType)]
        if len(types) > 1:
            number = isinstance(value, Number | int)
            types = [one for one in types if isinstance(one, inspect.IntType) is number] or types
        return types[0]

    def _all(self, parts: Mapping[str, tuple[object, inspect.Type]], path: str) -> dict[str, Any]:
        fitted = {
            name: self.fit(value, type_, f"{path}.{name}" if path else name)
            for name, (value, type_) in parts.items()
        }
        return {name: one for name, one in fitted.items() if one is not UNSET}

    def _tell(self, path: str, what: str) -> None:
        if len(self._mended) < _TOLD:
            self._mended.append(f"{path} {what}")

    def _as_text(self, value: str | float | Number, path: str) -> str:
        if isinstance(value, str):
            return value
        if _QUANTITIES.isdisjoint(path.split(".")):
            self._tell(path, f"is {_text(value)} without quotes, where the API has a text")
        return _text(value)

    def _as_number(self, value: object, path: str) -> int:
        try:
            number = int(value if isinstance(value, float) else str(value))
        except (ValueError, OverflowError) as error:
            raise Undecodable(f"{path} is no whole number: {str(value)[:40]}") from error
        if not isinstance(value, Number | int | float):
            self._tell(path, "is a text, where the API has a number")
        return number

    def _as_time(self, value: object, path: str) -> Any:
        try:
            time = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
            if time.tzinfo is None:
                self._tell(path, "has no time zone: it is read as UTC")
                return time.replace(tzinfo=UTC)
            return time.astimezone(UTC)
        except (ValueError, OverflowError):
            shown = re.sub(r"\s+", " ", str(value))[:40]
            self._tell(path, f'is no time ("{shown}"): it is left out')
            return UNSET


def _text(value: object) -> str:
    """As it is written in JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)
