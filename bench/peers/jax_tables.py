import jax
import jax.numpy as jnp

from inputs import integers, uniform
from jax_workload import jitted

MILLION, ROWS, WIDTH = 1 << 20, 100000, 16


def table():
    return uniform(1, ROWS, WIDTH), integers(2, MILLION, end=ROWS)


WORKLOADS = [
    jitted("gather", "1M rows of 16 from 100kx16", lambda t, i: t[i], table),
    jitted("scatter_add", "1M rows of 16 into 100kx16", lambda u, i: jnp.zeros((ROWS, WIDTH)).at[i].add(u),
           lambda: (uniform(1, MILLION, WIDTH), integers(2, MILLION, end=ROWS))),
    jitted("embedding_grad", "1M rows of 16 from 100kx16", jax.grad(lambda t, i: jnp.sum(t[i] ** 2)), table),
]
