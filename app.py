"""The contents page: every route, queue and schedule of Weilin. Bodies are one line."""

import logging

from chalice.app import Chalice, SQSEvent

# First, and from here: pulled in by something deep, the packages below it take 15 ms longer to load (Python 3.11).
import chalicelib.storage  # noqa: F401
from chalicelib import clock
from chalicelib.alliance import pages as alliance_pages
from chalicelib.chat import converse, reception, signin
from chalicelib.chat import jobs as chat_jobs
from chalicelib.chat.callback import callback
from chalicelib.desk import pages as desk_pages
from chalicelib.inbox import jobs
from chalicelib.web.pages import static

# Chalice would give the log its own handler and drop everything below ERROR; Lambda's handler takes it all.
app = Chalice(app_name='weilin', configure_logs=False)
logging.getLogger('weilin').setLevel(logging.INFO)
for blueprint in (callback, alliance_pages.pages, desk_pages.pages, static):
    app.register_blueprint(blueprint)

# The order in which features may answer a resident; the receipt takes what nobody else took.
converse.answerers[:] = [signin.answer, reception.greeting, reception.menu, reception.courtesy, reception.receipt]

# A sign-in by link is told in the member's chat.
alliance_pages.SIGNED_IN[:] = [signin.tell_signed_in]


@app.on_sqs_message(queue='media', batch_size=1)
def fetch_media(event: SQSEvent) -> None:
    for record in event:
        jobs.fetch_media(record.body, clock.now())


@app.on_sqs_message(queue='sends', batch_size=1)
def send_kept(event: SQSEvent) -> None:
    for record in event:
        jobs.send_kept(record.body, clock.now())


# Few at a time: after an outage what is late must not crowd out what comes in.
@app.on_sqs_message(queue='late.fifo', batch_size=1, maximum_concurrency=10)
def receive_late(event: SQSEvent) -> None:
    for record in event:
        chat_jobs.receive_late(record.body, clock.now())
