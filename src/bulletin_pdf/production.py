"""The order of the stages for the profiles 用途: what is made of a finished PDF, checked again, and written beside it.

Beside `build`, which makes that PDF.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bulletin_pdf.build import build, fonts_of, lay_out
from bulletin_pdf.diagnostics import Diagnostic, has_errors, warning
from bulletin_pdf.files import cannot_write, write_whole
from bulletin_pdf.home import Home
from bulletin_pdf.prepress import archive, for_screens, press, source_pages
from bulletin_pdf.profiles import PROFILES, Profile, chosen
from bulletin_pdf.provenance import Origin
from bulletin_pdf.publication import LoadedSettings, load_issue_settings
from bulletin_pdf.record import (
    COPIES,
    Output,
    Record,
    add_output,
    digest,
    holds,
    read_record,
    record_file,
)
from bulletin_pdf.standing import Product

if TYPE_CHECKING:
    from bulletin_pdf.outputs import Made

# The stages are imported where they run, as in build.

Progress = Callable[[str], None]


def produce(
    home: Home,
    key: str,
    pdf: Path,
    words: Iterable[str] = (),
    *,
    force: bool = False,
    progress: Progress = lambda stage: None,
) -> tuple[list[Product], list[Diagnostic]]:
    """Make of an issue's finished PDF what the profiles ask for, beside it; what stands is left as it is.

    words: names of profiles; without any, those of the settings. force: make them anew. ValueError for an unknown name.
    """
    loaded, found = load_issue_settings(home, key)
    record = read_record(record_file(pdf))
    if loaded is None or record is None:
        return [], found
    products = []
    for profile in chosen(words) or chosen(loaded.settings.outputs):
        output = record.outputs.get(profile.name)
        if output is None or force or not holds(pdf, record, output):
            progress(profile.title)
            made, told = _make(_Source(home, key, loaded, pdf, pdf.read_bytes(), record), profile)
            if made is None:
                found += told
                continue
            hashes = {name: digest(data) for name, data in made.files.items()}
            reported = record.pdfs(pdf) if profile.name == REPORT else {}
            output = Output(hashes, made.note, tuple(told), reported)
            file = pdf
            try:
                for name, data in made.files.items():
                    file = pdf.parent / name
                    write_whole(file, data)
                file = record_file(pdf)
                record = add_output(pdf, record, profile.name, output)
            except OSError as problem:
                found.append(cannot_write(home.shown(file), problem))
                continue
        found += output.diagnostics
        products.append(Product(profile, tuple(pdf.parent / name for name in output.files), output.note))
    return products, found


def again(home: Home, origin: Origin) -> tuple[bytes | None, list[Diagnostic]]:
    """A file made anew from the sources as they are now, to be compared with the one of that origin; nothing in the
    publication changes. None when errors stop it."""
    record, pages = origin.record, origin.record.input_of("pages")
    if origin.profile == COPIES:
        message = "印了份号的文件不能这样重做：份数、名单不在原稿里。"
        return None, [warning("BP654", message, None, "用 bulletin copies 再印一次。")]
    with TemporaryDirectory() as folder:
        built = build(
            home,
            record.issue,
            output=Path(folder) / record.issue,
            layout=record.input_of("layout"),
            wanted=int(pages) if pages else None,
        )
        if built.pdf is None:
            return None, list(built.diagnostics)
        # A report tells of the files beside it, so these must be there.
        profiles = [*record.outputs] if origin.profile == REPORT else [origin.profile]
        found = produce(home, record.issue, built.pdf, profiles)[1] if origin.profile else []
        file = built.pdf.parent / origin.name
        return (file.read_bytes() if file.is_file() else None), found


REPORT = "report"
"""The profile that tells of all other files."""


@dataclass(frozen=True, slots=True)
class _Source:
    """What products are made of: an issue's finished PDF, its settings, its record."""

    home: Home
    key: str
    loaded: LoadedSettings
    pdf: Path
    data: bytes
    record: Record


