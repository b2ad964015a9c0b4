"""One module a command: options become objects, something runs, an exit code comes back."""

from enum import StrEnum


class Output(StrEnum):
    """What `-o` can name."""

    DASHBOARD = "dashboard"
    LINES = "lines"
    JSON = "json"


class Report(StrEnum):
    """What `-o` of `podwatch expect` can name."""

    TEXT = "text"
    JSON = "json"
