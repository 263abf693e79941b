"""The programs that run.py measures: ours and the peers, each a process that answers requests, pinned to its cores."""
import json
import os
import pathlib
import selectors
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
JAX = "0.10.2"
OPTAX = "0.2.8"
TIMEOUT = 600  # seconds for one answer; then the row has failed


class Failed(Exception):
    """A row that a program could not do: it said why, crashed, or did not answer in time."""


def wide_vectors():
    try:
        return "avx512f" in pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False


def without_avx512(build):
    """What makes a program see a core without AVX-512; libc asks before anything is preloaded."""
    return {"LD_PRELOAD": str(build / "bench" / "without-avx512.so"), "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW"}


def cannot_hide_avx512(build):
    """Why --avx2 cannot be had here; empty where it can."""
    tried = subprocess.run(["true"], env={**os.environ, **without_avx512(build)}, capture_output=True, text=True, check=False)
    return tried.stderr.strip()


def environment_of(peer, threads, build, narrow):
    """The environment in which a peer is at its best with that many threads; `narrow`: as on a core without AVX-512."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        environment.pop(name, None)
    if narrow:
        environment |= without_avx512(build)
    if peer == "native" and wide_vectors():  # older OpenBLAS has no good kernels for cores it does not know
        environment["OPENBLAS_CORETYPE"] = "Haswell" if narrow else "SkylakeX"
    if peer == "jax" and threads == 1:
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    return environment


def interpreter(peer, build, packages):
    """The Python of a virtual environment that has `packages`; made when there is none yet."""
    folder = build / "peers" / peer
    python, done = folder / "bin" / "python3", folder / "installed"
    if not done.exists() or done.read_text(encoding="utf-8") != " ".join(packages):
        print(f"Installing {' '.join(packages)} in {folder}", file=sys.stderr, flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
        done.write_text(" ".join(packages), encoding="utf-8")
    return python


def command_of(program, build, narrow):
    if program == "jax":
        return [interpreter("jax", build, [f"jax=={JAX}", f"optax=={OPTAX}", "numpy"]), HERE / "peers" / "jax_peer.py"]
    path = build / "bench" / ("bench-native-avx2" if narrow and program == "native" else f"bench-{program}")
    if not path.exists():
        sys.exit(f"espalier bench: {path} is not built" + (": libopenblas-dev is missing, or leave it out with --peers jax" if program == "native" else ""))
    return [path]


class Program:
    """One program on the last `threads` cores that this process may use."""

    def __init__(self, name, build, threads, narrow=False):
        self.name, self.command = name, [str(part) for part in command_of(name, build, narrow)]
        self.environment = environment_of(name, threads, build, narrow)
        self.cores = sorted(os.sched_getaffinity(0))[-threads:]
        self.process = None
        self.workloads = {tuple(row): index for index, row in enumerate(self.ask("list"))}

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                                        stderr=subprocess.DEVNULL, env=self.environment,
                                        preexec_fn=lambda: os.sched_setaffinity(0, self.cores))

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def ask(self, request):
        """The answer to one request. Failed if it is an error, or there is none; the next request starts the program anew."""
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(f"{request}\n".encode())
            answer = json.loads(self.read_line())
        except (OSError, Failed, ValueError) as error:
            status = self.process.poll()
            self.stop()
            raise Failed(str(error) if status is None else f"ended with status {status}") from error
        if isinstance(answer, dict) and "error" in answer:
            raise Failed(answer["error"])
        return answer

    def read_line(self):
        line = b""
        with selectors.DefaultSelector() as ready:
            ready.register(self.process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not ready.select(TIMEOUT):
                    raise Failed(f"no answer within {TIMEOUT} s")
                part = os.read(self.process.stdout.fileno(), 1 << 16)
                if not part:
                    self.process.wait()
                    raise Failed("ended")
                line += part
        return line
