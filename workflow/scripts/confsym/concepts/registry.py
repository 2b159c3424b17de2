"""The teaching topics: what measures each, what draws it, and which tables stand beside it."""

from dataclasses import dataclass

from confsym.registry import Row, registry


@dataclass(frozen=True)
class Topic(Row):
    """A teaching topic; its module has TITLE and CAPTION beside the function that measures it.

    Parameters
    ----------
    figure
        `package.module:function` that draws what was measured.
    tables
        What the figure is drawn from, a CSV file each.
    """

    figure: str = ""
    tables: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        """Dotted name of the module that measures it."""
        return self.function.partition(":")[0]

    @property
    def modules(self) -> set[str]:
        """Dotted names of the modules that its functions live in."""
        return super().modules | {self.figure.partition(":")[0]}


def _topic(name: str, *tables: str) -> Topic:
    """A topic whose module and figure have its name."""
    return Topic(
        name=name,
        label=name.replace("_", " "),
        function=f"confsym.concepts.{name}:measure",
        figure=f"confsym.figures.concepts.{name}:draw",
        tables=tables,
    )


TOPICS: dict[str, Topic] = registry(
    _topic("empirical_risk", "curves", "spread"),
    _topic("linear_regression", "losses", "distance", "epochs"),
    _topic("bias_variance", "curves"),
    _topic("hyperparameters", "map", "trials", "nested", "leak"),
    _topic("kernel_trick", "agreement", "fourier", "cost"),
    _topic("feature_importance", "columns", "sites", "atoms", "bonds"),
    _topic("feature_selection", "selection", "bias"),
    _topic("dimensionality", "edge", "histograms", "variations", "intrinsic", "neighbours"),
)
