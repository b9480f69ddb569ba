from rockfall_desktop.domain.config import TrainingConfig
from rockfall_desktop.domain.config_use import idle_fields


def of(**changes: object) -> frozenset[str]:
    return idle_fields(dict(TrainingConfig(sites=("pit",))) | changes)


def test_that_the_defaults_ask_for_nothing_that_changes_nothing() -> None:
    assert of() == {
        "scaling", "zone_folds", "zone_fold", "fusion", "modality_dropout", "frozen", "focal_gamma",
        "precision",
    }  # fmt: skip


def test_that_a_choice_brings_its_fields() -> None:
    assert {"zone_folds", "zone_fold"}.isdisjoint(of(view="zones"))
    assert {"fusion", "modality_dropout"}.isdisjoint(of(cloud_network="pointnet"))
    assert "zone_folds" in of(view="sites")
    assert "zone_fold" not in of(view="sites")
    assert "scaling" not in of(sites=("one", "other"))
    assert "frozen" not in of(start_from="0190")
    assert "focal_gamma" not in of(imbalance="focal")
    assert "precision" not in of(device="cuda")


def test_that_every_named_field_exists() -> None:
    assert of() <= set(TrainingConfig.model_fields)


def test_that_the_dense_way_takes_larger_steps_at_a_larger_rate_and_fewer_epochs() -> None:
    window = TrainingConfig(sites=("a",), temporal_network="transformer")
    dense = window.model_copy(update={"way": "dense"})
    assert (window.steps_of_epoch(20_000), window.step_rate, window.most_epochs) == (157, 0.002, 40)
    assert (dense.steps_of_epoch(20_000), dense.step_rate, dense.most_epochs) == (20, 0.006, 16)
    assert dense.steps_of_epoch(4_000) == 12  # a small block in smaller steps
    assert dense.steps_of_epoch(300) == 3  # but not below the batch
    assert dense.model_copy(update={"temporal_network": "none"}).steps_of_epoch(20_000) == 157
