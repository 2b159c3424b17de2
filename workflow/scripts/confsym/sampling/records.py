"""How many records the times in a config are."""

from collections.abc import Mapping
from typing import Any

STEPS = 10  # between records
FEWEST = 10  # records after the start: fewer tell no slope from an oscillation


def records(settings: Mapping[str, Any]) -> int:
    """Of a run, after its start; `settings` is the section `dynamics` of the config."""
    return round(1000 * settings["duration"] / (STEPS * settings["timestep"]))
