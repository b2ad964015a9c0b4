"""Where options and words stand on the command line: anywhere, as for kubectl.

Responsible for which command is meant, by name or as what watches targets, and for its options
coming behind it. What they mean is each command's own business.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from podwatch.errors import PodwatchError, close_match

WATCH = "watch"
"""What is meant where targets are named and no command."""
HELP = ("-h", "--help")
_OF_THE_PROGRAM = (*HELP, "--version")


class Piece(NamedTuple):
    """One argument: an option with the value that follows it or stands in it, or else a word."""

    at: int
    option: str = ""
    value: str | None = None


def parts(arguments: Sequence[str], takes: Mapping[str, bool]) -> Iterator[Piece]:
    """The parts of a command line. `takes`: the options that are known; whether they have a value.

    The value is None where the option has none, or where the line ends before it.
    """
    at = 0
    while at < len(arguments):
        text = arguments[at]
        name, equals, inside = text.partition("=")
        if text == "--":
            yield from (Piece(index) for index in range(at + 1, len(arguments)))
            return
        if not text.startswith("-") or text == "-":
            yield Piece(at)
        elif equals or takes.get(text) is False:
            yield Piece(at, name, inside if equals else None)
        else:
            name, inside = _last_of(text, takes)
            follows = bool(takes.get(name)) and not inside
            value = arguments[at + 1] if follows and at + 1 < len(arguments) else None
            yield Piece(at, name, inside or value)
            at += follows
        at += 1


def _last_of(text: str, takes: Mapping[str, bool]) -> tuple[str, str]:
    """The option of `-Al` or `-nshop` that can have a value, and the value that stands in it."""
    if not text.startswith("--"):
        for index, letter in enumerate(text[1:], 2):
            if takes.get(f"-{letter}"):
                return f"-{letter}", text[index:]
    return text, ""


def pending(arguments: Sequence[str], takes: Mapping[str, bool]) -> str:
    """The option at the end of the line whose value comes next; empty if there is none."""
    *_, last = parts(arguments, takes) if arguments else [None]
    if last is None or last.value is not None or last.at != len(arguments) - 1:
        return ""
    return last.option if takes.get(last.option) else ""


_BOOLEANS = dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True) | dict.fromkeys(
    ("0", "f", "F", "false", "FALSE", "False"), False
)
"""Source: ParseBool, https://pkg.go.dev/strconv#ParseBool"""


def normal(arguments: Sequence[str], takes: Mapping[str, bool]) -> list[str]:
    """The arguments as Click knows them, of what kubectl takes, too.

    `--flag=true` is `--flag`, `--flag=false` is nothing, `-n=shop` is `-n shop`.
    """
    kept = list(arguments)
    for option, at, value in reversed([(p.option, p.at, p.value) for p in parts(arguments, takes)]):
        if takes.get(option) is False and value in _BOOLEANS:
            kept[at : at + 1] = [option] if _BOOLEANS[value] else []
        elif takes.get(option) and value is not None and kept[at] == f"{option}={value}":
            kept[at : at + 1] = [option, value]
    return kept


def arranged(
    arguments: Sequence[str], commands: Collection[str], takes: Mapping[str, bool]
) -> list[str]:
    """The arguments with the command first; PodwatchError where none can be meant.

    Nothing stays nothing, and what is asked of the program itself comes alone.
    """
    read = list(parts(arguments, takes))
    _refuse_two_contexts(read)
    word = next((part for part in read if not part.option), None)
    if word is None:
        asked = next((part.option for part in read if part.option in _OF_THE_PROGRAM), None)
        return [asked] if asked else [WATCH, *arguments] if arguments else []
    text, before = arguments[word.at], arguments[: word.at]
    if text in commands and "--" not in before:
        return [text, *before, *arguments[word.at + 1 :]]
    if not _names_objects(text):
        for option in (part.option for part in read if part.at < word.at):
            if option.startswith("--") and option not in takes:  # whose value it may be, a secret
                hint = f"{close_match(option, takes)}podwatch --help names the commands"
                raise PodwatchError(f"there is no option {option}", hint)
        raise _unknown(text, commands)
    return [WATCH, *arguments]


def _names_objects(text: str) -> bool:
    """Whether it is a target, or the kind of one."""
    if "/" in text or text == "-":
        return True
    from podwatch.core.expectations.arguments import kinds

    return bool(kinds(text))


def _unknown(text: str, commands: Collection[str]) -> PodwatchError:
    if meant := close_match(text, commands):
        return PodwatchError(f'there is no command "{text}"', f"{meant}podwatch --help names all")
    return PodwatchError(
        f'"{text}" is neither a command nor a target',
        "a target is written KIND/NAME: podwatch deploy/web; "
        "for a namespace: podwatch ns NAME, for a Pod: podwatch pod NAME",
    )


def _refuse_two_contexts(read: Iterable[Piece]) -> None:
    """Of other options the last one wins, as for kubectl; here it would be the wrong cluster."""
    named = {part.value for part in read if part.option == "--context" and part.value}
    if len(named) > 1:
        raise PodwatchError(
            f"two contexts are named: {' and '.join(sorted(named))}",
            "podwatch asks one cluster: name one --context, and start it once for each",
        )
