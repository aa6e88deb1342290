"""Typical wrong answers to the turns of lesson 07."""

WRONG = {
    "part": [
        # all units, not only those of both signs
        """
def xor_part(w_1, w_2):
    smaller = np.minimum(abs(w_1[0]), abs(w_1[1]))
    return np.sum(smaller * w_2[:, 0])
""",
        # the smaller weight with its sign
        """
def xor_part(w_1, w_2):
    alpha_1, alpha_2 = w_1
    both_signs = alpha_1 * alpha_2 < 0
    return np.sum(both_signs * np.minimum(alpha_1, alpha_2) * w_2[:, 0])
""",
        # w_2 of shape (units, 1) times a row of units: a table
        """
def xor_part(w_1, w_2):
    alpha_1, alpha_2 = w_1
    both_signs = alpha_1 * alpha_2 < 0
    smaller = np.minimum(abs(alpha_1), abs(alpha_2))
    return np.sum(both_signs * smaller * w_2)
""",
        # the larger of the two
        """
def xor_part(w_1, w_2):
    alpha_1, alpha_2 = w_1
    both_signs = alpha_1 * alpha_2 < 0
    larger = np.maximum(abs(alpha_1), abs(alpha_2))
    return np.sum(both_signs * larger * w_2[:, 0])
""",
        # the weight after the unit is forgotten
        """
def xor_part(w_1, w_2):
    alpha_1, alpha_2 = w_1
    both_signs = alpha_1 * alpha_2 < 0
    return np.sum(both_signs * np.minimum(abs(alpha_1), abs(alpha_2)))
""",
        # one number a unit: the sum is missing
        """
def xor_part(w_1, w_2):
    alpha_1, alpha_2 = w_1
    both_signs = alpha_1 * alpha_2 < 0
    return both_signs * np.minimum(abs(alpha_1), abs(alpha_2)) * w_2[:, 0]
""",
    ],
    "clip": [
        # each gradient by its own norm
        """
def clip_by_norm(grad_w1, grad_w2, most):
    clipped = []
    for gradient in (grad_w1, grad_w2):
        norm = np.linalg.norm(gradient)
        clipped.append(gradient * most / norm if norm > most else gradient)
    return clipped[0], clipped[1]
""",
        # always scaled, also when it is short
        """
def clip_by_norm(grad_w1, grad_w2, most):
    norm = np.sqrt(np.sum(grad_w1**2) + np.sum(grad_w2**2))
    share = most / max(norm, 1e-12)
    return share * grad_w1, share * grad_w2
""",
        # each entry by itself
        """
def clip_by_norm(grad_w1, grad_w2, most):
    return np.clip(grad_w1, -most, most), np.clip(grad_w2, -most, most)
""",
        # the root is missing
        """
def clip_by_norm(grad_w1, grad_w2, most):
    norm = np.sum(grad_w1**2) + np.sum(grad_w2**2)
    share = min(1.0, most / norm) if norm else 1.0
    return share * grad_w1, share * grad_w2
""",
        # the two norms added
        """
def clip_by_norm(grad_w1, grad_w2, most):
    norm = np.linalg.norm(grad_w1) + np.linalg.norm(grad_w2)
    share = most / norm if norm > most else 1.0
    return share * grad_w1, share * grad_w2
""",
        # zeros divided by zero
        """
def clip_by_norm(grad_w1, grad_w2, most):
    norm = np.sqrt(np.sum(grad_w1**2) + np.sum(grad_w2**2))
    length = min(norm, most)
    return grad_w1 / norm * length, grad_w2 / norm * length
""",
    ],
}
