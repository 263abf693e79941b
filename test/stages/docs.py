"""The reference of ./espalier docs: every public name has a comment, and Doxygen finds nothing to warn of."""
import re
import tempfile

from .case import Case, last_lines, run


def stage(context):
    if not context.wants("docs"):
        return
    with tempfile.TemporaryDirectory() as folder:
        settings = (context.source / "docs" / "Doxyfile").read_text(encoding="utf-8")
        written = f"{folder}/Doxyfile"
        with open(written, "w", encoding="utf-8") as file:
            file.write(f"{settings}OUTPUT_DIRECTORY = {folder}\nHAVE_DOT = NO\n")  # diagrams show nothing else
        output = run(["doxygen", written], cwd=context.source)
    warnings = {}
    for line in output.text.splitlines():
        if found := re.match(rf"{re.escape(str(context.source))}/(\S+?):\d+: (?:warning|error): ", line):
            warnings.setdefault(found[1], []).append(line)
    for name, lines in warnings.items():
        yield Case(f"docs: {name}", False, "\n".join(lines))
    yield Case("docs: the reference is made", output.code == 0, last_lines(output.text))
