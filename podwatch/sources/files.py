"""What kubectl prints, read back: an object, a List or a stream of watch events, JSON or YAML.

Responsible for files that somebody else made: pasted, cut off, of another encoding, with other
kinds in them. Not responsible for recordings (`podwatch.sources.recording`).
"""

import codecs
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from podwatch.core.kube import KINDS, KubeObject, Pod
from podwatch.core.kube.decode import Undecodable, decoder
from podwatch.errors import ExitCode, PodwatchError, in_words

LIMIT = 512 * 1024 * 1024
"""The most bytes that are read: all Pods of a large cluster take a fifth of it."""
_DEPTH = 100
"""How deep YAML may be nested; a Pod is about ten levels deep."""
_WRITE_ONE = "write one with: kubectl get pod NAME -o yaml > FILE"


class Contents(msgspec.Struct, kw_only=True):
    """What a file holds. Of an object that is in it several times, the last version counts.

    `deleted`: the uids of what a watch saw deleted. `others`: how many of each kind were
    skipped. `failure`: what can't be read, after the rest was.
    """

    objects: dict[str, KubeObject] = {}
    deleted: set[str] = set()
    others: Counter[str] = msgspec.field(default_factory=Counter)
    failure: PodwatchError | None = None


def contents(name: str) -> Contents:
    """What the file of this name holds, or for `-` standard input.

    PodwatchError if there is no such file, or nothing of it can be read.
    """
    shown = "standard input" if name == "-" else name
    found = Contents()
    try:
        for value in _values(_text(_bytes(name, shown), shown), shown):
            _take(value, found, shown)
    except PodwatchError as error:
        if not found.objects:
            raise
        found.failure = error
    return found


def _bytes(name: str, shown: str) -> bytes:
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LIMIT + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(shown, in_words(error), _WRITE_ONE) from error
    if len(data) > LIMIT:
        raise _unreadable(shown, f"it has more than {LIMIT >> 20} MiB", "name fewer Pods")
    return data


_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""PowerShell's `>` writes UTF-16."""


def _text(data: bytes, shown: str) -> str:
    encoding = next((name for bom, name in _BOMS.items() if data.startswith(bom)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(shown, f"it is no text ({error.reason})", _WRITE_ONE) from error
    if not text.strip():
        raise _unreadable(shown, "it is empty", _WRITE_ONE)
    if text.startswith('{"item":"opened"'):
        raise _unreadable(
            shown,
            "it is a recording of podwatch",
            "explain a Pod of it with: podwatch explain pod/NAME --recording FILE",
        )
    return text


# ── values ──


def _values(text: str, shown: str) -> Iterator[Any]:
    """The documents of the file, one after the other."""
    yield from _json(text, shown) if text.lstrip()[0] in "{[" else _yaml(text, shown)


_BLANK = re.compile(r"\s*")


def _json(text: str, shown: str) -> Iterator[Any]:
    """Values that follow each other, as `kubectl get -w -o json` prints them."""
    scan = json.JSONDecoder().raw_decode
    at = _end(_BLANK.match(text))
    while at < len(text):
        try:
            value, end = scan(text, at)
        except json.JSONDecodeError as error:
            cut = error.pos >= len(text.rstrip()) or "Unterminated" in error.msg
            what = "the file ends in the middle of it" if cut else error.msg
            raise _unreadable(
                shown,
                f"line {error.lineno} is no JSON: {what}",
                "what comes before it was read" if at else _WRITE_ONE,
            ) from error
        except (RecursionError, ValueError) as error:  # too deep; a number of too many digits
            raise _unreadable(
                shown, "its JSON is nothing that kubectl prints", _WRITE_ONE
            ) from error
        yield value
        at = _end(_BLANK.match(text, end))


def _end(match: re.Match[str] | None) -> int:
    return match.end() if match else 0


def _yaml(text: str, shown: str) -> Iterator[Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            # A few aliases can stand for billions of values, and the loader in C crashes where
            # values are nested by the thousand; kubectl prints neither.
            if isinstance(event, yaml.AliasEvent):
                raise _unreadable(shown, "it has YAML aliases (*name)", _WRITE_ONE)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEPTH:
                raise _unreadable(shown, "its YAML is nested too deeply", _WRITE_ONE)
        for document in yaml.load_all(text, Loader=loader):
            if document is not None:
                yield document
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1} is" if mark is not None else "it is"
        problem = getattr(error, "problem", None) or "it can't be parsed"
        raise _unreadable(shown, f"{where} no YAML: {problem}", _WRITE_ONE) from error
    except (RecursionError, ValueError, OverflowError) as error:  # a date like 2026-99-99
        raise _unreadable(shown, "its YAML is nothing that kubectl prints", _WRITE_ONE) from error


# ── objects ──


_typed: Callable[[bytes], KubeObject] = decoder(KubeObject)  # type: ignore[arg-type]
_CHANGES = frozenset({"ADDED", "MODIFIED", "DELETED"})


def _take(value: Any, found: Contents, shown: str, kind: str = "") -> None:
    """Put an object, a List's items or a watch event's object into the contents."""
    if not isinstance(value, dict):
        raise _unreadable(shown, "it holds no objects of Kubernetes", _WRITE_ONE)
    kind = str(value.get("kind") or kind)
    items = value.get("items")
    if kind.endswith("List") and isinstance(items, list):
        for item in items:
            _take(item, found, shown, kind.removesuffix("List"))
        return
    inner = value.get("object")
    if not kind and isinstance(inner, dict) and "type" in value:
        if value["type"] in _CHANGES:
            _take(inner, found, shown)
            if value["type"] == "DELETED":
                found.deleted.add(_identity(inner))
        return
    if not kind:
        raise _unreadable(shown, "it holds no objects of Kubernetes", _WRITE_ONE)
    if kind not in KINDS:
        found.others[kind[:63]] += 1
        return
    try:
        made = _typed(msgspec.json.encode({**value, "kind": kind}))
    except (Undecodable, msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        # The others are read all the same; of several failures the last one is told.
        found.failure = _unreadable(
            shown,
            f"{kind} {_named(value)} is not as the API has it: {str(error)[:200]}",
            "get it anew: kubectl get pod NAME -o yaml",
        )
        return
    if isinstance(made, Pod) and made.metadata.uid and not made.status.phase:
        # YAML that is cut off is YAML all the same; the API server gives every Pod a phase.
        found.failure = _unreadable(
            shown, f"Pod {_named(value)} ends before its status", "get all of it: it was cut off"
        )
        return
    identity = _identity(value)
    found.deleted.discard(identity)
    found.objects.pop(identity, None)  # the newest version comes last
    found.objects[identity] = made


def _identity(value: dict[str, Any]) -> str:
    """The uid; a manifest has none yet, so its kind and name."""
    meta = value.get("metadata")
    uid = meta.get("uid") if isinstance(meta, dict) else None
    return str(uid) if uid else f"{value.get('kind')}/{_named(value)}"


def _named(value: dict[str, Any]) -> str:
    meta = value.get("metadata")
    if not isinstance(meta, dict):
        return "without metadata"
    names = (meta.get("namespace"), meta.get("name"))
    return "/".join(str(name)[:253] for name in names if name) or "without a name"


def skipped(others: Iterable[tuple[str, int]]) -> str:
    """What was skipped, in a few words: `2 Service, 1 ConfigMap`."""
    return ", ".join(f"{number} {kind}" for kind, number in others)


def _unreadable(shown: str, why: str, hint: str) -> PodwatchError:
    return PodwatchError(f"{shown} can't be read: {why}", hint, ExitCode.UNREADABLE)
