"""What a person means by a term: a lesson, a reason, a STATUS text, an exit code, a signal.

Responsible for terms that are made of others (`Init:CrashLoopBackOff`) or of numbers, and for
what was probably meant by a typo. What a plain term means is in the catalogue's files.
"""

import difflib
import re

import msgspec

from podwatch.core.concepts.catalog import Catalog
from podwatch.core.concepts.concept import Concept, Entry
from podwatch.core.concepts.words import Headword
from podwatch.core.exit_codes import WINDOWS, ending_signal, signal_name, unsigned

_KIND_WORDS = {
    "status": "a STATUS text",
    "reason": "a reason",
    "condition": "a condition",
    "phase": "a phase",
    "event": "an Event's reason",
    "signal": "a signal",
    "exit-code": "an exit code",
}
_STATUS = (
    "STATUS is no field of the Pod: the API server computes it for display, from the Pod's "
    "deletion, the states of its containers and its own reason, and shows the phase where "
    "nothing else is to be said."
)


class Meaning(msgspec.Struct, frozen=True):
    """One meaning of a term: what it is ("an exit code"), a sentence, where to read more.

    Without `text` the concept itself is meant. `word`: a word of the subject, whose `concept`, if
    there is one, only tells more.
    """

    term: str
    what: str
    text: str
    concept: Concept | None
    word: Headword | None = None

    @property
    def id(self) -> str:
        """The id of the word or of the lesson."""
        if self.word is not None:
            return self.word.id
        return self.concept.id if self.concept is not None else ""


def meanings(catalog: Catalog, term: str) -> tuple[Meaning, ...]:
    """What a term means, the likeliest meaning first; nothing if it is not known.

    Texts that are made of parts are taken apart: `Init:ExitCode:3` has three meanings.
    """
    term = term.strip()
    known = _composed(catalog, term) or _plain(catalog, term)
    if any(meaning.what == _KIND_WORDS["status"] or _in_status(meaning) for meaning in known):
        known += (Meaning("STATUS", "a column of kubectl", _STATUS, known[0].concept),)
    return known


def _plain(catalog: Catalog, term: str) -> tuple[Meaning, ...]:
    known = of_exit_code(catalog, term)
    if not known and (pair := catalog.look_up(term)) is not None:
        known = _known(catalog, term, *pair)
    if signal := of_signal(catalog, term):
        known += signal if signal[0].text not in {meaning.text for meaning in known} else ()
    return known


def close_matches(catalog: Catalog, term: str) -> list[str]:
    """Up to three terms that were probably meant."""
    known = {one.casefold(): one for one in reversed(catalog.terms()) if not one.endswith("*")}
    close = difflib.get_close_matches(term.strip().casefold(), known, n=3, cutoff=0.6)
    return [known[one] for one in close]


def _known(
    catalog: Catalog, term: str, concept: Concept, entry: Entry | None
) -> tuple[Meaning, ...]:
    """The catalogue's answer, with the other entries that are written the same."""
    if entry is None:
        return (Meaning(term, "a lesson of podwatch", "", concept),)
    alike = [pair for pair in catalog.entries if pair[1].term.casefold() == entry.term.casefold()]
    alike.sort(key=lambda pair: pair[1] is not entry)
    return tuple(of_entry(term, *pair) for pair in alike)


def _in_status(meaning: Meaning) -> bool:
    """Whether STATUS can show it: the reason why a container waits, or with which it ended."""
    return meaning.concept is not None and any(
        {"waiting", "terminated"} & set(when.values_of("transition.after"))
        and meaning.term in when.values_of("transition.reason")
        for when in meaning.concept.when
    )


def of_entry(term: str, concept: Concept, entry: Entry) -> Meaning:
    """What an entry says of a term."""
    shown = term if entry.term.endswith("*") else entry.term
    return Meaning(shown, _KIND_WORDS[entry.kind], entry.text, concept)


# ── texts that are made of parts ──


