"""The package's tests share one broker."""

from tests.brokers import kafka

__all__ = ("kafka",)
