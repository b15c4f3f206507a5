"""Tool: where a file came from 出处, by the build records: of which issue, whether it is whole, whether the sources, the
program and its tools are still those that gave it.

The same input gives the same bytes; so a file that is whole, and whose inputs are as they were, is what the sources give.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf import __version__
from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.files import reason
from bulletin_pdf.home import Home
from bulletin_pdf.inputs import input_files
from bulletin_pdf.profiles import PROFILES
from bulletin_pdf.record import COPIES, Record, digest, hash_inputs, read_record
from bulletin_pdf.toolchain import packages


@dataclass(frozen=True, slots=True)
class Origin:
    """What a file is. profile: the name of what was made of the issue's PDF, "" for that itself. pdf: the issue's PDF
    that its record belongs to. name: the file as the record names it."""

    record: Record
    profile: str
    pdf: Path
    name: str

    @property
    def title(self) -> str:
        """What it is, in words: the issue and, of what was made of its PDF, for what."""
        titles = {profile.name: f"，{profile.title}" for profile in PROFILES} | {COPIES: "，份号"}
        return self.record.issue + titles.get(self.profile, "")

    @property
    def hashed(self) -> str:
        """The sha256 that the file had."""
        return self.record.outputs[self.profile].files[self.name] if self.profile else self.record.pdf


def trace(home: Home, file: Path) -> tuple[Origin | None, list[Diagnostic]]:
    """Find out of which build a file came, and what speaks against its being what the sources give: BP651 no record
    knows it, BP652 it was changed, BP653 an input was changed since, BP654 the program or its tools were.

    A file is known by its bytes, wherever it lies and whatever it is called; a changed one by its name.
    """
    shown = home.shown(file)
    if not file.is_file():
        return None, [error("BP651", f"没有“{shown}”这个文件。", Place(shown), "核对文件名和文件夹。")]
    try:
        hashed = digest(file.read_bytes())
    except OSError as problem:
        message = f"读不了“{shown}”（{reason(problem)}）。"
        return None, [error("BP651", message, Place(shown), "核对权限。")]
    origins = list(_origins(home, file.parent))
    origin = next((each for each in origins if each.hashed == hashed), None)
    if origin is not None:
        return origin, list(_changes(home, origin.record))
    origin = next((each for each in origins if Path(each.name).name == file.name), None)
    if origin is None:
        message = f"生成记录里没有“{shown}”：不是这个刊物生成的，或者记录（build.json）已经删去。"
        return None, [error("BP651", message, Place(shown), "用 bulletin build 重新生成，用新的那一份。")]
    message = f"“{shown}”和生成时不一样：生成以后改动过，或者是另一次生成的。"
    hint = "不要用它；用 bulletin build 重新生成的那一份。"
    return origin, [error("BP652", message, Place(shown), hint), *_changes(home, origin.record)]


def _origins(home: Home, folder: Path) -> Iterator[Origin]:
    """Every file that a record speaks of: those beside the file first, then those of the publication's builds."""
    for file in [*sorted(folder.glob("*build.json")), *sorted(home.build.glob("*/*build.json"))]:
        record = read_record(file)
        if record is None:
            continue
        stem = file.parent.name if file.name == "build.json" else file.name.removesuffix(".build.json")
        pdf = file.parent / f"{stem}.pdf"
        yield Origin(record, "", pdf, pdf.name)
        for profile, output in record.outputs.items():
            for name in output.files:
                yield Origin(record, profile, pdf, name)


def _changes(home: Home, record: Record) -> Iterator[Diagnostic]:
    """What is no longer as it was when a record was written."""
    pages = record.input_of("pages")
    files = dict(input_files(home, record.issue, record.input_of("layout"), int(pages) if pages else None))
    now = hash_inputs(files.items())
    hint = "原稿就该这样的，运行 bulletin build 重新生成；不该改的，改回去。"
    program = False
    for name in sorted(now.keys() | record.inputs.keys()):
        if now.get(name) == record.inputs.get(name):
            continue
        if name.startswith("program"):
            program = True
            continue
        state = "没有了" if name not in now else "是后来加的" if name not in record.inputs else "后来改动过"
        place = Place(home.shown(files[name])) if name in files else None
        yield error("BP653", f"“{_words(name, record.issue)}”{state}。", place, hint)
    for message in _tools(record, program):
        hint = "用 --rebuild 重排一遍，就知道结果是不是一样。"
        yield warning("BP654", message, None, hint)


def _words(name: str, issue: str) -> str:
    """The name of an input as an editor knows it."""
    for start, folder in (("issue/", f"content/{issue}/"), ("own-layouts/", "layouts/")):
        if name.startswith(start):
            return folder + name.removeprefix(start)
    return f"content/{name}" if name == "publication.yaml" else name


def _tools(record: Record, program: bool) -> Iterator[str]:
    """In what the program and its tools differ from those of a record."""
    if record.version != __version__:
        yield f"生成时用的程序是 {record.version} 版，现在是 {__version__} 版。"
    elif program:
        yield "程序（代码、自带的版式或字体）改动过。"
    now: Mapping[str, str] = packages()
    changed = [
        f"{name} {record.tools.get(name, '没有')} 换成了 {version}"
        for name, version in now.items()
        if record.tools.get(name) != version
    ]
    if changed:
        yield f"生成时用的工具换了：{'，'.join(changed)}。"
