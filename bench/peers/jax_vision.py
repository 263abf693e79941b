import jax
import jax.numpy as jnp
import numpy as np

from inputs import integers, uniform, weight
from jax_training import cross_entropy, forward
from jax_workload import jitted, stepped


def kernel(seed, size, inner, outer):
    return weight(seed, size * size * inner, outer).reshape(size, size, inner, outer)


def convolution(x, w, padding):
    return jax.lax.conv_general_dilated(x, w, (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))


def pool(x):
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def lenet():
    widths = (400, 120, 84, 10)
    layers = [(weight(13 + 2 * i, a, b), np.zeros(b, np.float32)) for i, (a, b) in enumerate(zip(widths, widths[1:]))]
    return {"first": kernel(11, 5, 1, 6), "bias1": np.zeros(6, np.float32), "second": kernel(12, 5, 6, 16), "bias2": np.zeros(16, np.float32), "layers": layers}


def classified(net, x):
    x = pool(jax.nn.relu(convolution(x, net["first"], "SAME") + net["bias1"]))
    x = pool(jax.nn.relu(convolution(x, net["second"], "VALID") + net["bias2"]))
    return forward(net["layers"], x.reshape(x.shape[0], -1))


def lenet_step(state, image, label):
    net, velocity = state
    loss, gradient = jax.value_and_grad(lambda net: cross_entropy(classified(net, image), label))(net)
    velocity = jax.tree.map(lambda v, g: 0.9 * v + g, velocity, gradient)
    return (jax.tree.map(lambda p, v: p - 0.01 * v, net, velocity), velocity), loss


def lenet_state():
    net = lenet()
    return net, jax.tree.map(np.zeros_like, net)


def normalised(x, gain, bias):
    centred = x - x.mean((0, 1, 2))
    return centred * jax.lax.rsqrt((centred**2).mean((0, 1, 2)) + 1e-5) * gain + bias


def residual(block, x):
    first, gain1, bias1, second, gain2, bias2 = block
    h = jax.nn.relu(normalised(convolution(x, first, "SAME"), gain1, bias1))
    return jax.nn.relu(x + normalised(convolution(h, second, "SAME"), gain2, bias2))


def residual_block():
    ones, zeros = np.ones(64, np.float32), np.zeros(64, np.float32)
    return kernel(3, 3, 64, 64), ones, zeros, kernel(4, 3, 64, 64), ones, zeros


WORKLOADS = [
    stepped("lenet_step", "b64", lenet_step, lenet_state, lambda: (uniform(1, 64, 28, 28, 1), integers(2, 64, end=10))),
    jitted("resblock_grad", "8x64x56x56", jax.value_and_grad(lambda block, x, w: jnp.sum(residual(block, x) * w), (0, 1)),
           lambda: (residual_block(), uniform(1, 8, 56, 56, 64), uniform(2, 8, 56, 56, 64))),
]
