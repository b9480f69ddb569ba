"""What the terminal prints of a report and before a deployment says which networks diverged."""

import pytest

from rockfall_desktop.cli.deployments import _say_judgement
from rockfall_desktop.cli.jobs import _print_report
from tests.ui import values

SAID = ("In epoch 4 of network 2 it diverged.", "In epoch 7 of network 3 it diverged.")


def test_that_a_printed_report_says_below_its_verdict_which_networks_diverged_and_what_else_is_to_be_known(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = values.report().model_copy(update={"given_up": SAID, "remarks": ("A layer can be a name tag.",)})
    _print_report(report)
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:5] == [*SAID, "A layer can be a name tag."], lines


def test_that_the_judgement_before_a_deployment_says_it_too(capsys: pytest.CaptureFixture[str]) -> None:
    _say_judgement(values.gate().model_copy(update={"given_up": SAID}), json=False)
    assert set(SAID) <= set(capsys.readouterr().out.splitlines())
