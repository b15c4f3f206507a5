"""Tool: what one glance at a finished PDF tells, quickly: sizes of pages, bookmarks, letters, which places are free. A
home of pypdfium2. For all that a check needs, see `pdf`."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pypdfium2
from PIL import Image

from bulletin_pdf.collation import without_space
from bulletin_pdf.pdf.painting import Box

# The picture of page 1 in the archive: so many pixels high, sharp at 320.
COVER_HEIGHT, COVER_QUALITY = 640, 82


@dataclass(frozen=True, slots=True)
class Glance:
    """sizes: of the pages in points. letters: of each page, without white space. bookmarks: title, level from 1, page
    from 1."""

    sizes: tuple[tuple[float, float], ...]
    letters: tuple[str, ...]
    bookmarks: tuple[tuple[str, int, int], ...]

    def page_with(self, words: str, start: int) -> int:
        """The first page from `start` on that has these words, which may begin there and end on the next; `start` where
        none has."""
        wanted = without_space(words)
        for page in range(start, len(self.letters) + 1):
            here = self.letters[page - 1]
            following = self.letters[page] if page < len(self.letters) else ""
            if 0 <= (here + following[: len(wanted)]).find(wanted) < len(here):
                return page
        return start


def glance(data: bytes) -> Glance:
    """Look at a PDF that was checked before."""
    document = pypdfium2.PdfDocument(data)
    try:
        bookmarks = []
        for item in document.get_toc():
            target = item.get_dest()
            if target is not None:
                bookmarks.append((item.get_title(), item.level + 1, target.get_index() + 1))
        letters = [without_space(page.get_textpage().get_text_range()) for page in document]
        return Glance(tuple(page.get_size() for page in document), tuple(letters), tuple(bookmarks))
    finally:
        document.close()


def cover(data: bytes) -> bytes:
    """Page 1 as a JPEG."""
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[0]
        picture: Image.Image = page.render(scale=COVER_HEIGHT / page.get_height()).to_pil().convert("RGB")
    finally:
        document.close()
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=COVER_QUALITY, optimize=True, progressive=True)
    return stream.getvalue()


def free_places(data: bytes, boxes: Sequence[Sequence[Box]]) -> list[Box | None]:
    """For each page the first of some boxes, in points, in which it shows nothing but blank paper."""
    document = pypdfium2.PdfDocument(data)
    try:
        found = []
        for page, own in zip(document, boxes, strict=True):
            picture = page.render(scale=1, grayscale=True).to_pil().convert("L")
            height = picture.height
            clear = (
                box
                for box in own
                if picture.crop(
                    (round(box[0]), round(height - box[3]), round(box[2]), round(height - box[1]))
                ).getextrema()
                == (255, 255)
            )
            found.append(next(clear, None))
        return found
    finally:
        document.close()
