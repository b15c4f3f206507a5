"""The order of the stages, and the only module that knows it. Read this one first.

    load → render → paginate → preflight → write
             proofread

What is made of a finished PDF has its order in `production`, numbered copies theirs in `issuing`.

Every stage takes frozen values and gives its result with the diagnostics it found. An error stops the
PDF after the stage that found it, so that the editor sees everything that stage has to say at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin_pdf import __version__
from bulletin_pdf.arrangement import AS_IT_COMES, UNCHANGED, Adjustment, Arrangement
from bulletin_pdf.diagnostics import Diagnostic, Place, has_errors, in_order
from bulletin_pdf.files import cannot_write, write_whole
from bulletin_pdf.fit import Extent, adjusted, changes, fit, ladder_of, out_of_reach
from bulletin_pdf.fonts import ROLES, ChosenFont, Face, Fonts, load_fonts
from bulletin_pdf.fonts.fontconfig import fontconfig
from bulletin_pdf.home import Home
from bulletin_pdf.inputs import input_files
from bulletin_pdf.layout import Layout, load_layout
from bulletin_pdf.ledger import ledger_faults
from bulletin_pdf.model import Issue, all_text, figures, plain
from bulletin_pdf.publication import LoadedSettings, load_publication
from bulletin_pdf.record import (
    Imprint,
    Record,
    digest,
    hash_inputs,
    outputs_that_hold,
    pdf_file,
    record_file,
    write_record,
)
from bulletin_pdf.standing import Built
from bulletin_pdf.toolchain import toolchain
from bulletin_pdf.yaml_tree import Node

if TYPE_CHECKING:
    from bulletin_pdf.paginate import Document
    from bulletin_pdf.placement import Placement
    from bulletin_pdf.preflight import Expectation
    from bulletin_pdf.proofreading.rules import Finding
    from bulletin_pdf.render import Rendered

# The stages are imported where they run: each brings a library (Markdown, Jinja2, WeasyPrint, pypdf) that
# `bulletin list` and an unchanged build should not have to wait for.

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Text:
    """An issue read and proofread, the layout that it names, its fonts: what stays the same while its pages are tried."""

    loaded: LoadedSettings
    issue: Issue
    layout: Layout
    fonts: Fonts


@dataclass(frozen=True, slots=True)
class Prepared:
    """An issue with everything that its pages need: settings, layout (adjusted as arranged), fonts, HTML."""

    loaded: LoadedSettings
    issue: Issue
    layout: Layout
    fonts: Fonts
    rendered: "Rendered"
    arrangement: Arrangement


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks of a PDF started from: its page count, and what stands where; None for a damaged file."""

    pages: int
    placement: "Placement | None"


@dataclass(frozen=True, slots=True)
class Pages:
    """An issue's pages in memory.

    diagnostics: in order. prepared, data: what they were made of and their PDF; None when an error came before. An error
    found on the pages leaves them here to look at, but they are no finished PDF. changes: what was done to reach the
    wanted pages, in words.
    """

    diagnostics: tuple[Diagnostic, ...]
    prepared: Prepared | None = None
    data: bytes | None = None
    checked: Checked = Checked(0, None)
    changes: tuple[str, ...] = ()


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
    target = pdf_file(home, key, output, layout)
    inputs = hash_inputs(input_files(home, key, layout, wanted))
    made = make_pages(home, key, output=output, layout=layout, wanted=wanted, progress=progress)
    if made.prepared is None or made.data is None:
        return Built(None, 0, made.diagnostics)
    data, checked, pages, found = made.data, made.checked, made.checked.pages, list(made.diagnostics)
    marked, faults = _annotate(home, key, target, data, checked, found) if annotated else (None, [])
    if has_errors(found):
        return Built(None, pages, (*found, *faults), annotated=marked)

    faces = made.prepared.fonts.faces
    record = Record(
        __version__,
        inputs,
        digest(data),
        pages,
        tuple(found),
        made.changes,
        made.prepared.arrangement,
        _imprint_of_last_page(checked),
        issue=key,
        tools=toolchain(),
        fonts={ROLES[role]: f"{face.name} {face.digest[:8]}" for role, face in faces.items()},
    )
    try:
        write_whole(target, data)
        outputs = outputs_that_hold(target, record)
        write_record(record_file(target), replace(record, outputs=outputs))
    except OSError as problem:
        found.append(cannot_write(home.shown(target), problem))
        return Built(None, pages, (*found, *faults), annotated=marked)
    return Built(target, pages, (*found, *faults), made.changes, annotated=marked)


