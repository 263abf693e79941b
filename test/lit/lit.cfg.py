"""FileCheck tests: each file's RUN lines run tools of the build, and their output must match its CHECK lines."""
import os
import platform
import shutil
import subprocess

import lit.formats

config.name = "espalier"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".esp", ".test"]
config.test_source_root = os.path.dirname(__file__)

build = lit_config.params["build"]
config.test_exec_root = os.path.join(build, "test", "lit")

llvm = os.environ.get("LLVM_TOOLS", "/usr/lib/llvm-22/bin")
path = [os.path.join(build, "tools"), os.path.join(build, "examples"), llvm, os.environ["PATH"], "/usr/local/cuda/bin"]
config.environment["PATH"] = os.pathsep.join(path)
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

if os.path.exists(os.path.join(build, "lib", "libespalier-jit.so")):
    config.available_features.add("jit")
if platform.machine() == "x86_64":
    config.available_features.add("x86")


def gdb_works():
    """Whether there is gdb, and the system lets it run a program."""
    if not shutil.which("gdb"):
        return False
    try:
        said = subprocess.run(["gdb", "--batch", "-nx", "-ex", "run", "--args", "true"], capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        return False
    return "exited normally" in said.stdout


if gdb_works():
    config.available_features.add("gdb")
if shutil.which("ptxas", path=config.environment["PATH"]):
    config.available_features.add("ptxas")
