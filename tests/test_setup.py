"""The launcher and the set-up, in a checkout of stand-ins: no network, no package manager, no second Python.

What no stand-in can show (real packages, real systems) is tried by scripts/try-bare.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ("bulletin", "scripts/setup", "scripts/test", "scripts/lock", "scripts/try-bare", ".ci/run")
TOOLS = "sh cat cmp cp dirname env find grep id mkdir mv readlink rm sed sleep tail touch uname"

PYTHON = """#!/bin/sh
# Stands for a Python: says where it is, lacks the libraries that $LACKS names, makes environments, plays pip.
case "$*" in
    *_base_executable*) echo "$0" ;;
    *ctypes* | *ensurepip*) for name in $LACKS; do case "$*" in *$name*) exit 1 ;; esac; done ;;
    *"-m venv"*) mkdir -p .venv/bin .venv/lib/python3.11/site-packages && cp "$0" .venv/bin/python
        echo environment >>"$RECORD" ;;
    *"-m pip"*) sleep "${PAUSE:-0}"; echo "pip $*" >>"$RECORD"
        [ -z "${BROKEN:-}" ] || { echo no route; exit 1; } ;;
    *"-m compileall"*) echo compileall >>"$RECORD" ;;
    *"-m bulletin_pdf"*) echo "$#" "$LD_LIBRARY_PATH"; printf '%s\\n' "$@" ;;
    *) exec 'REAL' "$@" ;;
esac
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no sh; there pip does the set-up")


@dataclass(frozen=True)
class Checkout:
    """A checkout with the real scripts, and the only commands that they see."""

    root: Path
    commands: Path

    @property
    def record(self) -> list[str]:
        """What the stand-in for Python was made to do, in order."""
        file = self.root / "record"
        return file.read_text().splitlines() if file.exists() else []

    def start(self, *command: str | Path, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=self.root.parent,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str | Path, **environment: str) -> "subprocess.CompletedProcess[str]":
        process = self.start(*command, **environment)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": str(self.commands),
            "RECORD": str(self.root / "record"),
            "LC_ALL": "C",
            "LACKS": "",
            "LD_LIBRARY_PATH": "",
        }

    def command(self, name: str, script: str) -> None:
        """Put a command on the PATH."""
        write_script(self.commands / name, f"#!/bin/sh\n{script}\n")

    def be_ready(self) -> None:
        assert self.run(self.root / "scripts" / "setup").returncode == 0
        (self.root / "record").unlink()


def write_script(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """In a folder whose name has spaces and Chinese in it."""
    root, commands = tmp_path / "编辑部 的 简报" / "checkout", tmp_path / "usr" / "bin"
    commands.mkdir(parents=True)
    for tool in TOOLS.split():
        (commands / tool).symlink_to(shutil.which(tool) or tool)
    for script in ("bulletin", "scripts/setup"):
        (root / script).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / script, root / script)
    for name in ("run", "test"):
        (root / "requirements").mkdir(exist_ok=True)
        (root / "requirements" / f"{name}.txt").write_text(f"{name}==1.0\n")
    (root / "src").mkdir()
    write_script(commands / "python3", PYTHON.replace("REAL", sys.executable))
    return Checkout(root, commands)


# The launcher


def test_the_launcher_hands_over_every_argument(checkout: Checkout) -> None:
    checkout.be_ready()
    arguments = ["build", "2021-17 增刊", "", "--title", "a\nb", "*"]
    run = checkout.run(checkout.root / "bulletin", *arguments)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == "\n".join(["9 ", "-P", "-m", "bulletin_pdf", *arguments]) + "\n"
    assert checkout.record == []


def test_the_launcher_works_from_anywhere(checkout: Checkout, tmp_path: Path) -> None:
    checkout.be_ready()
    (tmp_path / "一 link").symlink_to(checkout.root / "bulletin")
    (checkout.commands / "bulletin").symlink_to("../../一 link")
    (checkout.root.parent / "link").symlink_to("checkout/bulletin")
    ways: list[list[str | Path]] = [
        ["bulletin"],
        [tmp_path / "一 link"],
        ["./link"],
        ["sh", "link"],
        ["sh", "checkout/bulletin"],
    ]
    for way in ways:
        run = checkout.run(*way, "x")
        assert (run.returncode, run.stderr, run.stdout.split()[-1]) == (0, "", "x"), way


