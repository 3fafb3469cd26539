"""A small writer of SAS7BDAT files, since no Python package has one.

Uncompressed, 32 bits, little end first; laid out as the reading packages (ReadStat, pandas) expect.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

MAGIC = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
ENCODINGS = {"": 0, "utf-8": 20, "latin-1": 29, "windows-1252": 62, "gb18030": 205}
HEADER, POINTER, PAGE_HEADER = 1024, 12, 24
META_PAGE, DATA_PAGE = 0x0000, 0x0100


class Texts:
    """Names, labels and formats of the file; a reference is (block, place, length)."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.content = b""

    def refer(self, text: str) -> tuple[int, int, int]:
        data = text.encode(self.encoding)
        place = len(self.content) + 28
        self.content += data + bytes(-len(data) % 4)
        return 0, place, len(data)


def subheaders(frame, rows, widths, label, labels, formats, encoding, page_size):
    texts = Texts(encoding)
    count, length = len(frame.columns), sum(widths)
    names = b"".join(struct.pack("<4H", *texts.refer(name), 0) for name in frame)
    attributes, at = b"", 0
    for name, width in zip(frame, widths, strict=True):
        kind = 2 if frame[name].dtype == object else 1
        attributes += struct.pack("<IIHBB", at, width, 4, kind, 0)
        at += width
    described = [
        struct.pack("<I30s3H3H6s", 0xFFFFFBFE, b"", *texts.refer(fmt), *texts.refer(told), b"")
        for fmt, told in ((formats.get(name, ""), labels.get(name, "")) for name in frame)
    ]
    size = bytearray(480)
    struct.pack_into("<I", size, 0, 0xF7F7F7F7)
    struct.pack_into("<II", size, 20, length, rows)
    struct.pack_into("<I", size, 36, count)
    struct.pack_into("<I", size, 52, page_size)
    struct.pack_into("<3H", size, 480 - 130, *texts.refer(label))
    body = len(texts.content) + 28
    remainder = 8 * count + 8
    return [
        bytes(size),
        struct.pack("<III", 0xF6F6F6F6, count, 0),
        struct.pack("<IH", 0xFFFFFFFD, body - 8) + bytes(6) + b" " * 8 + bytes(12) + texts.content,
        struct.pack("<IHHI", 0xFFFFFFFF, remainder, 0, 0) + names + bytes(8),
        struct.pack("<IHHI", 0xFFFFFFFC, 12 * count + 8, 0, 0) + attributes + bytes(8),
        *described,
    ]


def meta_pages(parts: list[bytes], page_size: int) -> list[bytes]:
    pages, page, used, at = [], bytearray(page_size), 0, page_size
    for part in parts:
        if PAGE_HEADER + (used + 1) * POINTER + len(part) > at:
            pages.append(bytes(page))
            page, used, at = bytearray(page_size), 0, page_size
        at -= len(part)
        page[at : at + len(part)] = part
        within = part[:4] in (b"\xfd\xff\xff\xff", b"\xff\xff\xff\xff", b"\xfc\xff\xff\xff")
        struct.pack_into("<IIBB", page, PAGE_HEADER + used * POINTER, at, len(part), 0, within)
        used += 1
        struct.pack_into("<HHH", page, 16, META_PAGE, used, used)
    return [*pages, bytes(page)]


def cell(value, width: int, encoding: str) -> bytes:
    if isinstance(value, str):
        return value.encode(encoding).ljust(width)
    if value is None:
        return b" " * width
    missing = 0xFFFFFE0000000000  # the bits of SAS's missing value
    return struct.pack("<Q", missing) if pd.isna(value) else struct.pack("<d", value)


def write_file(
    frame: pd.DataFrame,
    file: Path,
    *,
    label: str = "",
    labels: dict[str, str] | None = None,
    formats: dict[str, str] | None = None,
    encoding: str = "utf-8",
    declared: str | None = None,
    page_size: int = 65536,
) -> Path:
    """Write text (object) and float64 columns; `declared` is what the header says."""
    widths = [
        max([8, *(len(v.encode(encoding)) for v in frame[name] if v)])
        if frame[name].dtype == object
        else 8
        for name in frame
    ]
    records = [
        b"".join(cell(v, w, encoding) for v, w in zip(row, widths, strict=True))
        for row in frame.itertuples(index=False, name=None)
    ]
    parts = subheaders(
        frame, len(frame), widths, label, labels or {}, formats or {}, encoding, page_size
    )
    pages = meta_pages(parts, page_size)
    per_page = (page_size - PAGE_HEADER) // max(sum(widths), 1)
    for start in range(0, len(records), per_page):
        block = records[start : start + per_page]
        head = bytes(16) + struct.pack("<HHHH", DATA_PAGE, len(block), 0, 0)
        pages.append((head + b"".join(block)).ljust(page_size, b"\0"))
    start = bytearray(HEADER)
    start[:32] = MAGIC
    start[32], start[35], start[37], start[39] = 0x22, 0x22, 1, ord("1")
    start[70] = ENCODINGS[encoding if declared is None else declared]
    start[84:124] = b"SAS FILE" + b"DATASET".ljust(32)
    start[156:164] = b"DATA    "
    struct.pack_into("<III", start, 196, HEADER, page_size, len(pages))
    start[216:240] = b"9.0101M0" + b"9.0401M6Linux".ljust(16, b"\0")
    file.write_bytes(bytes(start) + b"".join(pages))
    return file


@pytest.fixture(scope="session")
def write_sas7bdat() -> Callable[..., Path]:
    return write_file
