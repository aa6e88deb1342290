"""Typical wrong answers to the turns of lesson 04."""

WRONG = {
    "factors": [
        # the pull itself
        """
def factors(e, delta):
    return np.clip(e, -delta, delta)
""",
        # small errors get more than 1
        """
def factors(e, delta):
    return delta / np.maximum(abs(e), 1e-9)
""",
        # the sign is forgotten
        """
def factors(e, delta):
    return np.minimum(1, delta / np.where(e == 0, 1e-9, e))
""",
        # 0 divided by 0
        """
def factors(e, delta):
    return np.clip(e, -delta, delta) / e
""",
        # upside down
        """
def factors(e, delta):
    return np.minimum(1, abs(e) / delta)
""",
        # far errors are left out, not limited
        """
def factors(e, delta):
    return np.where(abs(e) <= delta, 1.0, 0.0)
""",
    ],
    "rule": [
        # the standard deviation itself
        """
def good_delta(e):
    return 1.345 * np.std(e)
""",
        # sizes measured from 0
        """
def good_delta(e):
    return 1.345 * np.median(abs(e)) / 0.6745
""",
        # sizes measured from the mean
        """
def good_delta(e):
    return 1.345 * np.median(abs(e - np.mean(e))) / 0.6745
""",
        # the mean distance
        """
def good_delta(e):
    return 1.345 * np.mean(abs(e - np.median(e))) / 0.6745
""",
        # multiplied by 0.6745
        """
def good_delta(e):
    return 1.345 * 0.6745 * np.median(abs(e - np.median(e)))
""",
        # distances with their signs
        """
def good_delta(e):
    return 1.345 * np.median(e - np.median(e)) / 0.6745
""",
        # the MAD alone
        """
def good_delta(e):
    return np.median(abs(e - np.median(e)))
""",
    ],
    "payoff": [
        # every customer meets every other: (n, n)
        """
def payoff_loss(y_true, y_pred):
    return -(y_pred * y_true[:, 0] + (1 - y_pred) * y_true[:, 1])
""",
        # one number for the batch
        """
def payoff_loss(y_true, y_pred):
    p = y_pred[:, 0]
    return -np.mean(p * y_true[:, 0] + (1 - p) * y_true[:, 1])
""",
        # a payoff, not a loss
        """
def payoff_loss(y_true, y_pred):
    p = y_pred[:, 0]
    return p * y_true[:, 0] + (1 - p) * y_true[:, 1]
""",
        # rows for columns
        """
def payoff_loss(y_true, y_pred):
    p = y_pred[:, 0]
    return -(p * y_true[0] + (1 - p) * y_true[1])
""",
        # a last axis that stays
        """
def payoff_loss(y_true, y_pred):
    return -(y_pred * y_true[:, :1] + (1 - y_pred) * y_true[:, 1:])
""",
        # what a no pays is forgotten
        """
def payoff_loss(y_true, y_pred):
    return -y_pred[:, 0] * y_true[:, 0]
""",
        # yes and no the wrong way round
        """
def payoff_loss(y_true, y_pred):
    p = y_pred[:, 0]
    return -((1 - p) * y_true[:, 0] + p * y_true[:, 1])
""",
    ],
}
