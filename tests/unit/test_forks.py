"""Scripts in forks of a process that has loaded packages: as `python script` would run them."""

import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from confsym.provenance.forks import KILLED, Forks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are for Linux")


def waited() -> Forks:
    """A process that can fork."""
    started = Forks()
    end = time.monotonic() + 120
    while not started.ready():
        assert time.monotonic() < end, "its packages are not loaded after two minutes"
        time.sleep(0.05)
    return started


@pytest.fixture(scope="module")
def forks():
    return waited()


@pytest.fixture
def run(forks, tmp_path, monkeypatch):
    """Run a script of some lines in the folder of a test; its exit status."""
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "script.py"

    def run(text: str, **variables: str) -> int:
        script.write_text(text, encoding="utf-8")
        return forks.run(str(script), variables, lambda process: None)

    return run


def test_it_is_not_ready_before_its_packages_are_loaded():
    assert not Forks().ready()


@pytest.mark.parametrize("loaded", [False, True])
def test_it_ends_without_a_word_where_nobody_asked(loaded, capfd):
    started = Forks()
    if loaded:
        select.select([started._channel], [], [])
    started.close()
    assert started._process.returncode == 0
    assert capfd.readouterr() == ("", "")


def test_a_script_runs_where_it_was_sent_from_with_its_variables(run, tmp_path):
    text = "import os, sys, tempfile; from pathlib import Path\n"
    text += "said = [os.getcwd(), tempfile.gettempdir(), *sys.argv, __name__, sys.path[0]]\n"
    text += "Path('said').write_text(chr(10).join(said))"
    (tmp_path / "here").mkdir()
    assert run(text, TMPDIR=str(tmp_path / "here")) == 0
    script = str(tmp_path / "script.py")
    expected = [str(tmp_path), str(tmp_path / "here"), script, "__main__", str(tmp_path)]
    assert (tmp_path / "said").read_text().split("\n") == expected


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("import sys; sys.exit()", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit('it is so')", 1, "it is so\n"),
        ("print('out'); 1 / 0", 1, "ZeroDivisionError"),
        ("import sys; sys.stdout.close()", 0, ""),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", KILLED, ""),
    ],
)
def test_its_exit_status_is_pythons(run, forks, tmp_path, text, status, said):
    assert run(text) == status
    plain = subprocess.run(
        [sys.executable, tmp_path / "script.py"], capture_output=True, text=True, check=False
    )
    assert plain.returncode == status
    assert said in plain.stderr
    assert forks.ready()


def said_of(folder, text: str, first: str = "") -> tuple[str, str]:
    """What a process says that runs a script of some lines in a fork, and then its status."""
    (folder / "script.py").write_text(text)
    starter = f"{first}import time\nfrom confsym.provenance.forks import Forks\nforks = Forks()\n"
    starter += "while not forks.ready(): time.sleep(0.05)\n"
    starter += "print(forks.run('script.py', {}, lambda process: None), flush=True)\n"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    found = subprocess.run(
        [sys.executable, "-c", starter],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return found.stdout, found.stderr


def test_what_it_says_comes_out_here(tmp_path):
    """Of the process that starts forks, by its own streams."""
    text = "import sys\nprint('here')\nsys.exit('there')\n"
    assert said_of(tmp_path, text) == ("here\n1\n", "there\n")


INTERRUPT = "import os, signal\nfor process in (os.getpid(), os.getppid()):\n"
INTERRUPT += "    os.kill(process, signal.SIGINT)\nprint('goes on')\n"


def test_an_interrupt_ends_a_script_without_a_traceback(tmp_path):
    assert said_of(tmp_path, INTERRUPT) == ("1\n", "interrupted\n")


def test_an_interrupt_that_is_ignored_ends_nothing(tmp_path):
    """As in a script of a shell, which has `snakemake &` ignore it."""
    first = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    assert said_of(tmp_path, INTERRUPT, first) == ("goes on\n0\n", "")


def test_a_module_is_loaded_as_it_is_now(run, tmp_path):
    text = "import mine; open('said', 'a').write(mine.WORD)"
    for word in ("one ", "two"):
        (tmp_path / "mine.py").write_text(f"WORD = {word!r}")
        assert run(text) == 0
    assert (tmp_path / "said").read_text() == "one two"


def test_a_script_can_wait_for_a_process_of_its_own(run):
    assert run("import subprocess, sys; sys.exit(subprocess.call(['sh', '-c', 'exit 7']))") == 7


def test_scripts_run_side_by_side(forks, tmp_path):
    """Each waits for a file that another writes."""
    numbers = range(4)
    for number in numbers:
        text = f"import time; from pathlib import Path\nPath('{number}').touch()\n"
        text += f"while not Path('{(number + 1) % 4}').exists(): time.sleep(0.01)\n"
        (tmp_path / f"{number}.py").write_text(f"import os; os.chdir({str(tmp_path)!r})\n{text}")
    found, processes = {}, []

    def one(number: int) -> None:
        path = str(tmp_path / f"{number}.py")
        found[number] = forks.run(path, {}, processes.append)

    threads = [threading.Thread(target=one, args=[number]) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == dict.fromkeys(numbers, 0)
    assert len({*processes, os.getpid()}) == 5


def test_its_processor_time_is_that_of_who_started_it(tmp_path):
    started = waited()
    (tmp_path / "a.py").write_text("import time\nwhile time.process_time() < 4: pass")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert started.run(str(tmp_path / "a.py"), {}, lambda process: None) == 0
    started.close()
    assert started._process.returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime > 3.9


def test_it_ends_with_what_started_it():
    text = "from confsym.provenance.forks import Forks\nprint(Forks()._process.pid, flush=True)\n"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [
        sys.executable,
        "-c",
        f"{text}import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    ]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == KILLED
    end = time.monotonic() + 60
    while psutil.pid_exists(int(found.stdout)):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_where_it_is_gone_no_script_begins(tmp_path):
    started = waited()
    started._process.send_signal(signal.SIGKILL)
    started._process.wait(60)
    assert not started.ready()
    (tmp_path / "a.py").write_text("open('began', 'w')")
    with pytest.raises(ConnectionError):
        started.run(str(tmp_path / "a.py"), {}, lambda process: None)
    assert not (tmp_path / "began").exists()
