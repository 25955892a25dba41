"""One system with one workload in a process of its own; its task comes as JSON, and each line that comes in asks for a round."""

import importlib
import json
import sys

from pace import Pace, tell

task = json.loads(sys.argv[1])
try:
    importlib.import_module(task["program"]).run(task, Pace(task))
except Exception as error:
    tell(failed=" ".join(f"{type(error).__name__}: {error}".split())[:300])
    raise
