"""The place of the monitor before the first run."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.empty_state import EmptyState
from rockfall_desktop.ui.theme import Theme


class BeforeFirst(QWidget):
    """Says what will be drawn here, and offers the simulated site while no site is open.

    Signals:
        simulated_wanted: the simulated site is to be tried.
    """

    simulated_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._try = push_button("Try the simulated site", "train_try_simulated")
        self._try.clicked.connect(self.simulated_wanted)
        self._state = EmptyState(
            "train",
            "No training yet",
            "While a training runs you see here, epoch by epoch, the loss on the training and the validation block, "
            "PR-AUC and calibration error on the validation block, and the log. The best epoch is marked.",
            (self._try,),
            theme,
            "before_first",
        )
        column = QVBoxLayout(self)
        column.addWidget(self._state)

    def site_is_there(self) -> None:
        """A site is open; what is left to do is to start."""
        self._try.hide()
        self._state.title.setText("Ready to train")
