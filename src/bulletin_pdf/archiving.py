"""The order of the stages for the archive 档案: every issue's PDF → catalogue → site, yearly index, bound volume → written.

Beside `build`, which makes the PDFs; those that stand are taken as they are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from bulletin_pdf.build import build, lay_out
from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors
from bulletin_pdf.exporting import export
from bulletin_pdf.exports import chosen
from bulletin_pdf.files import cannot_write, write_folder
from bulletin_pdf.fonts import Fonts, load_fonts
from bulletin_pdf.home import Home
from bulletin_pdf.ledger import in_order, read_ledger
from bulletin_pdf.pdf.underlay import Underlay, lay_under
from bulletin_pdf.publication import load_publication
from bulletin_pdf.standing import standing
from bulletin_pdf.volumes.bound_volume import Bound, folio_boxes, leaves, volume_html
from bulletin_pdf.volumes.catalogue import Catalogued, catalogue
from bulletin_pdf.volumes.glance import cover, free_places, glance
from bulletin_pdf.volumes.yearly_index import index_html

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Archived:
    """The archive as written. issues: how many. volumes: the names of the yearly files."""

    folder: Path
    issues: int
    volumes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An issue with its PDF."""

    issue: Catalogued
    organs: tuple[str, ...]
    pdf: Path


def make_archive(
    home: Home,
    *,
    output: Path | None = None,
    year: int | None = None,
    progress: Progress = lambda stage: None,
) -> tuple[Archived | None, list[Diagnostic]]:
    """Write the archive of all issues, or of a year's, into a folder (default build/archive), whole or not at all.

    None when an error stops it: an issue that cannot be built, BP670 no issue, BP671 a folder of other things.
    """
    from bulletin_pdf.site import Shelf, make_site

    folder = output or home.build / "archive"
    kept, found = _kept(home, year, progress)
    if has_errors(found) or not kept:
        return None, found
    fonts, more = load_fonts({}, home.fonts, home.build / ".cache" / "fonts")
    found += more
    publication, _, _ = load_publication(home)
    if fonts is None or publication is None:
        return None, found
    with TemporaryDirectory() as drafts:
        webs, more = _web_pages(home, [one.issue.key for one in kept], Path(drafts), progress)
        found += more
        volumes: dict[int, dict[str, bytes]] = {}
        for each, own in groupby(kept, key=lambda one: one.issue.year):
            progress(f"{each}年总目录和合订本")
            volumes[each], more = _volumes(home, fonts, each, list(own))
            found += more
        shelf = Shelf(
            publication.name,
            tuple(one.issue for one in reversed(kept)),
            frozenset(webs),
            {each: tuple(files) for each, files in volumes.items()},
        )

        def files() -> Iterator[tuple[str, bytes]]:
            yield from make_site(shelf)
            for one in kept:
                key, data = one.issue.key, one.pdf.read_bytes()
                yield f"{key}/{key}.pdf", data
                yield f"{key}/cover.jpg", cover(data)
                if key in webs:
                    yield f"{key}/{key}.html", webs[key].read_bytes()
            for made in volumes.values():
                yield from made.items()

        progress("写出")
        try:
            done = not has_errors(found) and write_folder(folder, files(), known_by="texts.js")
        except OSError as problem:
            return None, [*found, cannot_write(home.shown(folder), problem)]
    if has_errors(found):
        return None, found
    if not done:
        message = f"文件夹“{home.shown(folder)}”里是别的东西，不能整个换成档案。"
        hint = "用 -o 换一个文件夹，或把里面的文件移出去。"
        return None, [*found, error("BP671", message, Place(home.shown(folder)), hint)]
    names = tuple(name for made in volumes.values() for name in made)
    return Archived(folder, len(kept), names), found


def _kept(home: Home, year: int | None, progress: Progress) -> tuple[list[_Kept], list[Diagnostic]]:
    """The issues, oldest first, each with its PDF: the standing one, or one made now."""
    from bulletin_pdf.load import load_issue

    entries, found = read_ledger(home)
    entries = [entry for entry in in_order(entries) if year in (None, entry.date.year)]
    if not entries:
        which = f"{year}年" if year else ""
        hint = "用 bulletin list 查看有哪些期。"
        return [], [*found, error("BP670", f"{which}还没有一期，没有什么可做档案。", None, hint)]
    kept = []
    for entry in sorted(entries, key=lambda entry: entry.date.year):
        progress(entry.key)
        built = standing(home, entry.key) or build(home, entry.key)
        if built.pdf is None:
            found += built.diagnostics
            continue
        issue, _, _ = load_issue(home, entry.key)
        if issue is not None:
            own = catalogue(issue, glance(built.pdf.read_bytes()))
            kept.append(_Kept(own, issue.masthead.organs, built.pdf))
    return kept, found


def _web_pages(
    home: Home, keys: Sequence[str], folder: Path, progress: Progress
) -> tuple[dict[str, Path], list[Diagnostic]]:
    """Every issue's web page, in one file, written into a folder."""
    pages: dict[str, Path] = {}
    found: list[Diagnostic] = []
    for key in keys:
        progress(f"{key} 的网页")
        exported, more = export(home, key, chosen(["html"]), output=folder)
        # What is wrong with the issue was told when its PDF was made.
        found += [each for each in more if has_errors([each])]
        for each in exported:
            pages[key] = each.file
    return pages, found


# --- a year ---------------------------------------------------------------------------------------------


def _volumes(
    home: Home, fonts: Fonts, year: int, kept: Sequence[_Kept]
) -> tuple[dict[str, bytes], list[Diagnostic]]:
    """The yearly index and the bound volume by their names."""
    name, issues = kept[-1].issue.name, [one.issue for one in kept]
    data = [one.pdf.read_bytes() for one in kept]
    bound = _with_folios(
        [Bound(one.issue, glance(pdf).sizes) for one, pdf in zip(kept, data, strict=True)], data
    )
    index, volume = f"{year}年总目录.pdf", f"{year}年合订本.pdf"
    pages, found = lay_out(
        home,
        fonts,
        {index: index_html(name, year, issues), volume: volume_html(name, year, kept[-1].organs, bound)},
    )
    if volume in pages:
        under = [
            [Underlay(data[leaf.shows[0]], leaf.shows[1], 0.0, 0.0, 1.0)] if leaf.shows else []
            for leaf in leaves(bound)
        ]
        pages[volume] = lay_under(pages[volume], under, numbered=True)
    return pages, found


def _with_folios(volumes: Sequence[Bound], data: Sequence[bytes]) -> list[Bound]:
    """The same with the places of the volume's folios."""
    boxes: list[list[list[tuple[float, float, float, float]]]] = [[] for _ in volumes]
    for leaf in leaves(volumes):
        if leaf.shows:
            index, page = leaf.shows
            boxes[index].append(folio_boxes(volumes[index].sizes[page - 1], leaf.folio))
    return [
        replace(volume, folios=tuple(free_places(pdf, own)))
        for volume, pdf, own in zip(volumes, data, boxes, strict=True)
    ]