def make_pages(
    home: Home,
    key: str,
    *,
    output: Path | None = None,
    layout: str | None = None,
    wanted: int | None = None,
    compressed: bool = True,
    show: Callable[[bytes], object] = lambda data: None,
    progress: Progress = lambda stage: None,
) -> Pages:
    """All stages of a build but writing. Takes what `build` does; output: for the name in diagnostics. compressed: whether
    the PDF is; pages that are only to be looked at need not be. show: is given the PDF before it is checked."""
    progress("读取稿件")
    draft, loaded, reading = _loaded(home, key)
    text, more = _in_layout(home, draft, loaded, layout) if loaded else (None, [])
    found = reading + more
    prepared: Prepared | None = None
    changed: tuple[str, ...] = ()
    if text is not None and not has_errors(found):
        progress("套用版式")
        prepared, more = _set(home, text)
        if prepared is not None and (wanted or prepared.loaded.settings.fit):
            progress("排满")
            prepared, changed, more = _fitted(home, text, prepared, more, wanted)
        found += more
    laid_out = _paginating(home, prepared, compressed=compressed) if prepared else None

    # Where pages are laid out in a process of their own, the text is proofread meanwhile.
    progress("校对")
    found += _proofread(draft, loaded, reading)
    if prepared is None or laid_out is None or has_errors(found):
        return Pages(tuple(in_order(found)))

    progress("排版")
    _get_ready_to_check(prepared)
    data, more = laid_out()
    found += more
    if data is None:
        return Pages(tuple(in_order(found)), prepared)

    show(data)
    progress("印前检查")
    checked, more = _preflight(data, prepared, home.shown(pdf_file(home, key, output, layout)))
    return Pages(tuple(in_order([*found, *more])), prepared, data, checked, changed)


def prepare(
    home: Home, key: str, *, layout: str | None = None, arrangement: Arrangement = AS_IT_COMES
) -> tuple[Prepared | None, list[Diagnostic]]:
    """Everything before pages: what `bulletin check` runs. None when an error stops it."""
    draft, loaded, reading = _loaded(home, key)
    text, more = _in_layout(home, draft, loaded, layout) if loaded else (None, [])
    found = [*reading, *more, *_proofread(draft, loaded, reading)]
    if text is None or has_errors(found):
        return None, found
    prepared, more = _arranged(home, text, arrangement)
    return prepared, found + more


def _loaded(home: Home, key: str) -> tuple[Issue | None, LoadedSettings | None, list[Diagnostic]]:
    from bulletin_pdf.load import load_draft

    return load_draft(home, key)


def _in_layout(
    home: Home, draft: Issue | None, loaded: LoadedSettings, layout: str | None
) -> tuple[_Text | None, list[Diagnostic]]:
    """An issue with the layout and the faces that its pages need. layout: another than its own."""
    named_at = None if layout else loaded.tree.at(("layout",)).place
    chosen_layout, found = load_layout(layout or loaded.settings.layout, home.layouts, named_at)
    fonts, more = fonts_of(home, loaded)
    if draft is None or chosen_layout is None or fonts is None:
        return None, found + more
    return _Text(loaded, draft, chosen_layout, fonts), found + more


def _proofread(
    draft: Issue | None, loaded: LoadedSettings | None, reading: list[Diagnostic]
) -> list[Diagnostic]:
    """What proofreading finds in what could be read of an issue. reading: what was found in that."""
    findings, more = _findings(draft, loaded, reading)
    return [*(finding.diagnostic for finding in findings), *more]


def _findings(
    draft: Issue | None, loaded: LoadedSettings | None, reading: list[Diagnostic]
) -> "tuple[list[Finding], list[Diagnostic]]":
    from bulletin_pdf.proofreading import proofread

    if draft is None or loaded is None:
        return [], []
    findings, more = proofread(draft, loaded)
    # What seems to be accepted for nothing may stand where the text could not be read.
    return findings, [each for each in more if has_errors([each])] if has_errors(reading) else more


def _arranged(home: Home, text: _Text, arrangement: Arrangement) -> tuple[Prepared | None, list[Diagnostic]]:
    """A text in its layout, changed as arranged."""
    from bulletin_pdf.render import render

    settings_place = Place(home.shown(home.content / text.issue.key / "issue.yaml"))
    shown, layout = home.shown(text.layout.folder), text.layout
    if arrangement.adjustment != UNCHANGED:
        layout = adjusted(layout, arrangement.adjustment)
    rendered, found = render(
        text.issue,
        layout,
        text.fonts,
        settings_place,
        _settings_places(text.loaded),
        shown,
        imprint_apart=arrangement.imprint_apart,
    )
    if rendered is None or has_errors(found):
        return None, found
    return Prepared(text.loaded, text.issue, layout, text.fonts, rendered, arrangement), found


def proofread_issue(
    home: Home, key: str
) -> "tuple[Issue | None, LoadedSettings | None, list[Finding], list[Diagnostic]]":
    """An issue as it is read, what proofreading finds in it, and what else is wrong with it. With an error there is no
    issue, but what could be read was proofread."""
    draft, loaded, found = _loaded(home, key)
    findings, more = _findings(draft, loaded, found)
    return None if has_errors(found) else draft, loaded, findings, found + more


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
    fonts, more = fonts_of(home, loaded) if loaded else (None, [])
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


def _imprint_of_last_page(checked: Checked) -> Imprint:
    """Whether the last page carries the imprint, and anything else."""
    assert checked.placement is not None
    lines = [placed.line for placed in checked.placement.lines if placed.page == checked.pages]
    others = any(placed.page == checked.pages for placed in checked.placement.figures)
    of_imprint = [line.style.startswith("imprint") for line in lines]
    if not any(of_imprint):
        return ""
    return "alone" if all(of_imprint) and not others else "shared"


