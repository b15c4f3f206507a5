"""The order of the stages for comparing: two versions → their pages → what differs → the sheet to sign off, written.

A version is an issue as it stands, a PDF file, or an issue at a revision in git.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bulletin_pdf.build import build, lay_out, prepare
from bulletin_pdf.comparison import Comparison, Version
from bulletin_pdf.comparison.reading import read_passages
from bulletin_pdf.comparison.revision import find_revision, write_revision
from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors
from bulletin_pdf.files import cannot_write, reason, write_whole
from bulletin_pdf.fonts import load_fonts
from bulletin_pdf.home import Home
from bulletin_pdf.pdf import read_pdf
from bulletin_pdf.record import read_record, record_file
from bulletin_pdf.source import inside
from bulletin_pdf.standing import standing

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs, and the sheet."""

    comparison: Comparison
    sheet: Path


def compare_versions(
    home: Home,
    old: str,
    new: str,
    *,
    output: Path | None = None,
    everything: bool = False,
    progress: Progress = lambda stage: None,
) -> tuple[Compared | None, list[Diagnostic]]:
    """Compare two versions as typed: `2021-17`, `旧.pdf`, `HEAD~1:2021-17`. None when an error stops it.

    output: the folder of the sheet; by default the issue's, or that of the new PDF. everything: show pages without a
    change as well.
    """
    from bulletin_pdf.compare import compare

    versions: list[Version] = []
    for typed in (old, new):
        version, found = _version(home, typed, progress)
        if version is None:
            return None, found
        versions.append(version)
    progress("比较")
    comparison = compare(*versions)
    folder, stem = _target(home, new)
    file = (output or folder) / f"{stem}.对照.pdf"
    progress("排对照表")
    sheet, found = _sheet(home, comparison, everything=everything)
    if sheet is None:
        return None, found
    try:
        write_whole(file, sheet)
    except OSError as problem:
        return None, [*found, cannot_write(home.shown(file), problem)]
    return Compared(comparison, file), found


def _version(home: Home, typed: str, progress: Progress) -> tuple[Version | None, list[Diagnostic]]:
    if typed.lower().endswith(".pdf"):
        progress(f"读取 {typed}")
        return _read_file(Path(typed))
    revision, separator, key = typed.rpartition(":")
    key = Path(key).name  # the shell completes folders
    if separator:
        return _at_revision(home, revision, key, progress)
    if not (inside(home.content, key) and (home.content / key / "issue.yaml").is_file()):
        message = f"认不出“{typed}”：没有这一期，也不是 PDF 文件。"
        hint = "写期（2021-17）、PDF 文件（旧.pdf），或版本加冒号加期（HEAD~1:2021-17）。"
        return None, [error("BP660", message, None, hint)]
    progress(f"排 {typed}")
    with TemporaryDirectory() as folder:
        return _built(home, key, f"{key}（现在的原稿）", Path(folder))


def _at_revision(
    home: Home, typed: str, key: str, progress: Progress
) -> tuple[Version | None, list[Diagnostic]]:
    """An issue at a revision, laid out by the program as it is now."""
    revision, found = find_revision(home, typed)
    if revision is None:
        return None, found
    progress(f"排 {typed} 里的 {key}")
    with TemporaryDirectory() as folder:
        there = write_revision(home, revision, key, Path(folder))
        if not (there.content / key / "issue.yaml").is_file():
            message = f"“{typed}”这个版本里没有“{key}”这一期。"
            hint = "这一期可能还没有提交过；另写一个版本，或和以前的 PDF 文件比：bulletin diff 旧.pdf " + key
            return None, [error("BP662", message, None, hint)]
        version, found = _built(there, key, f"{key} {revision}", Path(folder) / "pages")
    return version, [_elsewhere(each, typed) for each in found]


def _elsewhere(found: Diagnostic, revision: str) -> Diagnostic:
    """A finding in a file of a revision, which must not be taken for the one at hand."""
    if found.place is None:
        return found
    return replace(found, place=replace(found.place, file=Path(f"{revision}:{found.place.file.as_posix()}")))


def _read_file(file: Path) -> tuple[Version | None, list[Diagnostic]]:
    hint = "核对文件；加了密码的，先去掉密码。"
    if not file.is_file():
        return None, [error("BP663", "找不到这个文件。", Place(file), "核对文件名和所在的文件夹。")]
    try:
        data = file.read_bytes()
    except OSError as problem:
        return None, [error("BP663", f"读不了文件（{reason(problem)}）。", Place(file), hint)]
    pdf, _ = read_pdf(data, file)
    if pdf is None or not pdf.pages:
        return None, [error("BP663", "这个文件不是 PDF，或已损坏，或加了密码。", Place(file), hint)]
    return Version(file.name, data, pdf, tuple(read_passages(pdf))), []


def _built(home: Home, key: str, name: str, folder: Path) -> tuple[Version | None, list[Diagnostic]]:
    """An issue's finished PDF, or one made in a folder for now, with what its passages come from."""
    from bulletin_pdf.placement import place

    built = standing(home, key) or build(home, key, output=folder)
    record = read_record(record_file(built.pdf)) if built.pdf else None
    if built.pdf is None or record is None:
        return None, [each for each in built.diagnostics if has_errors([each])]
    data = built.pdf.read_bytes()
    pdf, found = read_pdf(data, home.shown(built.pdf))
    prepared, more = prepare(home, key, arrangement=record.arrangement)
    if pdf is None or prepared is None:
        return None, [*found, *more]
    passages = read_passages(pdf, place(pdf, prepared.rendered.lines, []))
    return Version(name, data, pdf, tuple(passages)), []


def _target(home: Home, typed: str) -> tuple[Path, str]:
    """The folder and the name of the sheet for a new version."""
    if typed.lower().endswith(".pdf"):
        return Path(typed).resolve().parent, Path(typed).stem
    key = Path(typed.rpartition(":")[2]).name
    return home.build / key, key


def _sheet(home: Home, comparison: Comparison, *, everything: bool) -> tuple[bytes | None, list[Diagnostic]]:
    """The pages to sign off, in the vendored faces."""
    from bulletin_pdf.comparison.sheet import sheet_html, underlays
    from bulletin_pdf.pdf.underlay import lay_under

    fonts, found = load_fonts({}, home.fonts, home.build / ".cache" / "fonts")
    if fonts is None:
        return None, found
    pages, found = lay_out(home, fonts, {"对照": sheet_html(comparison, everything=everything)})
    if "对照" not in pages:
        return None, found
    return lay_under(pages["对照"], underlays(comparison, everything=everything)), found
