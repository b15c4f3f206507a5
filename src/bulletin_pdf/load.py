"""Stage 1: an issue's folder to an issue."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors, warning
from bulletin_pdf.home import Home
from bulletin_pdf.manuscript.assembly import Assembly, count_notes, signed
from bulletin_pdf.manuscript.figures import Picture
from bulletin_pdf.manuscript.markdown import Heading, Part, parse_markdown
from bulletin_pdf.manuscript.pictures import find_picture
from bulletin_pdf.model import (
    Acceptance,
    Article,
    Block,
    Figure,
    ImprintLine,
    Issue,
    Masthead,
    Run,
    Section,
    Table,
    plain,
)
from bulletin_pdf.publication import LoadedSettings, load_lexicon, read_issue_settings
from bulletin_pdf.schema import chinese_name, nearest
from bulletin_pdf.settings import ATTENDANCE_KEYS, IMPRINT_KEYS, IssueSettings, in_words
from bulletin_pdf.source import inside, read_text
from bulletin_pdf.yaml_tree import Node


def load_issue(home: Home, key: str) -> tuple[Issue | None, LoadedSettings | None, list[Diagnostic]]:
    """One issue, whole. Gives no issue when anything in it is an error; the diagnostics name everything."""
    issue, loaded, found = load_draft(home, key)
    return (None if has_errors(found) else issue), loaded, found


def load_draft(home: Home, key: str) -> tuple[Issue | None, LoadedSettings | None, list[Diagnostic]]:
    """What can be read of an issue, whatever errors there are in it: enough to be proofread, not to be laid out. None
    where its settings are wrong.

    The text is read even then, as far as they say what to read.
    """
    settings, tree, diagnostics = read_issue_settings(home, key)
    files = _Files(home, home.content / key)
    if tree is None:
        if inside(home.content, key):
            files.check_all()
        return None, None, diagnostics + files.diagnostics
    texts = _assemble(files, tree)
    diagnostics += files.diagnostics
    lexicon, found = load_lexicon(home)
    diagnostics += found
    if settings is None:
        return None, None, diagnostics
    loaded = LoadedSettings(settings, tree, lexicon)
    logo, found = _masthead_picture(home, files, loaded, "logo")
    diagnostics += found
    background, found = _masthead_picture(home, files, loaded, "masthead_background")
    diagnostics += found
    masthead = Masthead(
        settings.name,
        settings.organs,
        settings.issue,
        settings.total,
        settings.date,
        settings.classification,
        settings.copy_number,
        settings.signers,
        settings.supplement,
        logo,
        background,
    )
    issue = Issue(
        key,
        masthead,
        texts.sections,
        _lines(settings, IMPRINT_KEYS),
        settings.keywords,
        settings.subject,
        texts.front,
        settings.contents_list,
        _lines(settings, ATTENDANCE_KEYS),
        texts.attachments,
        tuple(files.acceptances),
    )
    return issue, loaded, diagnostics


def _lines(settings: IssueSettings, names: Iterable[str]) -> tuple[ImprintLine, ...]:
    """Entries of the imprint, or of those present, that the settings have."""
    lines = []
    for name in names:
        value = getattr(settings, name)
        if value:
            label = chinese_name(name, IssueSettings.model_fields[name])
            lines.append(ImprintLine(name, label, in_words(name, value)))
    return tuple(lines)


def _masthead_picture(
    home: Home, files: "_Files", loaded: LoadedSettings, name: str
) -> tuple[Figure | None, list[Diagnostic]]:
    """A picture that the settings name: in the issue's folder, else beside publication.yaml."""
    target = getattr(loaded.settings, name)
    if target is None:
        return None, []
    alt = chinese_name(name, IssueSettings.model_fields[name])
    picture = Picture(target, alt, (), loaded.tree.at((name,)).place)
    own = inside(files.folder, target)
    folder = files.folder if own and own.is_file() else home.content
    found, faults = find_picture(picture, folder, home.shown)
    if found is not None and not isinstance(found, Figure):
        hint = "换一张 JPG、PNG 或 SVG 图片。"
        return None, [*faults, error("BP504", f"“{target}”不是图片。", picture.place, hint)]
    return found, faults


# --- files ----------------------------------------------------------------------------------------------


