"""Write the parts of the docs that come from the code, or say which of them are stale.

    python scripts/write-docs.py            write them
    python scripts/write-docs.py --check    only compare: exits with 1 and names the files that differ

They are: the tables between `<!-- table: NAME -->` and `<!-- end -->` in README.zh-CN.md and docs/settings.md,
and the JSON Schemas in content/.schema/.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from bulletin_pdf.fonts import FALLBACK, ROLES  # noqa: E402
from bulletin_pdf.home import Home  # noqa: E402
from bulletin_pdf.layout import SIZES, Composition, LayoutSettings, Page, TypeArea, TypeStyle  # noqa: E402
from bulletin_pdf.lexicon import Forbidden, Leader, Lexicon, Unit  # noqa: E402
from bulletin_pdf.scaffold import write_schemas  # noqa: E402
from bulletin_pdf.schema import Settings, chinese_name  # noqa: E402
from bulletin_pdf.settings import (  # noqa: E402
    STANDING,
    Entry,
    Fit,
    FontChoice,
    IssueSettings,
    Press,
    Printing,
    Proofreading,
    Publication,
)

PAGES = ("README.zh-CN.md", "docs/settings.md")
MODELS: tuple[type[Settings], ...] = (
    *(Publication, IssueSettings, Entry, Fit, FontChoice, Proofreading, Printing, Press),
    *(Lexicon, Leader, Unit, Forbidden),
    *(LayoutSettings, Page, TypeArea, Composition, TypeStyle),
)
_TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def files() -> Iterator[tuple[Path, str]]:
    """Every file that is written, whole or in part, with the text it should have."""
    tables = {model.__name__: model_table(model) for model in MODELS}
    tables |= {"roles": roles_table(), "sizes": sizes_table()}
    for name in PAGES:
        file = ROOT / name
        yield (
            file,
            _TABLE.sub(
                lambda match: f"{match[1]}\n{tables[match[2]]}\n{match[3]}", file.read_text(encoding="utf-8")
            ),
        )
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        write_schemas(home)
        for file in sorted(Path(folder).rglob("*.json")):
            yield ROOT / file.relative_to(folder), file.read_text(encoding="utf-8")


# --- tables ---------------------------------------------------------------------------------------------


def model_table(model: type[Settings]) -> str:
    """The keys of one model. Of issue.yaml only those that publication.yaml has not."""
    rows = (
        (f"`{chinese_name(name, field)}`", f"`{name}`", kind(field), default(field), field.description or "")
        for name, field in model.model_fields.items()
        if model is not IssueSettings or name not in STANDING
    )
    return table(("键", "英文键", "写什么", "不写时", "说明"), rows)


def roles_table() -> str:
    """The font roles: their names, the face that comes with the program, where missing characters come from."""
    faces = json.loads((ROOT / "fonts" / "index.json").read_text(encoding="utf-8"))["faces"]
    rows = (
        (chinese, f"`{role}`", faces[role]["name"], "、".join(ROLES[other] for other in FALLBACK[role]))
        for role, chinese in ROLES.items()
    )
    return table(("角色", "在 layout.yaml 里", "自带的字体", "缺字时依次找"), rows)


def sizes_table() -> str:
    """号 in points."""
    return table(("号", "pt"), ((name, f"{points:g}") for name, points in SIZES.items()))


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = (heads, tuple("---" for _ in heads), *rows)
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def kind(field: FieldInfo) -> str:
    """What an editor writes for a field, in words."""
    bounds = {
        name: getattr(each, name)
        for each in field.metadata
        for name in ("gt", "ge", "le")
        if hasattr(each, name)
    }
    return _kind(field.annotation, field.metadata, bounds)


def _kind(annotation: Any, metadata: Iterable[object], bounds: dict[str, float]) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(arguments[0], (*metadata, *arguments[1:]), bounds)
    if origin in (Union, UnionType):
        return _kind(next(each for each in arguments if each is not NoneType), metadata, bounds)
    if origin is Literal:
        return "、".join(f"`{value}`" for value in arguments)
    if origin is tuple:
        is_texts = arguments[0] is str or get_args(arguments[0])[:1] == (str,)
        return "文字，或列表" if is_texts else "列表"
    if origin is dict:
        return "“名字: 值”，一行一个"
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return "“键: 值”，见下"
    if annotation is bool:
        return "`true`、`false`"
    if annotation is float and any(isinstance(each, BeforeValidator) for each in metadata):
        return "长度" + _bounds(bounds, "pt")
    return {str: "文字", int: "整数", float: "数字", date: "日期"}[annotation] + _bounds(bounds, "")


def _bounds(bounds: dict[str, float], unit: str) -> str:
    words = {"gt": "大于 ", "ge": "不小于 ", "le": "不大于 "}
    # That a length is more than nothing goes without saying.
    given = [f"{words[name]}{bound}{unit}" for name, bound in bounds.items() if bound or not unit]
    if "ge" in bounds and "le" in bounds:
        given = [f"{bounds['ge']}～{bounds['le']}"]
    return f"（{'，'.join(given)}）" if given else ""


def default(field: FieldInfo) -> str:
    """What holds when a field is left out."""
    if field.is_required():
        return "必写"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value in (None, "", (), {}) or isinstance(value, Settings):
        return "—"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="only compare")
    is_check = parser.parse_args().check
    stale = [
        (file, text)
        for file, text in files()
        if not file.is_file() or file.read_text(encoding="utf-8") != text
    ]
    for file, text in stale:
        print(file.relative_to(ROOT))
        if not is_check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return 1 if is_check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
