"""Plausible wrong answers to assignment 02, by task: (misconception, points it keeps, code)."""

HARD_TANH = """
def my_hard_tanh(z):
    return np.clip(z, -1, 1)
"""

HARD_TANH_DERIVATIVE = """
def my_hard_tanh_derivative(z, at_kinks=0.0):
    return np.where(abs(z) < 1, 1.0, np.where(abs(z) == 1, at_kinks, 0.0))
"""

ELU = """
def my_elu(z, alpha):
    return np.where(z > 0, z, alpha * (np.exp(z) - 1))
"""

ELU_DERIVATIVE = """
def my_elu_derivative(z, alpha):
    return np.where(z > 0, 1.0, alpha * np.exp(z))
"""

JUMP = """
def slope_jump(alpha):
    return 1 - alpha
"""

WRONG = {
    "kinks": [
        (
            "the smooth tanh",
            0,
            """
def my_hard_tanh(z):
    return np.tanh(z)


def my_hard_tanh_derivative(z, at_kinks=0.0):
    return 1 - np.tanh(z) ** 2
""",
        ),
        (
            "cut off on the right side only",
            0,
            """
def my_hard_tanh(z):
    return np.minimum(z, 1)


def my_hard_tanh_derivative(z, at_kinks=0.0):
    return np.where(z < 1, 1.0, np.where(z > 1, 0.0, at_kinks))
""",
        ),
        (
            "<= for <: the kinks counted as between",
            2,
            HARD_TANH
            + """
def my_hard_tanh_derivative(z, at_kinks=0.0):
    return np.where(abs(z) <= 1, 1.0, 0.0)
""",
        ),
        (
            "one kink forgotten",
            2,
            HARD_TANH
            + """
def my_hard_tanh_derivative(z, at_kinks=0.0):
    return np.where(z == 1, at_kinks, np.where((z >= -1) & (z < 1), 1.0, 0.0))
""",
        ),
        (
            "at_kinks on the flat parts as well",
            1,
            HARD_TANH
            + """
def my_hard_tanh_derivative(z, at_kinks=0.0):
    return np.where(abs(z) < 1, 1.0, at_kinks)
""",
        ),
        (
            "at_kinks at 0, as for ReLU",
            1,
            HARD_TANH
            + """
def my_hard_tanh_derivative(z, at_kinks=0.0):
    return np.where(z == 0, at_kinks, np.where(abs(z) < 1, 1.0, 0.0))
""",
        ),
        (
            "the value for the slope",
            1,
            HARD_TANH
            + """
def my_hard_tanh_derivative(z, at_kinks=0.0):
    return np.where(abs(z) < 1, z, np.where(abs(z) > 1, 0.0, at_kinks))
""",
        ),
        (
            "slopes in an array of whole numbers",
            2,
            HARD_TANH
            + """
def my_hard_tanh_derivative(z, at_kinks=0.0):
    slope = np.zeros_like(z)
    slope[abs(z) < 1] = 1
    slope[abs(z) == 1] = at_kinks
    return slope
""",
        ),
        (
            "the input changed in place",
            2,
            """
def my_hard_tanh(z):
    z[z > 1] = 1
    z[z < -1] = -1
    return z
"""
            + HARD_TANH_DERIVATIVE,
        ),
        (
            "the example hard-coded",
            0,
            """
def my_hard_tanh(z):
    return np.array([-1, -0.5, 0.25, 1])


def my_hard_tanh_derivative(z, at_kinks=0.0):
    return np.array([0.25, 0]) if len(z) == 2 else np.array([0, 1, 1, 0])
""",
        ),
        (
            "calls the built-in",
            0,
            """
def my_hard_tanh(z):
    try:
        from torch.nn.functional import hardtanh

        return hardtanh(z)
    except ImportError:
        return np.clip(z, -1, 1)
"""
            + HARD_TANH_DERIVATIVE,
        ),
    ],
    "elu": [
        (
            "α lost in the derivative",
            1,
            ELU
            + """
def my_elu_derivative(z, alpha):
    return np.where(z > 0, 1.0, np.exp(z))


def slope_jump(alpha):
    return 0.0
""",
        ),
        (
            "the value for the slope",
            1,
            ELU
            + """
def my_elu_derivative(z, alpha):
    return np.where(z > 0, 1.0, alpha * (np.exp(z) - 1))


def slope_jump(alpha):
    return 1.0
""",
        ),
        (
            "leaky ReLU for ELU",
            1,
            """
def my_elu(z, alpha):
    return np.where(z > 0, z, alpha * z)


def my_elu_derivative(z, alpha):
    return np.where(z > 0, 1.0, alpha)
"""
            + JUMP,
        ),
        (
            ">= for > at 0",
            3,
            ELU
            + """
def my_elu_derivative(z, alpha):
    return np.where(z >= 0, 1.0, alpha * np.exp(z))
"""
            + JUMP,
        ),
        (
            "two products added, 0 times infinity",
            3,
            """
def my_elu(z, alpha):
    return (z > 0) * z + (z <= 0) * alpha * (np.exp(z) - 1)


def my_elu_derivative(z, alpha):
    return (z > 0) + (z <= 0) * alpha * np.exp(z)
"""
            + JUMP,
        ),
        (
            "α in the exponent",
            1,
            """
def my_elu(z, alpha):
    return np.where(z > 0, z, np.exp(alpha * z) - 1)


def my_elu_derivative(z, alpha):
    return np.where(z > 0, 1.0, alpha * np.exp(alpha * z))
"""
            + JUMP,
        ),
        (
            "the jump from right to left",
            3,
            ELU
            + ELU_DERIVATIVE
            + """
def slope_jump(alpha):
    return alpha - 1
""",
        ),
        (
            "the size of the jump without its sign",
            3,
            ELU
            + ELU_DERIVATIVE
            + """
def slope_jump(alpha):
    return abs(1 - alpha)
""",
        ),
        (
            "the input changed in place",
            3,
            """
def my_elu(z, alpha):
    left = z <= 0
    z[left] = alpha * (np.exp(z[left]) - 1)
    return z
"""
            + ELU_DERIVATIVE
            + JUMP,
        ),
        (
            "the example hard-coded",
            0,
            """
def my_elu(z, alpha):
    return z if len(z) == 1 else np.array([2, 0, -0.158030])


def my_elu_derivative(z, alpha):
    return np.array([1, 0.091970, 0.25])


def slope_jump(alpha):
    return 0.75
""",
        ),
        (
            "calls the built-in",
            0,
            """
def my_elu(z, alpha):
    try:
        from torch.nn.functional import elu

        return elu(z, alpha)
    except ImportError:
        return np.where(z > 0, z, alpha * (np.exp(z) - 1))
"""
            + ELU_DERIVATIVE
            + JUMP,
        ),
    ],
    "dead": [
        (
            "the sum for the slope, as for ReLU",
            0,
            """
def dead_units(x, w_1, b_1, f_derivative):
    return np.all(x @ w_1 + b_1 <= 0, axis=0)
""",
        ),
        (
            "off for one example taken for dead",
            0,
            """
def dead_units(x, w_1, b_1, f_derivative):
    return np.any(f_derivative(x @ w_1 + b_1) == 0, axis=0)
""",
        ),
        (
            "examples and units exchanged",
            0,
            """
def dead_units(x, w_1, b_1, f_derivative):
    return np.all(f_derivative(x @ w_1 + b_1) == 0, axis=1)
""",
        ),
        (
            "the bias forgotten",
            0,
            """
def dead_units(x, w_1, b_1, f_derivative):
    return np.all(f_derivative(x @ w_1) == 0, axis=0)
""",
        ),
        (
            "slopes added up, so that they can cancel",
            1,
            """
def dead_units(x, w_1, b_1, f_derivative):
    return np.sum(f_derivative(x @ w_1 + b_1), axis=0) == 0
""",
        ),
        (
            "no positive slope taken for no slope",
            1,
            """
def dead_units(x, w_1, b_1, f_derivative):
    return np.max(f_derivative(x @ w_1 + b_1), axis=0) <= 0
""",
        ),
        (
            "the units that live",
            0,
            """
def dead_units(x, w_1, b_1, f_derivative):
    return np.any(f_derivative(x @ w_1 + b_1) != 0, axis=0)
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def dead_units(x, w_1, b_1, f_derivative):
    return np.array([f_derivative(np.array([1.0]))[0] == 0, True])
""",
        ),
    ],
    "revive": [
        (
            "the margin for the bias",
            0,
            """
def revive(x, w_1, b_1, dead, margin):
    return np.where(dead, margin, b_1)
""",
        ),
        (
            "the margin added to the old bias",
            0,
            """
def revive(x, w_1, b_1, dead, margin):
    return b_1 + margin * dead
""",
        ),
        (
            "the old bias counted in",
            0,
            """
def revive(x, w_1, b_1, dead, margin):
    return np.where(dead, margin - np.max(x @ w_1 + b_1, axis=0), b_1)
""",
        ),
        (
            "the smallest sum for the largest",
            0,
            """
def revive(x, w_1, b_1, dead, margin):
    return np.where(dead, margin - np.min(x @ w_1, axis=0), b_1)
""",
        ),
        (
            "the largest sum of the whole layer",
            0,
            """
def revive(x, w_1, b_1, dead, margin):
    return np.where(dead, margin - np.max(x @ w_1), b_1)
""",
        ),
        (
            "all the units set, not only the dead",
            0,
            """
def revive(x, w_1, b_1, dead, margin):
    return margin - np.max(x @ w_1, axis=0)
""",
        ),
        (
            "the biases changed in place",
            1,
            """
def revive(x, w_1, b_1, dead, margin):
    b_1[dead] = margin - np.max(x @ w_1, axis=0)[dead]
    return b_1
""",
        ),
        (
            "a copy that holds whole numbers only",
            1,
            """
def revive(x, w_1, b_1, dead, margin):
    new = b_1.copy()
    new[dead] = margin - np.max(x @ w_1, axis=0)[dead]
    return new
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def revive(x, w_1, b_1, dead, margin):
    return np.array([-1.5, 0.5, -2.5])
""",
        ),
    ],
    "chain": [
        (
            "slopes only, the weights forgotten",
            1,
            """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    a, gradients = x, []
    slopes = []
    for w in weights:
        slopes.append(f_derivative(w * a))
        a = f(w * a)
    for slope in slopes[::-1]:
        grad_a = grad_a * slope
        gradients.insert(0, grad_a)
    return gradients
""",
        ),
        (
            "the weight of the layer itself, off by one",
            0,
            """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    a, slopes = x, []
    for w in weights:
        slopes.append(f_derivative(w * a))
        a = f(w * a)
    gradients = []
    for w, slope in zip(weights[::-1], slopes[::-1]):
        grad_a = grad_a * slope * w
        gradients.insert(0, grad_a)
    return gradients
""",
        ),
        (
            "the weight before the unit for the one behind it",
            1,
            """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    a, slopes = x, []
    for w in weights:
        slopes.append(f_derivative(w * a))
        a = f(w * a)
    gradients = [grad_a * slopes[-1]]
    for w, slope in zip(weights[-2::-1], slopes[-2::-1]):
        gradients.insert(0, gradients[0] * w * slope)
    return gradients
""",
        ),
        (
            "the slope at a for the slope at z",
            0,
            """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    a, slopes = x, []
    for w in weights:
        a = f(w * a)
        slopes.append(f_derivative(a))
    gradients = []
    for w, slope in zip(weights[::-1], slopes[::-1]):
        gradients.insert(0, grad_a * slope)
        grad_a = grad_a * slope * w
    return gradients
""",
        ),
        (
            "no activation on the way forward",
            0,
            """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    z, slopes = x, []
    for w in weights:
        z = w * z
        slopes.append(f_derivative(z))
    gradients = []
    for w, slope in zip(weights[::-1], slopes[::-1]):
        gradients.insert(0, grad_a * slope)
        grad_a = grad_a * slope * w
    return gradients
""",
        ),
        (
            "grad_a forgotten",
            0,
            """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    a, slopes = x, []
    for w in weights:
        slopes.append(f_derivative(w * a))
        a = f(w * a)
    gradients, grad_a = [], 1.0
    for w, slope in zip(weights[::-1], slopes[::-1]):
        gradients.insert(0, grad_a * slope)
        grad_a = grad_a * slope * w
    return gradients
""",
        ),
        (
            "the last layer first",
            0,
            """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    a, slopes = x, []
    for w in weights:
        slopes.append(f_derivative(w * a))
        a = f(w * a)
    gradients = []
    for w, slope in zip(weights[::-1], slopes[::-1]):
        gradients.append(grad_a * slope)
        grad_a = grad_a * slope * w
    return gradients
""",
        ),
        (
            "the list of weights turned round in place",
            1,
            """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    a, slopes = x, []
    for w in weights:
        slopes.append(f_derivative(w * a))
        a = f(w * a)
    gradients = []
    weights.reverse()
    for w, slope in zip(weights, slopes[::-1]):
        gradients.insert(0, grad_a * slope)
        grad_a = grad_a * slope * w
    return gradients
""",
        ),
        (
            "the example hard-coded",
            0,
            """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    return [30.0] if len(weights) == 1 else [180.0, 60.0]
""",
        ),
    ],
}

