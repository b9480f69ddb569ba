"""What it costs to push 1,000 changed jobs to the office: numbered, guarded by station and revision, in transactions.

The reference is a bare `bulk_write` of the same documents as upserts with the same write concern (majority,
journalled), into a collection of the same database, in the same run and in turns.
"""

from typing import Any

from benchmarks.figures import Cost, cost_of, median_cost, verdict
from benchmarks.office_jobs import documents, office_line
from rockfall_desktop.domain.office_exchange import Document, PushedJob, Taken

JOBS, ROUNDS = 1000, 7
GOAL = 1.5


def run() -> None:
    """Push changed jobs in turns with bare writes; print both, their ratio, and the round trips of an idle pull."""
    from rockfall_desktop.remote.office import MongoOffice

    pushed, bare, counting = [], [], _counting()
    with office_line(counting) as line:
        office = MongoOffice(line)
        for round_number in range(1, ROUNDS + 2):
            changed = documents(JOBS, round_number)
            pushed.append(_pushed(office, changed))
            bare.append(_bare(line.database, changed))
        reached = office.pull(10**9, 1).sequence
        before = counting.count
        office.pull(reached, 100)
        trips = counting.count - before
        office.close()
    for name, costs in (("pushed", pushed[1:]), ("bare bulk_write", bare[1:])):
        print(f"{name}: median {median_cost(costs)}, {min(costs).wall_s:.2f} to {max(costs).wall_s:.2f} s, {JOBS} jobs")
    print(f"nothing to do: {trips} round trip{'s' * (trips != 1)}")
    whole, plain = median_cost(pushed[1:]), median_cost(bare[1:])
    print(f"processor time of this program: {whole.processor_s / plain.processor_s:.2f} x a bare bulk_write's")
    ratio = whole.wall_s / plain.wall_s
    met = ratio <= GOAL and trips == 1
    verdict("push_jobs", f"{ratio:.2f} x a bare bulk_write", f"<= {GOAL:g} x, 1 round trip when idle", met=met)


def _pushed(office: Any, changed: list[Document]) -> Cost:
    answers: list[PushedJob] = []
    cost = cost_of(lambda: answers.extend(office.push_jobs(changed)))
    if len(answers) != JOBS or any(answer.taken is not Taken.TAKEN for answer in answers):
        raise RuntimeError("a job was not taken")
    return cost


def _bare(database: Any, changed: list[Document]) -> Cost:
    from pymongo import ReplaceOne

    return cost_of(
        lambda: database.bare_jobs.bulk_write(
            [ReplaceOne({"_id": one["job_id"]}, {"_id": one["job_id"]} | one, upsert=True) for one in changed]
        )
    )


def _counting() -> Any:
    """Counts the commands that are sent."""
    from pymongo.monitoring import CommandListener

    class Counting(CommandListener):
        count = 0

        def started(self, event: Any) -> None:  # noqa: ARG002 - the driver gives it
            self.count += 1

        def succeeded(self, event: Any) -> None: ...

        def failed(self, event: Any) -> None: ...

    return Counting()
