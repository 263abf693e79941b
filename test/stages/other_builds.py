"""The unit tests once more, from other builds: without the compiler, and under the sanitizers; of the thread sanitizer's
build, which is slow, only what is about threads."""
import dataclasses
import os
import subprocess

from . import unit
from .case import Case

THREADS = ("pool_test", "threads_test")
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0", "UBSAN_OPTIONS": "print_stacktrace=1"}


def build_and_run(context, preset, *flags, only=None):
    """Configures and builds a preset in its own folder, then yields its unit tests under the preset's name: those of all
    programs, or of the programs named in `only`, for which nothing else is built."""
    build = context.source / f"build-{preset}"
    names = [name for name, _ in unit.programs(dataclasses.replace(context, build=build))]
    if not names:
        return
    for name, command in (("configure", ["cmake", "--preset", preset, *flags]), ("build", ["cmake", "--build", build, "--target", *(("espalier-jit", *only) if only else ("unit",))])):
        code = subprocess.run([str(part) for part in command], cwd=context.source, check=False).returncode
        yield Case(f"{preset}: {name}", code == 0, f"exit status {code}")
        if code != 0:
            return
    for case in unit.stage(dataclasses.replace(context, build=build), only):
        yield dataclasses.replace(case, name=f"{preset}: {case.name}")


def core(context):
    strict = "ON" if os.environ.get("CI") else "OFF"  # as in the release build: with the same flags ccache has every object
    yield from build_and_run(context, "core", f"-DCMAKE_COMPILE_WARNING_AS_ERROR={strict}")


def asan(context):
    os.environ.update(SANITIZERS)
    yield from build_and_run(context, "asan", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON")  # these are clang's warnings


def tsan(context):
    os.environ.update({"TSAN_OPTIONS": f"halt_on_error=1:suppressions={context.source}/test/tsan.txt"})
    yield from build_and_run(context, "tsan", only=THREADS)
