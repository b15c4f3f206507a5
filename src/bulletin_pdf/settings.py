"""What an editor may write in publication.yaml and issue.yaml.

Titles are the Chinese keys, descriptions the Chinese hover text of the JSON Schema and of the reference page.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from bulletin_pdf.profiles import chosen
from bulletin_pdf.schema import Settings, missing

# Those present 出席, absent and sitting in, in the order in which they are printed.
ATTENDANCE_KEYS = ("attended", "absent", "observers")
# Labels of the imprint 版记 in the order in which they are printed.
IMPRINT_KEYS = (
    "report_to",
    "send_to",
    "issue_to",
    "distribution",
    "copy_to",
    "mailbox",
    "approved_by",
    "reviewed_by",
    "edited_by",
    "printed_by",
    "printed_on",
    "print_run",
)


def as_date(value: Any) -> date:
    """A date typed as 2021-07-09, 2021-7-9, 2021/7/9, 2021.7.9 or 2021年7月9日; else a ValueError in Chinese: what is wrong；what to do."""
    if not isinstance(value, str):
        raise ValueError("应为一个日期；写成 2021-07-09 或 2021年7月9日。")
    match = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", value.strip())
    if not match:
        raise ValueError(f"“{value}”不是日期；写成 2021-07-09 或 2021年7月9日。")
    year, month, day = map(int, match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"没有“{value}”这一天；核对月份和日子。") from None


def _as_sequence(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_entry(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else value


Line = Annotated[str, Field(min_length=1)]
Day = Annotated[date, BeforeValidator(as_date, json_schema_input_type=str)]
Words = Annotated[
    tuple[Line, ...], BeforeValidator(_as_sequence, json_schema_input_type=Line | tuple[Line, ...])
]


class FontChoice(Settings):
    """A publication's own fonts 字体: which file in its fonts folder takes which role."""

    fang: str | None = Field(
        None, title="仿宋", description="正文用的仿宋：fonts 文件夹里的文件名，或字体名。"
    )
    kai: str | None = Field(None, title="楷体", description="强调、引文、署名用的楷体。")
    song: str | None = Field(None, title="宋体", description="页码、脚注用的宋体。")
    biaosong: str | None = Field(None, title="小标宋", description="刊名和标题用的小标宋。")
    hei: str | None = Field(None, title="黑体", description="着重和小标题用的黑体。")
    latin: str | None = Field(None, title="西文", description="数字和西文字母用的字体。")


class Proofreading(Settings):
    """What proofreading 校对 leaves alone."""

    off: Words = Field(
        (), title="关闭", description="不要的校对规则，如 PR403；编号见 docs/diagnostics/proofreading.md。"
    )


class Printing(Settings):
    """Wishes for the files that are printed 印制."""

    paper: Literal["A4", "A3", "SRA3"] | None = Field(
        None, title="纸", description="小册子用的纸；不写就用放得下两页原大的最小一种，页面太大时缩小。"
    )
    creep: float = Field(
        0.0, title="爬移", description="小册子每往里一张，页面向折线移多少毫米；约为纸的厚度。", ge=0, le=1
    )
    per_side: Literal["2", "4", "6", "8"] = Field(
        "2", title="每面页数", description="拼页时一面 A4 上拼几页：2、4、6 或 8。"
    )
    even: bool = Field(False, title="补成双数页", description="办公打印的页数是单数时，要不要补一个空白页。")


# Colorants that mean something else in a Separation: every plate, no plate (ISO 32000-1 §8.6.6.4), the process inks.
RESERVED_PLATES = {"all", "none", "cyan", "magenta", "yellow", "black"}


