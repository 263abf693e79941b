import jax
import jax.numpy as jnp
from jax import lax

from inputs import uniform
from jax_workload import jitted


def normal_cdf(x):
    return 0.5 * (1.0 + lax.erf(x * 0.7071067811865476))


def price(spot, strike, years, volatility, rate=0.03):
    spread = volatility * jnp.sqrt(years)
    d1 = (jnp.log(spot / strike) + (rate + 0.5 * volatility * volatility) * years) / spread
    return spot * normal_cdf(d1) - strike * jnp.exp(-rate * years) * normal_cdf(d1 - spread)


def market():
    n = 4 << 20
    return uniform(1, n, low=80, high=120), uniform(2, n, low=80, high=120), uniform(3, n, low=.2, high=2), uniform(4, n, low=.1, high=.5)


WORKLOADS = [
    jitted("blackscholes", "4M f32", price, market),
    jitted("greeks", "4M f32 dS,dsigma", jax.grad(lambda s, k, t, v: jnp.sum(price(s, k, t, v)), (0, 3)), market),
]
