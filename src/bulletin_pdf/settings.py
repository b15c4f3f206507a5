"""What an editor may write in publication.yaml and issue.yaml.

Titles are the Chinese keys, descriptions the Chinese hover text of the JSON Schema and of the reference page.
"""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from bulletin_pdf.schema import Settings

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
    report_to: str = Field("", title="报", description="报送的上级。")
    send_to: str = Field("", title="送", description="送达的平级单位。")
    issue_to: str = Field("", title="发", description="发至的下级单位。")
    distribution: str = Field("", title="发放", description="发放范围。")
    copy_to: str = Field("", title="抄送", description="抄送单位。")
    mailbox: str = Field("", title="投稿邮箱", description="投稿邮箱。")
    approved_by: str = Field("", title="签发", description="签发人。")
    reviewed_by: str = Field("", title="审核", description="审核人。")
    edited_by: str = Field("", title="责任编辑", description="责任编辑。")
    print_run: int | None = Field(None, title="印数", description="共印多少份。", ge=1, le=10_000_000)
    subject: str = Field("", title="主题", description="PDF 文件的主题，不印出来。")
    keywords: Words = Field((), title="关键词", description="PDF 文件的关键词，不印出来。")
    fonts: FontChoice = Field(FontChoice(), title="字体", description="用本刊自己的字体代替自带的字体。")


class IssueSettings(Publication):
    """issue.yaml: what this issue adds; any key of publication.yaml may stand here too and then wins."""

    issue: int = Field(title="期号", description="本年第几期。", ge=1, le=9999)
    total: int = Field(title="总期号", description="创刊以来总第几期。", ge=1, le=999_999)
    date: Day = Field(title="日期", description="出刊日期，如 2021-07-09 或 2021年7月9日。")
    contents: tuple[Item, ...] = Field(
        title="内容", description="本期内容，按次序：Markdown 文件名，或“栏目”和“稿件”。", min_length=1
    )


# issue.yaml may leave these to publication.yaml.
STANDING = tuple(Publication.model_fields)
