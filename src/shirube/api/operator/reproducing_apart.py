# SPDX-License-Identifier: Apache-2.0
"""Run a stranger's measurements in a process of its own, with a limit of time for each.

The process is begun anew after one that took too long or died; the other measurements go on.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

import msgspec

from shirube.dossier import reproduction as comparing
from shirube.terms.errors import InternalError
from shirube.terms.evidence import ModelSeal
from shirube.terms.measurement import Measurement
from shirube.terms.reproduction import MeasuredAgain, ModelAgain
from shirube.terms.text import Text
from shirube.texts import N_, Language, language

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import IO

    from shirube.terms.source import Progress

CHILD: Final = "shirube.api.operator.reproducing_child"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Where to look and how to run: the first line."""

    data: str
    engine: str | None
    memory_limit: str
    seed: int | None
    language: Language


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement to run again, or one model to look for."""

    index: int
    tool_version: str
    measurement: Measurement | None = None
    model: ModelSeal | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """Progress, or the answer to a job with the files that were measured.

    The first says only that the process is ready: from then on time counts.
    """

    step: str = ""
    share: float | None = None
    measured: MeasuredAgain | None = None
    model: ModelAgain | None = None
    files: dict[str, str] = msgspec.field(default_factory=dict)


class _Ended(Exception):
    """The process ended, or had to be ended; ``late`` tells which."""

    def __init__(self, late: bool) -> None:
        self.late = late
        super().__init__(late)


class Apart:
    """Measurements, run again apart from us.

    Parameters
    ----------
    data, engine, memory_limit, seed
        As ``reproduce`` has them.
    seconds
        How long one measurement may take.
    """

    def __init__(
        self,
        data: Path,
        *,
        engine: str | None,
        memory_limit: str,
        seed: int | None,
        seconds: float,
    ) -> None:
        self._asked = Asked(
            data=str(data.absolute()),
            engine=engine,
            memory_limit=memory_limit,
            seed=seed,
            language=language(),
        )
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.files: dict[str, str] = {}
        """The names of the files that were measured, by digest."""

    def measure(
        self, index: int, sealed: Measurement, tool_version: str, progress: Progress
    ) -> MeasuredAgain:
        """Return the verdict on one measurement; one that takes too much has one as well."""
        try:
            told = self._answer(
                Job(index=index, tool_version=tool_version, measurement=sealed), progress
            )
        except _Ended as ended:
            return comparing.not_reproduced(index, sealed, self._why(late=ended.late))
        if told.measured is None:
            raise InternalError("no verdict")
        self.files |= told.files
        return told.measured

    def look_for(self, index: int, sealed: ModelSeal, progress: Progress) -> ModelAgain:
        """Tell whether the files of a model are at hand; reading them has no limit of time."""
        told = self._answer(Job(index=index, tool_version="", model=sealed), progress, ever=True)
        if told.model is None:
            raise InternalError("no verdict")
        return told.model

    def __enter__(self) -> Self:
        """Return itself; the process begins with the first job."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self._end()

    def _answer(self, job: Job, progress: Progress, *, ever: bool = False) -> Told:
        self._send(job)
        until = time.monotonic() + self._seconds
        while True:
            try:
                left = None if ever else max(0.0, until - time.monotonic())
                line = self._lines.get(timeout=left)
            except queue.Empty:
                self._end()
                raise _Ended(late=True) from None
            if not line:
                self._end()
                raise _Ended(late=False)
            told = msgspec.json.decode(line, type=Told)
            if told.measured is not None or told.model is not None:
                return told
            progress(told.step, told.share)

    def _send(self, job: Job) -> None:
        if self._process is None:
            self._begin()
        process = self._process
        if process is None or process.stdin is None:
            raise InternalError("no process")
        with suppress(BrokenPipeError):  # that it ended is told by the end of its answers
            process.stdin.write(msgspec.json.encode(job) + b"\n")
            process.stdin.flush()

    def _begin(self) -> None:
        # A session of its own, so that what it begins itself ends with it.
        self._process = subprocess.Popen(  # noqa: S603 - the Python that runs us, our own module
            [sys.executable, "-P", "-m", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._lines = queue.SimpleQueue()
        reading = threading.Thread(
            target=_read, args=(self._process.stdout, self._lines), daemon=True
        )
        reading.start()
        with suppress(BrokenPipeError):
            assert self._process.stdin is not None  # noqa: S101 - it was asked for
            self._process.stdin.write(msgspec.json.encode(self._asked) + b"\n")
            self._process.stdin.flush()
        if not self._lines.get():
            self._end()
            raise InternalError("the process that measures again could not begin")

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def _why(self, *, late: bool) -> Text:
        if late:
            told = N_("It took longer than {seconds} seconds; --time-limit allows more.")
            return Text.of(told, seconds=f"{self._seconds:g}")
        return Text.of(N_("Its process ended by itself, most likely for want of memory."))


def _read(stream: IO[bytes], lines: queue.SimpleQueue[bytes]) -> None:
    """Pass on every line; an empty one at the end."""
    with suppress(ValueError, OSError):  # closed while we read
        for line in stream:
            lines.put(line)
    lines.put(b"")
