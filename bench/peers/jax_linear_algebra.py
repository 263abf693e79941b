import jax.numpy as jnp
import numpy as np

from inputs import uniform
from jax_workload import jitted


def definite(*shape, dtype):
    """Symmetric and positive definite."""
    x = uniform(1, *shape, dtype=dtype)
    return x @ np.swapaxes(x, -1, -2) + shape[-1] * np.eye(shape[-1], dtype=dtype)


MILLION = 1 << 20

WORKLOADS = [
    jitted("fft", "2^20 c64", jnp.fft.fft, lambda: (uniform(1, MILLION) + 1j * uniform(2, MILLION),)),
    jitted("cholesky", "512 f64", jnp.linalg.cholesky, lambda: (definite(512, 512, dtype=np.float64),), x64=True),
    jitted("cholesky_batched", "10000x8x8", jnp.linalg.cholesky, lambda: (definite(10000, 8, 8, dtype=np.float32),)),
    jitted("solve", "512x512x64 f64", jnp.linalg.solve,
           lambda: (definite(512, 512, dtype=np.float64), uniform(2, 512, 64, dtype=np.float64)), x64=True),
    jitted("solve_batched", "10000x8x8x1", jnp.linalg.solve, lambda: (definite(10000, 8, 8, dtype=np.float32), uniform(2, 10000, 8, 1))),
]
