"""A Word file's zip: parts, their types and relations (ECMA-376 part 2). The same parts give the same bytes."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

from bulletin_pdf.exports import word_styles
from bulletin_pdf.exports.word_styles import HEAD
from bulletin_pdf.model import Issue

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_FIXED = {
    "styles": ("styles", "styles.xml"),
    "fonts": ("fontTable", "fontTable.xml"),
    "settings": ("settings", "settings.xml"),
    "notes": ("footnotes", "footnotes.xml"),
    "odd": ("footer", "footer1.xml"),
    "even": ("footer", "footer2.xml"),
}
_TYPES = {
    "document.xml": "document.main",
    "styles.xml": "styles",
    "fontTable.xml": "fontTable",
    "settings.xml": "settings",
    "footnotes.xml": "footnotes",
    "footer1.xml": "footer",
    "footer2.xml": "footer",
}
# Of every part: a zip can say no earlier day.
_DAY = (1980, 1, 1, 0, 0, 0)


def package(
    issue: Issue,
    document: str,
    footnotes: str,
    links: Mapping[str, Mapping[str, str]],
    pictures: Mapping[str, bytes],
) -> bytes:
    """The file. links: addresses by identity, for the part `document` and the part `footnotes`. pictures: by name, which
    is their identity too."""
    relations = [
        *(_relation(identity, kind, target) for identity, (kind, target) in _FIXED.items()),
        *(_relation(name.replace(".", "-"), "image", f"media/{name}") for name in pictures),
        *(_external(identity, address) for identity, address in links["document"].items()),
    ]
    parts: dict[str, bytes] = {
        "[Content_Types].xml": _types().encode(),
        "_rels/.rels": _relations(
            [
                _relation("document", "officeDocument", "word/document.xml"),
                f'<Relationship Id="core" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>',
            ]
        ),
        "docProps/core.xml": _properties(issue).encode(),
        "word/document.xml": document.encode(),
        "word/_rels/document.xml.rels": _relations(relations),
        "word/styles.xml": word_styles.styles().encode(),
        "word/fontTable.xml": word_styles.fonts().encode(),
        "word/settings.xml": word_styles.settings().encode(),
        "word/footnotes.xml": footnotes.encode(),
        "word/_rels/footnotes.xml.rels": _relations(
            [_external(identity, address) for identity, address in links["footnotes"].items()]
        ),
        "word/footer1.xml": word_styles.footer(is_even=False).encode(),
        "word/footer2.xml": word_styles.footer(is_even=True).encode(),
        **{f"word/media/{name}": data for name, data in pictures.items()},
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            archive.writestr(entry, data)
    return stream.getvalue()


def _types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}" ContentType="{_WORD}.{kind}+xml"/>'
        for name, kind in _TYPES.items()
    )
    return (
        f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/><Default Extension="jpg" ContentType="image/jpeg"/>'
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{overrides}</Types>"
    )


def _relations(relations: list[str]) -> bytes:
    text = f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(relations)}</Relationships>'
    return text.encode()


def _relation(identity: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identity}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _external(identity: str, address: str) -> str:
    target = escape(address, {'"': "&quot;"})
    return (
        f'<Relationship Id="{identity}" Type="{_OFFICE}/hyperlink" Target="{target}" TargetMode="External"/>'
    )


def _properties(issue: Issue) -> str:
    """Title, organs, subject; made on the day of the issue."""
    masthead = issue.masthead
    moment = f'xsi:type="dcterms:W3CDTF">{masthead.date.isoformat()}T00:00:00Z'
    return (
        f'{HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(issue.title)}</dc:title><dc:subject>{escape(issue.subject)}</dc:subject>"
        f"<dc:creator>{escape('、'.join(masthead.organs))}</dc:creator>"
        f"<cp:keywords>{escape('，'.join(issue.keywords))}</cp:keywords><dc:language>zh-CN</dc:language>"
        f"<dcterms:created {moment}</dcterms:created><dcterms:modified {moment}</dcterms:modified></cp:coreProperties>"
    )
