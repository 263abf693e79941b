"""Every public function is called by a test or an example: those that none names are listed."""
import re

from .case import Case
from .kept import INSIDE, bare, declarations, signature

CALLERS = ("test", "examples", "bench/workloads")


def names(text):
    """The names of the public functions that a header declares; operators and constructors have none."""
    for declaration in declarations(text):
        found = signature(declaration)
        if not found or not found[0] or re.match(r"(using|typedef|static_assert|return|friend)\b", declaration):
            continue
        if re.fullmatch(r"\w+", found[1]) and found[1] != "operator":  # what stands outside of its class was declared in it
            yield found[1]


def stage(context):
    words = set()
    for folder in CALLERS:
        for path in (context.source / folder).rglob("*"):
            if path.suffix in (".cpp", ".h"):
                words.update(re.findall(r"\w+", bare(path.read_text(encoding="utf-8"))))
    for folder in ("dsl", "stdlib"):
        for path in sorted((context.source / folder).rglob("*.h")):
            name = path.relative_to(context.source).as_posix()
            if name not in INSIDE and context.wants(f"called: {name}"):
                missing = sorted(set(names(path.read_text(encoding="utf-8"))) - words)
                yield Case(f"called: {name}", not missing, "\n".join(f"{function}: no test calls it" for function in missing))
