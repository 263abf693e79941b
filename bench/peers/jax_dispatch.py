import jax.numpy as jnp
import numpy as np

from jax_workload import jitted

WORKLOADS = [
    jitted("dispatch", "8 f32", lambda x: x * 2 + 1, lambda: (np.arange(8, dtype=np.float32),)),
    jitted("dispatch_tree", "200 arrays", lambda tree: [leaf + 1 for leaf in tree],
           lambda: ([jnp.full(4, i, jnp.float32) for i in range(200)],)),
]
