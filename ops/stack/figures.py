"""When somebody is told that the machine needs a hand, and other limits of a stage: data, each with its reason."""

from typing import NamedTuple


class Figure(NamedTuple):
    """Alarm where the value is `at_least` so much in `times` periods of so many minutes, one after the other."""

    at_least: float
    minutes: int
    times: int
    why: str  # the figure is so
    do: str  # for whoever reads the alarm
    see: str  # chapter of docs/operations.md


# By function; '' is every other one.
ERRORS = {
    'api_handler': Figure(
        1, 5, 1,
        'Pages and callback answer every mistake of ours in words: what fails altogether ended without an answer.',
        'A page or a callback broke off. Look for Task timed out and for a traceback in its log.', 'What the log says',
    ),
    'reconcile': Figure(
        1, 60, 1,
        'It runs once a night; Lambda tries it twice more by itself.',
        "The night's comparison broke off. It goes on tomorrow by itself; its log says why it did not.",
        'The night\'s comparison of followers',
    ),
    'read_publications': Figure(
        1, 60, 1,
        'It runs once a night; Lambda tries it twice more by itself.',
        'What accounts have published was not read to the end. The next night begins with those left out.',
        'Publications of the accounts',
    ),
    '': Figure(
        3, 15, 1,
        'A queue shows a job again and a schedule comes again by itself; three times in a quarter of an hour is no '
        'hiccup.',
        'Its log names the kind of error. Jobs are not lost.', 'What the log says',
    ),
}  # fmt: skip

THROTTLES = Figure(
    1, 5, 1,
    'Lambda turned a call away. A callback turned away comes again only as often as WeChat cares to.',
    "The account's concurrency is used up: ask AWS for more, and look at what runs so often.",
    'What the functions may do',
)  # fmt: skip

# Missing invocations. A schedule that does not run says nothing by itself, so no data is an alarm.
SILENT = {
    'sweep': Figure(
        1, 5, 1,
        'It runs every minute: five missed runs are late reminders, and no accident.',
        'The run of every minute has not come: nobody is reminded and nothing is sent again. Look at its EventBridge '
        'rule and its log. What is due is made up for by the first run.', 'The run of every minute',
    ),
    'watch': Figure(
        1, 15, 1,
        'It runs every five minutes.',
        'How long residents wait is not being looked at. Look at its EventBridge rule and its log.', 'Metrics',
    ),
}  # fmt: skip

# Age of the oldest message of a queue, in seconds.
WAITS = {
    'media': Figure(
        30 * 60, 5, 1,
        'A job is seen again after 12 minutes: two tries have failed. WeChat forgets the file after three days.',
        'Photos and voices are not brought home. Look at the log of fetch_media.', 'Queues and dead letters',
    ),
    'sends': Figure(
        15 * 60, 5, 1,
        'A job is seen again after 3 minutes: after five tries, a quarter of an hour, it is given up.',
        'Photos kept for residents are not sent. Look at the log of send_kept.', 'Queues and dead letters',
    ),
    'late.fifo': Figure(
        10 * 60, 5, 1,
        'A letter is seen again after 3 minutes: three tries have failed, so the outage lasts or the mistake is ours.',
        'Messages of residents wait outside. If the store answers it is a mistake of ours: the log of receive_late '
        'names it, and once it is mended they come in by themselves.', 'Queues and dead letters',
    ),
}  # fmt: skip

DEAD = Figure(
    1, 5, 1,
    'No job is ever given up without a person looking.',
    'A job was given up. Find out why in the log and mend it, then: python -m ops.dead_letters. It is kept 14 days.',
    'Queues and dead letters',
)  # fmt: skip


class Sentence(NamedTuple):
    """A log line worth waking somebody for; `name` is its alarm's."""

    name: str
    message: str
    figure: Figure


_ONCE = 'It is said only where the product could not help itself.'
SENTENCES = (
    Sentence('deadline-stuck', 'a deadline keeps failing', Figure(
        1, 5, 1, 'It is said from the fifth failure on, half an hour after the first.',
        'Mend what the traceback before it names; the row then goes by itself.', 'What happens at a time',
    )),
    Sentence('staff-not-reached', 'staff not reached', Figure(
        1, 15, 1, f'{_ONCE} A quarter of an hour: it is tried again meanwhile.',
        'A unit has no channel left, or nobody to be told: ops.units show, ops.members list.', 'What goes out',
    )),
    Sentence('message-lost', 'not queued either', Figure(
        1, 5, 1, _ONCE,
        'Neither the store nor the queue took a message: look at DynamoDB and SQS.', 'What comes in',
    )),
    Sentence('callback-failed', 'callback failed before the store', Figure(
        1, 5, 1, _ONCE,
        'A message was answered 503 and may be lost. error=Unknown: no secrets for this account.',
        'What comes in',
    )),
    Sentence('late-refused', 'late message refused', Figure(
        1, 5, 1, _ONCE,
        'Token, key or mode were changed: put the old key back as previous_aes_key.', 'What comes in',
    )),
    Sentence('followers', 'followers not reconciled', Figure(
        1, 60, 1, 'It is said once a night for an account that was passed over.',
        "Nobody of that account was let go; the log says why.", 'The night\'s comparison of followers',
    )),
    Sentence('publications', 'publications not read', Figure(
        1, 60, 1, 'It is said once a night for an account that was passed over.',
        'How long this account has been silent is not known any more; the log says why.',
        'Publications of the accounts',
    )),
    Sentence('address-refused', 'WeChat refuses our address', Figure(
        1, 5, 1, 'Nothing goes out until it is mended: 40164.',
        "Put the address that the log names on the account's IP whitelist, or find out why it has changed.",
        'What goes out',
    )),
)  # fmt: skip

# Minutes by which the one who is most so is past her time: `watch` gives them every five minutes.
OVERDUE = Figure(
    3 * 24 * 60, 5, 3,
    'At the time-out the street is told, two working hours later the district, and from then on the district once a '
    'working day. Three days span any weekend; holidays are longer, and somebody may well look then.',
    'A resident waits though everybody was told. ops.status names the unit: ring them up. Nothing is broken.',
    'Metrics',
)  # fmt: skip

# Milliseconds of api_handler that 99 of 100 calls stay under.
SLOW = Figure(
    4000, 5, 3,
    'WeChat hangs up after five seconds; the callback gives a message to the queue after four.',
    'Callbacks come near the end of the five seconds. Look at DynamoDB and at what the functions log.',
    'What the log says',
)  # fmt: skip

# Cybersecurity Law art. 21 (3): network logs for not less than six months, which may have 184 days. CloudWatch's next
# longer step after 180 days.
LOGS_KEPT_DAYS = 365

# Calls a second, and at once, to the whole API. All accounts together have tens; what is turned away here does not fill
# up the 1,000 functions an AWS account may run at a time, of which the queues' workers need theirs.
API_RATE, API_BURST = 200, 400
