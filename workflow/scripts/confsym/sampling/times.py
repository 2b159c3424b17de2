"""How many frames and steps the times in a config are."""


def frames(picoseconds: float, interval: float) -> int:
    """Frames in so many ps, one in each interval, fs."""
    return round(1000 * picoseconds / interval)


def steps(interval: float, timestep: float) -> int:
    """Evaluations of the forces in an interval, both in fs."""
    return round(interval / timestep)
