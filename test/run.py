#!/usr/bin/env python3
"""Runs the stages of the tests, shows a table of them, and ends with the line 'N passed, N failed'.

./espalier test builds everything first and then calls this. Each stage is a generator of cases in test/stages."""
import argparse
import pathlib
import sys
import time

from stages import bench, called, clang, conformance, docs, examples, fail, format, headers, kept, link, lit, other_builds, package, parity, placed, script, unit
from stages.case import Context

STAGES = {
    "unit": unit.stage,
    "headers": headers.stage,
    "kept": kept.stage,
    "placed": placed.stage,
    "called": called.stage,
    "docs": docs.stage,
    "parity": parity.stage,
    "clang": clang.stage,
    "link": link.stage,
    "fail": fail.stage,
    "lit": lit.stage,
    "conformance": conformance.stage,
    "examples": examples.stage,
    "bench": bench.stage,
    "script": script.stage,
    "package": package.stage,
    "format": format.stage,
    "core": other_builds.core,
    "asan": other_builds.asan,
    "tsan": other_builds.tsan,
}
ON_REQUEST = {"conformance", "package", "core", "asan", "tsan"}  # not searched for the name of a single test


def parse():
    parser = argparse.ArgumentParser(usage="test/run.py --build DIR [filter…] [argument of the conformance runner…]")
    parser.add_argument("--build", default="build", type=pathlib.Path)
    parser.add_argument("--list", action="store_true", help="print the stages, and end")
    options, rest = parser.parse_known_args()
    if options.list:
        print(*STAGES)
        sys.exit()
    # What follows the name of a stage that is one program belongs to that program.
    if rest and rest[0] == "conformance":
        return options.build, ["conformance"], rest[1:]
    unknown = [word for word in rest if word.startswith("-")]
    if unknown:
        parser.error(f"no option {unknown[0]}")
    return options.build, rest, []


def run_stage(name, stage, context):
    """Runs one stage, showing failures as they come. Returns its row of the table."""
    show = sys.stdout.isatty()
    start, passed, failed, notes = time.monotonic(), 0, [], []
    print(f"── {name}", flush=True)
    for case in stage(context):
        if case.passed:
            passed += 1
        else:
            failed.append(case.name)
            print("\r\033[K" if show else "", f"FAILED {case.name}", sep="")
            print("\n".join(f"    {line}" for line in case.message.splitlines()), flush=True)
        if case.note:
            notes.append(case.note)
        if show:
            print(f"\r\033[K   {passed} passed, {len(failed)} failed  {case.name[:90]}", end="", flush=True)
    if show:
        print("\r\033[K", end="")
    for note in notes:
        print(f"   {note}")
    return name, passed, failed, time.monotonic() - start


def main():
    build, filters, arguments = parse()
    source = pathlib.Path(__file__).resolve().parent.parent
    chosen = [word for word in filters if word in STAGES]
    patterns = tuple(word for word in filters if word not in STAGES)
    names = chosen or [name for name in STAGES if not (patterns and name in ON_REQUEST)]
    context = Context(source, build.resolve(), patterns, tuple(arguments))

    rows = [run_stage(name, STAGES[name], context) for name in names]
    passed, failed = sum(row[1] for row in rows), sum(len(row[2]) for row in rows)
    print(f"\n{'stage':<14}{'passed':>8}{'failed':>8}{'seconds':>10}")
    for name, count, failures, seconds in rows:
        nothing = "   none" if count == 0 and not failures else ""
        print(f"{name:<14}{count:>8}{len(failures):>8}{seconds:>10.1f}{nothing}")
    for _, _, failures, _ in rows:
        for name in failures:
            print(f"FAILED {name}")
    if filters and passed + failed == 0:
        print(f"no test matches {' '.join(filters)}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
