"""The contents page: every route, queue and schedule of Weilin. Bodies are one line."""
# ruff: noqa: E402

import gc
from typing import Any

# Nothing that is loaded here is garbage, and looking for some 90 times costs 5 to 8 % of a cold start. See the end.
gc.disable()

from chalice.app import Chalice, CloudWatchEvent, Cron, Rate, SQSEvent

# First, and from here: pulled in by something deep, the packages below it take 15 ms longer to load (Python 3.11).
import chalicelib.storage  # noqa: F401
from chalicelib import clock, log_lines, logs
from chalicelib.alliance import alerts
from chalicelib.alliance import jobs as alliance_jobs
from chalicelib.alliance import routes as alliance_routes
from chalicelib.bookings import chat as booking_chat
from chalicelib.bookings import jobs as booking_jobs
from chalicelib.bookings import routes as booking_routes
from chalicelib.chat import asking, belonging, converse, danger, for_whom, introducing, reception, signin, staff
from chalicelib.chat import jobs as chat_jobs
from chalicelib.chat.callback import callback
from chalicelib.deadlines import jobs as deadlines
from chalicelib.desk import routes as desk_routes
from chalicelib.inbox import jobs
from chalicelib.insight import jobs as insight_jobs
from chalicelib.outreach import jobs as outreach_jobs
from chalicelib.platform import jobs as platform_jobs
from chalicelib.privacy import chat as privacy_chat
from chalicelib.privacy import jobs as privacy_jobs
from chalicelib.privacy import routes as privacy_routes
from chalicelib.residents import routes as resident_routes
from chalicelib.web.routes import static
from chalicelib.wechat import egress

# Chalice would give the log its own handler and drop everything below ERROR; Lambda's handler takes it all.
app = Chalice(app_name='weilin', configure_logs=False)
log_lines.set_up()
app.register_middleware(logs.entrance, 'all')
for blueprint in (
    callback,
    alliance_routes.pages,
    desk_routes.pages,
    resident_routes.pages,
    booking_routes.pages,
    privacy_routes.pages,
    static,
):
    app.register_blueprint(blueprint)

# The order in which features may answer a resident; the receipt takes what nobody else took.
converse.answerers[:] = [
    signin.answer,
    staff.go_on,
    danger.answer,
    privacy_chat.answer,
    reception.greeting,
    belonging.answer,
    for_whom.answer,
    booking_chat.answer,
    introducing.answer,
    reception.menu,
    asking.progress,
    asking.person,
    for_whom.name,
    booking_chat.words,
    reception.courtesy,
    for_whom.receipt,
]

# A sign-in by link is told in the member's chat.
alliance_routes.SIGNED_IN[:] = [signin.tell_signed_in]


# What telling staff needs of the rooms above it.
alerts.WAYS.still_open = jobs.still_waits
alerts.WAYS.others_open = {alerts.ACCOUNT: insight_jobs.still_silent, alerts.BOOKING: booking_jobs.still_open}
alerts.WAYS.by_chat = jobs.alert
alerts.WAYS.chat_open_until = jobs.chat_open_until

# Operators hear of it where WeChat refuses our address.
egress.TOLD[:] = [lambda app_id, address: platform_jobs.address_refused(app_id, address, clock.now())]

# What happens at a time: every kind of deadline, and who sees to it.
DEADLINES: dict[str, deadlines.Handler] = {
    'chase': jobs.chase,
    'alert': alliance_jobs.alert,
    'sends': jobs.resend,
    'forget': privacy_jobs.forget,
    'expire': privacy_jobs.expire,
    'silence': insight_jobs.warn,
    'booking': booking_jobs.tick,
    'outreach': outreach_jobs.deliver,
}


def _seconds(event: CloudWatchEvent) -> float:
    """How long Lambda lets this function go on."""
    context: Any = event.context  # Chalice says dict; it is Lambda's context
    return float(context.get_remaining_time_in_millis()) / 1000


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(event: CloudWatchEvent) -> None:
    deadlines.run(DEADLINES, clock.now(), _seconds(event), rounds=deadlines.ROUNDS)


@app.schedule(Rate(5, unit=Rate.MINUTES))
def watch(event: CloudWatchEvent) -> None:
    insight_jobs.watch(clock.now())


@app.schedule(Cron(0, 20, '*', '*', '?', '*'))  # 04:00 in Beijing
def reconcile(event: CloudWatchEvent) -> None:
    jobs.reconcile(clock.now(), _seconds(event))


@app.schedule(Cron(30, 20, '*', '*', '?', '*'))  # 04:30 in Beijing
def read_publications(event: CloudWatchEvent) -> None:
    insight_jobs.read_publications(clock.now(), _seconds(event))


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


# From here on as usual, and never again through all that was loaded.
gc.freeze()
gc.enable()
