"""The GoogleTest programs: one for each test/{unit,unit/jit,fuzz}/*_test.cpp, each test of theirs a case."""
import dataclasses
import json
import os
import tempfile
import time

from .case import Case, in_parallel, last_lines, run

FOLDERS = ("unit", "unit/jit", "fuzz")


def programs(context):
    """(name, path) of every program that the build must have made."""
    jit = (context.build / "lib" / "libespalier-jit.so").exists()
    for folder in FOLDERS:
        if folder == "unit/jit" and not jit:
            continue
        for source in sorted((context.source / "test" / folder).glob("*_test.cpp")):
            yield source.stem, context.build / "test" / source.stem


def run_program(context, name, path):
    if not path.exists():
        return [Case(name, False, "its program was not built")]
    whole = not context.patterns or any(pattern in name for pattern in context.patterns)
    only = "*" if whole else ":".join(f"*{pattern}*" for pattern in context.patterns)
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        output = run([path, f"--gtest_filter={only}", f"--gtest_output=json:{report}", "--gtest_color=no"])
        if not os.path.exists(report):
            return [Case(name, False, f"exit status {output.code} before its report\n{last_lines(output.text)}")]
        with open(report, encoding="utf-8") as file:
            suites = json.load(file).get("testsuites", [])
    cases = []
    for suite in suites:
        for test in suite["testsuite"]:
            if test["status"] != "RUN":
                continue
            failures = "\n".join(failure["failure"] for failure in test.get("failures", []))
            skipped = test.get("result") == "SKIPPED"
            cases.append(Case(f"{name}: {suite['name']}.{test['name']}", not failures and not skipped,
                              failures or "skipped: a test that cannot run is not a pass"))
    if output.code != 0 and all(case.passed for case in cases):
        cases.append(Case(name, False, f"exit status {output.code}\n{last_lines(output.text)}"))
    return cases


def timed(context, program):
    start = time.monotonic()
    return run_program(context, *program), time.monotonic() - start, program[0]


def stage(context, only=None):
    """All programs, or those of the names in `only`. Where all ran, it says which took longest."""
    wanted = [program for program in programs(context) if only is None or program[0] in only]
    seconds, last = [], None
    for cases, took, name in in_parallel(context, lambda program: timed(context, program), wanted):
        seconds.append((took, name))
        for case in cases:
            if last is not None:
                yield last
            last = case
    if last is not None:
        slowest = ", ".join(f"{name} {took:.0f} s" for took, name in sorted(seconds, reverse=True)[:8])
        yield last if context.patterns else dataclasses.replace(last, note=f"slowest: {slowest}")
