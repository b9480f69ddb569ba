"""`site import`: what files seem to be, what would be read of them, and after a yes a site folder."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from rockfall_desktop.cli.entering import FAILED, WRONG_CALL, sentences
from rockfall_desktop.cli.import_choices import Choices, with_choices
from rockfall_desktop.cli.printing import say, say_error, say_json, say_table
from rockfall_desktop.domain.import_questions import open_questions
from rockfall_desktop.domain.site_import import ColumnProposal, FileProposal, ImportProposal
from rockfall_desktop.operations.site_import import preview_import, propose_import, write_import

_List = list[str] | None


def import_files(  # noqa: PLR0913, PLR0917 - one parameter for each option
    files: Annotated[list[Path], typer.Argument(help="Files as loggers and offices wrote them.")],
    to: Annotated[Path, typer.Option(help="Folder of the site: a new one, or one to which the files are added.")],
    name: Annotated[str, typer.Option(help="Name of a new site.")] = "",
    crs: Annotated[str, typer.Option(help="Its coordinate system, e.g. EPSG:25832.")] = "",
    timezone: Annotated[str, typer.Option(help="Its time zone, e.g. Europe/Zurich.")] = "",
    step: Annotated[str, typer.Option(help="Its time step, e.g. 10min, 1h, 1d.")] = "",
    channel: Annotated[_List, typer.Option(help="COLUMN=KIND:UNIT, or COLUMN=skip; repeat for more.")] = None,
    time: Annotated[_List, typer.Option(help="Column with the time; repeat where several make it.")] = None,
    time_format: Annotated[str, typer.Option(help="How times are written, e.g. %d/%m/%Y %H:%M.")] = "",
    file_timezone: Annotated[str, typer.Option(help="Time zone of the written times, if not the site's.")] = "",
    same_time: Annotated[str, typer.Option(help="Rows of one time that differ: first, last, mean, sum.")] = "",
    stamp: Annotated[_List, typer.Option(help="Time is the start or end: start, or COLUMN=end; repeat.")] = None,
    interval: Annotated[_List, typer.Option(help="What a value stands for: 10min, or COLUMN=1d; repeat.")] = None,
    delay: Annotated[str, typer.Option(help="How long after its interval a value is known, e.g. 20min.")] = "",
    sensor: Annotated[_List, typer.Option(help="COLUMN=ZONE[:CHANNEL]; columns of one channel share it.")] = None,
    ahead: Annotated[_List, typer.Option(help="Forecasts, blasts: span ahead that is summed, e.g. 1d.")] = None,
    announced: Annotated[str, typer.Option(help="Blasts: how long before each it is announced.")] = "",
    radius: Annotated[float | None, typer.Option(help="Metres around the points of a file of zones.")] = None,
    missing: Annotated[_List, typer.Option(help="Text that means 'no value'; repeat for more.")] = None,
    use: Annotated[_List, typer.Option(help="FILE=channels, incidents, zones[:ATTRIBUTE], layer, skip.")] = None,
    layer: Annotated[_List, typer.Option(help="FILE=KIND:DAY[:CRS], e.g. scan.laz=lidar:2024-05-31.")] = None,
    bands: Annotated[_List, typer.Option(help="FILE=NAME;NAME;..., - leaves a band out.")] = None,
    zone: Annotated[_List, typer.Option(help="ID=X,Y,RADIUS; without any the site is one zone.")] = None,
    types: Annotated[_List, typer.Option(help="Type of incident that counts; repeat for more.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON; writes only with --yes.")] = False,
) -> None:
    """Propose what files are, show what would be read, and write a site folder."""
    choices = Choices(
        site={"name": name, "crs": crs, "timezone": timezone, "step": step},
        channels=channel or (), stamps=stamp or (), intervals=interval or (), sensors=sensor or (), ahead=ahead or (),
        times=time or (), uses=use or (), layers=layer or (), bands=bands or (), zones=zone or (),
        missing=missing or (), types=types or (), radius_m=radius,
        files={"time_format": time_format, "timezone": file_timezone, "same_time": same_time, "delay": delay,
               "announced": announced},
    )  # fmt: skip
    with sentences():
        proposal = with_choices(propose_import(files, folder=to), choices)
        _import(proposal, yes=yes, json=json)


def _import(proposal: ImportProposal, *, yes: bool, json: bool) -> None:
    if not json:
        _tell_proposal(proposal)
    _stop_at_questions(proposal, json=json)
    preview = preview_import(proposal)
    outcome: dict[str, Any] = {
        "folder": proposal.folder,
        "faults": [fault.model_dump() for fault in preview.faults],
        "notes": list(preview.notes),
        "channels": _channels(preview.arrays),
    }
    if not json:
        _tell_preview(outcome)
    written = not preview.faults and (yes or (not json and _agreed(proposal.folder)))
    if written:
        with sentences(FAILED):
            write_import(proposal)
    if json:
        say_json({"written": written, **outcome})
    elif written:
        say(f"Wrote {proposal.folder}.")
    else:
        say("Nothing was written." + ("" if preview.faults else " Call it with --yes to write it."))
    if preview.faults:
        raise typer.Exit(WRONG_CALL)


def _stop_at_questions(proposal: ImportProposal, *, json: bool) -> None:
    questions = open_questions(proposal)
    for question in questions:
        say_error(question.text)
    if questions:
        if json:
            say_json({"written": False, "questions": [question.text for question in questions]})
        raise typer.Exit(WRONG_CALL)


def _agreed(folder: str) -> bool:
    if not sys.stdin.isatty():
        return False
    return typer.confirm(f"Write this to {folder}?")


def _tell_proposal(proposal: ImportProposal) -> None:
    for file in proposal.files:
        say(f"{Path(file.path).name}: {_what(file)}")
        for remark in file.remarks:
            say(f"  {remark}")
        if file.columns and file.use != "skip":
            rows = [
                (
                    column.column,
                    column.role,
                    *_measure(column),
                    "; ".join(column.samples),
                )
                for column in file.columns
            ]
            say_table(("Column", "Holds", "Kind", "Unit", "Time is", "Lasts", "For example"), rows, "no column")


def _measure(column: ColumnProposal) -> tuple[str, str, str, str]:
    if column.role != "value":
        return ("", "", "", "")
    return (column.kind, column.unit or "?", f"the {column.stamp}", column.interval)


def _what(file: FileProposal) -> str:
    if file.layer is not None:
        return f"{file.use}, {file.layer.kind}, {file.layer.facts}, {file.layer.own_crs or 'no coordinate system'}"
    times = f", times as {file.time_format}" if file.time_format else ""
    times += f" in {file.timezone}" if file.timezone else ""
    return f"{file.use}{times}{f', a value lasts {file.interval}' if file.interval else ''}"


def _channels(arrays: Any) -> list[dict[str, Any]]:
    if arrays is None:
        return []
    return [
        {
            "name": channel.name,
            "kind": channel.kind,
            "unit": channel.unit,
            "steps": int(channel.values.shape[-1]),
            "marks": [mark.model_dump() for mark in channel.marks],
        }
        for channel in arrays.channels
    ]


def _tell_preview(outcome: dict[str, Any]) -> None:
    for fault in outcome["faults"]:
        place = f"{fault['file']}, row {fault['row']}" if fault["row"] else fault["file"]
        say_error(f"{place}: {fault['message']}. {fault['remedy']}")
    for note in outcome["notes"]:
        say(note)
    rows = [
        (channel["name"], mark["mark"], mark["steps"], mark["rows"] or None, "masked" if mark["masked"] else "kept")
        for channel in outcome["channels"]
        for mark in channel["marks"]
    ]
    say_table(("Channel", "Mark", "Steps", "Rows", ""), rows, "No value is marked.")
