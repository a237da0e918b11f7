"""A campaign of faults against the whole product on a real Kafka, and the judgement behind it."""
