"""Six optimizers in NumPy with the argument names, defaults and update order of Keras 3.

In the formulas `w` is the weights, `g` the gradient there and `t` the step, from 1; all is element
by element, and `m`, `v`, `G` and the like start at 0. `learning_rate` and `epsilon` are positive,
`initial_accumulator_value` is 0 or more, all other settings lie in [0, 1); anything else is a
ValueError. The results are float64.
"""

import copy
import math
from dataclasses import dataclass, fields

import numpy as np

from helpers.checks import finite, flag, number, whole

RANGES = {
    "learning_rate": ("a positive finite number", lambda v: 0 < v < math.inf),
    "epsilon": ("a positive finite number", lambda v: 0 < v < math.inf),
    "initial_accumulator_value": ("a finite number, 0 or more", lambda v: 0 <= v < math.inf),
}
DECAY = ("a number in [0, 1)", lambda v: 0 <= v < 1)  # momentum, rho, beta_1, beta_2


class _Optimizer:
    t = 0
    _shape = None

    def __post_init__(self):
        for name, value in vars(self).items():
            if name == "nesterov":
                flag(name, value)
            else:
                setattr(self, name, float(number(name, value, *RANGES.get(name, DECAY))))

    def reset(self):
        """Forget every step: keep the settings, drop what the steps have added."""
        self.__dict__ = {field.name: getattr(self, field.name) for field in fields(self)}

    def update(self, weights, gradient):
        """Give the weights after one step, as a new array.

        `weights` and `gradient` are finite numbers of one shape, the same at every step until
        `reset()`; anything else is a ValueError.
        """
        w = finite("weights", weights, shape=self._shape)
        g = finite("gradient", gradient, shape=w.shape)
        self._shape = w.shape
        self.t += 1
        return self._step(w, g)


@dataclass(eq=False)
class SGD(_Optimizer):
    """v = momentum * v - learning_rate * g; w = w + v.

    With `nesterov`: w = w + momentum * v - learning_rate * g, with the new v.
    Source: Polyak (1964); Sutskever, Martens, Dahl & Hinton (2013), ICML.
    """

    learning_rate: float = 0.01
    momentum: float = 0.0
    nesterov: bool = False
    v = 0.0

    def _step(self, w, g):
        self.v = self.momentum * self.v - self.learning_rate * g
        if self.nesterov:
            return w + self.momentum * self.v - self.learning_rate * g
        return w + self.v


@dataclass(eq=False)
class AdaGrad(_Optimizer):
    """G = G + g**2; w = w - learning_rate * g / sqrt(initial_accumulator_value + G + epsilon).

    Source: Duchi, Hazan & Singer (2011), JMLR 12.
    """

    learning_rate: float = 0.001
    initial_accumulator_value: float = 0.1
    epsilon: float = 1e-7
    G = 0.0

    def _step(self, w, g):
        self.G = self.G + g**2
        scale = np.sqrt(self.initial_accumulator_value + self.G + self.epsilon)
        return w - self.learning_rate * g / scale


@dataclass(eq=False)
class AdaDelta(_Optimizer):
    """change = -g * sqrt(D + epsilon) / sqrt(G + epsilon); w = w + learning_rate * change.

    G = rho * G + (1 - rho) * g**2 before, and D = rho * D + (1 - rho) * change**2 after the change.
    Source: Zeiler (2012), arXiv:1212.5701; there, learning_rate is 1.
    """

    learning_rate: float = 0.001
    rho: float = 0.95
    epsilon: float = 1e-7
    G = D = 0.0

    def _step(self, w, g):
        self.G = self.rho * self.G + (1 - self.rho) * g**2
        change = -g * np.sqrt(self.D + self.epsilon) / np.sqrt(self.G + self.epsilon)
        self.D = self.rho * self.D + (1 - self.rho) * change**2
        return w + self.learning_rate * change


