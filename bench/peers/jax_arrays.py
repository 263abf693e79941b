import jax
import jax.numpy as jnp

from inputs import uniform
from jax_workload import jitted

MILLION = 1 << 20


def line():
    return (uniform(1, MILLION, low=-4, high=4),)


WORKLOADS = [
    jitted("gelu1M", "1M erf", lambda x: jax.nn.gelu(x, approximate=False), line),
    jitted("exp1M", "1M", jnp.exp, line),
    jitted("tanh1M", "1M", jnp.tanh, line),
    jitted("sum16M", "16M", jnp.sum, lambda: (uniform(1, 16 * MILLION, low=0, high=1),)),
    jitted("transpose4096", "4096x4096", lambda x: x.T + 0, lambda: (uniform(1, 4096, 4096),)),
    jitted("sort1M", "1M", jnp.sort, lambda: (uniform(1, MILLION),)),
    jitted("cumsum1M", "1M", jnp.cumsum, lambda: (uniform(1, MILLION),)),
]
