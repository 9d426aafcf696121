"""saq: jobs in Redis, one worker process."""

import asyncio

import asyncio_job
import job
from saq import Queue, Worker


async def send(context, *, place):
    await asyncio_job.post(context["session"])


async def work():
    queue = Queue.from_url(job.REDIS)
    await queue.connect()
    for start in range(0, job.MESSAGES, 500):
        await asyncio.gather(
            *(queue.enqueue("send", place=place, ttl=-1) for place in range(start, start + 500))
        )
    async with asyncio_job.session() as session:

        async def startup(context):
            context["session"] = session

        worker = Worker(queue, functions=[send], concurrency=job.IN_FLIGHT, startup=startup)
        running = asyncio.create_task(worker.start())
        await asyncio_job.until_all()
        running.cancel()


asyncio_job.measure(work)
