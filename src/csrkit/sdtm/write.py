"""SAS transport files, version 5 (XPT): the same bytes for the same data.

The layout is that of SAS technical note TS-140, "Record Layout of a SAS Version 5 or 6 Data Set in
SAS Transport (XPORT) Format": 80-byte header records, a 140-byte description a variable, numbers
as IBM doubles, everything padded with blanks. No clock is read; the two date stamps are `modified`.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from csrkit.errors import DataError

FIXED_TIME = dt.datetime(2000, 1, 1)
SAS_EPOCH = pd.Timestamp("1960-01-01")
NAME_BYTES, LABEL_BYTES, TEXT_BYTES, CARD = 8, 40, 200, 80
MISSING = b"." + bytes(7)


@dataclass(frozen=True)
class XptVariable:
    """One variable: `length` is its width in bytes, `format` a SAS format such as DATE9."""

    name: str
    label: str
    numeric: bool
    length: int
    format: str = ""


def write_xpt(
    frame: pd.DataFrame,
    path: str | Path,
    name: str,
    label: str,
    labels: Mapping[str, str],
    formats: Mapping[str, str] | None = None,
    modified: dt.datetime = FIXED_TIME,
) -> Path:
    """Write a frame as one XPT v5 member and return its path.

    Parameters
    ----------
    frame
        Shape (records, variables). Text columns hold str or a missing value; datetime64 columns
        become SAS datetimes when their format says so or a time of day isn't midnight, else SAS
        dates; the rest are doubles.
    name, label
        Member name (at most 8 characters) and its label (at most 40).
    labels
        Variable labels (at most 40 bytes); a variable without one has an empty label.
    formats
        SAS formats by variable; dates default to DATE9., datetimes to DATETIME20.
    modified
        Creation and modification stamp.

    Raises
    ------
    DataError
        When a name, label or text is longer than the format allows, or a number out of its range.
    """
    given = formats or {}
    encoded = {
        str(column): _encode(frame[column], given.get(str(column), "")) for column in frame.columns
    }
    variables = [
        XptVariable(
            column,
            labels.get(column, ""),
            numeric=values.dtype.kind == "f",
            length=8 if values.dtype.kind == "f" else max(int(values.dtype.itemsize), 1),
            format=given.get(column, standard),
        )
        for column, (values, standard) in encoded.items()
    ]
    with XptWriter(path, name, label, variables, modified) as writer:
        writer.write({column: values for column, (values, _) in encoded.items()})
    return Path(path)


class XptWriter:
    """Write an XPT v5 member block by block; variables and widths are known beforehand.

    Raises
    ------
    DataError
        When a name, label or text is longer than the format allows.
    """

    def __init__(
        self,
        path: str | Path,
        name: str,
        label: str,
        variables: Sequence[XptVariable],
        modified: dt.datetime = FIXED_TIME,
    ) -> None:
        self.path = Path(path)
        self._check(name, label, variables)
        self._head = _headers(name, label, variables, modified)
        self._variables = tuple(variables)
        self._row = np.dtype([(v.name, f"S{v.length}") for v in variables])
        self._bytes = 0

    def __enter__(self) -> XptWriter:
        """Open the file and write its headers."""
        self._file: BinaryIO = self.path.open("wb")
        self._file.write(self._head)
        return self

    def write(self, columns: Mapping[str, NDArray[np.generic]]) -> None:
        """Append rows: for each variable a float64 array (NaN missing) or a bytes array."""
        count = len(next(iter(columns.values()))) if columns else 0
        if not count:
            return
        rows = np.empty(count, dtype=self._row)
        for variable in self._variables:
            rows[variable.name] = self._cells(variable, columns[variable.name])
        data = rows.tobytes()
        self._file.write(data)
        self._bytes += len(data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Pad the last record to 80 bytes and close the file."""
        self._file.write(b" " * (-self._bytes % CARD))
        self._file.close()

    def _cells(self, variable: XptVariable, values: NDArray[np.generic]) -> NDArray[np.bytes_]:
        if variable.numeric:
            return ibm_doubles(
                values.astype(np.float64), where=f"{self.path.name}, {variable.name}"
            )
        texts = values.astype(np.bytes_)
        if texts.dtype.itemsize > variable.length:
            raise DataError(
                "A text is wider than its variable in the XPT file",
                where=f"{self.path.name}, {variable.name}",
                found=f"{texts.dtype.itemsize} bytes",
                allowed=f"at most {variable.length} bytes",
                remedy="Shorten the text, or split it (XPT v5 holds at most 200 bytes).",
            )
        return np.char.ljust(texts, variable.length)

    def _check(self, name: str, label: str, variables: Sequence[XptVariable]) -> None:
        limits = [("member name", name, NAME_BYTES), ("member label", label, LABEL_BYTES)]
        for variable in variables:
            limits.append(("variable name", variable.name, NAME_BYTES))
            limits.append((f"label of {variable.name}", variable.label, LABEL_BYTES))
            if variable.length > TEXT_BYTES:
                raise DataError(
                    "A text is longer than XPT v5 can hold",
                    where=f"{self.path.name}, {variable.name}",
                    found=f"{variable.length} bytes",
                    allowed=f"at most {TEXT_BYTES} bytes",
                    remedy="Shorten the text or continue it in a supplemental qualifier.",
                )
        for what, text, limit in limits:
            if len(text.encode()) > limit:
                raise DataError(
                    f"A {what} is longer than XPT v5 can hold",
                    where=self.path.name,
                    found=text,
                    allowed=f"at most {limit} bytes",
                    remedy="Shorten it.",
                )


