# SPDX-License-Identifier: Apache-2.0
"""Bad input, as a person at the command line gives it: each is answered in words, with code 2.

No answer is a traceback or an internal error, and each says something of what was found.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from shirube.cli.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MANIFEST = """\
shirube: 1
operator:
  id: six
  name: {ja: 六行商店, en: Six Rows Ltd.}
  kind: company
  country: JP
datasets:
  - id: release
    title: {ja: 公開表, en: Release}
    files: release.csv
    legal_route: anonymised
documents:
  - id: policy
    kinds: [governance_policy]
    title: {ja: 方針, en: Policy}
    file: policy.md
    date: 2026-01-15
measurements:
  - id: release_anonymity
    measure: anonymity
    dataset: release
    arguments: {quasi_identifiers: [age, area]}
"""
RELEASE = "age,area\n30s,east\n30s,east\n40s,west\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small operator's folder with its key made."""
    from shirube.evidence.keys import create

    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(tmp_path / "keys"))
    home = tmp_path / "operator"
    home.mkdir()
    (home / "shirube.yaml").write_text(MANIFEST, encoding="utf-8")
    (home / "release.csv").write_text(RELEASE, encoding="utf-8")
    (home / "policy.md").write_text("# Policy\n", encoding="utf-8")
    create("six", folder=home)
    return home


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command line; return its code, what it printed, and what it said beside that."""

    def called(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(each) for each in arguments])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return int(left.value.code or 0), shown.out, shown.err

    return called


TABLES = {
    "an empty file": (b"", "empty"),
    "two columns of one name": (b"a,a\n1,2\n", "same name"),
    "a name that holds a NUL": (b"a,b\x00c\n1,2\n", "NUL"),
    "a line with a field too many": (b"a,b\n1,2\n1,2,3\n", "3 fields, the header 2"),
    "a quotation mark that stays open": (b'a,b\n1,"open\n2,3\n', "never closed"),
    "two encodings": ("a,市\n1,大阪\n".encode() + "2,東京\n".encode("cp932"), "mixes encodings"),
    "bytes that are no text": (bytes(range(128, 256)) * 9, "neither UTF-8 nor CP932"),
}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", TABLES)
def test_a_table_that_cannot_be_counted_is_refused(
    name: str, language: str, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    data, words = TABLES[name]
    (tmp_path / "t.csv").write_bytes(data)
    code, _out, said = run("measure", "personal_data", tmp_path / "t.csv", "--lang", language)
    assert code == 2
    assert "t.csv" in said
    assert words in said if language == "en" else "。" in said


@pytest.mark.parametrize("data", [b"PA", b"PAR1" + b"\0" * 99 + b"PAR1"])
def test_a_broken_parquet_file_is_refused(
    data: bytes, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    (tmp_path / "t.parquet").write_bytes(data)
    code, _out, said = run("measure", "personal_data", tmp_path / "t.parquet")
    assert code == 2
    assert "t.parquet" in said


@pytest.mark.parametrize("data", ["a,b\n", "a,b\n1,2\n", "a,b\n1,\n2,\n"])
def test_a_table_without_rows_with_one_row_or_an_empty_column_is_measured(
    data: str, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    (tmp_path / "t.csv").write_text(data, encoding="utf-8")
    code, printed, _said = run(
        "measure", "anonymity", tmp_path / "t.csv", "--quasi-identifiers", "a,b", "--json"
    )
    values = {value["name"]: value for value in json.loads(printed)["values"]}
    assert code == 0
    # One row is one class of one; without rows, or without any value, there is no k but a reason.
    assert values["k"]["value"] == (1 if data.endswith("1,2\n") else None)
    assert values["k"]["value"] is not None or values["k"]["reason"]


MANIFESTS = {
    "CP932": (MANIFEST.encode("cp932"), "looks like CP932"),
    "UTF-16": (MANIFEST.encode("utf-16"), "looks like UTF-16"),
    "nothing": (b"", "empty"),
    "a list": (b"- 1\n", "is a list"),
    "an unknown key": (MANIFEST.replace("country:", "contry:").encode(), ":6 (operator.contry)"),
    "a wrong corporate number": (
        MANIFEST.replace(
            "  kind: comp", '  corporate_number: "1234567890123"\n  kind: comp'
        ).encode(),
        "check digit",
    ),
    "a date in the future": (MANIFEST.replace("2026-01", "2999-01").encode(), "future"),
    "no date": (MANIFEST.replace("2026-01-15", "2026-02-30").encode(), "not a date"),
    "a column not in the table": (MANIFEST.replace("[age,", "[aeg,").encode(), "Did you mean age"),
    "a missing table": (MANIFEST.replace("release.csv", "gone.csv").encode(), "gone.csv"),
    "a missing document": (MANIFEST.replace("policy.md", "gone.md").encode(), "gone.md"),
}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_that_is_wrong_is_refused_with_its_place(
    name: str, language: str, folder: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    data, words = MANIFESTS[name]
    (folder / "shirube.yaml").write_bytes(data)
    code, _out, said = run("check", folder, "-q", "--lang", language)
    assert code == 2
    assert "shirube.yaml" in said
    assert words in said if language == "en" else "。" in said
    assert not (folder / ".shirube" / "ledger.db").exists()


def test_wrong_options_are_told_in_words(
    folder: Path, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    pack = tmp_path / "packs" / "mine"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text("x: [", encoding="utf-8")
    for option, value, words in (
        ("--on", "nonsense", "YYYY-MM-DD"),
        ("--memory-limit", "banana", "512MB"),
        ("--packs", tmp_path / "gone", "does not exist"),
        ("--packs", tmp_path / "packs", "pack.yaml:"),
        ("--junit", tmp_path / "gone" / "x.xml", "No such file"),
    ):
        code, _out, said = run("check", folder, "-q", option, value)
        assert (code, words in said) == (2, True), said


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "{folder}", "--memory-limit", "banana"],
        ["check", "{folder}", "--on", "x"],
        ["report", "{folder}/policy.md"],
        ["ledger", "verify", "{folder}"],
        ["evidence", "list", "{folder}"],
        ["evidence", "withdraw", "{folder}", "9", "--reason", "r", "--author", "a"],
        ["questions", "in", "{folder}", "gone.xlsx"],
        ["questions", "out", "{folder}", "sheet.pdf"],
        ["rules", "show", "nonsense"],
        ["rules", "list", "--packs", "{folder}"],
        ["measure", "personal_data", "gone.csv"],
        ["draft", "nonsense", "{folder}"],
        ["init", "{folder}/gone"],
        ["new", "rule", "bad name"],
    ],
    ids=" ".join,
)
def test_a_problem_is_json_where_json_is_asked_for(
    arguments: list[str], folder: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    code, printed, _said = run(*(each.format(folder=folder) for each in arguments), "--json")
    told = json.loads(printed)
    assert code == told["exit_code"] == 2
    assert told["problems"]
    assert all(each["found"] for each in told["problems"])


def test_a_key_directory_that_is_a_file_is_not_taken_for_a_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch, run: Callable[..., tuple[int, str, str]]
) -> None:
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(folder / "policy.md"))
    code, _out, said = run("init", folder)
    assert code == 2
    assert "SHIRUBE_KEY_DIR" in said
    monkeypatch.setenv("SHIRUBE_KEY_DIR", str(folder.parent / "nowhere"))
    code, _out, said = run("check", folder, "-q")
    assert code == 2
    assert "no signing key" in said


def test_a_ledger_with_one_bit_flipped_does_not_verify(
    folder: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    assert run("check", folder, "-q")[0] in (1, 3)
    assert run("ledger", "verify", folder)[0] == 0
    home = folder / ".shirube"
    files = [home / "checkpoint", home / "public_key.pem", *home.glob("evidence/*/*.json")]
    assert len(files) == 4  # two entries: the policy and the measurement
    for file in files:
        whole = file.read_bytes()
        middle = len(whole) // 2
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
        assert run("ledger", "verify", folder)[0] == 1, file.name
        file.write_bytes(whole)
    assert run("ledger", "verify", folder)[0] == 0


def test_output_in_a_terminal_that_knows_no_japanese_does_not_fail(folder: Path) -> None:
    ended = _shirube(folder, "check", folder, "-q", "--lang", "ja", PYTHONIOENCODING="ascii")
    assert ended.returncode in (1, 3), ended.stderr
    ended = _shirube(folder, "rules", "list", "--json", "--lang", "ja", PYTHONIOENCODING="ascii")
    assert json.loads(ended.stdout)


def test_a_reader_that_goes_away_ends_the_command_quietly_and_not_with_0(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = _shirube(folder, "rules", "list", stdout=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


@pytest.mark.full
def test_ctrl_c_keeps_what_is_sealed_and_the_next_run_goes_on(folder: Path) -> None:
    rows = "".join(f"{n % 50},{n % 7}\n" for n in range(2_000_000))
    (folder / "release.csv").write_text("age,area\n" + rows, encoding="utf-8")
    with subprocess.Popen(
        _line("check", folder), env=_environment(folder), stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr
        next(line for line in running.stderr if "Measuring" in line)
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
    assert running.returncode == 130, said
    assert "Interrupted" in said
    assert _shirube(folder, "ledger", "verify", folder).returncode == 0
    assert _shirube(folder, "check", folder, "-q").returncode in (1, 3)
    assert _shirube(folder, "ledger", "verify", folder).returncode == 0


@pytest.mark.full
def test_two_checks_at_once_leave_a_ledger_that_holds(folder: Path) -> None:
    both = [
        subprocess.Popen(_line("check", folder, "-q"), env=_environment(folder)) for _n in range(2)
    ]
    # One may be told to run again, since the other was quicker; none may break anything.
    assert {each.wait() for each in both} <= {1, 2, 3}
    assert _shirube(folder, "ledger", "verify", folder).returncode == 0


@pytest.mark.full
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_ten_thousand_columns_are_measured_within_a_gibibyte(form: str, folder: Path) -> None:
    import duckdb

    table = folder / f"wide.{form}"
    columns = ",".join(f"(i * 7 + {n}) % 13 AS c{n}" for n in range(10_000))
    duckdb.sql(f"COPY (SELECT {columns} FROM range(100) t(i)) TO '{table}'")
    code = (
        "import pathlib, sys; from shirube.cli.__main__ import main\ntry: main(sys.argv[1:])\n"
        "finally:\n"
        # Not ru_maxrss: that begins with the memory of whoever began the process.
        "  told = pathlib.Path('/proc/self/status').read_text().partition('VmHWM:')[2]\n"
        "  print(told.split()[0], file=sys.stderr)"
    )
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            code,
            "measure",
            "anonymity",
            str(table),
            "--quasi-identifiers",
            "c1,c2",
            "--json",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    values = {value["name"]: value["value"] for value in json.loads(ended.stdout)["values"]}
    # 7 i mod 13 goes through all 13 remainders; 100 = 9 * 8 + 4 * 7, so the smallest class has 7.
    assert (values["rows"], values["classes"], values["k"]) == (100, 13, 7)
    assert int(ended.stderr.split()[-1]) < 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of 256 KiB, which only root can make."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], check=False
    )
    if made.returncode:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.full
def test_a_full_disk_is_told_and_the_same_command_works_once_there_is_room(
    folder: Path, small_disk: Path
) -> None:
    home = small_disk / "operator"
    shutil.copytree(folder, home)
    (small_disk / "fill").write_bytes(b"\0" * 200_000)
    ended = _shirube(folder, "check", home, "-q")
    assert ended.returncode == 2
    assert "disk" in ended.stderr.lower()
    (small_disk / "fill").unlink()
    assert _shirube(folder, "check", home, "-q").returncode in (1, 3)
    assert _shirube(folder, "ledger", "verify", home).returncode == 0


@pytest.mark.full
def test_a_ledger_that_may_only_be_read_is_judged_and_not_added_to(folder: Path) -> None:
    as_reader: list[str] = []
    if os.geteuid() == 0:  # root obeys no file mode unless it gives up the right not to
        if shutil.which("setpriv") is None:
            pytest.skip("without setpriv, root may write everywhere")
        as_reader = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
    assert _shirube(folder, "check", folder, "-q").returncode in (1, 3)
    everything = [folder, *folder.rglob("*")]
    for path in everything:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        assert _shirube(folder, "check", folder, "-q", before=as_reader).returncode in (1, 3)
        assert _shirube(folder, "ledger", "verify", folder, before=as_reader).returncode == 0
        (folder / "policy.md").chmod(0o644)
        (folder / "policy.md").write_text("# Another policy\n", encoding="utf-8")
        ended = _shirube(folder, "check", folder, "-q", before=as_reader)
        assert ended.returncode == 2
        assert "may be read but not written" in ended.stderr
    finally:
        for path in everything:
            path.chmod(path.stat().st_mode | 0o200)


def _line(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "shirube", *(str(each) for each in arguments)]


def _environment(folder: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "SHIRUBE_KEY_DIR": str(folder.parent / "keys"), "LANG": "C.UTF-8", **more}


def _shirube(
    folder: Path,
    *arguments: object,
    stdout: int = subprocess.PIPE,
    before: Sequence[str] = (),
    **more: str,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, *_line(*arguments)],
        env=_environment(folder, **more),
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def test_what_a_measure_refuses_keeps_its_parts_for_a_program(
    folder: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    table = folder / "release.csv"
    asked = ("measure", "anonymity", table, "--quasi-identifiers", "aeg", "--lang", "en", "--json")
    code, out, _said = run(*asked)
    (problem,) = json.loads(out)["problems"]
    assert code == 2
    assert problem == {
        "found": "There is no column 'aeg'.",
        "where": "release",
        "why": "",
        "remedy": "Did you mean age? Its columns are: age, area.",
    }


@pytest.mark.parametrize("command", [("check",), ("report",), ("ledger", "verify")])
def test_a_folder_that_does_not_exist_is_not_said_to_lack_a_file(
    command: tuple[str, ...], tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    code, _out, said = run(*command, tmp_path / "nowhere", "--lang", "en")
    assert code == 2
    assert "There is no such folder." in said


def test_a_file_that_is_no_archive_is_no_dossier(
    folder: Path, tmp_path: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = Ed25519PrivateKey.generate().public_key()
    public = tmp_path / "public.pem"
    public.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    code, _out, said = run(
        "dossier", "verify", folder / "release.csv", "--public-key", public, "--lang", "en"
    )
    assert code == 2
    assert "it is no archive at all" in said


def test_a_log_gets_a_line_for_each_thing_done_and_not_for_each_of_its_steps(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from shirube.cli.progress import progress

    with progress() as told:
        told("Measuring a (drift)", 0.0)
        told("Measuring a (drift): Counting x", 0.1)
        told("Measuring a (drift): Counting y", 0.2)
        told("Measuring b (drift)", 0.5)
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["Measuring a (drift) 0%", "Measuring b (drift) 50%"]
