"""Stage: the catalogue of all issues to a site of plain files 档案网站, which opens from a folder as from a server.

No library, no address outside: the search goes through all texts, which come as a script, because a page opened from a
folder may load scripts but not read files.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from bulletin_pdf.volumes.catalogue import Catalogued, Entry
from bulletin_pdf.volumes.yearly_index import by_section

HERE = Path(__file__).parent
# Scripts and styles of the site alone. A browser does not call a folder 'self': that is `file:`.
POLICY = (
    "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src 'self' file:; "
    "base-uri 'none'; form-action 'self' file:"
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the site shows. issues: newest first. webs: the issues that have a web page. volumes: by year, the names of
    its files."""

    name: str
    issues: tuple[Catalogued, ...]
    webs: frozenset[str]
    volumes: Mapping[int, Sequence[str]]


def make_site(shelf: Shelf) -> Iterator[tuple[str, bytes]]:
    """The site's own files by name; those of the issues come beside them: 期/期.pdf, 期/期.html, 期/cover.jpg."""
    yield "index.html", _index(shelf).encode()
    for index, issue in enumerate(shelf.issues):
        newer = shelf.issues[index - 1] if index else None
        older = shelf.issues[index + 1] if index + 1 < len(shelf.issues) else None
        yield f"{issue.key}/index.html", _issue(shelf, issue, older, newer).encode()
    for year, own in groupby(shelf.issues, key=lambda issue: issue.year):
        yield f"{year}.html", _year(shelf, year, list(own)).encode()
    yield "texts.js", texts_script(shelf).encode()
    for name in ("style.css", "search.js"):
        yield name, (HERE / name).read_bytes()


def texts_script(shelf: Shelf) -> str:
    """All texts, as the search reads them: issues, then entries that name theirs by its index."""
    issues = [
        [issue.key, issue.numbering, issue.date.isoformat(), issue.key in shelf.webs]
        for issue in shelf.issues
    ]
    entries = [
        [index, entry.title, entry.section, entry.page, entry.anchor, entry.text]
        for index, issue in enumerate(shelf.issues)
        for entry in issue.entries
        if entry.text or entry.is_section
    ]
    values = json.dumps({"issues": issues, "entries": entries}, ensure_ascii=False, separators=(",", ":"))
    return f"self.ARCHIVE = {values};\n"


# --- pages ----------------------------------------------------------------------------------------------


def _page(shelf: Shelf, title: str, body: str, *, up: str = "", scripts: str = "") -> str:
    """A whole page. up: the way from it to the site's root."""
    home = f'<a href="{up}index.html">{escape(shelf.name)}</a>' if title else escape(shelf.name)
    heading = f"<p class=site>{home}</p>" if title else f"<h1>{home}</h1>"
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(' · '.join(filter(None, (title, shelf.name))))}</title>\n"
        f'<link rel="stylesheet" href="{up}style.css">\n{scripts}</head>\n<body>\n'
        '<a class="skip" href="#main">跳到正文</a>\n'
        f"<header>{heading}{_search(up)}</header>\n<main id=main>\n{body}</main>\n</body>\n</html>\n"
    )


def _search(up: str) -> str:
    """The search box; it answers on the first page."""
    return (
        f'<form class="search" role="search" action="{up}index.html" method="get">'
        '<label for="query">全文检索</label>'
        '<input id="query" name="q" type="search" autocomplete="off" placeholder="标题、正文里的字">'
        "<button>检索</button></form>"
    )


def _index(shelf: Shelf) -> str:
    parts = []
    years = {issue.year: None for issue in shelf.issues}
    links = "".join(f'<li><a href="#y{year}">{year}年</a></li>' for year in years)
    parts.append(f'<nav class="years" aria-label="年份"><ul>{links}</ul></nav>')
    for year, own in groupby(shelf.issues, key=lambda issue: issue.year):
        issues = list(own)
        cards = "".join(_card(issue) for issue in issues)
        parts.append(
            f'<section aria-labelledby="y{year}"><h2 id="y{year}">{year}年<small>{len(issues)} 期</small></h2>'
            f'<p class="volumes">{_volumes(shelf, year)}</p><ol class="issues">{cards}</ol></section>'
        )
    scripts = '<script defer src="texts.js"></script>\n<script defer src="search.js"></script>\n'
    results = (
        '<section id="results" aria-labelledby="found" hidden><h2 id="found" role="status"></h2>'
        '<ol></ol><p><button type="button" id="more" hidden></button></p></section>'
    )
    quiet = "<noscript><p class=quiet>浏览器关掉了脚本，检索用不了；各期照样可以翻看。</p></noscript>"
    return _page(shelf, "", f'{quiet}{results}<div id="shelf">{"".join(parts)}</div>\n', scripts=scripts)