def fonts_of(home: Home, loaded: LoadedSettings) -> tuple[Fonts | None, list[Diagnostic]]:
    """The faces of an issue: the vendored ones, and those that its settings name."""
    chosen = {}
    for role in ROLES:
        name = getattr(loaded.settings.fonts, role)
        if name:
            chosen[role] = ChosenFont(name, loaded.tree.at(("fonts", role)).place)
    return load_fonts(chosen, home.fonts, home.build / ".cache" / "fonts")


def lay_out(
    home: Home,
    fonts: Fonts,
    pages: Mapping[str, str],
    pictures: Mapping[str, bytes] | None = None,
    *,
    tagged: bool = True,
) -> tuple[dict[str, bytes], list[Diagnostic]]:
    """Plain pages in the publication's faces, such as registers and reports: HTML to PDF, each under its name; without
    those that could not be laid out. pictures: by their addresses. tagged: see paginate."""
    from bulletin_pdf.paginate import Document, paginate

    try:
        configuration = fontconfig(fonts, home.font_configurations)
    except OSError as problem:
        return {}, [cannot_write(home.shown(home.build), problem)]
    made, found = {}, []
    for name, html in pages.items():
        document = Document(html, pictures or {}, "plain:", home.content, configuration, Path(name))
        data, more = paginate(document, tagged=tagged)
        found += more
        if data is not None:
            made[name] = data
    return made, found


def _set(
    home: Home, text: _Text, adjustment: Adjustment = UNCHANGED
) -> tuple[Prepared | None, list[Diagnostic]]:
    """A text in its layout; where the imprint belongs on an even page and would end on an odd one, with the imprint on
    the next even page behind the text."""
    prepared, found = _arranged(home, text, Arrangement(adjustment))
    if prepared is None or not text.issue.imprint or text.layout.settings.imprint_page == "last":
        return prepared, found
    if _extent(home, prepared).pages % 2 == 0:
        return prepared, found
    return _arranged(home, text, Arrangement(adjustment, imprint_apart=True))


def _fitted(
    home: Home, text: _Text, natural: Prepared, found: list[Diagnostic], option: int | None
) -> tuple[Prepared | None, tuple[str, ...], list[Diagnostic]]:
    """A text set so that it comes out at the wanted pages, what that took, and what is found in it.

    natural, found: the text as it comes and what was found in setting it. option: the number from the command line, if
    it is there.
    """

    def measure(adjustment: Adjustment) -> Extent:
        if adjustment == UNCHANGED:
            return extent
        prepared, _ = _set(home, text, adjustment)
        return _extent(home, prepared) if prepared else Extent(0, 0)

    extent = _extent(home, natural)
    if not extent.pages:
        return natural, (), found  # why, is told when the pages are made
    styles = {line.style for line in natural.rendered.lines}
    ladder = ladder_of(natural.layout, styles, has_pictures=bool(natural.rendered.pictures))
    wish = text.loaded.settings.fit
    wanted = option or (wish.pages if wish else 0)
    place = Place(home.shown(home.content / text.issue.key / "issue.yaml"))
    if option is None:
        place = text.loaded.tree.at(("fit", "pages")).place
    result = fit(wanted, ladder, measure)
    if result.adjustment is None:
        return None, (), [*found, out_of_reach(wanted, result.pages, place)]
    if result.adjustment == UNCHANGED:
        return natural, (), found
    prepared, found = _set(home, text, result.adjustment)
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


def _paginating(
    home: Home, prepared: Prepared, *, compressed: bool = True
) -> Callable[[], tuple[bytes | None, list[Diagnostic]]]:
    """Begin to lay the pages out; the PDF, and what was found, is there when it is asked for."""
    from bulletin_pdf.paginate import paginating

    document, found = _document(home, prepared)
    return paginating(document, compressed=compressed) if document else lambda: (None, found)


def _document(home: Home, prepared: Prepared) -> tuple["Document | None", list[Diagnostic]]:
    """What the stage paginate takes."""
    from bulletin_pdf.paginate import Document
    from bulletin_pdf.render import LAYOUT_FILES

    try:
        configuration = fontconfig(prepared.fonts, home.font_configurations)
    except OSError as problem:
        return None, [cannot_write(home.shown(home.build), problem)]
    shown = home.shown(prepared.layout.folder)
    rendered, folder = prepared.rendered, prepared.layout.folder
    return Document(rendered.html, rendered.pictures, LAYOUT_FILES, folder, configuration, shown), []


def _get_ready_to_check(prepared: Prepared) -> None:
    """What needs no pages, done while they may be laid out in another process: imports, the text that they must have, and
    the versions for the record."""
    from bulletin_pdf.system.quick_start import import_pypdf

    import_pypdf()
    from bulletin_pdf import layout_check, line_check, pdf, placement, preflight  # noqa: F401
    from bulletin_pdf.collation import read_html

    read_html(prepared.rendered.html)
    toolchain()


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
        return None, [cannot_write(home.shown(file), problem)]
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
