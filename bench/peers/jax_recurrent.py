import jax
import jax.numpy as jnp
from jax import lax
import numpy as np

from inputs import uniform, weight
from jax_workload import jitted

WIDTH, STEPS = 128, 256


def cell(gates):
    half, tenth = np.float32(0.5), np.float32(0.1)
    return (weight(3, WIDTH, gates * WIDTH), weight(4, WIDTH, gates * WIDTH) * half, uniform(5, gates * WIDTH) * tenth)


def rnn(parameters, xs):
    w_input, w_hidden, bias = parameters

    def step(h, x):
        h = jnp.tanh(x @ w_input + h @ w_hidden + bias)
        return h, h
    return lax.scan(step, jnp.zeros(WIDTH), xs)[1]


def lstm(parameters, xs):
    w_input, w_hidden, bias = parameters

    def step(carry, x):
        h, c = carry
        i, f, g, o = jnp.split(x @ w_input + h @ w_hidden + bias, 4)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h
    return lax.scan(step, (jnp.zeros(WIDTH), jnp.zeros(WIDTH)), xs)[1]


def pair(name, network, gates):
    gradient = jax.value_and_grad(lambda parameters, xs, w: jnp.sum(network(parameters, xs) * w))
    return (jitted(name, "fwd h128 T256", network, lambda: (cell(gates), uniform(1, STEPS, WIDTH))),
            jitted(f"{name}_grad", "h128 T256", gradient, lambda: (cell(gates), uniform(1, STEPS, WIDTH), uniform(2, STEPS, WIDTH))))


WORKLOADS = [*pair("rnn_scan", rnn, 1), *pair("lstm_scan", lstm, 4)]
