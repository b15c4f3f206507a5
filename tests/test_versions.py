"""The versions by the names of folders are those that importlib.metadata tells."""

from importlib import metadata

import pytest

from bulletin_pdf.system.versions import version
from bulletin_pdf.toolchain import PACKAGES


@pytest.mark.parametrize("package", [*PACKAGES, "cffi", "PyYAML", "Markdown_It.Py"])
def test_the_version_is_told(package: str) -> None:
    assert version(package) == metadata.version(package)


def test_what_is_not_installed_has_none() -> None:
    assert version("no-such-package") is None
