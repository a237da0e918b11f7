"""The reference job `promise` on our engine: two flows that reserve the lines of orders, exactly-once.

```
promise.orders ─▶ orders ─▶ APP.requests ─▶ inventory ◀─ promise.stock
                  │    ▲                        │
                  │    └────── APP.answers ◀────┘
                  └─▶ promise.status, promise.exceptions
```
What it measures is the engine: two small machines, no more; so it can be held against any other engine that does this.
"""