def _make(source: _Source, profile: Profile) -> "tuple[Made | None, list[Diagnostic]]":
    """The files of a profile, checked; None when an error stops them."""
    from bulletin_pdf.outputs import Material, make_outputs

    if profile.name in FINISHED:
        return _finish(source.home, source.key, source.pdf, source.data, source.record, profile)
    if profile.name == REPORT:
        return _report(source)
    material = Material(source.pdf.stem, source.data, source.record.imprint, source.loaded.settings.printing)
    made = make_outputs(profile.name, material)
    found = _check_product(source.home, source.pdf, source.data, made, profile)
    return (None if has_errors(found) else made), found


def _report(source: _Source) -> "tuple[Made | None, list[Diagnostic]]":
    """A report on the issue's PDF, and on every PDF made of it that is still there as it was made; not on the proof,
    which goes to nobody outside."""
    from bulletin_pdf import preflight_report
    from bulletin_pdf.outputs import Made
    from bulletin_pdf.pdf import read_pdf
    from bulletin_pdf.press.print_file import read_print_file

    home, record, pdf = source.home, source.record, source.pdf
    files = {pdf.name: ("", record.diagnostics)}
    for profile in PROFILES:
        output = record.outputs.get(profile.name)
        if output is not None and profile.name not in ("proof", REPORT) and holds(pdf, record, output):
            files |= {
                file: (profile.name, output.diagnostics) for file in output.files if file.endswith(".pdf")
            }
    reports = []
    for name, (purpose, told) in files.items():
        data = (pdf.parent / name).read_bytes()
        read, damaged = read_pdf(data, home.shown(pdf.parent / name))
        if read is None:
            return None, damaged
        both = read, read_print_file(data)
        reports.append(preflight_report.report(name, purpose, read.information["/Title"], data, both, told))
    fonts, found = fonts_of(home, source.loaded)
    if fonts is None:
        return None, found
    pages, found = lay_out(home, fonts, {each.file: preflight_report.as_html(each) for each in reports})
    made: dict[str, bytes] = {}
    for each in reports:
        page, values = preflight_report.names(each.file)
        made |= {page: pages[each.file]} if each.file in pages else {}
        made[values] = preflight_report.as_bytes(each)
    note = "；".join(f"{each.file} {len(each.checks)} 项检查，{each.verdict}" for each in reports)
    return (None if has_errors(found) else Made(made, note)), found


def _check_product(home: Home, pdf: Path, data: bytes, made: "Made", profile: Profile) -> list[Diagnostic]:
    """What is wrong with a file of pages that were checked already."""
    from bulletin_pdf.pdf import read_pdf
    from bulletin_pdf.press.print_file import read_print_file
    from bulletin_pdf.product_check import Expected, check_product

    found: list[Diagnostic] = []
    source = source_pages(data) if made.sides else None
    for name, product in made.files.items() if source else ():
        assert source is not None
        shown = home.shown(pdf.parent / name)
        read, damaged = read_pdf(product, shown)
        found += damaged
        if read is not None:
            expected = Expected(source, shown, made.sides, sheets=profile.name in ("booklet", "nup"))
            found += check_product(read, read_print_file(product), expected)
    return found


FINISHED = ("screen", "proof", "press", "archive")
"""The profiles that take several stages, and may be refused."""


def _finish(
    home: Home, key: str, pdf: Path, data: bytes, record: Record, profile: Profile
) -> "tuple[Made | None, list[Diagnostic]]":
    """The file of one of those profiles, with a note; None when an error stops it."""
    from bulletin_pdf.outputs import Made
    from bulletin_pdf.press.print_file import standards
    from bulletin_pdf.proof import proof

    file = pdf.with_suffix(f".{profile.title}.pdf")
    shown = home.shown(file)
    if profile.name == "archive":
        made, found = archive(home, key, data, shown, record)
        use = "交档案馆"
    elif profile.name == "screen":
        made, found = for_screens(data, shown)
        use = f"{len(made or b'') / 1024:,.0f} kB，发邮件、挂网站"
    elif profile.name == "proof":
        made, found = proof(home, key, data, shown, record)
        use = "实际大小打印；问题和签名在最后"
    else:
        made, found = press(home, key, data, shown, layout=record.input_of("layout"))
        use = "成品外出血 3 毫米，交印刷厂"
    if made is None:
        return None, found
    kept = "、".join(standards(made.decode("latin-1")))
    return Made({file.name: made}, f"{kept}，{use}" if kept else use), found
