"""The safetensors format (8 bytes length, JSON header, data), so that nothing but PyTorch itself is needed here."""
import json

import torch

DTYPES = {'F32': torch.float32, 'I64': torch.int64}


def load(path):
    with open(path, 'rb') as f:
        data = bytearray(f.read())
    start = 8 + int.from_bytes(data[:8], 'little')
    header = json.loads(data[8:start])
    header.pop('__metadata__', None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        # a copy, so that every tensor is aligned
        part = bytearray(data[start + begin:start + end])
        tensors[name] = torch.frombuffer(part, dtype=DTYPES[entry['dtype']]).reshape(entry['shape'])
    return tensors


def save(path, tensors):
    """Writes float32 tensors in row-major order."""
    header, parts, at = {}, [], 0
    for name, tensor in tensors.items():
        part = tensor.contiguous().numpy().tobytes()
        header[name] = dict(dtype='F32', shape=list(tensor.shape), data_offsets=[at, at + len(part)])
        parts.append(part)
        at += len(part)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as f:
        f.write(b''.join([len(text).to_bytes(8, 'little'), text, *parts]))
