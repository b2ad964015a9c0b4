"""The objects of manifests: of files, folders, and what kubectl, Helm and kustomize print.

Responsible for finding every object, as kubectl finds it, and for reading nothing of one but what
decides whether it is judged. A text of which a part can't be read is refused as a whole: what was
overlooked would be taken for what is well. Not responsible for what people paste, of which what can
be read is better than nothing (`podwatch.sources.files`).
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import msgspec

from podwatch.core.expectations.manifest import Manifest
from podwatch.core.kube import Base, Undecodable, decoder
from podwatch.errors import PodwatchError, in_words
from podwatch.sources.contents import too_large, unreadable
from podwatch.sources.foreign import recognized
from podwatch.sources.json_values import after_separators, end_of, items_of
from podwatch.sources.texts import called, utf8

LIMIT = 32 << 20
"""The most bytes of one text; a large chart has one or two MB."""
OBJECTS = 10_000
"""The most objects that are read."""
_EXTENSIONS = {".json", ".yaml", ".yml"}
_KUSTOMIZE = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LONGEST = 317
"""The most characters that a name has: an apiVersion is a group of 253 with a version of 63."""
_DEPTH = 3
"""How deep Lists are read that are in Lists."""
_HINT = "give manifests, or what kubectl apply -o yaml, helm template or kubectl kustomize prints"


def files(name: str, *, recursive: bool) -> list[str]:
    """The files that a name stands for: itself, or of a folder what kubectl takes of it.

    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go
    """
    path = Path(name)
    try:
        if name == "-" or not path.is_dir():
            return [name]
        if found := next((one for one in _KUSTOMIZE if (path / one).exists()), None):
            command = f"kubectl kustomize {shlex.quote(name)} | podwatch expect -f -"
            what = f"{name} is made for kustomize: it has a {found}"
            raise PodwatchError(what, f"give what it renders: {command}")
        inside = sorted(path.rglob("*") if recursive else path.iterdir())
        return [str(one) for one in inside if one.suffix in _EXTENSIONS and one.is_file()]
    except (OSError, ValueError) as error:
        raise unreadable(name, in_words(error), _HINT) from error


def manifests(name: str) -> list[Manifest]:
    """The objects of a file, or for `-` of standard input, in their order; none if it is empty.

    PodwatchError if anything of it can't be read.
    """
    shown = called(name)
    if name.startswith(("http://", "https://")):
        raise unreadable(
            shown,
            "it is an address",
            f"get it first: curl -fsSL {shlex.quote(name)} | podwatch expect -f -",
        )
    data = utf8(name, shown, LIMIT, _HINT)
    found: list[Manifest] = []
    try:
        for number, document in enumerate(_documents(data), 1):
            for one in _objects(memoryview(document), f"object {number}"):
                found.append(one)
                if len(found) > OBJECTS:
                    hint = "give the objects that have Pods"
                    raise too_large(shown, f"it has more than {OBJECTS} objects", hint)
    except _NoManifest as error:
        raise unreadable(shown, *_instead(data, str(error))) from error
    return found


_DRY_RUN = re.compile(rb"(?m)^(?:HOOKS|MANIFEST):\s*$")
_NAMES = re.compile(rb"\s*[a-z][\w.]*/[\w.-]+(?: \w+| \(.*\))*\s*$", re.MULTILINE)


def _instead(data: bytes, why: str) -> tuple[str, str]:
    """Why a text is no manifest, by what it is if that is known, and what to give instead."""
    if _DRY_RUN.search(data):
        hint = "give what helm template prints, or helm get manifest NAME"
        return "it is what helm install --dry-run prints", hint
    if _NAMES.match(data):
        hint = 'leave -f out: podwatch expect - reads what "kubectl apply -o name" prints'
        return "it has names, and no manifests", hint
    known = recognized(data)
    return (known[0] if known else why), _HINT


class _NoManifest(Exception):
    """A part of it is no object; the message says which and why."""


def _documents(data: bytes) -> Iterator[bytes | memoryview]:
    """Each document that is not empty, as JSON; JSON values may follow each other."""
    data, at = data.strip(), 0
    begins = True
    while begins or at < len(data):
        if begins and data[at : at + 1] not in {b"{", b"["}:
            yield from _yaml_documents(data[at:])
            return
        try:
            end = end_of(data, at)
        except (msgspec.MsgspecError, RecursionError) as error:
            line = data.count(b"\n", 0, at) + 1
            raise _NoManifest(f"the JSON that begins in line {line} is not whole") from error
        yield memoryview(data)[at:end]
        at = after_separators(data, end)
        begins = at > end


def _yaml_documents(data: bytes) -> Iterator[bytes]:
    from podwatch.sources.yaml_as_json import NotReadable, documents

    try:
        yield from documents(data)
    except NotReadable as error:
        raise _NoManifest(str(error)) from error


class _Annotations(Base, frozen=True):
    hook: str = msgspec.field(name="helm.sh/hook", default="")


class _Metadata(Base, frozen=True):
    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    uid: str = ""
    annotations: _Annotations = _Annotations()


class _Object(Base, frozen=True):
    kind: str = ""
    api_version: str = ""
    metadata: _Metadata = _Metadata()


class _Items(msgspec.Struct):
    items: msgspec.Raw = msgspec.Raw()


_object = decoder(_Object)
_items = decoder(_Items)


def _objects(
    data: memoryview, where: str, default: tuple[str, str] = ("", ""), level: int = 0
) -> Iterator[Manifest]:
    """The object, or those of a List; `default`: apiVersion and kind of what does not say them.

    What has `items` is a List, as for kubectl:
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/unstructured/helpers.go
    """
    try:
        text = bytes(data)
        made = _object(text)
        items = memoryview(_items(text).items)
    except Undecodable as error:
        raise _NoManifest(f"{where} is no object of Kubernetes: {error}") from error
    kind, version = made.kind or default[1], made.api_version or default[0]
    if bytes(items[:1]) == b"[":
        if level == _DEPTH:
            raise _NoManifest(f"{where} has Lists in Lists in Lists")
        of = ("", "") if kind == "List" else (version, kind.removesuffix("List"))
        for number, item in enumerate(items_of(items), 1):
            yield from _objects(item, f"item {number} of {where}", of, level + 1)
        return
    meta = made.metadata
    if not kind or not version:
        lacks = "kind" if not kind else "apiVersion"
        raise _NoManifest(f"{where} is no object of Kubernetes: it has no {lacks}")
    name = meta.name or meta.generate_name
    if max(map(len, (kind, version, name, meta.namespace))) > _LONGEST:
        raise _NoManifest(f"{where} has names of more than {_LONGEST} characters")
    if not name:
        raise _NoManifest(f"{where}, a {kind}, has no name")
    group, slash, _ = version.partition("/")
    yield Manifest(
        kind=kind,
        group=group if slash else "",
        name=name,
        namespace=meta.namespace,
        generated=not meta.name,
        hook=meta.annotations.hook,
        applied=bool(meta.uid),
    )
