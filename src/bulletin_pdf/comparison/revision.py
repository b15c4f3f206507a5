"""Tool: a publication as it stood at a revision in git. The repository is only read: no branch, index or file changes."""

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic, error
from bulletin_pdf.home import Home


@dataclass(frozen=True, slots=True)
class Revision:
    """commit: its full name. day: of the commit, as 2021-07-09."""

    typed: str
    commit: str
    day: str

    def __str__(self) -> str:
        return f"{self.typed}（{self.commit[:7]}，{self.day}）"


def find_revision(home: Home, typed: str) -> tuple[Revision | None, list[Diagnostic]]:
    """The commit that a name means, as HEAD~1, a tag, a branch or the beginning of its number. Errors BP661: no
    repository, or no git; BP662: no such revision."""
    try:
        inside = _git(home.root, "rev-parse", "--show-toplevel")
    except OSError:
        return None, [error("BP661", "这台电脑上没有 git。", None, "装上 git；或直接写 PDF 文件。")]
    if inside.returncode:
        message = "刊物的文件夹不在 git 仓库里，没有以前的版本可比。"
        return None, [error("BP661", message, None, "直接写两个 PDF 文件：bulletin diff 旧.pdf 新.pdf。")]
    commit = _git(home.root, "rev-parse", "--verify", "--quiet", "--end-of-options", typed + "^{commit}")
    if commit.returncode:
        message, hint = (
            f"仓库里没有“{typed}”这个版本。",
            "用 git log --oneline 查看有哪些版本；上一次提交是 HEAD。",
        )
        if _git(home.root, "rev-parse", "--verify", "--quiet", "HEAD").returncode:
            message, hint = (
                "仓库里还没有提交过，没有以前的版本可比。",
                "写以前的 PDF 文件：bulletin diff 旧.pdf 期。",
            )
        return None, [error("BP662", message, None, hint)]
    name = commit.stdout.decode().strip()
    day = _git(home.root, "show", "--no-patch", "--format=%cs", name).stdout.decode().strip()
    return Revision(typed, name, day), []


def write_revision(home: Home, revision: Revision, key: str, folder: Path) -> Home:
    """Write what an issue's PDF depended on at a revision into a folder: the issue, what lies beside publication.yaml,
    layouts and fonts. Gives the publication there; whether it holds the issue, its loading tells."""
    index = {"GIT_INDEX_FILE": str(folder / "index")}
    root = folder / "publication"
    root.mkdir()
    _git(home.root, "read-tree", revision.commit, variables=index)
    listing = _git(home.root, "ls-files", "-z", "--cached", variables=index).stdout
    # Names are relative to the folder of the publication, which may lie deep in the repository.
    names = [name for name in listing.decode("utf-8", "surrogateescape").split("\0") if name]
    prefix = _git(home.root, "rev-parse", "--show-prefix").stdout.decode().strip()
    wanted = "\0".join(_needed(names, key)).encode("utf-8", "surrogateescape")
    _git(home.root, "checkout-index", "-z", "--stdin", f"--prefix={root}/", given=wanted, variables=index)
    return Home((root / prefix).resolve())


def _needed(names: Iterable[str], key: str) -> list[str]:
    """The files of a publication that an issue's PDF may depend on: no other issue's."""
    names = list(names)
    issues = {name.split("/")[1] for name in names if _is_settings(name)}
    needed = []
    for name in names:
        parts = name.split("/")
        if parts[0] in ("layouts", "fonts") or (
            parts[0] == "content" and (parts[1] == key or parts[1] not in issues)
        ):
            needed.append(name)
    return needed


def _is_settings(name: str) -> bool:
    parts = name.split("/")
    return len(parts) == 3 and parts[0] == "content" and parts[2] == "issue.yaml"


def _git(
    folder: Path, *words: str, given: bytes | None = None, variables: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """Run git in a folder. OSError where there is none."""
    return subprocess.run(
        ["git", "-C", str(folder), *words],
        input=given,
        capture_output=True,
        env={**os.environ, **(variables or {})},
        check=False,
    )
