import jax
import jax.numpy as jnp


def build(task, key):
    """Parameters, and a function of parameters, inputs and a random key that gives logits."""
    return nets[task["net"]](Keys(key), task["inputShape"], task.get("classes"))


class Keys:
    def __init__(self, key):
        self.key = key

    def __call__(self):
        self.key, key = jax.random.split(self.key)
        return key


he = jax.nn.initializers.he_uniform()
glorot = jax.nn.initializers.glorot_uniform()


def dense(keys, inputs, outputs, initializer=he):
    return dict(w=initializer(keys(), (inputs, outputs)), b=jnp.zeros(outputs))


def linear(p, x):
    return x @ p["w"] + p["b"]


def perceptron(keys, sizes):
    def apply(parameters, x, _key):
        for layer in parameters[:-1]:
            x = jax.nn.relu(linear(layer, x))
        return linear(parameters[-1], x)

    return [dense(keys, *pair) for pair in zip(sizes, sizes[1:])], apply


def mlp(keys, shape, classes):
    return perceptron(keys, [shape[0], 256, 256, classes])


def dense20(keys, shape, classes):
    return perceptron(keys, [shape[0], *[64] * 19, classes])


def conv(x, kernel, strides=1, padding="SAME"):
    layout = ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_general_dilated(x, kernel, (strides, strides), padding, dimension_numbers=layout)


def pool(x):
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def cnn(keys, _shape, classes):
    sizes = ((1, 32), (32, 64))
    parameters = dict(
        convs=[dict(w=he(keys(), (3, 3, *size)), b=jnp.zeros(size[1])) for size in sizes],
        hidden=dense(keys, 64 * 5 * 5, 128),
        head=dense(keys, 128, classes),
    )

    def apply(p, x, _key):
        for layer in p["convs"]:
            x = pool(jax.nn.relu(conv(x, layer["w"], padding="VALID") + layer["b"]))
        return linear(p["head"], jax.nn.relu(linear(p["hidden"], x.reshape(len(x), -1))))

    return parameters, apply


def conv_norm(keys, inputs, outputs, size):
    return dict(w=he(keys(), (size, size, inputs, outputs)), scale=jnp.ones(outputs), bias=jnp.zeros(outputs))


def normalized_conv(p, x, strides):
    """Batch normalization by the batch; the running averages, which training does not read, are left out."""
    x = conv(x, p["w"], strides)
    mean, variance = jnp.mean(x, (0, 1, 2)), jnp.var(x, (0, 1, 2))
    return (x - mean) * (jax.lax.rsqrt(variance + 1e-3) * p["scale"]) + p["bias"]


blocks = ((16, 16, 1), (16, 32, 2), (32, 64, 2))


def resnet(keys, shape, classes):
    def block(inputs, outputs, strides):
        shortcut = None if strides == 1 else conv_norm(keys, inputs, outputs, 1)
        first, second = conv_norm(keys, inputs, outputs, 3), conv_norm(keys, outputs, outputs, 3)
        return dict(first=first, second=second, shortcut=shortcut)

    parameters = dict(
        stem=conv_norm(keys, shape[-1], 16, 3),
        blocks=[block(*sizes) for sizes in blocks],
        head=dense(keys, 64, classes),
    )

    def apply(p, x, _key):
        x = jax.nn.relu(normalized_conv(p["stem"], x, 1))
        for layer, (_, _, strides) in zip(p["blocks"], blocks):
            main = jax.nn.relu(normalized_conv(layer["first"], x, strides))
            shortcut = x if strides == 1 else normalized_conv(layer["shortcut"], x, strides)
            x = jax.nn.relu(normalized_conv(layer["second"], main, 1) + shortcut)
        return linear(p["head"], jnp.mean(x, (1, 2)))

    return parameters, apply


def lstm(keys, shape, classes, units=64):
    parameters = dict(
        inputs=dense(keys, shape[-1], 4 * units, glorot),
        state=jax.nn.initializers.orthogonal()(keys(), (units, 4 * units)),
        head=dense(keys, units, classes),
    )

    def apply(p, x, _key):
        def cell(carry, x):
            hidden, memory = carry
            i, f, g, o = jnp.split(x + hidden @ p["state"], 4, axis=-1)
            memory = jax.nn.sigmoid(f) * memory + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (jax.nn.sigmoid(o) * jnp.tanh(memory), memory), None

        zeros = jnp.zeros((len(x), units))
        (hidden, _), _ = jax.lax.scan(cell, (zeros, zeros), linear(p["inputs"], x).swapaxes(0, 1))
        return linear(p["head"], hidden)

    return parameters, apply


def transformer(keys, shape, classes, width=64, heads=4, hidden=256):
    def norm():
        return dict(gamma=jnp.ones(width), beta=jnp.zeros(width))

    def block():
        return dict(
            norm1=norm(),
            qkv=dense(keys, width, 3 * width, glorot),
            out=dense(keys, width, width, glorot),
            norm2=norm(),
            up=dense(keys, width, hidden, glorot),
            down=dense(keys, hidden, width, glorot),
        )

    parameters = dict(
        embed=dense(keys, shape[1], width, glorot),
        positions=0.02 * jax.random.normal(keys(), (shape[0], width)),
        blocks=[block(), block()],
        norm=norm(),
        head=dense(keys, width, classes, glorot),
    )

    def normalize(p, x):
        mean, variance = jnp.mean(x, -1, keepdims=True), jnp.var(x, -1, keepdims=True)
        return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * p["gamma"] + p["beta"]

    def attend(p, x):
        batch, length, _ = x.shape
        qkv = linear(p["qkv"], x).reshape(batch, length, 3, heads, width // heads)
        queries, keys_, values = jnp.moveaxis(qkv, 2, 0)
        mixed = jax.nn.dot_product_attention(queries, keys_, values)
        return linear(p["out"], mixed.reshape(batch, length, width))

    def drop(key, x):
        return jnp.where(jax.random.bernoulli(key, 0.9, x.shape), x / 0.9, 0)

    def apply(p, x, key):
        x = linear(p["embed"], x) + p["positions"]
        for layer in p["blocks"]:
            key, first, second = jax.random.split(key, 3)
            x = x + drop(first, attend(layer, normalize(layer["norm1"], x)))
            up = jax.nn.relu(linear(layer["up"], normalize(layer["norm2"], x)))
            x = x + drop(second, linear(layer["down"], up))
        return linear(p["head"], jnp.mean(normalize(p["norm"], x), 1))

    return parameters, apply


def tiny(keys, _shape, _classes):
    parameters = [dense(keys, 2, 2), dense(keys, 2, 1)]
    return parameters, lambda p, x, _key: linear(p[1], jnp.tanh(linear(p[0], x)))


nets = dict(
    mlp=mlp, dense20=dense20, cnn=cnn, resnet=resnet, lstm=lstm, transformer=transformer, tiny=tiny
)
