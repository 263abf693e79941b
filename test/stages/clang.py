"""Every source through clang, which sees other mistakes than g++: no errors, and not one warning. Sources of the library and
of the unit tests are not read here again: the stage `asan` compiles them with clang, and a warning fails it."""
import hashlib
import json
import pathlib
import shlex
import tempfile

from .case import Case, in_parallel, last_lines, run

CLANG = "clang++-22"
LANGUAGE = ("-std=c++20", "-Wall", "-Wextra", "-Werror")


def kept_flags(command):
    """The include paths, definitions and warnings of a g++ command, and the header that it has precompiled."""
    words, flags, precompiled = shlex.split(command), [], None
    for word, following in zip(words, words[1:] + [""]):
        if word == "-include":
            precompiled = following
        elif word in ("-isystem", "-I", "-D"):
            flags += [word, following]
        elif word.startswith(("-I", "-D", "-Wno-")) and word != "-Wno-restrict":
            flags.append(word)
    return flags, precompiled


def compiled_by_clang(path, context):
    """What the preset asan builds for its target `unit`."""
    folder = path.relative_to(context.source).parts
    return folder[0] in ("ir", "runtime", "dsl", "stdlib", "jit") or folder[:2] in (("test", "unit"), ("test", "fuzz"))


def sources(context):
    commands = json.loads((context.build / "compile_commands.json").read_text(encoding="utf-8"))
    for entry in commands:
        path = pathlib.Path(entry["file"])
        inside = path.is_relative_to(context.source) and not path.is_relative_to(context.build)
        if path.is_relative_to(context.source / "bench/peers"):  # tuned for g++ and its OpenMP
            continue
        if inside and not compiled_by_clang(path, context) and context.wants(f"clang: {path.relative_to(context.source)}"):
            yield path, *kept_flags(entry["command"])


def precompile(header, flags, folder):
    """clang's own precompiled form of a header that g++ has precompiled in its form."""
    unit = folder / f"{hashlib.sha1(header.encode()).hexdigest()}.h"
    unit.write_text(f'#include "{header}"\n', encoding="utf-8")
    run([CLANG, *LANGUAGE, *flags, "-x", "c++-header", unit, "-o", unit.with_suffix(".pch")])
    return unit.with_suffix(".pch")


def stage(context):
    if not (context.build / "compile_commands.json").exists():
        return
    wanted = list(sources(context))
    with tempfile.TemporaryDirectory() as temporary:
        precompiled = {header: precompile(header, flags, pathlib.Path(temporary))
                       for header, flags in {header: flags for _, flags, header in wanted if header}.items()}

        def check(entry):
            path, flags, header = entry
            start = ["-include-pch", precompiled[header]] if header else []
            output = run([CLANG, *LANGUAGE, *flags, *start, "-fsyntax-only", path])
            return Case(f"clang: {path.relative_to(context.source)}", output.code == 0, last_lines(output.text))

        yield from in_parallel(context, check, wanted)
