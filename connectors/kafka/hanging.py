"""The command that finds a hanging transaction, one that none of our producers will end."""


def how_to_find(bootstrap: str) -> str:
    """For an operator; without the last option the tool ignores transactions younger than 15 minutes."""
    command = f"kafka-transactions.sh --bootstrap-server {bootstrap} find-hanging --broker-id N"
    return (
        "a transaction on it is open. If it never ends, stop the flows, and "
        f"`{command} --max-transaction-timeout 1` finds it for `kafka-transactions.sh abort`"
    )
