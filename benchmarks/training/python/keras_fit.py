"""Keras `fit`: every epoch is a round of the benchmark."""

import keras
import tensorflow as tf
from data import random_data
from keras import layers


def run(task, pace):
    settings = task["settings"]
    inputs, labels = random_data(task)
    model = build(task)
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3, epsilon=1e-8),
        loss="mse"
        if task.get("classes") is None
        else keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=settings["jitCompile"],
        steps_per_execution=settings.get("stepsPerExecution", 1),
    )
    options = dict(epochs=1_000_000, verbose=0, callbacks=[pacer(pace)])
    if settings["data"] == "numpy":
        model.fit(inputs, labels, batch_size=task["batchSize"], shuffle=True, **options)
    else:
        dataset = tf.data.Dataset.from_tensor_slices((inputs, labels)).shuffle(task["examples"])
        model.fit(dataset.batch(task["batchSize"]).prefetch(tf.data.AUTOTUNE), **options)


def pacer(pace):
    class Pacer(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            pace.begin()

        def on_epoch_end(self, epoch, logs=None):
            pace.end(lambda: float(logs["loss"]))

    return Pacer()


def build(task):
    inputs = keras.Input(task["inputShape"])
    return keras.Model(inputs, nets[task["net"]](inputs, task.get("classes")))


def mlp(x, classes):
    for _ in range(2):
        x = relu(x, 256)
    return layers.Dense(classes)(x)


def dense20(x, classes):
    for _ in range(19):
        x = relu(x, 64)
    return layers.Dense(classes)(x)


def cnn(x, classes):
    for filters in (32, 64):
        x = layers.MaxPooling2D()(layers.Conv2D(filters, 3, activation="relu")(x))
    return layers.Dense(classes)(relu(layers.Flatten()(x), 128))


def resnet(x, classes):
    x = layers.ReLU()(conv_norm(x, 16, 3, 1))
    for filters, strides in ((16, 1), (32, 2), (64, 2)):
        main = conv_norm(layers.ReLU()(conv_norm(x, filters, 3, strides)), filters, 3, 1)
        shortcut = x if strides == 1 else conv_norm(x, filters, 1, strides)
        x = layers.ReLU()(layers.add([main, shortcut]))
    return layers.Dense(classes)(layers.GlobalAveragePooling2D()(x))


def lstm(x, classes):
    return layers.Dense(classes)(layers.LSTM(64)(x))


def transformer(x, classes):
    width = 64
    x = layers.Dense(width)(x)
    x = Positions()(x)
    for _ in range(2):
        normal = layers.LayerNormalization(epsilon=1e-5)(x)
        attended = layers.MultiHeadAttention(4, width // 4)(normal, normal)
        x = layers.add([x, layers.Dropout(0.1)(attended)])
        up = layers.Dense(256, activation="relu")(layers.LayerNormalization(epsilon=1e-5)(x))
        x = layers.add([x, layers.Dropout(0.1)(layers.Dense(width)(up))])
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization(epsilon=1e-5)(x))
    return layers.Dense(classes)(x)


def tiny(x, _classes):
    return layers.Dense(1)(layers.Dense(2, activation="tanh")(x))


class Positions(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(shape=shape[1:], initializer="random_normal")

    def call(self, x):
        return x + self.table


def relu(x, units):
    return layers.Dense(units, activation="relu", kernel_initializer="he_uniform")(x)


def conv_norm(x, filters, size, strides):
    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False)(x)
    return layers.BatchNormalization()(x)


nets = dict(
    mlp=mlp, dense20=dense20, cnn=cnn, resnet=resnet, lstm=lstm, transformer=transformer, tiny=tiny
)
