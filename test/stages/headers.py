"""Each header compiles alone and without a warning, with nothing but -Iinclude; public headers reach only the standard library
and ours; no include goes against the arrows between the folders, or against the order of a folder's rooms; and a fresh clone
needs no CMake to be included."""
import pathlib
import re
import tempfile
import time

from .case import Case, in_parallel, last_lines, run

FOLDERS = ("ir", "runtime", "dsl", "stdlib")
FLAGS = ("-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-x", "c++")

# Who may include whom. jit/compile.h is the compiler's public header, and all that dsl/ may see of it.
ARROWS = {
    "ir": {"ir"},
    "runtime": {"runtime"},
    "dsl": {"dsl", "ir", "runtime", "jit/compile.h"},
    "stdlib": {"stdlib", "dsl", "ir", "runtime"},
    "jit": {"jit", "ir", "runtime"},
    "examples": {"espalier.h", "stdlib/train.h", "stdlib/data.h"},
}

# The rooms of a folder, lowest first: each may include itself and those before it, so that there is no circle.
ROOMS = {
    "ir": ("ir", "ir/simplify", "ir/ad", "ir/batch", "ir/eval"),
    "jit": ("jit/target.h", "jit/mlir.h", "jit/schedule", "jit/cpu", "jit/emit/math", "jit/emit/values", "jit/emit/loops",
            "jit/emit/products", "jit/emit", "jit/gpu", "jit"),
}


def room_of(name):
    """Where a file stands in the order of its folder: the position of its room, or of itself; None if its folder has no rooms."""
    rooms = ROOMS.get(name.split("/")[0], ())
    found = [room for room in rooms if name == room or name.startswith(room + "/")]
    return rooms.index(max(found, key=len)) if found else None


def headers(context):
    found = [path for folder in FOLDERS for path in sorted((context.source / folder).rglob("*.h"))]
    found += [context.source / "jit/compile.h", context.source / "espalier.h"]
    return [path.relative_to(context.source).as_posix() for path in found if path.exists()]


def is_public(header):
    return header.startswith(("dsl/", "stdlib/")) or header in ("espalier.h", "jit/compile.h")


def foreign_include(path):
    """The first include of a file of ours that is neither ours nor the standard library's (which has no extension)."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        include = re.match(r'\s*#include\s*[<"]([^">]+)[">]', line)
        if include and not re.fullmatch(r"espalier/.*|[a-z_]+", include[1]):
            return f"{path}:{number}: includes {include[1]}, which is neither the standard library's nor ours"
    return ""


def check_alone(context, header):
    """Compiles one header alone; of a public one, looks into every file of ours that it reaches."""
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as unit, tempfile.NamedTemporaryFile("r") as reached:
        unit.write(f'#include "espalier/{header}"\n')
        unit.flush()
        house = f"{context.source}/include"
        output = run(["g++", *FLAGS, f"-I{house}", "-MMD", "-MF", reached.name, unit.name])
        ours = [pathlib.Path(path) for path in reached.read().replace("\\\n", " ").split() if path.startswith(house)]
    foreign = [line for line in map(foreign_include, ours) if line] if is_public(header) else []
    return Case(f"headers: {header}", output.code == 0 and bool(ours) and not foreign, "\n".join(foreign) or last_lines(output.text))


def check_umbrella(context, compiler):
    """The umbrella header alone, with the time it takes; the time is shown, not judged."""
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as unit:
        unit.write("#include <espalier/espalier.h>\n")
        unit.flush()
        start = time.monotonic()
        output = run([compiler, "-std=c++20", "-c", "-Wall", "-Wextra", "-Werror", f"-I{context.source}/include", unit.name,
                      "-o", "/dev/null"])
        note = f"{compiler}: espalier.h alone compiles in {time.monotonic() - start:.2f} s"
    return Case(f"headers: espalier.h with {compiler}", output.code == 0, last_lines(output.text), note)


def check_links(context):
    """include/espalier has a relative link to each folder with a header that somebody may include, and nothing else."""
    house = context.source / "include/espalier"
    expected = {name: f"../../{name}" for name in (*FOLDERS, "jit", "espalier.h")}
    found = {path.name: str(path.readlink()) if path.is_symlink() else "no link" for path in sorted(house.glob("*"))}
    return Case("headers: links of include/espalier", found == expected, f"{found}\nshould be {expected}")


def check_clone(context):
    """The two outermost headers in a tree of what git tracks and nothing else: in a fresh clone, before CMake ran."""
    with tempfile.TemporaryDirectory() as clone:
        output = run(["git", "checkout-index", "--all", f"--prefix={clone}/"], cwd=context.source)
        for header in ("espalier.h", "jit/compile.h"):
            if output.code == 0:
                output = run(["g++", *FLAGS, "-Iinclude", "-include", f"espalier/{header}", "/dev/null"], cwd=clone)
    return Case("headers: a fresh clone", output.code == 0, last_lines(output.text))


def check_arrows(context, path):
    name = path.relative_to(context.source).as_posix()
    folder = name.split("/")[0]
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        include = re.match(r'\s*#include [<"](?:espalier/)(([a-z]+)[^">]*)[">]', line)
        if include and not {include[1], include[2]} & ARROWS[folder]:
            return Case(f"headers: arrows of {name}", False, f"{name}:{number}: {folder}/ may not include {include[1]}")
        if include and include[2] == folder and folder in ROOMS and room_of(include[1]) > room_of(name):
            place = ROOMS[folder][room_of(name)]
            return Case(f"headers: arrows of {name}", False, f"{name}:{number}: {place} lies below {include[1]} (see ROOMS)")
    return Case(f"headers: arrows of {name}", True)


def stage(context):
    for folder in ARROWS:
        for path in sorted((context.source / folder).rglob("*")):
            if path.suffix in (".h", ".cpp") and context.wants(f"headers: arrows of {path.relative_to(context.source)}"):
                yield check_arrows(context, path)
    for name, check in (("links of include/espalier", check_links), ("a fresh clone", check_clone)):
        if context.wants(f"headers: {name}"):
            yield check(context)
    wanted = [header for header in headers(context) if context.wants(f"headers: {header}")]
    yield from in_parallel(context, lambda header: check_alone(context, header), wanted)
    if (context.source / "espalier.h").exists() and context.wants("headers: espalier.h"):
        for compiler in ("g++", "clang++-22"):
            yield check_umbrella(context, compiler)
