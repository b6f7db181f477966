# SPDX-License-Identifier: Apache-2.0
"""The rows of a query as numpy arrays, block by block, through the Arrow C stream interface.

DuckDB's own ``fetchnumpy`` holds the whole answer, and its readers of blocks need pyarrow or
pandas. The C interface needs neither: a few structs, whose layout Arrow guarantees.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_TYPES: dict[bytes, type[Any]] = {
    b"g": np.float64,
    b"S": np.uint16,
    b"i": np.int32,
    b"l": np.int64,
    b"L": np.uint64,
    b"tdD": np.int32,
    b"u": str,
}
"""Formats of a column: double, integers of 16, 32 and 64 bits, days since 1970, texts."""


class _Schema(ctypes.Structure):
    """ArrowSchema."""


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(_Schema))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]


class _Array(ctypes.Structure):
    """ArrowArray."""


_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(_Array))),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]


class _Stream(ctypes.Structure):
    """ArrowArrayStream."""


_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.c_void_p)),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.c_void_p)),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.POINTER(_Stream))),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]

_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


@dataclass(frozen=True, eq=False)
class Part:
    """A column of a block: values, and a bit per value that is there (empty: all are).

    The values of a column of texts are where each begins in ``data``, and where the last ends.
    """

    values: NDArray[Any]
    valid: NDArray[np.uint8]
    data: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))


def blocks(relation: Any) -> Iterator[list[Part]]:
    """Yield the rows of a DuckDB relation in blocks; the arrays live until the next block."""
    capsule = relation.__arrow_c_stream__()
    address = ctypes.pythonapi.PyCapsule_GetPointer
    address.restype, address.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    stream = ctypes.cast(address(capsule, b"arrow_array_stream"), ctypes.POINTER(_Stream))
    formats = _formats(stream)
    while True:
        block = _Array()
        _asked(stream, stream.contents.get_next(stream, ctypes.byref(block)))
        if not block.release:
            return
        try:
            yield [
                _part(block.children[n].contents, block.offset, block.length, kind)
                for n, kind in enumerate(formats)
            ]
        finally:
            _RELEASE(block.release)(ctypes.addressof(block))


def _formats(stream: Any) -> list[type[Any]]:
    """Return the type of each column."""
    schema = _Schema()
    _asked(stream, stream.contents.get_schema(stream, ctypes.byref(schema)))
    try:
        return [_TYPES[schema.children[n].contents.format] for n in range(schema.n_children)]
    finally:
        _RELEASE(schema.release)(ctypes.addressof(schema))


def _asked(stream: Any, code: int) -> None:
    """Raise what the stream says has gone wrong."""
    if code:
        said = stream.contents.get_last_error(stream) or b""
        raise duckdb.Error(said.decode(errors="replace"))


def _part(column: Any, offset: int, length: int, kind: type[Any]) -> Part:
    """Return a column as arrays over DuckDB's memory."""
    first = offset + column.offset
    data = np.zeros(0, np.uint8)
    if kind is str:
        values = _memory(column.buffers[1], (first + length + 1) * 4).view(np.int32)[first:]
        data = _memory(column.buffers[2], int(values[-1]) if len(values) else 0)
    else:
        width = np.dtype(kind).itemsize
        values = _memory(column.buffers[1], (first + length) * width).view(kind)[first:]
    if not column.null_count or not column.buffers[0]:
        return Part(values, np.zeros(0, np.uint8), data)
    valid = _memory(column.buffers[0], (first + length + 7) // 8)
    if first:
        bits = np.unpackbits(valid, bitorder="little")[first : first + length]
        valid = np.packbits(bits, bitorder="little")
    return Part(values, valid, data)


def _memory(address: int | None, size: int) -> NDArray[np.uint8]:
    """Return bytes that belong to the stream."""
    if address is None or not size:
        return np.zeros(0, np.uint8)
    return np.ctypeslib.as_array((ctypes.c_uint8 * size).from_address(address))
