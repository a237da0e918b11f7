"""The reference job `promise` on our engine: two flows that reserve the lines of orders, exactly-once.

```
promise.orders ─▶ orders ─▶ APP.requests ─▶ inventory ◀─ promise.stock
                  │    ▲                        │
                  │    └────── APP.answers ◀────┘
                  └─▶ promise.status, promise.exceptions
```
It measures the engine: two small state machines, so it can be compared with any other engine that runs this job.
"""
