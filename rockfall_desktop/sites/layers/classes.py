"""The classes of a map: codes to names by the legend, sorted, the same whichever zones are asked for."""

from rockfall_desktop.domain.plain_text import shown
from rockfall_desktop.domain.site_layer import Layer
from rockfall_desktop.sites.ground import Ground

MAXIMUM_CLASSES = 500


def name_classes(codes: set[str], layer: Layer, ground: Ground) -> tuple[dict[str, int], tuple[str, ...]]:
    """From each code of a map to the index of its class, and the classes' names in order.

    A code without an entry in the legend is its own name, with a note. Every name of the legend is a class, so that
    two epochs with one legend have the same classes. Codes of one name are one class.

    Raises:
        Unreadable: when there are too many.
    """
    if len(codes | set(layer.legend)) > MAXIMUM_CLASSES:
        message = f"has {len(codes):,} different codes of units"
        remedy = "Choose an attribute with fewer values as column, or give the units of the site in legend."
        ground.faults.stop(layer.file, None, message, remedy)
    names = {code: shown(layer.legend.get(code, code)) for code in sorted(codes | set(layer.legend))}
    unlisted = sorted(codes - set(layer.legend)) if layer.legend else []
    if unlisted:
        told = ", ".join(unlisted[:5]) + (", ..." if len(unlisted) > 5 else "")
        ground.notes.append(f"Layer '{layer.name}': {len(unlisted):,} codes are not in the legend ({told}).")
    classes = tuple(sorted(set(names.values())))
    index = {name: place for place, name in enumerate(classes)}
    return {code: index[name] for code, name in names.items()}, classes
