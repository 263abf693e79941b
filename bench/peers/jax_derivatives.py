import jax
import jax.numpy as jnp

from inputs import integers, uniform, weight
from jax_training import cross_entropy, forward, mlp
from jax_workload import jitted

gradient = jax.grad(lambda net, image, label: cross_entropy(forward(net, image[None]), label[None]))


def rosenbrock(x):
    return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def two_layers(x, w1, b1, w2, b2):
    return jnp.tanh(jnp.tanh(x @ w1 + b1) @ w2 + b2)


def net_and_input():
    return uniform(1, 64), weight(2, 64, 64), uniform(3, 64), weight(4, 64, 64), uniform(5, 64)


WORKLOADS = [
    jitted("perexample_grad", "784-128-10 B256", jax.vmap(gradient, (None, 0, 0)),
           lambda: (mlp((784, 128, 10)), uniform(1, 256, 784), integers(2, 256, end=10))),
    jitted("hessian", "Rosenbrock n64", jax.hessian(rosenbrock), lambda: (uniform(1, 64),)),
    jitted("jacrev", "64-64-64 tanh", jax.jacrev(two_layers), net_and_input),
    jitted("jacfwd", "64-64-64 tanh", jax.jacfwd(two_layers), net_and_input),
]
