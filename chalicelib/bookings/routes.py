"""The ways to what residents can book: the catalogue for everybody, and the pages of one who is known."""

from chalice.app import Blueprint

from chalicelib.web import deferred

pages = Blueprint(__name__)

deferred.register(
    pages,
    'chalicelib.bookings',
    {
        'GET /services/{account}': 'catalogue_pages:services',
        'GET /services/{account}/{item}': 'catalogue_pages:service',
        'GET /s/{pass_}': 'pages:shop',
        'GET /s/{pass_}/mine': 'pages:mine',
        'GET /s/{pass_}/i/{item}': 'pages:item',
        'POST /s/{pass_}/i/{item}': 'pages:hold',
        'POST /s/{pass_}/i/{item}/wish': 'pages:wish',
        'GET /s/{pass_}/b/{number}': 'booking_pages:booking',
        'POST /s/{pass_}/b/{number}': 'booking_pages:confirm',
        'GET /s/{pass_}/b/{number}/move': 'booking_pages:other_times',
        'POST /s/{pass_}/b/{number}/move': 'booking_pages:move',
        'GET /s/{pass_}/b/{number}/cancel': 'booking_pages:ask_cancel',
        'POST /s/{pass_}/b/{number}/cancel': 'booking_pages:cancel',
        'POST /s/{pass_}/b/{number}/rate': 'booking_pages:rate',
        'POST /s/{pass_}/b/{number}/answer': 'booking_pages:answer_price',
        'GET /s/{pass_}/b/{number}/calendar.ics': 'booking_pages:calendar',
    },
)
