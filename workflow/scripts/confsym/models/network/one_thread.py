"""JAX on the processor with one thread, so that the number of cores changes no bit."""

import os

import jax

FLAG = "--xla_cpu_multi_thread_eigen=false"


def use_one_thread() -> None:
    """Settle it for this process; JAX reads it when it makes its first array.

    With more threads XLA adds up in an order that depends on which of them is ready first, and on
    how many there are.
    """
    flags = os.environ.get("XLA_FLAGS", "")
    if FLAG not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} {FLAG}".strip()
    os.environ["PJRT_NPROC"] = "1"  # size of the pool of threads
    if jax.config.jax_platforms != "cpu":
        jax.config.update("jax_platforms", "cpu")
