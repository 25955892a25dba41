"""What golden files say in JSON, as Python has it, and the other way round."""
import math

import numpy as np
import torch

NON_FINITE = {'inf': math.inf, '-inf': -math.inf, 'nan': math.nan}


def from_json(value):
    """The texts inf, -inf and nan become numbers, at every depth."""
    if isinstance(value, str):
        return NON_FINITE.get(value, value)
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if isinstance(value, dict):
        return {key: from_json(item) for key, item in value.items()}
    return value


def to_json(value):
    """Tensors and arrays become lists, numbers without a JSON form become texts."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        return to_json(value.tolist())
    if isinstance(value, np.generic):
        return to_json(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return 'nan' if math.isnan(value) else ('inf' if value > 0 else '-inf')
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    return value


def error_of(error):
    return {'error_type': type(error).__name__, 'message': str(error)}


def error_from(action):
    """The error of an action that must fail."""
    try:
        action()
    except Exception as error:
        return error_of(error)
    raise AssertionError('the case is an error case, but nothing failed')
