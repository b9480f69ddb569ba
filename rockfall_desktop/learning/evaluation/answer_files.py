"""The files from which the judged networks answer again: `answers.json`, and `answers.safetensors` for its arrays."""

import json
from pathlib import Path

from safetensors.numpy import load, save

from rockfall_desktop.files import write_file
from rockfall_desktop.judging.answer_state import AnswerState, from_plain, to_plain
from rockfall_desktop.learning.fitting.model_files import read_part

ANSWERS, ARRAYS = "answers.json", "answers.safetensors"


def write_answers(folder: Path, state: AnswerState) -> None:
    """Write a state beside the weights that it belongs to; the file of arrays only where there are any.

    Raises:
        StoreFault: when the disk is full.

    """
    content, arrays = to_plain(state)
    if arrays:
        write_file(folder / ARRAYS, save(arrays))
    write_file(folder / ANSWERS, json.dumps(content, indent=2).encode())


def read_answers(folder: Path) -> AnswerState:
    """The state that `write_answers` wrote.

    Raises:
        StoreFault: when a file of it is missing.

    """
    content = json.loads(read_part(folder / ANSWERS))
    arrays = load(read_part(folder / ARRAYS)) if content["prior_precision"] else {}
    return from_plain(content, arrays)
