"""What long work says of itself, and where."""

import logging

import pytest

from confsym.provenance import progress
from confsym.provenance.jobs import logged
from confsym.provenance.progress import Progress, duration


@pytest.fixture
def clock(monkeypatch):
    """A clock that moves by hand."""
    now = [100.0]
    monkeypatch.setattr(progress, "now", lambda: now[0])
    return now


def test_a_line_every_ten_seconds(clock, caplog):
    caplog.set_level(logging.INFO)
    work = Progress(1200, "conformers")
    for _ in range(1200):
        clock[0] += 0.0625
        work.add()
    assert caplog.messages == [
        f"{done:,} of 1,200 conformers, 16 a second, {left} s left"
        for done, left in (
            (160, 65),
            (320, 55),
            (480, 45),
            (640, 35),
            (800, 25),
            (960, 15),
            (1120, 5),
        )
    ]


def test_slow_pieces_are_said_in_seconds_each(clock, caplog):
    caplog.set_level(logging.INFO)
    work = Progress(3, "fits")
    clock[0] += 90
    work.add()
    assert caplog.messages == ["1 of 3 fits, 90 s each, 3 min left"]
    clock[0] += 90
    work.add()
    clock[0] += 90
    work.add()  # the last one: nothing is left to say
    assert len(caplog.messages) == 2


def test_short_work_says_nothing(clock, caplog):
    caplog.set_level(logging.INFO)
    work = Progress(10, "fits")
    for _ in range(10):
        clock[0] += 0.9
        work.add()
    assert not caplog.messages


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (99, "99 s"), (130, "2 min"), (5900, "98 min"), (8000, "2 h 13 min")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text


def test_the_terminal_has_it_with_the_name_of_the_job(clock, tmp_path, capfd):
    path = tmp_path / "logs/sample_walker/butanol/3.log"
    with logged(str(path)) as log:
        log.info("for the log alone")
        work = Progress(100, "frames")
        clock[0] += 12
        work.add(30)
    shown = capfd.readouterr().err
    assert "sample_walker butanol 3: 30 of 100 frames, 2.5 a second, 28 s left" in shown
    assert "for the log alone" not in shown
    written = path.read_text()
    assert "INFO: 30 of 100 frames" in written
    assert "INFO: for the log alone" in written
