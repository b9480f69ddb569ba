"""The manual of trainings holds every setting, in the words of the form."""

from pathlib import Path

from rockfall_desktop.domain.config import TrainingConfig

MANUAL = Path(__file__).parents[3] / "docs" / "training.md"


def test_that_the_manual_names_every_setting_in_the_words_of_the_form() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    for name, field in TrainingConfig.model_fields.items():
        assert f"| `{name}` | {field.description} |" in text, name
    assert text.count("\n| `") == len(TrainingConfig.model_fields)
