"""Typical wrong answers to the turns of lesson 08."""

WRONG = {
    "convolve": [
        # mathematics' convolution: the kernel is turned round
        """
def convolved(image, kernel):
    height, width = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    z = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            window = image[r : r + height, c : c + width]
            z[r, c] = np.sum(kernel[::-1, ::-1] * window)
    return z
""",
        # one row and one column too few
        """
def convolved(image, kernel):
    height, width = kernel.shape
    rows, columns = image.shape[0] - height, image.shape[1] - width
    z = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            z[r, c] = np.sum(kernel * image[r : r + height, c : c + width])
    return z
""",
        # only for kernels of 3 x 3
        """
def convolved(image, kernel):
    z = np.zeros((image.shape[0] - 2, image.shape[1] - 2))
    for r in range(z.shape[0]):
        for c in range(z.shape[1]):
            z[r, c] = np.sum(kernel * image[r : r + 3, c : c + 3])
    return z
""",
        # height and width exchanged
        """
def convolved(image, kernel):
    width, height = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    z = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            z[r, c] = np.sum(kernel.T * image[r : r + height, c : c + width])
    return z
""",
        # a matrix product instead of products entry by entry
        """
def convolved(image, kernel):
    height, width = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    z = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            z[r, c] = np.sum(kernel @ image[r : r + height, c : c + width].T)
    return z
""",
        # the mean
        """
def convolved(image, kernel):
    height, width = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    z = np.zeros((rows, columns))
    for r in range(rows):
        for c in range(columns):
            z[r, c] = np.mean(kernel * image[r : r + height, c : c + width])
    return z
""",
    ],
    "losses": [
        # an image counts as a pair with itself
        """
def losses_of_batch(D, labels, margin):
    same = labels[:, None] == labels
    push = np.maximum(margin - D, 0) ** 2
    pulls = (D**2 * same).sum(axis=1) / same.sum(axis=1)
    return pulls + (push * ~same).sum(axis=1) / (~same).sum(axis=1)
""",
        # sums instead of means
        """
def losses_of_batch(D, labels, margin):
    same = labels[:, None] == labels
    push = np.maximum(margin - D, 0) ** 2
    return (D**2 * same).sum(axis=1) + (push * ~same).sum(axis=1)
""",
        # one mean over all pairs
        """
def losses_of_batch(D, labels, margin):
    same = labels[:, None] == labels
    push = np.maximum(margin - D, 0) ** 2
    return np.where(same, D**2, push).sum(axis=1) / (len(labels) - 1)
""",
        # one number for the whole batch
        """
def losses_of_batch(D, labels, margin):
    same = labels[:, None] == labels
    others = same & ~np.eye(len(labels), dtype=bool)
    push = np.maximum(margin - D, 0) ** 2
    return (D**2)[others].mean() + push[~same].mean()
""",
        # no square of the push
        """
def losses_of_batch(D, labels, margin):
    same = labels[:, None] == labels
    others = same & ~np.eye(len(labels), dtype=bool)
    push = np.maximum(margin - D, 0)
    pulls = (D**2 * others).sum(axis=1) / others.sum(axis=1)
    return pulls + (push * ~same).sum(axis=1) / (~same).sum(axis=1)
""",
        # no max: what is far away is drawn back
        """
def losses_of_batch(D, labels, margin):
    same = labels[:, None] == labels
    others = same & ~np.eye(len(labels), dtype=bool)
    push = (margin - D) ** 2
    pulls = (D**2 * others).sum(axis=1) / others.sum(axis=1)
    return pulls + (push * ~same).sum(axis=1) / (~same).sum(axis=1)
""",
        # the labels exchanged
        """
def losses_of_batch(D, labels, margin):
    same = labels[:, None] != labels
    others = same & ~np.eye(len(labels), dtype=bool)
    push = np.maximum(margin - D, 0) ** 2
    pulls = (D**2 * others).sum(axis=1) / others.sum(axis=1)
    return pulls + (push * ~same).sum(axis=1) / (~same).sum(axis=1)
""",
    ],
}
