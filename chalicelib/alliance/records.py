"""Who is who, as DynamoDB keeps it: units, accounts, staff, what people sign in with, and what staff are to be told."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    ListAttribute,
    MapAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
    VersionAttribute,
)
from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.condition import Condition

from chalicelib.storage import Json, Record, Transaction

# How long a row outlives its expiry, so that a page can still say 「已过期」 or 「已用过」 instead of 「不存在」.
_KEPT_AFTER_EXPIRY = timedelta(days=1)


class Unit(Record):
    """A public office or a partner of it: whose turn it is, who answers."""

    class Meta:
        table = 'units'

    id = UnicodeAttribute(hash_key=True)  # the official code, or a slug where there is none; ASCII, it stands in URLs
    name = UnicodeAttribute()
    kind = UnicodeAttribute()  # district | street | community | department | partner
    parent = UnicodeAttribute(null=True)
    code = UnicodeAttribute(
        null=True
    )  # the official one of 12 digits, where the id is not it: see `tree.official_code`
    place = UnicodeAttribute(null=True)  # where the office is, as one tells a neighbour
    area = UnicodeAttribute(null=True)  # what belongs to it, in words
    area_km2 = NumberAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    responsible = UnicodeAttribute(null=True)  # of a district: the member who gets what is nobody's
    # As `hours.parse` reads them; None is the usual week of `actions.USUAL_WORK`, and no duty.
    work = UnicodeAttribute(null=True)  # 1-5 08:30-12:00 13:30-17:30
    duty = UnicodeAttribute(null=True)  # 1-5 18:00-22:30 <member id>
    off_days: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # 2026-10-01
    extra_days: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # 2026-10-10, worked for one
    channels: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # how staff are reached, in order
    points: Json = Json(null=True)  # its places: [longitude, latitude, source] each, GCJ-02; see places


class Account(Record):
    """A WeChat Official Account behind this deployment; its secrets are in SSM, never here."""

    class Meta:
        table = 'accounts'

    id = UnicodeAttribute(hash_key=True)  # the unit's code or a slug; ASCII, it is the last part of the callback's URL
    name = UnicodeAttribute()
    kind = UnicodeAttribute()  # subscription | service
    verified = BooleanAttribute(default=False)
    mode = UnicodeAttribute(default='safe')  # plain | compatible | safe
    unit = UnicodeAttribute()
    original_id = UnicodeAttribute(null=True)  # gh_…
    # Of a service account: the template staff are alerted with, and its fields: what happened, until when.
    alert_template = UnicodeAttribute(null=True)
    alert_fields: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # thing1, time2
    # Of a service account: how residents are told, by purpose (`outreach.rules.PURPOSES`): {'booking': {'id': the
    # template's, 'fields': {'what': 'thing1'}}}, of a notification also 'lasting': whether agreeing once is for good.
    templates: Json = Json(null=True)
    notifications: Json = Json(null=True)
    verify_files: Json = Json(null=True)  # by which WeChat knows our domain: name → content


class OpenSession(MapAttribute[str, Any]):
    """A browser a member is signed in with; listed on the member, so that ending all of them needs no search."""

    name = UnicodeAttribute()  # of its Token row: the sha256 of the cookie
    expires_at = UTCDateTimeAttribute()


class Member(Record):
    """One of the staff. Every change is conditional on the version, so a sign-in and a suspension cannot both win."""

    class Meta:
        table = 'staff'

    id = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute()
    state = UnicodeAttribute()  # invited | active | suspended
    units: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)
    roles: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # those of roles.toml
    account = UnicodeAttribute(null=True)
    openid = UnicodeAttribute(null=True)
    mobile = UnicodeAttribute(null=True)  # to be mentioned in the group, and for SMS
    sessions: ListAttribute[OpenSession] = ListAttribute(of=OpenSession, default=list)  # oldest first
    ended_at = UTCDateTimeAttribute(null=True)  # whatever proved who they were until then proves nothing any more
    # The present or next leave, by Beijing days, both included. What follows from it is worked out when it is asked.
    leave_from = UnicodeAttribute(null=True)  # 2026-10-01
    leave_until = UnicodeAttribute(null=True)
    stand_in = UnicodeAttribute(null=True)  # member who has his duties, and sees what his units have, while it lasts
    version = VersionAttribute()


class Token(Record):
    """Something that proves who somebody is: a sign-in code, a link, a session, an invitation, a member's own chat."""

    class Meta:
        table = 'tokens'

    key = UnicodeAttribute(hash_key=True)  # code#123456, link#…, session#…, invitation#…, chat#account#openid
    kind = UnicodeAttribute()  # the part of the key before the first #
    state = UnicodeAttribute(null=True)  # of a code: waiting | confirmed | refused; of a link: fresh | used
    member = UnicodeAttribute(null=True)
    member_version = NumberAttribute(null=True)  # of a session: the member at sign-in; an older copy of him is stale
    secret_hash = UnicodeAttribute(null=True)
    browser = UnicodeAttribute(null=True)
    made_at = UTCDateTimeAttribute()
    confirmed_at = UTCDateTimeAttribute(null=True)
    expires_at = UTCDateTimeAttribute(null=True)  # this decides, here and in conditions; `ttl` only cleans up
    ttl = TTLAttribute(null=True)

    def is_over(self, now: datetime) -> bool:
        return self.expires_at is None or self.expires_at <= now


