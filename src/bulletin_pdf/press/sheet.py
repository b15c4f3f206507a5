"""Tool: the sheets of a print file: exact boxes, crop and registration marks, every page upright. A home of pypdf.

Lengths are points. Source of the boxes: PDF/X-4 (ISO 15930-7), 6.11.
"""

import re
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

from bulletin_pdf.pdf.objects import contents_of, dictionaries, fill, numbers
from bulletin_pdf.pdf.painting import IDENTITY, Box, Matrix, multiply
from bulletin_pdf.press.colour import Ink
from bulletin_pdf.press.inking import plate_space

MM = 72 / 25.4
BLEED = 3 * MM
# Crop marks stand so far outside the bleed and are so long; the sheet ends as far beyond them.
MARK_GAP, MARK_LENGTH, MARK_WIDTH = 1 * MM, 5 * MM, 0.3
_STATE = re.compile(rb"/(\S+) gs\b")
_PATTERN = re.compile(rb"/(\S+) (?:scn|SCN)\b")
_DRAWN = re.compile(rb"/(\S+) Do\b")


def make_sheets(writer: PdfWriter, *, marks: bool) -> None:
    """Every page on a sheet with its bleed, all of them of one size.

    A page that lies across stands with its head to the left, as it does in the bound issue (GB/T 9704 §8). marks: crop
    and registration marks outside the bleed.
    """
    if not writer.pages:
        return
    lies_across = _lies_across(_box(writer.pages[0]))
    turned = [page for page in writer.pages if _lies_across(_box(page)) != lies_across]
    for page in writer.pages:
        _make_sheet(writer, page, page in turned, marks)
    _show_whole(writer, {page.indirect_reference.idnum for page in turned if page.indirect_reference})


def _box(page: Any) -> Box:
    left, bottom, right, top = (float(edge) for edge in page["/TrimBox"])
    return left, bottom, right, top


def _lies_across(box: Box) -> bool:
    return box[2] - box[0] > box[3] - box[1]


def _make_sheet(writer: PdfWriter, page: Any, is_turned: bool, marks: bool) -> None:
    """Exact boxes, nothing painted outside the bleed but marks, and the space in which transparency is mixed."""
    left, bottom, right, top = trim = _box(page)
    turn = ""
    if is_turned:
        matrix = 0.0, 1.0, -1.0, 0.0, top, -left
        trim = 0.0, 0.0, top - bottom, right - left
        turn = " ".join(f"{number:.4f}" for number in matrix) + " cm\n"
        _turn_patterns(page, matrix)
    around = BLEED + (2 * MARK_GAP + MARK_LENGTH if marks else 0.0)
    page[NameObject("/BleedBox")] = numbers(grown(trim, BLEED))
    page[NameObject("/MediaBox")] = numbers(grown(trim, around))
    page[NameObject("/TrimBox")] = numbers(trim)
    page.pop("/CropBox", None)
    if _is_transparent(page):
        page[NameObject("/Group")] = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Group"),
                NameObject("/S"): NameObject("/Transparency"),
                NameObject("/CS"): NameObject("/DeviceCMYK"),
            }
        )
    x, y, far, high = grown(trim, BLEED)
    before = f"q {x:.4f} {y:.4f} {far - x:.4f} {high - y:.4f} re W n\n{turn}"
    after = "\nQ\n" + (_marks(trim) if marks else "")
    if marks:
        spaces = page["/Resources"].get_object().setdefault(NameObject("/ColorSpace"), DictionaryObject())
        spaces.get_object()[NameObject("/Registration")] = plate_space("All", Ink((1.0, 1.0, 1.0, 1.0)))
    stream = DecodedStreamObject()
    painted = b"\n".join(each.get_data() for each in contents_of(page))
    fill(stream, before.encode() + painted + after.encode())
    page[NameObject("/Contents")] = writer._add_object(stream)


