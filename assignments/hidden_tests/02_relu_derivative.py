"""The hidden tests of assignment 02. They report values; the reference solution says which."""

import numpy as np

# the lesson and the section to read again, for each task
AGAIN = {
    "kinks": ("02", "3 · The kink"),
    "elu": ("02", "4 · Swap the activation: one line forward, one line backward"),
    "dead": ("02", "6 · Dead units"),
    "revive": ("02", "6 · Dead units"),
    "chain": ("02", "5 · Why ReLU: a product of many slopes"),
    "words": ("02", "6 · Dead units"),
}

WITHOUT = {
    "kinks": ("hard_tanh", "hardtanh", "Hardtanh"),
    "elu": ("elu", "ELU", "GradientTape"),
}

AWAY = np.array([[-40.0, -1.25, -0.875], [0.0, 0.5, 0.96875], [1.03125, 1.5, 7.0]])


@part("kinks", 1, "the values of hard tanh, and the array left as it was")
def hard_tanh_values(answer):
    z = np.array([[-7.0, -1.0, -0.75], [0.125, 1.0, 1.5]])
    whole = np.array([-3, -1, 0, 1, 2])
    return [answer.my_hard_tanh(z), answer.my_hard_tanh(whole), z, whole]


@part("kinks", 1, "the slope of hard tanh left of, between and right of the kinks")
def hard_tanh_slopes(answer):
    slope = answer.my_hard_tanh_derivative
    return [slope(AWAY), slope(AWAY, at_kinks=0.75), AWAY]


@part("kinks", 1, "the slope exactly at both kinks, also for whole numbers")
def hard_tanh_kinks(answer):
    z, whole = np.array([[-1.0, 0.0], [1.0, -1.0]]), np.array([-2, -1, 0, 1, 2])
    slope = answer.my_hard_tanh_derivative
    return [slope(z), slope(z, at_kinks=1.0), slope(whole, at_kinks=0.5), slope(whole)]


@part("elu", 1, "the values of ELU, also far from 0, and the array left as it was")
def elu_values(answer):
    z = np.array([[-50.0, -2.0, -0.5], [0.0, 0.25, 2000.0]])
    whole = np.array([-3, -1, 0, 4])
    elu = answer.my_elu
    return [elu(z, 1.0), elu(z, 0.5), elu(z, 3.0), elu(whole, 1.5), z, whole]


@part("elu", 1, "the slope of ELU left and right of 0")
def elu_slopes(answer):
    z = np.array([[-3.0, -0.75, -0.125], [0.0625, 1.0, 5.0]])
    return [answer.my_elu_derivative(z, alpha) for alpha in (0.5, 1.0, 3.0)] + [z]


@part("elu", 1, "the slope of ELU exactly at 0")
def elu_slope_at_zero(answer):
    z = np.array([-2, 0, 3])
    slope = answer.my_elu_derivative
    return [slope(np.array([-0.25, 0.0]), alpha) for alpha in (0.5, 1.0, 3.0)] + [slope(z, 0.75)]


@part("elu", 1, "the jump of the slope, for several α")
def elu_jump(answer):
    return [answer.slope_jump(alpha) for alpha in (0.5, 1.0, 0.125, 3.0)]


def relu_slope(z):
    return np.where(z > 0, 1.0, 0.0)


def layer():
    rng = np.random.default_rng(5)
    return rng.normal(size=(9, 3)), rng.normal(size=(3, 6)), np.array([0.5, -2, -9, -1, 9, -5])


@part("dead", 1, "ReLU and leaky ReLU layers")
def dead_relu(answer):
    x, w_1, b_1 = layer()
    corner = np.array([[0.0, 0.0], [1.0, -1.0]])
    weights = np.array([[1.0, -1.0, 2.0], [1.0, 0.0, -1.0]])
    return [
        answer.dead_units(x, w_1, b_1, relu_slope),
        answer.dead_units(x[:1], w_1, b_1, relu_slope),
        answer.dead_units(corner, weights, np.zeros(3), relu_slope),
        answer.dead_units(x, w_1, b_1, lambda z: np.where(z > 0, 1.0, 0.125)),
    ]


@part("dead", 1, "activations that are flat elsewhere, or whose slope can be negative")
def dead_others(answer):
    x, w_1, b_1 = layer()
    ends = np.array([[1.0], [-1.0]])
    weights = np.array([[0.5, 1.0, 2.0, 3.0]])
    zero = np.zeros(4)
    return [
        answer.dead_units(ends, weights, zero, lambda z: np.where(abs(z) < 2, 1.0, 0.0)),
        answer.dead_units(ends, weights, zero, np.sign),
        answer.dead_units(x, w_1, b_1, lambda z: np.where(z > 0, 0.0, -1.0)),
    ]


@part("revive", 1, "the new biases")
def revive_values(answer):
    rng = np.random.default_rng(6)
    x, w_1 = rng.normal(size=(7, 3)), rng.normal(size=(3, 5))
    b_1 = np.array([-12.0, 0.25, -9.0, 1.0, -15.0])
    dead = np.array([True, False, True, False, True])
    return [
        answer.revive(x, w_1, b_1.copy(), dead, 0.125),
        answer.revive(x, w_1, b_1.copy(), dead, 2.0),
        answer.revive(x, w_1, b_1.copy(), np.zeros(5, dtype=bool), 1.0),
    ]


@part("revive", 1, "whole-number biases, and the array of biases left as it was")
def revive_whole(answer):
    x, w_1 = np.array([[1, 2], [0, -1]]), np.array([[1, -1, 2], [1, 0, -1]])
    whole, real = np.array([-8, 1, -6]), np.array([-8.0, 1.0, -6.0])
    dead = np.array([True, False, True])
    return [
        answer.revive(x, w_1, whole, dead, 0.25),
        answer.revive(x, w_1, real, dead, 0.25),
        whole,
        real,
        dead,
    ]


def chains(answer):
    def tanh_slope(z):
        return 1 - np.tanh(z) ** 2

    def leaky(z):
        return z if z > 0 else 0.25 * z

    def leaky_slope(z):
        return 1.0 if z > 0 else 0.25

    return [
        answer.chain_gradients(0.75, [1.5], np.tanh, tanh_slope, -2.0),
        answer.chain_gradients(0.75, [1.5, -2.0, 0.5], np.tanh, tanh_slope, 3.0),
        answer.chain_gradients(-1.0, [0.5, 3.0, -4.0, 2.0], leaky, leaky_slope, 1.5),
        answer.chain_gradients(2.0, [0.5, -0.25], np.sin, np.cos, 1.0),
    ]


@part("chain", 1, "the gradient at the last layer")
def chain_last(answer):
    return [gradients[-1] for gradients in chains(answer)]


@part("chain", 2, "the gradients at all layers, and the list of weights left as it was")
def chain_all(answer):
    weights = [1.5, 0.5, -2.0]
    gradients = answer.chain_gradients(0.5, weights, np.sin, np.cos, 2.0)
    return [*chains(answer), gradients, weights]
