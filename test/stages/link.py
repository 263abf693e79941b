"""What is linked: neither the core library nor a program that uses it may need LLVM or MLIR."""
import os
import re

from .case import Case, run

FOREIGN = re.compile(r"lib(LLVM|MLIR|clang)", re.IGNORECASE)


def check_needs(path):
    output = run(["ldd", path])
    foreign = [line.strip() for line in output.text.splitlines() if FOREIGN.search(line)]
    return Case(f"link: ldd {path.name}", output.code == 0 and not foreign, "\n".join(foreign) or output.text)


def check_symbols(path):
    output = run(["nm", "-D", "--undefined-only", "-C", path])
    foreign = [line.strip() for line in output.text.splitlines() if re.search(r"\b(llvm|mlir)::|\bLLVM[A-Z]", line)]
    return Case(f"link: nm {path.name}", output.code == 0 and not foreign, "\n".join(foreign[:20]))


def check_eager(context):
    """An eager program runs to its end without the compiler ever being opened."""
    program = context.build / "test" / "eager"
    output = run([program], env={**os.environ, "LD_DEBUG": "files"})
    foreign = [line for line in output.text.splitlines() if FOREIGN.search(line) or "libespalier-jit" in line]
    return Case("link: an eager program loads no compiler", output.code == 0 and not foreign, "\n".join(foreign[:10]) or output.text)


def stage(context):
    core = context.build / "lib" / "libespalier.so"
    if not core.exists():
        yield Case("link: libespalier.so", False, "it was not built")
        return
    examples = [path for path in sorted((context.build / "examples").glob("[0-9]*")) if os.access(path, os.X_OK) and path.is_file()]
    for path in (core, *examples):
        if context.wants(f"link: {path.name}"):
            yield check_needs(path)
            yield check_symbols(path)
    if context.wants("link: eager"):
        yield check_eager(context)
