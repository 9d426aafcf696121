"""dramatiq over Redis: threads."""

import dramatiq
import job
import threads_job
from dramatiq.brokers.redis import RedisBroker

broker = RedisBroker(url=job.REDIS)
dramatiq.set_broker(broker)


@dramatiq.actor(max_retries=0)
def send(place):
    threads_job.post()


def work():
    for place in range(job.MESSAGES):
        send.send(place)
    worker = dramatiq.Worker(broker, worker_threads=8, worker_timeout=50)
    worker.start()
    threads_job.until_all()


threads_job.measure(work)
