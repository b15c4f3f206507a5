"""Stage 1: an issue's folder to an issue."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors, warning
from bulletin_pdf.markdown import Heading, Part, Picture, parse_markdown
from bulletin_pdf.model import (
    Article,
    Block,
    Footnote,
    ImprintLine,
    Issue,
    ListBlock,
    Masthead,
    Paragraph,
    Run,
    Section,
    Subheading,
    Text,
    Verse,
    plain,
    texts_of,
)
from bulletin_pdf.pictures import find_figure
from bulletin_pdf.publication import Home, LoadedSettings, read_issue_settings
from bulletin_pdf.schema import chinese_name, nearest
from bulletin_pdf.settings import IMPRINT_KEYS, Publication
from bulletin_pdf.source import inside, read_text
from bulletin_pdf.yaml_tree import Node


def load_issue(home: Home, key: str) -> tuple[Issue | None, LoadedSettings | None, list[Diagnostic]]:
    """One issue, whole. Gives no issue when anything in it is an error; the diagnostics name everything.

    The text is read even when the settings are wrong, as far as they say what to read.
    """
    settings, tree, diagnostics = read_issue_settings(home, key)
    files = _Files(home, home.content / key)
    if tree is None:
        if inside(home.content, key):
            files.check_all()
        return None, None, diagnostics + files.diagnostics
    sections, found = _assemble(files, tree)
    diagnostics += found
    if settings is None:
        return None, None, diagnostics
    loaded = LoadedSettings(settings, tree)
    if has_errors(diagnostics):
        return None, loaded, diagnostics
    masthead = Masthead(
        settings.name, settings.organs, settings.issue, settings.total, settings.date, settings.classification
    )
    issue = Issue(key, masthead, tuple(sections), _imprint(settings), settings.keywords, settings.subject)
    return issue, loaded, diagnostics


def _imprint(settings: Publication) -> tuple[ImprintLine, ...]:
    lines = []
    for name in IMPRINT_KEYS:
        value = getattr(settings, name)
        if value:
            text = f"共印{value}份" if name == "print_run" else str(value)
            lines.append(ImprintLine(name, chinese_name(name, Publication.model_fields[name]), text))
    return tuple(lines)


# --- files ----------------------------------------------------------------------------------------------


class _Files:
    """The Markdown files of an issue's folder; reads each once and collects what is wrong with them."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home = home
        self.folder = folder
        self.diagnostics: list[Diagnostic] = []
        self.used: dict[Path, Place] = {}
        # Footnotes so far: they are numbered through the issue, since two files may share a page.
        self.notes = 0
        self.listed: set[str] = set()

    def read(self, name: str, place: Place) -> tuple[list[Part], bool]:
        """The parts of a listed file, and whether they are all that its author wrote."""
        file = inside(self.folder, name)
        if file is None:
            message = f"“{name}”在本期文件夹之外。"
            hint = "只能列入本期文件夹里的文件：把它复制进来，这里写文件名。"
            self.diagnostics.append(error("BP106", message, place, hint))
        elif not file.is_file():
            self.diagnostics.append(error("BP105", f"找不到文件“{name}”。", place, self.hint(name)))
        elif file in self.used:
            message = f"“{name}”列了两次（第一次在第 {self.used[file].line} 行）。"
            self.diagnostics.append(error("BP111", message, place, "删去一处。"))
        else:
            self.used[file] = place
            return self.parse(file)
        return [], False

    def parse(self, file: Path) -> tuple[list[Part], bool]:
        source, found = read_text(file, self.home.shown(file))
        parts: list[Part] = []
        if source:
            parts, more = parse_markdown(source, self.notes + 1)
            self.notes += _count_notes(parts)
            found += more
            if not parts and not has_errors(found):
                hint = "写上内容，或从 issue.yaml 里去掉它。"
                found.append(error("BP125", f"文件“{file.name}”里没有内容。", Place(source.file, 1, 1), hint))
        self.diagnostics += found
        return parts, not has_errors(found)

    def hint(self, name: str) -> str:
        """What was probably meant by the name of a file that does not exist."""
        if "：" in name:
            return "如果是“栏目: 要闻”这样的一项，中文冒号“：”要改成英文冒号加一个空格。"
        known = [file.relative_to(self.folder).as_posix() for file in self.all()]
        known = [each for each in known if each not in self.listed]
        return nearest(name, known) if known else "先写好这个文件，放进本期文件夹。"

    def all(self) -> list[Path]:
        """Every Markdown file in the folder that is not hidden (an editor's backup is)."""
        files = (file for file in self.folder.rglob("*.md") if not file.name.startswith((".", "~")))
        return sorted(file for file in files if inside(self.folder, file.relative_to(self.folder).as_posix()))

    def check_all(self) -> None:
        """Look for what is wrong in the text when nobody could say which files are the issue's."""
        for file in self.all():
            if file.is_file():
                self.parse(file)

    def check_unlisted(self) -> None:
        for file in self.all():
            if file.resolve() not in self.used:
                message = f"“{file.relative_to(self.folder).as_posix()}”没有列入 issue.yaml，不会印出来。"
                hint = "加到 issue.yaml 的“内容”里，或移出本期文件夹。"
                self.diagnostics.append(warning("BP130", message, Place(self.home.shown(file)), hint))


