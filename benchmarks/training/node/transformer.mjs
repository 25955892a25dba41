import { BaseModel } from '@hookloop/core'
import * as tf from '@tensorflow/tfjs'

const [blocks, heads, width, hidden, rate] = [2, 4, 64, 256, 0.1]

/** A transformer encoder of two blocks (norm first), mean over the sequence, logits. */
export class Transformer extends BaseModel {
  #p

  constructor({ inputShape: [length, features], classes }) {
    super()
    const p = {}
    const add = (name, value) => (p[name] = this.addParameter(name, value))
    const dense = (name, from, to) => {
      const limit = Math.sqrt(6 / (from + to))
      add(`${name}.weight`, tf.randomUniform([from, to], -limit, limit))
      add(`${name}.bias`, tf.zeros([to]))
    }
    const norm = (name) => {
      add(`${name}.gamma`, tf.ones([width]))
      add(`${name}.beta`, tf.zeros([width]))
    }
    dense('embed', features, width)
    add('positions', tf.randomNormal([length, width], 0, 0.02))
    for (let block = 0; block < blocks; block++) {
      norm(`block${block}.norm1`)
      dense(`block${block}.qkv`, width, 3 * width)
      dense(`block${block}.out`, width, width)
      norm(`block${block}.norm2`)
      dense(`block${block}.up`, width, hidden)
      dense(`block${block}.down`, hidden, width)
    }
    norm('norm')
    dense('head', width, classes)
    this.#p = p
  }

  forward({ inputs, labels }, mode) {
    let x = tf.add(this.#dense(inputs, 'embed'), this.#p.positions)
    for (let block = 0; block < blocks; block++) {
      const name = `block${block}`
      x = tf.add(x, this.#drop(this.#attend(this.#norm(x, `${name}.norm1`), name)))
      const up = tf.relu(this.#dense(this.#norm(x, `${name}.norm2`), `${name}.up`))
      x = tf.add(x, this.#drop(this.#dense(up, `${name}.down`)))
    }
    const logits = this.#dense(tf.mean(this.#norm(x, 'norm'), 1), 'head')
    return mode === 'loss' ? { loss: tf.losses.softmaxCrossEntropy(labels, logits) } : logits
  }

  #attend(x, name) {
    const [batch, length] = x.shape
    const split = tf.transpose(
      tf.reshape(this.#dense(x, `${name}.qkv`), [batch, length, 3, heads, width / heads]),
      [2, 0, 3, 1, 4],
    )
    const [queries, keys, values] = tf.unstack(split)
    const scores = tf.softmax(tf.mul(tf.matMul(queries, keys, false, true), 1 / Math.sqrt(width / heads)))
    const mixed = tf.transpose(tf.matMul(scores, values), [0, 2, 1, 3])
    return this.#dense(tf.reshape(mixed, [batch, length, width]), `${name}.out`)
  }

  #dense(x, name) {
    const { [`${name}.weight`]: weight, [`${name}.bias`]: bias } = this.#p
    const flat = tf.reshape(x, [-1, weight.shape[0]])
    return tf.reshape(tf.add(tf.matMul(flat, weight), bias), [...x.shape.slice(0, -1), weight.shape[1]])
  }

  #norm(x, name) {
    const { mean, variance } = tf.moments(x, -1, true)
    const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-5)))
    return tf.add(tf.mul(normal, this.#p[`${name}.gamma`]), this.#p[`${name}.beta`])
  }

  #drop(x) {
    return this.isTraining ? tf.dropout(x, rate) : x
  }
}
