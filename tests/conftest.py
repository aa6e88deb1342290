import os

# Tests of lessons and helpers that use TensorFlow: the same quiet as in a lesson.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
