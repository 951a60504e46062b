"""Search for bytes that break a reader, guided by coverage: `python -m fuzz.run [--seconds 60] [harness ...]`.

With atheris where it can be installed (Linux and macOS, Python 3.11 and newer), otherwise by mutating the corpus at
random. What breaks a harness is kept in `fuzz/corpus/HARNESS/found-...`, so that the tests replay it from then on.
What merely reaches new code is not kept in the repository: the corpus stays small.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / "corpus"
_LONGEST = 2_000  # bytes of an input
_SLOW = 5  # seconds that no input of that length may take
_WORDS = [b":INCLUDE a.py", b":TOC", b"```", b"~~~", b"> ", b"- ", b"<!--", b"\r\n", b"\n", b"#L1-L2", b"'''"]


def main() -> int:
    """Fuzz each harness for its share of the seconds; 1 where a fault was found."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=int, default=60, help="for all harnesses together (default: 60)")
    parser.add_argument("--one", metavar="HARNESS", help=argparse.SUPPRESS)
    parser.add_argument("harnesses", nargs="*")
    arguments = parser.parse_args()
    if arguments.one:
        return fuzz_at_random(arguments.one, arguments.seconds)
    from fuzz.harnesses import HARNESSES

    names = arguments.harnesses or list(HARNESSES)
    share = max(arguments.seconds // len(names), 1)
    return max(fuzz(name, share) for name in names)


def fuzz(name: str, seconds: int) -> int:
    """Fuzz the harness `name` in a process of its own."""
    print(f"{name}: {seconds} s", flush=True)
    seeds = CORPUS / name
    if not has_atheris():
        return subprocess.call([sys.executable, "-m", "fuzz.run", "--one", name, "--seconds", str(seconds)])
    with tempfile.TemporaryDirectory() as grown:
        limits = [
            f"-max_total_time={seconds}",
            f"-max_len={_LONGEST}",
            f"-timeout={_SLOW}",
            "-print_final_stats=1",
        ]
        found = f"-artifact_prefix={seeds}/found-"
        command = [sys.executable, "-m", "fuzz.guided", name, grown, str(seeds), *limits, found]
        result = subprocess.run(
            command, stderr=subprocess.PIPE, encoding="utf-8", errors="replace", check=False
        )
        said = result.stderr.splitlines()
        done = [line for line in said if line.startswith(("stat::number_of_executed", "Done "))]
        print("\n".join(said[-40:] if result.returncode else done), flush=True)
    return bool(result.returncode)


def has_atheris() -> bool:
    """Whether inputs can be searched for with coverage."""
    return not subprocess.call([sys.executable, "-c", "import atheris"], stderr=subprocess.DEVNULL)


def fuzz_at_random(name: str, seconds: int) -> int:
    """Run the harness on mutations of its corpus, without coverage."""
    from fuzz.harnesses import HARNESSES

    seeds = [path.read_bytes() for path in sorted((CORPUS / name).iterdir())] or [b""]
    chance, end, count = random.Random(), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        data = mutated(chance.choice(seeds), chance)
        try:
            HARNESSES[name](data)
        except Exception:
            path = CORPUS / name / f"found-{sha256(data).hexdigest()[:12]}"
            path.write_bytes(data)
            print(f"{path}: {data!r}")
            raise
        count += 1
    print(f"  {count:,} inputs")
    return 0


def mutated(data: bytes, chance: random.Random) -> bytes:
    """`data` with some parts left out, doubled, or replaced by words of ours or by any bytes."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.randint(0, 12))
        new = chance.choice(
            [b"", data[start:end] * 2, chance.choice(_WORDS), chance.randbytes(chance.randint(0, 3))]
        )
        data = data[:start] + new + data[end:]
    return data[:_LONGEST]


if __name__ == "__main__":
    sys.exit(main())
