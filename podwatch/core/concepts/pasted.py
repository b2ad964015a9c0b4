"""What a text that a cluster printed is about: a line of Events, a message, a row of `kubectl get`.

Responsible for taking it apart, so that the catalogue can explain it as it explains what a watch
brings: ages and counts are dropped, names are kept. What people type themselves is `search`'s
business.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from podwatch.core.concepts.facts import decoded
from podwatch.core.concepts.patterns import Facts
from podwatch.core.concepts.words import Message, Words
from podwatch.core.text import one_line

_PARTS, _LOOKED_AT = 500, 4_000
"""How many lines are looked at, the last ones, and how many characters of each."""

_AGE = r"(?:<(?:unknown|invalid)>|(?:\d+[ydhms])+)(?: \(x\d+ over [\w<>]+\))?"
_DESCRIBED = re.compile(
    rf"\b(?P<type>Normal|Warning) +(?P<reason>[A-Z]\w+) +{_AGE} +"
    r"(?P<from>[\w.-]+(?:, \S+)?) +(?P<text>\S.*)"
)
"""A line of Events as `kubectl describe` prints it."""
_LISTED = re.compile(
    r"\b(?P<type>Normal|Warning) +(?P<reason>[A-Z]\w+) +"
    r"(?P<kind>[a-z]+)/(?P<name>\S+) +(?P<text>\S.*)"
)
"""A line of `kubectl get events`."""
_OTHERWISE = re.compile(
    r"\b(?P<type>Normal|Warning)[ |]+(?P<reason>[A-Z][a-z]+[A-Z]\w+)[ |]+(?P<text>\S.*)"
)
"""An Event as older versions and other programs print it."""
_REASON = re.compile(r"""["']?[Rr]eason["']?: *["']?([A-Z]\w+)""")
"""The reason of an Event or of a container's state, as YAML, as JSON or in a sentence."""
_MESSAGE = re.compile(
    r"""["']?[Mm]essage["']?: *(?:(["'])(.+?)\1(?=[,}\s]|$)|([^"'\s].*?)(?= \w+: |$))"""
)
_ROW = re.compile(r"\b\d+/\d+ +(?P<status>[A-Z][\w:/.-]*) +\d+\b")
"""A row of `kubectl get pods`: READY STATUS RESTARTS."""
_NODE = re.compile(r"\bNotReady(?:,SchedulingDisabled)? +(?:<none>|[a-z,-]+) +\d+[ydhms]")
"""A row of `kubectl get nodes`: STATUS ROLES AGE."""
_BETWEEN = re.compile(r"\n+|(?<=\S) +(?=(?:Normal|Warning) +[A-Z]\w+ )")

_DESCRIBE = re.compile(
    r"(?<!\S)(Name|Namespace|Priority|Service Account|Node|Start Time|Labels|Annotations|Status|IP"
    r"|IPs|Controlled By|Init Containers|Containers|Container ID|Image ID|Conditions|Volumes|Events"
    r"|QoS Class|Node-Selectors|Tolerations|Restart Count|Last State): "
)
_MANIFEST = re.compile(r"(?<!\S)(apiVersion: \S+|kind: [A-Z]\w+|metadata:|spec:|status:)(?!\S)")

_PLACES = (
    re.compile(r"\bin pod (?P<pod>[a-z0-9.-]+)_(?P<namespace>[a-z0-9-]+)\("),
    re.compile(r"\bpod=(?P<pod>[a-z0-9.-]+)_(?P<namespace>[a-z0-9-]+)\("),
    re.compile(r'\bfor pod "(?P<pod>[a-z0-9.-]+)"'),
    re.compile(r"\b[Pp]ods?[ /](?P<namespace>[a-z0-9-]+)/(?P<pod>[a-z0-9][a-z0-9.-]*)"),
    re.compile(r"\bfailed (?:init )?container (?P<container>[a-z0-9-]+) in pod"),
    re.compile(r"\bcontainer=(?P<container>[a-z0-9-]+)"),
    re.compile(r"\bspec\.(?:initC|c|ephemeralC)ontainers\{(?P<container>[a-z0-9-]+)\}"),
    re.compile(r"\b(?:Stopping container|Container) (?P<container>[a-z0-9-]+)(?: failed|$)"),
    re.compile(r'\b[Ii]mage "(?P<image>[^"]+)"'),
    re.compile(r"\bassigned (?P<namespace>[a-z0-9-]+)/(?P<pod>\S+) to (?P<node>[\w.-]+)"),
)
"""Where names stand in messages."""
_NAMES = {
    "pod": "pod.name",
    "namespace": "pod.namespace",
    "container": "container.name",
    "image": "container.image",
    "node": "pod.node",
}


