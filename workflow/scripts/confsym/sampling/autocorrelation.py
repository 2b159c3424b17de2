"""How long a time series remembers, and what that leaves of its length.

The integrated autocorrelation time is that of Sokal, in: Functional Integration (Plenum, New York,
1997), 131, doi:10.1007/978-1-4899-0319-8_6: τ = 1/2 + Σ ρ(t), summed over lags t = 1 … M, where M
is the least lag with M ≥ 5 τ(M). The correlation ρ is averaged over walkers before it is summed, as
Goodman and Weare, Commun. Appl. Math. Comput. Sci. 5, 65 (2010), doi:10.2140/camcos.2010.5.65, do.
"""

import math

import numpy as np

WINDOW = 5  # autocorrelation times that the sum goes over: beyond them is noise
LEAST = 0.5  # frames: that of independent ones


def autocorrelation(series: np.ndarray) -> np.ndarray:
    """Correlate a stationary series with itself, some frames later.

    Parameters
    ----------
    series : (walkers, n)
        Values of independent walkers, whose mean is one and the same.

    Returns
    -------
    (n,)
        ρ by lag in frames, averaged over all pairs of frames; ρ(0) = 1. Not-a-numbers from a
        series that is constant.
    """
    deviations = series - series.mean()
    n = series.shape[1]
    spectrum = np.fft.rfft(deviations, 2 * n, axis=1)  # twice as long: no frame meets the next turn
    products = np.fft.irfft(np.abs(spectrum) ** 2, 2 * n, axis=1)[:, :n].mean(axis=0)
    covariance = products / np.arange(n, 0, -1)
    if not covariance[0] > 0:
        return np.full(n, np.nan)
    return covariance / covariance[0]


def integrated_time(series: np.ndarray) -> float:
    """Integrated autocorrelation time in frames.

    Parameters
    ----------
    series : (walkers, n)
        As for `autocorrelation`.

    Returns
    -------
    float
        At least 1/2; infinity where the series is too short to tell: no window within its first
        half is wide enough.
    """
    correlation = autocorrelation(series)[: series.shape[1] // 2 + 1]
    times = LEAST + np.cumsum(correlation[1:])
    wide_enough = np.arange(1, len(correlation)) >= WINDOW * times
    if not wide_enough.any():
        return math.inf
    return max(LEAST, float(times[wide_enough.argmax()]))


def effective_size(frames: int, time: float) -> float:
    """How many independent values a mean over so many frames is worth: n / 2τ."""
    return frames / (2 * time)


def error_of_mean(series: np.ndarray) -> float:
    """Standard error of the mean of a (walkers, n) series: σ √(2τ / n), n counting all frames.

    A walker counts as one value where the series is too short to tell more.
    """
    time = min(integrated_time(series), series.shape[1] / 2)
    return float(series.std() / math.sqrt(effective_size(series.size, time)))
