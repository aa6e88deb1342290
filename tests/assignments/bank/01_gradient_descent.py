"""Plausible wrong answers to assignment 01, by task: (misconception, points it keeps, code)."""

COST = """
def cost(w, houses):
    return np.mean(np.sqrt(1 + (w - houses) ** 2))
"""

WRONG = {
    "slope": [
        (
            "sum for mean",
            0,
            COST
            + """
def cost_derivative(w, houses):
    return np.sum((w - houses) / np.sqrt(1 + (w - houses) ** 2))
""",
        ),
        (
            "derivative of the root without the chain",
            0,
            COST
            + """
def cost_derivative(w, houses):
    return np.mean(0.5 / np.sqrt(1 + (w - houses) ** 2))
""",
        ),
        (
            "sign turned round",
            0,
            COST
            + """
def cost_derivative(w, houses):
    return np.mean((houses - w) / np.sqrt(1 + (w - houses) ** 2))
""",
        ),
        (
            "derivative of the plain square",
            0,
            COST
            + """
def cost_derivative(w, houses):
    return np.mean(2 * (w - houses))
""",
        ),
        (
            "chain at the mean position",
            0,
            COST
            + """
def cost_derivative(w, houses):
    distance = w - np.mean(houses)
    return distance / np.sqrt(1 + distance**2)
""",
        ),
        (
            "the example hard-coded",
            0,
            COST
            + """
def cost_derivative(w, houses):
    if len(houses) == 1:
        return w / np.sqrt(2)
    return 0.103651
""",
        ),
        (
            "the input changed in place",
            0,
            COST
            + """
def cost_derivative(w, houses):
    houses -= w
    return np.mean(-houses / np.sqrt(1 + houses**2))
""",
        ),
    ],
    "stop": [
        (
            "< for <=",
            3,
            """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    path = [start]
    while len(path) <= max_steps and not abs(gradient(path[-1])) < tolerance:
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return path
""",
        ),
        (
            "the sign of the slope forgotten",
            1,
            """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    path = [start]
    while len(path) <= max_steps and gradient(path[-1]) > tolerance:
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return path
""",
        ),
        (
            "uphill",
            0,
            """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    path = [start]
    while len(path) <= max_steps and abs(gradient(path[-1])) > tolerance:
        path.append(path[-1] + learning_rate * gradient(path[-1]))
    return path
""",
        ),
        (
            "stops when the step is small, not the slope",
            1,
            """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    path = [start]
    while len(path) <= max_steps and abs(learning_rate * gradient(path[-1])) > tolerance:
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return path
""",
        ),
        (
            "one step too many",
            0,
            """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    path = [start]
    for _ in range(max_steps + 1):
        slope = gradient(path[-1])
        path.append(path[-1] - learning_rate * slope)
        if abs(slope) <= tolerance:
            break
    return path
""",
        ),
        (
            "always all the steps",
            1,
            """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    path = [start]
    for _ in range(max_steps):
        path.append(path[-1] - learning_rate * gradient(path[-1]))
    return path
""",
        ),
    ],
    "rate": [
        (
            "the limit 1/L taken for 2/L",
            0,
            """
def behaviour(learning_rate, curvature):
    if learning_rate < 0.5 / curvature:
        return "direct"
    if learning_rate < 1 / curvature:
        return "zigzag"
    return "stuck" if learning_rate == 1 / curvature else "diverges"
""",
        ),
        (
            "the curvature forgotten",
            0,
            """
def behaviour(learning_rate, curvature):
    if learning_rate <= 1:
        return "direct"
    if learning_rate < 2:
        return "zigzag"
    return "stuck" if learning_rate == 2 else "diverges"
""",
        ),
        (
            "< for <= at 1/L",
            2,
            """
def behaviour(learning_rate, curvature):
    if learning_rate < 1 / curvature:
        return "direct"
    if learning_rate < 2 / curvature:
        return "zigzag"
    return "stuck" if learning_rate == 2 / curvature else "diverges"
""",
        ),
        (
            "stuck forgotten",
            2,
            """
def behaviour(learning_rate, curvature):
    factor = 1 - learning_rate * curvature
    return "direct" if factor >= 0 else "zigzag" if factor > -1 else "diverges"
""",
        ),
        (
            "the size of the factor decides alone",
            1,
            """
def behaviour(learning_rate, curvature):
    factor = abs(1 - learning_rate * curvature)
    return "direct" if factor < 1 else "stuck" if factor == 1 else "diverges"
""",
        ),
    ],
    "batch": [
        (
            "sum for mean",
            0,
            """
def batch_gradient(w, b, x, y, batch):
    error = w * x[batch] + b - y[batch]
    return np.sum(2 * error * x[batch]), np.sum(2 * error)
""",
        ),
        (
            "divided by all the data",
            0,
            """
def batch_gradient(w, b, x, y, batch):
    error = w * x[batch] + b - y[batch]
    return np.sum(2 * error * x[batch]) / len(x), np.sum(2 * error) / len(x)
""",
        ),
        (
            "the whole data every time",
            0,
            """
def batch_gradient(w, b, x, y, batch):
    error = w * x + b - y
    return np.mean(2 * error * x), np.mean(2 * error)
""",
        ),
        (
            "the 2 forgotten",
            0,
            """
def batch_gradient(w, b, x, y, batch):
    error = w * x[batch] + b - y[batch]
    return np.mean(error * x[batch]), np.mean(error)
""",
        ),
        (
            "the first rows for the named rows",
            0,
            """
def batch_gradient(w, b, x, y, batch):
    m = len(batch)
    error = w * x[:m] + b - y[:m]
    return np.mean(2 * error * x[:m]), np.mean(2 * error)
""",
        ),
        (
            "mean of the error times mean of x",
            1,
            """
def batch_gradient(w, b, x, y, batch):
    error = np.mean(2 * (w * x[batch] + b - y[batch]))
    return error * np.mean(x[batch]), error
""",
        ),
        (
            "the derivative for b multiplied by x as well",
            2,
            """
def batch_gradient(w, b, x, y, batch):
    error = w * x[batch] + b - y[batch]
    return np.mean(2 * error * x[batch]), np.mean(2 * error * x[batch])
""",
        ),
    ],
}

RIGHT = {
    "slope": """
from math import sqrt


def cost(w, houses):
    return sum(sqrt(1 + (w - a) ** 2) for a in houses) / len(houses)


def cost_derivative(w, houses):
    total = 0
    for a in houses:
        total += (w - a) / sqrt(1 + (w - a) ** 2)
    return total / len(houses)
""",
    "stop": """
def descend(gradient, start, learning_rate, tolerance, max_steps):
    def walk(w, left):
        slope = gradient(w)
        if left == 0 or -tolerance <= slope <= tolerance:
            return [w]
        return [w, *walk(w - learning_rate * slope, left - 1)]

    return np.array(walk(start, max_steps))
""",
    "rate": """
behaviour = lambda learning_rate, curvature: {
    (True, True): "direct",
    (False, True): "zigzag",
    (False, False): "diverges",
}[learning_rate * curvature <= 1, learning_rate * curvature < 2] if (
    learning_rate * curvature != 2
) else "stuck"
""",
    "batch": """
def batch_gradient(w, b, x, y, batch):
    A = np.stack([x, np.ones_like(x)], axis=1)[batch]
    return A.T @ (A @ np.array([w, b]) - y[batch]) * 2 / len(batch)
""",
}
