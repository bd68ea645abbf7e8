"""Replace a file whole or not at all: also on a full disk, and when the process is killed halfway."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from planner.files.problem import FileProblem

SCRATCH_PREFIX = ".slotwise-"
SCRATCH_AGE_S = 24 * 3600


def write(path: Path, data: bytes) -> None:
    """Temporary file beside it, all bytes, fsync, replace, fsync of the folder.

    `FileProblem` leaves the old file whole. Symbolic links are followed and the file's mode is kept.
    """
    try:
        target = path.resolve()
        handle, name = tempfile.mkstemp(prefix=SCRATCH_PREFIX, dir=target.parent)
    except (
        OSError,
        RuntimeError,
        ValueError,
    ) as e:  # a loop of links is a RuntimeError, a name with a NUL a ValueError
        raise FileProblem(path, f"cannot be saved in {path.parent}: {reason(e)}. Choose another folder.") from e
    scratch = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        scratch.replace(target)
    except OSError as e:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise FileProblem(path, f"was not saved: {reason(e)}. The file on disk is as it was before.") from e
    with suppress(OSError):  # the new file is in place; some network drives cannot sync a folder
        _sync_folder(target.parent)


def remove_stray(folder: Path) -> None:
    """What a killed save left behind, once it is a day old."""
    for stray in folder.glob(f"{SCRATCH_PREFIX}*"):
        try:
            if time.time() - stray.stat().st_mtime > SCRATCH_AGE_S:
                stray.unlink()
        except OSError:
            continue


def reason(error: Exception) -> str:
    """The system's own words, to stand inside a sentence."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
