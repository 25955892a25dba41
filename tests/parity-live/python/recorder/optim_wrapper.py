import inspect

import torch
from mmengine.optim import DefaultOptimWrapperConstructor, OptimWrapper
from mmengine.registry import OPTIMIZERS

from .values import error_from, error_of, from_json, to_json


def mend_nadam():
    """PyTorch before 2.0 multiplies the product of momenta by the present one twice where it looks ahead."""
    module = inspect.getmodule(torch.optim.NAdam)
    source = inspect.getsource(module._single_tensor_nadam)
    exec(source.replace('mu_product * mu * mu_next', 'mu_product * mu_next'), module.__dict__)


mend_nadam()


def record(case):
    case = from_json(case)
    if case.get('kind') == 'paramwise':
        return record_paramwise(case)
    if case.get('kind') == 'error':
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
        return error_from(lambda: OptimWrapper(optimizer, **case['wrapper']))
    return to_json(train(case))


class LoggedWrapper(OptimWrapper):
    """Tells what clipping would log, and when the optimizer steps."""
    grad_norm = None
    updated = False

    def step(self, **kwargs):
        self.updated = True
        super().step(**kwargs)

    def _clip_grad(self):
        self.message_hub.log_scalars.pop('train/grad_norm', None)
        super()._clip_grad()
        norm = self.message_hub.log_scalars.get('train/grad_norm')
        self.grad_norm = None if norm is None else norm.current()


def train(case):
    dtype = getattr(torch, case['dtype'])
    weight = torch.nn.Parameter(torch.tensor(case['initial']['weight'], dtype=dtype))
    bias = torch.nn.Parameter(torch.tensor(case['initial']['bias'], dtype=dtype))
    params = [weight, bias]
    if 'two_groups' in case:
        params = [dict(params=[param], **group) for param, group in zip(params, case['two_groups'])]
    wrapper = LoggedWrapper(OPTIMIZERS.build(dict(case['optimizer'], params=params)), **case['wrapper'])
    if 'initialize' in case:
        wrapper.initialize_count_status(torch.nn.Linear(1, 1), case['initialize']['iter'],
                                        case['initialize']['max_iters'])
    steps = []
    for inputs, targets in case['batches']:
        outputs = torch.nn.functional.linear(torch.tensor(inputs, dtype=dtype), weight, bias)
        loss = torch.nn.functional.mse_loss(outputs, torch.tensor(targets, dtype=dtype))
        sync, wrapper.grad_norm, wrapper.updated = wrapper.should_sync(), None, False
        scaled = loss / factor_of(wrapper)
        wrapper.update_params(loss)
        steps.append(dict(loss=loss.item(), scaled_loss=scaled.item(), should_sync_before=sync,
                          inner_count=wrapper._inner_count, updated=wrapper.updated, grad_norm=wrapper.grad_norm,
                          weight=weight.detach(), bias=bias.detach(),
                          grad_after=dict(weight=weight.grad, bias=bias.grad)))
        steps[-1] = to_json(steps[-1])
    return dict(steps=steps, lr=wrapper.get_lr(), momentum=wrapper.get_momentum())


def factor_of(wrapper):
    return 1 / wrapper.scale_loss(torch.ones(1, dtype=torch.float64)).item()


# ---- parameter groups by rule

# Members, and which of its implementations PyTorch takes.
ONLY_PYTORCH = ('params', 'foreach', 'maximize', 'capturable', 'differentiable', 'fused')


def described_model(layers):
    """Layers of the types and shapes that the case lists, under their paths."""
    root = torch.nn.Module()
    shared = {}
    for layer in layers:
        module = root if layer['path'] == '' else make_layer(layer)
        if module is not root:
            attach(root, layer['path'], module)
        for param in layer['params']:
            parameter = shared.setdefault(param['shared_with'], torch.nn.Parameter(torch.zeros(param['shape'])))
            parameter.requires_grad = param['requires_grad']
            module.register_parameter(param['name'], parameter)
    return root


def make_layer(layer):
    shapes = {param['name']: param['shape'] for param in layer['params']}
    kind = layer['type']
    if kind == 'Conv2d':
        out, _, height, width = shapes['weight']
        return torch.nn.Conv2d(layer['in_channels'], out, (height, width), groups=layer['groups'],
                               bias='bias' in shapes)
    if kind == 'Linear':
        return torch.nn.Linear(*reversed(shapes['weight']), bias='bias' in shapes)
    if kind == 'GroupNorm':
        return torch.nn.GroupNorm(1, shapes['weight'][0])
    if 'Norm' in kind:
        options = {'affine': True} if kind.startswith('Instance') else {}
        return getattr(torch.nn, kind)(shapes['weight'][0], **options)
    return torch.nn.Module()


def attach(root, path, module):
    *parents, name = path.split('.')
    for parent in parents:
        if parent not in root._modules:
            root.add_module(parent, torch.nn.Module())
        root = root._modules[parent]
    root.add_module(name, module)


def record_paramwise(case):
    model = described_model(case['model'])
    config = dict(type='OptimWrapper', optimizer=dict(case['optimizer']))
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    try:
        wrapper = DefaultOptimWrapperConstructor(config, case['paramwise_cfg'])(model)
    except Exception as error:
        return error_of(error)
    groups = []
    for group in wrapper.optimizer.param_groups:
        settings = {key: value for key, value in group.items() if key not in ONLY_PYTORCH}
        groups.append(dict(params=[names[id(parameter)] for parameter in group['params']], **settings))
    return to_json(dict(n_groups=len(groups), groups=groups, base_lr=wrapper.get_lr().get('base_lr')))
