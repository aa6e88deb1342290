"""Typical wrong answers to the turns of lesson 01."""

WRONG = {
    "momentum": [
        # uphill: the sign of the gradient
        """
def momentum_step(w, v, g, learning_rate, momentum):
    v = momentum * v + learning_rate * g
    return w + v, v
""",
        # moves by the old velocity
        """
def momentum_step(w, v, g, learning_rate, momentum):
    return w + v, momentum * v - learning_rate * g
""",
        # the velocity without the learning rate, as in another convention
        """
def momentum_step(w, v, g, learning_rate, momentum):
    v = momentum * v + g
    return w - learning_rate * v, v
""",
        # an average instead of a sum
        """
def momentum_step(w, v, g, learning_rate, momentum):
    v = momentum * v - (1 - momentum) * learning_rate * g
    return w + v, v
""",
        # the two in the other order
        """
def momentum_step(w, v, g, learning_rate, momentum):
    v = momentum * v - learning_rate * g
    return v, w + v
""",
        # changes the old velocity
        """
def momentum_step(w, v, g, learning_rate, momentum):
    v *= momentum
    v -= learning_rate * g
    return w + v, v
""",
    ],
    "slope": [
        # without the factor 2
        """
def slope_of_weight(j, w, X, y):
    return np.mean((X @ w - y) * X[:, j])
""",
        # the sum for the mean
        """
def slope_of_weight(j, w, X, y):
    return 2 * np.sum((X @ w - y) * X[:, j])
""",
        # truth minus prediction
        """
def slope_of_weight(j, w, X, y):
    return 2 * np.mean((y - X @ w) * X[:, j])
""",
        # the row of patient j for the column of weight j
        """
def slope_of_weight(j, w, X, y):
    return 2 * np.mean((X @ w - y) * X[j])
""",
        # mean error times mean measurement
        """
def slope_of_weight(j, w, X, y):
    return 2 * np.mean(X @ w - y) * np.mean(X[:, j])
""",
        # all eleven slopes
        """
def slope_of_weight(j, w, X, y):
    return 2 / len(y) * X.T @ (X @ w - y)
""",
        # the measurement is forgotten
        """
def slope_of_weight(j, w, X, y):
    return 2 * np.mean(X @ w - y)
""",
    ],
}
