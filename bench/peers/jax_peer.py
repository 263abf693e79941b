"""The workloads in JAX, as its users write them; run.py starts this with the interpreter of the peer's environment."""
import jax_arrays
import jax_compilation
import jax_contractions
import jax_control
import jax_derivatives
import jax_differential_equations
import jax_dispatch
import jax_elementwise
import jax_linear_algebra
import jax_normalised
import jax_optimizers
import jax_options
import jax_particles
import jax_recurrent
import jax_sampling
import jax_tables
import jax_training
import jax_transformers
import jax_vision
import server

GROUPS = (jax_dispatch, jax_elementwise, jax_arrays, jax_normalised, jax_contractions, jax_training, jax_optimizers, jax_transformers, jax_vision, jax_recurrent, jax_control,
          jax_differential_equations, jax_options, jax_particles, jax_sampling, jax_tables, jax_derivatives, jax_linear_algebra, jax_compilation)

if __name__ == "__main__":
    server.serve([workload for group in GROUPS for workload in group.WORKLOADS])
