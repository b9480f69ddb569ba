"""What a file is used for, and what follows for its columns and attributes."""

import re

from rockfall_desktop.domain.site_import import FileProposal, Use

_ID = re.compile(r"^(id|zone|zone_?id|zone_?name|name|sector|bereich)$", re.IGNORECASE)
_PLAIN_ID = re.compile(r"^(id|name|nr|no|number|nummer|code|bezeichnung)$", re.IGNORECASE)


def id_attribute(columns: tuple[str, ...]) -> str:
    """The attribute of a map that names zones; "" where none does, and zones are numbered."""
    return next((column for column in columns if _ID.match(column)), "")


def used_as(file: FileProposal, use: Use) -> FileProposal:
    """The file with another use; as zones it goes by what names them."""
    update: dict[str, object] = {"use": use}
    if use == "zones" and file.use != "zones":
        if file.layer is not None:
            update["layer"] = file.layer.model_copy(update={"column": id_attribute(file.layer.columns)})
        elif not file.having("zone"):
            place = next((place for place, one in enumerate(file.columns) if _PLAIN_ID.match(one.column)), None)
            if place is not None:
                named = file.columns[place].model_copy(update={"role": "zone"})
                update["columns"] = (*file.columns[:place], named, *file.columns[place + 1 :])
    return file.model_copy(update=update)
