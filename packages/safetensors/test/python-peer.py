"""Reads and writes safetensors files with the Python package, for python.test.ts.

read DIR   prints what the package finds in each file of DIR, or its error
write DIR  writes files into DIR with the package, then does the same
round      reads float32 bytes from stdin and writes the float16 bytes that NumPy makes of them
"""

import json
import pathlib
import sys

import numpy
from safetensors import SafetensorError, TensorSpec, deserialize, safe_open, serialize
from safetensors.numpy import load, save

NUMPY_DTYPES = "float64 float32 float16 int64 int32 int16 int8 uint64 uint32 uint16 uint8 bool".split()


def describe(path):
    content = path.read_bytes()
    try:
        tensors = {
            name: {"dtype": raw["dtype"], "shape": raw["shape"], "hex": raw["data"].hex()}
            for name, raw in deserialize(content)
        }
        with safe_open(path, framework="numpy") as opened:
            metadata = opened.metadata() or {}
    except SafetensorError as error:
        return {"error": str(error)}
    if all(tensor["dtype"] != "BF16" for tensor in tensors.values()):
        check_arrays(load(content), tensors)
    return {"tensors": tensors, "metadata": metadata}


def check_arrays(arrays, tensors):
    assert arrays.keys() == tensors.keys()
    for name, array in arrays.items():
        assert list(array.shape) == tensors[name]["shape"], name
        assert array.tobytes().hex() == tensors[name]["hex"], name


def random_array(random, dtype, shape):
    if dtype == "bool":
        return random.integers(0, 2, shape).astype(bool)
    return numpy.frombuffer(random.bytes(int(numpy.prod(shape)) * numpy.dtype(dtype).itemsize), dtype).reshape(shape)


def write(folder):
    random = numpy.random.default_rng(20240501)
    for index in range(40):
        arrays = {}
        for dtype in random.choice(NUMPY_DTYPES, random.integers(0, 8)):
            shape = tuple(int(size) for size in random.integers(0, 5, random.integers(0, 4)))
            arrays[f"layer{random.integers(100)}.{dtype}.\u00e9\U0001f600"] = random_array(random, str(dtype), shape)
        metadata = {"index": str(index)} if index % 2 else None
        (folder / f"{index}.safetensors").write_bytes(save(arrays, metadata))
    write_awkward(folder)


def write_awkward(folder):
    awkward = {"": numpy.array(1.5), "__proto__": numpy.zeros((2, 0, 3)), '"\\\n\u0000': numpy.array([True, False])}
    (folder / "awkward.safetensors").write_bytes(save(awkward, {"__proto__": '{"a": "\u2028"}'}))
    bits = numpy.arange(65536, dtype="<u2")
    spec = TensorSpec(dtype="bfloat16", shape=[256, 256], data_ptr=bits.ctypes.data, data_len=bits.nbytes)
    (folder / "bfloat16.safetensors").write_bytes(serialize({"all": spec}))


def main(command, folder=None):
    if command == "round":
        with numpy.errstate(over="ignore"):
            halves = numpy.frombuffer(sys.stdin.buffer.read(), "<f4").astype("<f2")
        sys.stdout.buffer.write(halves.tobytes())
        return
    folder = pathlib.Path(folder)
    if command == "write":
        write(folder)
    print(json.dumps({path.name: describe(path) for path in sorted(folder.iterdir())}))


main(*sys.argv[1:])
