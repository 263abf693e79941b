import jax
import jax.numpy as jnp
from jax import lax
import numpy as np

from inputs import integers, uniform
from jax_workload import jitted

SIDE, MOST = 1024, 256
ROWS, COLUMNS = 100_000, 16


def newton(x):
    def step(carry):
        x, _ = carry
        by = (x * x - 2) / (6 * x)
        return x - by, by
    return lax.while_loop(lambda carry: jnp.abs(carry[1]) > 1e-14, step, (x, jnp.ones_like(x)))[0]


def escape(a, b):
    def inside(z):
        x, y, count = z
        return (x * x + y * y <= 4) & (count < MOST)

    def step(z):
        x, y, count = z
        return x * x - y * y + a, 2 * x * y + b, count + 1
    return lax.while_loop(inside, step, (jnp.float32(0), jnp.float32(0), jnp.int32(0)))[2]


def plane():
    steps = np.arange(SIDE, dtype=np.float32) * np.float32(2.6 / (SIDE - 1))
    x, y = steps + np.float32(-2.0), steps + np.float32(-1.3)
    return np.broadcast_to(x, (SIDE, SIDE)).copy(), np.broadcast_to(y[:, None], (SIDE, SIDE)).copy()


def updated(table, places):
    return lax.scan(lambda t, i: (t.at[i].set(t[i] * 0.5 + 1), None), table, places)[0]


WORKLOADS = [
    jitted("while_newton", "f64 scalar", newton, lambda: (np.float64(30.0),), x64=True),
    jitted("mandelbrot", "1024 max256", jax.vmap(jax.vmap(escape)), plane),
    jitted("loop_update", "100000 rows of 16", updated, lambda: (uniform(1, ROWS, COLUMNS), integers(2, ROWS, end=ROWS))),
]
