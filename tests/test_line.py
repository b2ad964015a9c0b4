"""Options and words of the command line in any order, and which command is meant."""

import pytest

from podwatch.cli.app import app
from podwatch.cli.line import arranged, normal, pending
from podwatch.errors import PodwatchError
from tests.cases import cases
from tests.command import called, run

COMMANDS = ("ns", "watch", "explain")
TAKES = {"-n": True, "--namespace": True, "--context": True, "-A": False, "-l": True}


@cases(
    "line meant",
    {
        "nothing": ("", ""),
        "as it is": ("ns shop -A", "ns shop -A"),
        "an option before": ("-n shop ns", "ns -n shop"),
        "one with its value in it": ("--context=x ns", "ns --context=x"),
        "a short one with its value": ("-nshop ns", "ns -nshop"),
        "flags and a value together": ("-Al app=web ns", "ns -Al app=web"),
        "a flag before": ("-A ns", "ns -A"),
        "before and after": ("--context x ns shop -A", "ns --context x shop -A"),
        "a target": ("deploy/web", "watch deploy/web"),
        "a target behind options": ("-n shop deploy/web", "watch -n shop deploy/web"),
        "a kind and a name": ("deploy web", "watch deploy web"),
        "options alone": ("-n shop", "watch -n shop"),
        "a value like a command": ("-n ns deploy/web", "watch -n ns deploy/web"),
        "help": ("--help", "--help"),
        "help of a command": ("--help ns", "ns --help"),
        "help among options": ("-n shop -h", "-h"),
        "an option that is unknown": ("--odd ns", "ns --odd"),
        "what is no option": ("explain -- -x", "explain -- -x"),
        "the same context twice": ("--context x ns --context x", "ns --context x --context x"),
    },
)
def test_it_is_meant(line: str, meant: str) -> None:
    assert arranged(line.split(), COMMANDS, TAKES) == meant.split()


@cases(
    "line said",
    {
        "a typo": ("explian pod/x", 'no command "explian"'),
        "a name": ("web", '"web" is neither a command nor a target'),
        "a value of no option": ("--contxt x", "no option --contxt"),
        "two contexts": ("--context a ns --context b", "two contexts"),
        "two contexts in other words": ("--context a --context=b ns", "two contexts"),
    },
)
def test_it_is_refused(line: str, said: str) -> None:
    with pytest.raises(PodwatchError, match=said):
        arranged(line.split(), COMMANDS, TAKES)


@cases(
    "line kept",
    {
        "a flag": ("ns -A --context true", "ns -A --context true"),
        "a value": ("ns --context=true -n=shop", "ns --context true -n shop"),
        "a value with more": ("-n=a=b ns -nshop", "-n a=b ns -nshop"),
        "true": ("ns -A=true -A=1", "ns -A -A"),
        "false": ("-A=False ns shop", "ns shop"),
        "neither": ("ns -A=maybe", "ns -A=maybe"),
        "no option": ("ns -- -A=true", "ns -- -A=true"),
    },
)
def test_values_may_be_written_as_for_kubectl(line: str, kept: str) -> None:
    assert normal(line.split(), TAKES) == kept.split()


@cases(
    "line option",
    {
        "nothing": ("", ""),
        "a value is to come": ("ns --context", "--context"),
        "a short one": ("-Al", "-l"),
        "a flag": ("ns -A", ""),
        "the value is there": ("ns --context x", ""),
        "in it": ("ns --context=", ""),
        "a word": ("ns", ""),
    },
)
def test_an_option_waits_for_its_value(line: str, option: str) -> None:
    assert pending(line.split(), TAKES) == option


@cases(
    "arguments code said",
    {
        "a typo of a command": (["exepct", "deployment/web"], 2, 'did you mean "expect"?'),
        "a name alone": (["web"], 2, "podwatch deploy/web"),
        "a kind alone": (["deploy"], 2, "write deploy/NAME"),
        "a kind without Pods": (["svc/web"], 2, "can't watch"),
        "a target everywhere": (["-A", "deploy/web"], 2, "leave out -A"),
        "another output": (["ns", "-o", "wide"], 2, "kubectl get -o wide"),
        "an odd option": (["watch", "--no-headers"], 2, "podwatch watch --help"),
        "an option that acts": (["ns", "--\x1b[31m\u202e"], 2, "--\\x1b[31m\\u202e"),
        "a command that acts": (["\x1b[31m\u202e"], 2, "␛[31m\\u202e"),
        "a number that is too small": (["expect", "pod/x", "--max-restarts", "-1"], 2, "--max-re"),
        "two contexts": (["ns", "--context", "a", "--context", "b"], 2, "one cluster"),
        "a shell": (["completion", "tcsh"], 2, "bash, zsh, fish"),
        "help about nothing": (["help", "exepct"], 2, 'did you mean "expect"?'),
        "options before the command": (["--kubeconfig", "/none", "ns"], 5, "/none"),
        "a target": (["--kubeconfig", "/none", "deploy/web"], 5, "/none"),
    },
)
def test_it_is_said(arguments: list[str], code: int, said: str) -> None:
    done = called(*arguments)
    assert said in done.stderr
    assert (done.returncode, done.stdout) == (code, "")
    assert "Value error" not in done.stderr


def test_an_option_has_a_value_in_all_commands_or_in_none() -> None:
    import typer
    from typer.core import TyperOption

    program = typer.main.get_command(app)
    takes: dict[str, set[bool]] = {}
    for command in program.commands.values():  # type: ignore[attr-defined]
        for param in command.params:
            for name in param.opts if isinstance(param, TyperOption) else ():
                takes.setdefault(name, set()).add(param.is_flag or param.count)
    assert [name for name, both in takes.items() if len(both) > 1] == []


@pytest.mark.parametrize("name", ["", *(info.name or "" for info in app.registered_commands)])
def test_help_is_short_and_has_no_words_of_python(name: str) -> None:
    said = called(*name.split(), "--help").stdout
    assert max(map(len, said.splitlines())) <= 80
    for odd in ("]...]", "<list", "<str", "[]"):
        assert odd not in said
    assert called("help", *name.split()).stdout == said
    assert ("Examples:" in said) is (name not in {"help", "version"})


def test_help_fits_a_narrow_terminal() -> None:
    for command in ("", "expect"):
        said = run(*command.split(), "--help", COLUMNS="60").stdout
        assert max(map(len, said.splitlines())) <= 60
    assert "  podwatch expect deploy/web job/import\n      ready; the Job: succeeded\n" in said


def test_version_is_a_command_too() -> None:
    assert called("version").stdout == called("--version").stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell", "pwsh"])
def test_the_script_of_each_shell_is_printed(shell: str) -> None:
    assert "__complete" in called("completion", shell).stdout
