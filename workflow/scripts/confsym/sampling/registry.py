"""The ways in which a study can come by geometries of its own."""

from collections.abc import Mapping
from typing import Any

from confsym.registry import Row, registry
from confsym.sampling import parameters

EMBEDDING, DYNAMICS = "embedding", "dynamics"

SAMPLINGS: dict[str, Row] = registry(
    Row(
        name=EMBEDDING,
        label="distance geometry, as section embedding says",
        function="confsym.conformers.embedding:embed",
        reference="10.1021/acs.jcim.5b00654",
    ),
    Row(
        name=DYNAMICS,
        label="snapshots of Langevin dynamics",
        function="confsym.sampling.dynamics:walk",
        reference="10.1016/j.cplett.2006.07.086",
        parameters=parameters.DYNAMICS,
    ),
)


def differing() -> dict[str, Any]:
    """JSON Schema of how a further set of snapshots may differ from its molecule's own."""
    properties: Mapping[str, Any] = SAMPLINGS[DYNAMICS].parameters
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {key: value for key, value in parameter.items() if key != "default"}
            for name, parameter in properties.items()
        },
    }
