"""What rules ask of the config about experiments that choose which geometries are labelled."""

from confsym.conformers.split import TEST, TRAIN
from confsym.study import acquisition


def acquire_settings(wildcards):
    """How an experiment acquires geometries."""
    return acquisition.settings(config, wildcards.experiment)


def choice_settings(wildcards):
    """Params: what chooses the geometries of a round: none asks how many rounds there are."""
    size = "batch" if int(wildcards.round) else "start"
    return {key: acquire_settings(wildcards)[key] for key in (size, "seed")}


def pool_folder(wildcards):
    """The folder of the geometries that are chosen from."""
    return acquisition.pool_folder(config, wildcards.experiment, wildcards.molecule)


def pool_file(name, wildcards):
    """Input: what the pool's folder has."""
    return f"results/{pool_folder(wildcards)}/{name}"


def pool_conformers(wildcards):
    """Input: the geometries that are chosen from."""
    return conformers_of(pool_folder(wildcards))


def pool_partition(wildcards):
    """Params: which part of the pool's folder may be chosen."""
    return TEST if "pool" in acquire_settings(wildcards) else TRAIN


def round_before(name, wildcards):
    """Input: a file of the round before; nothing before the start, which both ways share."""
    number = int(wildcards.round) - 1
    by = wildcards.by if number else "chosen"
    path = f"{acquisition.ROUND}/{name}".format(**{**wildcards, "by": by, "round": number})
    return [path] if number >= 0 else []


def model_before(wildcards):
    """Input: the model that chooses."""
    return round_before("model.joblib", wildcards) if wildcards.by == "chosen" else []


def rows_of_labels(wildcards):
    """The rows of the levels that label: the molecule's, and the cheaper one if there is one."""
    return [learned_row(wildcards), *rows_below(wildcards)]


def is_read(row, wildcards):
    """Whether labels are read: of training conformers, and of a level that none can compute."""
    return "pool" not in acquire_settings(wildcards) or not row.function


def labelling_levels(wildcards):
    """Params: these levels, each with the function that computes its labels, if one does."""
    return [
        {
            "name": row.name,
            "function": "" if is_read(row, wildcards) else row.function,
            "settings": experiments.level_settings(config, row.name),
            "bonds": row.fixed_bonds,
        }
        for row in rows_of_labels(wildcards)
    ]


def labels_read(wildcards):
    """Input: tables of energies of the levels whose labels are read."""
    folder = f"results/{pool_folder(wildcards)}/energies"
    names = [row.name for row in rows_of_labels(wildcards) if is_read(row, wildcards)]
    return [f"{folder}/{name}.csv" for name in names]


def gradients_read(wildcards):
    """Input: their gradients."""
    return beside(labels_read(wildcards))


def labelling_files(wildcards):
    """Input: files that the options of such levels name."""
    options = [level["settings"].get("options") for level in labelling_levels(wildcards)]
    return experiments.files_named(options)


def rows_of_choice(wildcards):
    """The rows of the model that chooses, if one does, and of the levels that compute labels."""
    chooses = rows_of_experiment(wildcards) if model_before(wildcards) else []
    levels = [row for row in rows_of_labels(wildcards) if not is_read(row, wildcards)]
    return [*chooses, *levels]


def errors_of_rounds(wildcards):
    """Input: the errors of all rounds of a molecule's experiments."""
    return [
        path
        for name in acquisition.acquiring(config)
        for path in rounds_of(name, wildcards.molecule)
    ]


def rounds_of(name, molecule):
    """The errors of all rounds of one experiment."""
    asked = acquisition.settings(config, name)
    return [
        path
        for start, by in enumerate(
            acquisition.WAYS
        )  # random rounds have the start of the chosen ones
        for path in expand(
            f"{acquisition.ROUND}/errors.csv",
            molecule=molecule,
            experiment=name,
            by=by,
            repeat=range(asked["repeats"]),
            round=range(start, asked["rounds"] + 1),
        )
    ]


def last_round(name):
    """Input: a file of the last round of the first repeat."""

    def path(wildcards):
        number = acquire_settings(wildcards)["rounds"]
        last = {"by": "chosen", "repeat": 0, "round": number}
        return f"{acquisition.ROUND}/{name}".format(**wildcards, **last)

    return path