@pytest.mark.parametrize("spoil", ["stamp", "lock", "python", "everything"])
def test_the_launcher_sets_up_what_is_missing(spoil: str, checkout: Checkout) -> None:
    checkout.be_ready()
    if spoil == "stamp":
        (checkout.root / ".venv" / "run.txt").unlink()
    elif spoil == "lock":
        (checkout.root / "requirements" / "run.txt").write_text("run==2.0\n")
    elif spoil == "python":
        (checkout.root / ".venv" / "bin" / "python").unlink()
        (checkout.root / ".venv" / "bin" / "python").symlink_to("/gone/python3.11")
    else:
        shutil.rmtree(checkout.root / ".venv")
    run = checkout.run(checkout.root / "bulletin", "x")
    assert (run.returncode, run.stdout.split()[-1]) == (0, "x")
    assert "安装完成" in run.stderr
    assert checkout.record[0] == "environment"
    assert checkout.run(checkout.root / "bulletin", "x").stderr == ""


def test_without_a_set_up_the_command_does_not_run(checkout: Checkout) -> None:
    run = checkout.run(checkout.root / "bulletin", "x", BROKEN="yes")
    assert (run.returncode, run.stdout) == (1, "")
    assert "no route" in run.stderr
    assert "Python 软件包没有装上" in run.stderr.splitlines()[-1]
    assert "pip config set global.index-url" in run.stderr.splitlines()[-1]


def test_libraries_unpacked_here_come_first(checkout: Checkout) -> None:
    checkout.be_ready()
    (checkout.root / ".native" / "lib").mkdir(parents=True)
    expected = f"{checkout.root}/.native/lib"
    assert f" {expected}\n" in checkout.run(checkout.root / "bulletin").stdout
    run = checkout.run(checkout.root / "bulletin", LD_LIBRARY_PATH="/own")
    assert f" {expected}:/own\n" in run.stdout


# The set-up


def test_the_tests_are_added_to_what_is_there(checkout: Checkout) -> None:
    checkout.be_ready()
    setup = checkout.root / "scripts" / "setup"
    assert checkout.run(setup, "test").returncode == 0
    pip, compiled = checkout.record
    assert pip.endswith("-r requirements/test.txt")
    assert {"--require-hashes", "--no-deps"} < set(pip.split())
    assert compiled == "compileall"
    for again in ("run", "test"):
        assert checkout.run(setup, again).stderr == ""
    assert len(checkout.record) == 2


def test_a_changed_lock_file_starts_afresh(checkout: Checkout) -> None:
    setup = checkout.root / "scripts" / "setup"
    checkout.run(setup, "test")
    (checkout.root / "record").unlink()
    (checkout.root / ".venv" / "leftover").touch()
    (checkout.root / "requirements" / "test.txt").write_text("test==2.0\n")
    assert checkout.run(setup, "test").returncode == 0
    assert checkout.record[0] == "environment"
    assert not (checkout.root / ".venv" / "leftover").exists()


def test_a_failed_set_up_leaves_no_stamp(checkout: Checkout) -> None:
    checkout.be_ready()
    setup = checkout.root / "scripts" / "setup"
    assert checkout.run(setup, "test", BROKEN="yes").returncode == 1
    assert not list((checkout.root / ".venv").glob("*.txt"))
    assert checkout.run(setup, "test").returncode == 0


def test_an_interrupted_set_up_heals(checkout: Checkout) -> None:
    setup = checkout.root / "scripts" / "setup"
    process = checkout.start(setup, PAUSE="1")
    wait_for(checkout.root / "record")
    process.kill()
    process.communicate()
    run = checkout.run(setup)
    assert (run.returncode, checkout.record.count("environment")) == (0, 2)


def test_of_two_set_ups_at_once_one_works(checkout: Checkout) -> None:
    setup = checkout.root / "scripts" / "setup"
    first = checkout.start(setup, PAUSE="1")
    wait_for(checkout.root / "record")
    second = checkout.run(setup)
    assert (first.wait(), second.returncode) == (0, 0)
    assert "另一个安装正在进行" in second.stderr
    assert [line.split()[0] for line in checkout.record] == ["environment", "pip", "compileall"]
    first.communicate()


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"never came: {path}"
        time.sleep(0.01)


def test_src_is_found_wherever_the_checkout_moves(checkout: Checkout) -> None:
    checkout.be_ready()
    packages = checkout.root / ".venv" / "lib" / "python3.11" / "site-packages"
    (line,) = (packages / "bulletin.pth").read_text().splitlines()
    assert not Path(line).is_absolute()
    assert (packages / line).resolve() == (checkout.root / "src").resolve()


def test_a_moved_checkout_is_ready(checkout: Checkout, tmp_path: Path) -> None:
    checkout.be_ready()
    shutil.move(checkout.root, tmp_path / "新家")
    run = checkout.run(tmp_path / "新家" / "bulletin", "x")
    assert (run.returncode, run.stderr) == (0, "")