class Press(Settings):
    """What the printing house wants of a print file 付印."""

    profile: Line | None = Field(
        None,
        title="色彩文件",
        description="印刷厂给的 ICC 色彩特性文件（CMYK），放在 content 文件夹里；不写就用自带的 FOGRA39（铜版纸胶印）。",
    )
    condition: Line | None = Field(
        None, title="印刷条件", description="色彩文件是哪种印刷条件，用它在 ICC 登记的名称，如 FOGRA39。"
    )
    plate: str = Field(
        "",
        title="专色",
        description="专色版的名字，如 专色红；版式“印刷颜色”里的第一种颜色改用它印。不写就用四色。",
    )
    marks: bool = Field(True, title="裁切线", description="页面四周要不要印裁切线和套准线。")

    @model_validator(mode="after")
    def _says_what_the_profile_is(self) -> "Press":
        if self.profile and not self.condition:
            raise ValueError("有色彩文件，没有印刷条件；向印刷厂问清楚，写在“印刷条件”里。")
        if self.condition and not self.profile:
            raise ValueError(
                "有印刷条件，没有色彩文件；向印刷厂要色彩文件，写在“色彩文件”里；用自带的 FOGRA39，就删去“印刷条件”。"
            )
        return self

    @field_validator("plate")
    @classmethod
    def _is_a_plate_of_its_own(cls, value: str) -> str:
        if value.strip().lower() in RESERVED_PLATES:
            raise ValueError(
                f"专色版不能叫“{value}”，这是四色版或套准标记的名字；写印刷厂给油墨起的名字，如 专色红、PANTONE 485 C。"
            )
        return value


class Entry(Settings):
    """One item of an issue's contents 内容: a file, or a section with the files of its articles."""

    file: str | None = Field(None, title="文件", description="一个 Markdown 文件：一个栏目连同它的稿件。")
    section: str | None = Field(None, title="栏目", description="栏目名；稿件各在一个文件里时用。")
    articles: Words = Field((), title="稿件", description="这个栏目的稿件文件，一行一个。")

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> "Entry":
        if bool(self.file) == bool(self.section) or (self.file and self.articles):
            raise ValueError(
                "不是一个文件，也不是一个栏目；要么只写文件名，如“- 01-要闻.md”，要么写“栏目”和“稿件”。"
            )
        return self


Item = Annotated[Entry, BeforeValidator(_as_entry, json_schema_input_type=Line | Entry)]


