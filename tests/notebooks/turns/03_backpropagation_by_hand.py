"""Typical wrong answers to the turns of lesson 03."""

WRONG = {
    "product": [
        # the two in the other order
        """
def product_back(u, w, grad_q):
    return u.T @ grad_q, grad_q @ w.T
""",
        # entry by entry, as for numbers
        """
def product_back(u, w, grad_q):
    return grad_q * w, grad_q * u
""",
        # the mean over the examples for their sum
        """
def product_back(u, w, grad_q):
    return grad_q @ w.T, u.T @ grad_q / len(u)
""",
        # the same factor for the other one
        """
def product_back(u, w, grad_q):
    return u.T @ grad_q, w.T @ grad_q
""",
    ],
    "digits": [
        # the sum over the batch for its mean
        """
def logits_back(p, labels):
    return p - np.eye(p.shape[1])[labels]
""",
        # truth minus prediction
        """
def logits_back(p, labels):
    return (np.eye(p.shape[1])[labels] - p) / len(p)
""",
        # changes the probabilities
        """
def logits_back(p, labels):
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)
""",
        # divided by the classes
        """
def logits_back(p, labels):
    return (p - np.eye(p.shape[1])[labels]) / p.shape[1]
""",
        # the classes as numbers
        """
def logits_back(p, labels):
    return (p - labels[:, None]) / len(p)
""",
    ],
}