def _turn_patterns(page: Any, matrix: Matrix) -> None:
    """Patterns that the page itself paints with stand by its own corner, whatever its content sets (ISO 32000-1, 8.7.3.1)."""
    patterns = page["/Resources"].get_object().get("/Pattern", DictionaryObject()).get_object()
    used = {name for stream in contents_of(page) for name in _PATTERN.findall(stream.get_data())}
    for name in used:
        pattern = patterns.get("/" + name.decode("latin-1"), DictionaryObject()).get_object()
        own = tuple(float(number) for number in pattern.get("/Matrix", IDENTITY))
        pattern[NameObject("/Matrix")] = ArrayObject(map(FloatObject, multiply(own, matrix)))  # type: ignore[arg-type]


def _show_whole(writer: PdfWriter, turned: set[int]) -> None:
    """Bookmarks of turned pages lead to the whole page; their place on it is another now."""
    for value in dictionaries(writer):
        target = value.get("/Dest") if "/Title" in value else None
        if isinstance(target, ArrayObject) and getattr(target[0], "idnum", None) in turned:
            value[NameObject("/Dest")] = ArrayObject([target[0], NameObject("/Fit")])


def grown(box: Box, by: float) -> Box:
    left, bottom, right, top = box
    return left - by, bottom - by, right + by, top + by


def _marks(trim: Box) -> str:
    """Crop marks at the corners and registration marks at the middle of the sides, on every plate, as artifacts."""
    left, bottom, right, top = trim
    near, far = BLEED + MARK_GAP, BLEED + MARK_GAP + MARK_LENGTH
    lines = []
    for x in (left, right):
        lines += [(x, bottom - far, x, bottom - near), (x, top + near, x, top + far)]
    for y in (bottom, top):
        lines += [(left - far, y, left - near, y), (right + near, y, right + far, y)]
    middle, arm = (near + far) / 2, MARK_LENGTH / 2
    across, up = (left + right) / 2, (bottom + top) / 2
    circles = []
    for x, y in (
        (across, bottom - middle),
        (across, top + middle),
        (left - middle, up),
        (right + middle, up),
    ):
        lines += [(x - arm, y, x + arm, y), (x, y - arm, x, y + arm)]
        circles.append(_circle(x, y, arm * 0.55))
    drawn = [f"{a:.4f} {b:.4f} m {c:.4f} {d:.4f} l S" for a, b, c, d in lines] + circles
    head = f"/Artifact BMC\nq\n/Registration CS\n1 SCN\n{MARK_WIDTH} w\n"
    return head + "\n".join(drawn) + "\nQ\nEMC\n"


def _circle(x: float, y: float, radius: float) -> str:
    """Of four Bézier curves."""
    bow = radius * 0.5523
    points = [
        (x + radius, y + bow, x + bow, y + radius, x, y + radius),
        (x - bow, y + radius, x - radius, y + bow, x - radius, y),
        (x - radius, y - bow, x - bow, y - radius, x, y - radius),
        (x + bow, y - radius, x + radius, y - bow, x + radius, y),
    ]
    curves = " ".join(" ".join(f"{number:.4f}" for number in curve) + " c" for curve in points)
    return f"{x + radius:.4f} {y:.4f} m {curves} S"


def _is_transparent(page: Any) -> bool:
    """Whether anything on a page lets shine through what lies under it."""
    resources = page["/Resources"].get_object()
    return any(_lets_through(stream.get_data(), resources, 0) for stream in contents_of(page))


def _lets_through(data: bytes, resources: Any, depth: int) -> bool:
    states = resources.get("/ExtGState", DictionaryObject()).get_object()
    for name in set(_STATE.findall(data)):
        state = states.get("/" + name.decode("latin-1"), DictionaryObject()).get_object()
        if (
            any(float(state.get(key, 1)) < 1 for key in ("/ca", "/CA"))
            or state.get("/SMask", "/None") != "/None"
            or state.get("/BM", "/Normal") not in ("/Normal", "/Compatible")
        ):
            return True
    drawn = resources.get("/XObject", DictionaryObject()).get_object()
    for name in set(_DRAWN.findall(data)):
        value = drawn.get("/" + name.decode("latin-1"), DictionaryObject()).get_object()
        if "/SMask" in value or "/Group" in value:
            return True
        if value.get("/Subtype") == "/Form" and depth < 8:
            own = value.get("/Resources", resources).get_object()
            if _lets_through(value.get_data(), own, depth + 1):
                return True
    return False
