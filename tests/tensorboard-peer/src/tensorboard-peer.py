"""Reads event files with the Python package tensorboard, for tensorboard-peer.ts.

events FILE     prints every event of a file, and the bytes that tensorboard's own writer makes of them
accumulate DIR  prints what EventAccumulator finds in a run
page DIR        starts TensorBoard on a folder with runs at any depth, each of which ends with the scalar "end", and
                prints what its page gets to show
"""

import io
import json
import math
import pathlib
import sys
import time
import urllib.parse
import urllib.request

from google.protobuf import json_format
from tensorboard import default, program
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import LegacyEventFileLoader
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util

EVERYTHING = dict.fromkeys(("scalars", "images", "histograms", "compressedHistograms", "tensors"), 0)
LONGEST_WAIT_SECONDS = 50


def number(value):
    """JSON has no words for these; JavaScript's Number() takes them."""
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else f"{'-' if value < 0 else ''}Infinity"


def events(path):
    written = io.BytesIO()
    writer = RecordWriter(written)
    read = []
    for event in LegacyEventFileLoader(path).Load():
        read.append(json_format.MessageToDict(event, preserving_proto_field_name=True))
        writer.write(event.SerializeToString(deterministic=True))
    return {"events": read, "rewritten": written.getvalue().hex()}


def accumulate(folder):
    found = EventAccumulator(folder, size_guidance=EVERYTHING).Reload()
    tags = found.Tags()
    return {
        "fileVersion": found.file_version,
        "scalars": {tag: [moment(item) + [number(item.value)] for item in found.Scalars(tag)] for tag in tags["scalars"]},
        "images": {tag: [moment(item) + image(item) for item in found.Images(tag)] for tag in tags["images"]},
        "histograms": {
            tag: [moment(item) + [histogram(item.histogram_value)] for item in found.Histograms(tag)]
            for tag in tags["histograms"]
        },
        "texts": {
            tag: [moment(item) + [text(item.tensor_proto)] for item in found.Tensors(tag)]
            for tag in tags["tensors"]
            if found.SummaryMetadata(tag).plugin_data.plugin_name == "text"
        },
    }


def moment(item):
    return [item.wall_time, item.step]


def image(item):
    return [item.width, item.height, item.encoded_image_string.hex()]


def histogram(value):
    return {
        "min": value.min,
        "max": value.max,
        "num": value.num,
        "sum": number(value.sum),
        "sumSquares": number(value.sum_squares),
        "limits": value.bucket_limit,
        "counts": value.bucket,
    }


def text(tensor):
    return tensor_util.make_ndarray(tensor).item().decode()


class Page:
    """What the page of a running TensorBoard asks for."""

    def __init__(self, folder):
        board = program.TensorBoard(plugins=default.get_plugins())
        board.configure(argv=[None, "--logdir", folder, "--port", "0"])
        self.url = board.launch().rstrip("/") + "/data/plugin/"

    def get(self, path, body=None, **query):
        address = self.url + path + "?" + urllib.parse.urlencode(query)
        headers = {"Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as response:
            return response.read()

    def json(self, path, **query):
        return json.loads(self.get(path, **query))

    def wait_for(self, runs):
        deadline = time.monotonic() + LONGEST_WAIT_SECONDS
        while not all("end" in self.json("scalars/tags").get(run, ()) for run in runs):
            assert time.monotonic() < deadline, f"TensorBoard does not show {runs}"
            time.sleep(0.02)

    def series(self, plugin):
        tags = self.json(f"{plugin}/tags")
        return {
            run: {tag: self.json(f"{plugin}/{plugin}", run=run, tag=tag) for tag in tags[run]} for run in sorted(tags)
        }

    def images(self):
        tags = self.json("images/tags")
        return {run: {tag: self.image(run, tag) for tag in tags[run]} for run in sorted(tags)}

    def image(self, run, tag):
        shown = self.json("images/images", run=run, tag=tag, sample=0)
        return [[item["wall_time"], item["step"], self.get_blob(item["query"]).hex()] for item in shown]

    def get_blob(self, query):
        return self.get("images/individualImage", **dict(urllib.parse.parse_qsl(query)))

    def hparams(self):
        request = {"experimentName": "", "allowedStatuses": ["STATUS_UNKNOWN"], "startIndex": 0, "sliceSize": 100}
        request["colParams"] = [
            {"hparam": info["name"], "includeInResult": True}
            for info in json.loads(self.get("hparams/experiment", b'{"experimentName": ""}'))["hparamInfos"]
        ]
        groups = json.loads(self.get("hparams/session_groups", json.dumps(request).encode()))["sessionGroups"]
        return {group["name"]: group["hparams"] for group in groups}


def page(folder):
    shown = Page(folder)
    files = pathlib.Path(folder).rglob("*tfevents*")
    shown.wait_for({file.parent.relative_to(folder).as_posix() for file in files})
    series = {plugin: shown.series(plugin) for plugin in ("scalars", "histograms", "text")}
    return {**series, "images": shown.images(), "hparams": shown.hparams()}


COMMANDS = {"events": events, "accumulate": accumulate, "page": page}
print("\n" + json.dumps(COMMANDS[sys.argv[1]](sys.argv[2]), allow_nan=False))
