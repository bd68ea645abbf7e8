"""The user's settings while the program runs; written at every change, quietly."""

from pathlib import Path
from typing import Any

from planner.files import settings as file
from planner.files.problem import FileProblem
from planner.files.settings import Settings


class Preferences:
    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.settings: Settings = file.load(path)

    def change(self, **changes: Any) -> None:
        self._keep(self.settings.replace(**changes))

    def remember(self, path: Path) -> None:
        """A file that was opened or saved."""
        self._keep(file.with_recent(self.settings, path))

    def forget(self, name: str) -> None:
        self.change(recent=tuple(recent for recent in self.settings.recent if recent != name))

    def _keep(self, settings: Settings) -> None:
        """A folder that cannot be written costs the settings, not the work."""
        self.settings = settings
        try:
            file.save(settings, self._path)
        except FileProblem:
            return
