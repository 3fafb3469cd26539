"""Numbers of SAS transport files: IBM hexadecimal floating point, 2 to 8 bytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from csrkit.errors import DataError

MISSING = b"." + bytes(7)
MANTISSA = (1 << 56) - 1
# First byte of a missing value: . _ A…Z, the other bytes being zero.
MISSING_CODES = np.zeros(256, dtype=bool)
MISSING_CODES[list(b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ")] = True

Floats = NDArray[np.float64]


def from_ibm(cells: NDArray[np.uint8]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return IBM numbers as IEEE doubles, and which are special missing values (.A to .Z, ._).

    Parameters
    ----------
    cells
        Shape (records, bytes); 2 to 8 bytes, big end first. Any missing value is NaN.
    """
    whole = np.zeros((len(cells), 8), dtype=np.uint8)
    whole[:, : cells.shape[1]] = cells
    bits = whole.view(">u8").ravel().astype(np.uint64)
    first = whole[:, 0]
    mantissa = bits & np.uint64(MANTISSA)
    missing = (mantissa == 0) & MISSING_CODES[first]
    # The exponent counts powers of 16, biased by 64; the mantissa is a fraction of 56 bits.
    exponent = (first & 0x7F).astype(np.int32)
    values = np.ldexp(mantissa.astype(np.float64), 4 * (exponent - 64) - 56)
    values[first >= 0x80] *= -1
    values[missing] = np.nan
    return values, missing & (first != ord("."))


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
