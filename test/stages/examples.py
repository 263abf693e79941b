"""Every example is a real program: each is run to its end, the large ones with the small arguments given here. Those of models/
assert what they show, and fail where it does not hold."""
import re
import textwrap

from .case import Case, last_lines, run

SHORT = ["--epochs", "1", "--limit", "2000"]
ARGUMENTS = {"01_fashion_mnist": SHORT, "06_training_loop": SHORT}
TWICE = "01_fashion_mnist"  # prints a checksum of what it learned
IN_README = "02_linear_regression"
IN_DOCS = {"surprises.md": "04_surprises", "tour.md": "05_tour"}  # pages of examples' code and output, to the letter
BODY = re.compile(r"^void \w+\(\) \{\n(.*?)^\}", flags=re.S | re.M)  # of a function that shows something
STRUCT = re.compile(r"^(struct \w+[^\n]*\{\n.*?^\};\n)", flags=re.S | re.M)
LINE = re.compile(r"^void \w+\(\) \{ (.*) \}$", flags=re.M)
FUNCTION = re.compile(r"^((?!void |int main)[\w:]+ \w+\([^\n]*\) \{\n.*?^\}\n)", flags=re.S | re.M)
FEW = 15  # lines that a layer, loss, metric, optimizer or kind of a user's own takes
CHECK = "holds"  # a function that pages do not show


def stage(context):
    yield from runs(context)
    if context.wants(f"examples: {IN_README} is the README's"):
        code = (context.source / "examples" / f"{IN_README}.cpp").read_text(encoding="utf-8")
        shown = f"```cpp\n{code}```" in (context.source / "README.md").read_text(encoding="utf-8")
        yield Case(f"examples: {IN_README} is the README's", shown, "README.md shows another program")
    for page, example in IN_DOCS.items():
        if context.wants(f"examples: {page} shows {example}"):
            missing = blocks_not_in(context.source / "docs" / page, context.source / "examples" / f"{example}.cpp")
            yield Case(f"examples: {page} shows {example}", not missing, "not in both:\n" + "\n".join(missing))
        if context.wants(f"examples: {example} defines all in few lines"):
            code = (context.source / "examples" / f"{example}.cpp").read_text(encoding="utf-8")
            long = [part for part in STRUCT.findall(code) + FUNCTION.findall(code) if part.count("\n") > FEW]
            yield Case(f"examples: {example} defines all in few lines", not long, "\n".join(long))
        if context.wants(f"examples: {page} shows what {example} prints"):
            printed = printed_by(run([context.build / "examples" / example], timeout=600).text)
            other = output_not_in(context.source / "docs" / page, printed)
            yield Case(f"examples: {page} shows what {example} prints", not other, "\n".join(other) + "\nis not next in:\n" + printed)
    if context.wants(f"examples: {TWICE} twice"):
        first, second = (run([context.build / "examples" / TWICE, *ARGUMENTS[TWICE]], timeout=600).text for _ in range(2))
        same = "checksum" in first and first.splitlines()[-1] == second.splitlines()[-1]
        yield Case(f"examples: {TWICE} twice: the same bits", same, first + second)


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.S | re.M)


def parts(example):
    """What of an example a page shows: bodies of functions without parameters or result, structs, other functions."""
    code = example.read_text(encoding="utf-8")
    bodies = [textwrap.dedent(body) for body in BODY.findall(code)] + [f"{line}\n" for line in LINE.findall(code)]
    return bodies + STRUCT.findall(code) + [function for function in FUNCTION.findall(code) if CHECK not in function.split("(")[0]]


def without(block, there):
    for part in sorted(there, key=len, reverse=True):
        block = block.replace(part, "")
    return block


def blocks_not_in(page, example):
    """The blocks of C++ of a page that are more than parts of the example, word for word, and the parts that no block shows."""
    shown, there = blocks(page, "cpp"), parts(example)
    return [block for block in shown if without(block, there).strip()] + [part for part in there if not any(part in block for block in shown)]


def printed_by(text):
    """Places in what a program printed by the names of files alone: folders differ between builds."""
    return re.sub(r"# \S*/(\w+\.cpp:\d+)", r"# \1", text)


def output_not_in(page, printed):
    """The first block of output of a page that the program did not print after those before it, if there is one."""
    at = 0
    for block in blocks(page, "text"):
        at = printed.find(block, at)
        if at < 0:
            return [block]
        at += len(block)
    return []


def runs(context):
    folder = context.source / "examples"
    for source in (*sorted(folder.glob("*.cpp")), *sorted(folder.glob("models/*.cpp"))):
        name = source.relative_to(folder).with_suffix("").as_posix()
        if context.wants(f"examples: {name}"):
            arguments = ["--quick"] if name.startswith("models/") else ARGUMENTS.get(name, [])
            output = run([context.build / "examples" / name, *arguments], timeout=600)
            yield Case(f"examples: {name}", output.code == 0, last_lines(output.text))
