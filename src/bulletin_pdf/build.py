"""The order of the stages, and the only module that knows it. Read this one first.

    load → render → paginate → preflight → write

Then, for every profile that is wanted, the files that are made of the PDF (outputs).

Every stage takes frozen values and gives its result with the diagnostics it found. An error stops the
PDF after the stage that found it, so that the editor sees everything that stage has to say at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin_pdf import __version__
from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors, in_order, warning
from bulletin_pdf.files import reason, write_folder, write_whole
from bulletin_pdf.fit import UNCHANGED, Adjustment, Extent, adjusted, changes, fit, ladder_of, out_of_reach
from bulletin_pdf.fontconfig import fontconfig
from bulletin_pdf.fonts import ROLES, ChosenFont, Face, Fonts, load_fonts
from bulletin_pdf.layout import Layout, load_layout
from bulletin_pdf.ledger import Entry, check_ledger
from bulletin_pdf.model import Issue, all_text, figures, plain
from bulletin_pdf.profiles import Profile, chosen
from bulletin_pdf.publication import Home, LoadedSettings, load_issue_settings, load_publication
from bulletin_pdf.record import Imprint, Output, Record, digest, hash_inputs, read_record, write_record
from bulletin_pdf.resources import FONTS, LAYOUTS
from bulletin_pdf.source import inside, read_text
from bulletin_pdf.yaml_tree import Node

if TYPE_CHECKING:
    from bulletin_pdf.copies import Sites
    from bulletin_pdf.distribution import Allotment
    from bulletin_pdf.paginate import Document
    from bulletin_pdf.placement import Placement
    from bulletin_pdf.preflight import Expectation
    from bulletin_pdf.render import Rendered

# The stages are imported where they run: each brings a library (Markdown, Jinja2, WeasyPrint, pypdf) that
# `bulletin list` and an unchanged build should not have to wait for.

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave: the PDF's path and page count, or None and 0 when errors stopped it."""

    pdf: Path | None
    pages: int
    diagnostics: tuple[Diagnostic, ...]
    changes: tuple[str, ...] = ()
    """What was done to reach the wanted pages, in words."""
    annotated: Path | None = None
    """The PDF with findings marked, where one was wanted and there were pages."""


