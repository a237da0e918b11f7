"""The rate of one ERP: a bucket that fills with time and gives one token to each command released."""

from dataclasses import dataclass

from domain.dispatch.policy import DispatchPolicy
from domain.values import replace

TOKEN = 1000
"""One command's worth; the bucket counts in thousandths, so a millisecond adds `rate_per_second` of them."""

FINEST_WAIT_MS = 100
"""Timers are not set finer than this: tokens that are due meanwhile are used together."""


@dataclass(frozen=True, slots=True)
class TokenBucket:
    """How many commands may be sent now."""

    thousandths: int
    filled_at_ms: int
    due_ms: int
    """When a timer was asked for because tokens were missing; 0 when none is set."""


def full(policy: DispatchPolicy, now_ms: int) -> TokenBucket:
    """The bucket of an ERP never called before."""
    return TokenBucket(thousandths=policy.burst * TOKEN, filled_at_ms=now_ms, due_ms=0)


def refilled(bucket: TokenBucket, policy: DispatchPolicy, now_ms: int) -> TokenBucket:
    """The bucket at `now_ms`; it holds at most the burst."""
    elapsed_ms = max(0, now_ms - bucket.filled_at_ms)
    thousandths = min(policy.burst * TOKEN, bucket.thousandths + elapsed_ms * policy.rate_per_second)
    return replace(bucket, thousandths=thousandths, filled_at_ms=max(now_ms, bucket.filled_at_ms))


def taken(bucket: TokenBucket) -> TokenBucket:
    """One command was sent."""
    return replace(bucket, thousandths=bucket.thousandths - TOKEN)


def next_token_ms(bucket: TokenBucket, policy: DispatchPolicy) -> int:
    """When the next whole token is available, not finer than `FINEST_WAIT_MS` from the last filling."""
    missing = max(0, TOKEN - bucket.thousandths)
    wait_ms = -(-missing // policy.rate_per_second)
    return bucket.filled_at_ms + max(FINEST_WAIT_MS, wait_ms)
