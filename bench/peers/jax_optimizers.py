"""Steps of optimizers alone, over trees of many leaves: Optax, the state donated."""
import optax

from inputs import uniform
from jax_workload import stepped

ADAM = optax.adam(1e-3)


def leaves(seed, count, length):
    return [uniform(seed + i, length) for i in range(count)]


def step(state, gradients):
    parameters, optimizer = state
    updates, optimizer = ADAM.update(gradients, optimizer, parameters)
    parameters = optax.apply_updates(parameters, updates)
    return (parameters, optimizer), parameters[0][0]


def initial():
    parameters = leaves(1000, 200, 1000)
    return parameters, ADAM.init(parameters)


WORKLOADS = [stepped("optimizer_200", "adam 200x1000", step, initial, lambda: (leaves(2000, 200, 1000),))]
