"""What is wrong with a file, for the user to read."""

from pathlib import Path


class FileProblem(Exception):
    """One sentence: which file, which field, what to do."""

    def __init__(self, path: Path | str, text: str) -> None:
        self.path = Path(path)
        self.text = text
        super().__init__(f"{self.path.name}: {text}")
