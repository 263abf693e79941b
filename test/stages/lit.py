"""The FileCheck tests under test/lit, run by LLVM's lit; its report says which passed."""
import json
import os
import re
import tempfile

from .case import Case, last_lines, run

LIT = "/usr/lib/llvm-22/bin/lit"


def stage(context):
    folder = context.source / "test" / "lit"
    if not any(path.suffix in (".esp", ".test") for path in folder.rglob("*")):
        return
    with tempfile.TemporaryDirectory() as temporary:
        report = os.path.join(temporary, "lit.json")
        command = [LIT, "-v", f"-j{context.jobs}", f"--param=build={context.build}", "-o", report, folder]
        if context.patterns:
            command += ["--allow-empty-runs", "--filter", "|".join(re.escape(pattern) for pattern in context.patterns)]
        output = run(command)
        if output.code == 0 and not os.path.exists(report):  # the patterns are of other stages' tests
            return
        if not os.path.exists(report):
            yield Case("lit", False, last_lines(output.text))
            return
        with open(report, encoding="utf-8") as file:
            tests = json.load(file)["tests"]
    for test in tests:
        if test["code"] in ("PASS", "FAIL", "UNRESOLVED", "TIMEOUT", "XPASS"):
            name = test["name"].removeprefix("espalier :: ")
            yield Case(f"lit: {name}", test["code"] == "PASS", last_lines(test["output"]))