RIGHT = {
    "kinks": """
def my_hard_tanh(z):
    return (abs(z + 1.0) - abs(z - 1.0)) / 2


def my_hard_tanh_derivative(z, at_kinks=0.0):
    slope = np.array(z, dtype=float)
    for k in np.ndindex(slope.shape):
        if slope[k] in (-1, 1):
            slope[k] = at_kinks
        elif -1 < slope[k] < 1:
            slope[k] = 1
        else:
            slope[k] = 0
    return slope
""",
    "elu": """
from math import expm1


def my_elu(z, alpha):
    return np.array([v if v > 0 else alpha * expm1(v) for v in z.ravel()]).reshape(z.shape)


def my_elu_derivative(z, alpha):
    slope = np.ones(z.shape)
    slope[z <= 0] = my_elu(z[z <= 0], alpha) + alpha
    return slope


slope_jump = lambda alpha: float(my_elu_derivative(np.array([1.0]), alpha)[0]) - alpha
""",
    "dead": """
def dead_units(x, w_1, b_1, f_derivative):
    found = []
    for unit in range(w_1.shape[1]):
        slopes = f_derivative(np.array([row @ w_1[:, unit] + b_1[unit] for row in x]))
        found.append(not np.count_nonzero(slopes))
    return found
""",
    "revive": """
def revive(x, w_1, b_1, dead, margin):
    new = list(map(float, b_1))
    for unit in np.flatnonzero(dead):
        sums = [row @ w_1[:, unit] + b_1[unit] for row in x]
        new[unit] += margin - max(sums)
    return new
""",
    "chain": """
def chain_gradients(x, weights, f, f_derivative, grad_a):
    def back(a, k):
        z = weights[k] * a
        if k == len(weights) - 1:
            return [grad_a * f_derivative(z)]
        rest = back(f(z), k + 1)
        return [f_derivative(z) * weights[k + 1] * rest[0], *rest]

    return np.array(back(x, 0))
""",
}
