import jax.numpy as jnp
import numpy as np

from inputs import uniform
from jax_workload import jitted

MILLION = 1 << 20


def definite(n):
    a = uniform(1, n, n, dtype=np.float64)
    return a @ a.T + n * np.eye(n)


WORKLOADS = [
    jitted("fft", "2^20 c64", jnp.fft.fft, lambda: (uniform(1, MILLION) + 1j * uniform(2, MILLION),)),
    jitted("cholesky", "512 f64", jnp.linalg.cholesky, lambda: (definite(512),), x64=True),
    jitted("solve", "512 f64", jnp.linalg.solve, lambda: (definite(512), uniform(2, 512, 16, dtype=np.float64)), x64=True),
]
