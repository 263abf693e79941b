"""Inputs of the workloads: the same integer hash as inputs.h, so that every peer measures the same numbers."""
import numpy as np


def uniform(seed, *shape, low=-1.0, high=1.0, dtype=np.float32):
    """Numbers of the stream `seed`, uniform in [low, high)."""
    x = np.arange(np.prod(shape, dtype=np.int64), dtype=np.uint32) * np.uint32(0x9E3779B1)
    x += np.uint32((seed * 0x85EBCA77) & 0xFFFFFFFF)
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    unit = (x >> np.uint32(8)).astype(np.float64) / (1 << 24)
    return (low + (high - low) * unit).astype(dtype).reshape(shape)


def weight(seed, *shape):
    """Uniform with variance 1 / fan_in, the first extent."""
    bound = (3.0 / shape[0]) ** 0.5
    return uniform(seed, *shape, low=-bound, high=bound)


def integers(seed, *shape, end):
    """Integers of the stream `seed` in [0, end)."""
    unit = uniform(seed, *shape, low=0, high=1, dtype=np.float64)
    return np.minimum((unit * end).astype(np.int32), end - 1)
