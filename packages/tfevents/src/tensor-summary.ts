import { type WriteFields, writeMessage, writeText } from './message.js'
import { encodeSummary, type SummaryPlace } from './summary.js'

// Field numbers and values of TensorFlow's summary.proto, tensor.proto and tensor_shape.proto.
const value = { tensor: 8, metadata: 9 } as const
const metadata = { pluginData: 1, dataClass: 4 } as const
const pluginData = { name: 1, content: 2 } as const
const tensor = { dtype: 1, shape: 2, string: 8 } as const
const shape = { dimension: 2, size: 1 } as const
const dtype = { float: 1, string: 7 } as const
const tensorClass = 2

/** Which plugin of TensorBoard a tensor is for, and what that plugin is to know of it. */
export interface PluginData {
  name: string
  writeContent?: WriteFields
}

/** The record of a tensor for a plugin; `writeTensor` writes its fields. */
export function encodeTensorSummary(
  place: SummaryPlace,
  plugin: PluginData,
  writeTensor: WriteFields,
): Uint8Array<ArrayBuffer> {
  return encodeSummary(place, (writer) => {
    writeMessage(writer, value.tensor, writeTensor)
    writeMessage(writer, value.metadata, () => {
      writeMessage(writer, metadata.pluginData, () => {
        writeText(writer, pluginData.name, plugin.name)
        if (plugin.writeContent) writeMessage(writer, pluginData.content, plugin.writeContent)
      })
      writer.writeVarintField(metadata.dataClass, tensorClass)
    })
  })
}

/** The fields of a tensor without dimensions that holds this text. */
export function textTensor(text: string): WriteFields {
  return (writer) => {
    writer.writeVarintField(tensor.dtype, dtype.string)
    writeMessage(writer, tensor.shape, () => {})
    writeText(writer, tensor.string, text)
  }
}

/** The fields of a tensor with nothing in it, for plugins that want only their content. */
export const emptyTensor: WriteFields = (writer) => {
  writer.writeVarintField(tensor.dtype, dtype.float)
  writeMessage(writer, tensor.shape, () => {
    writeMessage(writer, shape.dimension, () => writer.writeVarintField(shape.size, 0))
  })
}
