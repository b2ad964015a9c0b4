"""How long something takes, in words, and such words read.

Responsible for every form in which podwatch writes a duration. How a point in time is written
(a clock, `+12.3 s`) is the renderers' business.
"""

import re
from datetime import timedelta

LONGEST = 1000 * 86_400
"""The longest duration that can be asked for, in seconds: a date so far away still is one."""
_HOW = "write 90s, 5m or 1h30m"


def parsed(text: str) -> float:
    """The seconds in `90s`, `5m`, `1h30m` or a plain number of seconds.

    ValueError, whose text is for the user, for anything else.
    """
    written = text.strip()
    if re.fullmatch(r"\d+(\.\d+)?", written):
        written += "s"
    parts = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?", written)
    if parts is None or not written:
        raise ValueError(f'"{text}" is not a duration: {_HOW}')
    hours, minutes, seconds = (float(part or 0) for part in parts.groups())
    total = hours * 3600 + minutes * 60 + seconds
    if not total:
        raise ValueError(f'"{text}" is not longer than zero: {_HOW}')
    if total > LONGEST:
        raise ValueError(f'"{text}" is longer than {LONGEST // 86_400} days')
    return total


def human_duration(seconds: float) -> str:
    """A duration in kubectl's short form: `90s`, `5m30s`, `3h`, `2d`, `<invalid>` if negative.

    Two clocks rarely agree: less than two seconds in the future is `0s`. Source: `HumanDuration`,
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go
    """
    whole = int(seconds)
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if whole < -1:
        return "<invalid>"
    if whole < 0:
        return "0s"
    if whole < 120:
        return f"{whole}s"
    if minutes < 10:
        return _two(minutes, "m", whole % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return _two(days, "d", hours % 24, "h")
    if days < 2 * 365:
        return f"{days}d"
    if days < 8 * 365:
        return _two(days // 365, "y", days % 365, "d")
    return f"{days // 365}y"


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large}{large_unit}{small}{small_unit}" if small else f"{large}{large_unit}"


def approximate(duration: timedelta) -> str:
    """A duration as people say it, in one unit: `23 s`, `4 min`, `2 h`."""
    seconds = max(int(duration.total_seconds()), 0)
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"


def minutes_and_seconds(seconds: float) -> str:
    """`59 s`, `1 min 5 s`: whole seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def tenths(seconds: float) -> str:
    """`1.4 s`, `119.9 s`, `2 min 5 s`: a tenth of a second matters below two minutes."""
    return f"{seconds:.1f} s" if seconds < 120 else minutes_and_seconds(seconds)


def measured(seconds: float, *, whole: bool) -> str:
    """`0.43 s`, `1.4 s`, `23 s`, `5m30s`: no more digits than are known.

    `whole`: only whole seconds are.
    """
    if seconds >= 120:
        return human_duration(seconds)
    return f"{seconds:.{0 if whole else 1 if seconds >= 1 else 2}f} s"


def in_seconds(duration: timedelta) -> str:
    """`300 s`: seconds however many, as the kubelet's own messages count its back-off."""
    return f"{int(duration.total_seconds())} s"


def so_far(time: timedelta) -> str:
    """How long something takes by now, in brackets; empty if it has just begun."""
    return f" ({approximate(time)} so far)" if time >= timedelta(seconds=1) else ""
