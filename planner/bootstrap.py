"""First run from a checkout: system libraries, an environment with the locked packages, then the module in it.

Standard library only, and readable by Python 3.7, so that an old one gets a sentence instead of a syntax error.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "requirements.lock"
OLDEST, NEWEST = (3, 11), (3, 15)
PACKAGES = ("PySide6", "pydantic", "platformdirs", "pyqtgraph")  # no environment is whole without these

# What Qt links to but does not carry, by the name it is loaded under, with the Debian package that has it.
PAINTING = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11 = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND = {"libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0"}
SCREEN_TOOLS = {"Xvfb": "xvfb", "openbox": "openbox", "xdotool": "xdotool"}


def ensure(module: str, needed: dict[str, str] | None = None, wanted: dict[str, str] | None = None) -> None:
    """Return if this process can run `module`; otherwise set up, and run it with the same arguments elsewhere.

    `needed` and `wanted` name libraries and programs with their Debian packages. Without a needed one the run ends;
    a wanted one is installed along with these or by root, and else only mentioned.
    """
    if getattr(sys, "frozen", False) or not LOCK.is_file():
        return
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        _stop("Python 3.{} to 3.{} is needed, this is {}.{}.{}.".format(OLDEST[1], NEWEST[1], *sys.version_info[:3]))
    homes = _homes()
    inside = next((home for home in homes if home.resolve() == Path(sys.prefix).resolve()), None)
    if inside and (_whole(inside) or not _stamp(inside).is_file()):  # without a stamp it is its owner's to keep
        return
    if inside:  # out of date: it is made anew from outside
        _run(getattr(sys, "_base_executable", sys.executable), module)
    _system(needed or {}, wanted or {})
    home = next(filter(_whole, homes), None) or _make(homes)
    _run(_python(home), module)


def has_display() -> bool:
    """Whether a window can be shown; always so but on Linux."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def window_libraries() -> dict[str, str]:
    """What Qt needs to show a window on the display of this session."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    x11 = X11 if os.environ.get("DISPLAY") or platform.startswith("xcb") else {}
    wayland = WAYLAND if os.environ.get("WAYLAND_DISPLAY") or platform.startswith("wayland") else {}
    return {**PAINTING, **x11, **wayland}


# System libraries


def _system(needed: dict[str, str], wanted: dict[str, str]) -> None:
    """Install what is missing, or say how; only on Linux, where Qt takes these from the system."""
    if not sys.platform.startswith("linux"):
        return
    needed, wanted = _missing(needed), _missing(wanted)
    can_fill = shutil.which("uv") or importlib.util.find_spec("ensurepip")
    if not can_fill and not any(map(_whole, _homes())):
        needed["the Python module ensurepip"] = "python{}.{}-venv".format(*sys.version_info[:2])
    packages = sorted({*needed.values(), *wanted.values()})
    if not packages:
        return
    if not shutil.which("apt-get"):
        if needed:
            _stop("Please install, with this system's package manager, what holds: " + ", ".join(needed) + ".")
        return _say("Not found, so some tests will be skipped: " + ", ".join(wanted) + ".")
    install = ["install", "--no-install-recommends", *packages]
    by_hand = "\n\n    " + shlex.join(["sudo", "apt-get", *install]) + "\n"
    lack = _stop if needed else _say
    reason = "System packages are missing." if needed else "Some tests will be skipped for lack of system packages."
    rights = _rights()
    if rights is None or (rights and not needed):
        return lack(f"{reason} Please run this once, then try again:{by_hand}")
    _say("installing system packages: " + " ".join(packages))
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=120"]
    _call([*apt, "update"])
    failure = _call([*apt, *install])
    if failure is not None:
        lack(f"{failure}\n{reason} Please run this once, then try again:{by_hand}")


def _missing(names: dict[str, str]) -> dict[str, str]:
    return {name: package for name, package in names.items() if not _found(name)}


def _found(name: str) -> bool:
    if ".so" not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _rights() -> list[str] | None:
    """What to put before a command that installs; None if nobody can be asked."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and sys.stdin.isatty() and sys.stderr.isatty():
        return ["sudo"]
    return None


# The environment


def _homes() -> list[Path]:
    """Where the environment may be: in the project, or with the user if the project cannot be written to."""
    if sys.platform == "win32":
        caches = os.environ.get("LOCALAPPDATA", "~/AppData/Local")
    elif sys.platform == "darwin":
        caches = "~/Library/Caches"
    else:
        caches = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    name = "venv-" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
    return [ROOT / ".venv", Path(caches).expanduser() / "slotwise" / name]


def _python(home: Path) -> Path:
    return home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _stamp(home: Path) -> Path:
    return home / "slotwise.json"


def _made_for() -> dict[str, str]:
    """What an environment depends on; one made for anything else is made anew."""
    return {
        "lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
        "python": f"{sys.implementation.cache_tag} {sysconfig.get_platform()}",
        "folder": str(ROOT),
    }


def _whole(home: Path) -> bool:
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))
    try:
        stamp = json.loads(_stamp(home).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return stamp == _made_for() and _python(home).exists() and all((site / name).is_dir() for name in PACKAGES)


def _make(homes: Sequence[Path]) -> Path:
    """Fill a new environment from the lock; the stamp comes last, so that a set-up cut short is done again."""
    home = next((home for home in homes if _writable(home)), None)
    if home is None:
        _stop("No folder for the packages can be written to: " + ", ".join(map(str, homes)) + ".")
    _say(f"setting up {home}, once; this takes about a minute")
    _stamp(home).unlink(missing_ok=True)
    failure = _fill_with_uv(home) if shutil.which("uv") else "uv is not here"
    if failure is not None:  # uv may not know the package index that pip is set up for
        failure = _fill_with_pip(home)
    if failure is None:
        _stamp(home).write_text(json.dumps(_made_for()), "utf-8")
        _say("ready")
        return home
    _stop(f"The packages could not be installed. Is there a network, and 1 GB of free space?\n{failure}")


def _writable(home: Path) -> bool:
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home if home.is_dir() else home.parent):
            return True
    except OSError:
        return False


def _fill_with_uv(home: Path) -> str | None:
    return _call(["uv", "venv", "--clear", "--python", sys.executable, str(home)]) or _call(
        ["uv", "pip", "install", "--python", str(_python(home)), "--require-hashes", "-r", str(LOCK)]
    )


def _fill_with_pip(home: Path) -> str | None:
    pip = [str(_python(home)), "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "2"]
    return _call([sys.executable, "-m", "venv", "--clear", str(home)]) or _call(
        [*pip, "install", "-q", "--require-hashes", "-r", str(LOCK)]
    )


# Processes and words


def _call(command: Sequence[str]) -> str | None:
    """Run it without a word; None if it went well, else the last lines it said."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except OSError as error:
        return f"{command[0]}: {error}"
    if done.returncode == 0:
        return None
    said = done.stdout.decode(errors="replace").strip().splitlines()
    return "\n".join(said[-4:]) or f"{command[0]} ended with {done.returncode}."


def _run(python: Path | str, module: str) -> NoReturn:
    command = [str(python), "-m", module, *sys.argv[1:]]
    os.environ.pop("__PYVENV_LAUNCHER__", None)  # on macOS it would lead the new process back to this Python
    if sys.platform != "win32":
        os.execv(command[0], command)
    sys.exit(subprocess.run(command, check=False).returncode)


def _say(line: str) -> None:
    print(f"slotwise: {line}", file=sys.stderr, flush=True)


def _stop(line: str) -> NoReturn:
    _say(line)
    sys.exit(2)
