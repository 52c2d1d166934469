"""Files that are taken for saved models and are none, each with what it is and what to do."""

from __future__ import annotations

import re
from pathlib import Path

from lstm_spec.formats import archive
from lstm_spec.formats.stored import NotReadable

LFS = b"version https://git-lfs.github.com/spec/"
OLD_PICKLE = re.compile(rb"\(?c[\w.]+\n\w+\n")
"""Protocol 0 is text: the name of a module and of something in it, each on a line."""
PICKLES = tuple(bytes([0x80, version]) for version in range(2, 6))


def refuse_what_is_none(head: bytes, path: Path) -> None:
    """Raise NotReadable if the first bytes say what the file is."""
    name = path.name
    if not head:
        raise NotReadable(f"{name} is empty")
    if head.startswith(LFS):
        raise NotReadable(
            f"{name} is a Git LFS pointer, a few lines in place of the model: run 'git lfs pull' "
            "in the repository, or download the file itself"
        )
    if head.startswith(PICKLES) or OLD_PICKLE.match(head) or path.suffix in (".pkl", ".pickle"):
        raise NotReadable(
            f"{name} is a Python pickle: opening it runs whatever code is in it, so it is never "
            "opened here. Load it where it was written, and save the model with "
            "model.save('model.h5') or, for PyTorch, safetensors.torch.save_file(state_dict, ...)"
        )
    if head.startswith(archive.MAGIC):
        raise NotReadable(zip_of_something(path))
    if head[4:8] == b"TFL3":
        raise NotReadable(
            f"{name} is a TensorFlow Lite model, which is not read: give the .h5 or .keras file "
            "that it was converted from"
        )
    if head.lstrip()[:1] in (b"<",):
        raise NotReadable(f"{name} is a web page, no model: the download went wrong")
    if head.lstrip()[:1] == b"{":
        raise NotReadable(
            f"{name} is JSON, an architecture without weights: give the file with the weights, and "
            "this one with --architecture"
        )
    if _is_text(head):
        raise NotReadable(f"{name} is a text file, no saved model")


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode("utf-8")
    return all(one.isprintable() or one in "\r\n\t" for one in text)


def zip_of_something(path: Path) -> str:
    """What a zip archive is that no reader takes."""
    with archive.opened(path) as packed:
        names = packed.namelist()
    if any(one.endswith("data.pkl") for one in names):
        return (
            f"{path.name} is a PyTorch checkpoint, a pickle inside a zip archive: opening it runs "
            "whatever code is in it, so it is never opened here. In Python, where you trust it: "
            "safetensors.torch.save_file(torch.load(FILE, weights_only=True), 'model.safetensors')"
        )
    return (
        f"{path.name} is a zip archive, but no saved model: it holds "
        f"{', '.join(names[:5]) or 'nothing'}"
    )