@dataclass(eq=False)
class RMSProp(_Optimizer):
    """G = rho * G + (1 - rho) * g**2; v = momentum * v + learning_rate * g / sqrt(G + epsilon).

    Then w = w - v.
    Source: Tieleman & Hinton (2012), Neural Networks for Machine Learning, lecture 6e (Coursera).
    """

    learning_rate: float = 0.001
    rho: float = 0.9
    momentum: float = 0.0
    epsilon: float = 1e-7
    G = v = 0.0

    def _step(self, w, g):
        self.G = self.rho * self.G + (1 - self.rho) * g**2
        self.v = self.momentum * self.v + self.learning_rate * g / np.sqrt(self.G + self.epsilon)
        return w - self.v


@dataclass(eq=False)
class Adam(_Optimizer):
    """m = beta_1 * m + (1 - beta_1) * g; v = beta_2 * v + (1 - beta_2) * g**2.

    Then w = w - learning_rate * sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (sqrt(v) + epsilon).
    Source: Kingma & Ba (2015), arXiv:1412.6980; `epsilon` is the "epsilon hat" of its section 2.
    """

    learning_rate: float = 0.001
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7
    m = v = 0.0

    def _step(self, w, g):
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * g
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * g**2
        correction = np.sqrt(1 - self.beta_2**self.t) / (1 - self.beta_1**self.t)
        return w - self.learning_rate * correction * self.m / (np.sqrt(self.v) + self.epsilon)


@dataclass(eq=False)
class Nadam(Adam):
    """m and v as in Adam; u(t) = beta_1 * (1 - 0.5 * 0.96**t); U(t) = u(1) * ... * u(t).

    m_hat = u(t+1) * m / (1 - U(t+1)) + (1 - u(t)) * g / (1 - U(t)); v_hat = v / (1 - beta_2**t).
    Then w = w - learning_rate * m_hat / (sqrt(v_hat) + epsilon).
    Source: Dozat (2016), ICLR workshop; as in Keras, m decays with beta_1, in the paper with u(t).
    """

    U = 1.0

    def _step(self, w, g):
        self.m = self.beta_1 * self.m + (1 - self.beta_1) * g
        self.v = self.beta_2 * self.v + (1 - self.beta_2) * g**2
        u, u_next = (self.beta_1 * (1 - 0.5 * 0.96**t) for t in (self.t, self.t + 1))
        self.U = self.U * u
        m_hat = u_next * self.m / (1 - self.U * u_next) + (1 - u) * g / (1 - self.U)
        v_hat = self.v / (1 - self.beta_2**self.t)
        return w - self.learning_rate * m_hat / (np.sqrt(v_hat) + self.epsilon)


def descend(gradient, start, optimizer, steps):
    """Follow a gradient from a start.

    Parameters
    ----------
    gradient : callable
        Takes weights of shape (d,), gives the gradient there, of shape (d,).
    start : float or array-like
        The first weights: d finite numbers, or one.
    optimizer : SGD, AdaGrad, AdaDelta, RMSProp, Adam or Nadam
        Or any object with their `update` and `reset`. A copy is reset and used.
    steps : int, 0 or more

    Returns
    -------
    numpy.ndarray
        The path of the weights, float64, shape (steps + 1, d); path[0] is the start.

    Raises
    ------
    ValueError
        For a bad argument, or at the first step that meets a number that is not finite.
    """
    usable = callable(getattr(optimizer, "update", None)) and hasattr(optimizer, "reset")
    if isinstance(optimizer, type) or not usable:
        raise ValueError(
            "`optimizer` must be an object with `update(weights, gradient)` and `reset()`, "
            f"such as SGD(). Received: optimizer={optimizer!r}"
        )
    whole("steps", steps)
    w = np.atleast_1d(finite("start", start))
    if w.ndim > 1 or w.size == 0:
        raise ValueError(
            f"`start` must be a number or a list of numbers. Received: start={start!r}"
        )
    optimizer = copy.deepcopy(optimizer)
    optimizer.reset()
    path = [w]
    with np.errstate(all="ignore"):  # what overflows is an error below
        for t in range(1, steps + 1):
            g = finite("gradient", gradient(w.copy()), f" at step {t}", w.shape)
            w = finite("weights", optimizer.update(w.copy(), g), f" after step {t}", w.shape)
            path.append(w)
    return np.array(path)
