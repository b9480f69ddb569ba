"""The bar over every page: its title, the running job, who is signed in and for how long."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from rockfall_desktop.domain.job import Status, TrainingJob
from rockfall_desktop.ui.card import push_button
from rockfall_desktop.ui.plain import ElidedLabel, button_text, set_role, text_label
from rockfall_desktop.ui.session_timer import WARNING_S
from rockfall_desktop.ui.words import countdown, duration

HEIGHT = 52
NAME_WIDTH = 140


class TopBar(QFrame):
    """Page title, job chip, name and countdown.

    Signals:
        job_wanted: the chip was clicked.
        stay_wanted: "Stay signed in" was clicked.
        lock_wanted: "Lock" was clicked.
    """

    job_wanted = Signal()
    stay_wanted = Signal()
    lock_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("top_bar")
        self.setFixedHeight(HEIGHT)
        self.title = text_label(role="title", name="page_title")
        self.chip = push_button("", "job_chip")
        self.user = ElidedLabel(role="muted", name="user_name")
        self.user.setMaximumWidth(NAME_WIDTH)
        self.countdown = text_label(role="muted", name="countdown")
        self.stay = push_button("Stay signed in", "stay_signed_in")
        self.lock = push_button("&Lock", "lock_window")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(12)
        row.addWidget(self.title)
        row.addStretch()
        for widget in (self.chip, self.user, self.countdown, self.stay, self.lock):
            row.addWidget(widget)
        self.chip.hide()
        self.stay.hide()
        self.chip.clicked.connect(self.job_wanted)
        self.stay.clicked.connect(self.stay_wanted)
        self.lock.clicked.connect(self.lock_wanted)

    def show_left(self, seconds: float) -> None:
        """Count down; from two minutes on in the warning colour and with the offer to stay."""
        self.countdown.setText(countdown(seconds))
        warn = seconds <= WARNING_S
        set_role(self.countdown, "warning" if warn else "muted")
        self.stay.setVisible(warn)

    def show_job(self, job: TrainingJob | None, eta_s: float | None = None) -> None:
        """Show the running job; None, or one that ended, takes the chip away."""
        if job is None or not job.status.active:
            self.chip.hide()
            return
        words = f"{job.status} {job.current_epoch}/{job.total_epochs}"
        if job.config.members > 1:  # the time left is that of all members
            place = f"member {job.member}/{job.config.members}, epoch {job.current_epoch}/{job.total_epochs}"
            words = f"{job.status} {place}"
        if job.status is not Status.TRAINING:
            words = job.status.value
        if eta_s is not None:
            words += f" \N{MIDDLE DOT} ETA {duration(eta_s)}"
        self.chip.setText(button_text(words))
        self.chip.show()
