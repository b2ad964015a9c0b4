"""JSONPath over the typed objects, as far as `kubectl wait --for=jsonpath=` is used.

Names, `[0]`, `[*]` and `[?(@.type=="Ready")]`. Only fields that podwatch keeps can be asked
for; another one is refused at once, as waiting for it would never end.
"""

import re
from typing import Any

import msgspec
from msgspec import inspect

from podwatch.core.kube import KINDS
from podwatch.errors import PodwatchError

_STEP = re.compile(
    r"""\.?(?P<name>(?:[\w$/-]|\\\.)+)
      | \[(?P<index>-?\d+)\]
      | \[(?P<all>\*)\]
      | \['(?P<quoted>[^']+)'\]
      | \[\?\(@\.(?P<key>\w+)==["']?(?P<value>[^"'()\[\]]*)["']?\)\]""",
    re.X,
)


class PathStep(msgspec.Struct, frozen=True):
    """One step: by name, by place (-1 is the last), all of them, or those whose key is value."""

    name: str = ""
    index: int | None = None
    key: str = ""
    value: str = ""


class JsonPath(msgspec.Struct, frozen=True):
    """A path, `text` as it was written."""

    text: str
    steps: tuple[PathStep, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its steps, of a path that has only names; else nothing."""
        names = tuple(step.name for step in self.steps)
        return names if all(names) else ()

    def values_in(self, object_: msgspec.Struct) -> list[str]:
        """The values at the end of the path, as text; none where it leads nowhere."""
        values: list[Any] = [object_]
        for step in self.steps:
            values = [after for value in values for after in _taken(step, value)]
        return [_text(msgspec.to_builtins(value)) for value in values]

    def is_of(self, kind: str) -> bool:
        """Whether objects of this kind have such a field."""
        try:
            self.check(kind)
        except PodwatchError:
            return False
        return True

    def check(self, kind: str) -> None:
        """PodwatchError if objects of this kind have no such field, or podwatch keeps it not."""
        type_ = inspect.type_info(KINDS[kind].type)
        walked = ""
        for step in self.steps:
            if isinstance(type_, inspect.UnionType):
                type_ = next(one for one in type_.types if not isinstance(one, inspect.NoneType))
            if not step.name:
                type_ = getattr(type_, "item_type", inspect.StrType())
                continue
            fields = _fields(type_)
            if step.name not in fields and not isinstance(type_, inspect.DictType):
                raise PodwatchError(
                    f'podwatch does not keep the field "{walked}.{step.name}" of a {kind}',
                    f"here it knows: {', '.join(sorted(fields)) or 'nothing deeper'}",
                )
            walked += f".{step.name}"
            type_ = fields.get(step.name, inspect.StrType())  # the maps have texts


def json_path(text: str) -> JsonPath:
    """The path that `{.status.phase}`, `.status.phase` or `status.phase` says."""
    inner = text.strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1]
    steps: list[PathStep] = []
    at = 0
    for step in _STEP.finditer(inner):
        if step.start() != at:
            break
        at = step.end()
        if step["name"] or step["quoted"]:
            steps.append(PathStep(name=(step["quoted"] or step["name"]).replace("\\.", ".")))
        elif step["index"]:
            steps.append(PathStep(index=int(step["index"])))
        else:
            steps.append(PathStep(key=step["key"] or "", value=step["value"] or ""))
    if at < len(inner) or not steps:
        raise PodwatchError(
            f'"{text}" is not a path that podwatch can follow',
            'write names, [0], [*] or [?(@.type=="Ready")]: jsonpath=.status.phase=Running',
        )
    return JsonPath(text, tuple(steps))


_ALWAYS_SENT = frozenset(
    {"ready", "restartCount", "exitCode", "suspend", "desiredNumberScheduled", "numberReady"}
)
"""The fields that the API server sends with their zero values too; others it leaves out."""


def _taken(step: PathStep, value: Any) -> list[Any]:
    if step.name:
        if isinstance(value, msgspec.Struct):
            return _field(step.name, value)
        return [value[step.name]] if isinstance(value, dict) and step.name in value else []
    if not isinstance(value, list | tuple):
        return []
    if step.index is not None:
        return [value[step.index]] if -len(value) <= step.index < len(value) else []
    if step.key:
        return [
            item
            for item in value
            if any(_text(has) == step.value for has in _taken(PathStep(name=step.key), item))
        ]
    return list(value)


def _field(name: str, struct: msgspec.Struct) -> list[Any]:
    config = struct.__struct_config__
    if name == config.tag_field:
        return [config.tag]
    for field in msgspec.structs.fields(struct):
        if field.encode_name == name:
            value = getattr(struct, field.name)
            left_out = value == field.default and name not in _ALWAYS_SENT
            return [] if value is None or left_out else [value]
    return []


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _fields(type_: inspect.Type) -> dict[str, inspect.Type]:
    """A struct's fields by their API names; of anything else, none."""
    if not isinstance(type_, inspect.StructType):
        return {}
    tag_field = {type_.tag_field: inspect.StrType()} if type_.tag_field else {}
    return {field.encode_name: field.type for field in type_.fields} | tag_field