def ibm_doubles(values: NDArray[np.float64], where: str = "") -> NDArray[np.bytes_]:
    """Return IEEE doubles as 8-byte IBM hexadecimal doubles, exactly; NaN as SAS missing.

    Raises
    ------
    DataError
        When a number is infinite or outside the IBM range (about 5e-79 to 7e75).
    """
    finite = np.where(np.isnan(values), 0.0, values)
    mantissa, exponent = np.frexp(np.where(np.isinf(finite), 0.0, np.abs(finite)))
    hexadecimal = -(-exponent // 4)
    if np.isinf(finite).any() or (np.abs(hexadecimal) > 63).any():
        raise DataError(
            "A number is outside the range of an XPT file",
            where=where,
            found=str(finite[np.isinf(finite) | (np.abs(hexadecimal) > 63)][0]),
            allowed="finite numbers between 5e-79 and 7e75",
            remedy="Correct the number, or leave it missing.",
        )
    shift = (3 - (4 * hexadecimal - exponent)).astype(np.uint64)
    fraction = (mantissa * 2.0**53).astype(np.uint64) << shift
    sign = (finite < 0).astype(np.uint64) << np.uint64(63)
    power = (hexadecimal + 64).astype(np.uint64) << np.uint64(56)
    words = np.where(finite == 0, np.uint64(0), sign | power | fraction).astype(">u8")
    cells = words.view("S8").copy()
    cells[np.isnan(values)] = MISSING
    return cells


def _encode(column: pd.Series, given: str = "") -> tuple[NDArray[np.generic], str]:
    """Return a column as float64 or bytes, and the SAS format that goes with it."""
    if pd.api.types.is_datetime64_any_dtype(column):
        gone = column - SAS_EPOCH
        days_only = bool((column.dropna() == column.dropna().dt.normalize()).all())
        if not given.startswith("DATETIME") and days_only:
            return (gone / pd.Timedelta(days=1)).to_numpy(np.float64), "DATE9."
        return (gone / pd.Timedelta(seconds=1)).to_numpy(np.float64), "DATETIME20."
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(np.float64, na_value=np.nan), ""
    return encode_text(column), ""


def encode_text(column: pd.Series) -> NDArray[np.bytes_]:
    """Return texts as UTF-8 bytes; a missing text is blank."""
    texts = [
        "" if missing else str(text) for text, missing in zip(column, column.isna(), strict=True)
    ]
    return np.array([text.encode() for text in texts], dtype=np.bytes_)


def _headers(
    name: str, label: str, variables: Sequence[XptVariable], modified: dt.datetime
) -> bytes:
    stamp = modified.strftime("%d%b%y:%H:%M:%S").upper()
    system = f"{'SAS':8}{'SAS':8}{{:8}}{'9.4':8}{'':8}{'':24}{stamp}"
    namestrs = b"".join(_namestr(number, v, at) for number, v, at in _positions(variables))
    cards = [
        _card("LIBRARY"),
        system.format("SASLIB"),
        f"{stamp:80}",
        _card("MEMBER", "000000000000000001600000000140"),
        _card("DSCRPTR"),
        f"{'SAS':8}{name:8}{'SASDATA':8}{'9.4':8}{'':8}{'':24}{stamp}",
    ]
    second = f"{stamp}{'':16}".encode() + label.encode().ljust(LABEL_BYTES) + b" " * 8
    return (
        "".join(f"{card:80}" for card in cards).encode()
        + second
        + f"{_card('NAMESTR', f'000000{len(variables):04d}00000000000000000000'):80}".encode()
        + namestrs
        + b" " * (-len(namestrs) % CARD)
        + f"{_card('OBS'):80}".encode()
    )


def _card(kind: str, tail: str = "0" * 30) -> str:
    return f"HEADER RECORD*******{kind:8}HEADER RECORD!!!!!!!{tail}"


def _positions(variables: Sequence[XptVariable]) -> list[tuple[int, XptVariable, int]]:
    starts = np.cumsum([0, *(v.length for v in variables)])
    return [(n, v, int(starts[n - 1])) for n, v in enumerate(variables, start=1)]


def _namestr(number: int, variable: XptVariable, position: int) -> bytes:
    name, width, decimals = _split_format(variable.format)
    return struct.pack(
        ">hhhh8s40s8shhh2s8shhl52s",
        1 if variable.numeric else 2,
        0,
        variable.length,
        number,
        variable.name.encode().ljust(8),
        variable.label.encode().ljust(LABEL_BYTES),
        name.encode().ljust(8),
        width,
        decimals,
        0,
        b"",
        b" " * 8,
        0,
        0,
        position,
        b"",
    )


def _split_format(text: str) -> tuple[str, int, int]:
    """Split a SAS format such as DATETIME20. or 8.2 into name, width and decimals."""
    body, _, decimals = text.partition(".")
    name = body.rstrip("0123456789")
    return name, int(body[len(name) :] or 0), int(decimals or 0)
