import jax
import jax.numpy as jnp
from jax import lax

from inputs import uniform
from jax_workload import jitted


def layer_norm(x, gain, bias, epsilon=1e-5):
    centred = x - x.mean(-1, keepdims=True)
    variance = (centred * centred).mean(-1, keepdims=True)
    return centred * lax.rsqrt(variance + epsilon) * gain + bias


softmax_loss = jax.value_and_grad(lambda x, w: jnp.sum(jax.nn.softmax(x, -1) * w))
layer_norm_loss = jax.value_and_grad(lambda x, gain, bias, w: jnp.sum(layer_norm(x, gain, bias) * w), (0, 1, 2))

WORKLOADS = [
    jitted("softmax4096x1024", "4096x1024", lambda x: jax.nn.softmax(x, -1), lambda: (uniform(1, 4096, 1024, low=-3, high=3),)),
    jitted("softmax_grad", "4096x1024", softmax_loss, lambda: (uniform(1, 4096, 1024, low=-3, high=3), uniform(2, 4096, 1024))),
    jitted("layernorm_grad", "4096x768", layer_norm_loss,
           lambda: (uniform(1, 4096, 768), uniform(2, 768), uniform(3, 768), uniform(4, 4096, 768))),
]
