"""The outside oracle: every case on the evaluator and compiled. One program does the work and reports as JSON."""
import json
import os
import subprocess
import tempfile

from .case import Case

DATA = "test/conformance/oracle"


def stage(context):
    program = context.build / "test" / "espalier-conformance"
    if not any((context.source / "test/conformance").glob("*.cpp")):
        return
    arguments = list(context.arguments)
    if "--oracle" not in arguments:
        arguments += ["--oracle", str(context.source / DATA)]
    with tempfile.TemporaryDirectory() as temporary:
        if "--json" not in arguments:
            arguments += ["--json", os.path.join(temporary, "conformance.json")]
        report = arguments[arguments.index("--json") + 1]
        if os.path.exists(report):
            os.remove(report)
        code = subprocess.run([str(program), *arguments], check=False).returncode if program.exists() else 127
        if not os.path.exists(report):
            yield Case("conformance", False, f"exit status {code}, and no report")
            return
        with open(report, encoding="utf-8") as file:
            rows = json.load(file)
    failed = 0
    for row in rows:
        group = f"conformance: {row['family']} {row['mode']}"
        failed += row["failed"]
        for index in range(row["passed"]):
            yield Case(f"{group} {index}", True)
        names = row["failures"] + ["(unnamed)"] * (row["failed"] - len(row["failures"]))
        for name in names:
            yield Case(f"{group}: {name}", False)
    if code != 0 and failed == 0:
        yield Case("conformance", False, f"exit status {code}")
