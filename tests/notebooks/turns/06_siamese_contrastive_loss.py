"""Typical wrong answers to the turns of lesson 06."""

WRONG = {
    "slope": [
        # the inner derivative is forgotten: the push would be a pull
        """
def slope_of_loss(D, Y, margin):
    return Y * 2 * D + (1 - Y) * 2 * np.maximum(margin - D, 0)
""",
        # the factor 2
        """
def slope_of_loss(D, Y, margin):
    return Y * D - (1 - Y) * np.maximum(margin - D, 0)
""",
        # no max: pairs beyond the margin are pulled back
        """
def slope_of_loss(D, Y, margin):
    return Y * 2 * D - (1 - Y) * 2 * (margin - D)
""",
        # the labels of the paper
        """
def slope_of_loss(D, Y, margin):
    return (1 - Y) * 2 * D - Y * 2 * np.maximum(margin - D, 0)
""",
        # only for single numbers
        """
def slope_of_loss(D, Y, margin):
    if Y == 1:
        return 2 * D
    return -2 * max(margin - D, 0)
""",
    ],
    "lock": [
        # the share of all pairs
        """
def lock_threshold(D, same, candidates, most):
    shares = [np.mean((D < t) & ~same) for t in candidates]
    return max(t for t, share in zip(candidates, shares) if share <= most)
""",
        # the share of those let in (1 - precision)
        """
def lock_threshold(D, same, candidates, most):
    shares = [np.sum((D < t) & ~same) / max(np.sum(D < t), 1) for t in candidates]
    return max(t for t, share in zip(candidates, shares) if share <= most)
""",
        # the similar pairs
        """
def lock_threshold(D, same, candidates, most):
    shares = [np.mean(D[same] < t) for t in candidates]
    return max(t for t, share in zip(candidates, shares) if share <= most)
""",
        # below the share, not at most
        """
def lock_threshold(D, same, candidates, most):
    shares = [np.mean(D[~same] < t) for t in candidates]
    return max(t for t, share in zip(candidates, shares) if share < most)
""",
        # the smallest one
        """
def lock_threshold(D, same, candidates, most):
    shares = [np.mean(D[~same] < t) for t in candidates]
    return min(t for t, share in zip(candidates, shares) if share <= most)
""",
        # the last one that fits, which is not the largest where they are not sorted
        """
def lock_threshold(D, same, candidates, most):
    shares = np.array([np.mean(D[~same] < t) for t in candidates])
    return candidates[np.flatnonzero(shares <= most)[-1]]
""",
        # a distance equal to the threshold opens
        """
def lock_threshold(D, same, candidates, most):
    shares = [np.mean(D[~same] <= t) for t in candidates]
    return max(t for t, share in zip(candidates, shares) if share <= most)
""",
    ],
}
