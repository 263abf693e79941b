import jax
import jax.numpy as jnp
import numpy as np

from inputs import integers, uniform, weight
from jax_normalised import layer_norm
from jax_training import adam, adam_state
from jax_workload import jitted, stepped


def block_parameters(width, seed):
    def zeros(n):
        return np.zeros(n, np.float32)

    def ones(n):
        return np.ones(n, np.float32)
    return {
        "gain1": ones(width), "bias1": zeros(width), "qkv": weight(seed, width, 3 * width), "qkv_bias": zeros(3 * width),
        "out": weight(seed + 1, width, width), "out_bias": zeros(width), "gain2": ones(width), "bias2": zeros(width),
        "up": weight(seed + 2, width, 4 * width), "up_bias": zeros(4 * width), "down": weight(seed + 3, 4 * width, width), "down_bias": zeros(width),
    }


def block(p, x, heads):
    batch, steps, width = x.shape
    q, k, v = (a.reshape(batch, steps, heads, width // heads).transpose(0, 2, 1, 3)
               for a in jnp.split(layer_norm(x, p["gain1"], p["bias1"]) @ p["qkv"] + p["qkv_bias"], 3, -1))
    scores = q @ k.swapaxes(-1, -2) * (width // heads) ** -0.5
    scores = jnp.where(jnp.tril(jnp.ones((steps, steps), bool)), scores, -jnp.inf)
    attended = (jax.nn.softmax(scores, -1) @ v).transpose(0, 2, 1, 3).reshape(batch, steps, width)
    x = x + attended @ p["out"] + p["out_bias"]
    return x + jax.nn.gelu(layer_norm(x, p["gain2"], p["bias2"]) @ p["up"] + p["up_bias"]) @ p["down"] + p["down_bias"]


def gpt(width, layers, steps, vocabulary):
    return {"tokens": uniform(50, vocabulary, width, low=-0.05, high=0.05), "positions": uniform(51, steps, width, low=-0.05, high=0.05),
            "blocks": [block_parameters(width, 60 + 4 * i) for i in range(layers)],
            "gain": np.ones(width, np.float32), "bias": np.zeros(width, np.float32)}


def gpt_loss(p, ids, following, heads=4):
    x = p["tokens"][ids] + p["positions"]
    for one in p["blocks"]:
        x = block(one, x, heads)
    logits = layer_norm(x, p["gain"], p["bias"]) @ p["tokens"].T
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), following[..., None], -1))


def tokens(*shape):
    return integers(1, *shape, end=96), integers(2, *shape, end=96)


WORKLOADS = [
    jitted("gpt_block_grad", "d768 h12 T256 B4", jax.value_and_grad(lambda p, x, w: jnp.sum(block(p, x, 12) * w), (0, 1)),
           lambda: (block_parameters(768, 60), uniform(1, 4, 256, 768), uniform(2, 4, 256, 768))),
    stepped("nanogpt_step", "d128 L4 h4 T128 B8 V96", adam(gpt_loss, b2=0.95, decay=0.1), lambda: adam_state(gpt(128, 4, 128, 96)), lambda: tokens(8, 128)),
]
