"""The order of the stages for numbered copies 份号: distribution list → places for the numbers → copies → written.

Beside `build`, which makes the PDF that is numbered here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf.build import fonts_of, lay_out
from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors, warning
from bulletin_pdf.files import cannot_write, write_folder, write_whole
from bulletin_pdf.home import Home
from bulletin_pdf.layout import load_layout
from bulletin_pdf.numbered.copies import Copy, Sites, find_sites, print_file, separate_files, title_of
from bulletin_pdf.numbered.distribution import (
    MAX_BYTES,
    Allotment,
    allot,
    check_copies,
    read_distribution,
    register_csv,
)
from bulletin_pdf.numbered.register import labels_html, register_html
from bulletin_pdf.publication import load_issue_settings
from bulletin_pdf.record import COPIES, Output, add_output, digest, read_record, record_file
from bulletin_pdf.sheets.office import office
from bulletin_pdf.source import read_text


@dataclass(frozen=True, slots=True)
class Numbered:
    """Numbered copies as written. copies: how many; last: the last number. pages: the file of all copies, or the folder
    of a file each. files: register and labels, where a list named recipients."""

    copies: int
    last: int
    pages: Path
    files: tuple[Path, ...] = ()


def number_copies(
    home: Home,
    key: str,
    pdf: Path,
    *,
    count: int = 0,
    names: Path | None = None,
    start: int = 1,
    separate: bool = False,
    output: Path | None = None,
) -> tuple[Numbered | None, list[Diagnostic]]:
    """Number copies 份号 of an issue's finished PDF: `count` of them, or those that the distribution list `names` asks
    for, which also gives the register and the labels. None when an error stops it; nothing is written then.

    start: the first number. separate: a file each. output: the folder (default that of the PDF).
    """
    loaded, found = load_issue_settings(home, key)
    fonts, more = fonts_of(home, loaded) if loaded else (None, [])
    found += more
    allotments: tuple[Allotment, ...] = ()
    if names is not None:
        source, more = read_text(names, home.shown(names), MAX_BYTES)
        # What a spreadsheet always writes into CSV: a byte order mark, CRLF.
        found += [each for each in more if each.code not in ("BP102", "BP103")]
        recipients, more = read_distribution(source) if source and not has_errors(found) else ((), [])
        found += more
        allotments = allot(recipients, start)
        count = sum(recipient.copies for recipient in recipients)
    if loaded is None or fonts is None or has_errors(found):
        return None, found
    layout, more = load_layout(loaded.settings.layout, home.layouts, None)
    found += [*more, *check_copies(start, count, allotments, fonts)]
    if layout is None or has_errors(found):
        return None, found

    copies = [
        Copy(number, f"发放：{each.recipient.words}")
        for each in allotments
        for number in range(each.first, each.last + 1)
    ] or [Copy(number) for number in range(start, start + count)]
    data = pdf.read_bytes()
    role = layout.style("copy-number").latin
    sites = find_sites(data, layout.geometry, copies, fonts, role)
    found += _faults_of_sites(sites, home.shown(pdf))
    if loaded.settings.copy_number:
        place = loaded.tree.at(("copy_number",)).place
        message = f"报头印着编号“{loaded.settings.copy_number}”，每一份都一样；份号另印，一份上就有两个号。"
        found.append(warning("BP622", message, place, "印份号的一期，删去“编号”。"))
    folder, stem = output or pdf.parent, pdf.stem
    pages: list[tuple[Path, bytes]] = []
    if allotments and not has_errors(found):
        title = title_of(data) or key
        html = {"发放登记表": register_html(title, allotments), "标签": labels_html(title, allotments)}
        made, more = lay_out(home, fonts, html)
        found += more
        pages = [(folder / f"{stem}.{name}.pdf", each) for name, each in made.items()]
        pages.append((folder / f"{stem}.发放登记表.csv", register_csv(allotments)))
    if has_errors(found):
        return None, found

    target = folder / (f"{stem}.份号" if separate else f"{stem}.份号.pdf")
    hashes: dict[str, str] = {}

    def noted(name: str, made: bytes) -> bytes:
        """A file on its way to the disk, its hash taken down."""
        hashes[name] = digest(made)
        return made

    try:
        if separate:
            each_file = (
                (f"{copy.digits}.pdf", noted(f"{target.name}/{copy.digits}.pdf", own))
                for copy, own in separate_files(data, copies, fonts, role, sites)
            )
            if not write_folder(target, each_file):
                message = f"文件夹“{home.shown(target)}”里有别的文件，不能整个换成新的。"
                hint = "把它们移出去再运行，或用 -o 换一个文件夹。"
                return None, [*found, error("BP802", message, Place(home.shown(target)), hint)]
        else:
            # To be printed as the pages for an office printer are: black of one toner.
            made_whole = print_file(office(data)[0], copies, fonts, role, sites)
            write_whole(target, noted(target.name, made_whole))
        for file, each in pages:
            write_whole(file, each)
        record = read_record(record_file(pdf))
        if record is not None and folder == pdf.parent:
            # The register and the labels are not for the record: what they say stays true when the issue changes.
            note = f"份号 {copies[0].digits}～{copies[-1].digits}"
            add_output(pdf, record, COPIES, Output(hashes, note))
    except OSError as problem:
        return None, [*found, cannot_write(home.shown(target), problem)]
    return Numbered(len(copies), copies[-1].number, target, tuple(file for file, _ in pages)), found


def _faults_of_sites(sites: "Sites", shown: Path) -> Iterator[Diagnostic]:
    """What is wrong with the places of number and note on page 1."""
    place = Place(shown, page=1)
    if sites.number is None:
        message = "第 1 页版心左上角、它上面和页面下端都印着别的，份号没有地方印。"
        yield error("BP621", message, place, "换一个报头左上角留空的版式，如 gb9704。")
    elif sites.moved:
        where = "版心上面" if sites.moved == "above" else "页面下端"
        message = f"第 1 页版心第一行的左端印着别的，份号印到了{where}。"
        yield warning(
            "BP620", message, place, "公文的份号要在第一行，换用 gb9704 版式；不是公文的，看看样子即可。"
        )
    if sites.note is None:
        message = "第 1 页下端没有地方印收件人：那里印着别的，或者名称太长。"
        yield error("BP621", message, place, "缩短发放名单里的名称，或换一个下端留空的版式。")
