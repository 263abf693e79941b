import jax.numpy as jnp

from inputs import uniform
from jax_workload import jitted


def chain(x):
    t = x * 1.1 + 0.3
    t = t * t - x
    t = jnp.exp(t * -0.25) * x + 1.0
    return jnp.maximum(t, 0.0) * 0.5


WORKLOADS = [jitted(name, str(n), chain, lambda n=n: (uniform(1, n),))
             for name, n in (("chain16M", 1 << 24), ("chain64K", 1 << 16), ("chain1K", 1 << 10))]
WORKLOADS.append(jitted("triad16M", "16777216", lambda x, z: x * 0.5 + z, lambda: (uniform(1, 1 << 24), uniform(2, 1 << 24))))
