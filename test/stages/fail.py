"""Programs that must not compile, and what the compilers must say of them: see test/fail/README.md."""
import itertools
import pathlib
import re
import tempfile

from .case import Case, in_parallel, last_lines, run

COMPILERS = ("g++", "clang++-22")
# What a [[nodiscard]] says is a warning; here it refuses. clang counts it among its unused values.
FLAGS = ("-std=c++20", "-Wall", "-Wextra", "-Werror=unused-result", "-Werror=unused-value")


def precompiled(context, compiler, folder):
    """The flags that give a program all headers at once, parsed before."""
    header = folder / compiler / "all.h"
    header.parent.mkdir()
    header.write_text('#include "espalier/espalier.h"\n', encoding="utf-8")
    made = header.with_suffix(".h.gch" if compiler == "g++" else ".h.pch")
    run([compiler, *FLAGS, f"-I{context.source}/include", "-x", "c++-header", header, "-o", made])
    return ["-include", header] if compiler == "g++" else ["-include-pch", made]


def check(context, path, compiler, headers):
    name = f"fail: {path.name} with {compiler}"
    head = list(itertools.takewhile(lambda line: line.startswith("//"), path.read_text(encoding="utf-8").splitlines()))
    expected = [line.split(":", 1)[1].strip() for line in head
                if re.match(rf"// expect( {re.escape(compiler.removesuffix('-22'))})?:", line)]
    output = run([compiler, *FLAGS, "-fsyntax-only", f"-I{context.source}/include", *headers, path], timeout=300)
    # Compilers break messages over lines only in their notes; blanks are evened out all the same.
    said = " ".join(output.text.split())
    if "// compiles" in head:
        return Case(name, output.code == 0, f"must compile\n{last_lines(output.text)}")
    if not expected:
        return Case(name, False, "says neither '// expect: …' nor '// compiles' in its first lines")
    if output.code == 0:
        return Case(name, False, "compiles, and must not")
    errors = len(re.findall(r"\berror: ", output.text))
    if "// one error" in head and errors != 1:
        return Case(name, False, f"{errors} errors, and the sentence should be the only one\n{last_lines(output.text, 30)}")
    for sentence in expected:
        if sentence not in said:
            return Case(name, False, f"the compiler does not say: {sentence}\n{last_lines(output.text, 15)}")
    return Case(name, True)


def stage(context):
    pairs = [(path, compiler) for path in sorted((context.source / "test/fail").glob("*.cpp")) for compiler in COMPILERS
             if context.wants(f"fail: {path.name}")]
    with tempfile.TemporaryDirectory() as folder:
        headers = {compiler: precompiled(context, compiler, pathlib.Path(folder)) for compiler in COMPILERS if pairs}
        yield from in_parallel(context, lambda pair: check(context, *pair, headers[pair[1]]), pairs)
