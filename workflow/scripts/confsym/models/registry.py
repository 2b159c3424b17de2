"""The model kinds that a study can name."""

from dataclasses import dataclass

from confsym.models import parameters
from confsym.models.network import parameters as network
from confsym.registry import ALL, Row, registry


@dataclass(frozen=True)
class Model(Row):
    """A way to learn energies from features.

    Parameters
    ----------
    claimed
        Symmetries that the model respects whatever its features; it keeps those that they have.
    smooth
        Whether its predictions and their slopes never jump while its features change smoothly.
    deviation
        Whether it predicts a standard deviation too.
    reads
        The one kind of feature that it reads, if it needs to know what its columns are.
    constant
        Whether it predicts one value for all conformers on purpose.
    takes
        What its builder takes beside its settings: "widths", the columns of each feature set;
        "tails", which columns are smeared functions, where any are. And what its `fit` takes beside
        features and energies: "groups", which conformer each row is of; "checkpoint", a file to go
        on from.
    forces
        `package.module:function` that fits it to energies and forces, from `Labelled` geometries,
        the experiment's entries of section features and its settings to a `ForceModel`; empty for
        a kind that learns energies alone. A kind without `function` learns both or nothing.
    no_forces
        Why there are none, for a kind without `forces`.
    fitted
        `package.module:class` of that `ForceModel`, which a force-field file has the state of.
    """

    claimed: frozenset[str] = frozenset()
    smooth: bool = False
    deviation: bool = False
    reads: str | None = None
    constant: bool = False
    takes: tuple[str, ...] = ()
    forces: str = ""
    no_forces: str = "its kind learns energies alone"
    fitted: str = ""

    @property
    def modules(self) -> set[str]:
        """Dotted names of the modules that its functions live in."""
        more = {name.partition(":")[0] for name in (self.forces, self.fitted)}
        return (super().modules | more) - {""}


MODELS: dict[str, Model] = registry(
    Model(
        name="hist_gradient_boosting",
        label="gradient boosting",
        function="confsym.models.boosting:hist_gradient_boosting",
        reference="10.1214/aos/1013203451",
        no_forces="a tree is a staircase, whose slope is zero or infinite",
        parameters=parameters.HIST_GRADIENT_BOOSTING,
    ),
    Model(
        name="ridge",
        label="ridge",
        function="confsym.models.linear:ridge",
        reference="10.1080/00401706.1970.10488634",
        smooth=True,
        takes=("tails", "groups"),
        parameters=parameters.RIDGE,
    ),
    Model(
        name="least_squares",
        label="least squares",
        function="confsym.models.linear:least_squares",
        smooth=True,
        takes=("tails",),
        parameters=parameters.LEAST_SQUARES,
    ),
    Model(
        name="kernel_ridge",
        label="kernel ridge",
        function="confsym.models.kernel:kernel_ridge",
        reference="10.1162/08997660151134343",
        smooth=True,
        takes=("tails", "groups"),
        parameters=parameters.KERNEL_RIDGE,
    ),
    Model(
        name="symmetrised_kernel_ridge",
        label="kernel ridge, symmetrised kernel",
        function="confsym.models.symmetrised_kernel:symmetrised_kernel_ridge",
        reference="10.1007/s10994-007-5009-7",
        claimed=ALL,
        smooth=True,
        reads="point_cloud",
        takes=("groups",),
        parameters=parameters.SYMMETRISED_KERNEL_RIDGE,
    ),
    Model(
        name="additive_gp",
        label="Gaussian process",
        function="confsym.models.gaussian_process:additive_gp",
        reference="10.7551/mitpress/3206.001.0001",
        smooth=True,
        deviation=True,
        takes=("widths", "tails", "groups"),
        parameters=parameters.ADDITIVE_GP,
    ),
    Model(
        name="equivariant_network",
        label="equivariant network",
        function="confsym.models.network.equivariant:equivariant_network",
        reference="10.48550/arXiv.2102.03150",
        claimed=ALL,
        smooth=True,
        reads="point_cloud",
        takes=("groups", "checkpoint"),
        forces="confsym.models.network.with_forces:with_forces",
        fitted="confsym.models.network.with_forces:ForceNetwork",
        parameters=network.EQUIVARIANT_NETWORK,
    ),
    Model(
        name="gradient_gp",
        label="Gaussian process on forces",
        function="",
        forces="confsym.models.gradient_gp.process:gradient_gp",
        fitted="confsym.models.gradient_gp.process:GradientGP",
        reference="10.1126/sciadv.1603015",
        claimed=ALL,
        smooth=True,
        deviation=True,
        reads="point_cloud",
        parameters=parameters.GRADIENT_GP,
    ),
    Model(
        name="cartesian_gp",
        label="Gaussian process on Cartesian coordinates",
        function="",
        forces="confsym.models.cartesian_gp:cartesian_gp",
        fitted="confsym.models.cartesian_gp:CartesianGP",
        reference="10.1063/1.5017103",
        smooth=True,
        reads="raw_coordinates",
        parameters=parameters.CARTESIAN_GP,
    ),
    Model(
        name="linear_force_field",
        label="linear force field",
        function="",
        forces="confsym.models.linear_force_field:linear_force_field",
        fitted="confsym.models.linear_force_field:LinearForceField",
        deviation=True,
        reference="10.1162/neco.1992.4.3.415",
        smooth=True,
        parameters=parameters.LINEAR_FORCE_FIELD,
    ),
    Model(
        name="estimator",
        label="scikit-learn estimator",
        function="confsym.models.estimator:estimator",
        takes=("tails",),
        parameters=parameters.ESTIMATOR,
        no_forces="its kind learns energies alone: scikit-learn's estimators have no slopes",
        names_code="class",
    ),
    Model(
        name="mean",
        label="mean energy",
        function="confsym.models.baseline:mean",
        claimed=ALL,
        smooth=True,
        constant=True,
        no_forces="one value for all conformers has no slope",
    ),
)
