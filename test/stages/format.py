"""Every C++ file of the tree is as ./espalier format writes it."""
from .case import Case, in_parallel, run

FORMATTER = "clang-format-22"  # that of ./espalier format: other versions write other text


def stage(context):
    listed = run(["git", "ls-files", "*.h", "*.cpp", ":!test/fail"], cwd=context.source)
    wanted = [name for name in listed.text.split() if context.wants(f"format: {name}")]

    def check(name):
        output = run([FORMATTER, "--dry-run", "-Werror", name], cwd=context.source)
        places = [line for line in output.text.splitlines() if "error:" in line]
        return Case(f"format: {name}", output.code == 0, "\n".join(places[:5]) or output.text)

    yield from in_parallel(context, check, wanted)
