"""The files from which the judged networks answer again: `answers.json`, and `answers.safetensors` for its arrays."""

import json
from pathlib import Path

from safetensors.numpy import load, save

from rockfall_desktop.judging.answer_state import AnswerState, from_plain, to_plain
from rockfall_desktop.learning.fitting.model_folder import ModelFolder, write_part

ANSWERS, ARRAYS = "answers.json", "answers.safetensors"


def write_answers(folder: Path, state: AnswerState) -> dict[str, str]:
    """Write a state beside the weights that it belongs to; the file of arrays only where there are any.

    Returns:
        The SHA-256 of each file, by its name.

    Raises:
        StoreFault: when the disk is full.

    """
    content, arrays = to_plain(state)
    noted = write_part(folder, ARRAYS, save(arrays)) if arrays else {}
    return noted | write_part(folder, ANSWERS, json.dumps(content, indent=2).encode())


def read_answers(folder: ModelFolder) -> AnswerState:
    """The state that `write_answers` wrote.

    Raises:
        StoreFault: when a file of it is missing or another one.

    """
    content = json.loads(folder.read(ANSWERS))
    arrays = load(folder.read(ARRAYS)) if content["prior_precision"] else {}
    return from_plain(content, arrays)
