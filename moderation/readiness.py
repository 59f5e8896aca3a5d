"""Whether the workers have a model they can use, told to whoever asks for the site's health."""

import redis
import structlog
from django.core.cache import caches

from classifier.base import Classifier
from classifier.loading import UnavailableClassifier

log = structlog.get_logger(__name__)

KEPT_SECONDS = 60  # workers report every few seconds; what is older says nothing
_READY, _BROKEN = "classifier:ready", "classifier:broken"


def report(classifier: Classifier) -> None:
    """Say for the next minute that a worker has this model, or that it has none and why.

    Redis down is not this function's business: nothing is said then.
    """
    try:
        if isinstance(classifier, UnavailableClassifier):
            caches["strict"].set(_BROKEN, classifier.reason, KEPT_SECONDS)
        else:
            caches["strict"].set(_READY, classifier.version, KEPT_SECONDS)
    except redis.RedisError as error:
        log.warning("readiness_not_reported", error=str(error))


def problem() -> str:
    """What is wrong with the workers' model, in words; empty if nothing is.

    Raises redis.RedisError where nothing can be known.
    """
    said = caches["strict"].get_many([_READY, _BROKEN])
    if _BROKEN in said:
        return f"a worker cannot load the model, and holds comments as not scored: {said[_BROKEN]}"
    if _READY not in said:
        return "no worker has reported within a minute: comments are kept, and screened when one is"
    return ""
