import jax
import jax.numpy as jnp
import numpy as np

from inputs import uniform
from jax_workload import jitted


def square(name, n, dtype=np.float32):
    return jitted(name, str(n), jnp.matmul, lambda: (uniform(1, n, n, dtype=dtype), uniform(2, n, n, dtype=dtype)),
                  x64=dtype == np.float64)


def product(name, size, left, right):
    return jitted(name, size, jnp.matmul, lambda: (uniform(1, *left), uniform(2, *right)))


def convolution(x, w):
    return jax.lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))


WORKLOADS = [
    *(square("gemm_f32", n) for n in (4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)),
    *(square("gemm_f64", n, np.float64) for n in (64, 256, 1024)),
    product("gemv", "4096x4096", (4096, 4096), (4096,)),
    product("skinny", "64x4096x64", (64, 4096), (4096, 64)),
    product("batched", "10000x8x8x8", (10000, 8, 8), (10000, 8, 8)),
    jitted("conv2d", "3x3 64->64 56x56 b8", convolution, lambda: (uniform(1, 8, 56, 56, 64), uniform(2, 3, 3, 64, 64))),
]
