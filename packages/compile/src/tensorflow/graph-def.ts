import { PbfWriter } from 'pbf'
import type { NativeType } from './native-backend.js'

/** A value of an attribute: one of protobuf's `AttrValue`. */
export type AttrValue =
  | { readonly s: string }
  | { readonly i: number }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly type: NativeType }
  | { readonly shape: readonly number[] }
  | { readonly tensor: TensorValue }
  | { readonly list: AttrList }

export type AttrList =
  | { readonly i: readonly number[] }
  | { readonly f: readonly number[] }
  | { readonly b: readonly boolean[] }

export interface TensorValue {
  readonly dtype: NativeType
  readonly shape: readonly number[]
  /** Little-endian, as on every machine that tfjs-node runs on. */
  readonly bytes: Uint8Array
}

/** A node of a graph: `inputs` are `name`, `name:output`, or `^name` for what must only have run before. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly attrs: Readonly<Record<string, AttrValue>>
}

/** Of TensorFlow's graphs since 2.9: what older ones lack is mended on loading. */
const producer = 1087

/** A graph as the file `saved_model.pb` of a SavedModel with the tag `serve`. @see tensorflow/core/protobuf */
export function savedModelOf(nodes: readonly GraphNode[]): Uint8Array {
  const writer = new PbfWriter()
  writer.writeVarintField(1, 1)
  writer.writeMessage(2, writeMetaGraph, nodes)
  return writer.finish()
}

const encoder = new TextEncoder()

function writeMetaGraph(nodes: readonly GraphNode[], metaGraph: PbfWriter): void {
  metaGraph.writeMessage(1, (tag, info) => writeText(info, 4, tag), 'serve')
  metaGraph.writeMessage(2, writeGraph, nodes)
}

function writeGraph(nodes: readonly GraphNode[], graph: PbfWriter): void {
  for (const node of nodes) graph.writeMessage(1, writeNode, node)
  graph.writeMessage(4, (version, versions) => versions.writeVarintField(1, version), producer)
}

function writeNode({ name, op, inputs, attrs }: GraphNode, node: PbfWriter): void {
  writeText(node, 1, name)
  writeText(node, 2, op)
  for (const input of inputs) writeText(node, 3, input)
  for (const entry of Object.entries(attrs)) node.writeMessage(5, writeAttr, entry)
}

function writeAttr([name, value]: readonly [string, AttrValue], attr: PbfWriter): void {
  writeText(attr, 1, name)
  attr.writeMessage(2, writeValue, value)
}

function writeValue(value: AttrValue, attr: PbfWriter): void {
  if ('s' in value) writeText(attr, 2, value.s)
  else if ('i' in value) attr.writeVarintField(3, value.i)
  else if ('f' in value) attr.writeFloatField(4, value.f)
  else if ('b' in value) attr.writeBooleanField(5, value.b)
  else if ('type' in value) attr.writeVarintField(6, value.type)
  else if ('shape' in value) attr.writeMessage(7, writeShape, value.shape)
  else if ('tensor' in value) attr.writeMessage(8, writeTensor, value.tensor)
  else attr.writeMessage(1, writeList, value.list)
}

function writeShape(shape: readonly number[], message: PbfWriter): void {
  for (const size of shape) message.writeMessage(2, (length, dim) => dim.writeVarintField(1, length), size)
}

function writeTensor({ dtype, shape, bytes }: TensorValue, tensor: PbfWriter): void {
  tensor.writeVarintField(1, dtype)
  tensor.writeMessage(2, writeShape, shape)
  tensor.writeBytesField(4, bytes)
}

function writeList(list: AttrList, message: PbfWriter): void {
  if ('i' in list) message.writePackedVarint(3, [...list.i])
  else if ('f' in list) message.writePackedFloat(4, [...list.f])
  else message.writePackedBoolean(5, [...list.b])
}

function writeText(message: PbfWriter, field: number, text: string): void {
  message.writeBytesField(field, encoder.encode(text))
}
