import {
  disposeTensors,
  hasCode,
  type ModuleInfo,
  type NamedParameter,
  optimizerRegistry,
} from '@hookloop/core'
import { OptimWrapper } from '@hookloop/optim'
import * as tf from '@tensorflow/tfjs'
import { expect } from 'vitest'
import { camelCaseKeys, camelCaseName } from '../camel-case.js'
import { expectCloseTo, expectNear } from '../close-to.js'
import { fieldsOf, listOf } from '../fields.js'
import type { GoldenCase, Interpreter } from '../interpreter.js'
import { withNonFinite } from '../non-finite.js'
import { paramwiseOf } from '../paramwise.js'

type Fields = Readonly<Record<string, unknown>>
type Variables = Readonly<Record<string, tf.Variable>>

/** tfjs computes in float32, whatever the golden was recorded in. */
const tolerance = { relative: 1e-5, absolute: 1e-6 }

export const interpret: Interpreter = async (golden) => {
  await tf.setBackend('cpu')
  const before = tf.memory().numTensors
  if (golden.kind === 'paramwise') interpretParamwise(golden)
  else if (golden.kind === 'error') interpretError(golden)
  else interpretTraining(golden)
  expect(tf.memory().numTensors, 'tensors left behind').toBe(before)
}

/* ---- updates ---- */

function interpretTraining(golden: GoldenCase): void {
  const variables = variablesOf(fieldsOf(golden.initial))
  const wrapper = trainingWrapper(golden, variables)
  const { iter, max_iters: maxIters } = fieldsOf(golden.initialize)
  if (golden.initialize !== undefined) wrapper.initializeCountStatus(Number(iter), Number(maxIters))
  const { steps, lr, momentum } = fieldsOf(withNonFinite(golden.expected))
  listOf(golden.batches).forEach((batch, index) => {
    tf.tidy(() =>
      expectRow(rowOf(wrapper, variables, batch), fieldsOf(listOf(steps)[index]), `step ${index + 1}`),
    )
  })
  expect(wrapper.getLr()).toEqual(lr)
  expect(wrapper.getMomentum()).toEqual(momentum)
  wrapper.dispose()
  tf.dispose(variables)
}

function trainingWrapper(golden: GoldenCase, variables: Variables): OptimWrapper {
  const settings = fieldsOf(camelCaseKeys(withNonFinite(golden.wrapper)))
  const config = configOf(golden.optimizer)
  const overrides = listOf(golden.two_groups ?? []).map((group) => fieldsOf(camelCaseKeys(group)))
  if (overrides.length === 0)
    return makeWrapper({ parameters: () => variables }, { optimizer: config, ...settings })
  const groups = Object.entries(variables).map(([name, variable], index) => {
    const params: NamedParameter[] = [{ name, variable }]
    return { ...overrides[index], params }
  })
  const optimizer = optimizerRegistry.build(config, groups)
  return makeWrapper({ parameters: () => variables }, { optimizer, ...settings })
}

/** One pass, told as the golden tells it. */
function rowOf(wrapper: OptimWrapper, variables: Variables, batch: unknown): Fields {
  const [inputs, targets] = listOf(batch).map(matrix)
  const { weight, bias } = variables
  if (inputs === undefined || targets === undefined || weight === undefined || bias === undefined) {
    throw new Error('a batch is a pair of matrices, and the layer has weight and bias')
  }
  const { nextPassUpdates, lossFactor } = wrapper
  let updated = false
  wrapper.stepListener = {
    afterStep: () => {
      updated = true
    },
  }
  const loss = wrapper.updateParams(() => {
    const outputs = tf.add(tf.matMul(inputs, matrix(weight), false, true), bias)
    return tf.mean<tf.Scalar>(tf.squaredDifference(outputs, targets))
  })
  const value = loss.dataSync()[0] ?? Number.NaN
  loss.dispose()
  return {
    loss: value,
    scaled_loss: value / lossFactor,
    should_sync_before: nextPassUpdates,
    inner_count: wrapper.innerCount,
    updated,
    grad_norm: gradNormOf(wrapper),
    weight: weight.arraySync(),
    bias: bias.arraySync(),
    grad_after: gradientsAfter(wrapper, variables),
  }
}

function gradNormOf(wrapper: OptimWrapper): number | null {
  const values = wrapper.takeLogValues()
  const norm = values?.grad_norm
  const value = norm instanceof tf.Tensor ? norm.dataSync()[0] : undefined
  disposeTensors(values)
  return value ?? null
}

/** Accumulated gradients; nothing kept is what the golden tells as zeros. */
function gradientsAfter(wrapper: OptimWrapper, variables: Variables): Fields {
  const kept = fieldsOf(fieldsOf(wrapper.stateDict().accumulation).gradients)
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      const gradient = kept[name]
      return [name, (gradient instanceof tf.Tensor ? gradient : tf.zerosLike(variable)).arraySync()]
    }),
  )
}

