"""What a shell asks when somebody presses Tab, and what it is told.

Responsible for the protocol, which is Cobra's: the words come as arguments, the last one is what is
typed so far; a line is a candidate, a tab and what it is, the last one says what the shell shall
do. So kubectl can ask for its plugin, too. Which names there are is `podwatch.cli.completion`'s
business. Source: https://github.com/spf13/cobra/blob/v1.9.1/completions.go and
https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/kubectl/pkg/cmd/plugin/plugin_completion.go
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from typer.core import TyperOption

from podwatch.cli.line import WATCH, arranged, parts, pending
from podwatch.errors import PodwatchError
from podwatch.renderers.sanitize import visible

if TYPE_CHECKING:
    from podwatch.cli.program import Program

FILES = 0
"""The shell may offer files."""
NO_SPACE = 2
"""More is to be typed: no space follows."""
NO_FILES = 4
QUOTED = "PODWATCH_COMPLETES_QUOTED"
"""Set where the words come as they were typed, with their quotation marks: by bash."""


class Offer(NamedTuple):
    """What can be typed, and what it is."""

    value: str
    what: str = ""


def answer(program: "Program", words: Sequence[str]) -> int:
    """Print what a shell is told; the exit code."""
    if os.environ.get(QUOTED):
        words = [_unquoted(word) for word in words]
    found, directive = candidates(program, words or [""])
    lines = [f"{one.value}\t{one.what}" if one.what else one.value for one in found]
    sys.stdout.write("\n".join([*lines, f":{directive}"]) + "\n")
    sys.stdout.flush()
    return 0


def candidates(program: "Program", words: Sequence[str]) -> tuple[list[Offer], int]:
    """What can stand in place of the last word, and what the shell shall do."""
    *before, typed = words
    try:
        found, directive = _candidates(program, before, typed)
    except PodwatchError:  # nothing fits there; the command says why
        return [], NO_FILES
    known = dict.fromkeys(found)
    harmless = [one for one in known if one.value == visible(one.value)]  # a line each, typed as is
    if harmless and all(one.value[-1:] in {"/", "="} for one in harmless):
        directive |= NO_SPACE
    return [Offer(one.value, visible(one.what)) for one in harmless], directive


def _candidates(program: "Program", before: list[str], typed: str) -> tuple[list[Offer], int]:
    waits = pending(before, program.takes)
    given = before[:-1] if waits else before
    alone = all(part.option for part in parts(given, program.takes))
    name, *rest = [WATCH, *given] if alone else arranged(given, program.commands, program.takes)
    command = program.commands[name]
    ctx = command.make_context(name, rest, resilient_parsing=True)
    options = {opt: param for param in command.params for opt in param.opts if _is_option(param)}
    option, equals, value = typed.partition("=")
    if waits:
        return _values(options.get(waits), ctx, typed)
    if "--" not in given and typed.startswith("-") and typed != "-":
        if equals:
            return _values(options.get(option), ctx, value)
        own = program.params if alone else []
        return [*_options([*command.params, *own], ctx, typed)], NO_FILES
    found, directive = _values(_argument(command.params, ctx), ctx, typed)
    if alone:
        found = [*_commands(program, typed), *found]
    return found, directive


def _values(param: Any, ctx: Any, typed: str) -> tuple[list[Offer], int]:
    """What can be the value of an option or an argument."""
    if param is None:
        return [], NO_FILES
    if "FILE" in (param.metavar or ""):
        return [], FILES
    items = param.shell_complete(ctx, typed)
    fits = (Offer(str(item.value), item.help or "") for item in items)
    return [one for one in fits if one.value.startswith(typed)], NO_FILES


def _options(params: Iterable[Any], ctx: Any, typed: str) -> Iterator[Offer]:
    """The options that can follow; one that has one value is not offered again."""
    for param in params:
        again = getattr(param, "multiple", False) or not _is_given(param, ctx)
        if _is_option(param) and not param.hidden and again:
            longest = max(param.opts, key=len)
            fits = next((opt for opt in (longest, *param.opts) if opt.startswith(typed)), None)
            if fits:
                yield Offer(fits, (param.help or "").partition(". ")[0])
    if "--help".startswith(typed):
        yield Offer("--help", "Show this message and exit.")


def _commands(program: "Program", typed: str) -> Iterator[Offer]:
    for name, command in program.commands.items():
        if name.startswith(typed) and not command.hidden:
            yield Offer(name, command.get_short_help_str(80))


def _argument(params: Iterable[Any], ctx: Any) -> Any:
    """The argument that comes next."""
    for param in params:
        if not _is_option(param) and (param.nargs != 1 or not _is_given(param, ctx)):
            return param
    return None


def _is_given(param: Any, ctx: Any) -> bool:
    source = ctx.get_parameter_source(param.name)
    return source is not None and source.name == "COMMANDLINE"


def _is_option(param: Any) -> bool:
    return isinstance(param, TyperOption)


def _unquoted(word: str) -> str:
    """A word as the shell would take it, but for what would run something; `~/` is the home."""
    import shlex

    lexer = shlex.shlex(word, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        made = " ".join(lexer)
    except ValueError:  # it is not closed yet
        made = lexer.token
    name, equals, value = made.partition("=")
    if equals and name.startswith("-") and word == made:
        return f"{name}={os.path.expanduser(value)}"
    return os.path.expanduser(made) if word.startswith("~/") else made
