"""The cells of a large notebook file, read as a stream: outputs and pictures pass by and are not kept."""

import codecs
import json
from typing import Any, BinaryIO

import ijson

MAX_PARTS = 2_000_000
"""So many parts of a file's JSON are looked at: it takes a second or two."""
MAX_KEPT = 64 * 1024 * 1024
_PASSED_BY = ("outputs", "attachments", "widgets")
_LONGEST = 1_500_000
"""Characters that are kept of one text: more than all answers of a notebook may have."""


def cells_of(file: BinaryIO) -> str:
    """Return a notebook's JSON without its outputs and attachments; ValueError, with the reason, when it is none."""
    if file.read(3) != codecs.BOM_UTF8:
        file.seek(0)
    builder = ijson.ObjectBuilder()
    passing, depth = False, 0
    try:
        for number, (event, value) in enumerate(ijson.basic_parse(file, use_float=True)):
            if number > MAX_PARTS:
                raise ValueError(f"it has more than {MAX_PARTS} parts")
            if passing:
                depth += {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}.get(event, 0)
                passing = depth > 0
            elif event == "map_key" and value in _PASSED_BY:
                passing = True
            else:
                builder.event(event, _cut(value))
        text = json.dumps(builder.value)
    except (ijson.JSONError, AttributeError, RecursionError) as error:
        raise ValueError("it is not valid JSON") from error
    if len(text) > MAX_KEPT:
        raise ValueError(f"they have more than {MAX_KEPT // 1024**2} MB without outputs")
    return text


def _cut(value: Any) -> Any:  # noqa: ANN401 - what JSON can hold
    return value[:_LONGEST] if isinstance(value, str) else value
