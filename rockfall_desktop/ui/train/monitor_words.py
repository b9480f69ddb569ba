"""What the monitor says of a job: its phases, and an end that needs a reader."""

from rockfall_desktop.domain.events import Phase

PHASES = {
    Phase.READING: "reading the site",
    Phase.SAMPLES: "building samples",
    Phase.FITTING: "training",
    Phase.EVALUATING: "judging on the test block",
}
DIVERGED = (
    "Read the report before you use this model. For the next training choose a lower learning rate or a smaller "
    "gradient clip."
)


def diverged(sentences: tuple[str, ...], members: int) -> str:
    """What a card has room for of networks that diverged, a sentence each."""
    if len(sentences) == 1:
        return sentences[0]
    return f"{len(sentences)} of {members} networks diverged and end with epochs of before; the report says which."
