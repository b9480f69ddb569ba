"""What the monitor says of a job: its phases, and an end that needs a reader."""

from rockfall_desktop.domain.events import Phase

PHASES = {
    Phase.READING: "reading the site",
    Phase.SAMPLES: "building samples",
    Phase.FITTING: "training",
    Phase.EVALUATING: "judging on the test block",
}
DIVERGED = (
    "The model has the weights of that epoch: read the report before you use it. For the next training choose a lower "
    "learning rate or a smaller gradient clip."
)
