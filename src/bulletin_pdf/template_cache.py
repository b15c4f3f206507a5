"""Tool: the templates of the layouts that travel with the program, compiled once and kept in the user's cache.

To parse and compile them anew takes a tenth of a cold build.
"""

import hashlib
from importlib import metadata
from io import BytesIO
from pathlib import Path

from jinja2.bccache import Bucket, BytecodeCache

from bulletin_pdf.user_cache import keep, kept


class KeptTemplates(BytecodeCache):
    """Jinja2's compiled templates in the user's cache. It asks for the source first, and takes what was made of it only."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept; nothing where it is damaged."""
        seal, _, code = (kept(_name(bucket)) or b"").partition(b"\n")
        if code and seal == _seal(code):
            bucket.load_bytecode(BytesIO(code))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        code = bucket.bytecode_to_string()
        keep(_name(bucket), _seal(code) + b"\n" + code)


def _name(bucket: Bucket) -> str:
    """The template's path is in the key, its text and the version of Python in the code. Here is what else it depends on:
    Jinja2, and how `render` sets it up."""
    setting = hashlib.sha256(Path(__file__).with_name("render.py").read_bytes()).hexdigest()[:8]
    return f"template-{metadata.version('jinja2')}-{setting}-{bucket.key}"


def _seal(code: bytes) -> bytes:
    """What tells whole code from damaged code, which could crash the process."""
    return hashlib.sha256(code).hexdigest().encode()
