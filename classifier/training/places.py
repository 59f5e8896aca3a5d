"""Where the sets of texts lie: in several folders and files, searched in the order given."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


class NotAtHand(Exception):
    """What is missing, and where it was looked for, in words."""


@dataclass(frozen=True, slots=True)
class Places:
    """Folders with ``SET.parquet`` files, and such files themselves; the first that has a set wins.

    A file stands for the set that it is named after, and for no other in its folder.
    """

    paths: tuple[Path, ...]

    def folder(self, name: str) -> Path:
        """The folder whose ``NAME.parquet`` is meant. Raises NotAtHand."""
        for path in self.paths:
            file = path / f"{name}.parquet" if path.is_dir() else path
            if file.name == f"{name}.parquet" and file.is_file():
                return file.parent
        raise NotAtHand(f"{name}.parquet is not at hand. Looked in: {self}.")

    def check(self, names: Iterable[str]) -> None:
        """Raise NotAtHand if a place is none or a set is in none of them; all of these at once."""
        wanted = set(names)
        for path in self.paths:
            if not path.exists():
                raise NotAtHand(f"{path}: no such file or folder.")
            if not path.is_dir() and path.name not in {f"{name}.parquet" for name in wanted}:
                raise NotAtHand(f"{path}: named after none of the sets that are measured on.")
        missing = [f"{name}.parquet" for name in sorted(wanted) if not self._has(name)]
        if missing:
            are = "is" if len(missing) == 1 else "are"
            raise NotAtHand(f"{', '.join(missing)} {are} not at hand. Looked in: {self}.")

    def _has(self, name: str) -> bool:
        try:
            self.folder(name)
        except NotAtHand:
            return False
        return True

    def __str__(self) -> str:
        return ", ".join(map(str, self.paths))
