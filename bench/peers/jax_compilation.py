"""The time to trace and compile: the first call of a function less a later one."""
import math
import time

import jax
import jax.numpy as jnp

from inputs import uniform
from jax_training import adam_state, classifier_batch, classifier_step, mlp
from jax_transformers import gpt, gpt_loss, tokens
from jax_workload import on_device
from server import Prepared, Workload


def compiled(name, size, function, inputs):
    def once():
        arguments = on_device(inputs())
        jax.clear_caches()
        fresh = jax.jit(lambda *given: function(*given))

        def call():
            start = time.perf_counter()
            jax.block_until_ready(fresh(*arguments))
            return time.perf_counter() - start
        return call() - call()
    return Workload(name, size, lambda: Prepared(lambda count: sum(once() for _ in range(count)), lambda: math.nan))


def unrolled(x):
    for i in range(2000):
        x = jnp.sin(x) * 1.0001 + 0.001 * i
    return x


WIDTHS = (784, 256, 256, 10)
WORKLOADS = [
    compiled("compile_mlp_step", "784-256-256-10 b128", classifier_step, lambda: (adam_state(mlp(WIDTHS)), *classifier_batch(WIDTHS))),
    compiled("compile_gpt12", "d256 h4 T64 B2 grad", jax.value_and_grad(gpt_loss), lambda: (gpt(256, 12, 64, 96), *tokens(2, 64))),
    compiled("compile_chain2000", "(8,)", unrolled, lambda: (uniform(1, 8),)),
]
