"""How a workload is made from a function in JAX: jitted, and every call waits for its result."""
import jax
import jax.numpy as jnp
import numpy as np

from server import Prepared, Workload, calls


def on_device(tree):
    return jax.block_until_ready(jax.tree.map(jnp.asarray, tree))


def magnitude(tree):
    """The sum of magnitudes over all leaves, in f64."""
    return float(sum(np.abs(np.asarray(leaf)).astype(np.float64).sum() for leaf in jax.tree.leaves(tree)))


def jitted(name, size, function, inputs, x64=False):
    """function(*arguments) compiled; inputs() is the tuple of arguments."""
    def prepare():
        with jax.enable_x64(x64):
            compiled, arguments = jax.jit(function), on_device(inputs())
            jax.block_until_ready(compiled(*arguments))

        def call():
            return jax.block_until_ready(compiled(*arguments))

        def scoped(run):  # x64 is part of the key of JAX's cache
            def inside(*given):
                with jax.enable_x64(x64):
                    return run(*given)
            return inside
        return Prepared(scoped(calls(call)), scoped(lambda: magnitude(call())))
    return Workload(name, size, prepare)


def stepped(name, size, step, state, batch):
    """step(state, *batch) -> (state, loss), the state donated; the check is the third call's loss."""
    def prepare():
        compiled, data = jax.jit(step, donate_argnums=0), on_device(batch())
        current = on_device(state())

        def advance():
            nonlocal current
            current, loss = jax.block_until_ready(compiled(current, *data))
            return loss
        third = [float(advance()) for _ in range(3)][-1]
        return Prepared(calls(advance), lambda: third)
    return Workload(name, size, prepare)
