"""JAX: `jit` per step, or several steps in a `scan`; every epoch is a round of the benchmark."""

from functools import partial

import jax
import jax.numpy as jnp
import optax
from data import random_data
from jax_nets import build


def run(task, pace):
    inputs, labels = (jnp.asarray(values) for values in random_data(task))
    parameters, apply = build(task, jax.random.key(1))
    optimizer = optax.adam(1e-3)
    size, examples = task["batchSize"], task["examples"]
    regression = task.get("classes") is None

    def loss_of(parameters, x, y, key):
        outputs = apply(parameters, x, key)
        if regression:
            return jnp.mean((outputs - y) ** 2)
        return optax.softmax_cross_entropy_with_integer_labels(outputs, y).mean()

    # Examples are arguments: a closed-over array would be a constant that XLA folds.
    def update(inputs, labels, carry, indices):
        parameters, state, key = carry
        key, drop = jax.random.split(key)
        loss, gradients = jax.value_and_grad(loss_of)(parameters, inputs[indices], labels[indices], drop)
        updates, state = optimizer.update(gradients, state)
        return (optax.apply_updates(parameters, updates), state, key), loss

    several, unroll = task["settings"].get("stepsPerCall"), task["settings"].get("unroll", 1)

    def scan_of(inputs, labels, carry, indices):
        return jax.lax.scan(partial(update, inputs, labels), carry, indices, unroll=unroll)

    step = jax.jit(update if several is None else scan_of, donate_argnums=2)
    shuffled = jax.jit(lambda key: jax.random.permutation(key, examples))
    carry = (parameters, optimizer.init(parameters), jax.random.key(2))
    epoch = 0
    while True:
        pace.begin()
        order = shuffled(jax.random.key(epoch))
        if several is None:
            # Rows as NumPy arrays: cutting a device array costs a call of its own per step.
            for number, batch in enumerate(batches(jax.device_get(order), size)):
                carry, loss = step(inputs, labels, carry, batch)
                if number % 50 == 49:
                    float(loss)
        else:
            for calls in jax.device_get(order).reshape(-1, several, size):
                carry, losses = step(inputs, labels, carry, calls)
                loss = losses[-1]
                float(loss)
        jax.block_until_ready(carry)
        pace.end(lambda: float(loss))
        epoch += 1


def batches(order, size):
    return (order[begin : begin + size] for begin in range(0, len(order), size))