function expectRow(found: Fields, expected: Fields, place: string): void {
  for (const [name, value] of Object.entries(expected)) {
    // PyTorch may free gradients after an update instead of clearing them.
    if (name === 'grad_after' && Object.values(fieldsOf(value)).every((gradient) => gradient === null))
      continue
    expectNear(found[name], value, tolerance, `${place}: ${name}`)
  }
}

/* ---- parameter groups by rule ---- */

function interpretParamwise(golden: GoldenCase): void {
  const { variables, modules } = describedModel(listOf(golden.model).map(fieldsOf))
  const build = () =>
    makeWrapper(
      { parameters: () => variables, modules: () => modules },
      { optimizer: configOf(golden.optimizer), ...paramwiseOf(golden.paramwise_cfg) },
    )
  if ('error_type' in golden.expected) expectFailure(build, ['paramwiseCfg'])
  else {
    const wrapper = build()
    expectGroups(wrapper, golden.expected)
    wrapper.dispose()
  }
  tf.dispose(variables)
}

function expectGroups(wrapper: OptimWrapper, expected: Fields): void {
  const groups = wrapper.optimizer.paramGroups
  const wanted = listOf(expected.groups).map(fieldsOf)
  expect(groups.map(({ params }) => params.map(({ name }) => name))).toEqual(
    wanted.map(({ params }) => params),
  )
  expect(groups.length).toBe(expected.n_groups)
  expect(wrapper.getLr().base_lr ?? null).toEqual(expected.base_lr)
  wanted.forEach(({ params, ...settings }, index) => {
    expectCloseTo(groups[index], camelCaseKeys(settings), 1e-12, `group of ${String(params)}`)
  })
}

function describedModel(layers: readonly Fields[]): { variables: Variables; modules: ModuleInfo[] } {
  const shared = new Map<string, tf.Variable>()
  const variables: Record<string, tf.Variable> = {}
  const modules = layers.map((layer) => {
    const path = String(layer.path)
    const params = listOf(layer.params).map(fieldsOf)
    for (const { name, shape, requires_grad: trainable, shared_with: home } of params) {
      const fullName = path === '' ? String(name) : `${path}.${String(name)}`
      const key = String(home ?? fullName)
      const variable =
        shared.get(key) ??
        tf.tidy(() => tf.variable(tf.zeros(listOf(shape).map(Number)), trainable !== false))
      shared.set(key, variable)
      variables[fullName] = variable
    }
    return {
      path,
      type: String(layer.type),
      role: roleOf(layer),
      parameters: params.map(({ name }) => String(name)),
    }
  })
  return { variables, modules }
}

/** What MMEngine finds out by classes and attributes of PyTorch's layers. */
function roleOf(layer: Fields): ModuleInfo['role'] {
  const type = String(layer.type)
  if (/(Batch|Instance|Group|Layer)Norm/.test(type)) return 'norm'
  if (/Deform/.test(type)) return 'deformableConv'
  return type === 'Conv2d' && layer.groups === layer.in_channels ? 'depthwiseConv' : undefined
}

/* ---- mistakes ---- */

function interpretError(golden: GoldenCase): void {
  const settings = fieldsOf(camelCaseKeys(withNonFinite(golden.wrapper)))
  const variables = variablesOf({ weight: [[0, 0]] })
  const optimizer = configOf(golden.optimizer ?? { type: 'SGD', lr: 0.1 })
  const options = Object.keys(settings).map((name) => `OptimWrapper.${name}`)
  expectFailure(() => makeWrapper({ parameters: () => variables }, { optimizer, ...settings }), options)
  tf.dispose(variables)
}

function expectFailure(build: () => unknown, names: readonly string[]): void {
  let thrown: unknown
  try {
    build()
  } catch (error) {
    thrown = error
  }
  expect(hasCode(thrown), `an error with a code, but got ${String(thrown)}`).toBe(true)
  const message = String(thrown)
  expect(
    names.some((name) => message.includes(name)),
    `'${message}' names one of ${names.join(', ')}`,
  ).toBe(true)
}

/* ---- parts ---- */

function makeWrapper(model: ConstructorParameters<typeof OptimWrapper>[0], options: Fields): OptimWrapper {
  // Goldens are not typed; the constructor checks them.
  return Reflect.construct(OptimWrapper, [model, options])
}

export function configOf(optimizer: unknown): { type: string } {
  const { type, ...options } = fieldsOf(withNonFinite(optimizer))
  return {
    type: String(type),
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [camelCaseName(name), value])),
  }
}

function variablesOf(values: Fields): Variables {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, tf.tidy(() => tf.variable(tensorOf(value)))]),
  )
}

function tensorOf(value: unknown): tf.Tensor {
  return tf.tensor(JSON.parse(JSON.stringify(value)), undefined, 'float32')
}

function matrix(value: unknown): tf.Tensor2D {
  const tensor = value instanceof tf.Tensor ? value : tensorOf(value)
  const [rows = 1, columns = 1] = tensor.shape
  return tf.reshape(tensor, [rows, columns])
}
