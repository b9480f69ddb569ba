"""Where a job would go on, in words: in a cell of a list, and in a sentence."""

from rockfall_desktop.domain.kept_checkpoint import Kept, KeptCheckpoint

NOT_KNOWN = "not known"
_GOES_ON = "resumed, the job goes on from there."


def checkpoint_cell(checkpoint: KeptCheckpoint, members: int) -> str:
    """What the checkpoint holds, e.g. "after epoch 7", "after epoch 7 of member 2", "none: begins anew"."""
    match checkpoint.kept:
        case Kept.NONE:
            return "none: begins anew"
        case Kept.DAMAGED:
            return "cannot be read"
    return _where(checkpoint, members)


def checkpoint_sentence(checkpoint: KeptCheckpoint, members: int) -> str:
    """What resuming the job would do."""
    match checkpoint.kept:
        case Kept.NONE:
            return "No checkpoint had been written yet: resumed, the job begins anew."
        case Kept.DAMAGED:
            return "Its checkpoint cannot be read: the job cannot be resumed. Start a new training like it."
    return f"Its last checkpoint was written {_where(checkpoint, members)}: {_GOES_ON}"


def _where(checkpoint: KeptCheckpoint, members: int) -> str:
    where = f"after epoch {checkpoint.epoch}" if checkpoint.epoch else "within epoch 1"
    return f"{where} of member {checkpoint.member}" if members > 1 else where