def test_an_old_python_is_passed_over(checkout: Checkout) -> None:
    shutil.copy(checkout.commands / "python3", checkout.commands / "python3.12")
    old = "import sys; sys.version_info = (3, 10, 9); exec(sys.argv[1])"
    checkout.command("python3", f"exec '{sys.executable}' -c '{old}' \"$2\"")
    assert checkout.run(checkout.root / "scripts" / "setup").returncode == 0
    (checkout.commands / "python3.12").unlink()
    shutil.rmtree(checkout.root / ".venv")
    checkout.command("apt-get", "exit 1")
    run = checkout.run(checkout.root / "scripts" / "setup")
    assert run.returncode == 1
    assert run.stderr == (
        "需要 Python 3.11 或更新的版本，请先安装：sudo apt-get install python3 python3-venv\n"
    )


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_it_may_not_write_to(checkout: Checkout) -> None:
    checkout.root.chmod(0o555)
    run = checkout.run(checkout.root / "scripts" / "setup")
    checkout.root.chmod(0o755)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("写不进文件夹")


def test_an_unknown_set_is_refused(checkout: Checkout) -> None:
    run = checkout.run(checkout.root / "scripts" / "setup", "all")
    assert (run.returncode, run.stdout, run.stderr) == (1, "", "用法：scripts/setup [run|test]\n")


# System libraries


@pytest.mark.parametrize(
    ("manager", "advice"),
    [
        ("dnf", "sudo dnf install pango"),
        ("brew", "brew install pango"),
        (None, "用系统的软件包管理器安装 pango"),
    ],
)
def test_where_it_cannot_act_it_says_what_to_do(manager: str | None, advice: str, checkout: Checkout) -> None:
    checkout.command("uname", "echo Linux")
    if manager:
        checkout.command(manager, "exit 99")
    run = checkout.run(checkout.root / "bulletin", LACKS="libpango-1.0")
    assert (run.returncode, run.stdout, checkout.record) == (1, "", [])
    last = run.stderr.splitlines()[-1]
    assert "libpango-1.0-0" in last
    assert "libpangoft2" not in last
    assert advice in last


APT = """echo "apt-get $*" >>"$RECORD"
case "$*" in *install*) [ ! -e "$RECORD.lists" ] && exit 100; mv {python}.complete {python} ;;
    *update*) : >"$RECORD.lists" ;; esac"""


@pytest.mark.parametrize("user", ["root", "sudo"])
def test_on_debian_packages_are_installed(user: str, checkout: Checkout) -> None:
    """The lists are fetched only after the first attempt failed for want of them."""
    python = checkout.commands / "python3"
    shutil.copy(python, f"{python}.complete")
    write_script(python, python.read_text().replace("$LACKS", "libpango libpangoft2"))
    checkout.command("uname", "echo Linux")
    checkout.command("id", f"echo {0 if user == 'root' else 1000}")
    checkout.command("dpkg", ":")
    checkout.command("apt-get", APT.format(python=f"'{python}'"))
    checkout.command("sudo", 'echo sudo >>"$RECORD"; [ "$1" != -n ] || shift; "$@"')
    (checkout.commands / "true").symlink_to(shutil.which("true") or "true")
    run = checkout.run(checkout.root / "scripts" / "setup")
    assert (run.returncode, run.stdout) == (0, ""), run.stderr
    calls = [line for line in checkout.record if line.startswith("apt-get")]
    assert [re.findall("install|update", call)[0] for call in calls] == ["install", "update", "install"]
    assert calls[0].split()[-2:] == ["libpango-1.0-0", "libpangoft2-1.0-0"]
    assert ("sudo" in checkout.record) == (user == "sudo")


def test_on_debian_without_network_it_names_the_command(checkout: Checkout) -> None:
    checkout.command("uname", "echo Linux")
    checkout.command("id", "echo 0")
    checkout.command("dpkg", ":")
    checkout.command("apt-get", "echo Could not resolve; exit 100")
    run = checkout.run(checkout.root / "scripts" / "setup", LACKS="libpangoft2")
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].endswith(
        "sudo apt-get update && sudo apt-get install --no-install-recommends libpangoft2-1.0-0 "
    )
    assert "Could not resolve" in run.stderr


@pytest.mark.parametrize(("set_", "asked"), [("test", 1), ("run", 0)])
@pytest.mark.parametrize("works", [True, False])
def test_on_debian_the_tests_get_a_browser_if_they_can(
    set_: str, asked: int, works: bool, checkout: Checkout
) -> None:
    grep = (checkout.commands / "grep").readlink()
    checkout.command("grep", f'case "$*" in *os-release*) exit 0 ;; *) exec {grep} "$@" ;; esac')
    checkout.command("uname", "echo Linux")
    checkout.command("id", "echo 0")
    checkout.command("dpkg", ":")
    checkout.command("apt-get", f'echo "apt-get $*" >>"$RECORD"; exit {0 if works else 100}')
    run = checkout.run(checkout.root / "scripts" / "setup", set_)
    assert run.returncode == 0, run.stderr
    calls = [line for line in checkout.record if "chromium" in line]
    assert len(calls) == asked
    assert ("会跳过" in run.stderr) == (asked and not works)


