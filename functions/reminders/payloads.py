"""Push messages as SNS passes them on: to APNs and to FCM (HTTP v1), each in its own form. Pure.

https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html
https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification
https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from functions.reminders.words import Notice

APNS = ("APNS", "APNS_SANDBOX")


@dataclass(frozen=True, slots=True, kw_only=True)
class PushMessage:
    """A message of structure `json`, and the attributes that APNs' headers are made of."""

    body: str
    attributes: Mapping[str, str]


def push_message(notice: Notice) -> PushMessage:
    """The notice for phones. One that comes twice takes the place of the first."""
    apns = json.dumps(for_apns(notice), ensure_ascii=False)
    fcm = json.dumps(for_fcm(notice), ensure_ascii=False)
    body: dict[str, str] = {"default": f"{notice.title}: {notice.body}", "GCM": fcm}
    body |= dict.fromkeys(APNS, apns)
    lasts = {f"AWS.SNS.MOBILE.{platform}.TTL": str(notice.useful_for) for platform in APNS}
    return PushMessage(
        body=json.dumps(body, ensure_ascii=False),
        attributes={
            "AWS.SNS.MOBILE.APNS.COLLAPSE_ID": notice.name,
            "AWS.SNS.MOBILE.APNS.PRIORITY": "10" if notice.urgent else "5",
            "AWS.SNS.MOBILE.APNS.PUSH_TYPE": "alert",
            **lasts,
        },
    )


def for_apns(notice: Notice) -> dict[str, object]:
    """The payload of a remote notification; what concerns one room is shown together."""
    return {
        "aps": {
            "alert": {"title": notice.title, "body": notice.body},
            "sound": "default",
            "thread-id": notice.room.room_id,
            "interruption-level": "time-sensitive" if notice.urgent else "active",
        },
        **data(notice),
    }


def for_fcm(notice: Notice) -> dict[str, object]:
    """A notification message of the HTTP v1 API."""
    return {
        "fcmV1Message": {
            "message": {
                "notification": {"title": notice.title, "body": notice.body},
                "data": data(notice),
                "android": {
                    "priority": "HIGH" if notice.urgent else "NORMAL",
                    "ttl": f"{notice.useful_for}s",
                    "collapse_key": notice.room.room_id,
                    "notification": {"sound": "default", "tag": notice.name},
                },
            }
        }
    }


def data(notice: Notice) -> dict[str, str]:
    """What the app opens when it is tapped."""
    return {
        "room_id": notice.room.room_id,
        "occasion": str(notice.occasion),
        "event_id": notice.event_id,
        "url": notice.url,
    }