def _volumes(shelf: Shelf, year: int) -> str:
    """Links to the year's index and its files."""
    links = [f'<a href="{year}.html">{year}年总目录</a>']
    return "".join([*links, *_files(shelf, year)])


def _files(shelf: Shelf, year: int) -> Iterator[str]:
    for name in shelf.volumes.get(year, ()):
        yield f'<a href="{quote(name)}">{escape(name.removesuffix(".pdf"))}（PDF）</a>'


def _card(issue: Catalogued) -> str:
    """An issue in the list of all."""
    titles = "".join(
        f"<li>{escape(entry.title)}</li>" for entry in issue.listed if not _is_bare(issue, entry)
    )
    link = f"{quote(issue.key)}/index.html"
    return (
        f'<li><a class="cover" href="{link}" tabindex="-1" aria-hidden="true">'
        f'<img src="{quote(issue.key)}/cover.jpg" alt="" loading="lazy"></a>'
        f'<div><h3><a href="{link}">{escape(issue.numbering)}</a></h3>'
        f'<p class="quiet"><time datetime="{issue.date}">{issue.day}</time>　{issue.pages} 页</p>'
        f'<ul class="titles">{titles}</ul></div></li>'
    )


def _is_bare(issue: Catalogued, entry: Entry) -> bool:
    """Whether an entry is a section whose articles are listed themselves."""
    return entry.is_section and any(other.section == entry.title for other in issue.listed)


def _issue(shelf: Shelf, issue: Catalogued, older: Catalogued | None, newer: Catalogued | None) -> str:
    key = quote(issue.key)
    web = f'<a class="main" href="{key}.html">阅读网页</a>' if issue.key in shelf.webs else ""
    rows = []
    for entry in issue.listed:
        kind = "section" if entry.is_section else "entry"
        byline = f'<span class="quiet">{escape(entry.byline)}</span>' if entry.byline else ""
        link = f'<a href="{_target(shelf, issue, entry)}">{escape(entry.title)}</a>'
        page = f'<a class="page" href="{key}.pdf#page={entry.page}">{_page_word(entry.page)}</a>'
        rows.append(f'<li class="{kind}"><span>{link}{byline}</span>{page}</li>')
    others = "".join(
        f'<a href="../{quote(other.key)}/index.html">{word}：{escape(other.numbering)}</a>'
        for word, other in (("上一期", older), ("下一期", newer))
        if other
    )
    body = (
        f'<article class="issue"><a class="cover" href="{key}.pdf"><img src="cover.jpg" alt="第一页的样子"></a><div>'
        f"<h1>{escape(issue.name)}<small>{escape(issue.numbering)}</small></h1>"
        f'<p class="quiet"><time datetime="{issue.date}">{issue.day}</time>　{issue.pages} 页</p>'
        f'<p class="doors">{web}<a href="{key}.pdf">PDF</a></p>'
        f'<h2>目录</h2><ol class="contents">{"".join(rows)}</ol></div></article>'
        f'<nav class="others" aria-label="前后各期">{others}</nav>'
    )
    return _page(shelf, f"{issue.name}{issue.numbering}", body, up="../")


def _page_word(page: int) -> str:
    return f'<span class="hidden">PDF 第</span>{page}<span class="hidden">页</span>'


def _target(shelf: Shelf, issue: Catalogued, entry: Entry) -> str:
    """Where an entry is read: in the web page, or else in the PDF. Relative to the issue's folder."""
    key = quote(issue.key)
    return f"{key}.html#{entry.anchor}" if issue.key in shelf.webs else f"{key}.pdf#page={entry.page}"


def _year(shelf: Shelf, year: int, issues: Sequence[Catalogued]) -> str:
    """The yearly index: by section, with issue and page."""
    parts = []
    for title, found in by_section(list(reversed(issues))):
        rows = "".join(
            f'<li class="entry"><span><a href="{quote(issue.key)}/{_target(shelf, issue, entry)}">{escape(entry.title)}</a>'
            f"{f'<span class=quiet>{escape(entry.byline)}</span>' if entry.byline else ''}</span>"
            f'<a class="page" href="{quote(issue.key)}/{quote(issue.key)}.pdf#page={entry.page}">'
            f"{issue.number}·{entry.page}</a></li>"
            for issue, entry in found
        )
        parts.append(f'<section><h2>{escape(title)}</h2><ol class="contents">{rows}</ol></section>')
    links = "".join(_files(shelf, year))
    body = (
        f"<h1>{year}年总目录</h1><p class=volumes>{links}</p>"
        f'<p class="quiet">后面的数字是期号·页码，点开是那一页的 PDF。</p>{"".join(parts)}'
    )
    return _page(shelf, f"{year}年总目录", body)