@dataclass(frozen=True, slots=True)
class Product:
    """The files of one profile, and a note in Chinese on how they are to be used."""

    profile: Profile
    files: tuple[Path, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """Numbered copies as written. copies: how many; last: the last number. pages: the file of all copies, or the folder
    of a file each. files: register and labels, where a list named recipients."""

    copies: int
    last: int
    pages: Path
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """An issue with everything that its pages need: settings, layout, fonts, HTML."""

    loaded: LoadedSettings
    issue: Issue
    layout: Layout
    fonts: Fonts
    rendered: "Rendered"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks of a PDF started from: its page count, and what stands where; None for a damaged file."""

    pages: int
    placement: "Placement | None"


def build(
    home: Home,
    key: str,
    *,
    output: Path | None = None,
    layout: str | None = None,
    wanted: int | None = None,
    annotated: bool = False,
    progress: Progress = lambda stage: None,
) -> Built:
    """Build one issue.

    output: the folder for the PDF (default build/<issue>). layout: another layout than the issue's own. wanted:
    how many pages it must have, whatever its settings say. annotated: write a PDF with the findings marked as well.
    """
    target = _target(home, key, output, layout)
    shown = home.shown(target)
    inputs = hash_inputs(input_files(home, key, layout, wanted))
    prepared, found = _prepare_pages(home, key, layout, progress=progress)
    if prepared is None:
        return Built(None, 0, tuple(in_order(found)))

    changed: tuple[str, ...] = ()
    if wanted or prepared.loaded.settings.fit:
        progress("排满")
        prepared, changed, found = _fitted(home, key, layout, prepared, found, wanted)
        if prepared is None:
            return Built(None, 0, tuple(in_order(found)))

    progress("排版")
    data, more = _paginate(home, prepared)
    found += more
    if data is None:
        return Built(None, 0, tuple(in_order(found)))

    progress("印前检查")
    checked, more = _preflight(data, prepared, shown)
    pages = checked.pages
    found = in_order(found + more)
    marked, faults = _annotate(home, key, target, data, checked, found) if annotated else (None, [])
    if has_errors(found):
        return Built(None, pages, (*found, *faults), annotated=marked)

    record = Record(
        __version__, inputs, digest(data), pages, tuple(found), changed, _imprint_of_last_page(checked)
    )
    try:
        write_whole(target, data)
        outputs = _outputs_that_hold(target, record)
        write_record(_record_file(target), replace(record, outputs=outputs))
    except OSError as problem:
        found.append(_cannot_write(shown, problem))
        return Built(None, pages, (*found, *faults), annotated=marked)
    return Built(target, pages, (*found, *faults), changed, annotated=marked)


def prepare(
    home: Home,
    key: str,
    *,
    layout: str | None = None,
    adjustment: Adjustment | None = None,
    imprint_apart: bool = False,
    progress: Progress = lambda stage: None,
) -> tuple[Prepared | None, list[Diagnostic]]:
    """Everything before pages: what `bulletin check` runs. None when an error stops it.

    adjustment: changes to the layout (see fit). imprint_apart: the imprint stands on a page after the text.
    """
    from bulletin_pdf.load import load_issue
    from bulletin_pdf.render import render

    progress("读取稿件")
    issue, loaded, found = load_issue(home, key)
    if loaded is None:
        return None, found
    named_at = None if layout else loaded.tree.at(("layout",)).place
    chosen_layout, more = load_layout(layout or loaded.settings.layout, home.layouts, named_at)
    found += more
    fonts, more = _fonts(home, loaded)
    found += more
    if issue is None or chosen_layout is None or fonts is None or has_errors(found):
        return None, found
    progress("套用版式")
    settings_place = Place(home.shown(home.content / key / "issue.yaml"))
    places = _settings_places(loaded)
    shown = home.shown(chosen_layout.folder)
    if adjustment is not None:
        chosen_layout = adjusted(chosen_layout, adjustment)
    rendered, more = render(
        issue, chosen_layout, fonts, settings_place, places, shown, imprint_apart=imprint_apart
    )
    found += more
    if rendered is None or has_errors(found):
        return None, found
    return Prepared(loaded, issue, chosen_layout, fonts, rendered), found


def standing(
    home: Home,
    key: str,
    *,
    output: Path | None = None,
    layout: str | None = None,
    wanted: int | None = None,
) -> Built | None:
    """The finished PDF when nothing that went into it has changed since; else None."""
    target = _target(home, key, output, layout)
    record = read_record(_record_file(target))
    if record is None or record.version != __version__ or not target.is_file():
        return None
    if (
        record.inputs != hash_inputs(input_files(home, key, layout, wanted))
        or digest(target.read_bytes()) != record.pdf
    ):
        return None
    return Built(target, record.pages, record.diagnostics, record.changes)


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
    from bulletin_pdf.outputs import Material, make_outputs

    loaded, found = load_issue_settings(home, key)
    record = read_record(_record_file(pdf))
    if loaded is None or record is None:
        return [], found
    products = []
    for profile in chosen(words) or chosen(loaded.settings.outputs):
        output = record.outputs.get(profile.name)
        if output is None or force or not _holds(pdf, output):
            progress(profile.title)
            material = Material(key, pdf.read_bytes(), record.imprint, loaded.settings.printing)
            made = make_outputs(profile.name, material)
            output = Output({name: digest(data) for name, data in made.files.items()}, made.note)
            try:
                for name, data in made.files.items():
                    write_whole(pdf.parent / name, data)
                record = replace(record, outputs={**record.outputs, profile.name: output})
                write_record(_record_file(pdf), record)
            except OSError as problem:
                found.append(_cannot_write(home.shown(pdf.parent), problem))
                continue
        products.append(Product(profile, tuple(pdf.parent / name for name in output.files), output.note))
    return products, found


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
    from bulletin_pdf.copies import Copy, find_sites, print_file, separate_files, title_of
    from bulletin_pdf.distribution import MAX_BYTES, allot, check_copies, read_distribution, register_csv

    loaded, found = load_issue_settings(home, key)
    fonts, more = _fonts(home, loaded) if loaded else (None, [])
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
        made, more = _register_pages(home, fonts, title_of(data) or key, allotments)
        found += more
        pages = [(folder / f"{stem}.{name}.pdf", each) for name, each in made]
        pages.append((folder / f"{stem}.发放登记表.csv", register_csv(allotments)))
    if has_errors(found):
        return None, found

    target = folder / (f"{stem}.份号" if separate else f"{stem}.份号.pdf")
    try:
        if separate:
            each_file = separate_files(data, copies, fonts, role, sites)
            if not write_folder(target, ((f"{copy.digits}.pdf", own) for copy, own in each_file)):
                message = f"文件夹“{home.shown(target)}”里有别的文件，不能整个换成新的。"
                hint = "把它们移出去再运行，或用 -o 换一个文件夹。"
                return None, [*found, error("BP802", message, Place(home.shown(target)), hint)]
        else:
            write_whole(target, print_file(data, copies, fonts, role, sites))
        for file, each in pages:
            write_whole(file, each)
    except OSError as problem:
        return None, [*found, _cannot_write(home.shown(target), problem)]
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


def _register_pages(
    home: Home, fonts: Fonts, title: str, allotments: "tuple[Allotment, ...]"
) -> tuple[list[tuple[str, bytes]], list[Diagnostic]]:
    """The distribution register and the labels as PDF, each with its name."""
    from bulletin_pdf.paginate import Document, paginate
    from bulletin_pdf.register import labels_html, register_html

    try:
        configuration = fontconfig(fonts, home.build / ".cache" / "fontconfig")
    except OSError as problem:
        return [], [_cannot_write(home.shown(home.build), problem)]
    made, found = [], []
    for name, html in (
        ("发放登记表", register_html(title, allotments)),
        ("标签", labels_html(title, allotments)),
    ):
        document = Document(html, {}, "register:", home.content, configuration, Path(name))
        data, more = paginate(document)
        found += more
        if data is not None:
            made.append((name, data))
    return made, found


def state(home: Home, key: str) -> tuple[int, str]:
    """An issue's page count (0 when not built) and its state in words."""
    record = read_record(_record_file(home.build / key / f"{key}.pdf"))
    if record is None:
        return 0, "未生成"
    return record.pages, "已生成" if standing(home, key) else "有改动，需重新生成"


def read_ledger(home: Home) -> tuple[list[Entry], list[Diagnostic]]:
    """Every issue whose settings can be read, and what is wrong with them or with their numbers."""
    entries = []
    found: list[Diagnostic] = []
    for key in home.issues():
        loaded, more = load_issue_settings(home, key)
        found += more
        if loaded is not None:
            settings, tree = loaded.settings, loaded.tree
            number, total, date = (tree.at((name,)).place for name in ("issue", "total", "date"))
            entries.append(
                Entry(
                    key,
                    settings.issue,
                    settings.total,
                    settings.date,
                    number,
                    total,
                    date,
                    settings.supplement,
                )
            )
    return entries, found + list(check_ledger(entries))


def ledger_faults(home: Home, keys: Iterable[str]) -> list[Diagnostic]:
    """What is wrong with the numbers and dates of these issues, seen beside all the others."""
    files = {home.shown(home.content / key / "issue.yaml") for key in keys}
    entries, _ = read_ledger(home)
    return [fault for fault in check_ledger(entries) if fault.place and fault.place.file in files]


def next_titles(home: Home, last: str | None) -> tuple[list[str], list[Diagnostic]]:
    """The section titles that the next issue begins with: the standing ones, else the last issue's."""
    from bulletin_pdf.load import load_issue

    publication, _, found = load_publication(home)
    if publication is None:
        return [], found
    if publication.standing_sections or last is None:
        return list(publication.standing_sections), found
    issue, _, _ = load_issue(home, last)
    return ([plain(section.title) for section in issue.sections] if issue else []), found


def font_report(home: Home, key: str) -> tuple[list[Face], dict[str, str], list[Diagnostic]]:
    """The faces in use, by role the characters of an issue that its face lacks, and what was wrong.

    The Latin face is asked for Latin only; the Chinese ones for everything, since strong digits are theirs.
    """
    from bulletin_pdf.load import load_issue
    from bulletin_pdf.typesetting import is_latin

    issue, loaded, found = load_issue(home, key)
    fonts, more = _fonts(home, loaded) if loaded else (None, [])
    if fonts is None:
        return [], {}, found + more
    characters = sorted(
        {character for character in all_text(issue) if not character.isspace()} if issue else ()
    )
    missing = {
        role: "".join(
            character
            for character in characters
            if ord(character) not in face.characters and (role != "latin" or is_latin(character))
        )
        for role, face in fonts.faces.items()
    }
    return list(fonts.faces.values()), missing, found + more


def input_files(
    home: Home, key: str, layout: str | None, wanted: int | None = None
) -> Iterator[tuple[str, Path]]:
    """Every file that an issue's PDF may depend on, with a name that holds on every machine."""
    yield "publication.yaml", home.publication
    # Pictures of the masthead may lie beside publication.yaml.
    issues = set(home.issues())
    for file in sorted(home.content.rglob("*")):
        name = file.relative_to(home.content)
        is_hidden = any(part.startswith(".") for part in name.parts)
        if name.parts[0] not in issues and file.is_file() and not is_hidden:
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
    yield "program-fonts", FONTS / "index.json"  # which names every vendored face by its hash
    if home.fonts.resolve() != FONTS.resolve():
        for file in sorted(home.fonts.rglob("*")):
            if file.is_file():
                yield f"fonts/{file.relative_to(home.fonts).as_posix()}", file
    if layout:
        yield f"layout={layout}", LAYOUTS / "blocks.html.j2"
    if wanted:
        yield f"pages={wanted}", LAYOUTS / "blocks.html.j2"
    program = Path(__file__).parent
    for file in sorted(program.rglob("*.py")):
        yield f"program/{file.relative_to(program).as_posix()}", file


def _settings_places(loaded: LoadedSettings) -> dict[str, Place]:
    """Where every word of the settings is written, as printed; longer ones first, which hold shorter ones."""
    values = loaded.tree.value
    assert isinstance(values, dict)
    nodes = [node for value in values.values() for node in (value, *_items(value))]
    places = {node.value: node.place for node in nodes if isinstance(node.value, str) and node.value}
    for name in ("date", "printed_on"):  # typed in one form, printed in another
        if day := getattr(loaded.settings, name):
            places[f"{day.year}年{day.month}月{day.day}日"] = loaded.tree.at((name,)).place
    return dict(sorted(places.items(), key=lambda entry: -len(entry[0])))


def _items(node: Node) -> tuple[Node, ...]:
    return node.value if isinstance(node.value, tuple) else ()


def _target(home: Home, key: str, output: Path | None, layout: str | None) -> Path:
    """Where the PDF goes. In a layout named for once it stands beside the ordinary one."""
    return (output or home.build / key) / (f"{key}-{layout}.pdf" if layout else f"{key}.pdf")


def _record_file(target: Path) -> Path:
    return (
        target.with_name("build.json")
        if target.parent.name == target.stem
        else target.with_suffix(".build.json")
    )


def _holds(pdf: Path, output: Output) -> bool:
    """Whether a profile's files are there as they were made."""
    return hash_inputs((name, pdf.parent / name) for name in output.files) == output.files


def _outputs_that_hold(pdf: Path, record: Record) -> Mapping[str, Output]:
    """What was made of a PDF by its last record. Of another PDF, or with other settings, its files are removed, so that
    nobody prints an old booklet; but not those that somebody has changed."""
    last = read_record(_record_file(pdf))
    if last is None:
        return {}
    if (last.version, last.inputs, last.pdf) == (record.version, record.inputs, record.pdf):
        return last.outputs
    for output in last.outputs.values():
        for name, hashed in output.files.items():
            file = inside(pdf.parent, name)
            if file is None or hash_inputs([(name, file)]) != {name: hashed}:
                continue
            with suppress(OSError):  # open in another program, which is told when it is made anew
                file.unlink()
                if file.parent != pdf.parent.resolve():
                    file.parent.rmdir()  # refused as long as something lies in it
    return {}


def _imprint_of_last_page(checked: Checked) -> Imprint:
    """Whether the last page carries the imprint, and anything else."""
    assert checked.placement is not None
    lines = [placed.line for placed in checked.placement.lines if placed.page == checked.pages]
    others = any(placed.page == checked.pages for placed in checked.placement.figures)
    of_imprint = [line.style.startswith("imprint") for line in lines]
    if not any(of_imprint):
        return ""
    return "alone" if all(of_imprint) and not others else "shared"


def _fonts(home: Home, loaded: LoadedSettings) -> tuple[Fonts | None, list[Diagnostic]]:
    chosen = {}
    for role in ROLES:
        name = getattr(loaded.settings.fonts, role)
        if name:
            chosen[role] = ChosenFont(name, loaded.tree.at(("fonts", role)).place)
    return load_fonts(chosen, home.fonts, home.build / ".cache" / "fonts")


def _prepare_pages(
    home: Home,
    key: str,
    layout: str | None,
    adjustment: Adjustment | None = None,
    progress: Progress = lambda stage: None,
) -> tuple[Prepared | None, list[Diagnostic]]:
    """Prepare an issue; where its imprint belongs on an even page and would end on an odd one, with the imprint on
    the next even page behind the text."""
    prepared, found = prepare(home, key, layout=layout, adjustment=adjustment, progress=progress)
    if prepared is None or not prepared.issue.imprint or prepared.layout.settings.imprint_page == "last":
        return prepared, found
    if _extent(home, prepared).pages % 2 == 0:
        return prepared, found
    return prepare(home, key, layout=layout, adjustment=adjustment, imprint_apart=True)


def _fitted(
    home: Home,
    key: str,
    layout: str | None,
    natural: Prepared,
    found: list[Diagnostic],
    option: int | None,
) -> tuple[Prepared | None, tuple[str, ...], list[Diagnostic]]:
    """An issue prepared so that it comes out at the wanted pages, what that took, and what is found in it.

    natural, found: the issue as it is and what was found in it. option: the number from the command line, if it
    is there.
    """

    def measure(adjustment: Adjustment) -> Extent:
        if adjustment == UNCHANGED:
            return extent
        prepared, _ = _prepare_pages(home, key, layout, adjustment)
        return _extent(home, prepared) if prepared else Extent(0, 0)

    extent = _extent(home, natural)
    if not extent.pages:
        return natural, (), found  # why, is told when the pages are made
    styles = {line.style for line in natural.rendered.lines}
    ladder = ladder_of(natural.layout, styles, has_pictures=bool(natural.rendered.pictures))
    wish = natural.loaded.settings.fit
    wanted = option or (wish.pages if wish else 0)
    place = Place(home.shown(home.content / key / "issue.yaml"))
    if option is None:
        place = natural.loaded.tree.at(("fit", "pages")).place
    result = fit(wanted, ladder, measure)
    if result.adjustment is None:
        return None, (), [*found, out_of_reach(wanted, result.pages, place)]
    if result.adjustment == UNCHANGED:
        return natural, (), found
    prepared, found = _prepare_pages(home, key, layout, result.adjustment)
    told = changes(natural.layout, prepared.layout, styles) if prepared else []
    return prepared, tuple(told), found


def _extent(home: Home, prepared: Prepared) -> Extent:
    """How long it comes out; no pages when it can't be laid out."""
    from bulletin_pdf.paginate import extent

    document, _ = _document(home, prepared)
    measured = extent(document)[0] if document else None
    pages, depth = measured or (0, 0.0)
    # A page of the imprint alone, which has no text, is no thin page: it counts as full.
    lines = round(depth / prepared.layout.geometry.pitch) or prepared.layout.settings.type_area.lines
    return Extent(pages, lines)


def _paginate(home: Home, prepared: Prepared) -> tuple[bytes | None, list[Diagnostic]]:
    from bulletin_pdf.paginate import paginate

    document, found = _document(home, prepared)
    return paginate(document) if document else (None, found)


def _document(home: Home, prepared: Prepared) -> tuple["Document | None", list[Diagnostic]]:
    """What the stage paginate takes."""
    from bulletin_pdf.paginate import Document
    from bulletin_pdf.render import LAYOUT_FILES

    try:
        configuration = fontconfig(prepared.fonts, home.build / ".cache" / "fontconfig")
    except OSError as problem:
        return None, [_cannot_write(home.shown(home.build), problem)]
    shown = home.shown(prepared.layout.folder)
    rendered, folder = prepared.rendered, prepared.layout.folder
    return Document(rendered.html, rendered.pictures, LAYOUT_FILES, folder, configuration, shown), []


def _preflight(data: bytes, prepared: Prepared, shown: Path) -> tuple[Checked, list[Diagnostic]]:
    from bulletin_pdf.layout_check import check_layout
    from bulletin_pdf.line_check import check_lines
    from bulletin_pdf.pdf import read_pdf
    from bulletin_pdf.placement import place
    from bulletin_pdf.preflight import preflight

    pdf, damaged = read_pdf(data, shown)
    if pdf is None:
        return Checked(0, None), damaged
    placement = place(pdf, prepared.rendered.lines, figures(prepared.issue))
    found = preflight(pdf, _expectation(prepared, shown))
    found += check_lines(placement, shown)
    found += check_layout(pdf, placement, prepared.layout.geometry, prepared.issue)
    return Checked(len(pdf.pages), placement), found


def _annotate(
    home: Home, key: str, target: Path, data: bytes, checked: Checked, found: list[Diagnostic]
) -> tuple[Path | None, list[Diagnostic]]:
    """Write the pages with the findings marked, beside the PDF."""
    from bulletin_pdf.annotate import annotate

    if checked.placement is None:
        return None, []
    file = target.with_suffix(".批注.pdf")
    try:
        write_whole(file, annotate(data, checked.placement, in_order([*ledger_faults(home, [key]), *found])))
    except OSError as problem:
        return None, [_cannot_write(home.shown(file), problem)]
    return file, []


def _expectation(prepared: Prepared, shown: Path) -> "Expectation":
    from bulletin_pdf.preflight import Expectation

    # PDF names have no spaces: Bulletin Fang is embedded as Bulletin-Fang.
    families = frozenset(face.family.replace(" ", "-") for face in prepared.fonts.faces.values())
    layout = prepared.layout
    overhang = 0.5 if layout.settings.composition.hanging else 0.0
    return Expectation(
        prepared.issue,
        prepared.rendered.html,
        layout.geometry,
        families,
        shown,
        overhang,
        blank_before_imprint=layout.settings.imprint_page == "even",
    )


def _cannot_write(shown: Path, problem: OSError) -> Diagnostic:
    return error(
        "BP801",
        f"写不了文件：{shown}（{reason(problem)}）。",
        Place(shown),
        "核对磁盘空间和权限，关掉正打开着它的程序，或用 -o 换一个文件夹。",
    )
