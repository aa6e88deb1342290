"""Typical wrong answers to the turns of lesson 05."""

WRONG = {
    "remember": [
        # the threshold is not used: the default stays in force
        """
def report_with(evaluate, loss, threshold):
    return evaluate(loss)
""",
        # the loss is called with the threshold alone
        """
def report_with(evaluate, loss, threshold):
    return evaluate(loss(threshold=threshold))
""",
        # the inner function is returned, nobody evaluates it
        """
def report_with(evaluate, loss, threshold):
    def two_arguments(y_true, y_pred):
        return loss(y_true, y_pred, threshold)

    return two_arguments
""",
        # predictions and targets exchanged
        """
def report_with(evaluate, loss, threshold):
    return evaluate(lambda y_true, y_pred: loss(y_pred, y_true, threshold))
""",
        # the inner function returns nothing
        """
def report_with(evaluate, loss, threshold):
    def two_arguments(y_true, y_pred):
        loss(y_true, y_pred, threshold)

    return evaluate(two_arguments)
""",
    ],
    "reduce": [
        # the default divided by the sum of the weights
        """
def reduced(losses, weights, reduction):
    weighted = weights * losses
    if reduction is None:
        return weighted
    if reduction == "sum":
        return weighted.sum()
    return weighted.sum() / weights.sum()
""",
        # the weights are forgotten where nothing is reduced
        """
def reduced(losses, weights, reduction):
    weighted = weights * losses
    if reduction is None:
        return losses
    if reduction == "sum":
        return weighted.sum()
    if reduction == "mean_with_sample_weight":
        return weighted.sum() / weights.sum()
    return weighted.mean()
""",
        # examples of weight 0 do not count as examples
        """
def reduced(losses, weights, reduction):
    weighted = weights * losses
    if reduction is None:
        return weighted
    if reduction == "sum":
        return weighted.sum()
    if reduction == "mean_with_sample_weight":
        return weighted.sum() / weights.sum()
    return weighted.sum() / np.count_nonzero(weights)
""",
        # None gives None
        """
def reduced(losses, weights, reduction):
    weighted = weights * losses
    if reduction == "sum":
        return weighted.sum()
    if reduction == "mean_with_sample_weight":
        return weighted.sum() / weights.sum()
    if reduction == "sum_over_batch_size":
        return weighted.mean()
""",
    ],
}
