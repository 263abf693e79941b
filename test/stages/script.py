"""The script `espalier` itself: its help, what it says where packages are missing and it may not install them, that on a
fresh machine any order of its commands builds with all that each of them installs, and that ctest runs what its `test` runs."""
import itertools
import json
import os
import pathlib
import shutil
import sys
import tempfile

from . import unit
from .case import Case, last_lines, run

BUILDING = ("demo", "test", "bench")  # with CMake, which must see all that is installed
COMMANDS = (*BUILDING, "docs", "format")
# A machine of an ordinary user without sudo, on which all packages but two are installed.
FAKES = {
    "id": "echo 1000",
    "sudo": "exit 1",
    "dpkg-query": 'for word; do case $word in ninja-build | ccache) ;; *) echo "installed $word" ;; esac; done',
}
EXPECTED = "apt-get install --no-install-recommends ninja-build ccache"

# A machine on which nothing is installed: `installed` lists the packages, and CMake sees those of the moment when it runs.
FRESH = {
    "id": "echo 0",
    "dpkg-query": 'for word; do grep -qxF "$word" "$MACHINE/installed" && echo "installed $word"; done; exit 0',
    "apt-get": """while [ $# -gt 0 ] && [ "$1" != install ]; do shift; done
for word; do case $word in install | -*) ;; *) echo "$word" >> "$MACHINE/installed" ;; esac; done""",
    "cmake": """case $1 in
  --preset) shift 2
    for word; do word=${word#-D}; echo "${word%%=*}:BOOL=${word#*=}"; done > build/CMakeCache.txt
    cp "$MACHINE/installed" build/configured_with; echo x > build/build.ninja ;;
  --build) mkdir -p build/examples; printf '#!/bin/sh\n' > build/examples/01_fashion_mnist; chmod +x build/examples/01_fashion_mnist ;;
esac""",
    "python3": "exit 0",
    "git": "exit 0",
    "doxygen": "cat > /dev/null",
    "clang-format-22": "exit 0",
}


def make_programs(folder, bodies):
    for name, body in bodies.items():
        program = pathlib.Path(folder, name)
        program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        program.chmod(0o755)


def check_order(script, order):
    """Runs the commands one after the other on a fresh machine. What CMake saw when it ran last must be all that is installed."""
    with tempfile.TemporaryDirectory() as folder:
        machine, programs, tree = (pathlib.Path(folder, name) for name in ("machine", "programs", "tree"))
        for path in (machine, programs, tree):
            path.mkdir()
        (machine / "installed").touch()
        make_programs(programs, FRESH)
        shutil.copy(script, tree / "espalier")
        (tree / "docs").mkdir()
        shutil.copy(script.parent / "docs" / "Doxyfile", tree / "docs")
        environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "MACHINE": str(machine)}
        wrong = ""
        for command in order:
            output = run([tree / "espalier", command], env=environment)
            installed = (machine / "installed").read_text(encoding="utf-8").split()
            seen = tree / "build" / "configured_with"
            configured = seen.read_text(encoding="utf-8").split() if seen.exists() else []
            if output.code != 0:
                wrong += f"{command} ended with {output.code}:\n{output.text}"
            elif command in BUILDING and set(installed) != set(configured):
                wrong += f"{command}: CMake did not see {sorted(set(installed) - set(configured))}\n"
    return Case(f"script: {', then '.join(order)} on a fresh machine", not wrong, wrong)


def check_help(script, arguments):
    output = run([script, *arguments])
    return Case(f"script: {' '.join(arguments)}", output.code == 0 and output.text.startswith("usage: ./espalier"), output.text)


def check_missing(script):
    with tempfile.TemporaryDirectory() as folder:
        make_programs(folder, FAKES)
        output = run([script, "demo"], env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
    return Case("script: names the missing packages", output.code != 0 and EXPECTED in output.text.splitlines(), output.text)


def check_ctest(context):
    """ctest has a test for each GoogleTest program and for each other stage."""
    stages = run([sys.executable, context.source / "test" / "run.py", "--list"]).text.split()
    expected = {name for name, _ in unit.programs(context)} | set(stages) - {"unit"}
    listed = run(["ctest", "--test-dir", context.build, "--show-only=json-v1"])
    names = {test["name"] for test in json.loads(listed.text)["tests"]} if listed.code == 0 else set()
    return Case("script: ctest runs the same", names == expected, f"{sorted(names ^ expected)} are not in both\n{last_lines(listed.text, 5)}")


def stage(context):
    script = context.source / "espalier"
    if context.wants("script"):
        for arguments in (["--help"], *([command, "--help"] for command in COMMANDS)):
            yield check_help(script, arguments)
        unknown = run([script, "nothing"])
        yield Case("script: refuses an unknown command", unknown.code != 0, unknown.text)
        yield check_missing(script)
        yield check_ctest(context)
        for turn, order in enumerate(itertools.permutations(COMMANDS[:4])):  # the fifth at each place in turn
            place = turn % len(COMMANDS)
            yield check_order(script, (*order[:place], COMMANDS[4], *order[place:]))
