"""Masked logistic regression with soft targets, one label at a time, by L-BFGS."""

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import vstack
from scipy.special import expit

from classifier import features

CHUNK = 4_096


def design(texts: list[str], *, progress: str = "") -> Any:
    """The rows of the design matrix, CSR (len(texts), BUCKETS), scaled as scoring scales them."""
    parts = []
    for begin in range(0, len(texts), CHUNK):
        words = features.read(texts[begin : begin + CHUNK])
        rows = features.matrix(words)
        parts.append(rows)
        if progress:
            print(f"\r{progress}: {begin + len(rows.indptr) - 1} texts", end="", file=sys.stderr)
    if progress:
        print(file=sys.stderr)
    return vstack(parts, format="csr", dtype=np.float32)


def fit(
    *,
    rows: Any,
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    penalty: float,
    steps: int = 60,
) -> tuple[NDArray[np.float32], float]:
    """Weights (BUCKETS,) and bias that minimise weighted cross-entropy plus an L2 penalty.

    ``targets`` are probabilities in [0, 1], shape (N,); ``penalty`` is per unit of total weight.
    """
    columns = rows.shape[1]
    total = weights.sum()
    share = float((weights * targets).sum() / total)
    transposed = rows.T.tocsr()

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        coefficients, bias = point[:-1].astype(np.float32), point[-1]
        logits = np.asarray(rows @ coefficients, dtype=np.float64) + bias
        cost = np.logaddexp(0.0, logits) - targets * logits
        error = weights * (expit(logits) - targets) / total
        gradient = np.empty_like(point)
        gradient[:-1] = transposed @ error.astype(np.float32)
        gradient[:-1] += penalty * point[:-1]
        gradient[-1] = error.sum()
        value = float((weights * cost).sum() / total + penalty / 2 * (point[:-1] ** 2).sum())
        return value, gradient

    start = np.zeros(columns + 1)
    start[-1] = np.log((share + 1e-6) / (1 - share + 1e-6))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps})
    return found.x[:-1].astype(np.float32), float(found.x[-1])
