"""A program of workloads in Python, asked by run.py: the protocol of server.h."""
import dataclasses
import json
import math
import sys
import time

SAMPLE_SECONDS = 2e-4  # short calls are repeated within one sample
SAMPLES_PER_TURN = 50


def calls(call):
    """A function that makes that many calls and returns the seconds they took."""
    def seconds(count):
        start = time.perf_counter()
        for _ in range(count):
            call()
        return time.perf_counter() - start
    return seconds


@dataclasses.dataclass
class Prepared:
    seconds: object  # calls -> seconds
    check: object    # () -> a sum over the result


@dataclasses.dataclass
class Workload:
    name: str
    size: str
    prepare: object  # () -> Prepared


class Session:
    def __init__(self, workloads):
        self.workloads, self.prepared, self.calls = workloads, None, 1

    def list(self):
        return [[workload.name, workload.size] for workload in self.workloads]

    def prepare(self, index):
        self.prepared = None  # the memory of the one before is free first
        self.prepared = self.workloads[int(index)].prepare()
        self.calls = 1
        while self.calls < 10_000_000:
            taken = self.prepared.seconds(self.calls)
            if taken >= SAMPLE_SECONDS:
                break
            self.calls = max(2 * self.calls, int(self.calls * SAMPLE_SECONDS / max(taken, 1e-9)))
        check = self.prepared.check()
        return {"check": check if math.isfinite(check) else None}

    def measure(self, budget):
        budget, samples = float(budget), []
        spent = self.prepared.seconds(self.calls)  # the caches held another program's data
        if spent > budget:
            samples.append(spent)
        while not samples or (spent < budget and len(samples) < SAMPLES_PER_TURN):
            samples.append(self.prepared.seconds(self.calls))
            spent += samples[-1]
        return {"ms": [1e3 * sample / self.calls for sample in samples]}


def serve(workloads):
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    session = Session(workloads)
    for line in sys.stdin:
        verb, *arguments = line.split()
        try:
            answer = {"list": session.list, "prepare": session.prepare, "measure": session.measure}[verb](*arguments)
        except Exception as error:  # the row is shown as failed, the others go on
            answer = {"error": f"{type(error).__name__}: {str(error)[:300]}"}
        print(json.dumps(answer), file=answers, flush=True)
