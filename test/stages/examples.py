"""Every example is a real program: each is run to its end, the large ones with the small arguments given here."""
import re
import textwrap

from .case import Case, last_lines, run

SHORT = ["--epochs", "1", "--limit", "2000"]
ARGUMENTS = {"01_fashion_mnist": SHORT, "05_training_loop": SHORT}
TWICE = "01_fashion_mnist"  # prints a checksum of what it learned
IN_README = "02_linear_regression"
IN_DOCS = {"surprises.md": "04_surprises"}  # pages whose every block is the body of a function of an example


def stage(context):
    yield from runs(context)
    if context.wants(f"examples: {IN_README} is the README's"):
        code = (context.source / "examples" / f"{IN_README}.cpp").read_text(encoding="utf-8")
        shown = f"```cpp\n{code}```" in (context.source / "README.md").read_text(encoding="utf-8")
        yield Case(f"examples: {IN_README} is the README's", shown, "README.md shows another program")
    for page, example in IN_DOCS.items():
        if context.wants(f"examples: {page} shows {example}"):
            missing = blocks_not_in(context.source / "docs" / page, context.source / "examples" / f"{example}.cpp")
            yield Case(f"examples: {page} shows {example}", not missing, "not in the example:\n" + "\n".join(missing))
    if context.wants(f"examples: {TWICE} twice"):
        first, second = (run([context.build / "examples" / TWICE, *ARGUMENTS[TWICE]], timeout=600).text for _ in range(2))
        same = "checksum" in first and first.splitlines()[-1] == second.splitlines()[-1]
        yield Case(f"examples: {TWICE} twice: the same bits", same, first + second)


def blocks_not_in(page, example):
    """The blocks of C++ of a page that are not the whole body of a function of the example, word for word."""
    blocks = re.findall(r"^```cpp\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.S | re.M)
    code = example.read_text(encoding="utf-8")
    bodies = [textwrap.dedent(body) for body in re.findall(r"^void \w+\(\) \{\n(.*?)^\}", code, flags=re.S | re.M)]
    return [block for block in blocks if block not in bodies] + [body for body in bodies if body not in blocks]


def runs(context):
    for source in sorted((context.source / "examples").glob("*.cpp")):
        if context.wants(f"examples: {source.stem}"):
            output = run([context.build / "examples" / source.stem, *ARGUMENTS.get(source.stem, [])], timeout=600)
            yield Case(f"examples: {source.stem}", output.code == 0, last_lines(output.text))
