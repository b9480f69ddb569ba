"""Proposes how a text table is to be read, from its head and its tail."""

import codecs
from pathlib import Path

from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site_import import FileProposal, TableShape
from rockfall_desktop.sites.importing.columns import LOOKED_FOR, ChosenTime, Texts, propose_columns, words_of
from rockfall_desktop.sites.importing.encoding import decode, guess_encoding
from rockfall_desktop.sites.importing.sample import Sample
from rockfall_desktop.sites.importing.text_shape import Layout, find_layout, is_data, records, split

_SHOWN_ROWS = 30
_NO_HEADER = "The first line looks like data: write a line with the names of the columns above it."


def propose_text(path: str, sample: Sample) -> FileProposal:
    """What a text file seems to hold; one that is no table is proposed to be left out, with the reason."""
    found = guess_encoding(sample.head)
    if found is None:
        reason = "is empty" if not sample.head.strip(b"\0 \r\n\t") else "is no text"
        return nothing(path, sample, f"The file {reason}, so it is left out.")
    layout = find_layout(*_lines(sample, found.encoding))
    if layout is None:
        return nothing(path, sample, "No table was found in the file, so it is left out.")
    remarks = list(_remarks(sample, layout))
    if not found.sure:
        remarks.append(f"The encoding {found.encoding} is a guess: look at the letters of the first rows.")
    shape = TableShape(
        encoding=found.encoding,
        delimiter=layout.delimiter,
        quote='"' if layout.quote else "",
        skip_lines=layout.skip_lines,
        header_lines=layout.header_lines,
        footnotes=layout.footnotes,
    )
    return described(path, sample, shape, tuple(remarks), sniffed=True)


def reread_text(path: str, sample: Sample, shape: TableShape, chosen: ChosenTime) -> FileProposal:
    """The same file with a layout that was chosen by hand; words and times are judged anew."""
    return described(path, sample, shape, (), sniffed=False, chosen=chosen)


def described(
    path: str,
    sample: Sample,
    shape: TableShape,
    remarks: tuple[str, ...],
    *,
    sniffed: bool,
    chosen: ChosenTime = LOOKED_FOR,
) -> FileProposal:
    """The proposal for a text whose layout is settled."""
    head, tail = _lines(sample, shape.encoding)
    start = shape.skip_lines + shape.header_lines
    header = [split(line, shape.delimiter, shape.quote) for line in head[shape.skip_lines : start]]
    width = max(map(len, header), default=0)
    names = tuple(tuple(line[place] if place < len(line) else "" for line in header) for place in range(width))
    if any(is_data(cell) for line in header for cell in line if cell) and _NO_HEADER not in remarks:
        remarks = (*remarks, "The header holds what looks like data: correct the lines above it and its own.")
    notes = tuple(shape.footnotes)
    kept = [line for line in (*head[start:], *tail) if line.strip() and not (notes and line.startswith(notes))]
    body = (records(kept) if shape.quote else None) or kept
    rows = [fields for line in body if len(fields := split(line, shape.delimiter, shape.quote)) == width]
    shown_rows = tuple(tuple(shown(cell[:60]) for cell in row) for row in rows[:_SHOWN_ROWS])
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    context = " ".join((*head[: shape.skip_lines], Path(path).stem))[:2000]
    texts = Texts(names, columns, context)
    proposal = FileProposal(
        path=path, size=sample.size, form="text", use="channels", shape=shape, rows=shown_rows, remarks=remarks
    )
    return propose_columns(proposal, texts, sniffed=sniffed, chosen=chosen)


def nothing(path: str, sample: Sample, remark: str) -> FileProposal:
    """A file of which nothing can be used."""
    return FileProposal(path=path, size=sample.size, form="unknown", use="skip", remarks=(remark,))


def _lines(sample: Sample, encoding: str) -> tuple[list[str], list[str]]:
    head = _cut(decode(sample.head, encoding))
    whole = sample.size <= len(sample.head)
    if whole:
        return head, []
    wide = sample.head[:2] == codecs.BOM_UTF16_BE
    known = {"utf-16": "utf-16-be" if wide else "utf-16-le"}.get(encoding, encoding)
    odd = (sample.size - len(sample.tail)) % 2 if known.startswith("utf-16") else 0
    return head[:-1], _cut(decode(sample.tail[odd:], known))[1:]


def _cut(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _remarks(sample: Sample, layout: Layout) -> tuple[str, ...]:
    said: list[str] = []
    if b"\0\0\0" in sample.head + sample.tail:
        said.append("Holds blocks of zero bytes, as loggers leave after a power cut.")
    if not layout.has_header:
        said.append(_NO_HEADER)
    if layout.ragged:
        said.append(f"{layout.ragged:,} lines of the part that was looked at have another number of fields.")
    if layout.footnotes:
        said.append(f"Lines that begin with {words_of(layout.footnotes)} are taken as notes.")
    return tuple(said)
