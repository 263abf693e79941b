import jax
import jax.numpy as jnp
from jax import lax
import numpy as np

from inputs import uniform
from jax_workload import jitted

SIZE = "L96 n60 600 steps"


def slope(x):
    return (jnp.roll(x, -1) - jnp.roll(x, 2)) * jnp.roll(x, 1) - x + 8.0


def integrate(x, steps=600, dt=0.005):
    def step(x, _):
        k1 = slope(x)
        k2 = slope(x + 0.5 * dt * k1)
        k3 = slope(x + 0.5 * dt * k2)
        k4 = slope(x + dt * k3)
        return x + (dt / 6) * (k1 + 2 * k2 + 2 * k3 + k4), None
    return lax.scan(step, x, None, length=steps)[0]


def start():
    return (uniform(1, 60) + np.float32(8),)


WORKLOADS = [
    jitted("ode_rk4", SIZE, integrate, start),
    jitted("ode_rk4_grad", SIZE, jax.value_and_grad(lambda x: jnp.sum(integrate(x) ** 2)), start),
]
