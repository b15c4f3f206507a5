"""Tool: the build record `build.json` beside a PDF: what went in, what came out, what was found.

From it a build knows that its output still stands, and `bulletin list` what state an issue is in.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from bulletin_pdf.arrangement import AS_IT_COMES, Adjustment, Arrangement
from bulletin_pdf.diagnostics import Diagnostic, Place, Severity, as_json
from bulletin_pdf.files import write_whole
from bulletin_pdf.home import Home
from bulletin_pdf.source import inside

COPIES = "copies"
"""The name under which a record has the numbered copies."""

Imprint = Literal["", "alone", "shared"]
"""Whether the last page carries the imprint: not, alone, or below text."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a profile gave: sha256 of its files by their names beside the PDF, its note, what was found in them; of a
    report, the sha256 of the files that it speaks of."""

    files: Mapping[str, str]
    note: str
    diagnostics: tuple[Diagnostic, ...] = ()
    reported: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """inputs: sha256 of every input by its name; pdf: sha256 of the output; changes: what was done to reach the
    wanted pages, in words; arrangement: the same, and the imprint's, as values; outputs: what was made of this PDF, by
    the profile's name. issue: the name of its folder. tools, fonts: the versions of what made it, and of the faces by
    role."""

    version: str
    inputs: Mapping[str, str]
    pdf: str
    pages: int
    diagnostics: tuple[Diagnostic, ...]
    changes: tuple[str, ...] = ()
    arrangement: Arrangement = AS_IT_COMES
    imprint: Imprint = ""
    outputs: Mapping[str, Output] = field(default_factory=dict)
    issue: str = ""
    tools: Mapping[str, str] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)

    def pdfs(self, pdf: Path) -> dict[str, str]:
        """The sha256 of the PDF, and of every PDF that was made of it, by name; reports apart."""
        made = (output.files for output in self.outputs.values() if not output.reported)
        return {pdf.name: self.pdf} | {
            name: hashed for files in made for name, hashed in files.items() if name.endswith(".pdf")
        }

    def input_of(self, name: str) -> str | None:
        """The word behind `name=` among the inputs: the layout, or the pages, that the command line asked for."""
        words = (each.removeprefix(f"{name}=") for each in self.inputs if each.startswith(f"{name}="))
        return next(words, None)


def pdf_file(home: Home, key: str, output: Path | None, layout: str | None) -> Path:
    """Where the PDF goes. In a layout named for once it stands beside the ordinary one."""
    return (output or home.build / key) / (f"{key}-{layout}.pdf" if layout else f"{key}.pdf")


def record_file(target: Path) -> Path:
    return (
        target.with_name("build.json")
        if target.parent.name == target.stem
        else target.with_suffix(".build.json")
    )


def digest(data: bytes) -> str:
    """Sha256 in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def hash_inputs(files: Iterable[tuple[str, Path]]) -> dict[str, str]:
    """The sha256 of files by the names given; a file that vanished meanwhile is left out."""
    hashes = {}
    for name, file in files:
        try:
            hashes[name] = _of_module(file) if name.startswith("program/") else digest(file.read_bytes())
        except OSError:
            continue
    return hashes


@cache
def _of_module(file: Path) -> str:
    """The sha256 of a module of this program. Taken once: a process runs what it has loaded."""
    return digest(file.read_bytes())


def write_record(file: Path, record: Record) -> None:
    """Write build.json, whole or not at all."""
    write_whole(file, as_bytes(record))


def as_bytes(record: Record) -> bytes:
    """A record as build.json holds it."""
    values: dict[str, Any] = {
        "issue": record.issue,
        "version": record.version,
        "tools": dict(sorted(record.tools.items())),
        "fonts": dict(record.fonts),
        "pages": record.pages,
        "pdf": record.pdf,
        "changes": list(record.changes),
        "arrangement": asdict(record.arrangement),
        "imprint": record.imprint,
        "outputs": {
            name: {
                "note": output.note,
                "files": dict(output.files),
                "reported": dict(sorted(output.reported.items())),
                "diagnostics": [as_json(diagnostic) for diagnostic in output.diagnostics],
            }
            for name, output in sorted(record.outputs.items())
        },
        "inputs": dict(sorted(record.inputs.items())),
        "diagnostics": [as_json(diagnostic) for diagnostic in record.diagnostics],
    }
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()


def read_record(file: Path) -> Record | None:
    """Read build.json; None when there is none or it is not one of ours."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
        diagnostics = tuple(_diagnostic(each) for each in values["diagnostics"])
        changes = tuple(map(str, values["changes"]))
        arrangement = values["arrangement"]
        outputs = {
            name: Output(
                dict(output["files"]),
                str(output["note"]),
                tuple(_diagnostic(each) for each in output["diagnostics"]),
                dict(output["reported"]),
            )
            for name, output in values["outputs"].items()
        }
        imprint = values["imprint"]
        if imprint not in get_args(Imprint):
            return None
        return Record(
            values["version"],
            values["inputs"],
            values["pdf"],
            int(values["pages"]),
            diagnostics,
            changes,
            Arrangement(Adjustment(**arrangement["adjustment"]), bool(arrangement["imprint_apart"])),
            imprint,
            outputs,
            str(values["issue"]),
            {str(name): str(version) for name, version in values["tools"].items()},
            {str(role): str(face) for role, face in values["fonts"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def holds(pdf: Path, record: Record, output: Output) -> bool:
    """Whether a profile's files are there as they were made, and a report speaks of all that there is."""
    is_there = hash_inputs((name, pdf.parent / name) for name in output.files) == output.files
    return is_there and (not output.reported or output.reported == record.pdfs(pdf))


def add_output(pdf: Path, record: Record, name: str, output: Output) -> Record:
    """Write down one more output of a PDF, beside those that another run wrote down meanwhile. Gives the record as
    written; OSError where that fails."""
    file = record_file(pdf)
    latest = read_record(file)
    if latest is not None and (latest.pdf, latest.inputs) == (record.pdf, record.inputs):
        record = latest
    record = replace(record, outputs={**record.outputs, name: output})
    write_record(file, record)
    return record


def outputs_that_hold(pdf: Path, record: Record) -> Mapping[str, Output]:
    """What was made of a PDF by its last record. Of another PDF, or with other settings, its files are removed, so that
    nobody prints an old booklet; but not those that somebody has changed."""
    last = read_record(record_file(pdf))
    if last is None:
        return {}
    if (last.version, last.inputs, last.pdf) == (record.version, record.inputs, record.pdf):
        return last.outputs
    for output in last.outputs.values():
        for name, hashed in output.files.items():
            file = inside(pdf.parent, name)
            if file is None or hash_inputs([(name, file)]) != {name: hashed}:
                continue
            with suppress(OSError):  # open in another program, which is told when it is made anew
                file.unlink()
                if file.parent != pdf.parent.resolve():
                    file.parent.rmdir()  # refused as long as something lies in it
    return {}


def _diagnostic(values: Mapping[str, Any]) -> Diagnostic:
    place = None
    if values["file"] is not None:
        place = Place(Path(values["file"]), values["line"], values["column"], values["page"])
    return Diagnostic(values["code"], Severity(values["severity"]), values["message"], place, values["hint"])
