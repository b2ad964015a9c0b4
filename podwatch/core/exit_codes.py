"""What an exit code says by convention: of a shell, of a signal, of Windows.

Responsible for the numbers and a few words for each; a code proves nothing, as a program can end
with any. Sentences about single codes are entries of concepts/exit-codes.toml.
"""

_SIGNALS = tuple(
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT "  # noqa: SIM905
    "CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS".split()
)
"""Linux's, from 1 on: the containers run there, wherever podwatch does."""

_ENDS_NOTHING = frozenset({"CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "WINCH"})
"""What a program stops for or ignores where it does not handle it: signal(7)."""

_OF_SIGNALS = {
    "SIGILL": "an illegal instruction",
    "SIGABRT": "it aborted itself",
    "SIGBUS": "invalid memory access",
    "SIGFPE": "an arithmetic error",
    "SIGSEGV": "invalid memory access",
    "SIGPIPE": "nobody reads what it writes",
    "SIGSYS": "a forbidden system call",
}
"""What a program has done to get such a signal; the others are sent by somebody."""

_OF_SHELLS = {126: "the command may not be executed", 127: "the command was not found"}

WINDOWS = {
    0x40000015: ("STATUS_FATAL_APP_EXIT", "it aborted itself"),
    0x40010004: ("DBG_TERMINATE_PROCESS", "Windows shuts down"),
    0x80000003: ("STATUS_BREAKPOINT", "a breakpoint"),
    0x80131506: ("COR_E_EXECUTIONENGINE", "an error of .NET itself"),
    0x80131623: ("COR_E_FAILFAST", "it aborted itself"),
    0xC0000005: ("STATUS_ACCESS_VIOLATION", "invalid memory access"),
    0xC0000006: ("STATUS_IN_PAGE_ERROR", "a disk read failed"),
    0xC0000008: ("STATUS_INVALID_HANDLE", "an invalid handle"),
    0xC0000017: ("STATUS_NO_MEMORY", "out of memory"),
    0xC000001D: ("STATUS_ILLEGAL_INSTRUCTION", "an illegal instruction"),
    0xC0000022: ("STATUS_ACCESS_DENIED", "access denied"),
    0xC000007B: ("STATUS_INVALID_IMAGE_FORMAT", "wrong architecture"),
    0xC0000094: ("STATUS_INTEGER_DIVIDE_BY_ZERO", "a division by 0"),
    0xC000009A: ("STATUS_INSUFFICIENT_RESOURCES", "out of resources"),
    0xC00000FD: ("STATUS_STACK_OVERFLOW", "stack overflow"),
    0xC000012D: ("STATUS_COMMITMENT_LIMIT", "out of memory"),
    0xC0000135: ("STATUS_DLL_NOT_FOUND", "a DLL was not found"),
    0xC0000138: ("STATUS_ORDINAL_NOT_FOUND", "a DLL lacks a function"),
    0xC0000139: ("STATUS_ENTRYPOINT_NOT_FOUND", "a DLL lacks a function"),
    0xC000013A: ("STATUS_CONTROL_C_EXIT", "stopped as by Ctrl-C"),
    0xC0000142: ("STATUS_DLL_INIT_FAILED", "a DLL failed to start"),
    0xC000026B: ("STATUS_DLL_INIT_FAILED_LOGOFF", "Windows shuts down"),
    0xC0000374: ("STATUS_HEAP_CORRUPTION", "corrupted memory"),
    0xC0000409: ("STATUS_STACK_BUFFER_OVERRUN", "stack overrun, or abort"),
    0xC0000417: ("STATUS_INVALID_CRUNTIME_PARAMETER", "invalid argument"),
    0xC0000420: ("STATUS_ASSERTION_FAILURE", "a failed assertion"),
    0xC06D007E: ("VCPP_EXCEPTION(ERROR_MOD_NOT_FOUND)", "a DLL was not found"),
    0x80004005: ("E_FAIL", "an unspecified error"),
    0x80070001: ("ERROR_INVALID_FUNCTION", "an invalid function"),
    0x80070002: ("ERROR_FILE_NOT_FOUND", "a file was not found"),
    0x80070003: ("ERROR_PATH_NOT_FOUND", "a path was not found"),
    0x80070005: ("E_ACCESSDENIED", "access denied"),
    0x8007000E: ("E_OUTOFMEMORY", "out of memory"),
    0x800705B4: ("ERROR_TIMEOUT", "a time-out"),
    0xE0434352: ("CLR exception", "a .NET exception"),
    0xE06D7363: ("C++ exception", "a C++ exception"),
}
"""What Windows ends a program with, as (name, few words).

Source: learn.microsoft.com, [MS-ERREF] 2.3.1 "NTSTATUS Values" and 2.1.1 "HRESULT Values",
and of the last ones what the runtimes of .NET and C++ raise.
"""


def signal_name(number: int) -> str:
    """The name of the signal with this number, SIGTERM for 15; empty if there is none."""
    return f"SIG{_SIGNALS[number - 1]}" if 0 < number <= len(_SIGNALS) else ""


def ending_signal(code: int) -> str:
    """The name of the signal that an exit code stands for; empty where no signal ends so."""
    name = signal_name(code - 128)
    return "" if name.removeprefix("SIG") in _ENDS_NOTHING else name


def unsigned(code: int) -> int:
    """A code of Windows as it is looked up: kubectl shows 0xC0000005 as -1073741819."""
    return code + (1 << 32) if -(1 << 31) <= code < 0 else code


def exit_means(code: int) -> str:
    """What an exit code stands for by convention, in a few words: `SIGSEGV, invalid memory access`.

    To stand in brackets or after a colon; empty where the program alone knows.
    """
    if name := ending_signal(code):
        return f"{name}, {_OF_SIGNALS[name]}" if name in _OF_SIGNALS else name
    if (known := WINDOWS.get(unsigned(code))) is not None:
        return f"0x{unsigned(code):X}, {known[1]}"
    if 0xC0000000 <= unsigned(code) < 0xD0000000 or 0x80000000 <= unsigned(code) < 0x80FFFFFF:
        return f"0x{unsigned(code):X}, an error of Windows"
    return _OF_SHELLS.get(code, "")
