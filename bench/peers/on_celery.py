"""celery over Redis: one worker with threads."""

import threading

import celery.apps.worker
import celery.concurrency.thread
import job
import kombu.transport.redis  # all loaded before the clock starts
import threads_job
from celery import Celery

app = Celery("peers", broker=job.REDIS)
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=4, worker_redirect_stdouts=False)


@app.task
def send(place):
    threads_job.post()


def work():
    with app.producer_pool.acquire(block=True) as producer:
        for place in range(job.MESSAGES):
            send.apply_async((place,), producer=producer)
    worker = app.Worker(
        pool="threads", concurrency=8, loglevel="ERROR", without_gossip=True, without_mingle=True
    )
    threading.Thread(target=worker.start, daemon=True).start()
    threads_job.until_all()


threads_job.measure(work)
