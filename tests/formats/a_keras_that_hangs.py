"""Stands in for a Keras (``KERAS_MODULE``): starts a child, says which, and never answers."""

import os
import subprocess
import sys
import time
from pathlib import Path

child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
Path(os.environ["CHILD"]).write_text(str(child.pid), "utf-8")
time.sleep(600)
