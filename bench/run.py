#!/usr/bin/env python3
"""Measures our workloads beside their peers and prints one table; ./espalier bench builds and calls this. See README.md."""
import argparse
import pathlib
import statistics
import sys
import time

from limits import Machine, limit
from programs import Failed, Program, cannot_hide_avx512
from report import Row, Table, json_lines

PEERS = ("jax", "native")


def parse():
    parser = argparse.ArgumentParser(prog="espalier bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", metavar="workload", help="a workload or the beginning of names; default: all")
    parser.add_argument("--threads", default="1", help="numbers of threads, as in 1,2")
    parser.add_argument("--peers", default="jax,native", help=f"of {', '.join(PEERS)}; '' for none")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a look, not a measurement")
    parser.add_argument("--avx2", action="store_true", help="as on a core without AVX-512, which is hidden from every program")
    parser.add_argument("--json", action="store_true", help="a JSON line per workload, size, peer and number of threads")
    parser.add_argument("--build", default="build", type=pathlib.Path)
    options = parser.parse_args()
    options.peers = [peer for peer in options.peers.split(",") if peer]
    unknown = [peer for peer in options.peers if peer not in PEERS]
    if unknown:
        parser.error(f"no peer {unknown[0]}; there are {', '.join(PEERS)}")
    return options


def chosen(rows, words):
    """The rows that the words name: by a workload's whole name, else by its beginning."""
    names = {name for name, _ in rows}
    for word in words:
        if not any(name.startswith(word) for name in names):
            sys.exit(f"espalier bench: no workload {word}; there are {', '.join(dict(rows))}")
    return [row for row in rows if not words or any(row[0] == word or (word not in names and row[0].startswith(word)) for word in words)]


def roofline(native):
    """The machine's rates: the work of a call over its shortest time."""
    rates = {}
    for (name, kind), index in native.workloads.items():
        if name == "roofline":
            work = native.ask(f"prepare {index}")["check"]
            samples = [ms for _ in range(5) for ms in native.ask("measure 0.05")["ms"]]
            rates[kind] = 1e3 * work / min(samples)
    return rates


def measured(programs, workload, size, threads, quick):
    """One row: every program is made ready, then they take turns until each has its samples."""
    checks, failed, samples = {}, {}, {}

    def attempt(program, request):
        try:
            return program.ask(request)
        except Failed as error:
            failed[program.name] = str(error)
            return None

    able = [program for program in programs if (workload, size) in program.workloads]
    for program in able:
        answer = attempt(program, f"prepare {program.workloads[workload, size]}")
        if answer is not None:
            checks[program.name], samples[program.name] = answer["check"], []
    enough, budget, longest = (3, 0.02, 2) if quick else (20, 0.1, 15)
    start, turns = time.monotonic(), 0
    while turns < 2 or (min(map(len, samples.values()), default=enough) < enough or turns < enough // 2) and time.monotonic() - start < longest:
        turns += 1
        for program in able:
            if program.name in failed:
                continue
            if threads > 1:
                time.sleep(0.05)  # the other's threads spin a while before they sleep
            answer = attempt(program, f"measure {budget}")
            if answer is not None:
                samples[program.name] += answer["ms"]
        if time.monotonic() - start > longest:
            break
    ms = {name: statistics.median(values) for name, values in samples.items() if name not in failed}
    return ms, checks, failed


def main():
    options = parse()
    if options.avx2 and (reason := cannot_hide_avx512(options.build.resolve())):
        sys.exit(f"espalier bench --avx2: {reason}")
    wrong = []
    for threads in map(int, options.threads.split(",")):
        programs = [Program(name, options.build.resolve(), threads, options.avx2) for name in ("espalier", *options.peers)]
        rows = chosen(list(programs[0].workloads), options.workloads)
        native = next((program for program in programs if program.name == "native"), None)
        machine = Machine(roofline(native), threads) if native else None
        table = Table(options.peers, rows)
        if not options.json:
            print(f"{threads} thread{'s' if threads > 1 else ''}\n{table.header()}", flush=True)
        for workload, size in rows:
            ms, checks, failed = measured(programs, workload, size, threads, options.quick)
            row = Row(workload, size, threads, ms, checks, failed, limit(workload, size, machine))
            print("\n".join(json_lines(row)) if options.json else table.text(row), flush=True)
            wrong += [f"{workload} {size}: {program} failed: {reason}" for program, reason in failed.items()]
            wrong += [f"{workload} {size}: the result of {peer} is {checks[peer]}, ours {checks['espalier']}" for peer in row.disagreeing()]
        for program in programs:
            program.stop()
    print("\n".join(wrong), end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
