"""A program that speaks the protocol, and breaks once in the way its first argument says.

    python engine.py FAULT MARKER

Its LSTM has weights of zero, so every output is zero: a test of the isolation needs no
more. The fault happens while the file MARKER does not exist.
"""

import base64
import json
import os
import signal
import struct
import sys
import time
from pathlib import Path

FAULT, MARKER = sys.argv[1], Path(sys.argv[2])
CAPABILITIES = ["forward", "final-state"]


def zeros(*shape):
    count = 1
    for length in shape:
        count *= length
    data = base64.b64encode(struct.pack(f"<{count}f", *[0.0] * count)).decode()
    return {"dtype": "float32", "shape": list(shape), "data": data}


def write(text):
    os.write(1, text if isinstance(text, bytes) else text.encode())


def sleep():
    while True:
        time.sleep(60)


def child_that_lives_on(leave_group):
    if os.fork() == 0:
        if leave_group:
            os.setsid()
            if os.fork():
                os._exit(0)
        sleep()
    os._exit(0)


def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        for pipe in (0, 1, 2):
            os.close(pipe)
        sleep()
    os.wait()


def flood():
    block = b"x" * (1 << 20)
    for _ in range(200):
        write(block)
    write("\n")


def dribble():
    while True:
        write("x")
        time.sleep(0.05)


def eat_memory():
    eaten = []
    while True:
        eaten.append(bytearray(1 << 24))


def deaf_to_terminate():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleep()


def closes_stdout():
    os.close(1)
    sleep()


def chatters_on_stderr():
    for _ in range(300):
        os.write(2, b"warning " * 1000 + b"\n")


def complains_and_dies():
    os.write(2, b"out of licences\n")
    os._exit(9)


ACTS = {
    "segfault": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "abort": os.abort,
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exit 0": lambda: os._exit(0),
    "exit 3": lambda: os._exit(3),
    "hang": sleep,
    "deaf": deaf_to_terminate,
    "memory": eat_memory,
    "garbage": lambda: write("Segmentation fault? No: a line that is no JSON\n"),
    "no id": lambda: write('{"ok": {}}\n'),
    "not text": lambda: write(b"\xff\xfe\x00\n"),
    "empty line": lambda: write("\n"),
    "nesting": lambda: write("[" * 100_000 + "\n"),
    "half a line": lambda: (write('{"id": 3, "ok": {"outp'), os._exit(0)),
    "flood": flood,
    "dribble": dribble,
    "closed stdout": closes_stdout,
    "heir of the pipe": lambda: child_that_lives_on(False),
    "heir that left": lambda: child_that_lives_on(True),
    "daemon": daemon,
    "stderr": chatters_on_stderr,
    "last words": complains_and_dies,
    "text before": lambda: write("Loading model...\n"),
}
"""What it does instead of answering, or before it does."""

ANSWERS = {
    "wrong id": {"id": 999, "ok": {}},
    "id true": {"id": True, "ok": {}},
    "no object": [1, 2],
    "two verdicts": {"ok": {}, "error": "both"},
    "no verdict": {},
    "ok is a text": {"ok": "fine"},
    "no outputs": {"ok": {"states": None}},
    "bare NaN": {"ok": {"outputs": float("nan"), "states": None}},
    "bad base64": {"dtype": "float32", "shape": [2, 2], "data": "%%%="},
    "short data": {"dtype": "float32", "shape": [2, 2], "data": "AAAA"},
    "complex": {"dtype": "complex64", "shape": [2, 2], "data": "AAAA"},
    "negative shape": {"dtype": "float32", "shape": [-2, 2], "data": "AAAA"},
    "outputs a list": [[0.0, 0.0], [0.0, 0.0]],
    "wrong shape": zeros(2, 3),
    "wrong rank": zeros(2, 2, 1),
    "NaN": {
        "dtype": "float32",
        "shape": [2, 2],
        "data": base64.b64encode(struct.pack("<4f", 0, 0, float("nan"), 0)).decode(),
    },
    "states of three": {"ok": {"outputs": zeros(2, 2), "states": [[zeros(2, 2)] * 3]}},
    "refused": {"refused": "the engine says no"},
    "unsupported": {"unsupported": "no such layer"},
    "error": {"error": "IndexError: somewhere inside"},
}
"""Its answer to call, or the outputs in it."""

HELLOS = {
    "version 2": {"protocol": 2},
    "no version": {"protocol": None},
    "unknown capability": {"capabilities": ["forwards"]},
    "capabilities a text": {"capabilities": "forward"},
    "no name": {"name": None},
    "unknown policy": {"padding_output": "whatever"},
}


def first_time():
    if MARKER.exists():
        return False
    MARKER.touch()
    return True


def answer(request):
    op = request["op"]
    if op == "hello":
        ok = {"protocol": 1, "name": "engine", "version": "1", "capabilities": CAPABILITIES}
        if FAULT in HELLOS and first_time():
            ok.update(HELLOS[FAULT])
        return {"ok": ok}
    if op == "call":
        if FAULT in ACTS and first_time():
            ACTS[FAULT]()
        if FAULT in ANSWERS and first_time():
            fault = ANSWERS[FAULT]
            if isinstance(fault, list) and FAULT != "outputs a list":
                return fault
            known = ("id", "ok", "error", "refused", "unsupported")
            if isinstance(fault, dict) and (not fault or set(fault) & set(known)):
                return fault
            return {"ok": {"outputs": fault, "states": None}}
        return {"ok": {"outputs": zeros(2, 2), "states": None}}
    return {"ok": {"model": 1} if op == "build" else {}}


def main():
    if FAULT == "dies before the handshake" and first_time():
        sys.exit("licence expired")
    if FAULT == "banner" and first_time():
        write("Welcome to the engine 1.0\n")
    if FAULT == "hang at handshake" and first_time():
        sleep()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        reply = answer(request)
        if isinstance(reply, dict):
            reply.setdefault("id", request["id"])
        deaf = FAULT == "closed stdin" and request["op"] == "build" and first_time()
        if deaf:
            os.close(0)  # before the answer: the next request must not find it open
        write(json.dumps(reply) + "\n")
        if deaf:
            sleep()
        if FAULT == "text after" and request["op"] == "call" and first_time():
            write("Inference took 3 ms\n")
        if FAULT == "dies between requests" and request["op"] == "build" and first_time():
            os._exit(5)
    if FAULT == "hang at exit":
        sleep()


main()
