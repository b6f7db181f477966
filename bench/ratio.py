# SPDX-License-Identifier: Apache-2.0
"""Ratios, not seconds: we and the peer on the same data, one after the other, in one run.

Time is CPU time (user and system, children included), because wall-clock time on a shared machine
says more about its neighbours; the median of several runs stands. Results are compared first: a
ratio between different answers means nothing. Each line also goes, as JSON, to the file that
``SHIRUBE_BENCH_OUT`` names, for ``run.py``.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
PEERS = Path(__file__).resolve().parent / "peers"


@dataclass(frozen=True)
class Line:
    """One comparison: what it cost on both sides in ``unit``, the ratio, its goal, met or not."""

    name: str
    ours: float
    theirs: float
    ratio: float
    goal: str
    met: bool
    unit: str = "s"


@dataclass(frozen=True)
class Timing:
    """Median CPU seconds of several runs, and the result of the last one."""

    cpu: float
    runs: tuple[float, ...]
    result: Any = None


@dataclass
class _Board:
    lines: list[Line] = field(default_factory=list)

    def add(self, line: Line) -> None:
        self.lines.append(line)
        out = os.environ.get("SHIRUBE_BENCH_OUT")
        if out:
            with Path(out).open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(asdict(line)) + "\n")


_board = _Board()
EQUAL, SKIPPED, TOLD = "equal", "skipped", "told"


def cpu_seconds() -> float:
    """Return user and system seconds of this process and its ended children."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_mib() -> float:
    """Return the largest resident memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(fn: Callable[[], Any], repeat: int = 3) -> Timing:
    """Run a function ``repeat`` times and return the median of its CPU seconds."""
    runs: list[float] = []
    result = None
    for _round in range(repeat):
        before = cpu_seconds()
        result = fn()
        runs.append(cpu_seconds() - before)
    return Timing(statistics.median(runs), tuple(runs), result)


def print_equal(name: str, equal: bool, detail: str = "") -> bool:
    """Say whether two results are equal; unequal results make the run fail."""
    print(f"{'equal' if equal else 'UNEQUAL':8} {name} {detail}".rstrip(), flush=True)
    _board.add(Line(name, 0.0, 0.0, 0.0, EQUAL, equal))
    return equal


def print_skipped(name: str, why: str) -> None:
    """Say what was not compared; it stands in the table, so that nobody takes it for met."""
    print(f"{SKIPPED:8} {name}: {why}", flush=True)
    _board.add(Line(name, 0.0, 0.0, 0.0, SKIPPED, True))


def print_ratio(
    name: str, ours: Timing | float, theirs: Timing | float, goal: str, unit: str = "s"
) -> bool:
    """Print one ratio against its goal and return whether it is met.

    Parameters
    ----------
    name
        What is compared with what.
    ours, theirs
        CPU seconds, or timings.
    goal
        ``"<= 1.5"``: ours may cost at most 1.5 times theirs (a floor);
        ``">= 40"``: theirs must cost at least 40 times ours (a peer).
    unit
        What is compared when it is not seconds; ``"s | n"`` where one side is a number of things.
    """
    our, their = (each.cpu if isinstance(each, Timing) else each for each in (ours, theirs))
    sign, _space, bound = goal.partition(" ")
    smallest = 1e-9
    ratio = our / max(their, smallest) if sign == "<=" else their / max(our, smallest)
    met = ratio <= float(bound) if sign == "<=" else ratio >= float(bound)
    _board.add(Line(name, our, their, ratio, goal, met, unit))
    print(f"{'ok' if met else 'MISSED':8} {name}: {ratio:.3g} (goal {goal})", flush=True)
    return met


def print_told(
    name: str, ours: Timing | float, theirs: Timing | float, *, of: str, unit: str = "s"
) -> None:
    """Tell a ratio that has no goal, so that nobody has to guess it.

    ``of`` says which way it is read: ``"theirs"`` how many times ours the peer costs, ``"ours"``
    how many times the floor we cost.
    """
    our, their = (each.cpu if isinstance(each, Timing) else each for each in (ours, theirs))
    ratio = our / their if of == "ours" else their / our
    _board.add(Line(name, our, their, ratio, TOLD, True, unit))
    print(f"{TOLD:8} {name}: {ratio:.3g}", flush=True)


def finish() -> int:
    """Print the table of all ratios; return the exit code (1 when a goal was missed)."""
    print_table(_board.lines)
    return 0 if all(line.met for line in _board.lines) else 1


def print_table(lines: Sequence[Line]) -> None:
    """Print comparisons as a table."""
    print(f"\n{'':8} {'comparison':58} {'ours':>9} {'theirs':>9} {'':4} {'ratio':>9}  goal")
    for line in lines:
        mark = TOLD if line.goal == TOLD else "ok" if line.met else "MISSED"
        if line.goal == SKIPPED:
            print(f"{SKIPPED:8} {line.name}")
        elif line.goal == EQUAL:
            print(f"{mark:8} {line.name:58} {'':9} {'':9} {'':4} {'':9}  equal results")
        else:
            print(
                f"{mark:8} {line.name:58} {line.ours:9.3f} {line.theirs:9.3f} {line.unit:4} "
                f"{line.ratio:9.3g}  {line.goal}"
            )


def peer(name: str, *arguments: str, before: Sequence[str] = ()) -> dict[str, Any] | None:
    """Run ``bench/peers/<name>.py`` in an environment of its own and return what it prints.

    The environment is made from ``bench/peers/<name>.txt`` when it is missing. The script prints
    one JSON object, by convention with ``results`` and ``cpu`` (seconds of each run). None, with a
    line that says why, when the peer cannot be installed or fails. ``before`` is a command that
    runs the script, such as a tracer.
    """
    python = _environment(name)
    if python is None:
        return None
    done = subprocess.run(
        [*before, str(python), "-P", str(PEERS / f"{name}.py"), *arguments],
        capture_output=True, text=True, check=False,
        env={**os.environ, "OMP_NUM_THREADS": "2", "PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    if done.returncode != 0:
        print_skipped(name, str(done.stderr.strip().splitlines()[-1:]))
        return None
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def peer_timing(answer: dict[str, Any]) -> Timing:
    """Return the median CPU seconds that a peer's script measured in itself."""
    runs = tuple(float(each) for each in answer["cpu"])
    return Timing(statistics.median(runs), runs, answer.get("results"))


def data_folder() -> Path:
    """Return ``build/bench``, where tables that a bench makes are kept between runs."""
    folder = BUILD / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _environment(name: str) -> Path | None:
    """Return the Python of the peer's environment; made with uv when it is missing."""
    folder = BUILD / f"bench-{name}"
    python = folder / "bin" / "python"
    if (folder / "ready").exists():
        return python
    uv = shutil.which("uv")
    if uv is None:
        print_skipped(name, "uv is not installed")
        return None
    print(f"install  {name} into {folder.relative_to(ROOT)}", file=sys.stderr, flush=True)
    for command in (
        [uv, "venv", "-q", "--clear", "--python", "3.11", str(folder)],
        [uv, "pip", "install", "-q", "--python", str(python), "-r", str(PEERS / f"{name}.txt")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print_skipped(name, f"cannot be installed: {done.stderr.strip()[-300:]}")
            return None
    (folder / "ready").touch()
    return python
