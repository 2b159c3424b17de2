import numpy as np
import pandas as pd
import pytest

from confsym.evaluation import calibration


@pytest.mark.parametrize(
    ("honesty", "lower", "upper"), [(1, -0.02, 0.02), (0.5, -0.4, 0), (2, 0, 0.4)]
)
def test_intervals_hold_what_they_promise_when_the_deviations_are_honest(honesty, lower, upper):
    rng = np.random.default_rng(7)
    true = rng.uniform(0.5, 2, size=20000)
    table = pd.DataFrame(
        {
            "partition": np.repeat(["test", "train"], [15000, 5000]),
            "transform": np.repeat(["original", "moved", "original"], [10000, 5000, 5000]),
            "energy": 0.0,
            "predicted": true * rng.normal(size=20000),
            "predicted_std": honesty * true,
        }
    )
    table.loc[10000:, "predicted"] = 100.0  # neither moved nor training conformers count
    found = calibration.calibration(table)
    off = found["observed"] - found["nominal"]
    assert off.between(lower, upper).all()
    if honesty != 1:
        assert off.abs().max() > 0.2
    width = found.set_index("nominal").loc[0.95, "half_width_kcal_mol"]
    assert width == pytest.approx(1.96 * honesty * true[:10000].mean(), rel=1e-3)
