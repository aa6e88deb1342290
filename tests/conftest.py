import os
import sys

# Tests of lessons and helpers that use TensorFlow: the same quiet as in a lesson.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def pytest_collection_finish(session):
    """Start TensorFlow with the two devices of lesson 05, before a test starts it with one."""
    if "lesson" in sys.modules:
        import tensorflow as tf

        cpu = tf.config.list_physical_devices("CPU")[0]
        parts = [tf.config.LogicalDeviceConfiguration()] * 2
        tf.config.set_logical_device_configuration(cpu, parts)
