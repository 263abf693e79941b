"""What the machine allows each workload: milliseconds from counted operations and bytes, over rates measured in the same run."""


class Machine:
    """Rates by the names of native_roofline.cpp, per second."""

    def __init__(self, rates, threads):
        self.rates, self.threads = rates, threads

    def flops(self, count, kind="f32"):
        return 1e3 * count / self.rates[f"multiply-adds {kind}"]

    def one_core(self, count, kind="f32"):
        return self.threads * self.flops(count, kind)

    def bytes(self, count, where):
        return 1e3 * count / self.rates[where]

    def cycles(self, count):
        return 1e3 * count / self.rates["clock"]


def product(machine, n, kind):
    return machine.flops(2 * n**3, kind) if n > 256 else machine.one_core(2 * n**3, kind)


def recurrent(machine, gates, passes):
    """The hidden weights from L2 in every step, and products with the inputs before or after the loop."""
    return passes * 256 * machine.threads * machine.bytes(gates * 128 * 128 * 4, "read L2") + machine.one_core((2 * passes - 1) * 2 * gates * 256 * 128 * 128)


LIMITS = {
    "chain16M": lambda m, _: m.bytes(2 * 4 << 24, "copy memory"),
    "triad16M": lambda m, _: m.bytes(3 * 4 << 24, "copy memory"),
    "softmax4096x1024": lambda m, _: m.bytes(2 * 4 * 4096 * 1024, "copy 16 MiB"),
    "softmax_grad": lambda m, _: m.bytes(3 * 4 * 4096 * 1024, "triad 16 MiB"),
    "layernorm_grad": lambda m, _: m.bytes(3 * 4 * 4096 * 768, "triad 16 MiB"),
    "gemm_f32": lambda m, size: product(m, int(size), "f32"),
    "gemm_f64": lambda m, size: product(m, int(size), "f64"),
    "gemv": lambda m, _: m.bytes(4 * 4096 * 4096, "read memory"),
    "skinny": lambda m, _: m.flops(2 * 64 * 4096 * 64),
    "conv2d": lambda m, _: m.flops(2 * 8 * 56 * 56 * 64 * 576),
    "resblock_grad": lambda m, _: m.flops(6 * 2 * 8 * 56 * 56 * 64 * 576),  # each convolution: its result, and two gradients
    "nanogpt_step": lambda m, _: m.flops(3 * 2 * 1024 * (4 * 12 * 128**2 + 96 * 128)) + m.flops(3 * 2 * 2 * 4 * 32 * 32 * 128 * 129 / 2),  # affine maps; what each step sees
    "batched": lambda m, _: m.bytes(3 * 4 * 10000 * 64, "copy L3"),
    "mlp_step": lambda m, _: m.flops(155e6) + m.bytes(7.6e6, "copy L3"),  # products, and Adam's passes
    "optimizer_200": lambda m, _: m.bytes(7 * 4 * 200 * 1000, "copy L3"),  # four arrays read, three written
    "mlp_512": lambda m, _: m.flops(411e6) + m.bytes(18.7e6, "copy L3"),
    "rnn_scan": lambda m, _: recurrent(m, 1, 1),
    "rnn_scan_grad": lambda m, _: recurrent(m, 1, 2),
    "lstm_scan": lambda m, _: recurrent(m, 4, 1),
    "lstm_scan_grad": lambda m, _: recurrent(m, 4, 2),
    "blackscholes": lambda m, _: m.bytes(5 * 4 * (4 << 20), "copy memory"),
    "greeks": lambda m, _: m.bytes(6 * 4 * (4 << 20), "copy memory"),
    "nbody": lambda m, _: m.flops(4096 * 4096 * 26),  # 13 operations on the ports of multiply-adds for each pair
    "nbody_grad": lambda m, _: m.flops(4096 * 4096 * 26),
    "perexample_grad": lambda m, _: m.bytes(4 * 256 * (784 * 128 + 128 * 10 + 138), "write memory"),
    "jacrev": lambda m, _: m.one_core(2 * 64**3),
    "jacfwd": lambda m, _: m.one_core(2 * 64**3),
    "gelu1M": lambda m, _: m.bytes(2 * 4 << 20, "copy L3"),
    "exp1M": lambda m, _: m.bytes(2 * 4 << 20, "copy L3"),
    "tanh1M": lambda m, _: m.bytes(2 * 4 << 20, "copy L3"),
    "fft": lambda m, _: m.bytes(2 * 2 * 8 << 20, "copy L3"),  # columns, and rows
    "cholesky": lambda m, _: m.flops(512**3 / 3, "f64"),
    "solve": lambda m, _: m.flops(2 * 512**3 / 3 + 2 * 512 * 512 * 64, "f64"),
    "sum16M": lambda m, _: m.bytes(4 * 16 << 20, "read memory"),
    "transpose4096": lambda m, _: m.bytes(2 * 4 * 4096 * 4096, "copy memory"),
    "gather": lambda m, _: m.bytes(4 * (16 << 20), "write memory"),  # the table stays in L3
    "cumsum1M": lambda m, _: m.bytes(2 * 4 << 20, "copy L3"),
    "ode_rk4": lambda m, _: m.cycles(2400 * 25),  # stages that wait for one another, about 25 cycles each
    "ode_rk4_grad": lambda m, _: m.cycles(4800 * 25),
}


def limit(workload, size, machine):
    """The least milliseconds a call can take, or None where nobody has counted or measured."""
    if machine is None or workload not in LIMITS:
        return None
    return LIMITS[workload](machine, size)
