"""Turns the bytes of a text file into UTF-8 with plain line ends, piece by piece; drops padding with zero bytes."""

import codecs
import re
from collections.abc import Callable, Iterator
from io import SEEK_END
from typing import IO

import numpy as np

from rockfall_desktop.domain.site_table import Table
from rockfall_desktop.sites.faults import Faults

BLOCK_BYTES = 2 * 1024**2
_LEAST_BYTES, _BLOCKS = 256 * 1024, 8  # what lies around a block is several times it: no large part of a small file
LONGEST_BYTES = 16 * 1024**2
_NO_TEXT = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
_REMEDY = "Save the file as UTF-8 text, or name its encoding in site.toml, e.g. encoding = 'cp1252' or 'big5'."
_PADDING = re.compile(rb"(?m)^\x00+|\x00+$")


class DecodedFile:
    """The lines of a text file.

    Attributes:
        padding: how many zero bytes were dropped so far.
        padded_row: the first line that held some; 0 for none.
        cut_row: the last line, if padding took its end; it is left out; 0 for none.
    """

    def __init__(self, opened: Callable[[], IO[bytes]], name: str, table: Table, faults: Faults) -> None:
        self._open = opened
        self._name = name
        self._faults = faults
        self._encoding = table.encoding
        self._row = 1
        self.padding = 0
        self.padded_row = 0
        self.cut_row = 0
        _check_encoding(table, faults)

    def lines(self) -> Iterator[tuple[bytes, int]]:
        r"""Whole lines in UTF-8, many at a time, each with its \n; and how many they are.

        Raises:
            Unreadable: when the file is empty or no text, or a line is too long.
        """
        carry, written = b"", False
        for text in self._texts():
            written = written or bool(text.strip(b" \t\r\n\0\x0b\x0c"))
            cut = text.rfind(b"\n") + 1
            if cut:
                yield self._without_padding(b"".join((carry, memoryview(text)[:cut])))
                carry = text[cut:]
            else:
                carry += text
            if len(carry) > LONGEST_BYTES:
                message = f"has a line of more than {LONGEST_BYTES // 1024**2} MiB"
                self._faults.stop(self._name, self._row, message, "Check that this is a table with a line for a row.")
        if not written:
            self._faults.stop(self._name, None, "is empty", "Put the data into the file, or take it out of site.toml.")
        if carry.endswith(b"\0") and carry.strip(b"\0"):
            self.cut_row = self._row
            self._count_padding(carry)
        elif carry:
            yield self._without_padding(carry + b"\n")

    def _texts(self) -> Iterator[bytes]:
        r"""The text in UTF-8; \r\n and \r have become \n, and a run of zero bytes a single one."""
        decoder = codecs.getincrementaldecoder(self._encoding)()
        plain = _holds_ascii(self._encoding)
        pending, begun = False, False
        for raw in self._blocks():
            if plain and not pending and raw.isascii():
                text = raw
            else:
                words = self._decoded(decoder, raw)
                text = words.removeprefix("" if begun else "\ufeff").encode("utf-8", "replace")
            pending = bool(decoder.getstate()[0])
            begun = begun or bool(text)
            if b"\r" in text:
                text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            if b"\0" in text:
                self.padding += text.count(b"\0")
                text = re.sub(rb"\x00+", b"\0", text)
                self.padding -= text.count(b"\0")
            yield text

    def _decoded(self, decoder: codecs.IncrementalDecoder, raw: bytes) -> str:
        try:
            return decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            row = self._row + raw[: error.start].count(b"\n")
            self._faults.stop(self._name, row, f"is no text in {self._encoding}", _REMEDY)
        except (UnicodeError, ValueError):
            self._faults.stop(self._name, None, f"is no text in {self._encoding}", _REMEDY)

    def _blocks(self) -> Iterator[bytes]:
        r"""The file's bytes; no block ends between \r and \n, and the last is empty."""
        held = b""
        try:
            with self._open() as file:
                amount = min(BLOCK_BYTES, max(_LEAST_BYTES, file.seek(0, SEEK_END) // _BLOCKS))
                file.seek(0)
                while block := file.read(amount):
                    block = held + block
                    held = b"\r" if block.endswith(b"\r") else b""
                    yield block[: len(block) - len(held)]
        except OSError as error:
            reason = error.strerror or str(error)
            self._faults.stop(self._name, None, f"cannot be read: {reason}", "Check the disk and who may read it.")
        if held:
            yield held
        yield b""

    def _without_padding(self, lines: bytes) -> tuple[bytes, int]:
        if b"\0" in lines:
            self._count_padding(lines)
            lines = _PADDING.sub(b"", lines)
            if b"\0" in lines:
                row = self._row + lines[: lines.index(b"\0")].count(b"\n")
                self._faults.stop(self._name, row, "holds a zero byte, so it is no text", _REMEDY)
        count = line_ends(lines)
        self._row += count
        return lines, count

    def _count_padding(self, lines: bytes) -> None:
        self.padding += lines.count(b"\0")
        if not self.padded_row:
            self.padded_row = self._row + lines[: lines.index(b"\0")].count(b"\n")


def line_ends(lines: bytes) -> int:
    """How many line ends there are; several times as fast as counting them in the bytes."""
    return int(np.count_nonzero(np.frombuffer(lines, np.uint8) == ord("\n")))


def _check_encoding(table: Table, faults: Faults) -> None:
    try:
        b" ".decode(table.encoding, "replace")
        known = codecs.lookup(table.encoding).name not in _NO_TEXT
    except (LookupError, ValueError):
        known = False
    if not known:
        advice = "Write e.g. utf-8, cp1252, big5 or utf-16."
        faults.stop("site.toml", None, f"encoding '{table.encoding}' of {table.file} is not known", advice)


def _holds_ascii(encoding: str) -> bool:
    signs = bytes(range(128))
    try:
        return signs.decode(encoding) == signs.decode("ascii")
    except (UnicodeError, ValueError):
        return False