class Pasted(NamedTuple):
    """One thing that a text tells. `facts` are as of an Event.

    `lesson` or `word` where no Event has it; `status`: what kubectl shows in STATUS, or a reason
    that was named by itself.
    """

    facts: Facts
    lesson: str = ""
    word: str = ""
    status: str = ""


def pasted(text: str, words: Words) -> tuple[Pasted, ...]:
    """What a text tells, one line of Events after the other; nothing if it tells of none."""
    found: dict[tuple[str, ...], Pasted] = {}
    for part in _BETWEEN.split(text)[-_PARTS:]:
        for one in _told(one_line(part[:_LOOKED_AT]), words):
            key = one.facts.get("notice.reason", ""), one.facts.get("notice.message", "")
            found.setdefault((*map(str, key), one.lesson, one.word, one.status), one)
    return tuple(found.values())


def _told(text: str, words: Words) -> Iterator[Pasted]:
    event = _DESCRIBED.search(text) or _LISTED.search(text) or _OTHERWISE.search(text)
    if event is not None:
        yield Pasted(_event(event, text))
        return
    field = _MESSAGE.search(text)
    message = (field[2] or field[3]).replace('\\"', '"') if field is not None else text
    found = _message(message, words)
    if found is not None:
        known, message = found
        facts = _named(text) | decoded("notice", message)
        if known.event:
            facts["notice.reason"] = known.event
        yield Pasted(facts, known.lesson, known.word)
        return
    if _NODE.search(text):
        yield Pasted({}, word="node-not-ready")
        return
    row = _ROW.search(text)
    for status in [row["status"]] if row is not None else _REASON.findall(text):
        yield Pasted(_named(text), status=status)


def _event(match: re.Match[str], text: str) -> Facts:
    parts = match.groupdict()
    facts = _named(text) | {
        **decoded("notice", parts["text"]),
        "notice.type": parts["type"],
        "notice.reason": parts["reason"],
        "object.kind": "Pod",
    }
    if parts.get("from"):
        reporter, _, node = parts["from"].partition(", ")
        facts["notice.reporter"] = reporter
        if node:
            facts["pod.node"] = node
    elif parts.get("kind") in {"pod", "pods"}:
        facts["pod.name"] = parts["name"]
    elif "kind" in parts:
        facts |= {"object.kind": parts["kind"], "object.name": parts["name"]}
    if "container.name" in facts:
        facts["notice.container"] = facts["container.name"]
    return facts


def _message(text: str, words: Words) -> tuple[Message, str] | None:
    """A message that stands in a text, with what is known of it."""
    for message in words.messages:
        match = _texts(message.texts).search(text)
        if match is not None:
            return message, match[0].partition('\\""')[0].strip()  # where klog ends a quotation
    return None


@cache
def _texts(texts: tuple[str, ...]) -> re.Pattern[str]:
    """What finds one of the texts, wherever it begins; a `*` at its beginning is one word."""
    parts = (re.sub(r"^\\\*", r"\\S+", re.escape(text)).replace(r"\*", ".*") for text in texts)
    return re.compile("|".join(f"(?:{part})" for part in parts), re.IGNORECASE)


def _named(text: str) -> Facts:
    """The names that stand in a text."""
    facts: Facts = {}
    for place in _PLACES:
        match = place.search(text)
        for name, value in match.groupdict().items() if match is not None else ():
            facts.setdefault(_NAMES[name], value)
    return facts


# ── what was not meant to be pasted ──


def described(text: str) -> tuple[str, str] | None:
    """Name and namespace in what `kubectl describe` printed of a Pod; None for another text."""
    if len(set(_DESCRIBE.findall(text))) < 4:
        return None
    values = dict(re.findall(r"(?<!\S)(Name|Namespace): +(\S+)", text)[::-1])
    return values.get("Name", ""), values.get("Namespace", "")


def is_manifest(text: str) -> bool:
    """Whether it is an object as YAML."""
    return len({match.partition(":")[0] for match in _MANIFEST.findall(text)}) >= 3