DOWNLOADING = """echo "apt-get $*" >>"$RECORD"
case "$*" in *--download-only*) : >.native/apt/archives/libpango.deb ;; esac"""
UNPACKING = """mkdir -p "$3/usr/lib/x86_64-linux-gnu" "$3/usr/share/gdb/auto-load/usr/lib"
: >"$3/usr/lib/x86_64-linux-gnu/libpango-1.0.so.0"
: >"$3/usr/share/gdb/auto-load/usr/lib/libglib-2.0.so.0-gdb.py"
mv {python}.complete {python}"""


def test_without_root_the_packages_are_unpacked_here(checkout: Checkout) -> None:
    python = checkout.commands / "python3"
    shutil.copy(python, f"{python}.complete")
    write_script(python, python.read_text().replace("$LACKS", "libpango-1.0"))
    checkout.command("uname", "echo Linux")
    checkout.command("id", "case $1 in -u) echo 1000 ;; *) echo editor ;; esac")
    checkout.command("apt-get", DOWNLOADING)
    checkout.command("dpkg-deb", UNPACKING.format(python=f"'{python}'"))
    run = checkout.run(checkout.root / "bulletin", "x")
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(f"4 {checkout.root}/.native/lib\n")
    laid_out = {file.name for file in (checkout.root / ".native" / "lib").iterdir()}
    assert laid_out == {"libpango-1.0.so.0", "cacert.pem"}
    assert all(f"Dir::State={checkout.root}/.native/apt" in line for line in checkout.record[:2])


def test_without_root_pip_comes_from_its_wheel(checkout: Checkout, tmp_path: Path) -> None:
    """Debian splits pip from Python; its wheel trusts certificates of the system, which may have none."""
    with ZipFile(tmp_path / "pip-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("pip/_vendor/certifi/__init__.py", "raise FileNotFoundError")
        wheel.writestr("pip/_vendor/certifi/cacert.pem", "of the wheel")
    checkout.command("uname", "echo Linux")
    checkout.command("id", "case $1 in -u) echo 1000 ;; *) echo editor ;; esac")
    checkout.command("apt-get", DOWNLOADING)
    unpacking = f"""mkdir -p "$3/usr/share/python-wheels" "$3/usr/share/ca-certificates/mozilla"
        cp '{tmp_path}'/*.whl "$3/usr/share/python-wheels"
        echo "of the package" >"$3/usr/share/ca-certificates/mozilla/A.crt" """
    checkout.command("dpkg-deb", unpacking)
    run = checkout.run(checkout.root / "scripts" / "setup", LACKS="ensurepip")
    assert run.returncode == 0, run.stderr
    assert any(line.endswith("python3-pip-whl") for line in checkout.record)
    certifi = checkout.root / ".venv/lib/python3.11/site-packages/pip/_vendor/certifi/__init__.py"
    names: dict[str, Any] = {"__file__": str(certifi)}
    exec(certifi.read_text(), names)
    assert Path(names["where"]()).read_text() == "of the package\n"


def test_without_root_a_failure_leaves_no_libraries(checkout: Checkout) -> None:
    checkout.command("uname", "echo Linux")
    checkout.command("id", "case $1 in -u) echo 1000 ;; *) echo editor ;; esac")
    checkout.command("apt-get", "exit 100")
    run = checkout.run(checkout.root / "bulletin", "x", LACKS="libpango-1.0")
    assert (run.returncode, run.stdout) == (1, "")
    assert "没有管理员权限" in run.stderr
    assert not (checkout.root / ".native" / "lib").exists()


# The files


def pins(name: str) -> dict[str, str]:
    """Version and hashes by requirement of a lock file."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {match[1]: match[2] for match in re.finditer(r"^([\w.-]+)(==.*(?:\n    --hash.*)+)", text, re.M)}


def test_every_package_is_pinned_by_hash() -> None:
    for name in ("run", "test"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
        assert len(pins(name)) == len(re.findall(r"^\w", text, re.M))
        assert not re.search(r"://|file:|^--|/tmp|/home|/root", text, re.M)


def test_the_tests_run_with_what_people_run() -> None:
    assert pins("run").items() < pins("test").items()


def test_the_locks_hold_what_pyproject_names() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for name, wanted in (
        ("run", pyproject["project"]["dependencies"]),
        ("test", pyproject["dependency-groups"]["test"]),
    ):
        names = {re.split(r"[<>=;\[ ]", requirement)[0] for requirement in wanted}
        assert names <= set(pins(name)), "run scripts/lock"


def test_scripts_can_be_run() -> None:
    for script in SCRIPTS:
        path = ROOT / script
        assert path.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
        assert os.access(path, os.X_OK), script
        subprocess.run(["sh", "-n", path], check=True)