class Publication(Settings):
    """publication.yaml: what stays the same from issue to issue."""

    name: Line = Field(title="刊名", description="刊名，印在报头。")
    organs: Words = Field(title="编发单位", description="编发单位；不止一个时写成列表。", min_length=1)
    layout: Line = Field("bulletin", title="版式", description="版式：layouts 里的文件夹名。")
    standing_sections: Words = Field(
        (), title="常设栏目", description="每期都有的栏目，按次序；bulletin new 照此建立文件。"
    )
    classification: str = Field("", title="密级", description="密级或“内部资料 注意保存”，印在报头左上。")
    signers: Words = Field((), title="签发人", description="签发人，印在报头；不止一个时写成列表。")
    masthead_background: Line | None = Field(
        None, title="报头图", description="报头的底图：图片文件名，放在本期文件夹或 content 文件夹里。"
    )
    logo: Line | None = Field(
        None, title="刊标", description="报头的标志：图片文件名，放在本期文件夹或 content 文件夹里。"
    )
    contents_list: bool = Field(False, title="要目", description="报头下面要不要列出本期要目。")
    report_to: str = Field("", title="报", description="报送的上级。")
    send_to: str = Field("", title="送", description="送达的平级单位。")
    issue_to: str = Field("", title="发", description="发至的下级单位。")
    distribution: str = Field("", title="发放", description="发放范围。")
    copy_to: str = Field("", title="抄送", description="抄送单位。")
    mailbox: str = Field("", title="投稿邮箱", description="投稿邮箱。")
    approved_by: str = Field("", title="签发", description="签发人，印在版记。")
    reviewed_by: str = Field("", title="审核", description="审核人。")
    edited_by: str = Field("", title="责任编辑", description="责任编辑。")
    printed_by: str = Field("", title="印发机关", description="印发机关，印在版记。")
    print_run: int | None = Field(None, title="印数", description="共印多少份。", ge=1, le=10_000_000)
    subject: str = Field("", title="主题", description="PDF 文件的主题，不印出来。")
    keywords: Words = Field((), title="关键词", description="PDF 文件的关键词，不印出来。")
    proofreading: Proofreading = Field(
        Proofreading(), title="校对", description="检查稿件时，哪些校对规则不用。"
    )
    fonts: FontChoice = Field(FontChoice(), title="字体", description="用本刊自己的字体代替自带的字体。")
    press: Press = Field(Press(), title="付印", description="付印的文件：色彩、专色、裁切线。")
    archived_sources: bool = Field(
        False, title="存档附原稿", description="存档的 PDF 里要不要附上原稿和生成记录（PDF/A-3）。"
    )
    outputs: Words = Field(
        (),
        title="用途",
        description="除了 PDF，还要生成哪些：屏幕、办公、小册子、校样、付印、存档、图片、检查报告，或者全部。",
    )
    printing: Printing = Field(Printing(), title="印制", description="用什么纸，怎样补页。")

    @field_validator("outputs")
    @classmethod
    def _are_profiles(cls, outputs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(profile.name for profile in chosen(outputs))


class Fit(Settings):
    """How many pages an issue must have; the module `fit` reaches it."""

    pages: int = Field(title="页数", description="要排成多少页。", ge=1, le=999)


class IssueSettings(Publication):
    """issue.yaml: what this issue adds; any key of publication.yaml may stand here too and then wins."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [key]} for key in ("总期号", "total", "增刊", "supplement")]
        }
    )

    issue: int = Field(title="期号", description="本年第几期。", ge=1, le=9999)
    supplement: bool = Field(False, title="增刊", description="这一期是不是增刊；增刊的期号另外从 1 数起。")
    total: int | None = Field(
        None,
        title="总期号",
        description="创刊以来总第几期；必写，增刊可以不写。",
        ge=1,
        le=999_999,
        validate_default=True,
    )
    date: Day = Field(title="日期", description="出刊日期，如 2021-07-09 或 2021年7月9日。")
    copy_number: str = Field(
        "",
        title="编号",
        description="涉密简报的编号，如 000001，印在报头，各份一样；各份不同的份号用 bulletin copies 印。",
    )
    front: str | None = Field(
        None, title="卷首", description="一个 Markdown 文件，印在第一个栏目之前：导读、编者按，没有标题。"
    )
    contents: tuple[Item, ...] = Field(
        title="内容", description="本期内容，按次序：Markdown 文件名，或“栏目”和“稿件”。", min_length=1
    )
    fit: Fit | None = Field(None, title="排满", description="要排成的页数；不写就自然排，有几页是几页。")
    attachments: Words = Field(
        (), title="附件", description="附件的 Markdown 文件，一行一个，各从新的一页开始；# 是附件的标题。"
    )
    attended: str = Field("", title="出席", description="出席会议的人。")
    absent: str = Field("", title="请假", description="请假的人。")
    observers: str = Field("", title="列席", description="列席会议的人。")
    printed_on: Day | None = Field(
        None, title="印发日期", description="印发的日期，印在版记，如 2021年7月9日。"
    )

    @field_validator("total")
    @classmethod
    def _only_supplements_do_without(cls, total: int | None, info: ValidationInfo) -> int | None:
        if total is None and not info.data.get("supplement", True):
            raise missing()
        return total


def in_words(name: str, value: Any) -> str:
    """The value of a setting as it is printed."""
    match name:
        case "print_run":
            return f"共印{value}份"
        case "printed_on":
            return f"{value.year}年{value.month}月{value.day}日印发"
        case _:
            return str(value)


# issue.yaml may leave these to publication.yaml.
STANDING = tuple(Publication.model_fields)
