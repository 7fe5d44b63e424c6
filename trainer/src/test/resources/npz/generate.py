"""Writes the archives beside this file, with NumPy 2.4.6: python generate.py."""

import numpy as np

x = np.arange(6 * 2 * 3, dtype=np.uint8).reshape(6, 2, 3)
y = np.array([0, 1, 2, 0, 1, 2])
np.savez_compressed("one/mnist.npz", x_train=x[:4], y_train=y[:4].astype(np.uint8), x_test=x[4:], y_test=y[4:].astype(np.uint8))

colours = np.stack([x, x + 100, x + 200], axis=3)
np.savez("two/train.npz", x=colours[:4], y=y[:4].reshape(-1, 1))
np.savez("two/test.npz", x=colours[4:], y=y[4:].astype(np.int16))
