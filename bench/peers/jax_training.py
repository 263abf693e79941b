import jax
import jax.numpy as jnp
import numpy as np

from inputs import integers, uniform, weight
from jax_workload import stepped


def mlp(widths):
    return [(weight(10 + 2 * i, a, b), np.zeros(b, np.float32)) for i, (a, b) in enumerate(zip(widths, widths[1:]))]


def forward(net, x):
    for w, b in net[:-1]:
        x = jax.nn.relu(x @ w + b)
    w, b = net[-1]
    return x @ w + b


def cross_entropy(logits, label):
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), label[..., None], -1))


def adam_state(parameters):
    def zeros():
        return jax.tree.map(np.zeros_like, parameters)
    return parameters, zeros(), zeros(), np.int32(0)


def adam(loss, rate=1e-3, b1=0.9, b2=0.999, epsilon=1e-8, decay=0.0):
    """A train step of Adam (Kingma & Ba, 2014); matrices decay (Loshchilov & Hutter, 2019)."""
    def step(state, *batch):
        parameters, first, second, count = state
        value, gradient = jax.value_and_grad(loss)(parameters, *batch)
        count = count + 1
        c1, c2 = 1 - b1 ** count.astype(jnp.float32), 1 - b2 ** count.astype(jnp.float32)
        first = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, first, gradient)
        second = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, second, gradient)
        parameters = jax.tree.map(lambda p, m, v: p * (1 - rate * decay if p.ndim >= 2 else 1.0) - rate * (m / c1) / (jnp.sqrt(v / c2) + epsilon), parameters, first, second)
        return (parameters, first, second, count), value
    return step


classifier_step = adam(lambda net, image, label: cross_entropy(forward(net, image), label))
regression_step = adam(lambda net, x, y: jnp.mean((forward(net, x) - y) ** 2))


def classifier_batch(widths):
    return uniform(1, 128, widths[0]), integers(2, 128, end=widths[-1])


def classifier(name, size, widths):
    return stepped(name, size, classifier_step, lambda: adam_state(mlp(widths)), lambda: classifier_batch(widths))


WORKLOADS = [
    classifier("mlp_step", "784-256-256-10 b128", (784, 256, 256, 10)),
    stepped("mlp_tiny_step", "4-16-16-1 b1", regression_step, lambda: adam_state(mlp((4, 16, 16, 1))),
            lambda: (uniform(1, 1, 4), uniform(2, 1, 1))),
    classifier("mlp_512", "784-512-512-10 b128", (784, 512, 512, 10)),
]