class Change(Record):
    """Who changed what of a unit or of its staff, in words; never a number or a secret."""

    class Meta:
        table = 'changes'

    unit = UnicodeAttribute(hash_key=True)
    key = UnicodeAttribute(range_key=True)  # the moment, and what keeps two of the same apart
    at = UTCDateTimeAttribute()
    by = UnicodeAttribute()  # member id, or `operator` for a command
    by_name = UnicodeAttribute()
    did = UnicodeAttribute()
    forget_at = TTLAttribute()


class Alert(Record):
    """A matter somebody has yet to be told of. It lies in the box of a unit, then in that of a target of a channel."""

    class Meta:
        table = 'alerts'

    box = UnicodeAttribute(hash_key=True)  # unit.<id> | robot.<unit id> | wechat.<member id> | template.… | sms.…
    # As it comes from `tell` the unit's id and the matter: telling again replaces it. Moved on, its mark is added: what
    # is on its way is never replaced.
    name = UnicodeAttribute(range_key=True)
    mark = UnicodeAttribute()  # new with every put; whoever deletes names it
    about = UnicodeAttribute()
    level = UnicodeAttribute()
    unit = UnicodeAttribute()  # whose turn it is
    told = UnicodeAttribute()  # the unit whose staff are told
    since = UTCDateTimeAttribute()
    due_at = UTCDateTimeAttribute()
    told_at = UTCDateTimeAttribute()
    tried: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # channels that failed
    others: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # members told by rows of their own
    again = BooleanAttribute(default=False)  # an earlier call about it may have arrived
    failures = NumberAttribute(default=0)  # rounds in which every channel failed
    rests_until = UTCDateTimeAttribute(null=True)


class Target(Record):
    """The box of a robot or of a member on a channel: whether it is being called, and what with."""

    class Meta:
        table = 'targets'

    box = UnicodeAttribute(hash_key=True)
    mark = UnicodeAttribute()  # new with every put; each put names the one before
    state = UnicodeAttribute()  # idle | calling
    attempt = NumberAttribute(default=0)
    called_at = UTCDateTimeAttribute(null=True)
    last_at = UTCDateTimeAttribute(null=True)  # of the last call that may have reached somebody
    retry = UnicodeAttribute(null=True)  # key of the deadline that asks what became of the call
    batch: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute, default=list)  # names of the rows called about


def changes(unit: str, limit: int) -> list[Change]:
    """The latest first."""
    return list(Change.query(unit, limit=limit, scan_index_forward=False))


def find_unit(unit_id: str) -> Unit | None:
    """The unit as it is now, not as a cache remembers it."""
    try:
        return Unit.get(unit_id, consistent_read=True)
    except DoesNotExist:
        return None


def pending(box: str) -> list[Alert]:
    """Everything in a box, as it is now."""
    return list(Alert.query(box, consistent_read=True))


def put_alert(tx: Transaction, alert: Alert, fresh: bool = False) -> None:
    """Put it where it says. Only what is fresh replaces the row of the same matter."""
    alert.mark = secrets.token_hex(4)
    alert.name = f'{alert.told}#{alert.about}' if fresh else f'{alert.told}#{alert.about}#{alert.mark}'
    tx.save(alert)


def delete_alert(tx: Transaction, alert: Alert) -> None:
    """Take away this very row; the transaction fails where another one has taken or replaced it."""
    tx.delete(alert, condition=Alert.mark == alert.mark)


def drop_alert(tx: Transaction, alert: Alert) -> None:
    """Take away what is on its way, whether or not somebody has found it needless and done so already."""
    tx.delete(alert)


def moved(alert: Alert, box: str, **changes: Any) -> Alert:
    """The same matter for another box; not stored."""
    kept = {name: getattr(alert, name) for name in _CARRIED}
    return Alert(box, **(kept | changes))


_CARRIED = ('about', 'level', 'unit', 'told', 'since', 'due_at', 'told_at', 'tried', 'others', 'again', 'failures')


def find_target(box: str) -> Target | None:
    try:
        return Target.get(box, consistent_read=True)
    except DoesNotExist:
        return None


def put_target(tx: Transaction, target: Target, before: str | None) -> None:
    """Store its next state, if it is still marked as `before`; None where there was no row."""
    target.mark = secrets.token_hex(4)
    tx.save(target, condition=Target.mark == before if before else Target.box.does_not_exist())


def token(kind: str, name: str, now: datetime, lasts: timedelta | None, **values: Any) -> Token:
    """A new row of `kind`, good for `lasts`; None means for good."""
    if lasts is not None:
        values |= {'expires_at': now + lasts, 'ttl': now + lasts + _KEPT_AFTER_EXPIRY}
    return Token(token_key(kind, name), kind=kind, made_at=now, **values)


def token_key(kind: str, name: str) -> str:
    return f'{kind}#{name}'


def find_token(kind: str, name: str) -> Token | None:
    """The row as it is now, expired or not."""
    try:
        return Token.get(token_key(kind, name), consistent_read=True)
    except DoesNotExist:
        return None


def find_member(member_id: str) -> Member | None:
    """The member as he is now, not as a cache remembers him."""
    try:
        return Member.get(member_id, consistent_read=True)
    except DoesNotExist:
        return None


def absent_or_expired(now: datetime) -> Condition:
    """A name nobody holds any more, though TTL may not have come by yet."""
    free: Condition = Token.key.does_not_exist() | (Token.expires_at <= now)
    return free


def still(state: str, now: datetime, asking: str | None = '') -> Condition:
    """In this state and not expired; `asking` is how its secret hash begins, where the same name may be drawn again."""
    as_found: Condition = (Token.state == state) & (Token.expires_at > now)
    return as_found & Token.secret_hash.startswith(asking) if asking else as_found
