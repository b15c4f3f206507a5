"""Tool: every file that an issue's PDF may depend on, by a name that holds on every machine."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from bulletin_pdf.home import Home
from bulletin_pdf.resources import COLOUR_PROFILES, FONTS, LAYOUTS


def input_files(
    home: Home, key: str, layout: str | None, wanted: int | None = None
) -> Iterator[tuple[str, Path]]:
    """Every file that an issue's PDF may depend on, with a name that holds on every machine."""
    yield "publication.yaml", home.publication
    # Pictures of the masthead may lie beside publication.yaml.
    for entry in sorted(home.content.iterdir()) if home.content.is_dir() else ():
        if (entry / "issue.yaml").exists():  # an issue; a hundred others are not gone through
            continue
        is_folder = entry.is_dir() and not entry.is_symlink()
        for file in sorted(entry.rglob("*")) if is_folder else [entry]:
            name = file.relative_to(home.content)
            is_hidden = any(part.startswith(".") for part in name.parts)
            if file.is_file() and not is_hidden:
                yield f"content/{name.as_posix()}", file
    for file in sorted((home.content / key).rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield f"issue/{file.relative_to(home.content / key).as_posix()}", file
    for folder in dict.fromkeys((LAYOUTS, home.layouts)):
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield (
                    f"{'program' if folder == LAYOUTS else 'own'}-layouts/{file.relative_to(folder).as_posix()}",
                    file,
                )
    for file in sorted(COLOUR_PROFILES.glob("*.icc")):
        yield f"program-profiles/{file.name}", file
    yield "program-fonts", FONTS / "index.json"  # which names every vendored face by its hash
    if home.fonts.resolve() != FONTS.resolve():
        for file in sorted(home.fonts.rglob("*")):
            if file.is_file():
                yield f"fonts/{file.relative_to(home.fonts).as_posix()}", file
    if layout:
        yield f"layout={layout}", LAYOUTS / "blocks.html.j2"
    if wanted:
        yield f"pages={wanted}", LAYOUTS / "blocks.html.j2"
    yield from _program()


@lru_cache(maxsize=1)
def _program() -> tuple[tuple[str, Path], ...]:
    """The modules of this program. Looked for once: a process runs what it has loaded."""
    folder = Path(__file__).parent
    return tuple(
        (f"program/{file.relative_to(folder).as_posix()}", file) for file in sorted(folder.rglob("*.py"))
    )
