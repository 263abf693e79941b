"""docs/parity.md: every row of its tables names tests that show it, which exist and pass, or says why C++ has none."""
import json
import os
import re
import tempfile

from .case import Case, in_parallel, last_lines, run
from .unit import programs

TEST = re.compile(r"`([A-Za-z]\w*\.[A-Za-z]\w*)`")
WRITTEN = re.compile(r"\bTEST(?:_F|_P)?\(\s*(\w+)\s*,\s*(\w+)\s*\)")


def rows(text):
    """(line number, cells) of each row of a table, without heads."""
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| ") and cells[0] != "there":
            yield number, cells


def homes(context):
    """The program of every test that is written down: {"Suite.Name": (name, path)}."""
    found = {}
    for name, path in programs(context):
        folder = next(folder for folder in ("unit", "unit/jit", "fuzz") if (context.source / "test" / folder / f"{name}.cpp").exists())
        for source in [context.source / "test" / folder / f"{name}.cpp", *(context.source / "test" / folder / name).glob("*.cpp")]:
            for suite, test in WRITTEN.findall(source.read_text(encoding="utf-8")):
                found[f"{suite}.{test}"] = (name, path)
    return found


def failures_in(name, path, tests):
    """{test: what is wrong} of those that did not run and pass."""
    if not path.exists():
        return {test: f"{name} was not built" for test in tests}
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.json")
        wanted = ":".join(f"{test}:*/{test}/*" for test in tests)
        output = run([path, f"--gtest_filter={wanted}", f"--gtest_output=json:{report}", "--gtest_color=no"])
        if not os.path.exists(report):
            return {test: f"{name}: exit status {output.code} before its report\n{last_lines(output.text)}" for test in tests}
        with open(report, encoding="utf-8") as file:
            suites = json.load(file).get("testsuites", [])
    ran = {}
    for suite in suites:
        for test in suite["testsuite"]:
            if test["status"] == "RUN":
                key = f"{suite['name'].split('/')[-1]}.{test['name'].split('/')[0]}"
                bad = "\n".join(failure["failure"] for failure in test.get("failures", []))
                ran[key] = ran.get(key, "") + (bad or ("skipped" if test.get("result") == "SKIPPED" else ""))
    return {test: ran.get(test, f"{name} did not run it") for test in tests if ran.get(test, "missing")}


def stage(context):
    page = list(rows((context.source / "docs/parity.md").read_text(encoding="utf-8")))
    home = homes(context)
    of_program = {}
    for _, cells in page:
        for test in TEST.findall(cells[-1]):
            if test in home:
                of_program.setdefault(home[test], set()).add(test)
    failed = {}
    for result in in_parallel(context, lambda item: failures_in(*item[0], sorted(item[1])), sorted(of_program.items())):
        failed.update(result)
    for number, cells in page:
        name = f"parity: {cells[0]} (docs/parity.md:{number})"
        if not context.wants(name):
            continue
        tests = TEST.findall(cells[-1])
        wrong = [f"{test}: no program has this test" for test in tests if test not in home] + [f"{test}: {failed[test]}" for test in tests if test in failed]
        if len(cells) != 3:
            wrong.append("a row has three cells: there, here, the tests or the reason why there are none")
        elif not tests and not cells[2].startswith("none: "):
            wrong.append("it names no test, as `Suite.Name`, and gives no reason, as 'none: …'")
        yield Case(name, not wrong, "\n".join(wrong))
