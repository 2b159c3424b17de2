"""Attempts to embed a conformer, and how jobs share them."""

from collections.abc import Mapping
from typing import Any

PRUNING = ("prune_rms", "prune_atoms")


def shards(embedding: Mapping[str, Any]) -> range:
    """Numbers of all shards, from section embedding of the config."""
    return range(-(-embedding["attempts"] // embedding["shard"]))


def shard(embedding: Mapping[str, Any], number: int) -> dict[str, int]:
    """First attempt and number of attempts of a shard."""
    first = number * embedding["shard"]
    return {"first": first, "count": min(embedding["shard"], embedding["attempts"] - first)}


def attempt_settings(embedding: Mapping[str, Any]) -> dict[str, Any]:
    """What an attempt depends on: neither how many there are, nor shards, nor pruning."""
    others = {"attempts", "shard", *PRUNING}
    return {key: value for key, value in embedding.items() if key not in others}


def pruning_settings(embedding: Mapping[str, Any]) -> dict[str, Any]:
    """What decides which conformers are kept."""
    return {key: embedding[key] for key in PRUNING}
