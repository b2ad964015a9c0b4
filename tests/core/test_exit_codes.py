"""What exit codes stand for by convention, in a few words."""

from podwatch.core.exit_codes import exit_means
from tests.cases import cases


@cases(
    "code words",
    {
        "a signal that somebody sends": (143, "SIGTERM"),
        "a signal for what the program did": (139, "SIGSEGV, invalid memory access"),
        "a shell that may not execute": (126, "the command may not be executed"),
        "a shell that finds no command": (127, "the command was not found"),
        "Windows": (3221225477, "0xC0000005, invalid memory access"),
        "Windows, signed": (-1073741819, "0xC0000005, invalid memory access"),
        "Ctrl-C on Windows": (-1073741510, "0xC000013A, stopped as by Ctrl-C"),
        "an error of Windows without a name": (-1073741000, "0xC0000338, an error of Windows"),
        "success": (0, ""),
        "a program's own": (1, ""),
        "beyond the signals": (255, ""),
        "128": (128, ""),
        "not known to the runtime": (-1, ""),
    },
)
def test_an_exit_code_stands_for_something_only_by_convention(code: int, words: str) -> None:
    assert exit_means(code) == words
