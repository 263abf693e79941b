import jax
import jax.numpy as jnp
import numpy as np

from jax_workload import jitted


def price(key, rate=0.03, volatility=0.2):
    draws = jax.random.normal(key, (10_000_000,), jnp.float32)
    spot = 100.0 * jnp.exp((rate - 0.5 * volatility**2) + volatility * draws)
    return jnp.mean(jnp.maximum(spot - 100.0, 0.0)) * np.float32(np.exp(-rate))


WORKLOADS = [jitted("montecarlo", "1e7 threefry", price, lambda: (jax.random.PRNGKey(0),))]
