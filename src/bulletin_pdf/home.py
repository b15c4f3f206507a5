"""Tool: where a publication 刊物 lies.

A publication is a folder with `content/publication.yaml`, one folder an issue beside that file
(`content/2021-17/issue.yaml` and its Markdown), and, as it likes, `layouts/` and `fonts/` of its own.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """Where a publication lives. `root` holds content/, layouts/, fonts/ and build/."""

    root: Path

    @property
    def content(self) -> Path:
        """The folder of publication.yaml and of the issues' folders."""
        return self.root / "content"

    @property
    def publication(self) -> Path:
        """The file publication.yaml."""
        return self.content / "publication.yaml"

    @property
    def lexicon(self) -> Path:
        """The file lexicon.yaml; may not exist."""
        return self.content / "lexicon.yaml"

    @property
    def layouts(self) -> Path:
        """The publication's own layouts; may not exist."""
        return self.root / "layouts"

    @property
    def fonts(self) -> Path:
        """The publication's own fonts; may not exist."""
        return self.root / "fonts"

    @property
    def build(self) -> Path:
        """Where finished files go."""
        return self.root / "build"

    @property
    def font_configurations(self) -> Path:
        """Where fontconfig's configurations are made; may not exist."""
        return self.build / ".cache" / "fontconfig"

    def shown(self, file: Path) -> Path:
        """A path as diagnostics name it: relative to the root where it lies inside."""
        return file.relative_to(self.root) if file.is_relative_to(self.root) else file

    def issues(self) -> list[str]:
        """The names of the issues' folders, sorted."""
        return sorted(file.parent.name for file in self.content.glob("*/issue.yaml"))


def find_home(start: Path) -> Home | None:
    """The publication that `start` lies in: the nearest folder upwards with content/publication.yaml."""
    for folder in (start, *start.parents):
        if (folder / "content" / "publication.yaml").is_file():
            return Home(folder)
    return None
