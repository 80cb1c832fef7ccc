"""Follows a subscription by gql over WebSocket; prints a line of JSON for each message, and one for what ended it.

Reads JSON from the standard input: url, token, document and variables. Runs until it is told to end.
"""

import asyncio
import json
import sys

from gql import Client, gql
from gql.transport.exceptions import TransportError
from gql.transport.websockets import WebsocketsTransport
from websockets.exceptions import ConnectionClosed


def say(message):
    print(json.dumps(message), flush=True)


async def follow(order):
    request = gql(order["document"])
    request.variable_values = order["variables"]
    transport = WebsocketsTransport(url=order["url"], init_payload={"authorization": "Bearer " + order["token"]})
    try:
        async with Client(transport=transport) as session:
            async for message in session.subscribe(request):
                say({"message": message})
    except (TransportError, ConnectionClosed) as error:
        say({"fault": str(error) + " " + str(error.__cause__)})


asyncio.run(follow(json.load(sys.stdin)))
