"""PyTorch as a peer: reads requests, one JSON object per line, and answers each with one. See pytorch.ts."""
import json
import sys
import time

loading = time.perf_counter()
import torch
loading = (time.perf_counter() - loading) * 1e3

from safetensors_file import load, save
from torch.nn import functional as F

FORMATS = {'NCHW': torch.contiguous_format, 'channels_last': torch.channels_last}
calls = {}


def hello(threads):
    torch.set_num_threads(threads)
    blas = next((s for s in torch.__config__.show().replace('\n', ',').split(',') if 'BLAS_INFO' in s), '')
    return dict(version=torch.__version__, onednn=torch.backends.mkldnn.is_available(), threads=torch.get_num_threads(),
                load=loading, blas=blas.partition('=')[2])


def operands(file, memory_format):
    tensors = load(file)
    return {k: v.contiguous(memory_format=memory_format) if v.dim() == 4 else v for k, v in tensors.items()}


def options(layer):
    return {k: layer[k] for k in ('stride', 'padding', 'dilation', 'groups')}


def forward(name, layer, file, result):
    """One call: the layer. In each memory format the input lies as that format wants it, and so does the output."""
    for suffix, memory_format in FORMATS.items():
        t = operands(file, memory_format)

        def call(t=t):
            with torch.inference_mode():
                return F.conv2d(t['input'], t['weight'], t['bias'], **options(layer))

        calls[f'{name} {suffix}'] = call
    save(result, {f'PyTorch {suffix}': calls[f'{name} {suffix}']() for suffix in FORMATS})


def training(name, layer, file, result):
    """One call: the layer and its three gradients."""
    for suffix, memory_format in FORMATS.items():
        t = operands(file, memory_format)
        wanted = [t[k].requires_grad_() for k in ('input', 'weight', 'bias')]

        def call(t=t, wanted=wanted):
            y = F.conv2d(t['input'], t['weight'], t['bias'], **options(layer))
            return y.detach(), *torch.autograd.grad(y, wanted, t['outputGradient'])

        calls[f'{name} {suffix}'] = call
    names = ('output', 'input', 'weight', 'bias')
    save(result, {f'{k} {suffix}': v for suffix in FORMATS for k, v in zip(names, calls[f'{name} {suffix}']())})


def resnet18(name, file, classes, lr, momentum):
    """One call: a training step of torchvision's ResNet-18, which starts with the weights of the file."""
    import torchvision
    for suffix, memory_format in FORMATS.items():
        tensors = load(file)
        x = tensors.pop('benchmark.input').contiguous(memory_format=memory_format)
        target = tensors.pop('benchmark.target')
        model = torchvision.models.resnet18(weights=None, num_classes=classes)
        model.load_state_dict(tensors)
        model = model.train().to(memory_format=memory_format)
        optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)

        def call(model=model, optimizer=optimizer, x=x, target=target):
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(x), target)
            loss.backward()
            optimizer.step()
            return loss.item()

        calls[f'{name} {suffix}'] = call


def first_call(layer, file):
    """Milliseconds of the first call of a layer, and of the fastest of three later ones."""
    t = load(file)
    times = []
    with torch.inference_mode():
        for _ in range(4):
            start = time.perf_counter()
            F.conv2d(t['input'], t['weight'], t['bias'], **options(layer))
            times.append((time.perf_counter() - start) * 1e3)
    return dict(first=times[0], later=min(times[1:]))


def values(name, count):
    return dict(values=[calls[name]() for _ in range(count)])


def clock(name, warm, samples, group):
    """Microseconds of one call, for each sample."""
    call = calls[name]
    for _ in range(warm):
        call()
    times = []
    for _ in range(samples):
        start = time.perf_counter()
        for _ in range(group):
            call()
        times.append((time.perf_counter() - start) * 1e6 / group)
    return dict(times=times)


def processor():
    """Milliseconds of processor time that this process has used in all its threads."""
    return dict(milliseconds=time.process_time() * 1e3)


def forget():
    calls.clear()


REQUESTS = {f.__name__: f for f in (hello, forward, training, resnet18, first_call, values, clock, processor, forget)}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = REQUESTS[request.pop('request')](**request) or {}
    except Exception as error:
        answer = dict(error=f'{type(error).__name__}: {error}')
    print(json.dumps(answer), flush=True)
