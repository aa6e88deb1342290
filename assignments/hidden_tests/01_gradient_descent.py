"""The hidden tests of assignment 01. They report values; the reference solution says which."""

import numpy as np

# the lesson and the section to read again, for each task
AGAIN = {
    "slope": ("01", "1 · One number, by hand"),
    "stop": ("01", "1 · One number, by hand"),
    "rate": ("01", "2 · The learning rate: converge, oscillate, diverge"),
    "batch": ("01", "Full batch, mini-batch, single example"),
    "words": ("01", "3 · When the start decides"),
}

HOUSES = np.array([-3.0, -0.5, 0.25, 2.0, 7.5])


@part("slope", 2, "the slope at several places, for several villages")
def slope_values(answer):
    places = [-20.0, -3.0, 0.1, 1.75, 40.0]
    villages = [HOUSES, HOUSES[:2], np.array([1.5])]
    return [answer.cost_derivative(w, houses) for houses in villages for w in places]


@part("slope", 1, "whole-number positions, and the village left as it was")
def slope_integers(answer):
    houses = np.array([3, 1, -4])
    return [answer.cost_derivative(2, houses), answer.cost_derivative(1.5, houses), houses]


@part("stop", 2, "the places visited")
def stop_path(answer):
    return [
        answer.descend(lambda w: 2 * (w - 3), 10.0, 0.125, 0.01, 100),
        answer.descend(lambda w: np.tanh(w), -4.0, 0.5, 0.001, 100),
    ]


@part("stop", 1, "the last place, just at and just above the tolerance")
def stop_tolerance(answer):
    def slope(w):
        return 2 * w

    return [
        answer.descend(slope, 0.25, 0.25, 0.5, 10),
        answer.descend(slope, -0.25, 0.25, 0.5, 10),
        answer.descend(slope, -4.0, 0.25, 0.5, 10),
        answer.descend(slope, 1.0, 0.25, 0.4999, 10),
    ]


@part("stop", 1, "the limit on the steps")
def stop_limit(answer):
    def slope(w):
        return 1.0

    return [answer.descend(slope, 0.0, 0.5, 0.1, steps) for steps in (0, 1, 7)]


@part("rate", 2, "learning rates between the limits, for several curvatures")
def rate_between(answer):
    pairs = [(0.3, 2.0), (0.3, 4.0), (0.3, 8.0), (5.0, 0.1), (15.0, 0.1), (25.0, 0.1)]
    return [answer.behaviour(*pair) for pair in pairs]


@part("rate", 1, "learning rates exactly at the limits")
def rate_limits(answer):
    return [answer.behaviour(rate, 4.0) for rate in (0.25, 0.5)]


X = np.array([0.5, -1.0, 2.0, 3.0, -2.5, 1.0])
Y = np.array([1.0, 0.0, -2.0, 4.0, 0.5, 3.0])
BATCHES = [np.array([4]), np.array([5, 0]), np.array([1, 2, 4]), np.arange(6)]


@part("batch", 2, "the derivative with respect to w")
def batch_weight(answer):
    return [answer.batch_gradient(0.75, -1.5, X, Y, batch)[0] for batch in BATCHES]


@part("batch", 1, "the derivative with respect to b")
def batch_bias(answer):
    return [answer.batch_gradient(0.75, -1.5, X, Y, batch)[1] for batch in BATCHES]
