"""Rows as a table for people or as JSON lines."""
import dataclasses
import json


@dataclasses.dataclass
class Row:
    """One workload at one size on one number of threads: a result (or why there is none) per program."""
    workload: str
    size: str
    threads: int
    ms: dict       # program -> median milliseconds per call
    check: dict    # program -> the sum that all must agree on
    failed: dict   # program -> why
    limit: object  # the least milliseconds the machine allows, or None

    def times_faster(self, peer):
        """How many times as long a peer takes as we do."""
        return self.ms[peer] / self.ms["espalier"] if peer in self.ms and "espalier" in self.ms else None

    def ratio(self):
        """Against the best peer."""
        ratios = [self.times_faster(peer) for peer in self.ms if peer != "espalier"]
        return min((r for r in ratios if r is not None), default=None)

    def disagreeing(self):
        """Peers whose results differ from ours by more than rounding."""
        ours = self.check.get("espalier")
        tolerance = 2e-3 if self.workload in ("ode_rk4_grad", "montecarlo") else 1e-4  # a chaotic system; random tails
        return [] if ours is None else [peer for peer, value in self.check.items()
                                        if value is not None and abs(value - ours) > tolerance * max(abs(ours), abs(value))]


def duration(ms):
    if ms is None:
        return "–"
    for unit, scale in (("s", 1e-3), ("ms", 1), ("µs", 1e3)):
        if ms * scale >= 1:
            return f"{ms * scale:.3g} {unit}" if ms * scale < 1000 else f"{ms * scale:.0f} {unit}"
    return f"{ms * 1e6:.3g} ns"


def times(ratio):
    return "–" if ratio is None else f"{ratio:.2f}×" if ratio < 9.95 else f"{ratio:.0f}×"


def json_lines(row):
    for program in {**row.ms, **row.failed}:
        ratio = row.ratio() if program == "espalier" else row.times_faster(program)
        ms = row.ms.get(program)
        line = {"workload": row.workload, "size": row.size, "peer": program, "threads": row.threads, "ms": ms,
                "ratio": ratio, "limit": row.limit / ms if row.limit and ms else None, "check": row.check.get(program)}
        yield json.dumps(line if program in row.ms else {**line, "error": row.failed[program]})


class Table:
    """Printed row by row, as they are measured."""

    def __init__(self, peers, rows):
        self.peers = peers
        self.names = max(len(row[0]) for row in rows)
        self.sizes = max(len(row[1]) for row in rows)

    def line(self, cells):
        name, size, ours, *rest = cells
        return f"{name:<{self.names}}  {size:<{self.sizes}}  {ours:>9}" + "".join(f"{cell:>{width}}" for cell, width in zip(rest, self.widths()))

    def widths(self):
        return [width for _ in self.peers for width in (11, 9)] + [9, 8]

    def header(self):
        return self.line(["workload", "size", "espalier", *(cell for peer in self.peers for cell in (peer, "")), "best", "limit"])

    def text(self, row):
        def cell(program):
            return "failed" if program in row.failed else duration(row.ms.get(program)) + ("≠" if program in row.disagreeing() else "")
        share = f"{100 * row.limit / row.ms['espalier']:.0f} %" if row.limit and "espalier" in row.ms else "–"
        return self.line([row.workload, row.size, cell("espalier"),
                          *(text for peer in self.peers for text in (cell(peer), times(row.times_faster(peer)))),
                          times(row.ratio()), share])
