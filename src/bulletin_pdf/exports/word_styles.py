"""The styles of a Word file after GB/T 9704—2012, and its fixed parts: page, grid, folios, settings, fonts.

Lengths are twips (1/20 pt), type sizes half points. 三号 is 16 pt in Word, of which 28 characters are wider than 156 mm
(§5.2.3): each is set 0.25 pt closer. A grid of characters would do the same, but not every program keeps to it. Lines are
29 pt apart, 22 on a page.
"""

from dataclasses import dataclass

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# §5.1, §5.2.1: A4, 天头 37 mm, 订口 28 mm, type area 156 × 225 mm.
PAGE, MARGINS = (11906, 16838), {"top": 2098, "right": 1474, "bottom": 1984, "left": 1588}
MEASURE, HEIGHT = PAGE[0] - 1588 - 1474, PAGE[1] - 2098 - 1984
EM, LINE = 320, 579
BODY, _CLOSER = 32, '<w:spacing w:val="-5"/>'
RED = "C00000"

FANG, KAI, HEI, SONG, TITLE = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
# What stands in where the standard's faces are missing.
_ALTERNATIVES = {FANG: "仿宋", KAI: "楷体", HEI: "SimHei", SONG: "SimSun", TITLE: "华文中宋"}


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style. name: Word's own where it has one, so that it is shown in the reader's language."""

    identity: str
    name: str
    font: str = FANG
    size: int = BODY
    indent: str = ""
    align: str = "both"
    before: int = 0
    after: int = 0
    line: str = f'w:line="{LINE}" w:lineRule="exact"'
    colour: str = ""
    bold: bool = False
    keep: bool = False
    level: int | None = None
    borders: str = ""
    tabs: str = ""
    on_grid: bool = True

    def xml(self) -> str:
        outline = f'<w:outlineLvl w:val="{self.level}"/>' if self.level is not None else ""
        borders = f"<w:pBdr>{self.borders}</w:pBdr>" if self.borders else ""
        tabs = f"<w:tabs>{self.tabs}</w:tabs>" if self.tabs else ""
        snap = "" if self.on_grid else '<w:snapToGrid w:val="0"/>'
        indent = f"<w:ind {self.indent}/>" if self.indent else ""
        colour = f'<w:color w:val="{self.colour}"/>' if self.colour else ""
        based = "" if self.identity == "Normal" else '<w:basedOn w:val="Normal"/>'
        following = '<w:next w:val="BodyText"/>' if self.keep else ""
        return (
            f'<w:style w:type="paragraph" w:styleId="{self.identity}"{_DEFAULT if not based else ""}>'
            f'<w:name w:val="{self.name}"/>{based}{following}<w:uiPriority w:val="1"/><w:qFormat/>'
            f"<w:pPr>{'<w:keepNext/><w:keepLines/>' if self.keep else ''}{borders}{tabs}{snap}"
            f'<w:spacing w:before="{self.before}" w:after="{self.after}" {self.line}/>{indent}'
            f'<w:jc w:val="{self.align}"/>{outline}</w:pPr>'
            f'<w:rPr><w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{self.font}"/>'
            f'{"<w:b/>" if self.bold else ""}{colour}{_CLOSER if self.size == BODY else ""}<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/></w:rPr>'
            "</w:style>"
        )


_LATIN, _DEFAULT = "Times New Roman", ' w:default="1"'
_FREE = 'w:line="240" w:lineRule="auto"'
_TWO = f'w:firstLineChars="200" w:firstLine="{2 * EM}"'


def _rule(side: str, width: int, colour: str = "auto", space: int = 1) -> str:
    return f'<w:{side} w:val="single" w:sz="{width}" w:space="{space}" w:color="{colour}"/>'


_STYLES = (
    _Style("Normal", "Normal"),
    _Style("BodyText", "Body Text", indent=_TWO),
    _Style("Title", "Title", TITLE, 96, align="center", before=600, after=300, line=_FREE, colour=RED),
    _Style("Marks", "份号密级", HEI, tabs=f'<w:tab w:val="right" w:pos="{MEASURE}"/>'),
    _Style("Number", "期号", align="center", after=240),
    _Style("Signers", "签发人", KAI, align="right", indent=f'w:rightChars="100" w:right="{EM}"'),
    _Style(
        "Organs",
        "编发单位",
        align="left",
        after=LINE,
        borders=_rule("bottom", 18, RED, 4),
        # The rule is as long as the line, so the text stands in by a tab and not by an indent.
        tabs=f'<w:tab w:val="left" w:pos="{EM}"/><w:tab w:val="right" w:pos="{MEASURE - EM}"/>',
    ),
    _Style("TOCHeading", "TOC Heading", HEI, align="center", before=120, after=60),
    _Style("TOC1", "toc 1", HEI, 28, align="left", line='w:line="480" w:lineRule="exact"'),
    _Style(
        "TOC2",
        "toc 2",
        size=28,
        indent=f'w:left="{2 * EM}"',
        align="left",
        line='w:line="480" w:lineRule="exact"',
    ),
    _Style("Heading1", "heading 1", TITLE, 36, "", "center", LINE, 290, colour=RED, keep=True, level=0),
    _Style("Heading2", "heading 2", TITLE, 44, "", "center", 290, 290, _FREE, keep=True, level=1),
    _Style("Heading3", "heading 3", HEI, indent=_TWO, keep=True, level=2),
    _Style("Heading4", "heading 4", KAI, indent=_TWO, keep=True, level=3),
    _Style("Heading5", "heading 5", bold=True, indent=_TWO, keep=True, level=4),
    _Style("Subtitle", "Subtitle", KAI, align="center", keep=True, after=120),
    _Style("Byline", "作者行", KAI, 28, align="center", keep=True, after=200),
    _Style(
        "Quote", "Quote", KAI, indent=f'w:left="{2 * EM}" w:right="{2 * EM}" {_TWO}', before=120, after=120
    ),
    _Style(
        "EditorNote",
        "编者按",
        KAI,
        indent=_TWO,
        borders=_rule("top", 6, space=6) + _rule("bottom", 6, space=6),
    ),
    _Style("BoxTitle", "方框标题", HEI, align="center", keep=True),
    _Style("PullQuote", "摘句", KAI, 36, align="center", before=240, after=240, line=_FREE, colour=RED),
    _Style("Verse", "诗", KAI, indent=f'w:left="{4 * EM}"', align="left"),
    _Style("Question", "问", HEI, indent=_TWO, keep=True),
    _Style(
        "Names",
        "名单",
        align="left",
        indent=f'w:left="{2 * EM}"',
        tabs="".join(f'<w:tab w:val="left" w:pos="{(2 + 5 * stop) * EM}"/>' for stop in range(1, 5)),
    ),
    _Style("ListParagraph", "List Paragraph", indent=_TWO),
    _Style("Figure", "图", align="center", before=160, after=80, line=_FREE, keep=True),
    _Style("Caption", "caption", KAI, 28, align="center", after=200, line='w:line="440" w:lineRule="exact"'),
    _Style(
        "TableCaption", "表题", HEI, 28, "", "center", 160, 80, 'w:line="440" w:lineRule="exact"', keep=True
    ),
    _Style("TableHead", "表头", HEI, 24, align="center", line=_FREE),
    _Style("TableText", "表文", size=24, align="left", line=_FREE),
    _Style("FootnoteText", "footnote text", size=24, align="left", line='w:line="360" w:lineRule="exact"'),
    _Style("AttachmentLabel", "附件", HEI, align="left", keep=True),
    _Style("Attendance", "出席", indent=f'w:left="{5 * EM}" w:hanging="{3 * EM}"', before=60),
    _Style("Imprint", "版记", size=28, align="left", line='w:line="520" w:lineRule="exact"'),
    _Style("Footer", "footer", SONG, 28, align="left", line=_FREE),
    _Style(
        "Separator", "分隔", size=2, before=60, after=60, line='w:line="20" w:lineRule="exact"', on_grid=False
    ),
)
_CHARACTERS = f"""
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/></w:style>
<w:style w:type="character" w:styleId="Strong"><w:name w:val="Strong"/><w:qFormat/><w:rPr><w:rFonts w:ascii="{HEI}" w:hAnsi="{HEI}" w:eastAsia="{HEI}"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Emphasis"><w:name w:val="Emphasis"/><w:qFormat/><w:rPr><w:rFonts w:eastAsia="{KAI}"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:u w:val="single"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="108" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>
<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>{"".join(_rule(side, 4, space=0) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))}</w:tblBorders></w:tblPr></w:style>
"""


def styles() -> str:
    """The part styles.xml."""
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{_LATIN}" w:hAnsi="{_LATIN}" w:eastAsia="{FANG}" '
        f'w:cs="{_LATIN}"/><w:kern w:val="2"/><w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    )
    return f"{HEAD}<w:styles {NAMESPACES}>{defaults}{''.join(each.xml() for each in _STYLES)}{_CHARACTERS}</w:styles>"


def fonts() -> str:
    """The part fontTable.xml: what stands in for a missing face."""
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _ALTERNATIVES.items()
    )
    return f"{HEAD}<w:fonts {NAMESPACES}>{rows}</w:fonts>"


def settings() -> str:
    """The part settings.xml."""
    return (
        f'{HEAD}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
        "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
        "<w:doNotExpandShiftReturn/>"
        '<w:useFELayout/><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def footer(*, is_even: bool) -> str:
    """The folio (§7.5): — 1 —, 四号 宋体, one character in from the right on odd pages, from the left on even ones."""
    side, align = ("left", "left") if is_even else ("right", "right")
    return (
        f'{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>'
        f'<w:ind w:{side}Chars="100" w:{side}="{EM}"/><w:jc w:val="{align}"/></w:pPr>'
        '<w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        '<w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


def section(*, is_wide: bool = False, kind: str = "nextPage") -> str:
    """Page, margins and grid of a section; is_wide: on a turned page (§8)."""
    width, height = PAGE
    sides = MARGINS
    turned = ""
    if is_wide:
        width, height, turned = height, width, ' w:orient="landscape"'
        sides = {"top": 1588, "right": 2098, "bottom": 1474, "left": 1984}
    margins = " ".join(f'w:{side}="{length}"' for side, length in sides.items())
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="odd"/><w:footerReference w:type="even" r:id="even"/>'
        '<w:footnotePr><w:numFmt w:val="decimalEnclosedCircle"/></w:footnotePr>'
        f'<w:type w:val="{kind}"/><w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar {margins} w:header="851" w:footer="1304" w:gutter="0"/><w:cols w:space="425"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/></w:sectPr>'
    )
