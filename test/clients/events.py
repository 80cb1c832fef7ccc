"""Sends events by an SDK of Segment or RudderStack; prints, as JSON, what the SDK says has failed.

Reads JSON from the standard input: sdk (segment or rudderstack), host, key, gzip, and events, each with messageId,
userId, event and perhaps a timestamp.
"""

import json
import logging
import sys
from datetime import datetime

import rudderstack.analytics as rudderstack_sdk
import segment.analytics as segment_sdk

SDKS = {"segment": segment_sdk, "rudderstack": rudderstack_sdk}


def client_of(order, failures):
    def on_error(error, items):
        failures.append({"status": getattr(error, "status", None), "code": getattr(error, "code", None), "items": len(items)})

    options = {"gzip": order["gzip"], "max_retries": 3, "upload_size": 100, "upload_interval": 0.3, "on_error": on_error}
    return SDKS[order["sdk"]].Client(order["key"], host=order["host"], **options)


def send(client, event):
    client.track(
        user_id=event["userId"],
        event=event["event"],
        properties={"price": 12.5},
        timestamp=datetime.fromisoformat(event["timestamp"]) if "timestamp" in event else None,
        message_id=event["messageId"],
    )


def main():
    logging.disable(logging.CRITICAL)
    order = json.load(sys.stdin)
    failures = []
    client = client_of(order, failures)
    for event in order["events"]:
        send(client, event)
    client.flush()
    client.shutdown()
    print(json.dumps({"failures": failures}))


main()
