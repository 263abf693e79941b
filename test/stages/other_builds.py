"""The unit tests once more, from other builds: without the compiler, and under the sanitizers."""
import dataclasses
import os
import subprocess

from . import unit
from .case import Case

SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0", "UBSAN_OPTIONS": "print_stacktrace=1"}


def build_and_run(context, preset, *flags):
    """Configures and builds a preset in its own folder, then yields its unit tests under the preset's name."""
    build = context.source / f"build-{preset}"
    names = [name for name, _ in unit.programs(dataclasses.replace(context, build=build))]
    if not names:
        return
    for name, command in (("configure", ["cmake", "--preset", preset, *flags]), ("build", ["cmake", "--build", build, "--target", "unit"])):
        code = subprocess.run([str(part) for part in command], cwd=context.source, check=False).returncode
        yield Case(f"{preset}: {name}", code == 0, f"exit status {code}")
        if code != 0:
            return
    for case in unit.stage(dataclasses.replace(context, build=build)):
        yield dataclasses.replace(case, name=f"{preset}: {case.name}")


def core(context):
    yield from build_and_run(context, "core")


def asan(context):
    os.environ.update(SANITIZERS)
    yield from build_and_run(context, "asan", "-DCMAKE_COMPILE_WARNING_AS_ERROR=ON")  # these are clang's warnings
