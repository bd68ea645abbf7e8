"""Lines as a shell reads them: every word quoted, POSIX or PowerShell, and names that no shell can take for more."""

import re
import shlex
from collections.abc import Sequence

Flag = tuple[str, object]
"""A flag and its value; None where it takes none."""

PLAIN_WORD = re.compile(r"[A-Za-z0-9_./:=+-]+")
"""What PowerShell takes as it stands: a comma would make a list of it."""


def safe_name(text: str) -> str:
    """A file, folder or repository name out of one that may come from anybody: letters, digits and . _ + - / only,
    and never at its start what a program would take for a flag."""
    return re.sub(r"[^A-Za-z0-9._+/-]+", "-", text).lstrip("-.") or "model"


def lines(
    program: str, flags: Sequence[Flag], environment: Sequence[tuple[str, object]] = (), windows: bool = False
) -> tuple[str, ...]:
    """One flag a line, with the continuation mark of the shell that will read it."""
    said = [program, *("  " + _flag(name, value, windows) for name, value in flags)]
    if windows:
        before = [f"$env:{name} = {_powershell(str(value), always=True)}" for name, value in environment]
        return (*before, *_continued(said, " `"))
    before = [f"{name}={shlex.quote(str(value))}" for name, value in environment]
    return _continued([*before, *said], " \\")


def _continued(said: list[str], mark: str) -> tuple[str, ...]:
    return (*(line + mark for line in said[:-1]), said[-1])


def _flag(name: str, value: object, windows: bool) -> str:
    if value is None:
        return name
    word = str(value)
    return f"{name} {_powershell(word) if windows else shlex.quote(word)}"


def _powershell(word: str, always: bool = False) -> str:
    if PLAIN_WORD.fullmatch(word) and not always:
        return word
    return "'" + word.replace("'", "''") + "'"
