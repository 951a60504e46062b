"""Splitting the examples over several jobs, which know nothing of each other."""


def shard(seconds: dict[str, float | None], number: int, count: int) -> list[str]:
    """The examples of shard `number`, from 1, of `count`: about as many `seconds` as each other one has.

    `seconds` is how long each example takes, None where nobody knows. Every job splits the same examples with the
    same numbers and so finds the same shards: each example is in one of them.
    """
    known = sorted(time for time in seconds.values() if time is not None)
    median = known[len(known) // 2] if known else 1.0
    expected = {example: median if time is None else time for example, time in seconds.items()}
    shards: list[list[str]] = [[] for _ in range(count)]
    totals = [0.0] * count
    for example in sorted(expected, key=lambda example: (-expected[example], example)):
        # Among the least loaded the one with the fewest: also where nothing takes any time.
        least = min(range(count), key=lambda index: (totals[index], len(shards[index])))
        shards[least].append(example)
        totals[least] += expected[example]
    return shards[number - 1]