class _Files:
    """The Markdown files of an issue's folder; reads each once and collects what is wrong with them."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home = home
        self.folder = folder
        self.diagnostics: list[Diagnostic] = []
        self.acceptances: list[Acceptance] = []
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
            parts, acceptances, more = parse_markdown(source, self.find, self.notes + 1)
            self.acceptances += acceptances
            self.notes += count_notes(parts)
            found += more
            if not parts and not has_errors(found):
                hint = "写上内容，或从 issue.yaml 里去掉它。"
                found.append(error("BP125", f"文件“{file.name}”里没有内容。", Place(source.file, 1, 1), hint))
        self.diagnostics += found
        return parts, not has_errors(found)

    def find(self, picture: Picture) -> tuple[Figure | Table | None, list[Diagnostic]]:
        """The figure or table that a text names."""
        return find_picture(picture, self.folder, self.home.shown)

    def hint(self, name: str) -> str:
        """What was probably meant by the name of a file that does not exist."""
        if "：" in name:
            return "如果是“栏目: 要闻”这样的一项，中文冒号“：”要改成英文冒号加一个空格。"
        known = [file.relative_to(self.folder).as_posix() for file in self.all()]
        known = [each for each in known if each not in self.listed]
        return nearest(name, known) if known else "先写好这个文件，放进本期文件夹。"

    def all(self) -> dict[Path, Path]:
        """Every Markdown file in the folder that is not hidden (an editor's backup is), and where it leads to."""
        files = (file for file in self.folder.rglob("*.md") if not file.name.startswith((".", "~")))
        leading = {
            file: inside(self.folder, file.relative_to(self.folder).as_posix()) for file in sorted(files)
        }
        return {file: target for file, target in leading.items() if target}

    def check_all(self) -> None:
        """Look for what is wrong in the text when nobody could say which files are the issue's."""
        for file in self.all():
            if file.is_file():
                self.parse(file)

    def check_unlisted(self) -> None:
        for file, target in self.all().items():
            if target not in self.used:
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


@dataclass(frozen=True, slots=True)
class _Texts:
    """What an issue's files hold."""

    front: tuple[Block, ...]
    sections: tuple[Section, ...]
    attachments: tuple[Article, ...]


def _assemble(files: _Files, tree: Node) -> _Texts:
    """The texts that the settings list, in the order in which they are printed."""
    contents = list(_contents(tree))
    front, attachments = (list(_names(tree, key)) for key in ("front", "attachments"))
    listed = [name for _, names in contents for name in names]
    files.listed = {str(name.value) for name in (*front, *listed, *attachments)}
    texts = _Texts(
        tuple(block for name in front for block in _front(files, name)),
        tuple(_sections(files, contents)),
        tuple(article for name in attachments for article in _attachment(files, name)),
    )
    if files.used:
        files.check_unlisted()
    return texts


def _names(tree: Node, key: str) -> Iterator[Node]:
    """The file names under a key: one, or a list."""
    node = tree.value.get(key) if isinstance(tree.value, dict) else None
    names = node.value if node and isinstance(node.value, tuple) else (node,)
    yield from (name for name in names if name and isinstance(name.value, str))


def _front(files: _Files, name: Node) -> tuple[Block, ...]:
    """What stands before the first section: blocks without a heading."""
    parts, _ = files.read(str(name.value), name.place)
    blocks: list[Block] = []
    for part in parts:
        if isinstance(part, Heading):
            message, hint = (
                f"卷首里不能有标题：“{plain(part.text)}”。",
                "把标题改成加重的文字，或移到栏目里。",
            )
            files.diagnostics.append(error("BP124", message, part.place, hint))
        else:
            blocks.append(part)
    return tuple(map(signed, blocks))


def _attachment(files: _Files, name: Node) -> tuple[Article, ...]:
    """The one article of an attachment's file, which has a title."""
    parts, is_whole = files.read(str(name.value), name.place)
    assembly = Assembly()
    assembly.begin_section((), name.place)
    assembly.add_article_file(parts, is_whole)
    [section] = assembly.finish(attachments=True)
    files.diagnostics += assembly.diagnostics
    first, *more = section.articles or (None,)
    if first and not first.title:
        message, hint = f"附件“{name.value}”没有标题。", "第一行写标题，如“# 关于……的通知”。"
        files.diagnostics.append(error("BP124", message, first.place, hint))
    for article in more:
        message = f"一个附件文件只能有一个标题，这里又有“{plain(article.title)}”。"
        hint = "小标题用 ##；另一个附件另存一个文件，列入“附件”。"
        files.diagnostics.append(error("BP124", message, article.place, hint))
    return section.articles


def _sections(files: _Files, contents: Iterable[tuple[Node | None, list[Node]]]) -> list[Section]:
    assembly = Assembly()
    for section, names in contents:
        if section is not None:
            assembly.go_on_with_section((Run(str(section.value), section.place),), section.place)
        for name in names:
            parts, is_whole = files.read(str(name.value), name.place)
            if section is None:
                assembly.add_section_file(parts, is_whole)
            else:
                assembly.add_article_file(parts, is_whole)
    sections = assembly.finish()
    files.diagnostics += assembly.diagnostics
    return sections
