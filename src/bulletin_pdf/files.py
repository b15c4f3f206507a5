"""Tool: writing files so that a reader never sees half of one."""

import errno
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic, Place, error

# A temporary file older than this is left over from a build that was killed.
STALE = 3600

_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "磁盘配额用完了",
    errno.EFBIG: "系统不许这么大的文件",
    errno.EEXIST: "路径里有个同名的文件",
    errno.ENOTDIR: "路径里有个不是文件夹",
    errno.EISDIR: "那里已有同名的文件夹",
    errno.ENAMETOOLONG: "文件名太长",
    errno.ENOENT: "文件夹不存在",
}


def reason(problem: OSError) -> str:
    """Why the system refused, in Chinese where it is a common reason."""
    return _REASONS.get(problem.errno or 0) or problem.strerror or type(problem).__name__


def write_whole(file: Path, data: bytes) -> None:
    """Write a file beside its name and rename it: whoever reads sees the old file or the new one, whole.

    Creates the folder. Removes what a killed build left behind. Raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(file)
    # Its name is known before it is there: an interruption may come as soon as it is.
    draft = file.with_name(f".{file.name}.{os.urandom(4).hex()}.tmp")
    try:
        with draft.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(0o644)
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_folder(folder: Path, files: Iterable[tuple[str, bytes]], *, known_by: str = "") -> bool:
    """Write a folder of files beside its name and rename it: whoever looks sees the old files or the new ones.

    A folder that is there is replaced if it holds nothing but files of one kind with the new, or, with `known_by`, if it
    holds a file of that name, or nothing; else nothing is written and it gives False. Names may lead into folders. Raises
    OSError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".tmp", dir=folder.parent))
    try:
        kinds = set()
        for name, data in files:
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(data)
            kinds.add(_kind(name))
        present = {file.name for file in folder.iterdir()} if folder.exists() else set()
        if known_by:
            if present and known_by not in present:
                return False
        elif not {_kind(name) for name in present} <= kinds:
            return False
        for each in (draft, *(each for each in draft.rglob("*") if each.is_dir())):
            each.chmod(0o755)
        if folder.exists():
            former = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".old", dir=folder.parent))
            folder.rename(former / folder.name)
            try:
                draft.rename(folder)
            except OSError:
                (former / folder.name).rename(folder)
                raise
            finally:
                shutil.rmtree(former, ignore_errors=True)
        else:
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True


def _kind(name: str) -> str:
    """What files that are made together have in common: 000001.pdf and 000002.pdf, 01.png and 02.jpg."""
    return re.sub(r"\.(?:png|jpg)$", ".picture", re.sub(r"\d", "0", name))


def _remove_leftovers(file: Path) -> None:
    for leftover in file.parent.iterdir():
        if leftover.name.startswith(f".{file.name}.") and leftover.name.endswith(".tmp"):
            # Another build may be at work on it: renaming it, or removing it too.
            with suppress(OSError):
                if time.time() - leftover.stat().st_mtime > STALE:
                    leftover.unlink()


def cannot_write(shown: Path, problem: OSError) -> Diagnostic:
    """BP801: a file could not be written."""
    return error(
        "BP801",
        f"写不了文件：{shown}（{reason(problem)}）。",
        Place(shown),
        "核对磁盘空间和权限，关掉正打开着它的程序，或用 -o 换一个文件夹。",
    )
