"""Tables, pictures and fields of a Word file as XML."""

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import quoteattr

from bulletin_pdf.exports.word_texts import paragraph

# A pixel of CSS in twips; a twip in EMU; the padding of a cell on either side.
PIXEL, EMU, PADDING = 15, 635, 108
SEPARATOR = paragraph("Separator", "")


def xml_field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def in_turn(parts: Iterable[str]) -> str:
    """Blocks one after the other; tables that touch would be one, and a body or cell must end with a paragraph."""
    xml: list[str] = []
    for part in filter(None, parts):
        if xml and xml[-1].endswith("</w:tbl>") and part.startswith("<w:tbl>"):
            xml.append(SEPARATOR)
        xml.append(part)
    if not xml or xml[-1].endswith("</w:tbl>"):
        xml.append(SEPARATOR)
    return "".join(xml)


def xml_cell(content: str | Iterable[str], width: int, stands: str = "top") -> str:
    """A cell; stands: where its content does, up and down."""
    inner = in_turn([content] if isinstance(content, str) else content)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="{stands}"/></w:tcPr>{inner}</w:tc>'


def xml_table(
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
    borders: str = "",
    *,
    style: str = "TableNormal",
    place: str = "",
    padding: int = PADDING,
    has_head: bool = False,
) -> str:
    """A table of cells. place: where it floats. has_head: whether its first row is repeated on each page."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = []
    for index, cells in enumerate(rows):
        head = "<w:tblHeader/>" if has_head and index == 0 else ""
        lines.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>")
    sides = f'<w:left w:w="{padding}" w:type="dxa"/><w:right w:w="{padding}" w:type="dxa"/>'
    look = '<w:tblLook w:val="0020" w:firstRow="1"/>' if has_head else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>{place}<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'{"" if place else "<w:jc w:val=" + chr(34) + "center" + chr(34) + "/>"}{borders}<w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{sides}</w:tblCellMar>{look}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def xml_drawing(number: int, name: str, alt: str, size: tuple[int, int]) -> str:
    """A picture in the line. size: in EMU."""
    extent = f'cx="{size[0]}" cy="{size[1]}"'
    identity = name.replace(".", "-")
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="{name}" descr={quoteattr(alt)}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{identity}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
