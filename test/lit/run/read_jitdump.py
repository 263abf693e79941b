"""Prints what a file for perf says of each function: "kernel0: score.cpp:12 score.cpp:13". As perf does it, a function has the lines
of the last record of lines before its code, if they are for its address."""
import pathlib
import struct
import sys

data = pathlib.Path(sys.argv[1]).read_bytes()
assert data[:4] == b"DTiJ"
at = struct.unpack_from("<I", data, 8)[0]
lines, lines_of = [], None
while at < len(data):
    kind, size = struct.unpack_from("<II", data, at)
    if kind == 2:  # lines
        lines_of, count = struct.unpack_from("<QQ", data, at + 16)
        lines, entry = set(), at + 32
        for _ in range(count):
            line = struct.unpack_from("<I", data, entry + 8)[0]
            end = data.index(0, entry + 16)
            lines.add((data[entry + 16:end].decode(), line))
            entry = end + 1
        assert entry == at + size
    elif kind == 0:  # code
        address, code_size = struct.unpack_from("<QQ", data, at + 32)
        end = data.index(0, at + 56)
        assert end + 1 + code_size == at + size
        own = sorted(f"{pathlib.Path(file).name}:{line}" for file, line in lines if line) if lines_of == address else []
        print(f"{data[at + 56:end].decode()}:", *own)
    at += size
