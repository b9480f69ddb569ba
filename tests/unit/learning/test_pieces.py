"""Large batches go through the network in pieces, and nothing changes but the moments at which a stop is heard."""

from pathlib import Path

import pytest

from rockfall_desktop.domain.control import Cancelled, Control
from rockfall_desktop.learning.fitting import fit as fitting
from rockfall_desktop.learning.fitting import pieces, window_way
from rockfall_desktop.learning.planning import memory_mb
from rockfall_desktop.learning.samples.build import build_samples
from tests.small_site import small_site
from tests.unit.learning.training import drain, epochs, small_config, start


def test_that_a_small_network_takes_its_batch_at_once_and_a_large_one_in_pieces() -> None:
    small = small_config(window_steps=30, width=32, batch_size=128)
    assert pieces.training_piece(small, 10) == 128
    large = small_config(temporal_network="transformer", window_steps=720, width=32, layers=2, batch_size=128)
    assert 1 <= pieces.training_piece(large, 10) <= 4
    assert 1 <= pieces.answer_piece(large, 10) <= 8
    largest = small_config(temporal_network="transformer", window_steps=4096, width=512, layers=6)
    assert pieces.answer_piece(largest, 10) == 1


def test_that_a_batch_in_pieces_learns_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = small_config(dropout=0.0, epochs=2, batch_size=100)
    whole, _ = drain(start(tmp_path, config))
    monkeypatch.setattr(window_way, "training_piece", lambda *_: 7)
    parts, _ = drain(start(tmp_path, config))
    for one, other in zip(epochs(whole), epochs(parts), strict=True):
        assert other.train_loss == pytest.approx(one.train_loss, rel=1e-4)
        assert other.validation_loss == pytest.approx(one.validation_loss, rel=1e-4)


def test_that_a_cancel_is_heard_between_two_pieces_of_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    control, seen = Control(), []
    monkeypatch.setattr(window_way, "training_piece", lambda *_: 10)
    original = fitting.RockfallNetwork.forward

    def counted(self: fitting.RockfallNetwork, x_bti: object) -> object:
        seen.append(1)
        if len(seen) == 3:
            control.cancel()
        return original(self, x_bti)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting.RockfallNetwork, "forward", counted)
    with pytest.raises(Cancelled):
        drain(start(tmp_path, small_config(batch_size=1000), control))
    assert len(seen) == 3


def test_that_the_plan_counts_what_attention_keeps() -> None:
    plain, attentive = (
        small_config(temporal_network=name, window_steps=120, layers=2) for name in ("gru", "transformer")
    )
    samples = build_samples(small_site(), plain)
    assert memory_mb(samples, attentive) > 1.5 * memory_mb(samples, plain)
