# SPDX-License-Identifier: Apache-2.0
"""The process in which a stranger's measurements are run again; ``reproducing_apart`` starts it.

A record says which arguments to run with, and whoever wrote it may have meant harm: a thousand
billion replicates are a valid number. So memory has a limit here, and whoever asks keeps the time.
Each line on standard input is one job, each line on standard output progress or an answer.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from shirube import catalogue, engines, texts
from shirube.__about__ import __version__
from shirube.api.operator.reproducing_apart import Asked, Job, Told
from shirube.api.operator.running_again import Runner, said
from shirube.dossier import reproduction as comparing
from shirube.terms.errors import ShirubeError
from shirube.terms.evidence import ModelSeal
from shirube.terms.measurement import Measurement
from shirube.terms.reproduction import Difference, MeasuredAgain, ModelAgain
from shirube.terms.text import Text
from shirube.texts import N_

if TYPE_CHECKING:
    from shirube.catalogue import FilesAtHand

ADDRESSES: Final = 16 * 1024**3
"""How many bytes of addresses the process may use; what is in memory is a small part of them."""


def main() -> int:
    """Answer every job on standard input."""
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints must not stand between the answers

    def tell(told: Told) -> None:
        out.write(msgspec.json.encode(told) + b"\n")
        out.flush()

    def progress(step: str, share: float | None) -> None:
        tell(Told(step=step, share=share))

    _confine()
    asked = msgspec.json.decode(sys.stdin.buffer.readline(), type=Asked)
    texts.use(asked.language)
    at_hand = catalogue.FilesAtHand(Path(asked.data), progress)
    tell(Told())
    with engines.open_engine(asked.engine, memory_limit=asked.memory_limit) as counting:
        runner = Runner(at_hand, counting)
        for line in sys.stdin.buffer:
            job = msgspec.json.decode(line, type=Job)
            if job.model is not None:
                tell(Told(model=look_for(job.index, job.model, at_hand)))
            elif job.measurement is not None:
                made = _again(runner, job, job.measurement, asked.seed, progress)
                tell(Told(measured=made, files=runner.measured))
    return 0


def look_for(index: int, sealed: ModelSeal, at_hand: FilesAtHand) -> ModelAgain:
    """Tell whether the files of a sealed model are at hand with their digests."""
    found = [(file, at_hand.find(file)) for file in sealed.files]
    other = tuple(
        Difference(
            cause="model", what=file.name, sealed=file.sha256, found=one.sha256 if one else ""
        )
        for file, one in found
        if one is None or not one.same
    )
    verdict: Literal["same", "different", "not_given"] = "not_given" if other else "same"
    if any(one is not None and not one.same for _file, one in found):
        verdict = "different"  # also where further files of it are not at hand
    return ModelAgain(index=index, id=sealed.model.id, verdict=verdict, files=other)


def _again(
    runner: Runner, job: Job, sealed: Measurement, seed: int | None, progress: Any
) -> MeasuredAgain:
    try:
        again = runner.run(sealed, seed=seed, progress=progress)
        return comparing.compare(job.index, sealed, again, tools=(job.tool_version, __version__))
    except MemoryError:
        return comparing.not_reproduced(
            job.index, sealed, Text.of(N_("It needed more memory than is allowed here."))
        )
    except ShirubeError as error:
        return comparing.not_reproduced(job.index, sealed, Text(said(error), said(error)))
    except Exception as error:
        reason = Text.of(
            N_("This version of Shirube fails on its record ({detail})."),
            detail=f"{type(error).__name__}: {error}"[:200],
        )
        return comparing.not_reproduced(job.index, sealed, reason)


def _confine() -> None:
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(ValueError, OSError):  # a lower limit is in force already
            resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
