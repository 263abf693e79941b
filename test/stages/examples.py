"""Every example is a real program: each is run to its end, the large ones with the small arguments given here."""
from .case import Case, last_lines, run

ARGUMENTS = {"01_fashion_mnist": ["--epochs", "1", "--limit", "2000"]}


def stage(context):
    for source in sorted((context.source / "examples").glob("*.cpp")):
        if context.wants(f"examples: {source.stem}"):
            output = run([context.build / "examples" / source.stem, *ARGUMENTS.get(source.stem, [])], timeout=600)
            yield Case(f"examples: {source.stem}", output.code == 0, last_lines(output.text))
