"""The wheel: built, installed in an environment of its own and used from another folder, without the checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from bulletin_pdf.pdf import read_pdf

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.slow

# Put into the environment: notes down every file that Python opens.
WATCH = """
import os, sys
log = os.environ.get("OPENED")
if log:
    file = open(log, "a", encoding="utf-8", errors="replace")
    def hook(event, arguments):
        if event == "open" and isinstance(arguments[0], str):
            file.write(os.path.abspath(arguments[0]) + "\\n")
            file.flush()
    sys.addaudithook(hook)
"""


CLEAN = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}


def run(*command: str | Path, folder: Path, **environment: str) -> str:
    finished = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=CLEAN | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, folder=ROOT)
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def bulletin(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command `bulletin` of an environment that has the wheel, and this one's packages beside it."""
    environment = tmp_path_factory.mktemp("环境 1")
    run(sys.executable, "-m", "venv", environment, folder=environment)
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--no-deps", "--no-index", wheel, folder=environment)
    packages = Path(
        run(
            scripts / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=ROOT
        ).strip()
    )
    (packages / "watch_opened.py").write_text(WATCH, encoding="utf-8")
    (packages / "beside.pth").write_text(
        f"{sysconfig.get_path('purelib')}\nimport watch_opened\n", encoding="utf-8"
    )
    return scripts / "bulletin"


def test_what_travels_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = [
        *(
            f"bulletin_pdf/data/layouts/{file.relative_to(ROOT / 'layouts').as_posix()}"
            for file in files("layouts")
        ),
        *(
            f"bulletin_pdf/data/profiles/{file.relative_to(ROOT / 'profiles').as_posix()}"
            for file in files("profiles")
        ),
        *(
            f"bulletin_pdf/data/fonts/{file.relative_to(ROOT / 'fonts').as_posix()}"
            for file in files("fonts")
        ),
        *(
            f"bulletin_pdf/{file.relative_to(ROOT / 'src' / 'bulletin_pdf').as_posix()}"
            for file in files("src/bulletin_pdf")
        ),
    ]
    assert [name for name in expected if name not in names] == []
    assert "bulletin_pdf/starter/publication.yaml" in names
    licences = [name for name in names if ".dist-info/licenses/" in name]
    assert len(licences) >= len(list((ROOT / "fonts" / "licences").iterdir()))
    assert not [name for name in names if "tests/" in name or "__pycache__" in name or "/build/" in name]


def files(folder: str) -> list[Path]:
    return [
        file
        for file in sorted((ROOT / folder).rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
    ]


def test_a_new_publication_is_built_without_the_checkout(bulletin: Path, tmp_path: Path) -> None:
    opened = tmp_path / "opened.txt"
    folder = tmp_path / "某处"
    folder.mkdir()
    run(bulletin, "init", "我的 简报", folder=folder, OPENED=str(opened))
    home = folder / "我的 简报"
    assert (home / "layouts" / "bulletin" / "layout.yaml").is_file()
    out = run(bulletin, "build", folder=home, OPENED=str(opened))
    pdf = Path(out.splitlines()[-1])
    assert pdf.is_relative_to(home)
    read, damaged = read_pdf(pdf.read_bytes(), pdf)
    assert read, damaged
    assert read.pages
    assert {font.name.partition("+")[2].partition("-")[0] for font in read.fonts} == {"Bulletin"}

    environment = Path(sys.prefix)
    of_the_checkout = [
        line
        for line in opened.read_text(encoding="utf-8").splitlines()
        if Path(line).is_relative_to(ROOT) and not Path(line).is_relative_to(environment)
    ]
    assert of_the_checkout == []
    for file in (home / "build" / ".cache").rglob("*.conf"):
        text = file.read_text(encoding="utf-8")
        assert str(ROOT / "fonts") not in text


def test_outside_a_publication_it_says_so(bulletin: Path, tmp_path: Path) -> None:
    finished = subprocess.run(
        [bulletin, "list"],
        cwd=tmp_path,
        env=CLEAN,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 2
    assert "没有找到 content/publication.yaml" in finished.stderr


def test_the_wheel_knows_its_version_and_needs(bulletin: Path, tmp_path: Path) -> None:
    from bulletin_pdf import __version__

    assert run(bulletin, "--version", folder=tmp_path).strip() == __version__
    assert "合格" in run(bulletin, "doctor", folder=tmp_path)