def _composed(catalog: Catalog, term: str) -> tuple[Meaning, ...]:
    """The meanings of STATUS texts with a colon in them."""
    kind, colon, rest = term.partition(":")
    rest = rest.strip()
    match kind.casefold() if colon else "":
        case "init":
            return _init(catalog, term, rest)
        case "exitcode":
            inner = of_exit_code(catalog, rest)
        case "signal":
            inner = of_signal(catalog, rest)
        case _:
            return ()
    whole = catalog.look_up(f"{kind}:{rest}")
    if not inner or whole is None or whole[1] is None:
        return ()
    return (*_known(catalog, term, *whole), *inner)


def _init(catalog: Catalog, term: str, rest: str) -> tuple[Meaning, ...]:
    whole = catalog.entry("Init:0/1", ("status",))
    counted = re.fullmatch(r"(\d+)/(\d+)", rest)
    inner = () if counted else _composed(catalog, rest) or _plain(catalog, rest)
    if whole is None or not (counted or inner):
        return ()
    text = (
        f"{counted[1]} of the Pod's {counted[2]} init containers are done, or started if they are "
        "sidecars. One follows the other, and the app containers start after the last one."
        if counted
        else "an init container or a sidecar is in trouble. While the Pod starts, its app "
        "containers wait for it; a sidecar that fails later does not stop them. What follows the "
        f"colon is about this container: {rest}."
    )
    return Meaning(term, _KIND_WORDS["status"], text, whole[0]), *inner


# ── numbers and signals ──


def of_exit_code(catalog: Catalog, term: str) -> tuple[Meaning, ...]:
    """What a number means as an exit code: 137, -1073741510, 0xC0000005."""
    code, known = _number(term), catalog.look_up("137")
    if code is None or known is None:
        return ()
    if own := catalog.entry(str(code), ("exit-code",)):
        return (of_entry(str(code), *own),)
    bits = unsigned(code)
    if 0 <= code <= 255:
        text = _of_linux(code)
    elif (windows := WINDOWS.get(bits)) is not None:
        text = (
            f"on Windows {windows[0]} (0x{bits:08X}, {bits}; as a signed number "
            f"{bits - (1 << 32) if bits >= 1 << 31 else bits}): {windows[1]}."
        )
    elif 0xC0000000 <= bits < 0xD0000000:
        text = f"on Windows the error 0x{bits:08X}, which ended the program: an NTSTATUS value."
    elif 0 <= bits < 1 << 32:
        text = (
            f"no exit code of a program on Linux: they go from 0 to 255. On Windows (0x{bits:08X})"
            " what it means is up to the program."
        )
    else:
        text = "no exit code of any program: on Linux they go from 0 to 255, on Windows to 2³²-1."
    return (Meaning(str(code), _KIND_WORDS["exit-code"], text, known[0]),)


def _of_linux(code: int) -> str:
    if signal := ending_signal(code):
        return (
            f"by convention: the signal {signal} (number {code - 128}) ended the program. The "
            "number alone does not prove it, because a program can choose to end with it."
        )
    return (
        "what it means is up to the program: look into its manual and its output. It "
        "only says that the program did not end well."
    )


def of_signal(catalog: Catalog, term: str) -> tuple[Meaning, ...]:
    """A signal by its number or its name, with or without SIG."""
    number, known = _number(term), catalog.look_up("SIGTERM")
    if number is None:
        wanted = "SIG" + term.upper().removeprefix("SIG")
        number = next((n for n in range(1, 32) if signal_name(n) == wanted), 0)
    name = signal_name(number)
    if not name or known is None:
        return ()
    if own := catalog.entry(name, ("signal",)):
        return (of_entry(name, *own),)
    text = f"number {number}; it ends no program by itself."
    if ending_signal(128 + number):
        text = f"number {number}; as an exit code it is, by convention, {128 + number}."
    return (Meaning(name, _KIND_WORDS["signal"], text, known[0]),)


def _number(term: str) -> int | None:
    """An exit code as people write it: 137, -1073741510, 0xC0000005."""
    if re.fullmatch(r"-?[0-9]{1,10}", term, re.ASCII):
        return int(term)
    return int(term, 16) if re.fullmatch(r"0x[0-9a-f]{1,8}", term, re.ASCII | re.I) else None
