"""What is kept compiled equals what Python would compile, is used by the next process, and harms nothing when damaged."""

import marshal
import re
import sys
from array import array
from pathlib import Path

import pytest

import publications
from bulletin_pdf.home import Home
from bulletin_pdf.system import compiled_once, user_cache
from bulletin_pdf.system.user_cache import PLAIN
from publications import KEY

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] not in compiled_once.TRIED, reason="this Python compiles everything"
)


def build(home: Home, cache: Path, **environment: str) -> bytes:
    result = publications.run(
        "build", KEY, "--force", folder=home.root, XDG_CACHE_HOME=str(cache), **environment
    )
    assert result.returncode == 0, result.stderr
    return (home.build / KEY / "2021-17.pdf").read_bytes()


def table(cache: Path, monkeypatch: pytest.MonkeyPatch) -> dict[object, object]:
    """The table of a cache."""
    monkeypatch.setattr(user_cache, "folder", lambda: cache)
    (file,) = cache.glob("compiled-*")
    data = user_cache.kept(file.name)
    assert data
    known: dict[object, object] = marshal.loads(data)
    return known


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Path]:
    """A publication that was built once, and the cache."""
    folder = tmp_path_factory.mktemp("compiled")
    home = publications.publication(folder / "home")
    build(home, folder / "cache")
    return home, folder / "cache"


def test_what_is_kept_is_what_would_be_compiled(
    built: tuple[Home, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    patterns = codes = 0
    for key, found in table(built[1] / "bulletin-pdf", monkeypatch).items():
        assert isinstance(key, tuple)
        if key[0] in ("exec", "eval") and isinstance(key[1], str):
            assert isinstance(found, bytes)
            assert marshal.loads(found) == compile(key[1], "<string>", key[0])
            codes += 1
            continue
        assert isinstance(found, tuple)
        flags, code, *groups = found
        engine = re._compiler._sre  # type: ignore[attr-defined]
        kept = engine.compile(key[0], flags, array("I", code).tolist(), *groups)
        plain = re._compiler.compile(*key)  # type: ignore[attr-defined]
        assert kept == plain
        assert (kept.groups, kept.groupindex) == (plain.groups, plain.groupindex)
        patterns += 1
    assert patterns > 100
    assert codes > 100


def test_the_next_process_compiles_next_to_nothing(
    built: tuple[Home, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, cache = built
    (file,) = (cache / "bulletin-pdf").glob("compiled-*")
    before = file.stat().st_mtime_ns
    build(home, cache)
    assert file.stat().st_mtime_ns == before  # which it would not be had FEW been missing


@pytest.mark.parametrize("harm", ["empty", "cut", "plain"])
def test_the_same_pages_without_it(built: tuple[Home, Path], harm: str, tmp_path: Path) -> None:
    home, cache = built
    wanted = build(home, cache)
    if harm == "plain":
        assert build(home, cache, **{PLAIN: "1"}) == wanted
        return
    build(home, tmp_path)
    (file,) = (tmp_path / "bulletin-pdf").glob("compiled-*")
    whole = file.read_bytes()
    file.write_bytes(b"" if harm == "empty" else whole[:-1000])
    assert build(home, tmp_path) == wanted
    assert file.stat().st_size > len(whole) / 2  # it was made anew


@pytest.mark.parametrize("data", [b"", b"\xff", marshal.dumps([1]), marshal.dumps(None)])
def test_a_table_that_is_none(data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_cache, "folder", lambda: tmp_path)
    user_cache.keep("table", data)
    assert compiled_once._read("table") == {}


def test_in_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_cache, "folder", lambda: tmp_path)
    monkeypatch.setattr(compiled_once, "FEW", 1)
    re.purge()
    for _ in range(2):
        with compiled_once.compiled_once():
            assert re.compile(r"(?P<year>\d{4})年", re.ASCII).match("2021年").groupdict() == {"year": "2021"}  # type: ignore[union-attr]
            assert re.compile(rb"\d").match(b"1")
            with pytest.raises(re.error):
                re.compile("(")
        re.purge()
    known = table(tmp_path, monkeypatch)
    assert (rb"\d", 0) in known
    assert (r"(?P<year>\d{4})年", int(re.ASCII)) in known
    assert "exec" not in vars(sys.modules["dataclasses"])


def test_a_table_that_grows_too_large_forgets_what_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_cache, "folder", lambda: tmp_path)
    monkeypatch.setattr(compiled_once, "FEW", 1)
    monkeypatch.setattr(compiled_once, "MANY", 2)
    for patterns in (("甲", "乙"), ("乙", "丙")):
        re.purge()
        with compiled_once.compiled_once():
            for pattern in patterns:
                re.compile(pattern)
    assert set(table(tmp_path, monkeypatch)) == {("乙", 32), ("丙", 32)} or set(
        table(tmp_path, monkeypatch)
    ) == {("乙", 0), ("丙", 0)}
    re.purge()
