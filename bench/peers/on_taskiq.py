"""taskiq over Redis streams: acknowledged jobs, one receiver."""

import asyncio

import asyncio_job
import job
from taskiq.api import run_receiver_task
from taskiq_redis import RedisStreamBroker

broker = RedisStreamBroker(job.REDIS)
kept = {}


@broker.task
async def send(place: int) -> None:
    await asyncio_job.post(kept["session"])


async def work():
    broker.is_worker_process = True
    await broker.startup()
    for start in range(0, job.MESSAGES, 500):
        await asyncio.gather(*(send.kiq(place) for place in range(start, start + 500)))
    async with asyncio_job.session() as session:
        kept["session"] = session
        running = asyncio.create_task(
            run_receiver_task(broker, max_async_tasks=job.IN_FLIGHT, validate_params=False)
        )
        await asyncio_job.until_all()
        running.cancel()


asyncio_job.measure(work)
