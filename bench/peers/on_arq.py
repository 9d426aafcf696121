"""arq: jobs in Redis, one worker process, as its documentation starts it."""

import asyncio

import asyncio_job
import job
from arq import create_pool
from arq.connections import RedisSettings
from arq.worker import Worker


async def send(context, place):
    await asyncio_job.post(context["session"])


async def work():
    settings = RedisSettings.from_dsn(job.REDIS)
    pool = await create_pool(settings)
    for start in range(0, job.MESSAGES, 500):
        await asyncio.gather(*(pool.enqueue_job("send", place) for place in range(start, start + 500)))
    async with asyncio_job.session() as session:
        worker = Worker(
            [send],
            redis_settings=settings,
            max_jobs=job.IN_FLIGHT,
            poll_delay=0.01,
            keep_result=0,
            handle_signals=False,
            ctx={"session": session},
        )
        running = asyncio.create_task(worker.async_run())
        await asyncio_job.until_all()
        running.cancel()


asyncio_job.measure(work)