def _contents(tree: Node) -> Iterator[tuple[Node | None, list[Node]]]:
    """What issue.yaml lists: a section's title (none for a file that brings its own) and its files.

    Takes the tree as it is; what does not fit is left out here, since validation reports it.
    """
    contents = tree.value.get("contents") if isinstance(tree.value, dict) else None
    for entry in contents.value if contents and isinstance(contents.value, tuple) else ():
        if isinstance(entry.value, str):
            yield None, [entry]
        elif isinstance(entry.value, dict):
            file, section, articles = map(entry.value.get, ("file", "section", "articles"))
            if file and isinstance(file.value, str):
                yield None, [file]
            elif section and isinstance(section.value, str):
                listed = articles.value if articles else ()
                names = listed if isinstance(listed, tuple) else (articles,)
                yield section, [name for name in names if name and isinstance(name.value, str)]


# --- sections and articles ------------------------------------------------------------------------------


def _assemble(files: _Files, tree: Node) -> tuple[list[Section], list[Diagnostic]]:
    """The sections that the settings list."""
    assembly = _Assembly(files.folder)
    contents = list(_contents(tree))
    files.listed = {str(name.value) for _, names in contents for name in names}
    for section, names in contents:
        if section is not None:
            assembly.begin_section((Run(str(section.value), section.place),), section.place)
        for name in names:
            parts, is_whole = files.read(str(name.value), name.place)
            if section is None:
                assembly.add_section_file(parts, is_whole)
            else:
                assembly.add_article_file(parts, is_whole)
    sections = assembly.finish()
    if files.used:
        files.check_unlisted()
    return sections, files.diagnostics + assembly.diagnostics


