"""Typical wrong answers to the turns of lesson 02."""

WRONG = {
    "back": [
        # the activation itself for its slope
        """
def gradient_back(grad_a, z, negative_slope):
    return grad_a * np.where(z > 0, z, negative_slope * z)
""",
        # the slope from the right at the kink
        """
def gradient_back(grad_a, z, negative_slope):
    return grad_a * np.where(z >= 0, 1.0, negative_slope)
""",
        # the slope alone: what arrives is forgotten
        """
def gradient_back(grad_a, z, negative_slope):
    return np.where(z > 0, 1.0, negative_slope)
""",
        # a second name for the same array
        """
def gradient_back(grad_a, z, negative_slope):
    grad_z = grad_a
    grad_z[z <= 0] *= negative_slope
    return grad_z
""",
        # ReLU of the gradient
        """
def gradient_back(grad_a, z, negative_slope):
    return np.where(grad_a > 0, grad_a, negative_slope * grad_a)
""",
    ],
    "count": [
        # along the units: examples for which all are off
        """
def count_dead(z):
    return np.count_nonzero(np.all(z <= 0, axis=1))
""",
        # a sum of exactly zero is off, too
        """
def count_dead(z):
    return np.count_nonzero(np.all(z < 0, axis=0))
""",
        # off for one example is not dead
        """
def count_dead(z):
    return np.count_nonzero(np.any(z <= 0, axis=0))
""",
        # which units, not how many
        """
def count_dead(z):
    return np.all(z <= 0, axis=0)
""",
        # off on average
        """
def count_dead(z):
    return np.count_nonzero(z.mean(axis=0) <= 0)
""",
    ],
}
