"""Writes foreign/: a small network of Flax as Flax names and lays it out, and the same weights as PyTorch's state_dict has them, each
with an input and what Flax gives for it. `python3 make_foreign.py`, with flax 0.12, jax 0.10 and safetensors 0.8; needed only to make the
files anew."""
import pathlib

import flax.linen as nn
import jax
import numpy as np
from flax.traverse_util import flatten_dict
from safetensors.flax import save_file
from safetensors.numpy import save_file as save_arrays

HERE = pathlib.Path(__file__).parent / "foreign"


class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.tanh(nn.Dense(4)(x))
        return nn.Dense(2)(x)


def main():
    HERE.mkdir(exist_ok=True)
    net = Net()
    x = jax.random.normal(jax.random.key(1), (5, 3))
    variables = net.init(jax.random.key(0), x)
    variables = jax.tree.map(lambda leaf: leaf + 0.125, variables)  # no bias is zero
    save_file(flatten_dict(variables, sep="."), HERE / "flax.safetensors")
    save_arrays({"x": np.asarray(x), "y": np.asarray(net.apply(variables, x))}, HERE / "flax_result.safetensors")
    dense = [variables["params"][f"Dense_{i}"] for i in (0, 1)]
    state = {}
    for name, layer in zip(("0", "2"), dense):  # of torch.nn.Sequential(Linear(3, 4), Tanh(), Linear(4, 2))
        state[f"{name}.weight"] = np.ascontiguousarray(np.asarray(layer["kernel"]).T)  # torch.nn.Linear keeps [out, in]
        state[f"{name}.bias"] = np.asarray(layer["bias"])
    save_arrays(state, HERE / "torch_layout.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