class _Assembly:
    """Puts parts together into sections and articles, in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.diagnostics: list[Diagnostic] = []
        self.sections: list[Section] = []
        self.article: Article | None = None
        # Sections that lack what is reported elsewhere: that they seem empty is no news.
        self.lacking: set[int] = set()

    def begin_section(self, title: Text, place: Place) -> None:
        self._end_article()
        self.sections.append(Section(title, (), place))

    def add_section_file(self, parts: Iterable[Part], is_whole: bool) -> None:
        """A file in which # is a section's title and ## an article's."""
        self._end_article()
        first = len(self.sections)
        for part in parts:
            if isinstance(part, Heading) and part.rank == 1:
                self.begin_section(part.text, part.place)
                if not is_whole:
                    self._lacks()
            elif len(self.sections) > first:
                self._add(part, 0)
            else:
                message, hint = "栏目标题之前有内容。", "文件第一行写栏目标题，如“# 要闻”。"
                self.diagnostics.append(error("BP125", message, part.place, hint))
                return

    def add_article_file(self, parts: Iterable[Part], is_whole: bool) -> None:
        """A file in which # is an article's title."""
        self._end_article()
        if not is_whole:
            self._lacks()
        for part in parts:
            self._add(part, 1)

    def finish(self) -> list[Section]:
        self._end_article()
        for number, section in enumerate(self.sections):
            if not section.articles and number not in self.lacking:
                message = f"栏目“{plain(section.title)}”里没有稿件。"
                self.diagnostics.append(error("BP125", message, section.place, "写上稿件，或去掉这个栏目。"))
        return self.sections

    def _lacks(self) -> None:
        self.lacking.add(len(self.sections) - 1)

    def _add(self, part: Part, deeper: int) -> None:
        if isinstance(part, Heading):
            self._add_heading(part, part.rank + deeper)
        elif isinstance(part, Picture):
            figure, found = find_figure(part, self.folder)
            self.diagnostics += found
            if figure:
                self._append(figure)
            else:
                self._lacks()
        else:
            self._append(part)

    def _add_heading(self, heading: Heading, rank: int) -> None:
        """Rank 2 is an article's title; below it a —— line right under the title, else a sub-heading."""
        article = self.article
        if rank == 2:
            self._end_article()
            self.article = Article(heading.text, (), (), heading.place)
            return
        is_first = article is not None and article.title and not article.blocks and not article.subtitle
        if article and is_first and rank == 3 and plain(heading.text).startswith("——"):
            self.article = replace(article, subtitle=heading.text)
            return
        levels = [block.level for block in article.blocks if isinstance(block, Subheading)] if article else []
        if rank - 2 > (levels[-1] if levels else 0) + 1:
            signs = "#" * (heading.rank - rank + 3 + (levels[-1] if levels else 0))
            message = f"小标题“{plain(heading.text)}”跳了级。"
            self.diagnostics.append(warning("BP124", message, heading.place, f"这里应当用 {signs}。"))
        self._append(Subheading(rank - 2, heading.text, heading.place))

    def _append(self, block: Block) -> None:
        article = self.article or Article((), (), (), block.place)
        self.article = replace(article, blocks=(*article.blocks, block))

    def _end_article(self) -> None:
        article, self.article = self.article, None
        if article is None:
            return
        number = len(self.sections) - 1
        if article.title and not article.blocks and number not in self.lacking:
            message = f"稿件“{plain(article.title)}”只有标题，没有正文。"
            self.diagnostics.append(warning("BP125", message, article.place, "写上正文，或去掉这个标题。"))
        section = self.sections[number]
        self.sections[number] = replace(section, articles=(*section.articles, _with_credit(article)))


def _count_notes(parts: Iterable[Part]) -> int:
    """How many footnotes the parts of a file call."""
    texts: list[Text] = []
    for part in parts:
        if isinstance(part, Heading):
            texts.append(part.text)
        elif not isinstance(part, Picture):
            texts += texts_of(part)
    return sum(isinstance(inline, Footnote) for text in texts for inline in text)


# A credit closes a piece: brackets after the end of a sentence, or alone.
_CREDIT = re.compile(r"(?:^|(?<=[。！？…”’]))（[^（）]{2,30}）$")


def _with_credit(article: Article) -> Article:
    """The article with the （供稿单位） that ends it set apart from the text.

    Without a title an article is a row of short items, each of which may be signed.
    """
    if not article.title:
        return replace(article, blocks=tuple(map(_signed, article.blocks)))
    return replace(article, blocks=(*article.blocks[:-1], *map(_signed, article.blocks[-1:])))


def _signed(block: Block) -> Block:
    """A block with the credit that ends it set apart."""
    match block:
        case Paragraph(text=text, lead=lead):
            text, credit = _split_credit(text, plain(lead))
            return replace(block, text=text, credit=credit)
        case Verse(lines=lines):
            line, credit = _split_credit(lines[-1], "")
            if line or len(lines) > 1:
                return replace(block, lines=(*lines[:-1], line) if line else lines[:-1], credit=credit)
        case ListBlock(items=(*items, last)):
            blocks = (*last.blocks[:-1], *map(_signed, last.blocks[-1:]))
            return replace(block, items=(*items, replace(last, blocks=blocks)))
    return block


def _split_credit(text: Text, before: str) -> tuple[Text, Text]:
    """A text in two: what comes before its credit, and the credit. `before` is printed in front of it."""
    match = _CREDIT.search(before + plain(text))
    if match is None or match.start() < len(before):
        return text, ()
    left = match.start() - len(before)
    for index, inline in enumerate(text):
        if not isinstance(inline, Run):
            continue
        if left < len(inline.text):
            head = replace(inline, text=inline.text[:left])
            tail = replace(inline, text=inline.text[left:], place=inline.place.right(left))
            return (*text[:index], *((head,) if head.text else ())), (tail, *text[index + 1 :])
        left -= len(inline.text)
    return text, ()
