"""Tool: a distribution list 发放名单 read from CSV, and which copies each recipient gets.

Columns by their heads: 收件人 and 份数, and 部门 where it matters. The values are frozen; whatever is wrong with a list
is told at its cell.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors, warning
from bulletin_pdf.fonts import Fonts
from bulletin_pdf.manuscript.tables import read_csv
from bulletin_pdf.model import Text, plain
from bulletin_pdf.numbered.copies import MOST_NUMBER, lacking
from bulletin_pdf.source import SourceText

COLUMNS = {"收件人": "recipient", "部门": "department", "份数": "copies"}
MAX_BYTES = 1_000_000
# Recipient and department stand in one line at the foot of page 1 and on a label of 70 mm.
MOST_CHARACTERS = 40
REGISTER = ("起号", "止号", "份数", "部门", "收件人", "签收", "日期")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A row of the list: who gets how many copies. department: '' where none is given."""

    name: str
    department: str
    copies: int
    place: Place

    @property
    def words(self) -> str:
        """Department and name in one line."""
        return "　".join(filter(None, (self.department, self.name)))


@dataclass(frozen=True, slots=True)
class Allotment:
    """The copies that a recipient gets, by their first and last numbers."""

    recipient: Recipient
    first: int
    last: int


def read_distribution(source: SourceText) -> tuple[tuple[Recipient, ...], list[Diagnostic]]:
    """The recipients of a list in its order; none when a row is wrong.

    BP135, BP128: not a table. BP136: a column or a cell that can't be used. BP137 (warnings): a column that is not
    needed, a recipient named twice.
    """
    table, found = read_csv(source)
    if table is None:
        return (), found
    top = Place(source.file, 1, 1)
    heads = [plain(cell).strip() for cell in table.head]
    columns: dict[str, int] = {}
    for index, head in enumerate(heads):
        name = COLUMNS.get(head, head.lower())
        place = _place(table.head[index], top)
        if name not in COLUMNS.values():
            message = f"发放名单里的“{head}”这一列用不上。" if head else "发放名单里有一列没有列名。"
            found.append(warning("BP137", message, place, "用得上的列名是：收件人、部门、份数。"))
        elif name in columns:
            found.append(error("BP136", f"发放名单里有两列“{head}”。", place, "只留一列。"))
        else:
            columns[name] = index
    for head, name in COLUMNS.items():
        if name not in columns and name != "department":
            hint = "第一行写列名：收件人,部门,份数。"
            found.append(error("BP136", f"发放名单里没有“{head}”这一列。", top, hint))
    if has_errors(found):
        return (), found
    recipients = [
        recipient
        for row in table.rows
        if (recipient := _recipient(row, columns, _place_of(row, top), found)) is not None
    ]
    seen: dict[tuple[str, str], Place] = {}
    for recipient in recipients:
        key = recipient.department, recipient.name
        if key in seen:
            message = f"“{recipient.words}”在发放名单里已有一行（第 {seen[key].line} 行）。"
            found.append(
                warning("BP137", message, recipient.place, "同一个收件人的份数合成一行，或写明区别。")
            )
        seen.setdefault(key, recipient.place)
    return (() if has_errors(found) else tuple(recipients)), found


def _recipient(
    row: tuple[Text, ...], columns: dict[str, int], start: Place, found: list[Diagnostic]
) -> Recipient | None:
    """A row as a value; what is wrong with it goes to `found`."""

    def cell(name: str) -> Text:
        return row[columns[name]] if name in columns else ()

    def words(name: str) -> str:
        return re.sub(r"\s+", " ", plain(cell(name))).strip()

    name, department, number = words("recipient"), words("department"), words("copies")
    place = _place(cell("recipient"), start)
    before = len(found)
    if not name:
        hint = "写上收件人（人名或单位名）；不发的整行删去。"
        found.append(error("BP136", "这一行没有写收件人。", start, hint))
    if len(name) + len(department) > MOST_CHARACTERS:
        message = f"部门和收件人共 {len(name) + len(department)} 个字，最多 {MOST_CHARACTERS} 个，印不下：“{name}”。"
        found.append(error("BP136", message, place, "改用简称。"))
    at = _place(cell("copies"), start)
    hint = "写 1～999999 的整数，不带“份”字；不发的整行删去。"
    if not number:
        found.append(error("BP136", f"“{name}”没有写份数。", at, hint))
    elif not re.fullmatch(r"0*[1-9]\d{0,5}", number, re.ASCII):
        found.append(error("BP136", f"份数“{number}”不对。", at, hint))
    return Recipient(name, department, int(number), place) if len(found) == before else None


def _place(cell: Text, default: Place) -> Place:
    return cell[0].place if cell else default


def _place_of(row: tuple[Text, ...], default: Place) -> Place:
    """Where a row begins: its line, column 1."""
    first = next((cell for cell in row if cell), ())
    return Place(default.file, _place(first, default).line, 1)


def allot(recipients: Sequence[Recipient], start: int) -> tuple[Allotment, ...]:
    """Numbers in the order of the list, from `start` on, without a gap."""
    allotments = []
    for recipient in recipients:
        allotments.append(Allotment(recipient, start, start + recipient.copies - 1))
        start += recipient.copies
    return tuple(allotments)


def check_copies(
    start: int, count: int, allotments: Sequence[Allotment], fonts: Fonts
) -> Iterator[Diagnostic]:
    """What keeps copies from being printed: numbers beyond six digits (BP136), characters in no face (BP311)."""
    for each in allotments:
        if each.last > MOST_NUMBER:
            message = f"从 {start:06} 起共 {count} 份，到这一行超过了 {MOST_NUMBER}；份号是六位数。"
            yield error("BP136", message, each.recipient.place, "核对份数，或把 --start 改小。")
            break
    for each in allotments:
        if missing := lacking(each.recipient.words, "fang", fonts):
            message = f"哪种字体里都没有“{missing}”：“{each.recipient.words}”。"
            hint = "换一个字；换不得的，把有这个字的字体放进 fonts 文件夹，在“字体”里写明。"
            yield error("BP311", message, each.recipient.place, hint)


def register_csv(allotments: Sequence[Allotment]) -> bytes:
    """The distribution register 发放登记表 as CSV, with the marks by which spreadsheets know UTF-8."""
    stream = StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(REGISTER)
    for each in allotments:
        who = each.recipient
        writer.writerow(
            [
                f"{each.first:06}",
                f"{each.last:06}",
                who.copies,
                _safe(who.department),
                _safe(who.name),
                "",
                "",
            ]
        )
    return stream.getvalue().encode("utf-8-sig")


def _safe(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
