"""The bench at its smallest: a few short workloads without peers give JSON lines with the right sums. No time is asserted."""
import json
import math
import os
import sys

from .case import Case, last_lines, run

# The sums of magnitudes that JAX gives for these inputs.
SUMS = {"dispatch": 64.0, "chain1K": 532.5346, "mlp_tiny_step": 0.03947571}
KEYS = {"workload", "size", "peer", "threads", "ms", "ratio", "limit", "check"}


def problem(line):
    """What is wrong with a JSON line of our own; empty if nothing is."""
    row = json.loads(line)
    if set(row) != KEYS:
        return f"keys {sorted(row)}"
    if row["peer"] != "espalier" or row["threads"] != 1 or not row["ms"] > 0:
        return f"row {row}"
    expected = SUMS[row["workload"]]
    return "" if math.isclose(row["check"], expected, rel_tol=1e-5) else f"the sum is {row['check']}, not {expected}"


def stage(context):
    if not context.wants("bench"):
        return
    yield from measured(context, "bench")
    hidden = {**os.environ, "LD_PRELOAD": str(context.build / "bench" / "without-avx512.so")}
    if run(["true"], env=hidden).code != 0:
        yield Case("bench --avx2: says why not", measure(context, "--avx2").code == 1, note="CPUID does not trap here: --avx2 was not measured")
        return
    yield from measured(context, "bench --avx2", "--avx2")
    product = context.source / "test" / "lit" / "lower" / "product.esp"
    output = run([context.build / "tools" / "esp-opt", product, "--lower=asm"], env=hidden)
    yield Case("bench --avx2: no wide register is used", output.code == 0 and "ymm" in output.text and "zmm" not in output.text, last_lines(output.text))


def measure(context, *options):
    return run([sys.executable, context.source / "bench" / "run.py", "--build", context.build, "--quick", "--json", "--peers", "", *options, *SUMS])


def measured(context, name, *options):
    output = measure(context, *options)
    lines = [line for line in output.text.splitlines() if line.startswith("{")]
    yield Case(f"{name}: runs", output.code == 0 and len(lines) == len(SUMS), last_lines(output.text))
    for line in lines:
        wrong = problem(line)
        yield Case(f"{name}: {json.loads(line)['workload']}", not wrong, wrong)
