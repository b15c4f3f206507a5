"""Publications for tests: the seed, a rich issue with one of everything, and small ones. Not a test itself."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from bulletin_pdf.home import Home

ROOT = Path(__file__).resolve().parents[1]
KEY = "2021-17"

ISSUE = """期号: 17
总期号: 17
日期: 2021年7月9日
内容:
  - 01.md
"""
ARTICLE = "# 要闻\n\n## 标题\n\n正文一段。\n"

_ROWS = "\n".join(f"| {row} | 第{row}家单位 | 党员{row * 3}人 |" for row in range(1, 60))
RICH = f"""# 要闻

## 一篇什么都有的稿件

### ——副标题

**导语先行。**正文有*强调*和**着重**，带一个脚注[^1]，又有一个[^2]，还有[链接](https://example.com/a?b=1&c=2)。{"这是一段很长的文字，" * 39}这是一段很长的文字。

### 【小标题】

1. 第一条
2. 第二条，{"又一句，" * 19}又一句。

- 圆点一
- 圆点二

一、甲
二、乙

> 引文一段。

::: 编者按
编者按的文字。
:::

::: 诗
春眠不觉晓，
处处闻啼鸟。
:::

![照片](<现场 照片.png> "图1 现场照片")

![矢量图](图.svg)

表1 各单位情况

| 序号 | 单位 | 人数 |
|:--:|:--|--:|
{_ROWS}

{{分页}}

最后一段 with Latin words，2021 年。

## 第二篇

{"再写一些。" * 400}（某某公司）

[^1]: 脚注的内容，*强调*，有[网址](https://example.com)。
[^2]: 第二个脚注。
"""


def publication(folder: Path, texts: Mapping[str, str] | None = None, *, settings: str = ISSUE) -> Home:
    """A publication with the seed's settings and one issue of these texts."""
    home = Home(folder)
    issue = home.content / KEY
    issue.mkdir(parents=True)
    shutil.copy(ROOT / "content" / "publication.yaml", home.publication)
    (issue / "issue.yaml").write_text(settings, encoding="utf-8")
    for name, text in (texts or {"01.md": ARTICLE}).items():
        (issue / name).write_text(text, encoding="utf-8")
    return home


def rich(folder: Path) -> Home:
    """An issue of several pages with every kind of block: footnotes, pictures, a table over two pages …"""
    home = publication(folder, {"01.md": RICH})
    issue = home.content / KEY
    Image.new("RGB", (1200, 600), (200, 30, 30)).save(issue / "现场 照片.png")
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><rect width="100" height="50" fill="#c00"/>'
        '<text x="10" y="20" font-family="Bulletin Song" font-size="10">图中字</text></svg>'
    )
    (issue / "图.svg").write_text(drawing, encoding="utf-8")
    return home


def seed(folder: Path) -> Home:
    """The real issue, in a folder of its own."""
    return copy_issue(folder, KEY)


def copy_issue(folder: Path, key: str) -> Home:
    """One issue of this repository, without the others."""
    shutil.copytree(ROOT / "content" / key, folder / "content" / key)
    shutil.copy(ROOT / "content" / "publication.yaml", folder / "content")
    return Home(folder)


def start(*arguments: str | Path, folder: Path, **environment: str) -> "subprocess.Popen[str]":
    """The command `bulletin` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "bulletin_pdf", *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def run(*arguments: str | Path, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command `bulletin`, run to its end."""
    process = start(*arguments, folder=folder, **environment)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)
