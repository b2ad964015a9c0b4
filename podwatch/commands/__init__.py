"""One module a command: options become objects, something runs, an exit code comes back."""

from enum import StrEnum


class Output(StrEnum):
    """What `-o` can name."""

    DASHBOARD = "dashboard"
    LINES = "lines"
    JSON = "json"


class Form(StrEnum):
    """What `-o` can name where a page is printed and nothing is watched."""

    TEXT = "text"
    JSON = "json"
