"""The models of lexicon.yaml, the house lexicon 本刊词表: leaders, units, fixed and forbidden phrases.

Titles are the Chinese keys, descriptions the hover text of the JSON Schema and of the reference page. What is done
with the words is in `proofreading`.
"""

from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from bulletin_pdf.schema import Settings
from bulletin_pdf.settings import Words


def _as_word(value: str) -> str:
    if len(value) < 2:
        raise ValueError(f"“{value}”太短；至少写两个字，一个字会到处碰上。")
    return value


Word = Annotated[str, AfterValidator(_as_word)]


def _as_leader(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _as_unit(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


def _as_forbidden(value: Any) -> Any:
    return {} if value is None else {"instead": value} if isinstance(value, str) else value


class Leader(Settings):
    """A leader 领导 with the posts that may stand beside the name."""

    name: Word = Field(title="姓名", description="姓名，不要空格。")
    posts: Words = Field(
        (), title="职务", description="现任职务，如 党委书记、董事长；不止一个时用顿号隔开或写成列表。"
    )
    former_posts: Words = Field(
        (), title="曾用职务", description="以前的职务；本刊旧闻里还会出现，不算写错。"
    )


class Unit(Settings):
    """A unit 单位 under the names that it may have in print, and those that it may not."""

    name: Word = Field(title="全称", description="单位的全称。")
    short_names: Words = Field((), title="简称", description="规范的简称。")
    wrong_names: Words = Field((), title="不写", description="不许用的写法：旧名、俗称、容易写错的简称。")


class Forbidden(Settings):
    """A phrase that the house does not print."""

    instead: str = Field("", title="改为", description="应该怎样写。")
    reason: str = Field("", title="理由", description="为什么不这样写。")


LeaderEntry = Annotated[Leader, BeforeValidator(_as_leader, json_schema_input_type=Word | Leader)]
UnitEntry = Annotated[Unit, BeforeValidator(_as_unit, json_schema_input_type=Word | Unit)]
ForbiddenEntry = Annotated[
    Forbidden, BeforeValidator(_as_forbidden, json_schema_input_type=str | Forbidden | None)
]


Phrases = TypeVar("Phrases", tuple[str, ...], dict[str, Forbidden])


class Lexicon(Settings):
    """lexicon.yaml: the words of the house. Without the file it is empty."""

    leaders: tuple[LeaderEntry, ...] = Field(
        (), title="领导", description="领导的姓名和职务，按排名的次序；列名单时照此核对先后。"
    )
    units: tuple[UnitEntry, ...] = Field((), title="单位", description="单位的全称和简称。")
    phrases: Words = Field(
        (),
        title="固定用语",
        description="一个字也不能差的用语，一行一个；相差一个字的写法会提示，别的固定用语除外。",
    )
    forbidden: dict[str, ForbiddenEntry] = Field(
        {}, title="禁用语", description="不用的词: 改为什么；一行一个，也可以写“改为”和“理由”。"
    )

    @field_validator("phrases", "forbidden")
    @classmethod
    def _are_words(cls, phrases: Phrases) -> Phrases:
        for phrase in phrases:
            _as_word(phrase)
        return phrases
