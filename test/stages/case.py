"""What every stage works with: the context it is given and the cases it yields."""
import concurrent.futures
import dataclasses
import os
import pathlib
import subprocess


@dataclasses.dataclass(frozen=True)
class Case:
    """One test that ran. `message` is shown when it failed; `note` always, after the stage."""
    name: str
    passed: bool
    message: str = ""
    note: str = ""


@dataclasses.dataclass(frozen=True)
class Context:
    """Where things are and which tests are wanted. No patterns: all of them."""
    source: pathlib.Path
    build: pathlib.Path
    patterns: tuple = ()
    arguments: tuple = ()  # passed on to the program of a stage that is one program
    jobs: int = os.cpu_count() or 1

    def wants(self, name):
        return not self.patterns or any(pattern in name for pattern in self.patterns)


@dataclasses.dataclass(frozen=True)
class Output:
    code: int
    text: str


def run(command, timeout=1200, **options):
    """Runs a command to its end; its output and errors in one text. A timeout is a failure with that text."""
    try:
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, timeout=timeout, text=True, errors="replace", **options)
        return Output(done.returncode, done.stdout)
    except subprocess.TimeoutExpired as late:
        said = late.stdout.decode(errors="replace") if isinstance(late.stdout, bytes) else (late.stdout or "")
        return Output(124, f"{said}\nstopped after {timeout} s")
    except FileNotFoundError as missing:
        return Output(127, f"{missing.filename}: no such program")


def in_parallel(context, function, items):
    """Yields function(item) for each item, in order, a few at a time."""
    with concurrent.futures.ThreadPoolExecutor(context.jobs) as pool:
        yield from pool.map(function, items)


def last_lines(text, count=40):
    lines = text.rstrip().splitlines()
    return "\n".join(lines if len(lines) <= count else ["…", *lines[-count:]])
